//! What must hold: always, and once the network is whole again. The cash registers are the witnesses: what stands on
//! their tapes was sold, whatever became of disks and lines.

use super::{BUDGET, World, till::Till};
use std::collections::{BTreeMap, BTreeSet};

impl World {
    /// Nothing leaves an outbox before the office has it. An office that went back to a backup has lost it since.
    pub(super) fn let_go_too_early(&mut self) -> Vec<String> {
        if self.office_restored {
            return Vec::new();
        }
        let at_office = self.net.lock().unwrap().office.hashes();
        let of = |till: &mut Till| {
            let let_go = if std::mem::take(&mut till.has_carried) { till.let_go() } else { BTreeSet::new() };
            let_go.difference(&at_office).cloned().collect::<Vec<_>>()
        };
        let early = self.tills.iter_mut().flat_map(of);
        early.map(|hash| format!("outbox: record {hash} was let go of, and the office has it not")).collect()
    }

    /// The invariants, after everything has been carried.
    pub(super) fn judge(&self) -> Vec<String> {
        let mut wrong = self.office_has_what_counters_wrote();
        wrong.extend(self.tills.iter().flat_map(sold_once));
        wrong.extend(self.tills.iter().flat_map(Till::unsound));
        wrong.extend(self.nobody_erased_is_anywhere());
        wrong.extend(self.newest_menu_is_everywhere());
        if self.size.next_door {
            wrong.extend(self.nothing_entrusted_is_lost(&self.net.lock().unwrap().office.hashes()));
            wrong.extend(self.sales_are_known_next_door());
        }
        let spent: i64 = self.tills.iter().map(Till::spent).sum();
        // What an office that went back to a backup had lent meanwhile, and a disk that died then, nobody knows.
        if spent > BUDGET && !self.office_restored {
            wrong.push(format!("I6: {spent} of a budget of {BUDGET} was spent"));
        }
        wrong.extend(self.days_are_kept());
        wrong.extend(self.coupons_are_used_once());
        let net = self.net.lock().unwrap();
        wrong.extend(net.office.audit().into_iter().map(|finding| format!("I7: {finding}")));
        // That one is an office's that went back to a backup: it is told so, and has erased again.
        let told = |alarm: &String| self.office_restored && alarm.starts_with("erasures_lost");
        let alarms = net.office.alarms().into_iter().filter(|alarm| !told(alarm));
        wrong.extend(alarms.map(|alarm| format!("alarm: {alarm}")));
        wrong
    }

    /// By the true time, whatever the clocks of counters showed.
    fn days_are_kept(&self) -> Vec<String> {
        let Some(limit) = self.size.per_day.filter(|_| !self.office_restored) else { return Vec::new() };
        let mut days: BTreeMap<i64, i64> = BTreeMap::new();
        for (day, given) in self.tills.iter().flat_map(Till::spent_by_day) {
            *days.entry(day).or_default() += given;
        }
        let over = days.into_iter().filter(|(_, given)| *given > limit);
        over.map(|(day, given)| format!("I6: {given} of {limit} was spent on day {day}")).collect()
    }

    fn office_has_what_counters_wrote(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let net = self.net.lock().unwrap();
        let at_office = net.office.hashes();
        let mut written = BTreeSet::new();
        for till in &self.tills {
            written.extend(till.hashes());
            let (kept, series) = (till.series(), net.office.series(&till.name));
            for record in kept.difference(&series) {
                wrong.push(format!("I1: record {record} of counter {} is not at the office", till.name));
            }
            if !till.restored && kept != series {
                wrong.push(format!("I9: the series of counter {} differs from the office's", till.name));
            }
            if !self.office_restored {
                for hash in till.acknowledged.difference(&at_office) {
                    wrong.push(format!("I1: record {hash} was acknowledged and is gone"));
                }
            }
        }
        for hash in at_office.difference(&written) {
            wrong.push(format!("I2: no counter wrote record {hash}"));
        }
        let rung_up: BTreeSet<String> = self.tills.iter().flat_map(rung_up).collect();
        for receipt in net.office.receipts().difference(&rung_up) {
            wrong.push(format!("I2: no register rang up receipt {receipt}"));
        }
        wrong
    }

    fn nobody_erased_is_anywhere(&self) -> Vec<String> {
        let mut wrong: Vec<String> = Vec::new();
        let office = &self.net.lock().unwrap().office;
        let at_office = office.residues(&self.erased).into_iter().map(|name| (name, "the office"));
        let of = |till: &Till| {
            (till.residues(&self.erased).into_iter().cloned().collect::<Vec<_>>(), till.name.clone())
        };
        wrong.extend(at_office.map(|(name, place)| format!("I12: {name} is still at {place}")));
        for (names, place) in self.tills.iter().map(of) {
            wrong.extend(names.into_iter().map(|name| format!("I12: {name} is still at {place}")));
        }
        wrong
    }

    fn newest_menu_is_everywhere(&self) -> Vec<String> {
        let Some(menu) = &self.menu else { return Vec::new() };
        let digest = menu.digest();
        let old = self.tills.iter().filter(|till| till.counter.as_ref().unwrap().menu().digest() != digest);
        old.map(|till| format!("I9: counter {} has an old menu", till.name)).collect()
    }
}

fn rung_up(till: &Till) -> Vec<String> {
    till.register.tape().rung_up.keys().map(ToString::to_string).collect()
}

/// Every sale stands on the tape once and in the books once, or on neither; a disk that died took its sales along.
fn sold_once(till: &Till) -> Vec<String> {
    let name = &till.name;
    let mut wrong = Vec::new();
    for (receipt, times) in &till.register.tape().times {
        if *times != 1 {
            wrong.push(format!("I11: receipt {receipt} of counter {name} was rung up {times} times"));
        }
    }
    let (rung_up, kept): (BTreeSet<String>, _) = (rung_up(till).into_iter().collect(), till.kept());
    for receipt in kept.difference(&rung_up) {
        wrong.push(format!("I11: receipt {receipt} of counter {name} was never rung up"));
    }
    let refunds: BTreeSet<String> = till.refunds();
    for receipt in rung_up.difference(&kept).filter(|one| !till.restored && !refunds.contains(*one)) {
        wrong.push(format!("I1: receipt {receipt} of counter {name} was rung up and is in no book"));
    }
    wrong
}
