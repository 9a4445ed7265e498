//! A slip → the bytes a printer understands.

use super::{
    bars::bars,
    layout,
    logo::Logo,
    page::{Page, PageFault},
};
use crate::ports::{Slip, SlipRow};
use escpos::{
    driver::Driver,
    errors::PrinterError,
    printer::Printer,
    utils::{JustifyMode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption},
};
use std::{cell::RefCell, rc::Rc};

/// Starts the printer afresh.
const RESET: [u8; 2] = [0x1B, 0x40];
/// Opens the drawer at pin 2: 50 ms on, 500 ms off.
const DRAWER: [u8; 5] = [0x1B, 0x70, 0x00, 25, 250];
/// Feeds to the knife and leaves one point uncut, so that the slip does not fall.
const CUT: [u8; 4] = [0x1D, 0x56, 66, 0];

/// What a printer's paper and memory are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    /// The code page of all text.
    pub page: Page,
    /// The number this printer knows the page by.
    pub page_number: u8,
    /// Characters in a line: 32 on 58 mm paper, 42 or 48 on 80 mm.
    pub columns: u8,
}

impl Paper {
    /// Printable dots in a line; a character of the usual font is twelve dots wide.
    #[must_use]
    pub const fn dots(self) -> usize {
        self.columns as usize * 12
    }
}

/// Renders one slip without a logo. Titles, names (the left side of a pair) and free text print whatever they contain,
/// with `?` for what the page lacks; amounts (the right side) must be exact.
///
/// # Errors
/// Names the character that cannot be printed, or says what is wrong with the QR code.
pub fn render(slip: &Slip, paper: Paper) -> Result<Vec<u8>, PageFault> {
    on_paper(paper, |pen| pen.slip(slip, None))
}

/// The bytes of what the pen does on paper that starts afresh, with its page chosen.
pub(super) fn on_paper(
    paper: Paper,
    write: impl FnOnce(&mut Pen) -> Result<(), PageFault>,
) -> Result<Vec<u8>, PageFault> {
    let captured = Capture::default();
    let mut pen = Pen { printer: Printer::new(captured.clone(), Protocol::default(), None), paper };
    pen.raw(&RESET)?;
    pen.choose(paper.page_number)?;
    write(&mut pen)?;
    pen.printer.print()?;
    drop(pen);
    Ok(captured.0.take())
}

/// Collects what the crate would send.
#[derive(Clone, Default)]
pub(super) struct Capture(Rc<RefCell<Vec<u8>>>);

impl Driver for Capture {
    fn name(&self) -> String {
        "capture".into()
    }

    fn write(&self, bytes: &[u8]) -> escpos::errors::Result<()> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> escpos::errors::Result<usize> {
        Ok(0)
    }

    fn flush(&self) -> escpos::errors::Result<()> {
        Ok(())
    }
}

/// Writes on the paper.
pub(super) struct Pen {
    printer: Printer<Capture>,
    paper: Paper,
}

impl Pen {
    /// A whole slip: drawer, logo, rows, cut.
    pub(super) fn slip(&mut self, slip: &Slip, logo: Option<&Logo>) -> Result<(), PageFault> {
        if slip.open_drawer {
            self.raw(&DRAWER)?;
        }
        if let Some(logo) = logo.filter(|_| !slip.rows.is_empty()) {
            self.logo(logo)?;
        }
        for row in &slip.rows {
            self.row(row)?;
        }
        if slip.rows.is_empty() { Ok(()) } else { self.raw(&CUT) }
    }

    /// Chooses a page by the printer's number.
    pub(super) fn choose(&mut self, number: u8) -> Result<(), PageFault> {
        self.raw(&[0x1B, 0x74, number])
    }

    fn logo(&mut self, logo: &Logo) -> Result<(), PageFault> {
        self.printer.justify(JustifyMode::CENTER)?;
        self.raw(&logo.raster())?;
        self.printer.justify(JustifyMode::LEFT)?;
        Ok(())
    }

    pub(super) fn row(&mut self, row: &SlipRow) -> Result<(), PageFault> {
        let (page, columns) = (self.paper.page, usize::from(self.paper.columns));
        match row {
            SlipRow::Title { text } => self.title(&page.forgiving(text), columns),
            SlipRow::Text { text } => self.lines(&layout::wrap(&page.forgiving(text), columns)),
            SlipRow::Pair { left, right, strong } => {
                let lines = layout::pair(&page.forgiving(left), &page.exact(right)?, columns);
                if *strong { self.strong(&lines) } else { self.lines(&lines) }
            }
            SlipRow::Rule => self.lines(&[vec![b'-'; columns]]),
            SlipRow::Qr { content } => self.qr(content),
            SlipRow::Code128 { digits } => self.code128(digits),
        }
    }

    /// Double size where it fits on one line, else only double height.
    fn title(&mut self, text: &[u8], columns: usize) -> Result<(), PageFault> {
        let wide = text.len() <= columns / 2;
        self.printer.justify(JustifyMode::CENTER)?.size(if wide { 2 } else { 1 }, 2)?;
        self.lines(&layout::wrap(text, columns))?;
        self.printer.reset_size()?.justify(JustifyMode::LEFT)?;
        Ok(())
    }

    fn strong(&mut self, lines: &[Vec<u8>]) -> Result<(), PageFault> {
        self.printer.bold(true)?.size(1, 2)?;
        self.lines(lines)?;
        self.printer.reset_size()?.bold(false)?;
        Ok(())
    }

    pub(super) fn lines(&mut self, lines: &[Vec<u8>]) -> Result<(), PageFault> {
        for line in lines {
            self.raw(line)?;
            self.printer.feed()?;
        }
        Ok(())
    }

    fn qr(&mut self, content: &str) -> Result<(), PageFault> {
        let size = module_size(content, self.paper.dots())?;
        let option = QRCodeOption::new(QRCodeModel::Model2, size, QRCodeCorrectionLevel::M);
        self.printer.justify(JustifyMode::CENTER)?.qrcode_option(content, option)?;
        self.printer.feed()?.justify(JustifyMode::LEFT)?;
        Ok(())
    }

    fn code128(&mut self, digits: &str) -> Result<(), PageFault> {
        self.printer.justify(JustifyMode::CENTER)?;
        self.raw(&bars(digits, self.paper.dots())?)?;
        self.printer.feed()?.justify(JustifyMode::LEFT)?;
        Ok(())
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) -> Result<(), PageFault> {
        self.printer.custom(bytes)?;
        Ok(())
    }
}

impl From<PrinterError> for PageFault {
    fn from(error: PrinterError) -> PageFault {
        PageFault::Command(error.to_string())
    }
}

/// Bytes that fit into a QR code of correction level M, versions 1 to 40 (ISO/IEC 18004, table 7).
const CAPACITY_M: [u16; 40] = [
    14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711, 779,
    857, 911, 997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331,
];

/// The largest module, up to 6 dots, with which the code and its quiet zone fit on the paper.
fn module_size(content: &str, dots: usize) -> Result<u8, PageFault> {
    if content.is_empty() || !content.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return Err(PageFault::BadQr(format!("{content:?} is not plain ASCII text")));
    }
    // Three digits take ten bits; this is never less than the printer needs.
    let digits = content.bytes().all(|byte| byte.is_ascii_digit());
    let bytes = if digits { (content.len() * 10).div_ceil(24) + 1 } else { content.len() };
    let version = CAPACITY_M.iter().position(|capacity| usize::from(*capacity) >= bytes);
    let modules = version.map(|index| 21 + 4 * index + 8);
    let fits = |size: &u8| modules.is_some_and(|modules| modules * usize::from(*size) <= dots);
    (2..=6).rev().find(fits).ok_or_else(|| {
        PageFault::BadQr(format!("{} characters do not fit on the paper", content.chars().count()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAPER: Paper = Paper { page: Page::Wpc1251, page_number: 46, columns: 32 };

    #[test]
    fn a_slip_is_these_bytes() {
        let slip = Slip {
            rows: vec![
                SlipRow::Pair { left: "Кава".into(), right: "6.70".into(), strong: false },
                SlipRow::Qr { content: "123".into() },
            ],
            open_drawer: true,
        };
        let mut expected = b"\x1b@\x1bt\x2e\x1bp\x00\x19\xfa".to_vec();
        expected.extend_from_slice(&[0xCA, 0xE0, 0xE2, 0xE0]);
        expected.extend_from_slice(&[b' '; 24]);
        expected.extend_from_slice(b"6.70\x1bd\x01\x1ba\x01");
        expected.extend_from_slice(b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x06\x1d(k\x03\x001E1");
        expected.extend_from_slice(b"\x1d(k\x06\x001P0123\x1d(k\x03\x001Q0");
        expected.extend_from_slice(b"\x1bd\x01\x1ba\x00\x1dVB\x00");
        assert_eq!(render(&slip, PAPER).unwrap(), expected);
    }

    #[test]
    fn a_drawer_alone_moves_no_paper() {
        let bytes = render(&Slip { rows: vec![], open_drawer: true }, PAPER).unwrap();
        assert_eq!(bytes, b"\x1b@\x1bt\x2e\x1bp\x00\x19\xfa");
    }

    #[test]
    fn a_name_may_hold_anything_and_an_amount_may_not() {
        let pair = |left: &str, right: &str| Slip {
            rows: vec![SlipRow::Pair { left: left.into(), right: right.into(), strong: false }],
            open_drawer: false,
        };
        assert!(render(&pair("Латте 茶", "6.70"), PAPER).is_ok());
        let refused = render(&pair("Латте", "6.7茶"), PAPER);
        assert!(matches!(refused, Err(PageFault::NoSuchCharacter { character: '茶', .. })));
    }

    #[test]
    fn a_code_is_as_large_as_the_paper_allows() {
        let digits = |count: usize| "7".repeat(count);
        assert_eq!(module_size(&digits(34), 384).unwrap(), 6);
        assert_eq!(module_size(&digits(700), 384).unwrap(), 4);
        assert_eq!(module_size(&digits(700), 576).unwrap(), 6);
        assert!(module_size(&digits(6000), 576).is_err());
        assert!(module_size("", 576).is_err());
        assert!(module_size("код", 576).is_err());
    }
}
