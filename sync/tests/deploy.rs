//! What `deploy/` asks of the office is there, and what it gives to others can be read by them.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file starts no counter")]

mod running;

use running::Office;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn deploy(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(path)
}

/// Every figure's name in a text.
fn figures(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("kava_")).collect()
}

#[test]
fn alerts_and_dashboard_ask_only_for_figures_that_the_office_gives() {
    let given = Office::start().get("/metrics");
    let given = figures(&given);
    for path in ["prometheus/rules.yml", "grafana/dashboards/kava.json"] {
        let text = fs::read_to_string(deploy(path)).unwrap();
        let asked = figures(&text);
        assert!(asked.len() > 5, "{path} asks for {asked:?}");
        let unknown: Vec<_> = asked.difference(&given).collect();
        assert!(unknown.is_empty(), "{path} asks for {unknown:?}; there are {given:?}");
    }
}

#[test]
fn the_dashboard_is_one_whose_panels_do_not_overlap_and_all_ask_the_provisioned_source() {
    let dashboard: Value =
        serde_json::from_slice(&fs::read(deploy("grafana/dashboards/kava.json")).unwrap()).unwrap();
    let sources = fs::read_to_string(deploy("grafana/provisioning/datasources/prometheus.yml")).unwrap();
    let mut taken = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let uid = panel["datasource"]["uid"].as_str().unwrap();
        assert!(sources.contains(&format!("uid: {uid}")), "{panel}");
        let side = |name: &str| panel["gridPos"][name].as_u64().unwrap();
        assert!(side("x") + side("w") <= 24, "{panel} is beside the page");
        for x in side("x")..side("x") + side("w") {
            for y in side("y")..side("y") + side("h") {
                assert!(taken.insert((x, y)), "{panel} lies on another");
            }
        }
    }
    assert!(!taken.is_empty());
}

/// Where there is no systemd the units cannot be read by it.
#[test]
fn systemd_takes_the_units() {
    let folder = tempfile::tempdir().unwrap();
    let units: Vec<PathBuf> = fs::read_dir(deploy("systemd"))
        .unwrap()
        .map(|entry| {
            let name = entry.unwrap().file_name();
            let text = fs::read_to_string(deploy("systemd").join(&name)).unwrap();
            let there = text.replace("/usr/local/bin/kava-sync", env!("CARGO_BIN_EXE_kava-sync"));
            let unit = folder.path().join(name);
            fs::write(&unit, there).unwrap();
            unit
        })
        .collect();
    assert!(units.len() > 4, "{units:?}");
    match Command::new("systemd-analyze").arg("verify").args(&units).output() {
        Ok(said) => assert!(said.status.success() && said.stderr.is_empty(), "{said:?}"),
        Err(_) => eprintln!("SKIPPED: there is no systemd-analyze on this machine"),
    }
}
