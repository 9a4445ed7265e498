//! Runs through the engine take minutes each, so they are kept, and a campaign that was cut off goes on where it
//! was. Only runs of this very program count: the folder bears the digest of its bytes.

use anyhow::{Context, Result};
use kava::testing::towns::outcome::Outcome;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// One run through the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lived {
    pub outcome: Outcome,
    /// Weeks that ended with a fitted game in force.
    pub weeks_with_game: u32,
    /// The best way to play the rule: its name, gain, and the 95 % upper bound, shares of spend.
    pub exploit: Option<(String, f64, f64)>,
}

/// The folder of runs that this program did before.
pub struct Kept {
    folder: PathBuf,
}

impl Kept {
    pub fn of_this_program(out: &Path) -> Result<Kept> {
        let program = std::fs::read(std::env::current_exe()?).context("the program cannot read itself")?;
        let digest: String =
            Sha256::digest(program).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let folder = out.join("runs").join(digest);
        std::fs::create_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
        Ok(Kept { folder })
    }

    /// The run of this name, or a new one, which is kept.
    pub fn or_else(&self, name: &str, live: impl FnOnce() -> Result<Lived, String>) -> Result<Lived, String> {
        let digest = Sha256::digest(name.as_bytes());
        let key: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let file = self.folder.join(format!("{key}.json"));
        if let Some(lived) = std::fs::read(&file).ok().and_then(|kept| serde_json::from_slice(&kept).ok()) {
            return Ok(lived);
        }
        let lived = live()?;
        let text = serde_json::to_vec(&lived).map_err(|why| why.to_string())?;
        // Written beside and moved, so that half a file is never taken for a run.
        let part = file.with_extension("part");
        std::fs::write(&part, text)
            .and_then(|()| std::fs::rename(&part, &file))
            .map_err(|why| why.to_string())?;
        Ok(lived)
    }
}
