//! A counter enrols at the office: a key is made here, a person's one-time code says that it may speak for this
//! counter, and from then on the series goes on in an epoch in which no other machine writes.

use super::deliver::{DEADLINE, Hitch};
use super::ids::Ids;
use crate::facts::menu::to_hex;
use crate::facts::moment::Moment;
use crate::ports::{Ask, Uplink};
use crate::store::office::{self, OfficeLink};
use crate::store::{Store, StoreFault};
use crate::wire::bundle::public_of;
use crate::wire::reply::{Enrol, Enrolled, Refused};
use crate::wire::seal::{Asked, HEADERS, Seal};

/// Where to, and with what.
#[derive(Debug)]
pub struct Wish<'a> {
    /// The office's address.
    pub url: &'a str,
    /// The one-time code.
    pub code: &'a str,
    /// The key that is to speak for this counter, fresh from the machine's randomness.
    pub secret: [u8; 32],
    /// The instant now.
    pub now: Moment,
}

/// Why a counter was not let in.
#[derive(Debug)]
pub enum NotIn {
    /// The office, or the line to it.
    Office(Hitch),
    /// The database.
    Store(StoreFault),
}

impl std::fmt::Display for NotIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotIn::Office(hitch) => write!(f, "{hitch}"),
            NotIn::Store(fault) => write!(f, "{fault}"),
        }
    }
}

impl std::error::Error for NotIn {}

impl From<StoreFault> for NotIn {
    fn from(fault: StoreFault) -> NotIn {
        NotIn::Store(fault)
    }
}

/// Enrols this store's counter.
///
/// # Errors
/// [`NotIn`]; nothing is changed here then.
pub fn enrol(
    store: &mut Store,
    uplink: &mut dyn Uplink,
    nonces: &mut Ids,
    wish: &Wish<'_>,
) -> Result<Enrolled, NotIn> {
    let shop = store.shop()?;
    let asked = Enrol {
        code: wish.code.to_owned(),
        public: to_hex(&public_of(&wish.secret)),
        chain: shop.chain,
        shop: shop.shop,
        counter: shop.counter,
        epoch: store.epoch()?,
    };
    let enrolled = ask(uplink, nonces, wish, &asked).map_err(NotIn::Office)?;
    let link = OfficeLink {
        url: wish.url.to_owned(),
        secret: to_hex(&wish.secret),
        office: enrolled.office.clone(),
        enrolled: wish.now,
    };
    let place = (enrolled.epoch, enrolled.anchor.as_ref());
    store.change(|change| office::bind(change, &link, place))?;
    Ok(enrolled)
}

fn ask(uplink: &mut dyn Uplink, nonces: &mut Ids, wish: &Wish<'_>, asked: &Enrol) -> Result<Enrolled, Hitch> {
    let body = serde_json::to_vec(asked).map_err(|e| Hitch::Line(e.to_string()))?;
    let path = "/api/v1/enrol";
    let signed = Asked { method: "POST", path, body: &body };
    let seal = Seal::new(&wish.secret, &signed, wish.now, nonces.salt());
    let headers = HEADERS.into_iter().zip(seal.headers()).collect();
    let ask = Ask { method: "POST", path: path.to_owned(), headers, body };
    let reply = uplink.exchange(&ask, DEADLINE).map_err(Hitch::Line)?;
    let strange =
        |_| Hitch::Line(format!("status {} and no answer of an office; check the address", reply.status));
    if reply.status == 200 {
        return serde_json::from_slice(&reply.body).map_err(strange);
    }
    let refused: Refused = serde_json::from_slice(&reply.body).map_err(strange)?;
    Err(Hitch::Refused { code: refused.error.code, message: refused.error.message })
}
