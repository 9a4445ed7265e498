//! The staff list at the office: each shop gets its own names and those of all shops, and of who is taken off it nothing is
//! left. On real ledgers.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::{
    facts::{
        moment::Moment,
        staff::{Barista, Staff},
    },
    wire::document::Stream,
};
use kava_sync::ledger::{
    Access, Ledger,
    staff::{Member, add, remove},
};

const NOW: Moment = Moment(1_772_431_300_000);

struct Office {
    folder: tempfile::TempDir,
    ledger: Ledger,
}

impl Office {
    fn new() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&folder.path().join("office.db"), Access::Create).unwrap();
        ledger.found("kava", &[3; 32], NOW).unwrap();
        Office { folder, ledger }
    }

    fn add(&mut self, id: &str, name: &str, shop: &str) -> Result<(), String> {
        let one = Member { barista: Barista::new(id, name).unwrap(), shop: shop.into() };
        self.ledger.change(|change| add(change, one, NOW)).unwrap()
    }

    fn remove(&mut self, id: &str) -> bool {
        self.ledger.change(|change| remove(change, &id.into(), NOW)).unwrap()
    }

    /// Names that a till of this shop is told, and the version of its list.
    fn told(&self, shop: &str) -> (Vec<String>, i64) {
        let editions = self.ledger.editions(shop).unwrap();
        let Some(edition) = editions.iter().find(|one| one.stream == Stream::Staff.code()) else {
            return (Vec::new(), 0);
        };
        let body = self.ledger.document(edition.digest.as_str(), shop).unwrap().unwrap();
        let staff = Staff::from_json(std::str::from_utf8(&body).unwrap()).unwrap();
        (staff.iter().map(|one| one.name.clone()).collect(), edition.version)
    }

    fn documents(&self) -> i64 {
        let sql = "SELECT count(*) FROM document";
        self.ledger.connection().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Whether a name stands in a file of the office.
    fn knows(&self, name: &str) -> bool {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        let bytes = files.map(|file| std::fs::read(file.unwrap().path()).unwrap_or_default());
        bytes.into_iter().any(|bytes| bytes.windows(name.len()).any(|part| part == name.as_bytes()))
    }
}

#[test]
fn each_shop_is_told_its_own_names_and_those_of_all_shops() {
    let mut office = Office::new();
    assert_eq!(office.told("1").0, [] as [&str; 0]);
    office.add("b-1", "Аня", "").unwrap();
    office.add("b-2", "Боря", "1").unwrap();
    office.add("b-3", "Вера", "2").unwrap();
    let names = |office: &Office| ["1", "2", "3"].map(|shop| office.told(shop).0.join(" "));
    assert_eq!(names(&office), ["Аня Боря", "Аня Вера", "Аня"]);
    let before = office.told("1").1;
    office.add("b-4", "Гена", "").unwrap();
    assert_eq!(names(&office), ["Аня Боря Гена", "Аня Вера Гена", "Аня Гена"]);
    assert!(office.told("1").1 > before, "a shop's own list is kept up");
    // The last of a shop's own goes: what is left is the chain's, and the tills hear of it.
    let before = office.told("1").1;
    assert!(office.remove("b-2") && !office.remove("b-2"));
    assert_eq!(names(&office), ["Аня Гена", "Аня Вера Гена", "Аня Гена"]);
    assert!(office.told("1").1 > before);
    for id in ["b-1", "b-3", "b-4"] {
        assert!(office.remove(id));
    }
    assert_eq!(names(&office), ["", "", ""], "an empty list is a list");
}

#[test]
fn what_no_shop_could_show_is_refused_and_changes_nothing() {
    let mut office = Office::new();
    office.add("b-1", "Аня", "1").unwrap();
    office.add("b-2", "Аня", "2").unwrap();
    let before = office.told("1");
    for (id, name, shop) in [("b-3", "аня", ""), ("b-3", "Аня", "1"), ("b-1", "Боря", "1")] {
        let why = office.add(id, name, shop).unwrap_err();
        assert!(!why.is_empty() && !why.contains('\n'), "{why}");
    }
    assert_eq!(office.told("1"), before);
    assert_eq!(office.ledger.staff().unwrap().len(), 2);
}

#[test]
fn of_who_is_taken_off_the_list_nothing_is_left_in_any_file() {
    let mut office = Office::new();
    for nth in 0..30 {
        office.add(&format!("b-{nth}"), &format!("Barista {nth}"), "").unwrap();
    }
    office.add("b-a", "Евфросиния", "").unwrap();
    office.add("b-b", "Zoe", "1").unwrap();
    assert!(office.knows("Евфросиния"), "the search would find it");
    assert!(office.remove("b-a"));
    assert!(office.ledger.has_freed().unwrap(), "a kill in between forgets nobody");
    assert!(office.ledger.overwrite_freed().unwrap());
    assert!(!office.knows("Евфросиния"));
    assert_eq!(office.documents(), 2, "of each list only the newest is kept");
}
