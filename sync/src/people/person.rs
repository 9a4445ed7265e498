//! What a guest says of themselves. Every change counts up the version, so that a phone that was offline can be told
//! what has changed meanwhile instead of overwriting it.

use crate::ledger::LedgerFault;
use kava::facts::{customer::Consent, moment::Moment};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};

/// The most characters of a field.
pub const FIELD_MAX: usize = 120;

/// What may be edited, all of it empty at first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// How they want to be called.
    #[serde(default)]
    pub name: String,
    /// `2001-12-09`, or empty.
    #[serde(default)]
    pub birthday: String,
    /// A phone number in the form `+375291234567`, or empty.
    #[serde(default)]
    pub phone: String,
    /// An e-mail address, or empty.
    #[serde(default)]
    pub email: String,
    /// `ru`, `be` or `en`.
    pub language: String,
}

/// A person of the club.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The pseudonym.
    pub customer: String,
    /// When they joined.
    pub joined: Moment,
    /// Counts up with every change of the profile.
    pub version: i64,
    /// What they say of themselves.
    pub profile: Profile,
    /// What they agree to.
    pub consent: Consent,
}

const COLUMNS: &str = "SELECT customer, joined, version, name, birthday, phone, email, language, programme,
    personalisation, marketing FROM person WHERE customer = ?";

impl Person {
    /// The person with this pseudonym.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(connection: &Connection, customer: &str) -> Result<Option<Person>, LedgerFault> {
        Ok(connection.prepare_cached(COLUMNS)?.query_row([customer], read).optional()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        customer: row.get(0)?,
        joined: Moment(row.get(1)?),
        version: row.get(2)?,
        profile: Profile {
            name: row.get(3)?,
            birthday: row.get(4)?,
            phone: row.get(5)?,
            email: row.get(6)?,
            language: row.get(7)?,
        },
        consent: Consent { programme: row.get(8)?, personalisation: row.get(9)?, marketing: row.get(10)? },
    })
}

/// What a phone wants the profile to be, and of which version it began.
#[derive(Debug, Clone, Deserialize)]
pub struct Edit {
    /// The version that was edited.
    pub version: i64,
    /// What it is to be.
    #[serde(flatten)]
    pub profile: Profile,
}

impl Profile {
    /// The profile without spaces around its fields, if every field may stand as it is.
    ///
    /// # Errors
    /// The name of the first field that may not.
    pub fn tidied(self) -> Result<Profile, &'static str> {
        let tidy = |text: String| text.trim().to_owned();
        let profile = Profile {
            name: tidy(self.name),
            birthday: tidy(self.birthday),
            phone: self.phone.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect(),
            email: tidy(self.email),
            language: self.language,
        };
        let long = |text: &str| text.chars().count() > FIELD_MAX || text.chars().any(char::is_control);
        let checks: [(&str, bool); 5] = [
            ("name", !long(&profile.name)),
            ("birthday", profile.birthday.is_empty() || is_birthday(&profile.birthday)),
            ("phone", profile.phone.is_empty() || is_phone(&profile.phone)),
            ("email", profile.email.is_empty() || is_email(&profile.email) && !long(&profile.email)),
            ("language", ["ru", "be", "en"].contains(&profile.language.as_str())),
        ];
        match checks.into_iter().find(|(_, good)| !good) {
            Some((field, _)) => Err(field),
            None => Ok(profile),
        }
    }
}

fn is_birthday(text: &str) -> bool {
    let date: Result<jiff::civil::Date, _> = text.parse();
    text.len() == 10 && date.is_ok_and(|date| (1900..=2100).contains(&date.year()))
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, domain)| {
        !name.is_empty()
            && domain.contains('.')
            && !domain.contains('@')
            && !text.contains(char::is_whitespace)
    })
}

/// Changes the profile if it still is of the version that was edited; gives whether it was.
///
/// # Errors
/// When the database fails.
pub fn edit(change: &Transaction<'_>, customer: &str, edit: &Edit) -> Result<bool, LedgerFault> {
    let profile = &edit.profile;
    let sql =
        "UPDATE person SET version = version + 1, name = ?, birthday = ?, phone = ?, email = ?, language = ?
        WHERE customer = ? AND version = ?";
    let written = change.prepare_cached(sql)?.execute(params![
        profile.name,
        profile.birthday,
        profile.phone,
        profile.email,
        profile.language,
        customer,
        edit.version
    ])?;
    Ok(written > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        Profile { language: "be".into(), ..Profile::default() }
    }

    #[test]
    fn fields_are_tidied_or_refused_by_name() {
        let good = Profile {
            name: "  Ўладзімір <b>&amp; </b> ".into(),
            birthday: "1990-02-28".into(),
            phone: "+375 (29) 123-45-67".into(),
            email: " a@b.by ".into(),
            ..profile()
        };
        let tidied = good.tidied().unwrap();
        assert_eq!(tidied.name, "Ўладзімір <b>&amp; </b>", "a name is text, whatever stands in it");
        assert_eq!(tidied.phone, "+375291234567");
        assert_eq!(tidied.email, "a@b.by");
        assert_eq!(profile().tidied(), Ok(profile()), "all of it may be empty");
        let table = [
            (Profile { name: "x".repeat(121), ..profile() }, "name"),
            (Profile { name: "a\nb".into(), ..profile() }, "name"),
            (Profile { birthday: "1990-02-30".into(), ..profile() }, "birthday"),
            (Profile { birthday: "28.02.1990".into(), ..profile() }, "birthday"),
            (Profile { phone: "375291234567".into(), ..profile() }, "phone"),
            (Profile { phone: "+37529abc4567".into(), ..profile() }, "phone"),
            (Profile { email: "a@b".into(), ..profile() }, "email"),
            (Profile { email: "a b@c.by".into(), ..profile() }, "email"),
            (Profile { language: "xx".into(), ..profile() }, "language"),
        ];
        for (bad, field) in table {
            assert_eq!(bad.clone().tidied(), Err(field), "{bad:?}");
        }
    }
}
