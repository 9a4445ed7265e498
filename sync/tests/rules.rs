//! The programme's rules: every figure of the policy that is a guest's affair is on the page, no figure of costs is, and what the
//! office serves is the page of the policy in force.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file asks little of its helpers")]

mod running;

use kava::facts::{menu::Menu, moment::BusinessDay, policy::Policy};
use kava_sync::programme::{self, Block, Campaigns, Language, Rules, html};
use running::Office;
use serde_json::{Value, json};
use std::fs;

const DAY: BusinessDay = BusinessDay(20_800);

/// What of a policy is not a guest's affair: margins, how old a cost may be, what a person at the till may do, and which day is
/// a cost's last.
const OWN: [&str; 7] = [
    "/margin_floor_bp",
    "/cost_amber_days",
    "/cost_stale_days",
    "/cost_alarm_days",
    "/cost_amber_markup_bp",
    "/refund_pin_from_minor",
    "/sells_without_mark",
];

/// A policy in which every field is written down.
fn whole() -> Value {
    let policy = Policy {
        started: Some(BusinessDay(20_700)),
        staff_day_minor: kava::facts::money::Money(1_900),
        refund_pin_from_minor: Some(kava::facts::money::Money(5_000)),
        printed_card: kava::facts::customer::Rights::Today,
        sells_without_mark: true,
        ..Policy::default()
    };
    serde_json::to_value(policy).unwrap()
}

fn words(policy: &Value, language: Language) -> Vec<String> {
    let policy: Policy = serde_json::from_value(policy.clone()).unwrap();
    let rules = Rules {
        title: "Kava",
        currency: "BYN",
        policy: &policy,
        campaigns: Campaigns { all: &[], menu: &Menu::default(), offset_min: 180 },
        versions: &[(7, DAY)],
        day: DAY,
    };
    programme::of(&rules, language).iter().map(|block| block.words().to_owned()).collect()
}

/// Places of all figures and words of a value.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, one)| leaves(one, &format!("{at}/{name}"), found))
        }
        Value::Array(all) => {
            all.iter().enumerate().for_each(|(nth, one)| leaves(one, &format!("{at}/{nth}"), found))
        }
        _ => found.push(at.to_owned()),
    }
}

fn changed(policy: &Value, at: &str) -> Value {
    let mut policy = policy.clone();
    let leaf = policy.pointer_mut(at).unwrap();
    *leaf = match &*leaf {
        Value::Number(number) => json!(number.as_i64().unwrap() + 1),
        Value::Bool(is_so) => json!(!is_so),
        Value::String(_) if at == "/printed_card" => json!("full"),
        Value::String(_) if at == "/started" => json!("2020-02-02"),
        Value::String(word) => json!(format!("{word}-else")),
        other => panic!("{at}: {other}"),
    };
    policy
}

#[test]
fn every_figure_of_the_policy_that_is_a_guests_affair_is_on_the_page_and_no_other_is() {
    let policy = whole();
    let mut places = Vec::new();
    leaves(&policy, "", &mut places);
    assert!(places.len() > 50, "{places:?}");
    let mut on_page = 0;
    for at in &places {
        // What a card is for is said in words, and an arm with cards of its own has no steps beside theirs.
        let has_cards =
            at.strip_suffix("/steps").is_some_and(|arm| policy.pointer(&format!("{arm}/cards")).is_some());
        if at.ends_with("/timing") || at.ends_with("/aim") || has_cards {
            continue;
        }
        let is_own = OWN.iter().any(|own| at.starts_with(own));
        for language in Language::ALL {
            let differs = words(&policy, language) != words(&changed(&policy, at), language);
            assert_eq!(differs, !is_own, "{at} in {language:?}");
        }
        on_page += usize::from(!is_own);
    }
    assert!(on_page > 40, "{on_page}");
}

#[test]
fn the_holdout_of_the_day_is_said_as_it_is() {
    let mut policy = whole();
    policy["holdout"] = json!([{"from_day": 0, "share_bp": 5_000}, {"from_day": 50, "share_bp": 1_250}]);
    let page = words(&policy, Language::En).join("\n");
    assert!(
        page.contains(
            "A lot chooses them, not what we know of you; at present that is 12.5% of the members."
        ),
        "{page}"
    );
}

#[test]
fn a_title_of_a_campaign_is_text_on_the_page_whatever_it_is() {
    let page = html::page(&[Block::Item("<script>\"&".into())], Language::Ru, "/rules");
    assert!(page.contains("<li>&lt;script&gt;&quot;&amp;</li>") && !page.contains("<script"), "{page}");
}

#[test]
fn the_office_serves_the_rules_of_the_policy_in_force_with_its_campaigns_and_versions() {
    let office = Office::start();
    let say = |path: &str| office.get(path);
    assert!(say("/rules").contains("Сейчас общих акций нет"), "before anything is published");
    let file = office.folder.path().join("policy.json");
    for (version, depth) in [(2, 600), (3, 800)] {
        let mut policy = whole();
        policy["version"] = json!(version);
        policy["statuses"][0]["base_bp"] = json!(depth - 100);
        policy["statuses"][1]["base_bp"] = json!(depth);
        fs::write(&file, policy.to_string()).unwrap();
        office.run(&["publish", "policy", file.to_str().unwrap()]);
    }
    let campaign = office.folder.path().join("campaign.json");
    let body = json!({"id": "autumn", "title": "Осень & чай", "scope": {"kind": "category", "of": "чай"}, "depth_bp": 1_200,
        "from": "2026-01-01T00:00:00.000Z", "until": "2098-12-31T21:00:00.000Z", "budget": {"money": 100_000, "uses": 10}});
    fs::write(&campaign, body.to_string()).unwrap();
    office.run(&["campaign", "add", campaign.to_str().unwrap()]);
    let page = say("/rules");
    for part in
        ["Версия 3", "8\u{a0}%", "«Осень &amp; чай»: 12\u{a0}%, чай, с 2026-01-01 по 2098-12-31", "версия 2"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        page.contains("content-security-policy: default-src 'none'") && !page.contains("<script"),
        "{page}"
    );
    assert!(
        say("/rules?language=be").contains("<html lang=\"be\">")
            && say("/rules?language=be").contains("Асабістая зніжка")
    );
    assert!(say("/rules?language=fr").starts_with("HTTP/1.1 400"), "a language that nobody has written");
    let file = say("/rules.pdf?language=en");
    assert!(
        file.contains("content-type: application/pdf") && file.contains("%PDF-1.7") && file.contains("%%EOF")
    );
}
