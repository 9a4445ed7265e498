//! When a counter must stop believing what it has learned: somebody has set its clock.
//!
//! What phones showed before then says nothing any more, most live codes are refused for their age, and from refused
//! codes nothing is learned. So where half of the newest phones were refused, and all of them agree with each other,
//! they are believed instead.

use super::learned::PHONES_ENOUGH;
use super::{Heard, PhoneId, SKEW_MS, STEP_MS};

/// Honest phones are no further apart than this, each in the middle of its step.
const APART_MS: i64 = 2 * SKEW_MS + STEP_MS;

/// The newest phones that were heard, the newest first, and whether they were refused for their age.
#[derive(Debug, Clone, Default)]
pub struct Doubt(Vec<(PhoneId, Heard, bool)>);

impl Doubt {
    /// A code was accepted. A phone that was refused before stays so: its guest has only waited for a better moment.
    pub fn accepted(&mut self, phone: PhoneId, heard: Heard) {
        if !self.0.iter().any(|(known, _, refused)| *known == phone && *refused) {
            self.put(phone, heard, false);
        }
    }

    /// A code whose signatures are right was refused for its age. Gives the phones to learn from instead of all
    /// others, the newest first, once enough of them say that the time is wrong.
    pub fn refused(&mut self, phone: PhoneId, heard: Heard) -> Option<Vec<(PhoneId, Heard)>> {
        self.put(phone, heard, true);
        let newest = (PHONES_ENOUGH..=self.0.len()).find_map(|count| self.agreed(count))?;
        self.0.clear();
        Some(newest)
    }

    fn put(&mut self, phone: PhoneId, heard: Heard, refused: bool) {
        self.0.retain(|(known, ..)| *known != phone);
        self.0.insert(0, (phone, heard, refused));
        self.0.truncate(2 * PHONES_ENOUGH);
    }

    /// The newest so many phones, if enough of them and at least half were refused and none is far from the others.
    fn agreed(&self, count: usize) -> Option<Vec<(PhoneId, Heard)>> {
        let newest = self.0.get(..count)?;
        let refused = newest.iter().filter(|(.., refused)| *refused).count();
        let ahead = || newest.iter().map(|(_, heard, _)| heard.ahead_ms);
        let apart = ahead().max()?.saturating_sub(ahead().min()?);
        let believed = refused >= PHONES_ENOUGH && 2 * refused >= count && apart <= APART_MS;
        believed.then(|| newest.iter().map(|(phone, heard, _)| (*phone, *heard)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::moment::Moment;

    /// Phones in order: a positive number was refused, a negative one accepted. Gives how many were believed and when.
    fn hear(phones: &[(i8, i64)]) -> Option<(usize, usize)> {
        let mut doubt = Doubt::default();
        phones.iter().enumerate().find_map(|(place, (phone, seconds))| {
            let heard = Heard { at: Moment(0), ahead_ms: seconds * 1_000 };
            let id = [phone.unsigned_abs(); 8];
            if *phone < 0 {
                doubt.accepted(id, heard);
                return None;
            }
            doubt.refused(id, heard).map(|believed| (place + 1, believed.len()))
        })
    }

    #[test]
    fn five_refused_phones_that_agree_are_believed() {
        type Phones = &'static [(i8, i64)];
        let table: [(Phones, Option<(usize, usize)>); 7] = [
            (&[(1, -50), (2, -40), (3, -30), (4, -45), (5, -50)], Some((5, 5))),
            // The same phone counts once.
            (&[(1, -50), (1, -40), (3, -30), (4, -45), (3, -50)], None),
            // No two honest phones are 50 s apart.
            (&[(1, -50), (2, -50), (3, -50), (4, -50), (5, 0)], None),
            // What was accepted on the clock of before is as far away as the clock was set.
            (&[(-9, 40), (-8, 30), (1, -50), (2, -40), (3, -30), (4, -45), (5, -50)], Some((7, 5))),
            // Some are accepted by chance.
            (&[(1, -30), (-6, -12), (2, -40), (-7, -15), (3, -30), (4, -45), (5, -50)], Some((7, 7))),
            // Most phones are content: somebody shows pictures.
            (
                &[
                    (1, -30),
                    (-6, 0),
                    (-7, 0),
                    (2, -30),
                    (-8, 0),
                    (-9, 0),
                    (3, -30),
                    (-10, 0),
                    (4, -30),
                    (-11, 0),
                    (5, -30),
                ],
                None,
            ),
            // A guest who waits for a better moment was refused all the same.
            (
                &[(1, -30), (-1, -12), (2, -40), (-2, -15), (3, -30), (-3, -9), (4, -45), (5, -50)],
                Some((8, 5)),
            ),
        ];
        for (phones, expected) in table {
            assert_eq!(hear(phones), expected, "{phones:?}");
        }
    }
}
