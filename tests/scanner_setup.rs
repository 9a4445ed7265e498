//! `kava scanner setup` over pseudo-terminals: a serial scanner and one that types.

#![cfg(all(feature = "cli", unix))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use kava::devices::scanner::setup::SETUP_CODE;
use serde_json::Value;
use serialport::{SerialPort, TTYPort};
use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::mpsc::channel,
    time::Duration,
};

/// The two ends of a cable.
fn cable() -> (TTYPort, String, TTYPort) {
    let (gun, plug) = TTYPort::pair().unwrap();
    let name = plug.name().unwrap();
    (gun, name, plug)
}

/// Starts the setup and waits until it wants the scan.
fn start(words: &[&str], keyboard: Stdio) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
    command.args(["--json", "scanner", "setup"]).args(words);
    let mut child = command.stdin(keyboard).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut screen = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("Scan this code") {
        line.clear();
        assert!(screen.read_line(&mut line).unwrap() > 0, "it ended before it wanted a scan");
    }
    (child, screen)
}

fn pause(milliseconds: u64) {
    let (_nobody, silence) = channel::<()>();
    silence.recv_timeout(Duration::from_millis(milliseconds)).unwrap_or_default();
}

/// Scans until the setup has ended: it may not have opened its port yet when it shows the code.
fn answer(mut child: Child, gun: &mut TTYPort, sent: &[u8]) -> (Option<i32>, Value) {
    pause(300);
    gun.write_all(sent).unwrap();
    for _ in 0..200 {
        if child.try_wait().unwrap().is_some() {
            break;
        }
        pause(50);
    }
    child.kill().unwrap_or_default();
    let output = child.wait_with_output().unwrap();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or_default())
}

#[test]
fn a_serial_scanner_is_measured_and_its_configuration_proposed() {
    let (mut gun, name, _plug) = cable();
    let (child, _screen) = start(&["--port", &name], Stdio::null());
    let (status, said) = answer(child, &mut gun, format!("]Q1{SETUP_CODE}\r").as_bytes());
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(
        (&said["measured"]["symbology"], &said["measured"]["keeps_separator"]),
        (&"qr".into(), &true.into())
    );
    assert_eq!(said["advice"], serde_json::json!([]));
    let configuration: toml::Table = said["configuration"].as_str().unwrap().parse().unwrap();
    assert_eq!(configuration["scanner"]["path"].as_str(), Some(name.as_str()));
    kava::devices::config::DevicesConfig::parse(said["configuration"].as_str().unwrap(), "proposed").unwrap();
}

#[test]
fn a_scanner_with_a_prefix_and_without_a_line_end_is_told_what_to_change() {
    let (mut gun, name, _plug) = cable();
    let (child, _screen) = start(&["--port", &name], Stdio::null());
    let lost = SETUP_CODE.replace('\u{1d}', "");
    let (status, said) = answer(child, &mut gun, format!("~{lost}").as_bytes());
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(said["measured"]["prefix"], "~");
    let advice = said["advice"].to_string();
    for words in ["prefix", "Enter", "AIM", "marking codes"] {
        assert!(advice.contains(words), "{words} is not in {advice}");
    }
}

#[test]
fn a_scanner_that_types_on_a_russian_layout_is_measured_key_by_key() {
    let (mut gun, name, _plug) = cable();
    let keyboard = File::options().read(true).write(true).open(&name).unwrap();
    let (child, _screen) = start(&[], keyboard.into());
    let (status, said) = answer(child, &mut gun, "ЛФМФжыуегз.фя0123456789\r".as_bytes());
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(
        (&said["measured"]["cyrillic"], &said["measured"]["suffix"]),
        (&true.into(), &"\r".into()),
        "{said}"
    );
    assert!(said["advice"].to_string().contains("US English"), "{said}");
}

#[test]
fn another_code_and_a_port_that_is_not_there_are_said() {
    let (mut gun, name, _plug) = cable();
    let (child, _screen) = start(&["--port", &name], Stdio::null());
    let (status, said) = answer(child, &mut gun, b"4810001000017\r");
    assert_eq!(status, Some(1), "{said}");
    assert!(said["why"].as_str().unwrap().contains("is not the setup code"));
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.svg");
    let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
    command.args(["scanner", "setup", "--port", "/dev/no/tty", "--page"]).arg(&page);
    let refused = command.output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("is it plugged in"));
    assert!(std::fs::read_to_string(page).unwrap().contains("<svg"));
}
