//! Draws by lot that belong to a guest, a day and a purpose and not to the order of the run: two policies meet
//! the same luck wherever their guests do the same.

use crate::testing::random::Random;

/// What a draw is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Who the guest is; day 0.
    Guest = 1,
    /// Whether they come.
    Come = 2,
    /// When they come.
    Minute = 3,
    /// What they drink today.
    Drink = 4,
    /// Whether they take a snack.
    Snack = 5,
    /// Whether they try what is new.
    Trial = 6,
    /// Arms of a logged experiment.
    Arm = 7,
}

/// Where a run's luck comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Luck(pub u64);

impl Luck {
    /// Numbers for this guest, day and purpose.
    #[must_use]
    pub fn of(self, guest: u32, day: i32, purpose: Purpose) -> Random {
        let day = u64::from(day.unsigned_abs()) << 1 | u64::from(day < 0);
        let parts = [u64::from(guest), day, purpose as u64];
        parts.into_iter().fold(Random::new(self.0), |mut random, part| {
            let mixed = random.bits() ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            Random::new(Random::new(mixed).bits())
        })
    }

    /// One number from 0 to below 1 for this guest, day and purpose.
    #[must_use]
    pub fn share(self, guest: u32, day: i32, purpose: Purpose) -> f64 {
        share(&mut self.of(guest, day, purpose))
    }
}

/// The next number from 0 to below 1.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "53 bits are whole in a float")]
pub const fn share(random: &mut Random) -> f64 {
    (random.bits() >> 11) as f64 / 9_007_199_254_740_992.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luck_belongs_to_guest_day_and_purpose_alone() {
        let luck = Luck(7);
        let one = luck.share(3, 10, Purpose::Come);
        assert!((one - Luck(7).share(3, 10, Purpose::Come)).abs() < f64::EPSILON);
        for other in [
            Luck(8).share(3, 10, Purpose::Come),
            luck.share(4, 10, Purpose::Come),
            luck.share(3, 11, Purpose::Come),
            luck.share(3, 10, Purpose::Snack),
        ] {
            assert!((one - other).abs() > 1e-9);
        }
    }

    #[test]
    fn shares_are_even() {
        let mut tenths = [0u32; 10];
        for guest in 0..100 {
            for day in 0..100 {
                let share = Luck(1).share(guest, day, Purpose::Come);
                let tenth = (0u8..10).rev().find(|tenth| share * 10.0 >= f64::from(*tenth)).unwrap();
                tenths[usize::from(tenth)] += 1;
            }
        }
        assert!(tenths.iter().all(|count| (900..1_100).contains(count)), "{tenths:?}");
    }
}
