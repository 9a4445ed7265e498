//! A campaign on receipts that are past, before it begins: what the guard would have left of it, who would have had it, what
//! it would have cost. It is granted by the very guard and priced by the very step that a counter has, with the menu and the
//! policy of now.
//!
//! The last ninety days are cut into runs as long as the campaign, each with its whole budget. What is assumed: guests come as
//! they came and buy what they bought; and whoever had a discount then would have had the same share off today's price, unless
//! the campaign saves them more.

use super::{
    days::{self, kept_of},
    sold::{self, READ_MAX},
};
use crate::ledger::{Ledger, LedgerFault};
use crate::people::cards::Rules;
use kava::{
    facts::{
        basket::{Extra, Item, PricedBasket},
        campaign::{Amount, Campaign},
        id::CustomerId,
        moment::{BusinessDay, DAY_MS, Moment},
        money::{Money, WHOLE_BP, div_ceil, div_half_up, narrow},
        offer::Offer,
        purchase::{Purchase, PurchaseLine},
    },
    steps::{
        charge::{self, contained_tax},
        guard::{self, CapsLeft, Refusal, RefusalCode},
    },
    wire::holdout::is_kept_from,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Days that are looked back on.
pub const DAYS: i32 = 90;

/// What would have been.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Rehearsal {
    /// Days of a run: those of the campaign, as far as so many are looked back on.
    pub days: i64,
    /// Runs that fit.
    pub runs: i64,
    /// Runs in which the budget would have run out.
    pub ran_out: i64,
    /// Receipts of a run, in the middle.
    pub receipts: i64,
    /// Those that would have had the campaign.
    pub with: i64,
    /// What it would have cost in a run, in the middle: the discounts themselves.
    pub spent_minor: i64,
    /// The least that a run would have cost.
    pub least_minor: i64,
    /// The most.
    pub most_minor: i64,
    /// What it would have given above discounts that guests had anyway.
    pub above_minor: i64,
    /// What the guard would have left, over all runs.
    pub guard: GuardSaid,
    /// Lines of goods that are not on the menu of now.
    pub left_out: i64,
    /// Margins, for whoever may see costs.
    #[serde(flatten)]
    pub margins: Option<Margins>,
}

/// What the guard would have left of the wish.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GuardSaid {
    /// Receipts on which the whole depth holds on all that it is for.
    pub whole: i64,
    /// Receipts on which something would have been cut.
    pub cut: i64,
    /// Lines that would have been cut, by why.
    pub codes: Vec<CutLines>,
}

/// Lines that would have been cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CutLines {
    /// Why.
    pub code: &'static str,
    /// How many.
    pub lines: i64,
}

/// What would have stayed after tax and cost of the receipts that would have had the campaign, of a run in the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Margins {
    /// Without it.
    pub kept_without_minor: i64,
    /// With it, and nobody coming for its sake.
    pub kept_with_minor: i64,
    /// So many more of such receipts would have made up for it, basis points rounded up; nothing where no number would.
    pub break_even_bp: Option<i64>,
}

/// One run of the campaign.
#[derive(Debug, Clone, Default)]
struct Run {
    receipts: i64,
    with: i64,
    spent: Amount,
    above: Money,
    without: Money,
    kept: Money,
    ran_out: bool,
    /// What went on each of its days, where it gives only so much a day.
    daily: BTreeMap<Moment, Amount>,
    uses: BTreeMap<CustomerId, u32>,
}

/// All runs as they go on.
struct Stage<'a> {
    campaign: &'a Campaign,
    rules: &'a Rules,
    today: BusinessDay,
    /// When the last run ends, and how long each is, milliseconds.
    ends: Moment,
    length_ms: i64,
    runs: Vec<Run>,
    /// What a guest has had on a day.
    had: BTreeMap<(CustomerId, BusinessDay), (u32, Money)>,
    guard: BTreeMap<RefusalCode, i64>,
    whole: i64,
    cut: i64,
    left_out: i64,
}

/// A campaign on the receipts of the days up to today, of all shops.
///
/// # Errors
/// When the database fails.
pub fn of(
    ledger: &Ledger,
    (campaign, with_costs): (&Campaign, bool),
    (now, today): (Moment, BusinessDay),
) -> Result<Rehearsal, LedgerFault> {
    let rules = Rules::read(ledger, "")?;
    let first = days::first_to_read(ledger, (today, DAYS), READ_MAX)?;
    let looked_back_ms = i64::from(today.0.saturating_sub(first.0).saturating_add(1)).max(1) * DAY_MS;
    let length_ms = (campaign.until.0 - campaign.from.0).clamp(1, looked_back_ms);
    let runs = usize::try_from(looked_back_ms / length_ms).unwrap_or(1);
    let mut stage = Stage {
        campaign,
        rules: &rules,
        today,
        ends: now.later(1),
        length_ms,
        runs: vec![Run::default(); runs],
        had: BTreeMap::new(),
        guard: BTreeMap::new(),
        whole: 0,
        cut: 0,
        left_out: 0,
    };
    sold::each(ledger, "", (first, today), |sold| stage.play(&sold.sale))?;
    Ok(stage.told(with_costs))
}

impl Stage<'_> {
    /// One receipt once more.
    fn play(&mut self, sale: &Purchase) {
        let at = sale.when.at;
        let back = self.ends.0.saturating_sub(at.0).saturating_sub(1).max(0) / self.length_ms;
        let Some(nth) = usize::try_from(back).ok().filter(|nth| *nth < self.runs.len()) else { return };
        let (items, own): (Vec<Item>, Vec<&PurchaseLine>) =
            sale.lines.iter().filter_map(|line| Some((self.item(line)?, line))).unzip();
        self.left_out += i64::try_from(sale.lines.len() - items.len()).unwrap_or(0);
        let Ok(basket) = PricedBasket::new(&items, &self.rules.menu) else { return };
        let before = self.as_it_was(&basket, &own);
        let begun = self.ends.later(-self.length_ms * (back + 1));
        let taken = self.taken((nth, begun), sale, (&basket, &before));
        if let Some(run) = self.runs.get_mut(nth) {
            run.receipts += 1;
        }
        self.note_day(sale, taken.unwrap_or_else(|| saved(&before)));
    }

    /// What was bought, where it is still sold.
    fn item(&self, line: &PurchaseLine) -> Option<Item> {
        let menu = &self.rules.menu;
        menu.get(&line.product.sku)?;
        let extras = line.extras.iter().filter(|(extra, _)| menu.get(&extra.sku).is_some());
        let with = extras.map(|(extra, qty)| Extra { sku: extra.sku.clone(), qty: *qty }).collect();
        Some(Item { with, ..Item::new(line.product.sku.clone(), line.qty) })
    }

    /// The basket at today's prices with the share off that each line had.
    fn as_it_was(&self, basket: &PricedBasket, own: &[&PurchaseLine]) -> Vec<PurchaseLine> {
        let full = charge::price(&guard::full_price(basket, &self.rules.policy, self.today));
        let with_share = |(line, own): (PurchaseLine, &&PurchaseLine)| {
            let share = i128::from(line.list.0) * i128::from(own.discount.0);
            let discount =
                if own.list.0 > 0 { narrow(div_half_up(share, i128::from(own.list.0))) } else { 0 };
            let net = line.list.minus(Money(discount));
            PurchaseLine {
                discount: Money(discount),
                net,
                tax: contained_tax(net, line.product.tax_bp),
                ..line
            }
        };
        full.into_iter().zip(own).map(with_share).collect()
    }

    /// Gives the campaign where it saves more than what there was, and is not used up; gives what it saved.
    fn taken(
        &mut self,
        (nth, begun): (usize, Moment),
        sale: &Purchase,
        (basket, before): (&PricedBasket, &[PurchaseLine]),
    ) -> Option<Money> {
        let offer = Offer { from: begun, until: begun.later(self.length_ms), ..self.campaign.offer() };
        let left = self.left(sale);
        let approved = guard::approve(basket, Some(&offer), &self.rules.policy, self.today, left);
        let after = charge::price(&approved);
        let (own, saving) = (saved(before), saved(&after));
        self.hear_guard(approved.refusals(), saving);
        let is_kept = sale.customer.as_ref().is_some_and(|guest| is_kept_from(self.campaign, guest));
        let run = self.runs.get_mut(nth)?;
        if is_kept || saving <= own || !run.pays(self.campaign, begun, sale, saving) {
            return None;
        }
        run.with += 1;
        run.above = run.above.plus(saving.minus(own));
        run.without = run.without.plus(Money::total(before.iter().map(kept_of)));
        run.kept = run.kept.plus(Money::total(after.iter().map(kept_of)));
        Some(saving)
    }

    /// Counts what the guard said to the wish, whether or not the guest would have had it in the end.
    fn hear_guard(&mut self, refusals: &[Refusal], saving: Money) {
        self.cut += i64::from(!refusals.is_empty());
        self.whole += i64::from(refusals.is_empty() && saving > Money::ZERO);
        for refusal in refusals {
            *self.guard.entry(refusal.code).or_default() += 1;
        }
    }

    fn left(&self, sale: &Purchase) -> CapsLeft {
        let whole = CapsLeft::whole(&self.rules.policy);
        let Some(customer) = &sale.customer else { return whole };
        let had = self.had.get(&(customer.clone(), sale.when.business_day));
        had.map_or(whole, |(receipts, discount)| CapsLeft {
            receipts: whole.receipts.saturating_sub(*receipts),
            discount: whole.discount.minus(*discount).max(Money::ZERO),
        })
    }

    fn note_day(&mut self, sale: &Purchase, discount: Money) {
        if let Some(customer) = sale.customer.clone().filter(|_| discount > Money::ZERO) {
            let had = self.had.entry((customer, sale.when.business_day)).or_default();
            *had = (had.0 + 1, had.1.plus(discount));
        }
    }

    fn told(self, with_costs: bool) -> Rehearsal {
        let count = i64::try_from(self.runs.len()).unwrap_or(1).max(1);
        let middle = |of: &dyn Fn(&Run) -> i64| {
            let sum: i128 = self.runs.iter().map(|run| i128::from(of(run))).sum();
            narrow(div_half_up(sum, i128::from(count)))
        };
        let spent = || self.runs.iter().map(|run| run.spent.money.0);
        let all = |of: fn(&Run) -> Money| Money::total(self.runs.iter().map(of));
        let margins = Margins {
            kept_without_minor: middle(&|run| run.without.0),
            kept_with_minor: middle(&|run| run.kept.0),
            break_even_bp: break_even(all(|run| run.without), all(|run| run.kept)),
        };
        let codes = self.guard.iter().map(|(code, lines)| CutLines { code: code.code(), lines: *lines });
        Rehearsal {
            days: self.length_ms.div_euclid(DAY_MS) + i64::from(self.length_ms % DAY_MS > 0),
            runs: count,
            ran_out: i64::try_from(self.runs.iter().filter(|run| run.ran_out).count()).unwrap_or(0),
            receipts: middle(&|run| run.receipts),
            with: middle(&|run| run.with),
            spent_minor: middle(&|run| run.spent.money.0),
            least_minor: spent().min().unwrap_or(0),
            most_minor: spent().max().unwrap_or(0),
            above_minor: middle(&|run| run.above.0),
            guard: GuardSaid { whole: self.whole, cut: self.cut, codes: codes.collect() },
            left_out: self.left_out,
            margins: with_costs.then_some(margins),
        }
    }
}

impl Run {
    /// Takes a use from budget, day and guest; gives whether all of them had one left.
    fn pays(&mut self, campaign: &Campaign, begun: Moment, sale: &Purchase, saving: Money) -> bool {
        let uses = sale.customer.as_ref().map(|customer| self.uses.get(customer).copied().unwrap_or(0));
        if let Some(most) = campaign.per_customer
            && uses.is_none_or(|uses| uses >= most)
        {
            return false;
        }
        let spent = self.spent.plus(Amount::one(saving));
        let day = Campaign { from: begun, ..campaign.clone() }.day(sale.when.at);
        let of_day = |at| self.daily.get(&at).copied().unwrap_or_default().plus(Amount::one(saving));
        if day.is_some_and(|day| !day.limit.covers(of_day(day.from))) {
            return false;
        }
        if !campaign.budget.covers(spent) {
            self.ran_out = true;
            return false;
        }
        if let Some(day) = day {
            self.daily.insert(day.from, of_day(day.from));
        }
        if let Some(customer) = sale.customer.clone() {
            *self.uses.entry(customer).or_default() += 1;
        }
        self.spent = spent;
        true
    }
}

fn saved(lines: &[PurchaseLine]) -> Money {
    Money::total(lines.iter().map(|line| line.discount))
}

/// How many more such receipts would bring what was given, basis points rounded up; nothing where none of them brings anything.
fn break_even(without: Money, with: Money) -> Option<i64> {
    let given = without.minus(with).0.max(0);
    if given == 0 {
        return Some(0);
    }
    (with.0 > 0).then(|| narrow(div_ceil(i128::from(given) * i128::from(WHOLE_BP), i128::from(with.0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_is_made_up_for_by_so_many_more_receipts_or_by_none() {
        let of = |without: i64, with: i64| break_even(Money(without), Money(with));
        assert_eq!(of(1_000, 800), Some(2_500), "a quarter more of what brings 800 brings 200");
        assert_eq!(of(1_000, 999), Some(11), "rounded up");
        assert_eq!((of(1_000, 1_000), of(900, 1_000)), (Some(0), Some(0)));
        assert_eq!((of(1_000, 0), of(1_000, -5)), (None, None), "no number of cups that bring nothing");
    }
}
