//! What is found in files, archives and directories, and what is refused.

use super::*;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

fn read(member: &Member) -> Result<String> {
    let mut text = String::new();
    member.open(|_| {})?.read_to_string(&mut text)?;
    Ok(text)
}

fn found(paths: &[PathBuf]) -> Vec<(String, String)> {
    let input = Input::open(paths).unwrap();
    let members = input.members.iter();
    members
        .map(|one| (one.name.clone(), read(one).unwrap()))
        .collect()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zip file of files with their names, packed.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let packed = deflated(content);
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let header = u32::try_from(bytes.len()).unwrap();
        let mut fields = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
        fields.extend(crc.sum().to_le_bytes());
        fields.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
        fields.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        fields.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        fields.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&fields);
        bytes.extend(name.bytes());
        bytes.extend(&packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(header.to_le_bytes());
        directory.extend(name.bytes());
    }
    let begin = u32::try_from(bytes.len()).unwrap();
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([u8::try_from(files.len()).unwrap(), 0].repeat(2));
    bytes.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    bytes.extend(begin.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

#[test]
fn files_are_found_however_they_were_given() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    std::fs::create_dir(at("in")).unwrap();
    std::fs::create_dir(at("in/.git")).unwrap();
    std::fs::write(at("in/b.xml"), "B").unwrap();
    std::fs::write(at("in/.git/x"), "hidden").unwrap();
    let mut gzip = GzEncoder::new(
        File::create(at("in/a.xml.gz")).unwrap(),
        Compression::fast(),
    );
    gzip.write_all(b"A").unwrap();
    gzip.finish().unwrap();
    let zip = zipped(&[
        ("z/2.xml", b"two"),
        ("z/1.xml", b"one"),
        ("__MACOSX/z", b"x"),
        ("z/", b""),
    ]);
    std::fs::write(at("c.zip"), zip).unwrap();
    let text = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert_eq!(
        found(&[at("in"), at("c.zip")]),
        [
            text("a.xml", "A"),
            text("b.xml", "B"),
            text("z/1.xml", "one"),
            text("z/2.xml", "two")
        ]
    );
    assert!(Input::open(&[at("none")]).is_err());
}

#[test]
fn two_files_of_one_name_are_two_and_those_that_were_named_count_whatever_their_ending() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    for folder in ["a", "b", "b/a"] {
        std::fs::create_dir(at(folder)).unwrap();
        std::fs::write(at(folder).join("blog.json"), folder).unwrap();
    }
    let text = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let files = ["a", "b", "b/a"].map(|folder| at(folder).join("blog.json"));
    assert_eq!(
        found(&files),
        [
            text("blog.json", "a"),
            text("b/blog.json", "b"),
            text("a/blog.json", "b/a")
        ]
    );
    assert_eq!(
        found(&[at("a"), at("b/a")]),
        [text("blog.json", "a"), text("a/blog.json", "b/a")]
    );
    let input = Input::open(&files).unwrap();
    assert_eq!(input.ending(&[".xml"]).len(), 3);
    let input = Input::open(&[at("b")]).unwrap();
    assert_eq!(input.ending(&[".xml"]).len(), 0);
}

#[test]
fn what_unpacks_to_far_too_much_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let zeros = vec![0; usize::try_from(GROWTH_FREE).unwrap() * 2];
    let zip = directory.path().join("bomb.zip");
    std::fs::write(&zip, zipped(&[("bomb.xml", &zeros)])).unwrap();
    let gzip = directory.path().join("bomb.gz");
    let mut encoder = GzEncoder::new(File::create(&gzip).unwrap(), Compression::best());
    encoder.write_all(&zeros).unwrap();
    encoder.finish().unwrap();
    for path in [zip, gzip] {
        let input = Input::open(&[path]).unwrap();
        let member = &input.members[0];
        let count = member
            .open(|_| {})
            .and_then(|mut reader| Ok(io::copy(&mut reader, &mut io::sink())?));
        let why = format!("{:#}", count.unwrap_err());
        assert!(why.contains("far more than an export holds"), "{why}");
    }
}

#[test]
fn a_damaged_zip_file_ends_in_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.zip");
    let whole = zipped(&[("a.xml", b"some words of an export")]);
    std::fs::write(&path, &whole[..whole.len() - 30]).unwrap();
    assert!(Input::open(std::slice::from_ref(&path)).is_err());
    let mut changed = whole.clone();
    let at = changed
        .windows(4)
        .rposition(|four| four == b"PK\x01\x02")
        .unwrap()
        + 16;
    changed[at] ^= 1;
    std::fs::write(&path, changed).unwrap();
    let input = Input::open(&[path]).unwrap();
    let why = format!("{:#}", read(&input.members[0]).unwrap_err());
    assert!(why.contains("damaged or incomplete"), "{why}");
}
