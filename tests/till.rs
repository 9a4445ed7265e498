//! The till behind the barista's screen: what it is told, and what it shows afterwards.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::faces::barista::command::{Command, PayPart};
use kava::faces::barista::screen::{Notice, Screen};
use kava::faces::barista::till::Till;
use kava::facts::campaign::{Amount, Campaign, Coupon};
use kava::facts::id::{CampaignId, CustomerId, ShopId};
use kava::facts::menu::hex_digest;
use kava::facts::money::Money;
use kava::facts::offer::Scope;
use kava::facts::purchase::PaymentKind;
use kava::flow::counter::Settings;
use kava::flow::deliver::News;
use kava::ports::{DeviceState, Idempotency};
use kava::testing::scripted::{Act, ScriptedRegister};
use kava::testing::shop::{DAY_MS, MORNING, SmallShop};
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
