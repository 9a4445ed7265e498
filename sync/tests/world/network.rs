//! The network between counters and office: loses questions and answers, brings questions twice and late, cuts a
//! counter off for hours.

use super::{BEGIN, head_office::HeadOffice};
use kava::{
    facts::moment::Moment,
    ports::{Ask, Reply, Uplink},
    testing::random::Random,
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

pub(crate) type Shared = Arc<Mutex<Net>>;

/// The network with the office at its end.
pub(crate) struct Net {
    pub(crate) office: HeadOffice,
    /// Nothing goes wrong any more.
    pub(crate) calm: bool,
    dice: Random,
    cut_until: Vec<Moment>,
    /// Questions that will arrive once more.
    late: Vec<Ask>,
}

impl Net {
    pub(crate) fn new(seed: u64, office: HeadOffice, tills: usize) -> Net {
        office.clock.store(BEGIN.0, std::sync::atomic::Ordering::Relaxed);
        let dice = Random::new(seed ^ 0x0ca8_1e00);
        Net { office, calm: false, dice, cut_until: vec![BEGIN; tills], late: Vec::new() }
    }

    pub(crate) fn now(&self) -> Moment {
        Moment(self.office.clock.load(std::sync::atomic::Ordering::Relaxed))
    }

    pub(crate) fn pass(&mut self, milliseconds: i64) {
        self.office.clock.fetch_add(milliseconds, std::sync::atomic::Ordering::Relaxed);
        while !self.calm && self.dice.once_in(3) {
            let Some(ask) = self.late.pop() else { break };
            // Whatever is answered to a doubled question, nobody listens.
            drop(self.office.handle(&ask));
        }
    }

    pub(crate) fn cut(&mut self, till: usize, until: Moment) {
        if let Some(cut) = self.cut_until.get_mut(till) {
            *cut = until;
        }
    }

    fn exchange(&mut self, till: usize, ask: &Ask) -> Result<Reply, String> {
        if self.calm {
            return Ok(self.office.handle(ask));
        }
        if self.cut_until.get(till).is_some_and(|cut| *cut > self.now()) || self.dice.once_in(12) {
            return Err("the question was lost".into());
        }
        if self.dice.once_in(8) {
            self.late.push(ask.clone());
        }
        let reply = self.office.handle(ask);
        if self.dice.once_in(25) && self.office.crash_after_answering() {
            // Only an office with the planted defect still answers.
            return Ok(reply);
        }
        if self.dice.once_in(12) {
            return Err("the answer was lost".into());
        }
        Ok(reply)
    }
}

/// One counter's cable.
pub(crate) struct Line {
    pub(crate) net: Shared,
    pub(crate) till: usize,
}

impl Uplink for Line {
    fn exchange(&mut self, ask: &Ask, _deadline: Duration) -> Result<Reply, String> {
        self.net.lock().unwrap().exchange(self.till, ask)
    }
}
