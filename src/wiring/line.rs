//! The line between a counter and the office: who speaks for it, and who carries.

use super::{NotWired, training};
use crate::devices::clock::SystemClock;
use crate::facts::moment::Moment;
use crate::flow::Counter;
use crate::flow::courier::{Courier, Errand};
use crate::flow::deliver::{Messenger, News};
use crate::flow::enrol::{NotIn, Wish};
use crate::flow::ids::Ids;
use crate::ports::Clock;
use crate::store::StoreFault;
use crate::uplink::HttpUplink;

/// Speaks for this counter, where it is enrolled.
///
/// # Errors
/// When what is stored of the office cannot be used.
pub fn messenger(counter: &Counter) -> Result<Option<Messenger>, NotWired> {
    let Some(link) = counter.store().office_link()? else { return Ok(None) };
    let uplink = HttpUplink::new(&link.url, link.trusts.as_deref())?;
    Ok(Some(Messenger::new(&link, Box::new(uplink), Ids::random()?)?))
}

/// Sends a courier out, where the counter is enrolled. A counter without one sells all the same.
///
/// # Errors
/// When the line or the thread cannot be had.
pub fn courier(
    counter: &Counter,
    heard: impl FnMut(News) -> bool + Send + 'static,
) -> Result<Option<Courier>, NotWired> {
    let Some(messenger) = messenger(counter)? else { return Ok(None) };
    let db = counter.store().path().to_path_buf();
    let clock: Box<dyn Clock> = Box::new(SystemClock);
    Ok(Some(Courier::start(Errand { db, messenger, clock, heard: Box::new(heard) })?))
}

/// Enrols a counter at the office of an address, with a key that nobody has seen.
///
/// # Errors
/// Why it was not let in.
pub fn enrol(counter: &mut Counter, (url, code): (&str, &str), now: Moment) -> Result<(), NotIn> {
    // Who was shut out comes back to the office that they believe already.
    let kept = counter.store().office_link()?.filter(|link| link.url == url).and_then(|link| link.trusts);
    let trusts = kept.as_deref();
    let mut uplink = HttpUplink::new(url, trusts).map_err(NotIn::Address)?;
    let secret = Ids::random().map_err(|why| NotIn::Store(StoreFault::Other(why)))?.key();
    counter.enrol(&mut uplink, &Wish { url, code, trusts, secret, now }).map(drop)
}

/// Writes what the office said; a failure is logged, and the same is said again. Whoever is erased here is not in a
/// copy to practise on either.
pub fn hear(counter: &mut Counter, courier: Option<&Courier>, news: &News) {
    let heard = counter.hear(news, SystemClock.now());
    match &heard {
        Err(fault) => tracing::warn!(%fault, "what the office said cannot be written"),
        Ok(_) if matches!(news, News::Erase(..)) => training::forget(counter.store().path()),
        Ok(_) => {}
    }
    if let Some(courier) = courier {
        courier.heard(heard.is_ok());
    }
}
