//! Who is kept from a campaign, by the name that every counter and the office know them by: a guest of an older programme has one
//! number at the counter that knew them first and a pseudonym everywhere else, and is drawn once.
//!
//! May import facts. Not here: the lot itself (`facts/lot.rs`), who measures what.

use super::code::Pseudonym;
use crate::facts::{campaign::Campaign, id::CustomerId};

/// Whether the campaign's lot keeps a guest from it.
#[must_use]
pub fn is_kept_from(campaign: &Campaign, customer: &CustomerId) -> bool {
    campaign.is_kept_from(&Pseudonym::of(customer).customer())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{campaign::Amount, id::CampaignId, moment::Moment, money::Money, offer::Scope};

    #[test]
    fn a_guest_of_an_older_programme_is_drawn_once_by_card_and_by_pass() {
        let half = Campaign {
            id: CampaignId::new("autumn"),
            title: "Autumn".into(),
            scope: Scope::Basket,
            depth_bp: 1_000,
            from: Moment(0),
            until: Moment(1),
            budget: Amount { money: Money(1), uses: 1 },
            per_customer: None,
            per_day: None,
            holdout_bp: Some(5_000),
            coupon: None,
        };
        let kept = (0..200).filter(|number| {
            let by_card = CustomerId::new(format!("1057628507{number:05}"));
            let by_pass = Pseudonym::of(&by_card).customer();
            assert_eq!(is_kept_from(&half, &by_card), is_kept_from(&half, &by_pass), "{number}");
            is_kept_from(&half, &by_card)
        });
        assert!((70..130).contains(&kept.count()), "about half of them");
    }
}
