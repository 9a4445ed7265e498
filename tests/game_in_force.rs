//! A game from its evidence to the till: fitted on what the lot drew, let through by the gate, signed, installed,
//! drawn by, kept with every decision and computed again.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::facts::id::ReceiptId;
use kava::facts::models::{Bundle, EXPLOIT_MAX, Level};
use kava::facts::moment::{BusinessDay, Moment};
use kava::facts::policy::Policy;
use kava::facts::purchase::{PaymentKind, PurchaseKind};
use kava::flow::Counter;
use kava::flow::answers::Why;
use kava::flow::counter::Settings;
use kava::flow::decision::Decision;
use kava::flow::ids::Ids;
use kava::flow::quote::{Choice, QuoteWish};
use kava::flow::refit::{Parts, Refitted, Wish, refit};
use kava::flow::replay::{Replay, Replayed};
use kava::flow::settle::Pays;
use kava::ports::Idempotency;
use kava::steps::offer::{Strategy, draw};
use kava::store::{Access, Durability, Store};
use kava::testing::random::Random;
use kava::testing::scripted::ScriptedRegister;
use kava::testing::shop::{DAY_MS, MORNING, furnished, item};
use std::path::Path;
use std::process::Command;

const GUESTS: i64 = 700;
const EPOCH: i64 = 28;
/// The arm that brings guests back.
const WORKS: &str = "next-visit";

fn open(file: &Path, ids: u64) -> Counter {
    let store = if file.exists() {
        Store::open(file, Access::Write, Durability::Off).unwrap()
    } else {
        furnished(Store::open(file, Access::Create, Durability::Off).unwrap()).unwrap()
    };
    let settings = Settings { trust_ids: true, strategy: Strategy::Learned, ..Settings::default() };
    let register = Box::new(ScriptedRegister::new(Idempotency::ClientKey));
    Counter::new(store, register, None, Ids::seeded(ids, (1, 0)), settings).unwrap()
}

/// A visit as it came out.
struct Bought {
    arm: String,
    receipt: ReceiptId,
    /// Code and words of the reason on the screen.
    reason: Why,
}

/// A visit with so many lattes.
fn buy(shop: &mut Counter, guest: i64, day: i64, lattes: u32) -> Bought {
    let at = MORNING.later(day * DAY_MS + guest * 1_000);
    let greeting = shop.greet(Some(&format!("guest-{guest}")), at).unwrap();
    let basket = vec![item("latte", lattes.into())];
    let wish = QuoteWish { basket, choice: Choice::Best, kind: PurchaseKind::Sale };
    let reason = shop.quote(&greeting.visit, wish, at).unwrap().reason;
    let receipt = shop.settle(&greeting.visit, &Pays::Whole(PaymentKind::Card), at).unwrap().receipt;
    Bought { arm: greeting.arm.unwrap().to_string(), receipt, reason }
}

/// Two epochs of every guest; whoever has the arm that works comes three more times.
fn live(shop: &mut Counter) {
    let mut random = Random::new(3);
    for epoch in 0..2 {
        for guest in 0..GUESTS {
            let lattes = || u32::try_from(1 + guest % 2).unwrap();
            let first = epoch * (EPOCH + 1) + random.between(0, 1);
            let arm = buy(shop, guest, first, lattes()).arm;
            let more = if arm == WORKS { 3 } else { i64::from(random.once_in(3)) };
            for visit in 0..more {
                buy(shop, guest, first + 5 + visit * 4, lattes());
            }
        }
    }
}

fn learn(store: &mut Store, now: Moment) -> Refitted {
    let wish = Wish { now, seed: 9, fresh_secret: [7; 32], parts: Parts::ALL };
    refit(store, &wish, &mut |_, _, _| {}).unwrap()
}

#[test]
fn a_game_that_the_gate_lets_through_draws_at_the_till_and_is_computed_again() {
    let folder = tempfile::tempdir().unwrap();
    let (file, twin) = (folder.path().join("shop.db"), folder.path().join("twin.db"));
    let mut shop = open(&file, 7);
    live(&mut shop);
    drop(shop);
    std::fs::copy(&file, &twin).unwrap();
    let now = MORNING.later((2 * EPOCH + 4) * DAY_MS);

    let mut shop = open(&file, 8);
    let done = learn(shop.store_mut(), now);
    let report = done.report.game.as_ref().unwrap();
    assert!(report.gate.installed, "{report:?}");
    let found = report.exploit.unwrap();
    assert!(found.upper <= EXPLOIT_MAX && found.gain >= 0.0, "{found:?}");
    let (policy_is_worth, flat) = (report.value_of_policy.unwrap(), report.value_of_no_discount.unwrap());
    assert!(policy_is_worth > flat, "{policy_is_worth} {flat}");

    // Same evidence, seed, moment and key: the same bundle to the byte, game and response in it.
    let mut other = open(&twin, 9);
    let again = learn(other.store_mut(), now);
    assert_eq!(again.bundle.as_ref().unwrap().1, done.bundle.as_ref().unwrap().1);
    let bundle = shop.store().bundle_in_force(now).unwrap().unwrap();
    let game = bundle.game.as_ref().unwrap();
    assert!(bundle.response.is_some() && game.arms.len() == 3, "{game:?}");

    // The till draws by it: what works nearly always, and nobody else's share below the floor.
    shop.refresh(now).unwrap();
    let day = 2 * EPOCH + 5;
    let bought: Vec<Bought> = (0..60).map(|guest| buy(&mut shop, guest, day, 1)).collect();
    let works = bought.iter().filter(|bought| bought.arm == WORKS).count();
    assert!(works > 45, "{works} of 60");
    let store = shop.store();
    let mut by_game = 0;
    store
        .each_ended_epoch(BusinessDay(20_514 + 400), |epoch| {
            let assignment = epoch.assignment;
            if assignment.decided_by != "ladder" {
                by_game += 1;
                assert_eq!(assignment.probabilities_bp.values().sum::<i64>(), 10_000);
                assert!(assignment.probabilities_bp.values().all(|chance| *chance >= 200), "{assignment:?}");
                assert!(assignment.bundle.is_some());
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(by_game, 60, "every epoch that began with the game in force was drawn by it");
    let mut replay = Replay::default();
    for receipt in store.decided_receipts().unwrap() {
        assert_eq!(replay.receipt(store, &receipt).unwrap(), Replayed::Same, "{receipt}");
    }
    drop(shop);
    let report = kava::audit::audit(&file).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    explains(&file, &bought[0], &bundle);
}

/// `kava explain` names what decided: whose values, the card and its reason; and what it names moves the result.
fn explains(file: &Path, bought: &Bought, bundle: &Bundle) {
    let explain = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
        command.arg("--db").arg(file).args(more).args(["explain", bought.receipt.as_str()]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let (text, kept) = (explain(&[]), explain(&["--json"]));
    let decision: Decision = serde_json::from_str(&kept).unwrap();
    let (chosen, guest) = (decision.chosen.unwrap(), decision.guest.unwrap());
    let spoke = guest.draw.spoke.as_ref().unwrap();
    for expected in [
        format!("values     by {spoke}, expected contribution"),
        format!("arm        {} of ", bought.arm),
        format!("{}  <- chosen", chosen.reason.code()),
    ] {
        assert!(text.contains(&expected), "{expected:?} is not in\n{text}");
    }
    assert_eq!(bought.reason.code, chosen.reason.code(), "screen and record name one reason");
    let policy = Policy { holdout: Vec::new(), ..Policy::default() };
    let again = |bundle: &Bundle| draw(&guest.situation, &policy, Some(bundle));
    assert_eq!(again(bundle), guest.draw);
    // Were the arm that the values name worth nothing, it would be drawn as seldom as any.
    let best = guest.draw.values_milli.iter().max_by_key(|(_, value)| **value).unwrap().0;
    let mut other = bundle.clone();
    let game = other.game.as_mut().unwrap();
    game.level = Level::Uniform;
    game.arms.insert(best.clone(), 0.0);
    assert!(guest.draw.probabilities_bp.get(best).is_some_and(|chance| *chance > 9_000), "{:?}", guest.draw);
    assert!(
        again(&other).probabilities_bp.get(best).is_none_or(|chance| *chance <= 200),
        "{:?}",
        again(&other)
    );
}
