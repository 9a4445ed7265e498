//! The contract of the `Register` port, kept over real sockets against the simulated register, which is
//! a process of its own that loses answers, talks nonsense and is killed.

#![cfg(feature = "edge")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod simulators;

use self::simulators::{Dice, PATIENT, Simulator};
use kava::devices::simulator::SimulatorRegister;
use kava::facts::basket::Quantity;
use kava::facts::id::ReceiptId;
use kava::facts::menu::{Product, Role};
use kava::facts::money::Money;
use kava::facts::purchase::{Payment, PaymentKind, PurchaseLine};
use kava::ports::{GiveBack, NetReceipt, Outcome, Paper, RefundReceipt, Register};
use kava::steps::charge::refund_receipt;
use kava::testing::scripted::Page;
use std::{
    io::Write,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

const HASTY: Duration = Duration::from_millis(80);

/// Three cups that do not divide evenly and something weighed: 1 × 2.99, 2 × 3.00 and 0.337 × 9.94.
fn lines() -> [PurchaseLine; 2] {
    let line = |line, qty, net| PurchaseLine {
        line,
        product: Arc::new(Product {
            sku: "1".into(),
            name: "Капучино 250 мл".into(),
            category: "coffee".into(),
            variant_of: None,
            role: Role::Item,
            price: Money(335),
            cost: None,
            cost_day: None,
            tax_bp: 2000,
            eligible: true,
            drink: true,
            weighed: true,
            needs_mark: false,
        }),
        extras: vec![],
        qty: Quantity(qty),
        list: Money(net),
        discount: Money(0),
        net: Money(net),
        floor: None,
        tax: Money(0),
        note: None,
        mark: None,
    };
    [line(1, 3000, 899), line(2, 337, 335)]
}

fn payments() -> Vec<Payment> {
    vec![
        Payment { kind: PaymentKind::Cash, amount: Money(234) },
        Payment { kind: PaymentKind::Card, amount: Money(1000) },
    ]
}

fn paper(id: &str) -> Paper {
    let comment = Some("карта №7 — ваша".into());
    Paper { comment, ..Paper::new(ReceiptId::new(id), "BYN", &lines(), payments()) }
}

fn receipt(id: &str) -> NetReceipt {
    NetReceipt::unguarded(paper(id))
}

fn back(id: &str) -> RefundReceipt {
    refund_receipt(ReceiptId::new(id), "BYN", &lines(), payments())
}

fn adapter(simulator: &Simulator) -> SimulatorRegister {
    SimulatorRegister::open(&simulator.url()).unwrap()
}

fn give_back(register: &mut SimulatorRegister, original: &ReceiptId, refund: &RefundReceipt) -> Outcome {
    let back = GiveBack { original, reference: None, refund };
    register.refund(&back, &mut Page::default(), PATIENT)
}

type Spoil = fn(&mut Paper);

fn total(outcome: &Outcome) -> i64 {
    match outcome {
        Outcome::Done { total, .. } => total.minor(),
        other => panic!("expected done, got {other:?}"),
    }
}

fn is_unknown(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Unknown { .. })
}

fn is_not_done(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::NotDone { .. })
}

#[test]
fn a_receipt_is_rung_up_once_however_often_it_is_sent() {
    let simulator = Simulator::start();
    let mut register = adapter(&simulator);
    register.probe(PATIENT).unwrap();
    let first = register.submit(&receipt("r1"), &mut Page::default(), PATIENT);
    assert_eq!(total(&first), 1234);
    assert_eq!(register.submit(&receipt("r1"), &mut Page::default(), PATIENT), first);
    assert_eq!(register.resolve(&ReceiptId::new("r1"), &mut Page::default(), PATIENT), first);
    assert_eq!(simulator.rung_up("r1"), [1234]);
    assert!(is_not_done(&register.resolve(&ReceiptId::new("r2/ж?"), &mut Page::default(), PATIENT)));
}

#[test]
fn the_same_id_with_other_content_goes_to_a_person() {
    let simulator = Simulator::start();
    let mut register = adapter(&simulator);
    register.submit(&receipt("r1"), &mut Page::default(), PATIENT);
    let other = NetReceipt::unguarded(Paper { comment: None, ..paper("r1") });
    assert!(is_unknown(&register.submit(&other, &mut Page::default(), PATIENT)));
    assert_eq!(simulator.rung_up("r1"), [1234]);
}

#[test]
fn a_receipt_that_does_not_add_up_is_refused_with_the_reason() {
    let simulator = Simulator::start();
    let mut register = adapter(&simulator);
    let spoil: [(&str, Spoil); 5] = [
        ("lines sum", |r| r.total = Money(1235)),
        ("payments sum", |r| r.payments[0].amount = Money(1)),
        ("2 x 301", |r| r.lines[1].unit = Money(301)),
        ("below zero", |r| r.lines[0].net = Money(-1)),
        ("currency", |r| r.currency = "руб".into()),
    ];
    for (says, spoil) in spoil {
        let mut bad = paper("bad");
        spoil(&mut bad);
        let outcome = register.submit(&NetReceipt::unguarded(bad), &mut Page::default(), PATIENT);
        assert!(matches!(&outcome, Outcome::NotDone { reason } if reason.contains(says)), "{outcome:?}");
    }
    assert!(simulator.rung_up("bad").is_empty());
}

#[test]
fn every_fault_ends_in_the_outcome_that_is_true() {
    let simulator = Simulator::start();
    let mut register = adapter(&simulator);
    let table = [
        ("drop_request", "unknown", "not done"),
        ("drop_answer", "unknown", "done"),
        ("half_answer", "unknown", "done"),
        ("garbage", "unknown", "done"),
        ("error_500", "unknown", "not done"),
        ("error_500_after", "unknown", "done"),
        ("hang", "unknown", "not done"),
        ("delay:900", "unknown", "done"),
        ("delay:20", "done", "done"),
        ("decline", "declined", "not done"),
        ("wrong_total", "done", "done"),
    ];
    let word = |outcome: &Outcome| match outcome {
        Outcome::Done { .. } => "done",
        Outcome::NotDone { .. } => "not done",
        Outcome::Declined { .. } => "declined",
        Outcome::Unknown { .. } => "unknown",
    };
    for (fault, submitted, resolved) in table {
        simulator.misbehave(&[fault]);
        let receipt = receipt(fault);
        let first = register.submit(&receipt, &mut Page::default(), Duration::from_millis(450));
        assert_eq!(word(&first), submitted, "{fault}: {first:?}");
        let later = register.resolve(&receipt.id, &mut Page::default(), PATIENT);
        assert_eq!(word(&later), resolved, "{fault}: {later:?}");
        assert_eq!(simulator.rung_up(receipt.id.as_str()).len(), usize::from(resolved == "done"), "{fault}");
        if fault == "wrong_total" {
            assert_eq!((total(&first), total(&later)), (1235, 1235));
        } else {
            assert_eq!(
                total(&register.submit(&receipt, &mut Page::default(), PATIENT)),
                1234,
                "{fault}: a second try succeeds"
            );
        }
    }
}

#[test]
fn a_refund_gives_back_once_and_never_more_than_was_taken() {
    let simulator = Simulator::start();
    let mut register = adapter(&simulator);
    let original = ReceiptId::new("r1");
    register.submit(&receipt("r1"), &mut Page::default(), PATIENT);
    simulator.misbehave(&["drop_answer"]);
    assert!(is_unknown(&give_back(&mut register, &original, &back("back"))));
    assert_eq!(total(&register.resolve(&ReceiptId::new("back"), &mut Page::default(), PATIENT)), 1234);
    assert_eq!(total(&give_back(&mut register, &original, &back("back"))), 1234);
    assert_eq!(simulator.rung_up("back"), [1234]);
    assert!(is_not_done(&give_back(&mut register, &original, &back("again"))));
    assert!(is_not_done(&give_back(&mut register, &ReceiptId::new("never"), &back("back2"))));
}

#[test]
fn a_register_that_is_switched_off_has_not_rung_up_but_cannot_say_what_it_did_before() {
    let mut simulator = Simulator::start();
    let mut register = adapter(&simulator);
    simulator.misbehave(&["drop_answer"]);
    assert!(is_unknown(&register.submit(&receipt("before"), &mut Page::default(), PATIENT)));
    simulator.kill();
    assert!(register.probe(PATIENT).unwrap_err().contains("switched on"));
    assert!(is_not_done(&register.submit(&receipt("fresh"), &mut Page::default(), PATIENT)));
    assert!(is_unknown(&register.resolve(&ReceiptId::new("before"), &mut Page::default(), PATIENT)));
    assert!(
        is_unknown(&register.submit(&receipt("before"), &mut Page::default(), PATIENT)),
        "its first answer was lost"
    );
    simulator.restart();
    assert_eq!(total(&register.resolve(&ReceiptId::new("before"), &mut Page::default(), PATIENT)), 1234);
    assert_eq!(simulator.rung_up("before"), [1234]);
    assert!(simulator.rung_up("fresh").is_empty());
}

#[test]
fn a_journal_that_ends_in_half_a_line_is_cut_and_read() {
    let mut simulator = Simulator::start();
    let mut register = adapter(&simulator);
    register.submit(&receipt("whole"), &mut Page::default(), PATIENT);
    simulator.kill();
    let mut journal = std::fs::OpenOptions::new().append(true).open(simulator.journal()).unwrap();
    journal.write_all(br#"{"kind":"receipt","id":"half"#).unwrap();
    simulator.restart();
    assert_eq!(total(&register.resolve(&ReceiptId::new("whole"), &mut Page::default(), PATIENT)), 1234);
    assert_eq!(total(&register.submit(&receipt("half"), &mut Page::default(), PATIENT)), 1234);
}

const FAULTS: [&str; 12] = [
    "drop_request",
    "drop_answer",
    "half_answer",
    "delay:10",
    "delay:130",
    "error_500",
    "error_500_after",
    "wrong_total",
    "decline",
    "hang",
    "garbage",
    "delay:0",
];

/// What one schedule has seen so far.
struct Schedule<'a> {
    seed: u64,
    simulator: &'a mut Simulator,
    register: SimulatorRegister,
    receipt: NetReceipt,
    /// The register's last word was that it is certainly not rung up.
    certainly_not: bool,
}

impl Schedule<'_> {
    fn step(&mut self, dice: &mut Dice, seen: &mut [u32; 4]) {
        let outcome = match dice.roll(40) {
            0 => self.submit_while_it_dies(dice.roll(60)),
            1 => {
                self.simulator.kill();
                let outcome = self.register.submit(&self.receipt, &mut Page::default(), HASTY);
                self.simulator.restart();
                outcome
            }
            2..15 => self.register.resolve(&self.receipt.id, &mut Page::default(), HASTY),
            _ => self.register.submit(&self.receipt, &mut Page::default(), HASTY),
        };
        self.judge(&outcome, seen);
    }

    fn submit_while_it_dies(&mut self, after_ms: u64) -> Outcome {
        self.simulator.misbehave(&["delay:30"]);
        let (done, wait) = mpsc::channel();
        let (register, receipt) = (&mut self.register, &self.receipt);
        let simulator = &mut *self.simulator;
        let outcome = thread::scope(|scope| {
            let asked = scope.spawn(move || {
                let outcome = register.submit(receipt, &mut Page::default(), HASTY);
                done.send(()).unwrap_or_default();
                outcome
            });
            wait.recv_timeout(Duration::from_millis(after_ms)).unwrap_or_default();
            simulator.kill();
            asked.join().unwrap()
        });
        self.simulator.restart();
        outcome
    }

    fn judge(&mut self, outcome: &Outcome, seen: &mut [u32; 4]) {
        let seed = self.seed;
        let journal = self.simulator.rung_up(self.receipt.id.as_str());
        assert!(journal.len() <= 1, "seed {seed}: rung up {} times", journal.len());
        self.certainly_not = matches!(outcome, Outcome::NotDone { .. } | Outcome::Declined { .. });
        let index = match outcome {
            Outcome::Done { total, .. } => {
                assert_eq!(journal, [total.minor()], "seed {seed}: done, but the journal disagrees");
                0
            }
            Outcome::NotDone { .. } => 1,
            Outcome::Declined { .. } => 2,
            Outcome::Unknown { .. } => 3,
        };
        seen[index] += 1;
        assert!(!self.certainly_not || journal.is_empty(), "seed {seed}: {outcome:?}, but it is rung up");
    }

    /// Waits until everything sent has been worked off, then looks at the journal once more.
    fn close(&mut self) {
        let seed = self.seed;
        self.simulator.misbehave(&[]);
        let journal = self.simulator.rung_up(self.receipt.id.as_str());
        assert!(!self.certainly_not || journal.is_empty(), "seed {seed}: not done, yet rung up later");
        let end = self.register.resolve(&self.receipt.id, &mut Page::default(), PATIENT);
        assert_eq!(matches!(end, Outcome::Done { .. }), journal.len() == 1, "seed {seed}: {end:?}");
        assert!(journal.len() <= 1, "seed {seed}: rung up {} times", journal.len());
    }
}

#[test]
fn after_any_schedule_of_faults_a_receipt_is_there_once_or_not_at_all_and_nobody_lied() {
    let seen = thread::scope(|scope| {
        let quarters: Vec<_> = (0..4)
            .map(|quarter| scope.spawn(move || run_schedules(quarter * 50..(quarter + 1) * 50)))
            .collect();
        let counts = quarters.into_iter().map(|quarter| quarter.join().unwrap());
        counts.fold([0; 4], |sum, more| std::array::from_fn(|kind| sum[kind] + more[kind]))
    });
    assert!(seen.iter().all(|count| *count > 5), "done, not done, declined, unknown: {seen:?}");
}

/// One schedule for each seed, on one register; how often each outcome was seen.
fn run_schedules(seeds: std::ops::Range<u64>) -> [u32; 4] {
    let mut simulator = Simulator::start();
    let mut seen = [0; 4];
    for seed in seeds {
        let mut dice = Dice(seed);
        let faults: Vec<&str> =
            (0..dice.roll(5)).map(|_| FAULTS[usize::try_from(dice.roll(12)).unwrap()]).collect();
        simulator.misbehave(&faults);
        let register = adapter(&simulator);
        let receipt = receipt(&format!("seed-{seed}"));
        let mut schedule =
            Schedule { seed, simulator: &mut simulator, register, receipt, certainly_not: false };
        for _ in 0..=dice.roll(4) {
            schedule.step(&mut dice, &mut seen);
        }
        schedule.close();
    }
    seen
}
