//! `kava doctor` on devices that are not well: one sentence each, and exit status 1.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use more of it")]
mod simulators;

use serde_json::{Value, json};
use simulators::Simulator;
use std::{path::Path, process::Command};

/// Doctor's finding of that name, with this configuration.
fn finding(folder: &Path, devices: &str, code: &str) -> (String, String) {
    let (db, config) = (folder.join("kava.db"), folder.join("counter.toml"));
    std::fs::write(&config, devices).unwrap();
    let kava = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
        command.arg("--db").arg(&db).arg("--config").arg(&config).args(words).output().unwrap()
    };
    if !db.exists() {
        assert!(kava(&["init"]).status.success());
    }
    let output = kava(&["doctor", "--json"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = said["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == code).unwrap();
    let level = found["level"].as_str().unwrap().to_owned();
    assert_eq!(output.status.success(), said["well"] == json!(true));
    (level, found["text"].as_str().unwrap().to_owned())
}

#[test]
fn doctor_names_what_is_wrong_with_each_device_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let look = |devices: &str, code: &str| finding(folder.path(), devices, code);
    let nobody = "url = 'http://127.0.0.1:1'\n";
    let table = [
        (format!("[register]\nkind = 'alfa_kassa'\n{nobody}"), "register", "is the terminal on"),
        (format!("[register]\nkind = 'atol'\n{nobody}"), "register", "is its web server running"),
        (format!("[register]\nkind = 'ikassa_smartx'\n{nobody}"), "register", "server mode"),
        (format!("[register]\nkind = 'ikassa_tsrv'\n{nobody}"), "register", "is the fiscal service running"),
        (format!("[register]\nkind = 'simulator'\n{nobody}"), "register", "is it switched on"),
        (
            "[printer]\nkind = 'tcp'\naddress = '127.0.0.1:1'\n".into(),
            "printer",
            "is it switched on and connected",
        ),
        (
            "[printer]\nkind = 'device'\npath = '/dev/no/lp0'\n".into(),
            "printer",
            "is it switched on and connected",
        ),
        ("[printer]\nkind = 'device'\npath = '/tmp'\n".into(), "printer", "is a folder and no device"),
        ("[scanner]\nkind = 'serial'\npath = '/dev/no/tty'\n".into(), "scanner", "is not there"),
        ("[scanner]\nkind = 'serial'\npath = '/dev/null'\n".into(), "scanner", "is no serial port"),
        ("[register]\nkind = 'atol'\n".into(), "configuration", "url is missing"),
    ];
    for (devices, code, says) in table {
        let (level, text) = look(&devices, code);
        assert!(level == "wrong" && text.contains(says) && !text.contains('\n'), "{devices}: {level} {text}");
    }
    assert_eq!(look("", "register").0, "ok");
}

#[test]
fn doctor_sees_a_stopped_queue_an_old_shift_and_a_register_that_is_well() {
    let folder = tempfile::tempdir().unwrap();
    let simulator = Simulator::start_as("atol.py", &["--any-shift", "--user", "kava", "--password", "word"]);
    std::fs::write(folder.path().join("secret"), "word\n").unwrap();
    std::fs::write(folder.path().join("wrong"), "sword\n").unwrap();
    let config = |secret: &str| {
        format!(
            "[register]\nkind = 'atol'\nurl = '{}'\n[register.atol]\nuser = 'kava'\npassword_file = '{secret}'\n",
            simulator.url()
        )
    };
    assert_eq!(finding(folder.path(), &config("secret"), "register").0, "ok");
    let (level, text) = finding(folder.path(), &config("wrong"), "register");
    assert!(level == "wrong" && text.contains("password_file"), "{text}");
    simulator.misbehave(&["blocked"]);
    let (level, text) = finding(folder.path(), &config("secret"), "register");
    assert!(level == "wrong" && text.contains("queue has stopped"), "{text}");
    simulator.person("mend", &json!({}));
    let alfa = Simulator::start_as("alfa_kassa.py", &["--auth", "Authorization: Bearer 1"]);
    let devices = format!("[register]\nkind = 'alfa_kassa'\nurl = '{}/kassa'\n", alfa.url());
    let (level, text) = finding(folder.path(), &devices, "register");
    assert!(level == "wrong" && text.contains("auth_file"), "{text}");
}
