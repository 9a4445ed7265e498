//! What stands at a path that should be a device: one sentence where it is none.

use serialport::ErrorKind;
use std::{fs, io, path::Path};

/// Whether a serial port is there and can be opened with this speed.
///
/// # Errors
/// One sentence: what is wrong and what to do.
pub fn check_serial(path: &Path, baud: u32) -> Result<(), String> {
    check_there(path)?;
    match serialport::new(path.to_string_lossy(), baud).open() {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::Io(io::ErrorKind::PermissionDenied) => Err(not_ours(path)),
        Err(error) => Err(format!("{} is no serial port or is in use: {error}", path.display())),
    }
}

/// Whether a device file is there and can be written to; nothing is written.
///
/// # Errors
/// One sentence: what is wrong and what to do.
pub fn check_device(path: &Path) -> Result<(), String> {
    check_there(path)?;
    match fs::OpenOptions::new().write(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(not_ours(path)),
        Err(error) => Err(format!("{} cannot be opened: {error}", path.display())),
    }
}

fn check_there(path: &Path) -> Result<(), String> {
    match fs::metadata(path) {
        Err(_) => Err(format!("{} is not there; is it switched on and connected?", path.display())),
        Ok(seen) if seen.is_dir() => {
            Err(format!("{} is a folder and no device; correct path", path.display()))
        }
        Ok(seen) if seen.is_file() => {
            Err(format!("{} is a file and no device; correct path", path.display()))
        }
        Ok(_) => Ok(()),
    }
}

fn not_ours(path: &Path) -> String {
    let groups = "on Linux add the user to the groups dialout and lp";
    format!("{} may not be used by this user; {groups}, then sign in again", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_device_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("slips.bin");
        fs::write(&file, "").unwrap();
        let gone = folder.path().join("ttyACM7");
        let table = [(folder.path(), "is a folder"), (&file, "is a file"), (&gone, "is not there")];
        for (path, says) in table {
            for said in [check_serial(path, 9600), check_device(path)] {
                let said = said.unwrap_err();
                assert!(said.contains(says) && said.contains("; ") && !said.contains('\n'), "{said}");
            }
        }
        if cfg!(target_os = "linux") {
            assert_eq!(check_device(Path::new("/dev/null")), Ok(()));
            let said = check_serial(Path::new("/dev/null"), 9600).unwrap_err();
            assert!(said.contains("is no serial port"), "{said}");
        }
    }
}
