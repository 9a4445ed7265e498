//! Passes: the office's word for a guest and their phone, good without a network for thirty days. Every card that may
//! be chosen has a pass of its own with its voucher, so that choosing one is showing the code of that pass.

use super::{
    cards::{Choice, Guest, pseudonym},
    keys::{Issuer, issuer, setting},
};
use crate::ledger::LedgerFault;
use kava::{
    facts::{
        customer::Features,
        id::ChainId,
        menu::to_hex,
        moment::{DAY_MS, Moment},
    },
    wire::code::{Base, Pass, PhoneKey, Voucher, pass::chain_tag},
};
use rusqlite::Connection;

/// Days that a pass is good for.
pub const DAYS: u8 = 30;

/// Signs what a phone needs.
pub struct Signer {
    issuer: Issuer,
    chain: [u8; 4],
    phone: PhoneKey,
    now: Moment,
}

impl Signer {
    /// Signs for a phone with the key of now.
    ///
    /// # Errors
    /// When there is no key.
    pub fn new(connection: &Connection, phone: PhoneKey, now: Moment) -> Result<Signer, LedgerFault> {
        let chain = ChainId::new(setting(connection, "chain")?.unwrap_or_default());
        Ok(Signer { issuer: issuer(connection)?, chain: chain_tag(&chain), phone, now })
    }

    /// Until when a pass of now is good.
    #[must_use]
    pub fn until(&self) -> Moment {
        // A pass is made at a whole hour.
        let hour = self.now.0.div_euclid(3_600_000) * 3_600_000;
        Moment(hour).later(i64::from(DAYS) * DAY_MS)
    }

    /// The pass with a card's voucher, or the plain one; hexadecimal.
    ///
    /// # Errors
    /// When it does not fit, which is a defect.
    pub fn sign(&self, guest: &Guest<'_>, card: Option<&Choice>) -> Result<String, LedgerFault> {
        let consent = guest.person.consent;
        let voucher: Option<Voucher> = card.and_then(|card| card.voucher.clone());
        let wish = Pass {
            chain: self.chain,
            key: self.issuer.number,
            pseudonym: pseudonym(guest.person),
            issued: self.now,
            days: DAYS,
            consent,
            phone: self.phone.clone(),
            base: consent.programme.then(|| base_of(guest.features, consent.personalisation)),
            voucher,
        };
        let signed = wish.sign(&self.issuer.secret).map_err(|fault| LedgerFault::Other(fault.to_string()))?;
        Ok(to_hex(&signed.bytes))
    }
}

/// What a pass says of the visits; without consent to personalisation only what the published status depends on.
fn base_of(features: &Features, personal: bool) -> Base {
    let whole = Base::of(features);
    if personal {
        return whole;
    }
    Base {
        visits: whole.visits,
        days: whole.days,
        first_day: whole.first_day,
        last_day: whole.last_day,
        ..Base::default()
    }
}
