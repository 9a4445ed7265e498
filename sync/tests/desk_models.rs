//! Bundles of models at the desk, with the real programs: who sees them, who may do something, and what is answered.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file asks little of its helpers")]

mod clerks;
mod described;
mod running;

use clerks::{enter, get, post};
use kava::{
    facts::{models::Bundle, moment::Moment},
    wire::bundle::sign,
};
use running::Office;
use serde_json::{Value, json};

/// Publishes a bundle of a release without models; nobody here asks whose key it is.
fn publish(office: &Office, release: u64) -> Value {
    let bundle = Bundle {
        v: 1,
        issuer: "office".into(),
        release,
        made: Moment(1_760_000_000_000),
        not_after: Moment(1_900_000_000_000),
        products: Vec::new(),
        segments: None,
        value: None,
        tastes: None,
        response: None,
        game: None,
    };
    let file = office.folder.path().join("bundle");
    std::fs::write(&file, sign(&bundle, &[7; 32])).unwrap();
    office.run(&["publish", "bundle", file.to_str().unwrap()])
}

#[test]
fn the_owner_sends_models_back_and_an_analyst_only_looks() {
    let office = Office::start();
    let owner = enter(&office, &[]);
    let analyst = enter(&office, &["--name", "ann", "--role", "analyst"]);
    let marketer = enter(&office, &["--name", "mara", "--role", "marketer"]);
    assert_eq!(get(&office, "models", &owner).body["lines"][0]["bundles"], json!([]));
    publish(&office, 1);
    publish(&office, 2);
    let line = get(&office, "models", &analyst).body["lines"][0].clone();
    let states: Vec<&str> =
        line["bundles"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!((states, &line["back_to"]), (vec!["in_force", "past"], &json!(1)), "{line}");
    assert_eq!(get(&office, "models", &marketer).code(), "desk_forbidden");
    let wish = json!({"seen": 2});
    assert_eq!(post(&office, "models/return", &analyst, &wish).code(), "desk_forbidden");
    assert_eq!(post(&office, "models/advance", &analyst, &json!({"version": 2})).code(), "desk_forbidden");
    assert_eq!(post(&office, "models/return", &owner, &json!({"seen": 1})).code(), "desk_models_moved");
    assert_eq!(post(&office, "models/return", &owner, &json!({})).status, 400);
    let said = post(&office, "models/return", &owner, &wish);
    assert_eq!((said.status, &said.body["version"]), (200, &json!(3)), "{}", said.body);
    let line = get(&office, "models", &owner).body["lines"][0].clone();
    assert_eq!(
        (&line["bundles"][0]["of"], &line["bundles"][0]["by"]),
        (&json!(1), &json!("owner")),
        "{line}"
    );
    assert_eq!(get(&office, "deeds", &owner).body["deeds"][0]["what"], json!("bundle_returned"));
    assert_eq!(post(&office, "models/advance", &owner, &json!({"version": 3})).code(), "desk_models_moved");
    // The commands say the same.
    let listed = office.run(&["models", "list"]);
    assert_eq!(listed["lines"][0]["bundles"][0]["version"], json!(3));
    let refused = office.try_run(&["models", "advance"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no bundle is on its way"), "{refused:?}");
    let looked = office.run(&["models", "look"]);
    assert_eq!(looked["looks"][0]["look"]["go"], json!("stay"), "{looked}");
    assert_eq!(office.run(&["models", "return", "--version", "2"])["version"], json!(4));
    let line = get(&office, "models", &owner).body["lines"][0].clone();
    assert_eq!(line["look"]["version"], json!(3), "{line}");
}
