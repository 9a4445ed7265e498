//! One way to the office and back, as the courier goes it, with the defects that may be planted there.

use super::{Defect, till::Till};
use kava::{
    facts::moment::Moment,
    flow::deliver::{Load, News, Standing},
    wire::{lease::Ask, reply::Acked},
};

impl Till {
    pub(crate) fn carry(&mut self, now: Moment) {
        let at = self.at(now);
        self.has_carried = true;
        match Load::at_most(40, self.counter.as_ref().unwrap().store()).unwrap() {
            Some(load) => self.send(&load, at),
            None => {
                self.look(at);
                self.bring_copies(at);
            }
        }
    }

    /// What a neighbour wrote who has not been heard for a while, or has lost it.
    fn bring_copies(&mut self, at: Moment) {
        let whose = self.counter.as_ref().unwrap().store().to_be_brought(at.later(-60_000)).unwrap();
        for counter in whose {
            let (messenger, store) =
                (self.messenger.as_mut().unwrap(), self.counter.as_ref().unwrap().store());
            if let Ok(Some(news)) = messenger.bring_copies(store, &counter, at) {
                self.hear(&news, at);
            }
        }
    }

    fn hear(&mut self, news: &News, at: Moment) {
        self.counter.as_mut().unwrap().hear(news, at).unwrap();
    }

    fn send(&mut self, load: &Load, at: Moment) {
        self.ever.extend(load.records().iter().map(|one| one.hash.to_string()));
        let last = load.last();
        let all = Acked { epoch: last.epoch, acked: last.seq, new: 0, again: 0, dead: Vec::new() };
        if self.defect == Defect::CursorBeforeAck {
            self.hear(&News::Acked(all.clone()), at);
        }
        let mut news = match self.messenger.as_mut().unwrap().send(load, at) {
            Ok(news) => news,
            Err(hitch) if hitch.is_erasures_first() => return self.look(at),
            Err(_) => return,
        };
        if self.defect == Defect::CursorBeyondLoad && matches!(news, News::Acked(_)) {
            news = News::Acked(Acked { acked: i64::MAX, ..all });
        }
        if let News::Acked(acked) = &news {
            let told = load.records().iter().filter(|one| one.record.header.seq <= acked.acked);
            self.acknowledged.extend(told.map(|one| one.hash.to_string()));
        }
        self.hear(&news, at);
        if self.defect == Defect::CursorBeyondLoad {
            self.join(at);
            self.hear(&news, at);
        }
    }

    /// Looks for what comes down; erasures come before everything else.
    fn look(&mut self, at: Moment) {
        let counter = self.counter.as_mut().unwrap();
        let messenger = self.messenger.as_mut().unwrap();
        let standing = Standing::of(counter.store()).unwrap();
        let Ok(newer) = messenger.news(&standing, 0, at) else { return };
        if !newer.erased.is_empty() {
            let found = counter.store().find_erased(&newer.erased).unwrap();
            return self.hear(&News::Erase(newer.erased, found), at);
        }
        if let Some(from) = newer.from {
            return self.hear(&News::Resend(from), at);
        }
        for edition in &newer.editions {
            let Ok(news) = messenger.fetch(edition, at) else { return };
            self.asked.forget();
            counter.hear(&news, at).unwrap();
        }
        let ask = Ask::of(counter.store(), (messenger.ids(), &self.asked, newer.tell_leases), at).unwrap();
        let Some(ask) = ask else { return };
        if let Ok(news) = messenger.lease(&ask, at) {
            self.asked.note(&ask, at);
            counter.hear(&news, at).unwrap();
        }
    }
}
