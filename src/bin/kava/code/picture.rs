//! The QR code of a code: numeric mode, dark on light, with a quiet zone.

use anyhow::{Context, Result};
use qrcode::{
    EcLevel, QrCode,
    render::{svg, unicode},
};

fn drawn(digits: &str) -> Result<QrCode> {
    QrCode::with_error_correction_level(digits, EcLevel::M).context("the code fits no QR code")
}

/// An SVG picture.
pub fn svg(digits: &str) -> Result<String> {
    Ok(drawn(digits)?.render::<svg::Color<'_>>().min_dimensions(400, 400).build())
}

/// Half blocks for a terminal with light text on dark, so that the code is dark on light.
pub fn terminal(digits: &str) -> Result<String> {
    let code = drawn(digits)?;
    let mut picture = code.render::<unicode::Dense1x2>();
    picture.dark_color(unicode::Dense1x2::Dark).light_color(unicode::Dense1x2::Light);
    Ok(picture.build())
}
