//! Backups that are whole, and restores that lose nothing.

use super::*;
use crate::facts::id::{ChainId, CounterId, ShopId};
use tempfile::TempDir;

struct Place {
    folder: TempDir,
    db: PathBuf,
    copy: PathBuf,
}

/// A counter's database with a shop and a popularity row that tells states apart.
fn place() -> (Place, Store) {
    let folder = tempfile::tempdir().unwrap();
    let (db, copy) = (folder.path().join("kava.db"), folder.path().join("copy.db"));
    let mut store = Store::open(&db, Access::Create, Durability::Full).unwrap();
    let shop = Shop {
        chain: ChainId::new("chain"),
        shop: ShopId::new("1"),
        counter: CounterId::new("1"),
        currency: "BYN".into(),
        zone: "Europe/Minsk".into(),
        day_start_hour: 4,
        language: "ru".into(),
        title: "KAVA".into(),
    };
    store.change(|change| setting::set_shop(change, &shop)).unwrap();
    note(&mut store, 1);
    (Place { folder, db, copy }, store)
}

fn note(store: &mut Store, pieces: i64) {
    let sql = "INSERT INTO popularity VALUES ('latte', ?) ON CONFLICT DO UPDATE SET pieces = excluded.pieces";
    store.change(|change| Ok(change.execute(sql, [pieces])?)).unwrap();
}

fn noted(store: &Store) -> i64 {
    store.connection.query_row("SELECT pieces FROM popularity", [], |row| row.get(0)).unwrap()
}

fn nothing(_: u64, _: u64) {}

#[test]
fn a_backup_taken_while_the_counter_sells_is_one_whole_moment() {
    let (place, mut writer) = place();
    let mut reader = Store::open(&place.db, Access::Read, Durability::Full).unwrap();
    let mut told = 0;
    let mut progress = |done, all| {
        told = all;
        assert!(done <= all);
        note(&mut writer, 2);
    };
    let done = reader.back_up(&place.copy, &mut progress).unwrap();
    assert!(told > 0 && done.bytes > 0);
    let copy = Store::open(&place.copy, Access::Read, Durability::Full).unwrap();
    assert_eq!((noted(&copy), noted(&writer)), (1, 2));
}

#[test]
fn a_backup_overwrites_nothing() {
    let (place, mut store) = place();
    std::fs::write(&place.copy, "yesterday").unwrap();
    assert_eq!(store.back_up(&place.copy, &mut nothing).unwrap_err().code(), "store_exists");
    assert_eq!(std::fs::read_to_string(&place.copy).unwrap(), "yesterday");
}

#[test]
fn a_restore_keeps_the_old_file_and_forks_the_series() {
    let (place, mut store) = place();
    store.back_up(&place.copy, &mut nothing).unwrap();
    note(&mut store, 2);
    assert_eq!(
        restore(&place.copy, &place.db, Whose::ThisCounter, &mut nothing).unwrap_err().code(),
        "store_in_use"
    );
    drop(store);

    let first = restore(&place.copy, &place.db, Whose::ThisCounter, &mut nothing).unwrap();
    assert_eq!(first.epoch, 2);
    let store = Store::open(&place.db, Access::Write, Durability::Full).unwrap();
    assert_eq!((noted(&store), store.epoch().unwrap()), (1, 2));
    drop(store);
    let aside = Store::open(&first.aside.unwrap(), Access::Read, Durability::Full).unwrap();
    assert_eq!((noted(&aside), aside.epoch().unwrap()), (2, 1));

    let second = restore(&place.copy, &place.db, Whose::ThisCounter, &mut nothing).unwrap();
    assert_eq!(second.epoch, 3, "the same backup again must not use an epoch twice");
    assert!(second.aside.unwrap().to_string_lossy().ends_with(".before-restore-2"));
}

#[test]
fn a_backup_of_another_counter_is_taken_only_when_asked_for() {
    let ((place, mut store), (other, theirs)) = (place(), place());
    store.back_up(&place.copy, &mut nothing).unwrap();
    drop(theirs);
    let mut theirs = Store::open(&other.db, Access::Write, Durability::Full).unwrap();
    let shop = Shop { counter: CounterId::new("2"), ..theirs.shop().unwrap() };
    theirs.change(|change| setting::set_shop(change, &shop)).unwrap();
    drop(theirs);
    let fault = restore(&place.copy, &other.db, Whose::ThisCounter, &mut nothing).unwrap_err();
    assert_eq!(fault.code(), "store_other_counter");
    assert!(fault.to_string().contains("is of counter 1 of shop 1"), "{fault}");
    let whose =
        |path: &Path| Store::open(path, Access::Read, Durability::Full).unwrap().shop().unwrap().counter;
    assert_eq!(whose(&other.db).as_str(), "2");
    restore(&place.copy, &other.db, Whose::AnyCounter, &mut nothing).unwrap();
    assert_eq!(whose(&other.db).as_str(), "1");
}

#[test]
fn a_damaged_database_is_replaced_and_its_log_does_not_play_into_the_new_one() {
    let (place, mut store) = place();
    store.back_up(&place.copy, &mut nothing).unwrap();
    drop(store);
    std::fs::write(&place.db, "smashed").unwrap();
    std::fs::write(beside(&place.db, "-wal"), "half a log").unwrap();
    let restored = restore(&place.copy, &place.db, Whose::ThisCounter, &mut nothing).unwrap();
    assert_eq!(restored.epoch, 3, "the smashed file may have been at epoch 2");
    assert!(beside(&restored.aside.unwrap(), "-wal").exists());
    assert_eq!(noted(&Store::open(&place.db, Access::Write, Durability::Full).unwrap()), 1);
}

#[test]
fn what_is_no_backup_is_refused_and_the_database_stays() {
    let (place, store) = place();
    drop(store);
    let letter = place.folder.path().join("letter.db");
    std::fs::write(&letter, "this is a letter and no database, whatever its name may say").unwrap();
    let empty = place.folder.path().join("empty.db");
    Connection::open(&empty).unwrap().execute_batch("CREATE TABLE setting (key, value)").unwrap();
    let missing = place.folder.path().join("missing.db");
    let later = place.folder.path().join("later.db");
    let future = Store::open(&later, Access::Create, Durability::Full).unwrap();
    let sql = "INSERT INTO refinery_schema_history VALUES (9999, 'later', '2030-01-01T00:00:00Z', '0')";
    future.connection.execute(sql, []).unwrap();
    drop(future);
    let table = [
        (&letter, "store_corrupt"),
        (&empty, "store_foreign"),
        (&missing, "store_missing"),
        (&later, "store_from_the_future"),
    ];
    for (file, code) in table {
        assert_eq!(restore(file, &place.db, Whose::ThisCounter, &mut nothing).unwrap_err().code(), code);
    }
    assert_eq!(noted(&Store::open(&place.db, Access::Write, Durability::Full).unwrap()), 1);
    assert!(!beside(&place.db, ".restoring").exists());
}
