//! Printers that say what is wrong with them, and slips that wait: over real sockets and terminals, read back by the
//! strict decoder, which is a printer on the network here.

#![cfg(feature = "edge")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use more of it")]
mod sale;

use kava::devices::escpos::{DevicePrinter, Page, Paper, TcpPrinter};
use kava::facts::slip::{Slip, SlipRow};
use kava::flow::Counter;
use kava::flow::answers::SettleStatus;
use kava::flow::counter::Settings;
use kava::flow::ids::Ids;
use kava::ports::{Idempotency, PrintFault, Printer};
use kava::store::Store;
use kava::testing::scripted::ScriptedRegister;
use kava::testing::shop::{MORNING, furnished};
use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::channel,
    time::Duration,
};

const PATIENT: Duration = Duration::from_secs(5);
const PAPER: Paper = Paper { page: Page::Wpc1251, page_number: 46, columns: 42 };

/// The decoder as a printer on the network.
struct NetworkPrinter {
    child: Child,
    address: String,
    slips: PathBuf,
    _folder: tempfile::TempDir,
}

impl NetworkPrinter {
    fn start() -> NetworkPrinter {
        let folder = tempfile::tempdir().unwrap();
        let slips = folder.path().join("slips.txt");
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/simulators/escpos_decode.py");
        let mut command = Command::new("python3");
        command.arg(program).args(["--columns", "42", "--listen", "0", "--append"]).arg(&slips);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        NetworkPrinter { child, address, slips, _folder: folder }
    }

    fn trouble(&self, word: &str) {
        let path = format!("{}.trouble", self.slips.display());
        if word.is_empty() {
            std::fs::remove_file(path).unwrap()
        } else {
            std::fs::write(path, word).unwrap()
        }
    }

    /// What is on paper once so many slips are there.
    fn printed(&self, slips: usize) -> String {
        let (_nobody, silence) = channel::<()>();
        for _ in 0..200 {
            let text = std::fs::read_to_string(&self.slips).unwrap_or_default();
            if text.matches("cut").count() >= slips {
                return text;
            }
            silence.recv_timeout(Duration::from_millis(20)).unwrap_or_default();
        }
        panic!("{slips} slips never came")
    }

    fn count(&self) -> usize {
        std::fs::read_to_string(&self.slips).unwrap_or_default().matches("cut").count()
    }
}

impl Drop for NetworkPrinter {
    fn drop(&mut self) {
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}

fn slip(text: &str) -> Slip {
    Slip { rows: vec![SlipRow::Text { text: text.into() }], open_drawer: false }
}

#[test]
fn a_printer_that_cannot_print_is_named_and_sent_nothing() {
    let network = NetworkPrinter::start();
    let mut printer = TcpPrinter::new(&network.address, PAPER).asking_first();
    printer.probe(PATIENT).unwrap();
    for (word, says) in [("no_paper", "no paper"), ("cover_open", "cover is open"), ("offline", "offline")] {
        network.trouble(word);
        let fault = printer.print(&slip(word), PATIENT).unwrap_err();
        assert!(matches!(&fault, PrintFault::Printer(why) if why.contains(says)), "{word}: {fault}");
        assert!(printer.probe(PATIENT).unwrap_err().contains(says));
    }
    network.trouble("");
    printer.print(&slip("Нарэшце"), PATIENT).unwrap();
    let text = network.printed(1);
    assert!(text.contains("Нарэшце") && !text.contains("no_paper"), "{text}");
}

fn counter(network: &NetworkPrinter) -> Counter {
    let store = Store::in_memory().and_then(furnished).unwrap();
    let register = Box::new(ScriptedRegister::new(Idempotency::ClientKey));
    let printer = Box::new(TcpPrinter::new(&network.address, PAPER).asking_first());
    let settings = Settings { trust_ids: true, ..Settings::default() };
    Counter::new(store, register, Some(printer), Ids::seeded(5, (1, 0)), settings).unwrap()
}

#[test]
fn paper_that_ends_within_a_slip_costs_no_sale_and_prints_each_slip_once() {
    let network = NetworkPrinter::start();
    let mut counter = counter(&network);
    network.trouble("ends_in_slip");
    let first = sale::sell(&mut counter, "anna", &[("latte", 1)], 0);
    network.trouble("no_paper");
    let second = sale::sell(&mut counter, "boris", &[("tea", 2)], 0);
    assert_eq!((first.status, second.status), (SettleStatus::Done, SettleStatus::Done), "sales stand");
    assert_eq!(counter.status(MORNING).unwrap().slips_waiting, 1, "the second slip was not sent");
    assert_eq!(network.count(), 0);
    network.trouble("");
    let text = network.printed(1);
    assert_eq!(counter.print_waiting(), 0);
    let text = format!("{text}{}", network.printed(2));
    for receipt in [&first.receipt, &second.receipt] {
        assert!(text.contains(receipt.as_str()), "{text}");
    }
    assert_eq!(counter.print_waiting(), 0);
    assert_eq!(network.count(), 2, "each once");
}

#[test]
fn a_slip_printed_once_more_says_that_it_is_a_copy() {
    let network = NetworkPrinter::start();
    let mut counter = counter(&network);
    let sold = sale::sell(&mut counter, "anna", &[("tea", 1)], 0);
    assert_eq!(counter.reprint(&sold.receipt, MORNING).unwrap(), 0);
    let text = network.printed(2);
    assert_eq!(text.matches("К О П И Я").count(), 2, "{text}");
    assert_eq!(text.matches(&format!("Чек {}", sold.receipt)).count(), 2);
    assert_eq!(counter.reprint(&"none".into(), MORNING).unwrap_err().code(), "receipt_unknown");
}

#[cfg(unix)]
#[test]
fn a_printer_at_a_serial_port_gets_the_same_bytes() {
    use serialport::{SerialPort, TTYPort};
    let (mut far, near) = TTYPort::pair().unwrap();
    far.set_timeout(PATIENT).unwrap();
    let mut printer = DevicePrinter::new(near.name().unwrap().into(), Some(9600), PAPER);
    printer.probe(PATIENT).unwrap();
    let slip = slip("Кава і круасан");
    printer.print(&slip, PATIENT).unwrap();
    let expected = kava::devices::escpos::render(&slip, PAPER).unwrap();
    let mut bytes = vec![0; expected.len()];
    far.read_exact(&mut bytes).unwrap();
    assert_eq!(bytes, expected);
}

#[cfg(unix)]
#[test]
fn a_device_that_takes_no_more_holds_one_slip_and_gets_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lp0");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    let mut printer = DevicePrinter::new(path.clone(), None, PAPER);
    // Nobody reads: opening waits, as a printer without paper lets a write wait.
    let fault = printer.print(&slip("раз"), Duration::from_millis(100)).unwrap_err();
    assert!(fault.to_string().contains("takes no more"), "{fault}");
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        std::fs::File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    });
    printer.print(&slip("раз"), PATIENT).unwrap();
    assert_eq!(reader.join().unwrap(), kava::devices::escpos::render(&slip("раз"), PAPER).unwrap());
    let gone = DevicePrinter::new("/dev/no/such/printer".into(), None, PAPER).print(&slip("x"), PATIENT);
    assert!(gone.unwrap_err().to_string().contains("switched on"));
}
