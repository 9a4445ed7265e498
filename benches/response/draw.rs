//! Drawing with repetition.

use kava::testing::random::Random;

/// Times that one of many is drawn: Poisson with mean 1.
pub fn poisson(random: &mut Random) -> f64 {
    let mut left = share(random);
    let (mut chance, mut times) = ((-1.0f64).exp(), 0.0);
    while left > chance && times < 20.0 {
        left -= chance;
        times += 1.0;
        chance /= times;
    }
    times
}

/// A number from 0 to 1.
pub fn share(random: &mut Random) -> f64 {
    f64::from(u32::try_from(random.bits() >> 32).unwrap_or(0)) / f64::from(u32::MAX)
}
