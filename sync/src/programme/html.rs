//! The rules as a page that a browser shows and prints, without scripts and without anything from elsewhere.

use super::{page::Block, words::Language};

/// What the page may do: show itself.
pub const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = "body{font:18px/1.55 system-ui,sans-serif;margin:2rem auto;max-width:44rem;padding:0 1rem;color:#241f1a;background:#fffdfa}\
h1{font-size:1.7rem;line-height:1.25}h2{font-size:1.2rem;margin-top:2rem}nav a{display:inline-block;padding:.6rem .8rem .6rem 0;min-width:44px}\
a{color:#0b5345}li{margin:.3rem 0}@media(prefers-color-scheme:dark){body{background:#1c1a18;color:#f1ece6}a{color:#8fd8c4}}\
@media print{nav{display:none}body{font-size:11pt;margin:0;max-width:none;color:#000;background:#fff}h2,li{break-inside:avoid;break-after:avoid}}";

/// The page at this address.
#[must_use]
pub fn page(blocks: &[Block], language: Language, address: &str) -> String {
    let title = blocks.first().map(Block::words).unwrap_or_default();
    let mut body = String::new();
    let mut in_list = false;
    for block in blocks {
        let is_item = matches!(block, Block::Item(_));
        if is_item != in_list {
            body.push_str(if is_item { "<ul>" } else { "</ul>" });
            in_list = is_item;
        }
        let tag = match block {
            Block::Title(_) => "h1",
            Block::Head(_) => "h2",
            Block::Text(_) => "p",
            Block::Item(_) => "li",
        };
        body.push_str(&format!("<{tag}>{}</{tag}>", escaped(block.words())));
    }
    if in_list {
        body.push_str("</ul>");
    }
    let others = Language::ALL.into_iter().filter(|other| *other != language);
    let ways: String = others.map(|other| way(address, other)).collect();
    format!(
        "<!doctype html><html lang=\"{0}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{1}</title><style>{STYLE}</style></head><body><nav>{ways}<a href=\"{address}.pdf?language={0}\">{2}</a></nav>\
         <main>{body}</main></body></html>",
        language.code(),
        escaped(title),
        escaped(&language.say("pdf")),
    )
}

fn way(address: &str, other: Language) -> String {
    format!(
        "<a href=\"{address}?language={0}\" lang=\"{0}\" hreflang=\"{0}\">{1}</a>",
        other.code(),
        other.name()
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
