//! Bar codes, logo and test page on slips: read back by the strict decoder, and by a well-kept barcode reader from the
//! picture that the decoder draws (where Python has zxing-cpp and Pillow).

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod paper;

use self::paper::{kept, scanned, text};
use kava::devices::escpos::{FilePrinter, Logo, Page, Paper, Press};
use kava::ports::{Printer, Slip, SlipRow};
use std::{
    path::Path,
    process::{Command, Output},
    sync::Arc,
    time::Duration,
};

const PATIENT: Duration = Duration::from_secs(5);
/// A short code and a printed card.
const SHORT: &str = "3012345678901234567890";
const CARD: &str = "100000000004216";

fn codes() -> Slip {
    let code = |digits: &str| SlipRow::Code128 { digits: digits.into() };
    let qr = SlipRow::Qr { content: "2".repeat(486) };
    Slip { rows: vec![code(SHORT), SlipRow::Rule, code(CARD), SlipRow::Rule, qr], open_drawer: false }
}

#[test]
fn bar_codes_come_back_from_bytes_and_from_the_picture() {
    for (page, columns) in [(Page::Wpc1251, 32), (Page::Pc866, 48)] {
        let file = kept(&format!("codes-{}.escpos", page.name()));
        let paper = Paper { page, page_number: page.usual_number(), columns };
        FilePrinter::new(file.clone(), paper).print(&codes(), PATIENT).unwrap();
        let columns = columns.to_string();
        let shown = text(&["--columns", &columns, &file.to_string_lossy()]);
        assert!(
            shown.contains(&format!("[|| {SHORT} ||]")) && shown.contains(&format!("[|| {CARD} ||]")),
            "{shown}"
        );
        if let Some(seen) = scanned(&file, &columns, "17=cp866") {
            for code in [SHORT, CARD, &"2".repeat(486)] {
                assert!(seen.contains(code), "{code} is not in {seen}");
            }
        }
    }
}

/// A ring of black on transparent, as logos come.
fn picture(path: &Path, size: u32) {
    let mut encoder = png::Encoder::new(std::fs::File::create(path).unwrap(), size, size);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let middle = i64::from(size / 2);
    let pixels: Vec<u8> = (0..i64::from(size) * i64::from(size))
        .flat_map(|at| {
            let (x, y) = (at % i64::from(size) - middle, at / i64::from(size) - middle);
            let ring = (x * x + y * y <= middle * middle) && (x * x + y * y >= middle * middle / 2);
            [0, 0, 0, if ring { 255 } else { 0 }]
        })
        .collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
}

#[test]
fn a_logo_stands_on_top_of_a_slip_dot_by_dot() {
    let png = kept("logo.png");
    picture(&png, 160);
    let paper = Paper { page: Page::Wpc1251, page_number: 46, columns: 32 };
    let logo = Some(Arc::new(Logo::read(&png, paper.dots()).unwrap()));
    let file = kept("slip-logo.escpos");
    let mut printer = FilePrinter::new(file.clone(), Press { paper, logo });
    let slip = Slip { rows: vec![SlipRow::Title { text: "Кава".into() }], open_drawer: true };
    printer.print(&slip, PATIENT).unwrap();
    printer.print(&Slip { rows: vec![], open_drawer: true }, PATIENT).unwrap();
    let shown = text(&["--columns", "32", &file.to_string_lossy()]);
    assert_eq!(shown.matches("[picture 160 x 160]").count(), 1, "a drawer alone prints nothing: {shown}");
    assert!(shown.find("picture").unwrap() < shown.find("К а в а").unwrap(), "{shown}");
    let rows = text(&["--columns", "32", "--json", &file.to_string_lossy()]);
    let rows: serde_json::Value = serde_json::from_str(&rows).unwrap();
    let raster = rows.as_array().unwrap().iter().find(|row| row["is"] == "raster").unwrap();
    let dots = raster["dots"].as_str().unwrap();
    // The middle row: the ring's two sides are black, what is in it is white.
    let middle = &dots[80 * 40..81 * 40];
    assert!(middle.starts_with("ffff") && middle.ends_with("fffe") || middle.ends_with("ffff"), "{middle}");
    assert_eq!(&middle[16..24], "00000000", "{middle}");
    let refused = Logo::read(&png, 100).unwrap_err();
    assert!(refused.contains("160 by 160") && refused.contains("100"), "{refused}");
}

/// `kava printer test` with this configuration.
fn print_test(folder: &Path, devices: &str, words: &[&str]) -> Output {
    let config = folder.join("counter.toml");
    std::fs::write(&config, devices).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
    command.arg("--config").arg(&config).args(["printer", "test"]).args(words).output().unwrap()
}

#[test]
fn the_test_page_shows_every_letter_on_both_pages_and_finds_the_right_number() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("logo.png"), 96);
    for (page, other, cake) in [
        ("wpc1251", "16=cp866", "Пірог, аб’ём, «кава» — і інш."),
        ("pc866", "16=cp1251", "Пiрог, аб'ём, \"кава\" - i iнш."),
    ] {
        let slips = kept(&format!("test-page-{page}.escpos"));
        let devices = format!(
            "[printer]\nkind = 'file'\npath = '{}'\npage = '{page}'\nlogo = 'logo.png'\n",
            slips.display()
        );
        let printed = print_test(folder.path(), &devices, &["--try", "16-17"]);
        assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
        let shown = text(&["--columns", "42", "--page", other, &slips.to_string_lossy()]);
        for words in [
            "АБВГДЕЁЖЗИЙКЛМНОПРСТУЎФХЦЧШЩЪЫЬЭЮЯ",
            "абвгдеёжзийклмнопрстуўфхцчшщъыьэюя",
            cake,
            "[QR 0123456789]",
            "[|| 0123456789 ||]",
            "[picture 96 x 96]",
            "123456789012345678901234567890123456789012",
        ] {
            assert!(shown.contains(words), "{words:?} is not in\n{shown}");
        }
        // Under number 16 one of the two lines is right, and one is under 17, which is PC866.
        let right: Vec<&str> = shown.lines().filter(|line| line.ends_with(": Ёлка ёж Ўсё воўк №7")).collect();
        let found = other.strip_prefix("16=cp").unwrap();
        assert_eq!(right.len(), 2, "{shown}");
        assert!(right.iter().any(|line| line.starts_with("16 ") && line.contains(found)), "{right:?}");
        assert!(right.contains(&"17 pc866: Ёлка ёж Ўсё воўк №7"), "{right:?}");
        if let Some(seen) = scanned(&slips, "42", other) {
            assert_eq!(seen.matches("0123456789").count(), 2, "both codes of the page: {seen}");
        }
    }
}

#[test]
fn a_printer_that_cannot_print_the_test_page_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let off = print_test(folder.path(), "[printer]\nkind = 'tcp'\naddress = '127.0.0.1:1'\n", &[]);
    assert_eq!(off.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&off.stdout).contains("is it switched on"));
    for (devices, words, says) in [
        ("", &[][..], "no printer is configured"),
        ("[printer]\nkind = 'file'\npath = 'x'\nlogo = 'none.png'\n", &[][..], "none.png"),
        ("[printer]\nlogo = 'x.png'\n", &[][..], "kind is none"),
        ("", &["--try", "9-3"][..], "lower number first"),
    ] {
        let refused = print_test(folder.path(), devices, words);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(2) && said.contains(says), "{devices:?}: {said}");
    }
}
