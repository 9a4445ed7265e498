//! Slips in files, read back by the strict decoder and, from the picture that it draws, by a barcode reader.

#![expect(clippy::print_stderr, reason = "what is skipped is said")]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

const DECODER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/simulators/escpos_decode.py");

/// A file of `target/tmp` that stays for people to look at.
pub(crate) fn kept(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::remove_file(&path).unwrap_or_default();
    path
}

fn decode(python: &str, words: &[&str]) -> Output {
    Command::new(python).arg(DECODER).args(words).output().unwrap()
}

/// The slip as text.
pub(crate) fn text(words: &[&str]) -> String {
    let output = decode("python3", words);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a barcode reader sees on a slip; nothing, and loudly, where no Python here has one. `cargo xtask test` brings
/// one along and names it in `KAVA_PYTHON`.
pub(crate) fn scanned(slip: &Path, columns: &str, other: &str) -> Option<String> {
    let picture = slip.with_extension("png");
    let (slip, picture) = (slip.to_string_lossy(), picture.to_string_lossy());
    let named = std::env::var("KAVA_PYTHON").ok();
    for python in named.as_deref().map_or(vec!["python3", "/usr/bin/python3"], |named| vec![named]) {
        let has = Command::new(python).args(["-c", "import zxingcpp, PIL, qrcode"]).output();
        if has.is_ok_and(|has| has.status.success()) {
            let drawn = decode(python, &["--columns", columns, "--page", other, "--png", &picture, &slip]);
            assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
            return Some(String::from_utf8(decode(python, &["--scan", &picture]).stdout).unwrap());
        }
    }
    assert!(named.is_none(), "KAVA_PYTHON is {named:?}, which has no barcode reader");
    eprintln!(
        "SKIPPED the barcode reader: python3-zxing-cpp, python3-pil and python3-qrcode are not all there"
    );
    None
}
