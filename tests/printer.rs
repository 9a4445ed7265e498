//! Slips over real files and sockets, read back by a strict decoder that shares no code with the counter.
//!
//! The slips are kept in `target/tmp`; `python3 tests/simulators/escpos_decode.py --png FILE` draws them.

#![cfg(feature = "edge")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use kava::devices::escpos::{FilePrinter, Page, Paper, TcpPrinter, render};
use kava::ports::{PrintFault, Printer, Slip, SlipRow};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

const PATIENT: Duration = Duration::from_secs(5);

fn decoder() -> Command {
    let mut command = Command::new("python3");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/simulators/escpos_decode.py"));
    command
}

/// What the decoder says of a file: its text, or its complaint.
fn read_back(file: &Path, columns: u8) -> Result<String, String> {
    let output = decoder().arg("--columns").arg(columns.to_string()).arg(file).output().unwrap();
    let words = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(words(output.stdout)) } else { Err(words(output.stderr)) }
}

fn kept(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::remove_file(&path).unwrap_or_default();
    path
}

fn paper(page: Page, columns: u8) -> Paper {
    Paper { page, page_number: page.usual_number(), columns }
}

fn title(text: &str) -> SlipRow {
    SlipRow::Title { text: text.into() }
}

fn text(text: &str) -> SlipRow {
    SlipRow::Text { text: text.into() }
}

fn pair(left: &str, right: &str) -> SlipRow {
    SlipRow::Pair { left: left.into(), right: right.into(), strong: false }
}

fn strong(left: &str, right: &str) -> SlipRow {
    SlipRow::Pair { left: left.into(), right: right.into(), strong: true }
}

fn russian() -> Slip {
    Slip {
        rows: vec![
            title("Кофейня «Ёлка»"),
            text("Минск, пр-т Независимости, 1 — ежедневно с 8:00"),
            pair("Чек R-000042", "23.11.2026 08:31"),
            SlipRow::Rule,
            pair("Капучино большой 350 мл, овсяное молоко, сироп", "13,40"),
            pair("  2 × 6,70", ""),
            pair("  скидка 10 %", "−1,34"),
            pair("Круассан", "4,50"),
            SlipRow::Rule,
            pair("Сумма", "17,90"),
            pair("Ваша скидка", "−1,34"),
            strong("ИТОГО", "16,56 BYN"),
            pair("Карта", "16,56"),
            text(""),
            text("Почему скидка: вы любите капучино. В следующий раз — 15 % на что-нибудь новое ☕"),
            SlipRow::Qr { content: "1234567890".repeat(7) },
            text("Не является платёжным документом"),
        ],
        open_drawer: true,
    }
}

fn belarusian() -> Slip {
    Slip {
        rows: vec![
            title("Кавярня Зубр"),
            pair("Чэк R-000043", "23.11.2026 08:35"),
            SlipRow::Rule,
            pair("Флэт уайт з аўсяным малаком і сіропам «Лясны арэх»", "7,20"),
            pair("Пірог з ягадамі", "5,10"),
            SlipRow::Rule,
            strong("РАЗАМ", "12,30 BYN"),
            pair("Наяўнымі", "20,00"),
            pair("Рэшта", "7,70"),
            text("Аб’ём кубка і цана — у меню. Дзякуй, прыходзьце яшчэ!"),
            SlipRow::Qr { content: "https://kava.example/c/0042".into() },
        ],
        open_drawer: false,
    }
}

#[test]
fn a_russian_slip_reads_back_word_for_word_on_both_pages() {
    for (page, columns) in [(Page::Pc866, 42), (Page::Wpc1251, 42), (Page::Pc866, 32), (Page::Wpc1251, 48)] {
        let file = kept(&format!("slip-ru-{}-{columns}.escpos", page.name()));
        FilePrinter::new(file.clone(), paper(page, columns)).print(&russian(), PATIENT).unwrap();
        let shown = read_back(&file, columns).unwrap();
        for words in ["Чек R-000042", "Круассан", "платёжным документом", "[drawer opens]", "новое [QR"]
        {
            let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flat.contains(words), "{words:?} is not in\n{shown}");
        }
        let total = shown.lines().find(|line| line.starts_with("ИТОГО")).unwrap();
        assert_eq!(total.chars().count(), usize::from(columns));
        assert!(total.ends_with("16,56 BYN"));
    }
}

#[test]
fn a_belarusian_slip_keeps_its_letters_where_the_page_has_them() {
    let both = [(Page::Wpc1251, "Пірог", "Аб’ём кубка"), (Page::Pc866, "Пiрог", "Аб'ём кубка")];
    for (page, cake, cup) in both {
        let file = kept(&format!("slip-be-{}.escpos", page.name()));
        FilePrinter::new(file.clone(), paper(page, 42)).print(&belarusian(), PATIENT).unwrap();
        let shown = read_back(&file, 42).unwrap();
        assert!(shown.contains(cake) && shown.contains(cup) && shown.contains("аўсяным"), "{shown}");
    }
}

/// What a printer that does not print now says.
fn complaint(printed: Result<(), PrintFault>) -> String {
    match printed.unwrap_err() {
        PrintFault::Printer(words) => words,
        PrintFault::Slip(words) => panic!("it blamed the slip: {words}"),
    }
}

#[test]
fn a_slip_that_can_never_be_printed_is_told_from_a_printer_that_cannot_now() {
    let slip = Slip { rows: vec![pair("Латте", "6,7茶")], open_drawer: false };
    let printed = FilePrinter::new(kept("slip-never.escpos"), paper(Page::Pc866, 42)).print(&slip, PATIENT);
    assert!(matches!(printed, Err(PrintFault::Slip(words)) if words.contains("'茶'")));
}

#[test]
fn a_file_holds_one_slip_after_another() {
    let file = kept("slips-two.escpos");
    let mut printer = FilePrinter::new(file.clone(), paper(Page::Pc866, 48));
    printer.print(&russian(), PATIENT).unwrap();
    printer.print(&belarusian(), PATIENT).unwrap();
    let shown = read_back(&file, 48).unwrap();
    assert_eq!(shown.lines().filter(|line| line.ends_with("cut")).count(), 2, "{shown}");
    let gone = FilePrinter::new("/nowhere/slip".into(), paper(Page::Pc866, 48)).print(&russian(), PATIENT);
    assert!(complaint(gone).contains("/nowhere/slip"));
}

#[test]
fn whatever_stands_on_a_slip_the_printer_gets_no_foreign_byte() {
    let mut runner = TestRunner::deterministic();
    let anything = (".{0,80}", ".{0,12}", "\\PC{0,40}", proptest::bool::ANY);
    let file = kept("slips-random.escpos");
    let (mut bytes, mut refused) = (Vec::new(), 0);
    for _ in 0..300 {
        let (left, right, free, strong) = anything.new_tree(&mut runner).unwrap().current();
        let page = if strong { Page::Pc866 } else { Page::Wpc1251 };
        let rows = vec![SlipRow::Pair { left, right: right.clone(), strong }, text(&free), title(&right)];
        match render(&Slip { rows, open_drawer: strong }, paper(page, 32)) {
            Ok(rendered) => bytes.extend(rendered),
            Err(fault) => {
                assert!(fault.to_string().contains("has no"), "{fault}");
                refused += 1;
            }
        }
    }
    std::fs::write(&file, &bytes).unwrap();
    let shown = read_back(&file, 32).unwrap_or_else(|complaint| panic!("{complaint}"));
    let cuts = shown.lines().filter(|line| line.ends_with("cut")).count();
    assert!(refused > 0 && cuts == 300 - refused, "refused {refused}, printed {cuts}");
}

#[test]
fn letters_of_the_page_come_back_as_they_went_in() {
    let mut runner = TestRunner::deterministic();
    let letters = ("[А-яЁёЎўa-zA-Z0-9№ .,!%]{0,90}", "[0-9 ]{0,9}[,.][0-9]{2}", proptest::bool::ANY);
    let file = kept("slips-letters.escpos");
    let (mut bytes, mut expected) = (Vec::new(), String::new());
    for _ in 0..200 {
        let (left, right, strong) = letters.new_tree(&mut runner).unwrap().current();
        expected += &format!("{left}{right}{}cut", "-".repeat(16));
        let rows = vec![SlipRow::Pair { left, right, strong }];
        let page = if strong { Page::Pc866 } else { Page::Wpc1251 };
        bytes.extend(render(&Slip { rows, open_drawer: false }, paper(page, 32)).unwrap());
    }
    std::fs::write(&file, &bytes).unwrap();
    let squeeze = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(squeeze(&read_back(&file, 32).unwrap()), squeeze(&expected));
}

#[test]
fn the_decoder_refuses_what_no_printer_understands() {
    let file = kept("slip-corrupt.escpos");
    let cases: [(&[u8], &str); 6] = [
        (b"\x1b@\x1bt\x2e5 \xe2\x82\xbd \x98\x1bd\x01", "means nothing"),
        (b"\x1b@text\x1bd\x01", "before a code page"),
        (b"\x1b@\x1bp\x00\x1bt\x2e5.00\x1bd\x01", "before a code page"),
        (b"\x1b@\x1bp\x00\x00\x00", "drawer pulse"),
        (b"\x1b@\x1bt\x2eabc", "never fed"),
        (b"\x1b@\x1b?", "not a known command"),
    ];
    for (bytes, complaint) in cases {
        std::fs::write(&file, bytes).unwrap();
        let said = read_back(&file, 48).unwrap_err();
        assert!(said.contains(complaint), "{said}");
    }
}

/// A printer process on the network that writes down what it gets.
struct VirtualPrinter {
    child: Child,
    address: String,
}

impl VirtualPrinter {
    fn start(notes: &Path) -> VirtualPrinter {
        let mut child = decoder()
            .args(["--listen", "0", "--columns", "42", "--append"])
            .arg(notes)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        VirtualPrinter { child, address }
    }
}

impl Drop for VirtualPrinter {
    fn drop(&mut self) {
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}

#[test]
fn a_printer_on_the_network_gets_every_slip_whole() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes.txt");
    let virtual_printer = VirtualPrinter::start(&notes);
    let mut printer = TcpPrinter::new(&virtual_printer.address, paper(Page::Wpc1251, 42));
    printer.print(&russian(), PATIENT).unwrap();
    printer.print(&belarusian(), PATIENT).unwrap();
    let shown = std::fs::read_to_string(&notes).unwrap();
    assert!(
        shown.contains("« Ё л к а »") && shown.contains("Пірог з ягадамі") && !shown.contains("unprintable"),
        "{shown}"
    );
}

#[test]
fn a_printer_that_is_off_or_hangs_or_vanishes_costs_no_more_than_the_deadline() {
    let off = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = TcpPrinter::new(&off.to_string(), paper(Page::Pc866, 42)).print(&russian(), PATIENT);
    assert!(complaint(refused).contains("switched on"));

    let huge = Slip { rows: vec![text(&"coffee ".repeat(900_000))], open_drawer: false };
    let hanging = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = hanging.local_addr().unwrap().to_string();
    let bytes = render(&huge, paper(Page::Pc866, 42)).unwrap().len();
    // That it comes back at all is the point: nobody ever reads what it sends.
    let error = complaint(
        TcpPrinter::new(&address, paper(Page::Pc866, 42)).print(&huge, Duration::from_millis(1500)),
    );
    assert!(error.contains(&format!("of {bytes} bytes")) && error.contains("takes no more"), "{error}");

    let vanishing = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = vanishing.local_addr().unwrap().to_string();
    let vanish = thread::spawn(move || {
        let (mut socket, _) = vanishing.accept().unwrap();
        socket.read_exact(&mut [0; 10]).unwrap();
    });
    let error = complaint(TcpPrinter::new(&address, paper(Page::Pc866, 42)).print(&huge, PATIENT));
    assert!(error.contains("look at its paper"), "{error}");
    vanish.join().unwrap();
}
