//! A sheet of blank memberships as SVG, A4: each with a QR code for the guest's phone and one for the counter's scanner.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// Cards on one sheet, in two columns.
pub const A_SHEET: usize = 10;
const COLUMNS: usize = 2;
/// Of one card, millimetres.
const WIDE: usize = 95;
const HIGH: usize = 56;
/// Around the cards, millimetres.
const LEFT: usize = 10;
const TOP: usize = 8;
/// Side of a QR code with the white around it, millimetres.
const SIDE: usize = 44;
/// White modules around a code, as the standard wants.
const QUIET: usize = 4;

/// What stands on one card.
pub struct Card<'c> {
    /// The chain as guests know it.
    pub title: &'c str,
    /// For the guest's phone: the app's address with the claim.
    pub link: &'c str,
    /// For the counter: the digits.
    pub digits: &'c str,
    /// Under the two codes and below them, in the language of the sheet.
    pub words: [&'c str; 3],
}

/// One page.
///
/// # Errors
/// When something does not fit into a QR code.
pub fn page(cards: &[Card<'_>]) -> Result<String, String> {
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" height=\"297mm\" viewBox=\"0 0 210 297\" \
         font-family=\"sans-serif\">\n<rect width=\"210\" height=\"297\" fill=\"white\"/>\n",
    );
    for (place, card) in cards.iter().enumerate().take(A_SHEET) {
        let (x, y) = (LEFT + place % COLUMNS * WIDE, TOP + place / COLUMNS * HIGH);
        add(&mut svg, card, (x, y)).map_err(|why| format!("a sheet cannot be drawn: {why}"))?;
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

fn add(svg: &mut String, card: &Card<'_>, (x, y): (usize, usize)) -> Result<(), String> {
    let wrong = |why: std::fmt::Error| why.to_string();
    writeln!(
        svg,
        "<g transform=\"translate({x} {y})\"><rect width=\"{WIDE}\" height=\"{HIGH}\" fill=\"none\" stroke=\"#999\" \
         stroke-width=\"0.1\" stroke-dasharray=\"1 1\"/>"
    )
    .map_err(wrong)?;
    let [phone, counter, until] = card.words.map(escaped);
    let title = escaped(card.title);
    writeln!(svg, "<text x=\"3\" y=\"5\" font-size=\"4\" font-weight=\"bold\">{title}</text>")
        .map_err(wrong)?;
    writeln!(svg, "<text x=\"92\" y=\"5\" font-size=\"2.6\" text-anchor=\"end\">{until}</text>")
        .map_err(wrong)?;
    for (at, text, words) in [(2, card.link, phone), (49, card.digits, counter)] {
        let path = code(text)?;
        writeln!(svg, "<g transform=\"translate({at} 6)\">{path}</g>").map_err(wrong)?;
        let middle = at + SIDE / 2;
        writeln!(
            svg,
            "<text x=\"{middle}\" y=\"53\" font-size=\"2.8\" text-anchor=\"middle\">{words}</text>"
        )
        .map_err(wrong)?;
    }
    svg.push_str("</g>\n");
    Ok(())
}

/// A QR code as one path, as large as [`SIDE`].
fn code(text: &str) -> Result<String, String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|why| why.to_string())?;
    let modules = code.width();
    let mut path = String::new();
    for (place, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (place % modules + QUIET, place / modules + QUIET);
            write!(path, "M{x} {y}h1v1h-1z").map_err(|why| why.to_string())?;
        }
    }
    let all = modules + 2 * QUIET;
    Ok(format!(
        "<svg width=\"{SIDE}\" height=\"{SIDE}\" viewBox=\"0 0 {all} {all}\" shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>"
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
