//! Instants in UTC, business days, and the shop's zone that joins them.

use jiff::{Timestamp, civil, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

/// Milliseconds of a day without a change of the clock.
pub const DAY_MS: i64 = 86_400_000;

/// An instant in milliseconds since 1970 in UTC. Text form: RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment so many milliseconds later.
    #[must_use]
    pub const fn later(self, milliseconds: i64) -> Moment {
        Moment(self.0.saturating_add(milliseconds))
    }

    /// The calendar day in UTC; the local one of a moment that was moved by the local offset. 1970-01-01 where a calendar has
    /// no such day.
    #[must_use]
    pub fn utc_day(self) -> BusinessDay {
        BusinessDay(i32::try_from(self.0.div_euclid(DAY_MS)).unwrap_or(0))
    }

    /// The moment itself where a shop may trade then. Outside, days and cards would leave the calendar,
    /// and what was decided could not be read again.
    ///
    /// # Errors
    /// A sentence with the years that are possible.
    pub fn of_trade(self) -> Result<Moment, String> {
        const YEARS: std::ops::Range<i64> = 0..32_503_680_000_000;
        if YEARS.contains(&self.0) {
            Ok(self)
        } else {
            Err(format!("{self} is no time of trade; write one of the years 1970 to 2999"))
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_millisecond(self.0) {
            Ok(stamp) => write!(f, "{stamp:.3}"),
            Err(_) => write!(f, "{} ms since 1970", self.0),
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Moment, String> {
        text.parse::<Timestamp>()
            .map(|stamp| Moment(stamp.as_millisecond()))
            .map_err(|_| format!("{text:?} is not a time; write it as 2026-11-23T08:30:00Z"))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// A day of trade as the shop counts it, in days since 1970-01-01. Text form: `2026-11-23`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusinessDay(pub i32);

impl BusinessDay {
    /// The civil date, or 1970-01-01 for a day outside the calendar.
    #[must_use]
    pub fn date(self) -> civil::Date {
        epoch().checked_add(jiff::Span::new().days(self.0)).unwrap_or(epoch())
    }

    /// The day of a civil date.
    #[must_use]
    pub fn of(date: civil::Date) -> BusinessDay {
        BusinessDay(epoch().until(date).map_or(0, |span| span.get_days()))
    }

    /// 0 for Monday … 6 for Sunday.
    #[must_use]
    pub const fn weekday(self) -> usize {
        match (self.0 + 3).rem_euclid(7) {
            0 => 0,
            1 => 1,
            2 => 2,
            3 => 3,
            4 => 4,
            5 => 5,
            _ => 6,
        }
    }
}

const fn epoch() -> civil::Date {
    civil::date(1970, 1, 1)
}

impl fmt::Display for BusinessDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

impl FromStr for BusinessDay {
    type Err = String;

    fn from_str(text: &str) -> Result<BusinessDay, String> {
        text.parse::<civil::Date>()
            .map(BusinessDay::of)
            .map_err(|_| format!("{text:?} is not a day; write it as 2026-11-23"))
    }
}

impl Serialize for BusinessDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BusinessDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<BusinessDay, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// A day of trade and its running number among the shop's open days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShopDay {
    /// The day.
    pub day: BusinessDay,
    /// How many open days came before it, plus one.
    pub number: i32,
}

/// The shop's time zone and the hour its day of trade begins. The zone database is bundled, so the
/// machine's own is never asked.
#[derive(Debug, Clone)]
pub struct ShopTime {
    zone: TimeZone,
    day_start_hour: i8,
}

/// When something was, as the shop sees it; frozen when a record is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalMoment {
    /// The instant.
    pub at: Moment,
    /// Minutes to add to UTC for the shop's wall clock.
    pub utc_offset_min: i32,
    /// The day of trade it belongs to.
    pub business_day: BusinessDay,
    /// Hour of the wall clock, 0 to 23.
    pub hour: u8,
}

impl ShopTime {
    /// # Errors
    /// A sentence when the IANA zone is unknown or the hour is not 0 to 23.
    pub fn new(zone: &str, day_start_hour: u8) -> Result<ShopTime, String> {
        let zone = TimeZone::get(zone)
            .map_err(|_| format!("time zone {zone:?} is unknown; write an IANA name such as Europe/Minsk"))?;
        let day_start_hour = i8::try_from(day_start_hour)
            .ok()
            .filter(|hour| *hour < 24)
            .ok_or_else(|| format!("day start hour {day_start_hour} is not between 0 and 23"))?;
        Ok(ShopTime { zone, day_start_hour })
    }

    /// The instant as this shop sees it.
    #[must_use]
    pub fn local(&self, at: Moment) -> LocalMoment {
        let stamp = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
        let zoned = stamp.to_zoned(self.zone.clone());
        let today = BusinessDay::of(zoned.date());
        let business_day = if zoned.hour() < self.day_start_hour { BusinessDay(today.0 - 1) } else { today };
        LocalMoment {
            at,
            utc_offset_min: zoned.offset().seconds() / 60,
            business_day,
            hour: u8::try_from(zoned.hour()).unwrap_or(0),
        }
    }

    /// The instant at which this wall clock shows the given date and time; in a gap or fold of summer
    /// time the earlier reading counts.
    #[must_use]
    pub fn instant(&self, local: civil::DateTime) -> Option<Moment> {
        self.zone.to_ambiguous_timestamp(local).compatible().ok().map(|stamp| Moment(stamp.as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_trade_begins_at_its_hour_in_the_shops_zone() {
        let minsk = ShopTime::new("Europe/Minsk", 4).unwrap();
        let table = [
            ("2026-11-23T00:59:59Z", "2026-11-22", 3),
            ("2026-11-23T01:00:00Z", "2026-11-23", 4),
            ("2026-11-23T20:59:59Z", "2026-11-23", 23),
        ];
        for (at, day, hour) in table {
            let local = minsk.local(at.parse().unwrap());
            assert_eq!((local.business_day.to_string().as_str(), local.hour), (day, hour), "{at}");
            assert_eq!(local.utc_offset_min, 180);
        }
    }

    #[test]
    fn weekdays_and_days_survive_the_round_trip() {
        let day: BusinessDay = "2026-11-23".parse().unwrap();
        assert_eq!(day.weekday(), 0);
        assert_eq!(day.to_string(), "2026-11-23");
        assert_eq!("1969-12-31".parse::<BusinessDay>().unwrap(), BusinessDay(-1));
    }
}
