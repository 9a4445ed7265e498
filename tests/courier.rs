//! The courier: what the counter could not write is not fetched again and again.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use kava::facts::menu::{hex_digest, to_hex};
use kava::facts::moment::Moment;
use kava::flow::courier::{Courier, Errand};
use kava::flow::deliver::{Messenger, News};
use kava::flow::ids::Ids;
use kava::ports::{Ask, Clock, Reply, Uplink};
use kava::store::office::OfficeLink;
use kava::store::{Access, Durability, Store};
use kava::testing::shop::{MORNING, furnished};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const MENU: &str = "[]";

/// An office that has a new menu for whoever asks, as often as they ask.
#[derive(Clone, Default)]
struct NewMenu(Arc<Mutex<usize>>);

impl Uplink for NewMenu {
    fn exchange(&mut self, ask: &Ask, _deadline: Duration) -> Result<Reply, String> {
        let digest = hex_digest(MENU.as_bytes());
        let news = format!(
            r#"{{"editions":[{{"stream":"menu","version":1,"digest":"{digest}","bytes":{}}}]}}"#,
            MENU.len()
        );
        let is_document = ask.path.contains("/documents/");
        *self.0.lock().unwrap() += usize::from(is_document);
        Ok(Reply { status: 200, body: if is_document { MENU.into() } else { news.into_bytes() } })
    }
}

struct Morning;

impl Clock for Morning {
    fn now(&mut self) -> Moment {
        MORNING
    }
}

#[test]
fn what_the_counter_cannot_write_is_brought_again_only_after_a_pause() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("kava.db");
    drop(furnished(Store::open(&db, Access::Create, Durability::Off).unwrap()).unwrap());
    let (office, link) = (
        NewMenu::default(),
        OfficeLink {
            url: "http://office".into(),
            secret: to_hex(&[3; 32]),
            office: String::new(),
            enrolled: MORNING,
            trusts: None,
        },
    );
    let messenger = Messenger::new(&link, Box::new(office.clone()), Ids::seeded(1, (1, 0))).unwrap();
    let (brought, arrives) = channel();
    let heard = Box::new(move |news| brought.send(news).is_ok());
    let courier = Courier::start(Errand { db, messenger, clock: Box::new(Morning), heard }).unwrap();
    assert!(matches!(arrives.recv().unwrap(), News::Document(..)));
    courier.heard(false);
    let next = arrives.recv_timeout(Duration::from_secs(1));
    assert!(next.is_err(), "brought again at once: {next:?}");
    assert_eq!(*office.0.lock().unwrap(), 1);
}
