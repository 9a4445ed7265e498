//! Segments end to end: fitted on guests with known habits, signed, refused when touched, installed.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::facts::customer::Features;
use kava::facts::id::CategoryId;
use kava::facts::models::{Bundle, SegmentModel};
use kava::facts::moment::{BusinessDay, Moment, ShopDay};
use kava::learn::cluster::{Distances, adjusted_rand, fit as k_means, silhouette};
use kava::learn::density::knee;
use kava::learn::sample::generator;
use kava::learn::segments::{Fitted, Task, fit};
use kava::steps::segment::assign;
use kava::store::setting::set_shop;
use kava::store::signing_keys::{add_key, retire_keys};
use kava::store::{Access, Durability, Store};
use kava::wire::bundle::{BUNDLE_FORMAT, Refusal, Trust, TrustedKey, key_id, public_of, sign, verify};
use ndarray::Array2;
use rand::Rng;
use std::{path::Path, process::Command};

const OPEN_DAY: i32 = 200;
const TODAY: ShopDay = ShopDay { day: BusinessDay(20_000 + OPEN_DAY - 1), number: OPEN_DAY };

/// Guests of three habits and some strangers: frequent coffee, seldom but much with cake, tea now and then.
fn town(seed: u64, each: usize) -> Vec<(String, Features, usize)> {
    let mut rng = generator(seed, 0);
    let mut guests = Vec::new();
    for number in 0..each * 3 {
        let habit = number % 3;
        let (gap, cups, shares) = match habit {
            0 => (1..=2, 900..1_300, [("coffee", 90), ("tea", 5), ("cake", 5)]),
            1 => (14..=20, 3_500..5_000, [("coffee", 30), ("tea", 10), ("cake", 60)]),
            _ => (5..=7, 1_000..1_400, [("coffee", 5), ("tea", 85), ("cake", 10)]),
        };
        let visits = rng.gen_range(8..20u32);
        let gaps: Vec<i32> = (1..visits).map(|_| rng.gen_range(gap.clone())).collect();
        let total: i64 = (0..visits).map(|_| rng.gen_range(cups.clone())).sum();
        let part = |percent: i64, noise: i64| total * (percent + noise).max(0) / 100;
        let spend = shares.map(|(id, percent)| (CategoryId::new(id), part(percent, rng.gen_range(-4..=4))));
        let features = Features {
            visits,
            last_open_day: OPEN_DAY - rng.gen_range(0..=*gap.start()),
            gaps,
            cups_milli: total,
            cups_by_category: spend.into_iter().collect(),
            ..Features::default()
        };
        guests.push((format!("guest-{number:05}"), features, habit));
    }
    for stranger in 0..40 {
        let features = Features { visits: 2, last_open_day: 150, ..Features::default() };
        guests.push((format!("stranger-{stranger}"), features, 9));
    }
    guests
}

fn learn(guests: &[(String, Features, usize)], seed: u64, previous: Option<&SegmentModel>) -> Fitted {
    let customers = guests.iter().map(|(key, features, _)| (key.clone(), features.clone()));
    fit(customers, &Task { today: TODAY, value: None, seed, previous }, &mut |_, _, _| {})
}

fn bundle(model: Option<SegmentModel>, release: u64) -> Bundle {
    Bundle {
        v: BUNDLE_FORMAT,
        issuer: "local:7".into(),
        release,
        made: Moment(1_000_000),
        not_after: Moment(2_000_000),
        products: Vec::new(),
        segments: model,
        value: None,
        tastes: None,
        response: None,
        game: None,
    }
}

#[test]
fn habits_that_exist_are_found_and_named() {
    let guests = town(11, 200);
    let fitted = learn(&guests, 5, None);
    let model = fitted.model.expect("600 guests of three habits carry a model");
    model.check().unwrap();
    assert_eq!(fitted.report.k, 3, "silhouettes {:?}", fitted.report.tried);
    assert_eq!(fitted.report.sizes.iter().sum::<usize>(), fitted.report.rules["core"]);
    let with_segments = bundle(Some(model.clone()), 1);
    let (truth, found): (Vec<usize>, Vec<usize>) = guests
        .iter()
        .filter_map(|(_, features, habit)| {
            let name = assign(features, TODAY, Some(&with_segments), "");
            Some((*habit, model.clusters.iter().position(|cluster| cluster.name == name)?))
        })
        .unzip();
    assert!(truth.len() > 550, "only {} guests are in a cluster", truth.len());
    assert!(adjusted_rand(&truth, &found) > 0.99);
    let mut names: Vec<&str> = model.clusters.iter().map(|cluster| cluster.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["frequent_small_spenders_coffee", "rare_big_spenders_cake", "steady_small_spenders_tea"]
    );
    assert!(fitted.report.stability_ari.unwrap() > 0.95, "{:?}", fitted.report.stability_ari);
    let dense = fitted.report.dbscan.unwrap();
    assert!(dense.clusters >= 3 && dense.eps > 0.0 && dense.min_points == 2 * 7, "{dense:?}");
}

#[test]
fn one_seed_gives_one_bundle_to_the_byte_in_whatever_order_customers_come() {
    let guests = town(3, 120);
    let mut reversed = guests.clone();
    reversed.reverse();
    let one = bundle(learn(&guests, 8, None).model, 1).to_json();
    let two = bundle(learn(&reversed, 8, None).model, 1).to_json();
    assert_eq!(one, two);
    assert!(one.contains("\"centre\""), "there is a model in it");
    let read: Bundle = serde_json::from_str(&one).unwrap();
    assert_eq!(read.to_json(), one, "numbers survive reading to the last bit");
}

#[test]
fn too_few_customers_give_no_model_and_a_sentence() {
    let guests = town(4, 60);
    let fitted = learn(&guests, 1, None);
    assert_eq!((fitted.model, fitted.report.k), (None, 0));
    let why = fitted.report.why.unwrap();
    assert!(why.contains("300 are needed"), "{why}");
    assert_eq!((fitted.report.rules["core"], fitted.report.rules["new"]), (180, 40));
    assert_eq!(learn(&[], 1, None).model, None);
}

#[test]
fn customers_who_are_all_alike_give_no_model_and_no_crash() {
    let one = town(4, 1).swap_remove(0).1;
    let guests: Vec<_> = (0..400).map(|n| (format!("twin-{n}"), one.clone(), 0)).collect();
    let fitted = learn(&guests, 1, None);
    assert_eq!(fitted.model, None);
    assert!(fitted.report.why.unwrap().contains("rules alone decide"));
}

#[test]
fn names_persist_over_refits() {
    let mut before = learn(&town(21, 150), 1, None).model.unwrap();
    for (number, cluster) in before.clusters.iter_mut().enumerate() {
        cluster.name = format!("given_by_hand_{number}");
    }
    let after = learn(&town(22, 150), 2, Some(&before)).model.unwrap();
    let mut names: Vec<&str> = after.clusters.iter().map(|cluster| cluster.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["given_by_hand_0", "given_by_hand_1", "given_by_hand_2"]);
}

#[test]
fn measures_agree_with_values_computed_by_hand() {
    assert!((adjusted_rand(&[0, 0, 1, 2], &[0, 0, 1, 1]) - 4.0 / 7.0).abs() < 1e-12);
    assert!((adjusted_rand(&[0, 0, 1, 1], &[1, 1, 0, 0]) - 1.0).abs() < 1e-12);
    assert!((adjusted_rand(&[0, 0, 1, 1], &[0, 1, 0, 1]) + 0.5).abs() < 1e-12);
    let line = Array2::from_shape_vec((4, 1), vec![0.0, 1.0, 10.0, 11.0]).unwrap();
    let found = silhouette(&Distances::of(&line), &[0, 0, 1, 1], 2).unwrap();
    assert!((found - f64::midpoint(9.5 / 10.5, 8.5 / 9.5)).abs() < 1e-12, "{found}");
    assert_eq!(silhouette(&Distances::of(&line), &[0, 0, 0, 0], 2), None);
    assert_eq!(knee(&[1.0, 1.1, 1.2, 1.3, 5.0]), Some(1.3));
    assert_eq!((knee(&[]), knee(&[0.0, 0.0])), (None, None));
    let clustering = k_means(&line, 2, 3, &mut generator(1, 1)).unwrap();
    assert!((clustering.inertia - 1.0).abs() < 1e-12, "a sum, not a mean: {}", clustering.inertia);
    assert_eq!(clustering.sizes(), [2, 2]);
    assert_eq!(k_means(&Array2::zeros((9, 2)), 2, 3, &mut generator(1, 1)), None);
}

fn trust(secret: &[u8; 32]) -> Trust {
    let public = public_of(secret);
    let key = TrustedKey { id: key_id(&public), issuer: "local:7".into(), public, retired: None };
    Trust { keys: vec![key], installed: None, now: Moment(1_500_000) }
}

#[test]
fn a_bundle_is_refused_with_its_reason() {
    let secret = [7; 32];
    let good = learn(&town(5, 100), 1, None).model;
    let text = sign(&bundle(good.clone(), 3), &secret);
    let trust = trust(&secret);
    let verified = verify(&text, &trust).unwrap();
    assert_eq!(verified.bundle.segments, good);
    assert_eq!(verified.digest, verified.bundle.digest());

    let code = |text: &str, trust: &Trust| verify(text, trust).map_err(|refusal| refusal.code());
    let body = text.lines().next().unwrap();
    assert_eq!(code(body, &trust), Err("bundle_unsigned"));
    assert_eq!(code("", &trust), Err("bundle_unsigned"));
    assert_eq!(code(&text.replacen("\"release\":3", "\"release\":4", 1), &trust), Err("bundle_altered"));
    assert_eq!(
        code(text.trim_end().strip_suffix(char::is_alphanumeric).unwrap(), &trust),
        Err("bundle_altered")
    );
    assert_eq!(code(&sign(&bundle(None, 3), &[8; 32]), &trust), Err("bundle_foreign"));
    let other = Bundle { issuer: "local:8".into(), ..bundle(None, 3) };
    assert_eq!(code(&sign(&other, &secret), &trust), Err("bundle_foreign"));
    let newer = Bundle { v: BUNDLE_FORMAT + 1, ..bundle(None, 3) };
    assert_eq!(code(&sign(&newer, &secret), &trust), Err("bundle_newer_format"));

    let mut later = trust.clone();
    later.now = Moment(2_000_001);
    assert_eq!(code(&text, &later), Err("bundle_expired"));
    let mut ahead = trust.clone();
    ahead.installed = Some((4, verified.digest.clone()));
    assert_eq!(code(&text, &ahead), Err("bundle_lower_release"));
    ahead.installed = Some((3, verified.digest));
    assert!(code(&text, &ahead).is_ok(), "the very same bundle again is no step back");
    assert_eq!(code(&sign(&bundle(None, 3), &secret), &ahead), Err("bundle_lower_release"));
    let mut retired = trust;
    retired.keys[0].retired = Some(Moment(999_999));
    assert_eq!(code(&text, &retired), Err("bundle_foreign"));
}

#[test]
fn a_signed_model_that_makes_no_sense_is_refused() {
    let secret = [7; 32];
    let good = learn(&town(5, 100), 1, None).model.unwrap();
    let damages: [fn(&mut SegmentModel); 5] = [
        |m| m.deviation[2] = 0.0,
        |m| m.clusters[0].radius = 0.0,
        |m| m.clusters[1].name = m.clusters[0].name.clone(),
        |m| m.mean.truncate(2),
        |m| m.clusters.clear(),
    ];
    for (index, damage) in damages.into_iter().enumerate() {
        let mut model = good.clone();
        damage(&mut model);
        let refusal = verify(&sign(&bundle(Some(model), 1), &secret), &trust(&secret)).unwrap_err();
        assert!(matches!(refusal, Refusal::Unsound(_)), "damage {index}: {refusal}");
    }
    // JSON has no NaN: such a model is written as null and cannot be read back.
    let mut model = good;
    model.clusters[0].centre[0] = f64::NAN;
    let refusal = verify(&sign(&bundle(Some(model), 1), &secret), &trust(&secret)).unwrap_err();
    assert_eq!(refusal.code(), "bundle_unsound");
}

#[test]
fn no_byte_of_a_bundle_can_be_changed() {
    let secret = [7; 32];
    let text = sign(&bundle(None, 3), &secret);
    let trust = trust(&secret);
    for (place, byte) in text.trim_end().bytes().enumerate() {
        let mut altered = text.clone().into_bytes();
        altered[place] = if byte == b'1' { b'2' } else { b'1' };
        let Ok(altered) = String::from_utf8(altered) else { continue };
        assert!(verify(&altered, &trust).is_err(), "byte {place} was changed and nobody noticed");
    }
}

fn shop() -> kava::facts::shop::Shop {
    serde_json::from_value(serde_json::json!({
        "chain": "kava", "shop": "1", "counter": "7", "currency": "BYN", "zone": "Europe/Minsk",
        "day_start_hour": 4, "language": "en", "title": "KAVA"
    }))
    .unwrap()
}

/// A database with these guests and as many open days as their features speak of.
fn fill(path: &Path, guests: &[(String, Features, usize)]) {
    let mut store = Store::open(path, Access::Create, Durability::Off).unwrap();
    store
        .change(|change| {
            set_shop(change, &shop())?;
            for day in 0..OPEN_DAY - 1 {
                change.execute("INSERT INTO open_day VALUES (?)", [20_000 + day])?;
            }
            let sql = "INSERT INTO customer (key, consent, registered, source, features) VALUES (?, 3, 0, 'test', ?)";
            for (key, features, _) in guests {
                change.execute(sql, [key, &serde_json::to_string(features).unwrap()])?;
            }
            change.execute("INSERT INTO customer (key, consent, registered, source) VALUES ('unseen', 3, 0, 'test')", [])?;
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_bundle_is_installed_with_every_customers_segment_and_passed_over_when_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let guests = town(31, 100);
    fill(&path, &guests);
    let mut store = Store::open(&path, Access::Write, Durability::Full).unwrap();
    let (now, today) = (Moment(1_500_000), BusinessDay(20_000 + OPEN_DAY - 1));
    assert_eq!(store.shop_day(today).unwrap(), TODAY);
    let secret = [7; 32];
    let text = sign(&bundle(learn(&guests, 1, None).model, 1), &secret);
    let fault = store.install_bundle(&text, now, today).unwrap_err();
    assert_eq!(fault.code(), "bundle_foreign", "the key is not kept yet");
    assert_eq!(store.bundle_in_force(now).unwrap(), None);

    store.change(|change| add_key(change, &secret, Moment(0))).unwrap();
    let installed = store.install_bundle(&text, now, today).unwrap();
    assert_eq!(installed.segments.values().sum::<u64>(), 341);
    assert_eq!(installed.segments["new"], 41);
    assert!(installed.moved >= 250, "{installed:?}");
    let again = store.install_bundle(&text, now, today).unwrap();
    assert_eq!((again.moved, again.segments), (0, installed.segments));
    assert_eq!(store.next_release().unwrap(), 2);

    store.change(|change| retire_keys(change, now)).unwrap();
    assert_eq!(store.signing_secret().unwrap(), None);
    assert!(store.bundle_in_force(now).unwrap().is_some(), "what a retired key signed stays good");
    assert_eq!(store.bundle_in_force(Moment(2_000_001)).unwrap(), None, "an expired bundle is no bundle");

    drop(store);
    let raw = rusqlite::Connection::open(&path).unwrap();
    let sql = "UPDATE artifact SET body = CAST(replace(CAST(body AS TEXT), 'rare', 'RARE') AS BLOB) WHERE kind = 'bundle'";
    assert_eq!(raw.execute(sql, []).unwrap(), 1);
    drop(raw);
    let store = Store::open(&path, Access::Read, Durability::Full).unwrap();
    assert_eq!(store.bundle_in_force(now).unwrap(), None);
    assert_eq!(store.bundles(now).unwrap()[0].content, Err(Refusal::Altered));
}

fn kava(db: &Path, words: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kava")).arg("--db").arg(db).args(words).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_command_learns_installs_reports_and_says_what_is_not_there_yet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    fill(&path, &town(41, 150));
    let at = BusinessDay(20_000 + OPEN_DAY - 1).to_string() + "T12:00:00Z";
    let figures = folder.path().join("figures.json");
    let figures = figures.to_str().unwrap();

    let (status, said, complaint) = kava(&path, &["learn", "--seed", "9", "--at", &at, "--report", figures]);
    assert_eq!(status, 0, "{complaint}");
    assert!(said.contains("Release 1 is installed: 3 segments"), "{said}");
    assert!(said.contains("Often here, small receipts, coffee"), "{said}");
    let report: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(figures).unwrap()).unwrap();
    let segments = &report["segments"];
    for field in
        ["features", "scaler", "inertia", "silhouette", "sizes", "centroids", "noise", "stability_ari"]
    {
        assert!(!segments[field].is_null(), "{field} is missing from {segments}");
    }
    assert_eq!((&segments["k"], &segments["dbscan"]["min_points"]), (&3.into(), &14.into()));

    let (status, said, _) = kava(&path, &["--json", "learn", "--seed", "9", "--at", &at]);
    let second: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((status, &second["bundle"]["release"], &second["moved"]), (0, &2.into(), &0.into()));

    let (status, said, _) = kava(&path, &["--json", "learn", "--only", "response", "--at", &at]);
    let third: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((status, third["bundle"].is_null(), third["segments"].is_null()), (0, true, true), "{said}");
    let response = &third["response"];
    assert_eq!((&response["own_rows"], &response["spoke"]), (&0.into(), &"prior".into()), "{response}");
    assert!(response["why"].as_str().unwrap().starts_with("prior, 0 own rows"), "{response}");

    let (status, _, complaint) = kava(&path, &["learn", "--only", "fortune"]);
    assert_eq!((status, complaint.lines().count()), (2, 1), "{complaint}");
    assert!(complaint.contains("unknown"), "{complaint}");
    let (_, keys, _) = kava(&path, &["key", "list"]);
    assert_eq!(keys.lines().count(), 1, "{keys}");
    assert_eq!(kava(&path, &["key", "new"]).0, 2, "there is a key already");
    assert_eq!(kava(&path, &["key", "rotate"]).0, 0);
    assert_eq!(kava(&path, &["key", "list"]).1.lines().filter(|line| line.contains("retired")).count(), 1);
}
