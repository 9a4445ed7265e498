//! One guest's code: used several times a day, across those who work at the till, or with only one of them. What is usual is what
//! the codes of the whole chain do.

use super::{
    act::{Act, Actor, Acts, What},
    look::Finding,
    rates::{is_late, sale_of},
    tail::{beta_binomial, fisher, of_trials},
    tally::{Count, guest_of},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Bought again on the same day.
pub const AGAIN: &str = "code_again";
/// On one day with several of those who work at the till.
pub const SHARED: &str = "code_shared";
/// With one of them, though on such days and at such times others serve there too.
pub const TIED: &str = "code_tied";
/// Shown when the total was known.
pub const LATE: &str = "code_late";

/// A code that was used less says nothing.
const USES_LEAST: u32 = 6;
/// A guest may like somebody: the odds to be served by them are taken as so many times what their part of the sales makes them.
const LIKING: f64 = 1.5;
/// One in so many codes is left out where it is estimated how far guests differ.
const OUTERMOST: usize = 200;
/// Days of a week.
const WEEK: i32 = 7;

type Uses<'a> = BTreeMap<&'a Arc<str>, Vec<&'a Act>>;
/// Sales of each actor of a shop, day of the week and time of day.
type Served<'a> = BTreeMap<(&'a Arc<str>, i32, u8), BTreeMap<&'a Actor, u32>>;

/// What every code did, against the chain's. What a code shows is several signs that have nothing to do with each other where
/// all is honest, so their chances are put together (Fisher 1925), and the least likely of them is the one that is named.
pub(super) fn findings(acts: &Acts) -> Vec<Finding> {
    let (mut uses, mut served) = (Uses::new(), Served::new());
    for act in &acts.all {
        if matches!(act.what, What::Sale(_)) {
            let then = served.entry((&act.shop, act.day.rem_euclid(WEEK), act.daypart)).or_default();
            *then.entry(&act.actor).or_default() += 1;
        }
        if let Some(guest) = guest_of(act) {
            uses.entry(guest).or_default().push(act);
        }
    }
    uses.retain(|_, code| number(code.len()) >= USES_LEAST);
    let again = against_chain(&uses, AGAIN, again);
    let shared = against_chain(&uses, SHARED, shared);
    let late = against_chain(&uses, LATE, late);
    let with = uses.iter().map(|(code, all)| tied(code, all, &served));
    let mut found = Vec::new();
    for (((again, shared), late), tied) in again.into_iter().zip(shared).zip(late).zip(with) {
        // Who comes more often meets more of those who work there: of the two only one is a sign.
        let often = if shared.chance < again.chance {
            shared
        } else {
            Finding { chance: (again.chance * 2.0).min(1.0), ..again }
        };
        let chance = fisher(&[often.chance, late.chance, tied.chance]);
        let named = [often, late, tied].into_iter().min_by(|a, b| a.chance.total_cmp(&b.chance));
        found.extend(named.map(|named| Finding { chance, ..named }));
    }
    found
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Who served a code on each of its days.
fn days_of<'a>(code: &[&'a Act]) -> BTreeMap<i32, BTreeSet<&'a Actor>> {
    let mut days = BTreeMap::<i32, BTreeSet<&Actor>>::new();
    for one in code {
        days.entry(one.day).or_default().insert(&one.actor);
    }
    days
}

fn again(code: &[&Act]) -> Count {
    let of = number(code.len());
    Count { count: of - number(days_of(code).len()), of }
}

fn shared(code: &[&Act]) -> Count {
    let days = days_of(code);
    Count { count: number(days.values().filter(|by| by.len() > 1).count()), of: number(days.len()) }
}

fn late(code: &[&Act]) -> Count {
    let mut all = Count::default();
    for sale in code.iter().filter_map(|act| sale_of(act)) {
        if sale.known.is_some() {
            all.add(is_late(sale));
        }
    }
    all
}

/// The count of every code against the chain's rate, with guests as different as they are.
fn against_chain(uses: &Uses<'_>, signal: &'static str, counted: impl Fn(&[&Act]) -> Count) -> Vec<Finding> {
    let counts: Vec<Count> = uses.values().map(|uses| counted(uses)).collect();
    let (usual, apart) = spread(&counts);
    let finding = |((code, uses), counted): ((&&Arc<str>, &Vec<&Act>), Count)| Finding {
        signal,
        shop: shop_of(uses),
        actor: None,
        code: Some(Arc::clone(code)),
        daypart: None,
        counted,
        usual,
        chance: beta_binomial(counted.count, counted.of, (usual, apart)),
    };
    uses.iter().zip(counts).map(finding).collect()
}

/// The rate of all codes and how far they differ, by moments (Griffiths 1973), without the outermost.
fn spread(counts: &[Count]) -> (f64, f64) {
    let all = counts.iter().fold(Count::default(), |all, one| all.and(*one));
    let usual = f64::from(all.count) / f64::from(all.of.max(1));
    let single = usual * (1.0 - usual);
    let far = |one: &Count| f64::from(one.of).mul_add(-usual, f64::from(one.count));
    let distance = |one: &Count| far(one) / libm::sqrt(f64::from(one.of.max(1)));
    let mut inner: Vec<&Count> = counts.iter().collect();
    inner.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    inner.truncate(counts.len() - counts.len() / OUTERMOST);
    let (mut more, mut pairs) = (0.0, 0.0);
    for one in inner {
        let n = f64::from(one.of);
        more += (n * single).mul_add(-1.0, far(one) * far(one));
        pairs += n * (n - 1.0) * single;
    }
    (usual, if pairs > 0.0 { (more / pairs).clamp(0.0, 0.5) } else { 0.0 })
}

/// Where a code was used most.
fn shop_of(uses: &[&Act]) -> Arc<str> {
    let mut shops = BTreeMap::<&Arc<str>, u32>::new();
    for one in uses {
        *shops.entry(&one.shop).or_default() += 1;
    }
    let most = shops.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)));
    most.map_or_else(|| Arc::from(""), |(shop, _)| Arc::clone(shop))
}

/// Who served a code on most of its days, against who would have by chance: a guest would have come on that day of the week and
/// at that time whoever worked. Where always the same one works then, nothing is said. Several uses of a day are one, since
/// they met the same shift.
fn tied(code: &Arc<str>, uses: &[&Act], served: &Served<'_>) -> Finding {
    let firsts: BTreeMap<i32, &Act> = uses.iter().rev().map(|act| (act.day, *act)).collect();
    let mut by = BTreeMap::<(&Arc<str>, &Actor), u32>::new();
    for one in firsts.values() {
        *by.entry((&one.shop, &one.actor)).or_default() += 1;
    }
    let tries = f64::from(number(by.len()));
    let most = by.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
    let most = most.map(|(place, count)| {
        let chances: Vec<f64> = firsts.values().map(|one| liked(share(one, place, served))).collect();
        (place, count, chances)
    });
    let (count, chances) = most.as_ref().map_or((0, [].as_slice()), |(_, count, chances)| (*count, chances));
    let of = number(chances.len());
    let usual = chances.iter().sum::<f64>() / f64::from(of.max(1));
    let chance = of_trials(usize::try_from(count).unwrap_or(usize::MAX), chances) * tries;
    Finding {
        signal: TIED,
        shop: most.as_ref().map_or_else(|| Arc::from(""), |((shop, _), _, _)| Arc::clone(shop)),
        actor: most.as_ref().map(|((_, actor), _, _)| (*actor).clone()),
        code: Some(Arc::clone(code)),
        daypart: None,
        counted: Count { count, of },
        usual,
        chance: chance.min(1.0),
    }
}

/// The part of the sales on such a day and at such a time that somebody made.
fn share(act: &Act, (shop, actor): (&Arc<str>, &Actor), served: &Served<'_>) -> f64 {
    if act.shop != *shop {
        return 0.0;
    }
    let then = served.get(&(&act.shop, act.day.rem_euclid(WEEK), act.daypart));
    let Some(then) = then else { return 0.0 };
    let all: u32 = then.values().sum();
    f64::from(then.get(actor).copied().unwrap_or(0)) / f64::from(all.max(1))
}

fn liked(share: f64) -> f64 {
    LIKING * share / (LIKING - 1.0).mul_add(share, 1.0)
}
