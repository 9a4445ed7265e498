//! The till behind the barista's screen: what it is told, and what it shows afterwards.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::faces::barista::command::{Command, PayPart, Pieces};
use kava::faces::barista::screen::{Notice, Screen};
use kava::faces::barista::till::Till;
use kava::facts::campaign::{Amount, Campaign, Coupon};
use kava::facts::id::{CampaignId, CustomerId, ShopId, Sku};
use kava::facts::menu::{Product, hex_digest};
use kava::facts::money::Money;
use kava::facts::offer::Scope;
use kava::facts::policy::Policy;
use kava::facts::purchase::{PaymentKind, PurchaseKind};
use kava::flow::counter::Settings;
use kava::flow::deliver::News;
use kava::ports::{DeviceState, Idempotency};
use kava::store::setting::set_policy;
use kava::store::{Access, Durability, Store, menu};
use kava::testing::scripted::{Act, ScriptedRegister};
use kava::testing::shop::{DAY_MS, MORNING, SmallShop, furnished, products};
use kava::wire::coupon::whose;
use kava::wire::document::Edition;

/// A till with its register at hand.
struct Stand {
    till: Till,
    register: ScriptedRegister,
}

impl Stand {
    fn open() -> Stand {
        Stand::furnished(|_| {})
    }

    fn furnished(furnish: impl FnOnce(&mut SmallShop)) -> Stand {
        let settings = Settings { trust_ids: true, ..Settings::default() };
        let mut shop = SmallShop::open(Idempotency::ClientKey, settings).unwrap();
        furnish(&mut shop);
        Stand { till: Till::new(shop.counter, MORNING), register: shop.register }
    }

    fn act(&mut self, command: Command) -> Screen {
        self.till.obey(command, MORNING);
        self.till.screen(MORNING).unwrap()
    }

    /// A till on a store, beside a register that cannot be asked afterwards.
    fn on(store: Store) -> Stand {
        let shop = SmallShop::on(store, Idempotency::None, Settings::default()).unwrap();
        Stand { till: Till::new(shop.counter, MORNING), register: shop.register }
    }

    /// The same shop, which also sells water by the bottle, each with its marking code.
    fn with_water(policy: &Policy) -> Stand {
        let water =
            Product {
                sku: Sku::new("water"), name: "Вода".into(), needs_mark: true, ..products().remove(2)
            };
        let mut store = furnished(Store::in_memory().unwrap()).unwrap();
        store
            .change(|change| {
                set_policy(change, policy)?;
                let version = menu::version_of(change, &water)?;
                menu::put_on_sale(change, &water.sku, version)?;
                menu::set_ean(change, "4604390931256", &water.sku)
            })
            .unwrap();
        let shop = SmallShop::on(store, Idempotency::ClientKey, Settings::default()).unwrap();
        Stand { till: Till::new(shop.counter, MORNING), register: shop.register }
    }

    /// A piece of water is scanned.
    fn scan(&mut self, serial: &str) -> Screen {
        self.act(Command::Scan { text: format!("0104604390931256215{serial}"), symbology: None })
    }

    fn add(&mut self, sku: &str) -> Screen {
        self.act(Command::Add { sku: sku.into(), qty: 1, with: Vec::new() })
    }

    fn greet(&mut self, code: &str) -> Screen {
        self.act(Command::Greet { code: code.into() })
    }

    /// Pays by card what is on the screen.
    fn pay(&mut self) -> Screen {
        let cart = self.till.screen(MORNING).unwrap().cart;
        let pays = vec![PayPart { kind: PaymentKind::Card, minor: cart.net_minor }];
        let visit = cart.visit.unwrap();
        self.act(Command::Pay { visit, net_minor: cart.net_minor, pays, given_minor: None })
    }
}

/// For each line whether its code is there, and whether it is asked for.
fn marks(screen: &Screen) -> Vec<(bool, bool)> {
    screen.cart.lines.iter().map(|line| (line.marked, line.wants_mark)).collect()
}

fn said(screen: &Screen) -> &Notice {
    screen.notice.as_ref().unwrap()
}

#[test]
fn a_coupon_of_another_shop_is_said_in_the_language_of_the_screen() {
    let birthday = Campaign {
        id: CampaignId::new("birthday"),
        title: "Birthday".into(),
        scope: Scope::Basket,
        depth_bp: 3_000,
        from: MORNING,
        until: MORNING.later(30 * DAY_MS),
        budget: Amount { money: Money(900), uses: 1 },
        per_customer: None,
        per_day: None,
        holdout_bp: None,
        coupon: Some(Coupon { whose: whose(&CustomerId::new("anna")), shop: ShopId::new("nemiga") }),
    };
    let mut stand = Stand::furnished(|shop| {
        let bytes = serde_json::to_vec(&[birthday]).unwrap();
        let (digest, size) = (hex_digest(&bytes), bytes.len() as u64);
        let edition = Edition { stream: "campaigns".into(), version: 1, digest, bytes: size };
        shop.counter.hear(&News::Document(edition, bytes), MORNING).unwrap();
    });
    for (language, words) in
        [("ru", "только в кофейне nemiga"), ("be", "толькі ў кавярні nemiga"), ("en", "in shop nemiga only")]
    {
        stand.act(Command::Language { language: language.into() });
        let screen = stand.greet("anna");
        let [text] = screen.guest.as_ref().unwrap().elsewhere.as_slice() else { panic!("{screen:?}") };
        assert!(text.contains("Birthday") && text.contains(words), "{text}");
    }
    assert_eq!(stand.greet("boris").guest.unwrap().elsewhere, Vec::<String>::new());
}

#[test]
fn a_refusal_comes_with_the_registers_own_words_and_with_what_ails_it() {
    let no_paper = DeviceState { paper: Some(false), ..DeviceState::default() };
    for (state, ails) in [(DeviceState::default(), None), (no_paper, Some("register_paper"))] {
        let mut stand = Stand::open();
        stand.add("latte");
        stand.register.tape().script.push_back(Act::Refuse);
        stand.register.tape().state = state;
        let screen = stand.pay();
        assert_eq!(said(&screen).code, "register_refused");
        assert_eq!(said(&screen).values.get("reason").map(String::as_str), Some("shift is closed"));
        assert_eq!(said(&screen).values.get("ails").map(String::as_str), ails);
        assert_eq!(screen.cart.lines.len(), 1, "the order is still here");
    }
}

#[test]
fn a_piece_that_needs_its_code_is_a_line_of_its_own_and_is_not_paid_before_it_is_scanned() {
    let mut stand = Stand::with_water(&Policy::default());
    stand.add("tea");
    let screen = stand.act(Command::Add { sku: "water".into(), qty: 2, with: Vec::new() });
    assert_eq!(marks(&screen), [(false, false), (false, true), (false, true)]);
    assert_eq!(said(&stand.pay()).code, "mark_missing");
    assert_eq!(marks(&stand.scan("aaaaaa")), [(false, false), (true, false), (false, true)]);
    assert_eq!(said(&stand.scan("aaaaaa")).code, "mark_twice");
    assert_eq!(said(&stand.pay()).code, "mark_missing");
    assert!(stand.register.tape().rung_up.is_empty());
    assert_eq!(marks(&stand.scan("bbbbbb")), [(false, false), (true, false), (true, false)]);
    assert!(stand.pay().paid.is_some());
    let tape = stand.register.tape();
    let codes: Vec<bool> =
        tape.rung_up.values().flat_map(|one| &one.lines).map(|line| line.mark.is_some()).collect();
    assert_eq!(codes, [false, true, true]);
}

#[test]
fn a_code_that_waits_in_the_other_part_of_a_split_bill_is_not_scanned_again() {
    let mut stand = Stand::with_water(&Policy::default());
    stand.scan("aaaaaa");
    stand.scan("bbbbbb");
    stand.act(Command::Split { lines: vec![Pieces { line: 1, qty: 1 }] });
    for serial in ["aaaaaa", "bbbbbb"] {
        assert_eq!(said(&stand.scan(serial)).code, "mark_twice", "{serial}");
    }
    assert_eq!(marks(&stand.scan("cccccc")), [(true, false), (true, false)]);
}

#[test]
fn a_piece_more_of_a_scanned_one_asks_for_its_own_code_and_goes_away_again() {
    let mut stand = Stand::with_water(&Policy::default());
    stand.scan("aaaaaa");
    let more = |line, qty| Command::Change { line, sku: "water".into(), qty, with: Vec::new() };
    assert_eq!(marks(&stand.act(more(1, 2))), [(true, false), (false, true)]);
    assert_eq!(marks(&stand.act(more(2, 0))), [(true, false)]);
    assert_eq!(marks(&stand.scan("cccccc")), [(true, false), (true, false)], "a scan adds a line of its own");
}

#[test]
fn a_piece_goes_without_its_code_only_where_the_policy_hears_a_person() {
    let without = Command::WithoutMark { line: 1 };
    let mut strict = Stand::with_water(&Policy::default());
    assert!(!strict.add("water").cart.goes_without_mark);
    assert_eq!(said(&strict.act(without.clone())).code, "mark_missing");
    assert_eq!(said(&strict.pay()).code, "mark_missing");
    let mut lenient = Stand::with_water(&Policy { sells_without_mark: true, ..Policy::default() });
    assert!(lenient.add("water").cart.goes_without_mark);
    assert_eq!(said(&lenient.pay()).code, "mark_missing", "nobody has said it yet");
    lenient.add("water");
    assert_eq!(
        marks(&lenient.act(without)),
        [(false, false), (false, true)],
        "of one piece, not of the next"
    );
    assert_eq!(marks(&lenient.scan("aaaaaa")), [(false, false), (true, false)]);
    assert!(lenient.pay().paid.is_some());
}

#[test]
fn what_is_written_off_needs_no_code() {
    let mut stand = Stand::with_water(&Policy::default());
    stand.add("water");
    let screen = stand.act(Command::Kind { kind: PurchaseKind::Writeoff });
    assert_eq!(marks(&screen), [(false, false)]);
    assert_eq!(said(&stand.pay()).code, "paid");
}

/// What stands in the cart: product and pieces, then what waits.
fn order(screen: &Screen) -> (Vec<(String, String)>, i64) {
    let lines = screen.cart.lines.iter().map(|line| (line.sku.clone(), line.qty.clone())).collect();
    (lines, screen.cart.rest.as_ref().map_or(0, |rest| rest.pieces))
}

fn lines(lines: &[(&str, &str)]) -> Vec<(String, String)> {
    lines.iter().map(|(sku, qty)| ((*sku).to_owned(), (*qty).to_owned())).collect()
}

/// Three lattes and a tea in front of a guest, of whom this one pays a latte.
fn shared(stand: &mut Stand, guest: Option<&str>) -> Screen {
    if let Some(guest) = guest {
        stand.greet(guest);
    }
    stand.act(Command::Add { sku: "latte".into(), qty: 3, with: Vec::new() });
    stand.add("tea");
    stand.act(Command::Split { lines: vec![Pieces { line: 1, qty: 1 }] })
}

#[test]
fn a_split_bill_is_a_receipt_a_part_and_sums_to_the_whole() {
    let mut stand = Stand::open();
    assert_eq!(order(&shared(&mut stand, None)), (lines(&[("latte", "1")]), 3));
    assert_eq!(stand.till.screen(MORNING).unwrap().cart.rest.unwrap().list_minor, 2 * 670 + 450);
    let paid = stand.pay();
    assert_eq!(paid.paid.as_ref().unwrap().net_minor, 670);
    assert_eq!(order(&paid), (lines(&[("latte", "2"), ("tea", "1")]), 0));
    stand.act(Command::Next);
    let part = stand.act(Command::Split { lines: vec![Pieces { line: 2, qty: 1 }] });
    assert_eq!(order(&part), (lines(&[("tea", "1")]), 2));
    stand.pay();
    stand.act(Command::Next);
    let last = stand.pay();
    assert_eq!(order(&last), (Vec::new(), 0));
    let totals: Vec<i64> = stand.register.tape().rung_up.values().map(|receipt| receipt.total.0).collect();
    assert_eq!(totals, [670, 450, 2 * 670]);
}

#[test]
fn undo_joins_a_bill_that_is_not_paid_and_nothing_joins_what_is() {
    let mut stand = Stand::open();
    shared(&mut stand, None);
    let whole = (lines(&[("latte", "3"), ("tea", "1")]), 0);
    assert_eq!(order(&stand.act(Command::Undo)), whole);
    for chosen in [
        vec![],
        vec![Pieces { line: 1, qty: 3 }, Pieces { line: 2, qty: 9 }],
        vec![Pieces { line: 7, qty: 1 }],
    ] {
        assert_eq!(
            order(&stand.act(Command::Split { lines: chosen })),
            whole,
            "nothing or everything is no part"
        );
    }
    stand.act(Command::Split { lines: vec![Pieces { line: 2, qty: 1 }] });
    stand.act(Command::Change { line: 1, sku: "tea".into(), qty: 0, with: Vec::new() });
    assert_eq!(
        order(&stand.till.screen(MORNING).unwrap()),
        (lines(&[("latte", "3")]), 0),
        "what waits comes in front"
    );
    shared(&mut stand, None);
    stand.pay();
    assert_eq!(stand.act(Command::Undo).undo, 0);
}

#[test]
fn the_discount_of_whoever_was_served_goes_to_the_part_that_they_pay() {
    let mut stand = Stand::open();
    let part = shared(&mut stand, Some("anna"));
    assert!(part.guest.is_some() && part.cart.discount_minor > 0, "{part:?}");
    let rest = stand.pay();
    assert!(rest.paid.unwrap().saved_minor > 0);
    assert!(rest.guest.is_none() && rest.cart.discount_minor == 0, "paid once, with the discount once");
}

#[test]
fn whoever_does_not_pay_the_first_part_keeps_the_discount_for_the_rest() {
    for payer in [None, Some("boris")] {
        let mut stand = Stand::open();
        shared(&mut stand, Some("anna"));
        match payer {
            Some(boris) => stand.greet(boris),
            None => stand.act(Command::ForgetGuest),
        };
        let rest = stand.pay();
        assert!(rest.guest.is_some() && rest.cart.discount_minor > 0, "{payer:?}: {rest:?}");
        stand.act(Command::Next);
        assert!(stand.pay().paid.unwrap().saved_minor > 0);
    }
}

#[test]
fn a_crash_between_the_parts_loses_neither_the_part_nor_the_rest() {
    for (act, in_front, waits) in [
        (Act::Decline, lines(&[("latte", "1")]), 3),
        (Act::Refuse, lines(&[("latte", "1")]), 3),
        (Act::LoseAnswer, lines(&[("latte", "2"), ("tea", "1")]), 0),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("kava.db");
        let mut stand =
            Stand::on(furnished(Store::open(&db, Access::Create, Durability::Off).unwrap()).unwrap());
        shared(&mut stand, None);
        stand.register.tape().script.push_back(act);
        assert_eq!(order(&stand.pay()), (in_front.clone(), waits), "{act:?}");
        drop(stand);
        let mut stand = Stand::on(Store::open(&db, Access::Write, Durability::Off).unwrap());
        assert_eq!(
            order(&stand.till.screen(MORNING).unwrap()),
            (in_front, waits),
            "{act:?}, after a restart"
        );
        if act == Act::LoseAnswer {
            let receipt = stand.till.screen(MORNING).unwrap().reviews[0].receipt.clone();
            let back = stand.act(Command::Review { receipt: receipt.as_str().into(), rung_up: false });
            assert_eq!(
                order(&back),
                (lines(&[("latte", "1")]), 3),
                "the part is in front again, the rest waits"
            );
        }
    }
}
