//! An office's books without programs: counters that are let in, ask for parts of a budget and tell what they spent.

use super::counter_series::{Series, read};
use kava::{
    facts::{
        campaign::{Amount, Campaign, Lease},
        id::{CampaignId, LeaseId},
        moment::Moment,
        money::Money,
        offer::Scope,
    },
    wire::{
        bundle::public_of,
        lease::{Ask, Want},
        reply::{Enrol, Place},
    },
};
use kava_sync::ledger::{
    Access, Ledger,
    append::append,
    audit::audit,
    backup,
    campaigns::{self, BudgetShown},
    counters::{add_code, enrol},
    leases,
};
use serde_json::json;

pub(crate) const NOW: Moment = Moment(1_772_431_300_000);

pub(crate) const fn amount(money: i64, uses: i64) -> Amount {
    Amount { money: Money(money), uses }
}

pub(crate) fn campaign() -> Campaign {
    Campaign {
        id: CampaignId::new("autumn"),
        title: "Autumn".into(),
        scope: Scope::Basket,
        depth_bp: 1_000,
        from: Moment(0),
        until: NOW.later(30 * 86_400_000),
        budget: amount(1_000, 100),
        per_customer: None,
        per_day: None,
        holdout_bp: None,
        coupon: None,
    }
}

/// An office's books with two counters and a campaign.
pub(crate) struct Books {
    pub(crate) ledger: Ledger,
    folder: tempfile::TempDir,
    codes: u8,
}

impl Books {
    pub(crate) fn new() -> Books {
        Books::with(&campaign())
    }

    pub(crate) fn with(campaign: &Campaign) -> Books {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&folder.path().join("office.db"), Access::Create).unwrap();
        ledger.found("kava", &[3; 32], NOW).unwrap();
        let mut books = Books { ledger, folder, codes: 0 };
        for counter in ["1", "2"] {
            books.let_in(counter);
        }
        books.ledger.change(|change| campaigns::add(change, campaign, NOW)).unwrap();
        books
    }

    pub(crate) fn let_in(&mut self, counter: &str) {
        self.let_in_at(("1", counter));
    }

    pub(crate) fn let_in_at(&mut self, (shop, counter): (&str, &str)) {
        self.codes += 1;
        let secret = [self.codes; 32];
        self.ledger.change(|change| add_code(change, &secret, (shop, counter), (NOW, NOW.later(1)))).unwrap();
        let asked = Enrol {
            code: String::new(),
            public: String::new(),
            chain: "kava".into(),
            shop: shop.into(),
            counter: counter.into(),
            epoch: 1,
        };
        let public = public_of(&secret);
        self.ledger.change(|change| enrol(change, (&asked, &secret, &public), NOW)).unwrap();
    }

    pub(crate) fn send(&mut self, series: &Series, from: i64) {
        let (head, lines) = read(&series.batch(1, from));
        let counter = series.counter.parse().unwrap();
        self.ledger.change(|change| append(change, counter, (&head, &lines), NOW)).unwrap();
    }

    /// What the other counter says that holds nothing.
    pub(crate) fn holds_nothing(&mut self, counter: i64) {
        let ask = Ask { epoch: 1, last: Some(Place { epoch: 1, seq: 1 }), ..Ask::default() };
        self.ledger.change(|change| leases::lend(change, (counter, &ask), NOW)).unwrap();
    }

    pub(crate) fn back_up(&mut self) {
        self.ledger.back_up(&self.folder.path().join("kept")).unwrap();
    }

    /// The office goes back to the backup.
    pub(crate) fn go_back(&mut self) {
        let (kept, path) = (self.folder.path().join("kept"), self.folder.path().join("office.db"));
        self.ledger = Ledger::in_memory().unwrap();
        backup::restore(&kept, &path, NOW).unwrap();
        self.ledger = Ledger::open(&path, Access::Write).unwrap();
    }

    pub(crate) fn alarms(&self, code: &str) -> usize {
        self.ledger.alarms().unwrap().iter().filter(|alarm| alarm.code == code).count()
    }

    pub(crate) fn ask(&mut self, counter: i64, id: &str, holds: &[Lease]) -> Vec<Lease> {
        self.ask_at(NOW, (counter, id), holds)
    }

    pub(crate) fn ask_at(&mut self, now: Moment, (counter, id): (i64, &str), holds: &[Lease]) -> Vec<Lease> {
        let want = Want {
            id: LeaseId::new(id),
            campaign: CampaignId::new("autumn"),
            expected: amount(200, 4),
            unit: Money(50),
            left: Amount::ZERO,
            coupon: false,
            holdout: true,
        };
        let last = Some(Place { epoch: 1, seq: 1 });
        let ask = Ask { epoch: 1, last, wants: vec![want], holds: holds.to_vec() };
        self.ledger.change(|change| leases::lend(change, (counter, &ask), now)).unwrap().leases
    }

    pub(crate) fn standing(&mut self) -> BudgetShown {
        assert_eq!(audit(&mut self.ledger).unwrap().findings, []);
        self.ledger.campaigns().unwrap().remove(0)
    }
}

pub(crate) fn spend(lease: &Lease, money: i64, uses: i64) -> String {
    json!({"campaign": "autumn", "lease": lease.id, "receipt": "r", "amount": {"money": money, "uses": uses}})
        .to_string()
}
