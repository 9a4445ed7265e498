//! The towns in which policies are measured: frozen, blind to what is learned, and the same every time.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::steps::offer::{RfmTable, StampCard, Strategy};
use kava::testing::towns::engine::Engine;
use kava::testing::towns::outcome::Outcome;
use kava::testing::towns::parameters::{self, Town};
use kava::testing::towns::rules::Candidate;
use kava::testing::towns::run::Run;
use kava::testing::towns::street::Street;
use sha2::{Digest, Sha256};

#[test]
fn the_towns_are_frozen() {
    let table = [
        (
            "parameters",
            include_str!("../src/testing/towns/parameters.rs"),
            "4027646a6e8630ef9655e54fa4b56fa2ff4a7f007cc91c43a449ff018b7524be",
        ),
        (
            "form",
            include_str!("../src/testing/towns/form.rs"),
            "575a8aa5d0cde2f5014d355884a5de85f66b6771386b2683ad50ff28db428069",
        ),
    ];
    for (name, text, frozen) in table {
        let bytes = Sha256::digest(text.replace("\r\n", "\n").as_bytes());
        let hash: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, frozen, "{name}.rs changed; a town is never changed to fit a policy");
    }
}

fn run(town: &'static Town, days: i32, seed: u64, candidate: Candidate) -> Run<'static> {
    Run { town, days, seed, candidate }
}

fn on_street(town: &'static Town, days: i32, seed: u64, candidate: Candidate) -> Outcome {
    run(town, days, seed, candidate).live(&mut Street::new(candidate, None).unwrap(), |_| {}).unwrap()
}

#[test]
fn steps_alone_sell_what_the_whole_engine_sells() {
    let town = parameters::town("shocks").unwrap();
    let strategies = [
        (Strategy::None, 0),
        (Strategy::Flat(1_500), 0),
        (Strategy::Rfm(RfmTable { today: false, ..RfmTable::default() }), 500),
        (Strategy::Stamps(StampCard { every: 3, depth_bp: 3_000 }), 500),
    ];
    for (strategy, base_bp) in strategies {
        let candidate = Candidate { strategy, base_bp };
        let steps = on_street(town, 20, 5, candidate);
        let mut engine = Engine::open(candidate, None, None).unwrap();
        let whole = run(town, 20, 5, candidate).live(&mut engine, |_| {}).unwrap();
        assert_eq!(steps, whole, "{strategy:?}");
        assert!(steps.all().visits > 500, "{:?}", steps.all());
    }
}

#[test]
fn the_towns_name_nothing_of_what_is_learned() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/testing/towns");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("crate::learn"), "{} names learn", path.display());
        read += 1;
    }
    assert!(read >= 15, "{read} files");
}
