//! A picture file → the dots of a logo.

use std::{fs::File, io::BufReader, path::Path};

/// No logo is higher than this; paper costs money and slips are read from the top.
const HEIGHT_MAX: u32 = 400;
/// Darker than this becomes a dot.
const DARK: u32 = 128;

/// A logo as rows of dots, eight to a byte, the leftmost highest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    row_bytes: u16,
    rows: u16,
    dots: Vec<u8>,
}

impl Logo {
    /// Reads a PNG picture: what is dark and not transparent becomes a dot, at its own size.
    ///
    /// # Errors
    /// One sentence when it cannot be read or is larger than the paper has dots.
    pub fn read(path: &Path, dots: usize) -> Result<Logo, String> {
        let said = |why: String| format!("the logo {}: {why}", path.display());
        let file = File::open(path).map_err(|error| said(error.to_string()))?;
        let mut decoder = png::Decoder::new(BufReader::new(file));
        decoder
            .set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
        let mut reader = decoder.read_info().map_err(|error| said(error.to_string()))?;
        let (width, height) = (reader.info().width, reader.info().height);
        if usize::try_from(width).map_or(true, |width| width > dots) || height > HEIGHT_MAX {
            return Err(said(format!(
                "{width} by {height} dots do not fit, the paper has {dots} by {HEIGHT_MAX}"
            )));
        }
        let mut pixels = vec![0; reader.output_buffer_size().unwrap_or_default()];
        let frame = reader.next_frame(&mut pixels).map_err(|error| said(error.to_string()))?;
        let samples = frame.color_type.samples();
        let pixels: Vec<u32> = pixels.chunks_exact(samples).map(brightness).collect();
        Logo::of(&pixels, width).ok_or_else(|| said("it is empty".into()))
    }

    /// From the brightness of each pixel, row by row.
    fn of(bright: &[u32], width: u32) -> Option<Logo> {
        let across = usize::try_from(width).ok().filter(|across| *across > 0)?;
        let row_bytes = u16::try_from(across.div_ceil(8)).ok()?;
        let rows = u16::try_from(bright.len() / across).ok().filter(|rows| *rows > 0)?;
        let byte = |eight: &[u32]| {
            eight.iter().zip(0..8).fold(
                0_u8,
                |byte, (bright, place)| {
                    if *bright < DARK { byte | (0x80 >> place) } else { byte }
                },
            )
        };
        let dots = bright.chunks_exact(across).flat_map(|row| row.chunks(8)).map(byte).collect();
        Some(Logo { row_bytes, rows, dots })
    }

    /// The command that prints it: `GS v 0`, at its own size.
    pub(super) fn raster(&self) -> Vec<u8> {
        let mut bytes = vec![0x1D, b'v', b'0', 0];
        bytes.extend(self.row_bytes.to_le_bytes());
        bytes.extend(self.rows.to_le_bytes());
        bytes.extend(&self.dots);
        bytes
    }
}

/// How bright a pixel is on white paper, 0 to 255; the weights are those of ITU-R BT.601.
fn brightness(pixel: &[u8]) -> u32 {
    let (light, alpha) = match *pixel {
        [grey] => (u32::from(grey), 255),
        [grey, alpha] => (u32::from(grey), u32::from(alpha)),
        [red, green, blue, ref rest @ ..] => {
            let light = (299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1000;
            (light, rest.first().map_or(255, |alpha| u32::from(*alpha)))
        }
        [] => (255, 255),
    };
    255 - (255 - light) * alpha / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_pixels_become_dots_from_the_left() {
        let (ink, none) = (0, 255);
        let picture = [
            ink, none, none, none, none, none, none, ink, ink, none, none, none, none, none, none, none,
            none, none,
        ];
        let logo = Logo::of(&picture, 9).unwrap();
        assert_eq!(logo.raster(), b"\x1dv0\x00\x02\x00\x02\x00\x81\x80\x00\x00");
        assert_eq!(Logo::of(&[], 9), None);
        assert_eq!(Logo::of(&[0], 0), None);
    }

    #[test]
    fn what_is_transparent_is_paper() {
        assert_eq!((brightness(&[0, 0]), brightness(&[0, 255]), brightness(&[90])), (255, 0, 90));
        assert_eq!(
            (brightness(&[255, 0, 0]), brightness(&[0, 0, 0, 0]), brightness(&[0, 0, 0, 255])),
            (76, 255, 0)
        );
    }

    #[test]
    fn a_file_that_is_no_picture_is_said_in_one_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logo.png");
        assert!(Logo::read(&path, 384).unwrap_err().starts_with("the logo "));
        std::fs::write(&path, b"GIF89a").unwrap();
        let said = Logo::read(&path, 384).unwrap_err();
        assert!(said.contains("logo.png") && !said.contains('\n'), "{said}");
    }
}
