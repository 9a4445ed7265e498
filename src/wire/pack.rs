//! Bodies are packed with Zstandard. What comes out is limited before it is made, so that a small body cannot
//! become a large one.

use std::io::Read;

/// The most bytes of a packed body.
pub const PACKED_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Good for text of a few hundred kilobytes, and quick on a café's PC.
const LEVEL: i32 = 6;

/// Packs a body.
///
/// # Errors
/// When the library fails, which it does only without memory.
pub fn pack(body: &[u8]) -> std::io::Result<Vec<u8>> {
    zstd::bulk::compress(body, LEVEL)
}

/// Unpacks a body of at most so many bytes.
///
/// # Errors
/// One sentence when it is damaged or becomes larger.
pub fn unpack(packed: &[u8], limit: usize) -> Result<Vec<u8>, String> {
    let damaged = |e: std::io::Error| format!("the packed body is damaged ({e}); send it again");
    let reader = zstd::stream::read::Decoder::new(packed).map_err(damaged)?;
    let mut body = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(most).read_to_end(&mut body).map_err(damaged)?;
    if body.len() > limit {
        return Err(format!("the body is larger than {limit} bytes when unpacked; send less at a time"));
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_as_it_was() {
        let body = "строка и line ".repeat(1000).into_bytes();
        let packed = pack(&body).unwrap();
        assert!(packed.len() * 20 < body.len());
        assert_eq!(unpack(&packed, body.len()).unwrap(), body);
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        let bomb = pack(&vec![0; 64 * 1024 * 1024]).unwrap();
        assert!(bomb.len() < 16_384);
        assert!(unpack(&bomb, 1_000_000).unwrap_err().contains("larger than 1000000 bytes"));
    }

    #[test]
    fn damage_is_one_sentence() {
        let mut packed = pack(&b"something that is long enough ".repeat(50)).unwrap();
        let half = packed.len() / 2;
        packed.truncate(half);
        assert!(unpack(&packed, 100_000).unwrap_err().contains("damaged"));
        assert!(unpack(b"not packed at all", 100_000).unwrap_err().contains("damaged"));
    }
}
