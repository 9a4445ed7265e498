//! A counter enrols at the office: a key is made here, a person's one-time code says that it may speak for this
//! counter, and from then on the series goes on in an epoch in which no other machine writes.

use super::counter::Counter;
use super::deliver::{DEADLINE, Hitch};
use super::fault::FlowFault;
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
    /// The chain's own authorities (PEM), where the system's do not know the office.
    pub trusts: Option<&'a str>,
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
    /// In, but the counter could not read itself anew; the next start does.
    Counter(FlowFault),
    /// The counter is enrolled, and nothing is wrong with that.
    Already(String),
    /// A till to practise on speaks to no office.
    Training,
    /// No office has such an address.
    Address(String),
    /// No office gives such codes out.
    Shape,
}

/// Refusals after which a counter has to enrol anew.
const SHUT_OUT: [&str; 4] = ["seal_replaced", "seal_revoked", "seal_stranger", "series_fork"];
/// Letters and digits of a code.
const CODE_LENGTH: usize = 16;

impl NotIn {
    /// The stable code: the office's own, where it refuses.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            NotIn::Office(Hitch::Refused { code, .. }) => code,
            NotIn::Office(Hitch::Line(_)) => "enrol_line",
            NotIn::Store(fault) => fault.code(),
            NotIn::Counter(fault) => fault.code(),
            NotIn::Already(_) => "enrol_already",
            NotIn::Training => "enrol_training",
            NotIn::Address(_) => "enrol_address",
            NotIn::Shape => "enrol_shape",
        }
    }
}

impl std::fmt::Display for NotIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotIn::Office(hitch) => write!(f, "{hitch}"),
            NotIn::Store(fault) => write!(f, "{fault}"),
            NotIn::Counter(fault) => write!(f, "enrolled; start the counter again, for {fault}"),
            NotIn::Already(office) => write!(f, "this counter is enrolled at {office} already"),
            NotIn::Training => f.write_str("this is a till to practise on; enrol the counter itself"),
            NotIn::Address(why) => f.write_str(why),
            NotIn::Shape => write!(f, "a code has {CODE_LENGTH} letters and digits; type it again"),
        }
    }
}

impl std::error::Error for NotIn {}

impl From<StoreFault> for NotIn {
    fn from(fault: StoreFault) -> NotIn {
        NotIn::Store(fault)
    }
}

impl Counter {
    /// Enrols this counter while it sells. One that is enrolled is enrolled anew only after the office has shut it out, so that
    /// nobody does it by mistake.
    ///
    /// # Errors
    /// [`NotIn`]; nothing is changed here then, but with [`NotIn::Counter`].
    pub fn enrol(&mut self, uplink: &mut dyn Uplink, wish: &Wish<'_>) -> Result<Enrolled, NotIn> {
        if self.settings.training {
            return Err(NotIn::Training);
        }
        if let Some(link) = self.store.office_link()?.filter(|_| !self.is_shut_out()) {
            return Err(NotIn::Already(link.url));
        }
        let bare = || wish.code.chars().filter(|c| !c.is_whitespace() && *c != '-');
        if bare().count() != CODE_LENGTH || !bare().all(|c| c.is_ascii_alphanumeric()) {
            return Err(NotIn::Shape);
        }
        let enrolled = enrol(&mut self.store, uplink, &mut self.ids, wish)?;
        (self.epoch, self.between) = (enrolled.epoch, None);
        self.refresh(wish.now).map_err(NotIn::Counter)?;
        Ok(enrolled)
    }

    /// Whether the office takes nothing from this counter until it is enrolled anew.
    fn is_shut_out(&self) -> bool {
        let hitch = self.between.as_ref().map(|(hitch, _)| hitch);
        matches!(hitch, Some(Hitch::Refused { code, .. }) if SHUT_OUT.contains(&code.as_str()))
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
        trusts: wish.trusts.map(str::to_owned),
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
