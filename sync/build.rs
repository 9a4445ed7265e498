//! Puts the built app of the guests into the program, if it was built: `cargo xtask ui` builds it, and a program without
//! it works all the same.

use std::{env, error::Error, fmt::Write as _, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let folder = root.join("../ui/club/dist");
    // A folder that is not there would be looked for at every build.
    let watched = if folder.exists() { folder.clone() } else { root.join("../ui/club") };
    println!("cargo::rerun-if-changed={}", watched.display());
    let mut list =
        String::from("/// Files of the guests' app by path.\nconst EMBEDDED: &[(&str, &[u8])] = &[\n");
    let mut open = vec![folder.clone()];
    let mut files = Vec::new();
    while let Some(inner) = open.pop() {
        for entry in fs::read_dir(&inner).into_iter().flatten() {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    for path in files {
        let name = path.strip_prefix(&folder)?.to_string_lossy().replace('\\', "/");
        writeln!(list, "    ({name:?}, include_bytes!({:?})),", path.canonicalize()?.display().to_string())?;
    }
    list.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("club.rs"), list)?;
    Ok(())
}
