//! Whose a coupon is, without saying who: what goes down to counters stays there after its guest was erased.
//!
//! May import facts. Not here: where a coupon lives, who may use it.

use super::code::Pseudonym;
use crate::facts::{
    id::{CustomerId, Digest},
    menu::hex_digest,
};

/// How a coupon names its guest: SHA-256 of `kava-coupon`, a line feed and the pseudonym by which passes name them, so that it
/// is found by the number of an older programme, too.
#[must_use]
pub fn whose(customer: &CustomerId) -> Digest {
    let pseudonym = Pseudonym::of(customer).customer();
    hex_digest(format!("kava-coupon\n{pseudonym}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_of_an_older_programme_has_one_name_by_card_and_by_pass() {
        let by_card = CustomerId::new("105762850796777");
        let by_pass = Pseudonym::of(&by_card).customer();
        assert_eq!(whose(&by_card), whose(&by_pass));
        assert_ne!(whose(&by_card), whose(&CustomerId::new("anna")));
    }
}
