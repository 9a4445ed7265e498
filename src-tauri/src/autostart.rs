//! The till opens with the machine, if somebody wants it: a file of the desktop's own kind, written here and removed here. Where a
//! system has no such files the setting is not offered.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The file's name; another program of the same name would be this one.
const FILE: &str = "kava-desktop.desktop";

/// Where it stands, if this system has such a place.
fn file() -> Option<PathBuf> {
    cfg!(target_os = "linux")
        .then(dirs::config_dir)
        .flatten()
        .map(|folder| folder.join("autostart").join(FILE))
}

/// Whether the till opens with the machine; nothing where that cannot be set.
pub fn is_on() -> Option<bool> {
    Some(says_on(&file()?))
}

/// Lets the till open with the machine, by this program and these words, or no longer.
///
/// # Errors
/// When there is no place for it, or it cannot be written.
pub fn set(on: bool, words: &[String]) -> io::Result<()> {
    let file = file().ok_or(io::ErrorKind::Unsupported)?;
    if on { write(&file, &entry(&std::env::current_exe()?, words)) } else { remove(&file) }
}

/// A desktop may keep a file that somebody has switched off.
fn says_on(file: &Path) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.contains("Exec=") && !text.lines().any(|line| line.trim() == "Hidden=true")
}

/// Beside its place and then into it, so that a half-written file starts nothing.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let beside = file.with_extension("new");
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    fs::write(&beside, text)?;
    fs::rename(&beside, file)
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => Err(why),
        _ => Ok(()),
    }
}

fn entry(program: &Path, words: &[String]) -> String {
    let program = program.to_string_lossy();
    let line: Vec<String> =
        std::iter::once(&*program).chain(words.iter().map(String::as_str)).map(quoted).collect();
    format!("[Desktop Entry]\nType=Application\nName=Kava\nExec={}\nTerminal=false\n", line.join(" "))
}

/// A word as the desktop's files want it: in quotes, with a backslash before what means something there. The file's own rules take
/// one backslash of two away, and a percent sign is a place to fill.
fn quoted(word: &str) -> String {
    let mut text = String::from("\"");
    for c in word.chars() {
        match c {
            '\\' => text.push_str(r"\\\\"),
            '"' | '`' | '$' => text.extend(['\\', '\\', c]),
            '%' => text.push_str("%%"),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_there_while_it_is_wanted_and_starts_exactly_this_till() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("autostart").join(FILE);
        assert!(!says_on(&file));
        let words = ["--kiosk".to_owned(), "--db".to_owned(), "/home/till/my 100% $hop.db".to_owned()];
        write(&file, &entry(Path::new("/opt/Kava till/kava-desktop"), &words)).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let line = r#"Exec="/opt/Kava till/kava-desktop" "--kiosk" "--db" "/home/till/my 100%% \\$hop.db""#;
        assert!(says_on(&file) && text.lines().any(|one| one == line), "{text}");
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "nothing half written stays");
        fs::write(&file, format!("{text}Hidden=true\n")).unwrap();
        assert!(!says_on(&file), "switched off in the desktop's own settings");
        remove(&file).unwrap();
        remove(&file).unwrap();
        assert!(!file.exists());
    }
}
