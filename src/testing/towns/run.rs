//! One town, one till, day after day.

use super::form::{Mind, Seen};
use super::guests::{Guest, guests};
use super::lot::{Luck, Purpose};
use super::outcome::{Outcome, Sale};
use super::parameters::{CARD_FADE, Shock, Town};
use super::rules::Candidate;
use super::shelf::{FIRST_DAY, Shelf};
use super::till::{Call, Shown, Sold, Till, Wanted, fraction, moment};
use super::wish::{depth_on_drink, wanted};

/// A run: where, how long, with which luck, what everybody knows of the policy.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The town.
    pub town: &'a Town,
    /// So many days.
    pub days: i32,
    /// Everything random follows from it.
    pub seed: u64,
    /// The policy, for what it publishes.
    pub candidate: Candidate,
}

/// A guest in the course of a run.
struct Life {
    guest: Guest,
    mind: Mind,
    visits: u32,
    last_day: Option<i32>,
    /// Cards kept, with the day they were got.
    cards: Vec<(Shown, i32)>,
    /// Depth on their drink at the last visit.
    shown: f64,
}

impl Run<'_> {
    /// Lives through all days; tells `each` how many are done.
    ///
    /// # Errors
    /// What the till refused, with the day.
    pub fn live(&self, till: &mut dyn Till, mut each: impl FnMut(i32)) -> Result<Outcome, String> {
        let luck = Luck(self.seed);
        let mut lives: Vec<Life> = guests(self.town, luck).into_iter().map(Life::new).collect();
        let mut outcome = Outcome::new(self, lives.iter().map(|life| &life.guest));
        let mut shelf = Shelf::on(self.town, 0);
        for day in 0..self.days {
            if Shelf::changes_on(self.town, day) {
                shelf = Shelf::on(self.town, day);
                till.sell_from(&shelf, day).map_err(|why| format!("day {day}: {why}"))?;
            }
            outcome.open_day();
            for (minute, number) in self.who_comes(&mut lives, &shelf, (luck, day)) {
                let Some(life) = lives.get_mut(number) else { continue };
                let sale = life
                    .visit(till, &shelf, (luck, day, minute))
                    .map_err(|why| format!("day {day}, guest {number}: {why}"))?;
                outcome.add(number, &sale);
            }
            if day % 7 == 6 {
                till.end_week(day)?;
            }
            each(day + 1);
        }
        Ok(outcome)
    }

    /// Guests of the day by minute; whoever stays away has passed the day.
    fn who_comes(&self, lives: &mut [Life], shelf: &Shelf, (luck, day): (Luck, i32)) -> Vec<(i64, usize)> {
        let mut coming = Vec::new();
        let closed = is_closed(self.town, day);
        let season = season(self.town, day);
        for (number, life) in lives.iter_mut().enumerate() {
            let seen = life.seen(&self.candidate, shelf, (day, season));
            let probability = life.guest.kind.form.comes(life.mind, seen);
            if !closed && luck.share(life.guest.number, day, Purpose::Come) < probability {
                let jitter = luck.of(life.guest.number, day, Purpose::Minute).between(-20, 20);
                coming.push((life.guest.minute + jitter, number));
            } else {
                life.mind = life.guest.kind.form.after_day(life.mind);
            }
        }
        coming.sort_unstable();
        coming
    }
}

impl Life {
    fn new(guest: Guest) -> Life {
        Life { mind: guest.start(), guest, visits: 0, last_day: None, cards: Vec::new(), shown: 0.0 }
    }

    /// What the guest counts on today: what is published, the card in the pocket as far as it is remembered,
    /// and a part of what they were shown last time.
    fn seen(&self, candidate: &Candidate, shelf: &Shelf, (day, season): (i32, f64)) -> Seen {
        let Guest { kind, class, minute, .. } = &self.guest;
        let (published_bp, stamps) = candidate.published(self.visits);
        let at = moment(day, *minute);
        let cards = self.cards.iter().filter(|(card, _)| at < card.until).map(|(card, got)| {
            let kept = if class.club { 1.0 } else { libm::pow(CARD_FADE, f64::from(day - got)) };
            depth_on_drink(&self.guest, shelf, card) * kept
        });
        let again = kind.form.expects_again() * self.shown;
        let depth = cards.fold(fraction(published_bp).max(again), f64::max);
        let weekend = if (FIRST_DAY.0 + day + 3).rem_euclid(7) >= 5 { kind.weekend } else { 0.0 };
        let dearer = kind.price * (shelf.price_level - 1.0);
        Seen { depth, stamps, shift: class.shift(kind) + weekend + season - dearer }
    }

    fn visit(
        &mut self,
        till: &mut dyn Till,
        shelf: &Shelf,
        (luck, day, minute): (Luck, i32, i64),
    ) -> Result<Sale, String> {
        let call = Call { guest: &self.guest, mind: self.mind, day, minute, visits: self.visits };
        let cards = till.greet(&call)?;
        let wanted = wanted(&self.guest, shelf, &cards, (luck, day)).ok_or("the shelf is empty")?;
        let sold = till.sell(&call, &wanted)?;
        let sale = self.sale(shelf, (&cards, &wanted, &sold), day)?;
        self.mind = self.guest.kind.form.after_visit(self.mind, sale.drink_depth);
        self.shown = cards.iter().map(|card| depth_on_drink(&self.guest, shelf, card)).fold(0.0, f64::max);
        let got =
            |card: &Shown| self.cards.iter().find(|(old, _)| old.id == card.id).map_or(day, |old| old.1);
        self.cards = sold.next.iter().map(|card| (card.clone(), got(card))).collect();
        self.visits += 1;
        self.last_day = Some(day);
        Ok(sale)
    }

    fn sale(
        &self,
        shelf: &Shelf,
        (cards, wanted, sold): (&[Shown], &Wanted, &Sold),
        day: i32,
    ) -> Result<Sale, String> {
        let mut sale = Sale {
            gap: self.last_day.map(|last| day - last),
            best_bp: cards.iter().map(|card| card.depth_bp).max().unwrap_or(0),
            ..Sale::default()
        };
        for (item, line) in wanted.items.iter().zip(&sold.lines) {
            let cost = |sku| shelf.menu().get(sku).and_then(|product| product.cost).map_or(0, |cost| cost.0);
            let unit = cost(&item.sku) + item.with.iter().map(|extra| cost(&extra.sku)).sum::<i64>();
            sale.list += line.list;
            sale.net += line.net;
            sale.cost += unit * item.qty.whole();
            sale.below_floor += u32::from(line.net < line.list && line.floor.is_none_or(|f| line.net < f));
        }
        let first = sold.lines.first().ok_or("nothing was sold")?;
        if first.list > 0 {
            sale.drink_depth = ratio(first.list - first.net, first.list);
        }
        Ok(sale)
    }
}

#[expect(clippy::cast_precision_loss, reason = "prices are small")]
fn ratio(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

fn is_closed(town: &Town, day: i32) -> bool {
    town.shocks.iter().any(|shock| match shock {
        Shock::Closed { day: from, days } => (*from..from + days).contains(&day),
        _ => false,
    })
}

/// What the season adds to everybody's log-odds: a straight line over two weeks.
fn season(town: &Town, day: i32) -> f64 {
    let share = |from: i32| (f64::from(day - from) / 14.0).clamp(0.0, 1.0);
    town.shocks
        .iter()
        .map(|shock| match shock {
            Shock::Season { day: from, by } => by * share(*from),
            _ => 0.0,
        })
        .sum()
}
