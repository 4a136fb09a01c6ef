//! Files that only their owner can read, and blogs that belong to another user.

use crate::support::program;
use crate::support::program::{FIXTURES, Home, Server, contents, fixture, refusal, text};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything in a directory that the group or others may read, write or enter.
fn open_to_others(directory: &Path) -> Vec<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(path) = waiting.pop() {
        let about = std::fs::symlink_metadata(&path).unwrap();
        if about.permissions().mode() & 0o077 != 0 {
            found.push(path.clone());
        }
        if about.is_dir() {
            let entries = std::fs::read_dir(&path).unwrap();
            waiting.extend(entries.map(|entry| entry.unwrap().path()));
        }
    }
    found
}

/// A command as a shell runs it that lets everybody read and write what is made.
fn for_everybody(home: &Home, arguments: &[&str]) -> Command {
    let command = home.command(arguments);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "umask 0; exec \"$@\"", "sh"])
        .arg(command.get_program())
        .args(command.get_args())
        .stdin(std::process::Stdio::null());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy().into_owned();
        if text.starts_with("DAYBOOK_") || text.starts_with("DATABASE_URL") {
            shell.env_remove(name);
        }
    }
    shell
}

#[test]
fn whatever_a_command_makes_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let run = |home: &Home, arguments: &[&str]| {
        let output = for_everybody(home, arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
        assert_eq!(
            open_to_others(&home.data()),
            [] as [PathBuf; 0],
            "{arguments:?}"
        );
    };
    let home = Home::new();
    run(
        &home,
        &["demo", "--posts", "5", "--comments", "5", "--sign-in"],
    );
    let export = fixture(FIXTURES[0]);
    run(&home, &["import", "blogger", &export.to_string_lossy()]);
    let (out, backup) = (home.file("out"), home.file("blog.tar"));
    for format in ["json", "wordpress"] {
        let out = home.file(&format!("out-{format}"));
        run(
            &home,
            &["export", &out.to_string_lossy(), "--format", format],
        );
        assert_eq!(open_to_others(&out), [] as [PathBuf; 0]);
    }
    run(&home, &["backup", &backup.to_string_lossy()]);
    assert_eq!(open_to_others(&backup), [] as [PathBuf; 0]);
    assert!(!out.exists());
    // The server makes a log, its shared memory, the lock and the reserve.
    let address = program::free_address();
    let serve = for_everybody(&home, &["serve", "--listen", &address.to_string()]);
    let server = Server::spawn(serve, address);
    server.await_logged("serving");
    assert_eq!(server.get("/").status, 200);
    assert_eq!(open_to_others(&home.data()), [] as [PathBuf; 0]);
    for name in ["daybook.db-wal", "daybook.db-shm", "daybook.lock"] {
        assert!(home.data().join(name).exists(), "{name}");
    }
    drop(server);

    // An empty directory that was made for the blog becomes private with it.
    let restored = Home::new();
    std::fs::create_dir(restored.data()).unwrap();
    let everybody = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(restored.data(), everybody).unwrap();
    run(&restored, &["restore", &backup.to_string_lossy()]);
    run(
        &restored,
        &["restore", "--replace", &backup.to_string_lossy()],
    );
}

#[test]
fn what_everybody_can_read_is_named_at_the_start_with_the_command_that_ends_it() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::set_up();
    let open = |path: PathBuf, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    open(home.data(), 0o755);
    open(home.database(), 0o644);
    let server = Server::start_quietly(&home);
    let line = server.await_logged("every user of this machine can read");
    let command = format!("chmod -R go= {}", home.data().display());
    assert!(line.contains(&command), "{line}");
    drop(server);
    // A copy of an older program's media is private, whatever its source was.
    let status = Command::new("sh").args(["-c", &command]).status().unwrap();
    assert!(status.success());
    let server = Server::start_quietly(&home);
    let before = server.logged_until("serving");
    assert!(
        !before.iter().any(|line| line.contains("every user")),
        "{before:?}"
    );
}

/// The number of a user who owns nothing.
const NOBODY: u32 = 65534;

/// Whether these tests run as root; said loudly where they do not.
fn is_root(test: &str) -> bool {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        eprintln!("!!! {test}: NOT TRIED, because it needs root");
    }
    is_root
}

#[test]
fn a_blog_that_belongs_to_another_user_names_both_and_the_command() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    if !is_root("a blog that belongs to another user") {
        return;
    }
    let home = Home::set_up();
    let parent = home.data().parent().unwrap().to_owned();
    std::fs::set_permissions(parent, std::fs::Permissions::from_mode(0o755)).unwrap();
    let address = program::free_address().to_string();
    let refuse = |arguments: &[&str]| {
        let output = home
            .command(arguments)
            .uid(NOBODY)
            .gid(NOBODY)
            .output()
            .unwrap();
        refusal(&output)
    };
    for arguments in [
        &["serve", "--listen", &address] as &[&str],
        &["user", "list"],
        &["check"],
    ] {
        let sentence = refuse(arguments);
        for part in [
            "belongs to root",
            "daybook runs as nobody",
            &format!("chown -R nobody: {}", home.data().display()),
        ] {
            assert!(sentence.contains(part), "{arguments:?}: {sentence}");
        }
    }
    // One that can be read is served, and the log says why nothing can be changed.
    for path in [home.data(), home.database()] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = home.command(&["serve", "--listen", &address]);
    command.uid(NOBODY).gid(NOBODY);
    let server = Server::spawn(command, address.parse().unwrap());
    let line = server.await_logged("nothing can be written here");
    assert!(line.contains("chown -R nobody: "), "{line}");
}

#[test]
fn what_root_makes_in_the_directory_of_another_user_is_that_users() {
    use std::os::unix::fs::MetadataExt;
    if !is_root("what root makes in the directory of another user") {
        return;
    }
    let home = Home::set_up();
    let give = |path: &Path| std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    give(&home.data());
    for (path, _) in contents(&home.data()) {
        give(&path);
    }
    // A file with another name elsewhere is not ours to give.
    let foreign = home.file("foreign");
    std::fs::write(&foreign, "of root").unwrap();
    std::fs::hard_link(&foreign, home.data().join("linked")).unwrap();
    std::os::unix::fs::symlink(&foreign, home.data().join("pointed")).unwrap();
    home.import(&fixture(FIXTURES[0]));
    home.done(&["user", "list"]);
    for (path, _) in contents(&home.data()) {
        let name = path.file_name().unwrap();
        if name == "linked" || name == "pointed" {
            continue;
        }
        assert_eq!(path.metadata().unwrap().uid(), NOBODY, "{}", path.display());
    }
    assert_eq!(foreign.metadata().unwrap().uid(), 0);
}
