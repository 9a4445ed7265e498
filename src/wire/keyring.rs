//! Whose codes a counter believes, as the office says it: its own public keys, the phones that it has withdrawn,
//! and of this one shop the short-code keys and the counters that stand there. Nothing of it can make a full code.
//!
//! May import facts. Not here: how it travels ([`super::document`]), where it is kept.

use super::code::{OfficeKey, PhoneId, WeekKey};
use super::hex::array_from_hex;
use crate::facts::id::CounterId;
use crate::facts::menu::to_hex;
use crate::facts::moment::Moment;
use serde::{Deserialize, Serialize};

/// The most withdrawn phones of one document.
const WITHDRAWN_MAX: usize = 1_000_000;

/// What the document says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keyring {
    /// Keys with which the office signs passes and blank memberships.
    pub office: Vec<OfficeKey>,
    /// Phones whose passes are no longer good.
    pub withdrawn: Vec<PhoneId>,
    /// Keys of short codes of the shop that the document is for.
    pub weeks: Vec<WeekKey>,
    /// Counters of that shop, by the keys that speak for them now.
    pub counters: Vec<Neighbour>,
}

/// A counter that stands in the same shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// The counter.
    pub counter: CounterId,
    /// Public half of the key that speaks for it.
    pub public: [u8; 32],
}

/// As it is kept and as it travels.
#[derive(Serialize, Deserialize)]
struct WrittenCounter {
    counter: CounterId,
    public: String,
}

#[derive(Serialize, Deserialize)]
struct Written {
    office: Vec<WrittenKey>,
    #[serde(default)]
    withdrawn: Vec<String>,
    #[serde(default)]
    weeks: Vec<WrittenWeek>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    counters: Vec<WrittenCounter>,
}

#[derive(Serialize, Deserialize)]
struct WrittenKey {
    number: u8,
    public: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked: Option<Moment>,
}

#[derive(Serialize, Deserialize)]
struct WrittenWeek {
    week: u16,
    secret: String,
}

impl Keyring {
    /// The document's text: JSON, bytes as hexadecimal digits.
    #[must_use]
    pub fn write(&self) -> String {
        let key = |key: &OfficeKey| WrittenKey {
            number: key.number,
            public: to_hex(&key.public),
            revoked: key.revoked,
        };
        let week = |key: &WeekKey| WrittenWeek { week: key.week, secret: to_hex(&key.secret) };
        let counter =
            |one: &Neighbour| WrittenCounter { counter: one.counter.clone(), public: to_hex(&one.public) };
        let written = Written {
            office: self.office.iter().map(key).collect(),
            withdrawn: self.withdrawn.iter().map(|phone| to_hex(phone)).collect(),
            weeks: self.weeks.iter().map(week).collect(),
            counters: self.counters.iter().map(counter).collect(),
        };
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// Reads the document.
    ///
    /// # Errors
    /// One sentence: what is wrong with it.
    pub fn read(text: &str) -> Result<Keyring, String> {
        let written: Written = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if written.office.is_empty() {
            return Err("there is no key of the office in it".into());
        }
        if written.withdrawn.len() > WITHDRAWN_MAX {
            return Err(format!("more than {WITHDRAWN_MAX} phones are withdrawn"));
        }
        let key = |key: &WrittenKey| {
            let public = array_from_hex(&key.public)?;
            Some(OfficeKey { number: key.number, public, revoked: key.revoked })
        };
        let week = |key: &WrittenWeek| Some(WeekKey { week: key.week, secret: array_from_hex(&key.secret)? });
        let counter = |one: &WrittenCounter| {
            Some(Neighbour { counter: one.counter.clone(), public: array_from_hex(&one.public)? })
        };
        let read = || {
            Some(Keyring {
                office: written.office.iter().map(key).collect::<Option<_>>()?,
                withdrawn: written
                    .withdrawn
                    .iter()
                    .map(|phone| array_from_hex(phone))
                    .collect::<Option<_>>()?,
                weeks: written.weeks.iter().map(week).collect::<Option<_>>()?,
                counters: written.counters.iter().map(counter).collect::<Option<_>>()?,
            })
        };
        read().ok_or_else(|| "a key or a phone is no row of hexadecimal digits of its length".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring() -> Keyring {
        let revoked = Some(Moment(1_795_608_000_000));
        Keyring {
            office: vec![
                OfficeKey { number: 1, public: [7; 32], revoked },
                OfficeKey { number: 2, public: [8; 32], revoked: None },
            ],
            withdrawn: vec![[1; 8], [2; 8]],
            weeks: vec![WeekKey { week: 2968, secret: [9; 32] }],
            counters: vec![Neighbour { counter: CounterId::new("2"), public: [6; 32] }],
        }
    }

    #[test]
    fn a_keyring_survives_the_journey() {
        assert_eq!(Keyring::read(&keyring().write()), Ok(keyring()));
    }

    #[test]
    fn what_is_no_keyring_is_refused_with_a_sentence() {
        let good = keyring().write();
        for bad in [
            String::new(),
            "{}".into(),
            r#"{"office":[]}"#.into(),
            good.replace("0707", "07"),
            good.replace("0101010101010101", "xx01010101010101"),
            good.replace("0909", ""),
        ] {
            assert!(Keyring::read(&bad).is_err(), "{bad}");
        }
    }
}
