use super::*;
use proptest::prelude::*;

fn amount(money: i64, uses: i64) -> Amount {
    Amount { money: Money(money), uses }
}

fn coupon() -> Coupon {
    Coupon { whose: Digest::new("a hash"), shop: ShopId::new("1") }
}

fn autumn() -> Campaign {
    Campaign {
        id: CampaignId::new("autumn-1"),
        title: "Autumn".into(),
        scope: Scope::Basket,
        depth_bp: 1_000,
        from: Moment(0),
        until: Moment(1),
        budget: amount(1_000, 10),
        per_customer: None,
        per_day: None,
        holdout_bp: None,
        coupon: None,
    }
}

#[test]
fn a_campaign_says_what_is_wrong_with_it() {
    let good = autumn();
    assert_eq!(good.check(), Ok(()));
    let once = Campaign { coupon: Some(coupon()), budget: amount(1_000, 1), ..good.clone() };
    assert_eq!(once.check(), Ok(()));
    assert!(once.lives_in(&ShopId::new("1")) && !once.lives_in(&ShopId::new("2")));
    assert_eq!(Campaign::of_offer(&good.offer().id), Some(good.id.clone()));
    assert_eq!(Campaign::of_offer(&OfferId::new("v1.2")), None);
    for bad in [
        Campaign { id: CampaignId::new("a b"), ..good.clone() },
        Campaign { depth_bp: 0, ..good.clone() },
        Campaign { until: Moment(0), ..good.clone() },
        Campaign { budget: amount(0, 1), ..good.clone() },
        Campaign { budget: amount(1, 0), ..good.clone() },
        Campaign { per_day: Some(DayLimit::default()), ..good.clone() },
        Campaign { per_day: Some(DayLimit { money: Some(Money(0)), uses: None }), ..good.clone() },
        Campaign { per_day: Some(DayLimit { money: Some(Money(1)), uses: Some(-1) }), ..good.clone() },
        Campaign { coupon: Some(coupon()), ..good.clone() },
        Campaign { coupon: Some(coupon()), budget: amount(1_000, 1), per_customer: Some(1), ..good.clone() },
    ] {
        assert!(bad.check().is_err(), "{bad:?}");
    }
}

#[test]
fn a_day_of_a_campaign_begins_at_the_hour_at_which_it_began() {
    let from = Moment(1_772_431_200_000);
    let campaign = Campaign {
        id: CampaignId::new("a"),
        title: "A".into(),
        scope: Scope::Basket,
        depth_bp: 1_000,
        from,
        until: from.later(10 * DAY_MS),
        budget: amount(1_000, 10),
        per_customer: None,
        per_day: Some(DayLimit { money: Some(Money(300)), uses: None }),
        holdout_bp: None,
        coupon: None,
    };
    let nth = |at: Moment| (campaign.day(at).unwrap().until.0 - from.0) / DAY_MS;
    assert_eq!([-1, 0, DAY_MS - 1, DAY_MS, 5 * DAY_MS].map(|ms| nth(from.later(ms))), [1, 1, 1, 2, 6]);
    let second = campaign.day(from.later(DAY_MS)).unwrap();
    assert_eq!((second.from, second.limit), (from.later(DAY_MS), amount(300, 10)));
    assert!(campaign.day(from).unwrap().from < from, "what is lent before it begins is of the first day");
    assert_eq!(Campaign { per_day: None, ..campaign }.day(from), None);
}

#[test]
fn a_counter_stops_before_the_office_would_take_a_lease_back() {
    let asked = Moment(1_000_000);
    assert!(ends(asked, LEASE_MS) < asked.later(LEASE_MS));
    // 20 ppm of 30 days are 52 seconds.
    let month = 30 * 86_400_000;
    assert_eq!(asked.later(month).0 - ends(asked, month).0, 51_840 + 5_000);
}

proptest! {
    /// However often and in whatever order counters ask, spend and give back, nobody ever holds what is not there.
    #[test]
    fn what_is_lent_and_what_is_left_are_the_budget(
        budget in (1_i64..200_000, 1_i64..2_000),
        asks in prop::collection::vec((0_usize..8, 0_i64..30_000, 0_i64..200, any::<bool>()), 1..200),
    ) {
        let budget = amount(budget.0, budget.1);
        let (mut pool, mut held, mut spent) = (budget, [Amount::ZERO; 8], Amount::ZERO);
        for (counter, money, uses, gives_back) in asks {
            if gives_back {
                pool = pool.plus(held[counter]);
                held[counter] = Amount::ZERO;
                continue;
            }
            let granted = grant(pool, (target(amount(money, uses), Money(50)), held[counter]), (Money(50), 8));
            prop_assert!(pool.covers(granted) && granted.covers(Amount::ZERO));
            pool = pool.minus(granted);
            held[counter] = held[counter].plus(granted);
            let need = Amount::one(Money(money / 10));
            if held[counter].covers(need) {
                held[counter] = held[counter].minus(need);
                spent = spent.plus(need);
            }
            let all = held.iter().fold(pool.plus(spent), |all, one| all.plus(*one));
            prop_assert_eq!(all, budget);
            prop_assert!(pool.covers(Amount::ZERO));
        }
    }

    #[test]
    fn nobody_takes_more_than_three_fair_shares_when_there_is_too_little(
        pool in (1_i64..100_000, 1_i64..1_000), counters in 1_i64..200, asked in (1_i64..100_000, 1_i64..1_000),
    ) {
        let (pool, asked) = (amount(pool.0, pool.1), amount(asked.0, asked.1));
        let granted = grant(pool, (asked, Amount::ZERO), (Money(10), counters));
        prop_assert!(pool.covers(granted) && asked.plus(Amount::one(Money(10))).covers(granted));
        let short = asked.uses * counters > pool.uses;
        prop_assert!(!short || granted.uses <= (3 * pool.uses / counters).max(1));
    }
}

#[test]
fn a_campaign_keeps_its_share_of_guests_from_it_by_a_lot_of_its_own() {
    let of = |id: &str, holdout_bp| Campaign { id: CampaignId::new(id), holdout_bp, ..autumn() };
    let kept = |campaign: &Campaign| -> Vec<usize> {
        (0..5_000).filter(|guest| campaign.is_kept_from(&CustomerId::new(format!("c{guest}")))).collect()
    };
    let autumn = kept(&of("autumn", Some(1_000)));
    assert!((430..570).contains(&autumn.len()), "{}", autumn.len());
    assert_eq!(kept(&of("autumn", Some(1_000))), autumn, "every counter draws alike");
    assert_ne!(kept(&of("winter", Some(1_000))), autumn);
    assert_eq!(kept(&of("autumn", None)), [0; 0]);
    for share in [0, -1, 5_001] {
        assert!(of("autumn", Some(share)).check().is_err(), "{share}");
    }
    assert_eq!(of("autumn", Some(5_000)).check(), Ok(()));
    let once = Campaign { coupon: Some(coupon()), budget: amount(1_000, 1), ..of("autumn", Some(1_000)) };
    assert!(once.check().is_err(), "a coupon is one guest's");
}
