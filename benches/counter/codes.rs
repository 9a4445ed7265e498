//! Reading and verifying the full codes of phones: both signatures, all checks that need no memory.

use crate::figures::{Goal, Times, ms};
use anyhow::{Result, ensure};
use kava::testing::phones::{counter, guests};
use kava::testing::random::Random;
use kava::testing::shop::MORNING;
use kava::wire::code::Seen;
use serde_json::{Value, json};
use std::time::Instant;

/// Every second phone signs with Ed25519, the others with P-256.
pub fn verify(count: usize) -> Result<(Value, Vec<Goal>)> {
    let mut random = Random::new(4);
    let guests = guests(200, &mut random);
    let trust = counter()?.store().trust(MORNING)?;
    let mut taken = [Vec::new(), Vec::new()];
    let mut digits = 0;
    for nonce in 0..count {
        let Some(guest) = guests.get(nonce % guests.len()) else { continue };
        let code = guest.shows(MORNING, u32::try_from(nonce)?);
        digits = digits.max(code.len());
        let begun = Instant::now();
        let verified = Seen::read(&code)?.verify(&trust, MORNING.later(500))?;
        let time = begun.elapsed();
        ensure!(verified.pass.pseudonym == guest.pass.pass.pseudonym, "somebody else was read");
        if let Some(kind) = taken.get_mut(nonce % 2) {
            kind.push(time);
        }
    }
    let all = Times::new(&taken.concat());
    let goal = Goal {
        name: "code: read + verify, p99",
        unit: "ms",
        at_most: true,
        limit: 1.0,
        measured: ms(all.permille(990)),
    };
    let [ed25519, p256] = taken.map(|times| Times::new(&times).json());
    Ok((json!({"all": all.json(), "ed25519": ed25519, "p256": p256, "digits": digits}), vec![goal]))
}
