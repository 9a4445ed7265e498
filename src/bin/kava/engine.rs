//! What the command line says of a counter's making.

use anyhow::{Context, Result, bail};
use kava::steps::offer::{RfmTable, StampCard, Strategy};

/// Reads `learned`, `ladder`, `none`, `flat:BP`, `rfm`, `stamps`; `learned` is the ladder until a bundle carries a game.
pub fn strategy(text: &str) -> Result<Strategy> {
    match text.split_once(':') {
        None if text == "learned" => Ok(Strategy::Learned),
        None if text == "ladder" => Ok(Strategy::Ladder),
        None if text == "none" => Ok(Strategy::None),
        None if text == "rfm" => Ok(Strategy::Rfm(RfmTable::default())),
        None if text == "stamps" => Ok(Strategy::Stamps(StampCard::default())),
        Some(("flat", depth)) => {
            let depth: i64 =
                depth.parse().with_context(|| format!("{depth:?} is not a depth in basis points"))?;
            if (0..10_000).contains(&depth) {
                Ok(Strategy::Flat(depth))
            } else {
                bail!("a depth is 0 to 9999 basis points, not {depth}")
            }
        }
        _ => bail!("policy {text:?} is not one of learned, ladder, none, flat:BP, rfm, stamps"),
    }
}
