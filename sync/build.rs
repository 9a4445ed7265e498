//! Puts the built apps of guests and clerks into the program, where they were built: `cargo xtask ui` builds them, and a
//! program without them works all the same.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let mut text = String::new();
    for (name, app) in [("CLUB", "../ui/club"), ("OFFICE", "../ui/office")] {
        let app = root.join(app);
        let folder = app.join("dist");
        // A folder that is not there would be looked for at every build.
        if let Some(watched) = [&folder, &app].into_iter().find(|folder| folder.exists()) {
            println!("cargo::rerun-if-changed={}", watched.display());
        }
        writeln!(text, "/// Files of the app by path.\nconst {name}: &[(&str, &[u8])] = &[")?;
        for path in files(&folder)? {
            let name = path.strip_prefix(&folder)?.to_string_lossy().replace('\\', "/");
            writeln!(
                text,
                "    ({name:?}, include_bytes!({:?})),",
                path.canonicalize()?.display().to_string()
            )?;
        }
        text.push_str("];\n");
    }
    println!("cargo::rerun-if-changed=build.rs");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("pages.rs"), text)?;
    Ok(())
}

/// Every file below a folder, in order of path; none where the folder is not there.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let (mut open, mut files) = (vec![folder.to_path_buf()], Vec::new());
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
    Ok(files)
}
