//! The short code, for scanners that cannot read a screen's QR code, and six digits to say aloud. Both come
//! from one key for one shop and one week, which makes no code for another shop or week.

use super::SHORT_VERSION;
use super::digits::luhn;
use super::fault::PassFault;
use super::pass::{Pseudonym, chain_tag, tag};
use crate::facts::id::{ChainId, ShopId};
use crate::facts::moment::{DAY_MS, Moment};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Digits of a short code: version 1, shop 2, week 2, number 8, proof 8, check 1.
pub const SHORT_DIGITS: usize = 22;
/// Digits that are said aloud.
pub const SPOKEN_DIGITS: usize = 6;

/// Weeks since 1970 in UTC, beginning on Monday.
#[must_use]
pub fn week(at: Moment) -> u16 {
    u16::try_from((at.0.div_euclid(DAY_MS) + 3).div_euclid(7)).unwrap_or(0)
}

/// A shop in two digits.
#[must_use]
pub fn shop_tag(chain: &ChainId, shop: &ShopId) -> u8 {
    let [byte, other] = tag(&[b"kava shop", chain.as_str().as_bytes(), shop.as_str().as_bytes()]);
    u8::try_from(u16::from_be_bytes([byte, other]) % 100).unwrap_or(0)
}

/// Eight digits that find a customer; several may have the same.
#[must_use]
pub fn number(pseudonym: Pseudonym) -> u32 {
    u32::try_from(u64::from_be_bytes(tag(&[b"kava number", &pseudonym.0])) % 100_000_000).unwrap_or(0)
}

/// The key of one shop and week. The office makes it from a secret that no counter has.
#[derive(Clone, PartialEq, Eq)]
pub struct WeekKey {
    /// The week.
    pub week: u16,
    /// The key.
    pub secret: [u8; 32],
}

impl std::fmt::Debug for WeekKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WeekKey({})", self.week)
    }
}

impl WeekKey {
    /// The key of a shop's week, HMAC-SHA256 under the office's secret of `kava week`, chain tag, shop and week.
    #[must_use]
    pub fn derive(office: &[u8; 32], chain: &ChainId, shop: &ShopId, week: u16) -> WeekKey {
        let parts: [&[u8]; 4] =
            [b"kava week", &chain_tag(chain), shop.as_str().as_bytes(), &week.to_be_bytes()];
        WeekKey { week, secret: hmac(office, &parts) }
    }

    /// The short code of a customer at a shop.
    #[must_use]
    pub fn short(&self, shop: u8, pseudonym: Pseudonym) -> String {
        let body = format!(
            "{SHORT_VERSION}{shop:02}{:02}{:08}{:08}",
            self.week % 100,
            number(pseudonym),
            self.proof(b"kava short", pseudonym) % 100_000_000
        );
        let check = luhn(&body);
        format!("{body}{check}")
    }

    /// The six digits that a customer may say aloud.
    #[must_use]
    pub fn spoken(&self, pseudonym: Pseudonym) -> String {
        format!("{:06}", self.proof(b"kava spoken", pseudonym) % 1_000_000)
    }

    fn proof(&self, purpose: &[u8], pseudonym: Pseudonym) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = hmac(&self.secret, &[purpose, &pseudonym.0]);
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

/// HMAC-SHA256 (RFC 2104) of the parts joined by zero bytes.
fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC itself fills a key up with zeros to one block.
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(byte, given)| *byte = *given);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(&parts.join(&0));
    mac.finalize().into_bytes().into()
}

/// A short code as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortCode {
    /// All digits.
    pub digits: String,
    /// Two digits of the shop.
    pub shop: u8,
    /// Last two digits of the week.
    pub week: u8,
    /// Number that finds the customer.
    pub number: u32,
}

impl ShortCode {
    /// Reads the digits; the check digit was looked at when the code was told from others.
    ///
    /// # Errors
    /// When they are not the digits of a short code.
    pub fn read(digits: &str) -> Result<ShortCode, PassFault> {
        let field = |from: usize, to: usize| digits.get(from..to).and_then(|field| field.parse::<u32>().ok());
        let small = |number: u32| u8::try_from(number).ok();
        let read = || {
            Some(ShortCode {
                digits: digits.to_owned(),
                shop: small(field(1, 3)?)?,
                week: small(field(3, 5)?)?,
                number: field(5, 13)?,
            })
        };
        let good = digits.len() == SHORT_DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit());
        read().filter(|_| good).ok_or(PassFault::Damaged("digits are missing"))
    }

    /// The key of this code's shop and week, if it is this shop and this week. At the turn of the week both
    /// weeks count for six hours.
    ///
    /// # Errors
    /// Another shop, another week, or no key of it here.
    pub fn key<'a>(&self, shop: u8, keys: &'a [WeekKey], now: Moment) -> Result<&'a WeekKey, PassFault> {
        if self.shop != shop {
            return Err(PassFault::OtherShop);
        }
        let good = weeks(now);
        let week = good.into_iter().find(|week| week % 100 == u16::from(self.week));
        let week = week.ok_or(PassFault::OtherWeek)?;
        keys.iter().find(|key| key.week == week).ok_or(PassFault::NoWeekKey)
    }
}

/// The weeks that count now: one, or two for six hours on either side of the turn.
#[must_use]
pub fn weeks(now: Moment) -> [u16; 2] {
    const TURN_MS: i64 = 6 * 3_600_000;
    [week(now.later(-TURN_MS)), week(now.later(TURN_MS))]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appendix B of RFC 6238 with SHA-256: what is under these codes is the HMAC that short codes are made with.
    #[test]
    fn the_hmac_gives_the_time_based_passwords_of_rfc_6238() {
        let seed: [u8; 32] = *b"12345678901234567890123456789012";
        let table = [
            (59_u64, 46_119_246),
            (1_111_111_109, 68_084_774),
            (1_111_111_111, 67_062_674),
            (1_234_567_890, 91_819_424),
            (2_000_000_000, 90_698_825),
            (20_000_000_000, 77_737_706),
        ];
        for (seconds, expected) in table {
            let mac = hmac(&seed, &[&(seconds / 30).to_be_bytes()]);
            let at = usize::from(mac[31] & 0xf);
            let number = u32::from_be_bytes(mac[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
            assert_eq!(number % 100_000_000, expected, "at {seconds} s");
        }
    }
}
