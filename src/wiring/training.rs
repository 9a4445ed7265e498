//! A till to practise on: a copy of the counter's own database, made afresh at each start, with nothing plugged in and
//! nobody to report to. What is sold there is gone with the copy, and the copy goes when the training ends, when the
//! counter starts for real, and when somebody is erased who may be in it.

use super::NotWired;
use super::engine::Place;
use crate::store::{Access, Durability, Store, StoreFault, training};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Copies the counter and gives the copy's place: no configuration, so that no device is ever opened. The counter
/// may go on selling meanwhile.
///
/// # Errors
/// When the counter's database cannot be read, or another training has the copy.
pub fn place(real: &Place) -> Result<Place, NotWired> {
    let db = copy_of(&real.db);
    drop_copy(&db)?;
    Store::open(&real.db, Access::Read, Durability::Full)?.back_up(&db, &mut |_, _| {})?;
    Store::open(&db, Access::Write, Durability::Full)?.change(training::cut_off)?;
    Ok(Place { db, config: None })
}

/// Removes what a training has left beside a counter's database. A copy somebody practises on goes at their end.
pub fn forget(real: &Path) {
    if let Err(why) = drop_copy(&copy_of(real)) {
        tracing::warn!("the copy to practise on stays: {why}");
    }
}

fn copy_of(real: &Path) -> PathBuf {
    let name = real.file_stem().unwrap_or_default().to_string_lossy();
    real.with_file_name(format!("{name}-training.db"))
}

/// Removes the copy of an earlier training, unless somebody practises on it right now.
fn drop_copy(db: &Path) -> Result<(), NotWired> {
    // Whatever else is wrong with it, it is thrown away.
    if db.exists()
        && let Err(fault @ StoreFault::InUse(_)) = Store::open(db, Access::Write, Durability::Full)
    {
        return Err(fault.into());
    }
    for ending in ["", "-wal", "-shm"] {
        let file = format!("{}{ending}", db.display());
        match fs::remove_file(&file) {
            Err(why) if why.kind() != ErrorKind::NotFound => {
                return Err(format!("{file} cannot be removed: {why}").into());
            }
            _ => {}
        }
    }
    Ok(())
}
