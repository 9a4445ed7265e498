//! What a printer prints on: its paper and the shop's logo.

use super::logo::Logo;
use super::page::{Page, PageFault};
use super::render::{Paper, Pen, on_paper};
use crate::ports::{PrintFault, Slip, SlipRow};
use std::sync::Arc;

/// Letters that show at a glance whether a page is the right one: ё and Ў stand apart from the alphabet, і is on
/// one of the pages only.
const LETTERS: &str = "Ёлка ёж Ўсё воўк №7";
const ALPHABET: [&str; 2] = ["АБВГДЕЁЖЗИЙКЛМНОПРСТУЎФХЦЧШЩЪЫЬЭЮЯ", "абвгдеёжзийклмнопрстуўфхцчшщъыьэюя"];
/// What stands in both codes of the test page; pairs of digits, so that nothing is in set B.
const DIGITS: &str = "0123456789";

/// Paper, and the logo on top of every slip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// Page and width.
    pub paper: Paper,
    /// The logo.
    pub logo: Option<Arc<Logo>>,
}

impl From<Paper> for Press {
    fn from(paper: Paper) -> Press {
        Press { paper, logo: None }
    }
}

impl Press {
    /// The bytes of a slip.
    pub(super) fn slip(&self, slip: &Slip) -> Result<Vec<u8>, PrintFault> {
        on_paper(self.paper, |pen| pen.slip(slip, self.logo.as_deref())).map_err(PrintFault::from)
    }

    /// The bytes of the test page: the logo, the letters of the page, a ruler of the width, both codes, and the
    /// same letters as each page has them under each of these numbers.
    pub(super) fn test_page(&self, tries: &[u8]) -> Result<Vec<u8>, PrintFault> {
        let page = on_paper(self.paper, |pen| {
            for number in tries {
                for page in [Page::Wpc1251, Page::Pc866] {
                    attempt(pen, *number, page)?;
                }
            }
            pen.choose(self.paper.page_number)?;
            pen.slip(&Slip { rows: self.test_rows(), open_drawer: false }, self.logo.as_deref())
        });
        page.map_err(PrintFault::from)
    }

    fn test_rows(&self) -> Vec<SlipRow> {
        let Paper { page, page_number, columns } = self.paper;
        let ruler: String = ('1'..='9').chain(['0']).cycle().take(usize::from(columns)).collect();
        let text = |text: &str| SlipRow::Text { text: text.to_owned() };
        let mut rows = vec![
            SlipRow::Title { text: "Kava".into() },
            text(&format!(
                "page = \"{}\", page_number = {page_number}, columns = {columns}",
                page.name().to_lowercase()
            )),
            text(LETTERS),
        ];
        rows.extend(ALPHABET.map(text));
        rows.push(text("Пірог, аб’ём, «кава» — і інш."));
        rows.push(text(&ruler));
        rows.push(SlipRow::Pair { left: "Капучино".into(), right: "6.70".into(), strong: true });
        rows.push(SlipRow::Qr { content: DIGITS.into() });
        rows.push(SlipRow::Code128 { digits: DIGITS.into() });
        rows
    }
}

/// One line under another number, begun in letters that every page has.
fn attempt(pen: &mut Pen, number: u8, page: Page) -> Result<(), PageFault> {
    pen.choose(number)?;
    let mut line = format!("{number} {}: ", page.name().to_lowercase()).into_bytes();
    line.extend(page.exact(LETTERS)?);
    pen.lines(&[line])
}

impl From<PageFault> for PrintFault {
    fn from(fault: PageFault) -> PrintFault {
        PrintFault::Slip(fault.to_string())
    }
}
