//! A till to practise on: what is sold there reaches no register, no printer, no office, and not the shop's books.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::devices::clock::SystemClock;
use kava::facts::id::CustomerId;
use kava::facts::moment::Moment;
use kava::facts::purchase::{PaymentKind, PurchaseKind};
use kava::flow::deliver::News;
use kava::flow::quote::{Choice, QuoteWish};
use kava::flow::settle::Pays;
use kava::ports::Clock;
use kava::store::{Access, Durability, Store};
use kava::wire::erasure::{Erasure, who};
use kava::wiring::engine::{self, Place, Wish};
use kava::wiring::line;
use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

/// A shop with one product whose register is a wire that somebody would notice.
struct Shop {
    place: Place,
    wire: TcpListener,
    _folder: tempfile::TempDir,
}

impl Shop {
    fn open() -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("till")).unwrap();
        fs::write(path("till/menu.csv"), "sku,name,category,price,cost\ncap,Cappuccino,coffee,5.00,1.00\n")
            .unwrap();
        let mapping = "name = \"one\"\n[constants]\ncurrency = \"BYN\"\ntax_bp = 0\n[menu]\nfile = \"menu.csv\"\n\
                       sku = \"sku\"\nname = \"name\"\ncategory = \"category\"\nprice = \"price\"\ncost = \"cost\"\n";
        fs::write(path("mapping.toml"), mapping).unwrap();
        let wire = TcpListener::bind("127.0.0.1:0").unwrap();
        wire.set_nonblocking(true).unwrap();
        let url = format!("http://{}", wire.local_addr().unwrap());
        let config = format!(
            "[register]\nkind = \"simulator\"\nurl = \"{url}\"\ndeadline_ms = 300\n\
             [printer]\nkind = \"file\"\npath = \"slips.bin\"\nbeside_register = true\n"
        );
        fs::write(path("counter.toml"), config).unwrap();
        let text = |name: &str| path(name).to_string_lossy().into_owned();
        for words in [&["init"][..], &["import", "--mapping", &text("mapping.toml"), &text("till")]] {
            let mut kava = Command::new(env!("CARGO_BIN_EXE_kava"));
            let output = kava.args(["--db", &text("kava.db")]).args(words).output().unwrap();
            assert!(output.status.success(), "{words:?}: {output:?}");
        }
        let place = Place { db: path("kava.db"), config: Some(path("counter.toml")) };
        Shop { place, wire, _folder: folder }
    }

    /// One cup for cash.
    fn sell(&self, wish: &Wish) {
        let mut counter = engine::open(&self.place, wish, None).unwrap().counter;
        let visit = counter.greet(None, now()).unwrap().visit;
        let item = serde_json::from_str(r#"{"sku":"cap","qty":1}"#).unwrap();
        let basket = QuoteWish { basket: vec![item], choice: Choice::None, kind: PurchaseKind::Sale };
        counter.quote(&visit, basket, now()).unwrap();
        counter.settle(&visit, &Pays::Whole(PaymentKind::Cash), now()).unwrap();
    }

    /// Whether somebody has called the register.
    fn was_called(&self) -> bool {
        let called = self.wire.accept();
        assert!(called.is_ok() || called.as_ref().is_err_and(|why| why.kind() == ErrorKind::WouldBlock));
        called.is_ok()
    }
}

fn now() -> Moment {
    SystemClock.now()
}

fn charges(db: &Path) -> usize {
    Store::open(db, Access::Read, Durability::Full).unwrap().charged_receipts().unwrap().len()
}

#[test]
fn what_is_practised_reaches_no_device_and_not_the_books() {
    let shop = Shop::open();
    let before = fs::read(&shop.place.db).unwrap();
    shop.sell(&Wish { training: true, ..Wish::default() });
    assert!(!shop.was_called(), "a byte reached the register");
    assert!(!shop.place.db.with_file_name("slips.bin").exists(), "a slip was printed");
    assert_eq!(fs::read(&shop.place.db).unwrap(), before, "the books have changed");
    assert_eq!(charges(&shop.place.db.with_file_name("kava-training.db")), 1);
    // The same sale for real is noticed, so the wire is one.
    shop.sell(&Wish::default());
    assert!(shop.was_called());
}

#[test]
fn each_training_begins_with_what_the_counter_is_now() {
    let shop = Shop::open();
    let training = Wish { training: true, ..Wish::default() };
    shop.sell(&training);
    shop.sell(&training);
    let copy = shop.place.db.with_file_name("kava-training.db");
    assert_eq!(charges(&copy), 1, "the first training's sale is gone");
    // A receipt that nobody knows of waits for a person at the real counter, and only there.
    shop.sell(&Wish::default());
    shop.sell(&training);
    let open =
        |db: &Path| Store::open(db, Access::Read, Durability::Full).unwrap().open_charges().unwrap().len();
    assert_eq!((open(&shop.place.db), open(&copy)), (1, 0));
    assert_eq!(Store::open(&copy, Access::Read, Durability::Full).unwrap().office_link().unwrap(), None);
}

#[test]
fn two_do_not_practise_on_one_copy() {
    let shop = Shop::open();
    let training = Wish { training: true, ..Wish::default() };
    let first = engine::open(&shop.place, &training, None).unwrap();
    let second = engine::open(&shop.place, &training, None).err().unwrap();
    assert!(second.to_string().contains("in use"), "{second}");
    drop(first);
    engine::open(&shop.place, &training, None).unwrap();
}

#[test]
fn the_copy_goes_when_the_counter_starts_for_real_and_when_somebody_is_erased() {
    let shop = Shop::open();
    let copy = shop.place.db.with_file_name("kava-training.db");
    let practise = || shop.sell(&Wish { training: true, ..Wish::default() });
    practise();
    assert!(copy.exists());
    let mut counter = engine::open(&shop.place, &Wish::default(), None).unwrap().counter;
    assert!(!copy.exists(), "nobody practises any more");
    practise();
    assert!(copy.exists());
    let erasures = vec![Erasure { id: 1, who: who(&CustomerId::new("somebody")) }];
    let found = counter.store().find_erased(&erasures).unwrap();
    line::hear(&mut counter, None, &News::Erase(erasures, found));
    assert!(!copy.exists(), "they may be in it");
}
