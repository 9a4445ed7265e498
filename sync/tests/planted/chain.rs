//! The chain: shops of different sizes and habits, people who work in shifts and differ, regulars and strangers.

use super::{
    Size, barista,
    scripts::{Cheat, Script},
};
use kava::testing::random::Random;
use kava_sync::watch::act::{Act, Acts, Known, Refund, Sale, Way, What};
use std::{collections::BTreeMap, sync::Arc};

pub(crate) const MINUTE: i64 = 60_000;
const DAY: i64 = 1_440 * MINUTE;
const OPENS: i64 = 7 * 60;
const CLOSES: i64 = 21 * 60;
const MILLION: f64 = 1e6;

/// What somebody does how often, of a million.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Habit {
    Late,
    Spoken,
    Found,
    Card,
    TakenOff,
    GivenUp,
    Refund,
    Staff,
    Free,
    Joined,
    Deep,
}

/// How often the chain does it, and how far shops and people differ (of a million, in percent, in percent).
const HABITS: [(Habit, i64, i64, i64); 11] = [
    (Habit::Late, 80_000, 30, 40),
    (Habit::Spoken, 60_000, 30, 40),
    (Habit::Found, 30_000, 40, 50),
    (Habit::Card, 150_000, 40, 15),
    (Habit::TakenOff, 40_000, 25, 35),
    (Habit::GivenUp, 12_000, 30, 30),
    (Habit::Refund, 6_000, 30, 35),
    (Habit::Staff, 10_000, 30, 30),
    (Habit::Free, 8_000, 30, 30),
    (Habit::Joined, 10_000, 30, 30),
    (Habit::Deep, 27_000, 20, 10),
];

/// Somebody who works at a till.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    habits: [i64; HABITS.len()],
}

impl Person {
    fn new(id: String, shop: &[i64; HABITS.len()], random: &mut Random) -> Person {
        let mut habits = *shop;
        for (own, (_, _, _, apart)) in habits.iter_mut().zip(HABITS) {
            *own = scaled(*own, apart, random);
        }
        Person { id, habits }
    }

    fn does(&self, habit: Habit, random: &mut Random) -> bool {
        random.between(1, 1_000_000) <= self.habits[habit as usize]
    }
}

/// A number of a normal law, of twelve that are even.
fn normal(random: &mut Random) -> f64 {
    (0..12).map(|_| random.between(0, 1_000_000) as f64 / MILLION).sum::<f64>() - 6.0
}

/// So often, times a factor that scatters by so many percent (log-normal).
fn scaled(often: i64, percent: i64, random: &mut Random) -> i64 {
    (often as f64 * (normal(random) * percent as f64 / 100.0).exp()) as i64
}

/// A shop.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) name: Arc<str>,
    pub(crate) people: Vec<Person>,
    /// Receipts of a day.
    size: i64,
    tills: usize,
    known_in_million: i64,
    cash_in_million: i64,
    /// Guests with what each weighs, added up.
    weights: Vec<i64>,
    cheats: Vec<usize>,
}

/// All shops.
pub(crate) struct Chain {
    pub(crate) shops: Vec<Shop>,
    pub(crate) cheats: Vec<Cheat>,
    random: Random,
    size: Size,
}

/// Somebody's hours.
pub(crate) struct Shift<'a> {
    pub(crate) shop: &'a Shop,
    pub(crate) person: usize,
    pub(crate) day: i32,
    /// Whether it is the one that closes.
    pub(crate) closes: bool,
}

impl Chain {
    pub(crate) fn new(seed: u64, size: Size) -> Chain {
        let mut random = Random::new(seed);
        let shops = (1..=size.shops).map(|number| Shop::new(number, &mut random)).collect();
        Chain { shops, cheats: Vec::new(), random, size }
    }

    /// Somebody of a shop where nobody cheats yet begins to.
    pub(crate) fn plant(&mut self, script: Script) -> Cheat {
        let number = self.cheats.len();
        let (free, shops) = (self.shops.len() / 20, self.shops.len());
        // One in each second shop of forty.
        let odd = (number * free.max(1) + 1) % shops;
        // Where evenings are busy there is something to take in them; the even shops are nobody's yet.
        let busy = (0..shops).step_by(2).find(|shop| self.shops[*shop].tills > 1);
        let shop = busy.filter(|_| script.is_of_evenings()).unwrap_or(odd);
        let cheat = Cheat::new(script, &self.shops[shop], number);
        self.shops[shop].cheats.push(number);
        self.cheats.push(cheat.clone());
        cheat
    }

    /// All days.
    pub(crate) fn live(&mut self) -> Acts {
        let mut acts = Acts::default();
        let Chain { shops, cheats, random, size } = self;
        for shop in shops.iter() {
            for day in 0..size.days {
                shop.live(day, (cheats, random), &mut acts);
            }
        }
        acts
    }
}

impl Shop {
    fn new(number: u32, random: &mut Random) -> Shop {
        let mut habits = HABITS.map(|(_, often, _, _)| often);
        for (own, (_, _, apart, _)) in habits.iter_mut().zip(HABITS) {
            *own = scaled(*own, apart, random);
        }
        let size = scaled(270, 35, random).clamp(120, 600);
        let tills = if size > 330 { 2 } else { 1 };
        let people = if tills == 2 { random.between(6, 8) } else { random.between(4, 5) };
        let people =
            (1..=people).map(|nth| Person::new(format!("b{number}-{nth}"), &habits, random)).collect();
        let mut weights = Vec::new();
        let mut sum = 0;
        for _ in 0..size * 3 {
            // A few come twice a day, most a few times a month.
            sum += scaled(100, 90, random).min(1_000);
            weights.push(sum);
        }
        Shop {
            name: Arc::from(format!("s{number:02}")),
            people,
            size,
            tills,
            known_in_million: scaled(430_000, 15, random).min(700_000),
            cash_in_million: scaled(280_000, 25, random).min(700_000),
            weights,
            cheats: Vec::new(),
        }
    }

    /// Who works: early and late, one or two at a time, in turns that drift through the week.
    fn roster(&self, day: i32, early: bool) -> Vec<usize> {
        let day = usize::try_from(day).unwrap();
        let all = self.people.len();
        let first = (day / 2 * self.tills * 2 + usize::from(!early) * self.tills + day / 7) % all;
        (0..self.tills).map(|till| (first + till) % all).collect()
    }

    fn guest(&self, random: &mut Random) -> Arc<str> {
        let drawn = random.between(0, self.weights.last().unwrap() - 1);
        let place = self.weights.partition_point(|sum| *sum <= drawn);
        Arc::from(format!("{}-g{place}", self.name))
    }

    /// One day: honest orders, which whoever cheats makes something else of.
    fn live(&self, day: i32, (cheats, random): (&[Cheat], &mut Random), acts: &mut Acts) {
        let today = scaled(self.size, 12, random);
        for early in [true, false] {
            let (from, until) = if early { (OPENS, 14 * 60) } else { (14 * 60, CLOSES) };
            let working = self.roster(day, early);
            let mut by = BTreeMap::<usize, Vec<Act>>::new();
            for nth in 0..today / 2 {
                let person = *random.pick(&working).unwrap();
                let minute = random.between(from, until - 1);
                let id = format!("{}-{day}-{}-{nth}", self.name, u8::from(early));
                self.order((person, day, minute), &id, random, (by.entry(person).or_default(), acts));
            }
            for (person, mut done) in by {
                done.sort_by(|a, b| (a.at, &a.receipt).cmp(&(b.at, &b.receipt)));
                let shift = Shift { shop: self, person, day, closes: !early };
                for cheat in self.cheats.iter().map(|number| &cheats[*number]) {
                    cheat.work(&shift, random, (&mut done, acts));
                }
                acts.all.extend(done);
            }
        }
    }

    /// What an honest person makes of one order.
    fn order(
        &self,
        (person, day, minute): (usize, i32, i64),
        id: &str,
        random: &mut Random,
        (done, acts): (&mut Vec<Act>, &mut Acts),
    ) {
        let who = &self.people[person];
        let at = i64::from(day) * DAY + minute * MINUTE + random.between(0, MINUTE - 1);
        let act = |what, at: i64, id: &str| self.act((person, day, at), id, what);
        if who.does(Habit::GivenUp, random) {
            done.push(act(What::Cancel, at, &format!("{id}-v")));
        }
        let lines = u32::try_from(1 + random.between(0, 5) / 3).unwrap();
        let list = i64::from(lines) * 450;
        let mut sale = Sale {
            lines,
            list,
            is_cash: random.between(1, 1_000_000) <= self.cash_in_million,
            is_staff: who.does(Habit::Staff, random),
            is_free: who.does(Habit::Free, random),
            taken_off: u32::from(who.does(Habit::TakenOff, random)),
            ..Sale::default()
        };
        if !sale.is_staff && !sale.is_free {
            if who.does(Habit::Joined, random) {
                let guest: Arc<str> = Arc::from(format!("new-{id}"));
                acts.joined.insert((Arc::clone(&guest), day));
                known(&mut sale, guest, (Way::Shown, false));
            } else if random.between(1, 1_000_000) <= self.known_in_million {
                let way = if who.does(Habit::Spoken, random) {
                    Way::Spoken
                } else if who.does(Habit::Found, random) {
                    Way::Found
                } else if who.does(Habit::Card, random) {
                    Way::Card
                } else {
                    Way::Shown
                };
                known(&mut sale, self.guest(random), (way, who.does(Habit::Late, random)));
                if who.does(Habit::Deep, random) {
                    sale.discount = list / 4;
                }
            }
        }
        let is_cash = sale.is_cash;
        done.push(act(What::Sale(sale), at, id));
        if who.does(Habit::Refund, random) {
            let after =
                if random.once_in(2) { random.between(1, 9) } else { random.between(11, 200) } * MINUTE;
            let back = Refund { after_ms: Some(after), is_cash };
            done.push(act(What::Refund(back), at + after, id));
        }
    }

    pub(crate) fn act(&self, (person, day, at): (usize, i32, i64), id: &str, what: What) -> Act {
        Act {
            shop: Arc::clone(&self.name),
            actor: barista(&self.people[person].id),
            at,
            day,
            daypart: daypart_of(at),
            receipt: Arc::from(id),
            what,
        }
    }
}

/// The guest of an order; whoever is late shows a code when the total is on the screen.
pub(crate) fn known(sale: &mut Sale, guest: Arc<str>, (by, late): (Way, bool)) {
    sale.customer = Some(guest);
    sale.discount = sale.list / 10;
    let lines = if late { sale.lines } else { 0 };
    sale.known = Some(Known { by, lines, after_ms: if late { 25_000 } else { 0 } });
}

/// The last three hours.
pub(crate) fn is_evening(at: i64) -> bool {
    at.rem_euclid(DAY) / MINUTE >= CLOSES - 180
}

pub(crate) fn daypart_of(at: i64) -> u8 {
    match at.rem_euclid(DAY) / (60 * MINUTE) {
        0..11 => 0,
        11..15 => 1,
        15..19 => 2,
        _ => 3,
    }
}
