//! The lines between tills of one shop, which need no office: what is told is lost on either way, comes twice and late, and
//! is cut off for hours. And machines that burn, with a spare in their place.

use super::{Defect, SHOPS, World, till::Till};
use kava::{
    facts::{id::CounterId, moment::Moment},
    flow::neighbour::tell,
    testing::random::Random,
    wire::{
        neighbour::{Tell, Told},
        reply::Place,
    },
};
use std::collections::BTreeSet;

/// The network of each shop.
pub(crate) struct Lan {
    /// Nothing goes wrong any more.
    pub(crate) calm: bool,
    dice: Random,
    defect: Defect,
    cut_until: Vec<Moment>,
    late: Vec<Late>,
    entrusted: Vec<Entrusted>,
    /// How many records only a neighbour had when a disk died.
    only_there: usize,
}

/// What was told and will be told once more.
struct Late {
    from: CounterId,
    to: usize,
    tell: Tell,
}

/// Records of a till whose disk was lost, which a neighbour knew then.
struct Entrusted {
    to: usize,
    hashes: BTreeSet<String>,
}

impl Lan {
    pub(super) fn new(seed: u64, tills: usize, defect: Defect) -> Lan {
        let dice = Random::new(seed ^ 0x0000_1a40);
        let cut_until = vec![super::BEGIN; tills];
        Lan { calm: false, dice, defect, cut_until, late: Vec::new(), entrusted: Vec::new(), only_there: 0 }
    }

    fn is_whole(&self, tills: [usize; 2], now: Moment) -> bool {
        self.calm || tills.iter().all(|till| self.cut_until[*till] <= now)
    }

    fn loses(&mut self) -> bool {
        !self.calm && self.dice.once_in(10)
    }

    /// A whole conversation, as far as the line carries it: where the other stands, then everything new.
    fn talk(&mut self, from: &Till, to: &mut Till, now: Moment) {
        let mut told = self.say(from, to, Tell::default(), now);
        while let Some(Told { have, .. }) = told {
            let tell = self.spoilt(from.tells(have, now));
            if tell.records.is_none() {
                drop(self.say(from, to, tell, now));
                return to.hear_of(&from.guests);
            }
            told = self.say(from, to, tell, now).filter(|next| next.have != have);
        }
    }

    fn say(&mut self, from: &Till, to: &mut Till, tell: Tell, now: Moment) -> Option<Told> {
        if self.loses() {
            return None;
        }
        let from = CounterId::new(&from.name);
        let told = to.listen(&from, &tell, now);
        if !self.calm && self.dice.once_in(8) {
            self.late.push(Late { from, to: to.nth, tell });
        }
        (!self.loses()).then_some(told)
    }

    fn spoilt(&self, tell: Tell) -> Tell {
        let all = tell.acked.map(|acked| Place { seq: i64::MAX, ..acked });
        if self.defect == Defect::CopiesForgottenEarly { Tell { acked: all, ..tell } } else { tell }
    }
}

impl Till {
    fn tells(&self, have: Option<Place>, now: Moment) -> Tell {
        tell(self.counter.as_ref().unwrap().store(), have, self.at(now)).unwrap()
    }

    fn listen(&mut self, from: &CounterId, tell: &Tell, now: Moment) -> Told {
        let at = self.at(now);
        self.counter.as_mut().unwrap().hear_neighbour(from, tell, at).unwrap()
    }

    /// Guests of a neighbour come here, too.
    fn hear_of(&mut self, guests: &[super::till::Guest]) {
        for guest in guests {
            if !self.guests.iter().any(|known| known.name == guest.name) {
                self.guests.push(guest.clone());
            }
        }
    }

    /// Hashes of what it knows of a neighbour's series, as that one still has it.
    fn knows_of(&self, of: &Till) -> BTreeSet<String> {
        let known = self.counter.as_ref().unwrap().store().known_to(&CounterId::new(&of.name)).unwrap();
        known.map_or_else(BTreeSet::new, |known| of.hashes_upto(known.place))
    }
}

impl World {
    /// Tills of a shop talk, are cut off from each other, or burn.
    pub(super) fn about_neighbours(&mut self) {
        let (now, nth) = (self.at(), self.any_till());
        match self.dice.between(0, 99) {
            0..=4 => self.one_burns(),
            5..=9 => self.lan.cut_until[nth] = now.later(self.dice.between(1_000, 6 * 3_600_000)),
            10..=19 => self.tell_once_more(now),
            _ => self.talk(nth, now),
        }
    }

    /// The one that burns is a till of which the office misses something.
    fn one_burns(&mut self) {
        let lost = (0..self.tills.len()).max_by_key(|nth| self.tills[*nth].queue()).unwrap();
        self.entrust(lost);
        self.tills[lost].burn();
    }

    fn tell_once_more(&mut self, now: Moment) {
        let Some(Late { from, to, tell }) = self.lan.late.pop() else { return };
        drop(self.tills[to].listen(&from, &tell, now));
    }

    fn talk(&mut self, nth: usize, now: Moment) {
        let beside = self.tills.len() / SHOPS.len();
        let other = usize::try_from(self.dice.between(0, beside.cast_signed() as i64 - 1)).unwrap();
        self.tells([nth, nth % SHOPS.len() + other * SHOPS.len()], now);
    }

    fn tells(&mut self, [from, to]: [usize; 2], now: Moment) {
        if from != to && self.lan.is_whole([from, to], now) {
            let [from, to] = self.tills.get_disjoint_mut([from, to]).unwrap();
            self.lan.talk(from, to, now);
        }
    }

    /// A till is about to lose its disk: what its neighbours know of its series has to come to the office from them, and
    /// what they hoped to have from this one has not.
    pub(super) fn entrust(&mut self, lost: usize) {
        self.lan.entrusted.retain(|one| one.to != lost);
        let at_office = self.net.lock().unwrap().office.hashes();
        for to in self.neighbours_of(lost) {
            let hashes = self.tills[to].knows_of(&self.tills[lost]);
            self.lan.only_there += hashes.difference(&at_office).count();
            self.lan.entrusted.push(Entrusted { to, hashes });
        }
    }

    fn neighbours_of(&self, nth: usize) -> Vec<usize> {
        let shop = SHOPS.len();
        (0..self.tills.len()).filter(|other| *other != nth && other % shop == nth % shop).collect()
    }

    /// How often a receipt is known next door, and how many records only a neighbour had when a disk died.
    pub(crate) fn next_door(&self) -> (usize, usize) {
        let heard = |nth: usize| {
            let of = |to: usize| self.tills[to].heard_of(&self.tills[nth].name).len();
            self.neighbours_of(nth).into_iter().map(of).sum::<usize>()
        };
        ((0..self.tills.len()).map(heard).sum(), self.lan.only_there)
    }

    /// Everybody tells everybody of their shop.
    pub(super) fn all_talk(&mut self, now: Moment) {
        self.lan.calm = true;
        for from in 0..self.tills.len() {
            for to in self.neighbours_of(from) {
                self.tells([from, to], now);
            }
        }
    }

    /// What a neighbour knew of a disk that died is at the office; an office that went back to a backup has lost it since.
    pub(super) fn nothing_entrusted_is_lost(&self, at_office: &BTreeSet<String>) -> Vec<String> {
        let entrusted = self.lan.entrusted.iter().filter(|_| !self.office_restored);
        let lost = entrusted.flat_map(|one| one.hashes.difference(at_office));
        lost.map(|hash| format!("I1: a neighbour knew record {hash} of a disk that died, and it is gone"))
            .collect()
    }

    /// Whoever bought at one till is known at the others of its shop, and nobody else is.
    pub(super) fn sales_are_known_next_door(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (nth, from) in self.tills.iter().enumerate() {
            let (told, tape) = (from.told(), from.register.tape());
            for to in self.neighbours_of(nth) {
                let (to, heard) = (&self.tills[to].name, self.tills[to].heard_of(&from.name));
                for receipt in told.difference(&heard) {
                    wrong.push(format!("I9: receipt {receipt} of {} is not known to {to}", from.name));
                }
                for receipt in heard.iter().filter(|one| !tape.rung_up.contains_key(&one.as_str().into())) {
                    wrong
                        .push(format!("I2: {to} knows receipt {receipt}, which {} never rang up", from.name));
                }
            }
        }
        wrong
    }
}
