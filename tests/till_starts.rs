//! What keeps a till from starting, and how it is said.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::store::{Access, Durability, Store};
use kava::testing::shop::furnished;
use kava::wiring::engine::{Place, Wish, open};
use std::fs;

/// The code with which a till on these files does not start.
fn refused(counter: &str, furnish: bool) -> &'static str {
    let folder = tempfile::tempdir().unwrap();
    let (db, config) = (folder.path().join("kava.db"), folder.path().join("counter.toml"));
    fs::write(&config, counter).unwrap();
    if furnish {
        let store = Store::open(&db, Access::Create, Durability::Off).unwrap();
        drop(furnished(store).unwrap());
    }
    open(&Place { db, config: Some(config) }, &Wish::default(), None).err().unwrap().code()
}

#[test]
fn what_keeps_a_till_from_starting_has_a_code_for_which_the_screen_has_words() {
    let device = "[printer]\nkind = \"file\"\npath = \"slips.bin\"\nlogo = \"/nowhere/at/all.png\"\n";
    let table = [
        ("", false, "store_missing"),
        ("[register", true, "config_invalid"),
        ("[policy]\nmargin_floor_bp = 10000\n", true, "config_invalid"),
        (device, true, "device_not_opened"),
    ];
    for (counter, furnish, code) in table {
        assert_eq!(refused(counter, furnish), code, "{counter:?}");
    }
}
