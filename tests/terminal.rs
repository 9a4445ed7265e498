//! The counter that a person drives: whole sessions through the real program, and how `kava visit` ends.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests do more with a register than this one")]
mod simulators;

use self::simulators::Simulator;
use kava::facts::moment::BusinessDay;
use kava::testing::town::{MAPPING, Plan, Town};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A counter in a small town; its register is a cashier, or the simulator.
struct Shop {
    folder: tempfile::TempDir,
    /// The card of the guest who comes most.
    card: String,
}

impl Shop {
    fn new(devices: &str) -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let today = i32::try_from(jiff::Timestamp::now().as_second() / 86_400).unwrap();
        let town = Town::new(Plan { seed: 3, last: BusinessDay(today - 1), days: 20, guests: 10 });
        let card = town.cards().into_iter().max_by_key(|(_, visits)| *visits).unwrap().0;
        let shop = Shop { folder, card };
        for (name, text) in town.files() {
            std::fs::write(shop.path(name), text).unwrap();
        }
        std::fs::write(shop.path("mapping.toml"), MAPPING).unwrap();
        std::fs::write(shop.path("counter.toml"), devices).unwrap();
        // Everybody gets cards, whatever the lot of the holdout says.
        std::fs::write(shop.path("policy.json"), r#"{"holdout":[],"printed_card":"full"}"#).unwrap();
        let (policy, mapping) = (shop.path("policy.json"), shop.path("mapping.toml"));
        shop.done(&["init", "--policy", &policy.to_string_lossy()]);
        shop.done(&[
            "import",
            "--mapping",
            &mapping.to_string_lossy(),
            &shop.folder.path().to_string_lossy(),
        ]);
        shop
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
        command.arg("--db").arg(self.path("kava.db")).arg("--config").arg(self.path("counter.toml"));
        command.args(words);
        command
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    fn done(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Types these lines into a terminal counter and gives what it showed.
    fn session(&self, lines: &[&str]) -> String {
        let mut command = self.command(&["counter"]);
        let mut counter = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut typed = counter.stdin.take().unwrap();
        typed.write_all((lines.join("\n") + "\n").as_bytes()).unwrap();
        drop(typed);
        let output = counter.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }
}

/// The words between two marks, first found.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before:?} is not in {text}"));
    rest.split_once(after).unwrap_or_else(|| panic!("{after:?} is not in {rest}")).0
}

#[test]
fn a_person_sells_with_a_personal_discount_undoes_chooses_and_gives_back() {
    let shop = Shop::new("");
    let lines =
        [shop.card.as_str(), "cap-mx2+oat", "water", "-", "0", "1", "9", "menu капуч", "card", "д", "status"];
    let shown = shop.session(&lines);
    for expected in [
        "Гость: ",
        "Обычно: ",
        "  1  -",
        "2 x Капучино M",
        "     + Овсяное молоко\n",
        "вместо 16.80",
        "Вода без газа",
        "Итого 16.80 BYN, скидка 0.00 BYN. Без скидки",
        "Не понимаю «9»",
        "cap-l      Капучино L",
        "Пробито? [д/н/?]",
        "сэкономлено ",
        "Незакрытых чеков       0",
        "Касса закрыта.",
    ] {
        assert!(shown.contains(expected), "{expected:?} is not in\n{shown}");
    }
    let receipt = between(&shown, "\nЧек ", ", ").to_owned();
    let shown = shop.session(&[&format!("refund {receipt}"), "что?", "y", &format!("refund {receipt}")]);
    assert_eq!(shown.matches("Деньги возвращены на кассе?").count(), 2, "{shown}");
    assert!(shown.contains(&format!(" к чеку {receipt}: ")), "{shown}");
    assert!(shown.contains("Этот чек уже возвращён."), "{shown}");
    assert!(shop.done(&["audit"]).contains("the books hold"));
    assert!(shop.done(&["replay"]).contains("1 decisions computed again, 0 different"));
}

#[test]
fn a_new_guest_gets_a_card_that_scans_and_a_scan_keeps_the_cart() {
    let shop = Shop::new("");
    let shown = shop.session(&["new"]);
    let card = between(&shown, "Новая карта: ", "\n").to_owned();
    let shown = shop.session(&["esp", &card, "cancel", "cancel", "100000000000000", "oat", "шаурма"]);
    assert_eq!(shown.matches("1 x Эспрессо").count(), 2, "{shown}");
    for expected in [
        "Новый гость, визитов 0",
        "Отменено.",
        "Ничего не начато",
        "Контрольные цифры карты не сходятся",
        "Добавка продаётся только с товаром",
        "Не понимаю «шаурма»",
    ] {
        assert!(shown.contains(expected), "{expected:?} is not in\n{shown}");
    }
}

#[test]
fn a_cashier_who_is_not_sure_or_gone_leaves_the_receipt_for_review() {
    for answers in [&["?"][..], &[]] {
        let shop = Shop::new("");
        let shown = shop.session(&[&["esp", "cash"], answers].concat());
        assert!(shown.contains("нужно проверить"), "{shown}");
        assert_eq!(shop.run(&["doctor"]).status.code(), Some(1));
        let receipt = between(&shown, "Чек ", ", ");
        let seen = shop.session(&[&format!("review {receipt} да"), &format!("review {receipt} да")]);
        assert!(seen.contains("записан как пробитый"), "{seen}");
        assert!(seen.contains("Такого чека здесь нет"), "{seen}");
        assert!(shop.done(&["audit"]).contains("the books hold"));
    }
    let shop = Shop::new("");
    let shown = shop.session(&["esp", "cash", "н", "cash", "д", "esp", "card", "?"]);
    assert!(shown.contains("Касса не пробила чек. Корзина осталась"), "{shown}");
    assert!(shown.contains("\nЧек "), "{shown}");
    let doubtful = between(shown.rsplit_once("Итого").unwrap().1, "Чек ", ", ").to_owned();
    let seen = shop.session(&[&format!("review {doubtful} нет"), "status"]);
    assert!(seen.contains("снят: на кассе его нет"), "{seen}");
    assert!(seen.contains("Незакрытых чеков       0"), "{seen}");
}

#[cfg(unix)]
#[test]
fn a_scanner_that_is_unplugged_is_said_once_and_scans_when_it_is_back() {
    let shop = Shop::new("");
    let (port, config) = (shop.path("port"), shop.path("counter.toml"));
    std::fs::write(config, format!("[scanner]\nkind = 'serial'\npath = '{}'\n", port.display())).unwrap();
    let mut command = shop.command(&["counter"]);
    let mut counter = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut typed = counter.stdin.take().unwrap();
    let mut shown = BufReader::new(counter.stdout.take().unwrap());
    let said = read_until(&mut shown, "does not answer");
    let (mut scanner, end) = serialport::TTYPort::pair().unwrap();
    std::os::unix::fs::symlink(serialport::SerialPort::name(&end).unwrap(), &port).unwrap();
    writeln!(scanner, "{}\r", shop.card).unwrap();
    let greeted = read_until(&mut shown, "Гость: ");
    typed.write_all(b"esp\ncard\ny\nquit\n").unwrap();
    let sold = read_until(&mut shown, "Касса закрыта.");
    assert!(counter.wait().unwrap().success());
    assert!(sold.contains("\nЧек "), "{sold}");
    assert_eq!([said, greeted, sold].concat().matches("does not answer").count(), 1);
}

/// Lines up to the one with this mark in it.
fn read_until(shown: &mut impl BufRead, mark: &str) -> String {
    let mut said = String::new();
    while !said.contains(mark) {
        assert!(shown.read_line(&mut said).unwrap() > 0, "the counter ended before {mark:?}: {said}");
    }
    said
}

#[test]
fn a_visit_that_was_declined_or_needs_review_ends_with_status_1() {
    let register = Simulator::start();
    let shop = Shop::new(&format!("[register]\nkind = 'simulator'\nurl = '{}'\n", register.url()));
    let visit = || shop.run(&["visit", "--code", &shop.card, "--item", "esp"]);
    for (fault, status, says) in [
        ("decline", Some(1), "payment declined"),
        ("wrong_total", Some(1), "NEEDS REVIEW"),
        ("drop_answer", Some(0), "guest t"),
    ] {
        register.misbehave(&[fault]);
        let output = visit();
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), status, "{fault}: {words}");
        assert!(words.contains(says), "{fault}: {words}");
    }
}
