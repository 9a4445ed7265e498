//! Join: somebody becomes a customer at the counter, without a network, and gets a card on paper.

use super::counter::Counter;
use super::fault::FlowFault;
use crate::facts::customer::{Consent, Customer};
use crate::facts::id::CustomerId;
use crate::facts::moment::Moment;
use crate::steps::{receipt, scan};
use crate::store::customers;
use crate::store::memberships::{self, BlankLeft};
use crate::store::records::{self, Entry};
use crate::wire::code::Blank;
use crate::wire::record::kind;
use serde::Serialize;

/// A customer registered here, without a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Registered {
    /// The pseudonym.
    pub customer: CustomerId,
    /// The printed card's digits.
    pub code: String,
    /// Digits with which the guest's phone claims the membership later; for a QR code on paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// The guests' app of the office with these digits, for a QR code that the guest's phone opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Whether the card was printed; nothing without a printer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_printed: Option<bool>,
}

impl Counter {
    /// Registers a customer with a fresh pseudonym and a card, which is printed where there is a printer.
    ///
    /// # Errors
    /// When the store fails.
    pub fn register_customer(&mut self, consent: Consent, at: Moment) -> Result<Registered, FlowFault> {
        let mut joined = self.join(consent, at)?;
        joined.card_printed = self.print_card(&joined, at);
        Ok(joined)
    }

    /// Prints the card of a customer who has just joined, or keeps it until the printer works; nothing without a
    /// printer. Kept in memory only: with the claim on it anybody could take the membership.
    fn print_card(&mut self, joined: &Registered, at: Moment) -> Option<bool> {
        self.printer.as_ref()?;
        let (when, _) = self.local(at);
        let claim = joined.claim.as_deref();
        self.cards_waiting.push(receipt::card(&joined.code, claim, (&self.shop, self.words), &when));
        Some(self.print_cards())
    }

    fn join(&mut self, consent: Consent, at: Moment) -> Result<Registered, FlowFault> {
        let (when, clock_trust) = self.local(at);
        let blank = self.next_blank(at)?;
        let id = blank.as_ref().map_or_else(|| self.ids.customer(), |blank| blank.pseudonym.customer());
        let claim = blank.as_ref().map(|blank| Blank::digits(&blank.signed, &blank.secret));
        let customer = Customer { id, consent, registered: when.business_day };
        let card = scan::printed_card(self.ids.number());
        let payload =
            serde_json::json!({"customer": customer.id, "consent": consent.codes(), "code": card.digits()})
                .to_string();
        let (shop, epoch, salt) = (self.shop.clone(), self.epoch, self.ids.salt());
        self.store.change(|change| {
            let row = customers::add_customer(change, &customer, "counter")?;
            customers::add_printed_code(change, card.digits(), row)?;
            if let Some(blank) = &blank {
                memberships::spend_blank(change, blank.pseudonym, at)?;
            }
            records::append(
                change,
                &shop,
                epoch,
                &Entry { kind: kind::CUSTOMER, when, clock_trust, payload: payload.as_bytes(), salt },
            )
        })?;
        let link = claim.as_ref().zip(self.store.office_link()?);
        let link = link.map(|(claim, office)| format!("{}/club/?claim={claim}", office.url));
        Ok(Registered {
            customer: customer.id,
            code: card.digits().to_owned(),
            claim,
            link,
            card_printed: None,
        })
    }

    /// A blank membership that may still be given away; those that may not are put aside.
    fn next_blank(&mut self, at: Moment) -> Result<Option<BlankLeft>, FlowFault> {
        while let Some(left) = self.store.blank_left()? {
            match Blank::open(&left.signed, self.trust.chain, &self.trust.keys, at) {
                Ok(_) => return Ok(Some(left)),
                Err(fault) => {
                    tracing::warn!(%fault, "a blank membership is put aside");
                    self.store.change(|change| memberships::spend_blank(change, left.pseudonym, at))?;
                }
            }
        }
        Ok(None)
    }
}
