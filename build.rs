//! Rebuilds the program when a migration changes: they are embedded in it. So is the visual editor, where `make editor` has
//! built it.

use std::path::{Path, PathBuf};
use std::{env, fs};

const VISUAL_EDITOR: &str = "assets/editor/dist/visual.js";

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed={VISUAL_EDITOR}");
    let folder = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    let script = if Path::new(VISUAL_EDITOR).exists() {
        fs::read(VISUAL_EDITOR)?
    } else {
        Vec::new()
    };
    fs::write(folder.join("visual.js"), script)
}
