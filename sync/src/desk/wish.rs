//! What can be written at the desk, as it goes through the one thread that writes. Every change leaves a deed.

use super::{
    clerk::{self, Clerk, Invitation},
    close::statement::{self, Statement},
    deeds, launch,
    role::Right,
    rolls, session,
};
use crate::gate::password::Password;
use crate::ledger::{
    LedgerFault,
    documents::{self, Published},
    erasure::Erased,
    rolls::Roll,
    versions,
};
use crate::people::leave;
use kava::{
    facts::{
        campaign::Campaign,
        id::CustomerId,
        moment::{BusinessDay, Moment},
    },
    wire::{document::Stream, erasure::who},
};
use rusqlite::Transaction;

/// What is wished.
#[derive(Debug)]
pub enum DeskWish {
    /// Somebody uses their link and sets a password.
    Enter {
        /// Hash of the link.
        link: [u8; 32],
        /// What they set.
        password: Password,
        /// Hash of the token of their session.
        session: [u8; 32],
    },
    /// Somebody whose password was right comes in.
    Begin {
        /// Their row.
        clerk: i64,
        /// Hash of the token of their session.
        session: [u8; 32],
        /// The password that was right: set anew meanwhile, it is so no more.
        password: Password,
        /// The step of the second factor that was right, where there is one.
        step: Option<i64>,
    },
    /// A secret for a second factor.
    OfferSecond {
        /// Whose.
        clerk: i64,
        /// The secret.
        secret: Vec<u8>,
    },
    /// The first digits of the offered secret were right at this step; or there shall be no second factor any more.
    SetSecond {
        /// Whose.
        clerk: Box<Clerk>,
        /// The step.
        step: Option<i64>,
    },
    /// Something was asked.
    See([u8; 32]),
    /// Somebody goes.
    End([u8; 32]),
    /// Somebody sets another password.
    Reset {
        /// Who.
        clerk: Box<Clerk>,
        /// What they set.
        password: Password,
        /// Hash of the token of their new session.
        session: [u8; 32],
    },
    /// Somebody is to work here.
    Invite {
        /// Who wants it.
        by: String,
        /// Whom, and as what.
        invitation: Invitation,
    },
    /// Somebody is to work here no more.
    Revoke {
        /// Who wants it.
        by: String,
        /// Whom.
        name: String,
    },
    /// Another menu, made from a version that must still be the one in force.
    PublishMenu {
        /// Who wants it.
        by: String,
        /// For which shop, or for the chain.
        shop: String,
        /// The version that it was made from; 0 where there was none.
        base: i64,
        /// The document.
        body: Vec<u8>,
        /// Why: `import`, `edit` or `return`, and of what.
        why: String,
    },
    /// A bundle goes to more shops, if it is still the one that is on its way.
    AdvanceModels {
        /// Who wants it.
        by: String,
        /// Its line: a shop, or the chain with an empty one.
        shop: String,
        /// Its version.
        version: i64,
    },
    /// An earlier bundle's models are put in force again, if the newest is still the one that was seen.
    ReturnModels {
        /// Who wants it.
        by: String,
        /// The line.
        shop: String,
        /// The version whose models come back; those before where nothing is said.
        to: Option<i64>,
        /// The newest version that was seen.
        seen: i64,
    },
    /// Something was done with what is kept of a guest that leaves no other trace.
    Note {
        /// Who did it.
        by: String,
        /// What.
        what: &'static str,
        /// Of whom, by the hash of their pseudonym; empty where it is of nobody in particular.
        of: String,
        /// In a few words.
        text: String,
    },
    /// A guest is erased who has asked for it.
    EraseGuest {
        /// Who does it.
        by: String,
        /// Their pseudonym.
        customer: CustomerId,
    },
    /// An acquirer's statement is put beside a day.
    KeepStatement {
        /// Of which shop.
        shop: String,
        /// Of which day.
        day: BusinessDay,
        /// What it says, and who brought it.
        statement: Box<Statement>,
    },
    /// A campaign begins.
    AddCampaign {
        /// Who wants it.
        by: String,
        /// The campaign.
        campaign: Box<Campaign>,
    },
    /// A campaign ends.
    EndCampaign {
        /// Who wants it.
        by: String,
        /// Its id.
        id: String,
    },
}

/// What became of it.
#[derive(Debug)]
pub enum DeskDone {
    /// Somebody is in, until then at most.
    In(Box<Clerk>, Moment),
    /// The link is nobody's, was used or is too old; or the password is not the right one any more.
    Refused,
    /// A link is good until then.
    Invited(Moment),
    /// Whether there was such a one.
    Ended(bool),
    /// A campaign is on its way to the counters; nothing where there is one of this id.
    Added(Option<Published>),
    /// A menu is on its way to the counters; nothing where another one is in force than it was made from.
    Menu(Option<Published>),
    /// Where a bundle is now; nothing where it is not on its way any more.
    Advanced(Option<Roll>),
    /// An earlier bundle is on its way to the counters; nothing where another has come meanwhile, or there is none.
    Returned(Option<Published>),
    /// A guest is erased.
    Erased(Erased),
    /// It is written.
    Kept,
}

/// Writes it.
///
/// # Errors
/// When the database fails.
pub fn write(change: &Transaction<'_>, wish: &DeskWish, now: Moment) -> Result<DeskDone, LedgerFault> {
    match wish {
        DeskWish::Enter { link, password, session } => {
            let Some((clerk, _)) = clerk::by_link(change, link, now)? else { return Ok(DeskDone::Refused) };
            deeds::keep(change, &clerk.name, ("entered", &clerk.name, "by a one-time link"), now)?;
            set_password(change, clerk, (password, *session), now)
        }
        DeskWish::Begin { clerk, session, password, step } => {
            begin(change, (*clerk, password, *step), *session, now)
        }
        DeskWish::OfferSecond { clerk, secret } => {
            let offered = clerk::offer_second(change, *clerk, secret)?;
            Ok(if offered { DeskDone::Kept } else { DeskDone::Refused })
        }
        DeskWish::SetSecond { clerk, step } => set_second(change, (clerk, *step), now),
        DeskWish::See(session) => session::see(change, *session, now).map(|()| DeskDone::Kept),
        DeskWish::End(session) => session::end(change, *session).map(|()| DeskDone::Kept),
        DeskWish::Reset { clerk, password, session } => {
            if !is_as_it_was(change, clerk)? {
                return Ok(DeskDone::Refused);
            }
            deeds::keep(change, &clerk.name, ("password_set", &clerk.name, ""), now)?;
            set_password(change, (**clerk).clone(), (password, *session), now)
        }
        // Two who shut each other out must not both succeed.
        DeskWish::Invite { by, .. } | DeskWish::Revoke { by, .. } if !may_let_in(change, by)? => {
            Ok(DeskDone::Refused)
        }
        DeskWish::Invite { by, invitation } => invite(change, (by, invitation), now).map(DeskDone::Invited),
        DeskWish::Revoke { by, name } => revoke(change, (by, name), now).map(DeskDone::Ended),
        DeskWish::PublishMenu { by, shop, base, body, why } => {
            publish_menu(change, (shop, *base, body), (by, why), now).map(DeskDone::Menu)
        }
        DeskWish::AdvanceModels { by, shop, version } => {
            rolls::advance(change, (by, shop, Some(*version)), now).map(DeskDone::Advanced)
        }
        DeskWish::ReturnModels { by, shop, to, seen } => {
            rolls::send_back(change, (by, shop), (*to, Some(*seen)), now).map(DeskDone::Returned)
        }
        DeskWish::Note { by, what, of, text } => {
            deeds::keep(change, by, (what, of, text), now).map(|()| DeskDone::Kept)
        }
        DeskWish::EraseGuest { by, customer } => {
            deeds::keep(change, by, ("erased", who(customer).as_str(), ""), now)?;
            leave::erase(change, customer, now).map(DeskDone::Erased)
        }
        DeskWish::KeepStatement { shop, day, statement } => {
            statement::keep(change, (shop, *day), statement, now).map(|()| DeskDone::Kept)
        }
        DeskWish::AddCampaign { by, campaign } => {
            launch::add(change, (by, campaign), now).map(DeskDone::Added)
        }
        DeskWish::EndCampaign { by, id } => launch::end(change, (by, id), now).map(DeskDone::Ended),
    }
}

/// Lets somebody in, if what was right a moment ago still is: another password may have been set meanwhile, and digits are
/// good once.
fn begin(
    change: &Transaction<'_>,
    (id, password, step): (i64, &Password, Option<i64>),
    session: [u8; 32],
    now: Moment,
) -> Result<DeskDone, LedgerFault> {
    let known = clerk::by_id(change, id)?.filter(|known| known.password.as_ref() == Some(password));
    let Some(clerk) = known.filter(|known| known.second.is_some() == step.is_some()) else {
        return Ok(DeskDone::Refused);
    };
    if let Some(step) = step
        && !clerk::use_step(change, id, step)?
    {
        return Ok(DeskDone::Refused);
    }
    deeds::keep(change, &clerk.name, ("logged_in", &clerk.name, ""), now)?;
    let expires = session::begin(change, (id, session), now)?;
    Ok(DeskDone::In(Box::new(clerk), expires))
}

/// Whether what was checked a moment ago still is so: somebody else may have set another password, shut the clerk out, or
/// offered another secret meanwhile.
fn is_as_it_was(change: &Transaction<'_>, clerk: &Clerk) -> Result<bool, LedgerFault> {
    let now = clerk::by_id(change, clerk.id)?;
    Ok(now.is_some_and(|now| now.password == clerk.password && now.offered == clerk.offered))
}

fn set_second(
    change: &Transaction<'_>,
    (clerk, step): (&Clerk, Option<i64>),
    now: Moment,
) -> Result<DeskDone, LedgerFault> {
    if !is_as_it_was(change, clerk)? {
        return Ok(DeskDone::Refused);
    }
    if let Some(step) = step
        && !clerk::use_step(change, clerk.id, step)?
    {
        return Ok(DeskDone::Refused);
    }
    clerk::set_second(change, clerk.id, step.is_some())?;
    let what = if step.is_some() { "second_set" } else { "second_removed" };
    deeds::keep(change, &clerk.name, (what, &clerk.name, ""), now)?;
    Ok(DeskDone::Kept)
}

fn set_password(
    change: &Transaction<'_>,
    clerk: Clerk,
    (password, session): (&Password, [u8; 32]),
    now: Moment,
) -> Result<DeskDone, LedgerFault> {
    clerk::set_password(change, clerk.id, password)?;
    let expires = session::begin(change, (clerk.id, session), now)?;
    Ok(DeskDone::In(Box::new(clerk), expires))
}

fn may_let_in(change: &Transaction<'_>, by: &str) -> Result<bool, LedgerFault> {
    Ok(clerk::by_name(change, by)?.is_some_and(|clerk| clerk.role.may(Right::Clerks)))
}

/// Lets somebody in by a link. Gives until when it is good.
///
/// # Errors
/// When the database fails.
pub fn invite(
    change: &Transaction<'_>,
    (by, invitation): (&str, &Invitation),
    now: Moment,
) -> Result<Moment, LedgerFault> {
    let text = if invitation.shop.is_empty() {
        invitation.role.code().to_owned()
    } else {
        format!("{} of shop {}", invitation.role.code(), invitation.shop)
    };
    deeds::keep(change, by, ("invited", &invitation.name, &text), now)?;
    clerk::invite(change, invitation, now)
}

/// Shuts a clerk out; gives whether there was one.
///
/// # Errors
/// When the database fails.
pub fn revoke(change: &Transaction<'_>, (by, name): (&str, &str), now: Moment) -> Result<bool, LedgerFault> {
    let there = clerk::revoke(change, name, now)?;
    if there {
        deeds::keep(change, by, ("shut_out", name, ""), now)?;
    }
    Ok(there)
}

/// Publishes a menu; nothing where another one is in force than it was made from.
fn publish_menu(
    change: &Transaction<'_>,
    (shop, base, body): (&str, i64, &[u8]),
    (by, why): (&str, &str),
    now: Moment,
) -> Result<Option<Published>, LedgerFault> {
    if versions::in_force(change, shop)?.map_or(0, |holds| holds.version) != base {
        return Ok(None);
    }
    let published = documents::publish(change, (Stream::Menu, shop), body, now)?;
    versions::sign(change, (Stream::Menu, shop), &published, (by, why))?;
    let text = format!("version {}: {why}", published.version);
    deeds::keep(change, by, ("published", Stream::Menu.code(), &text), now)?;
    Ok(Some(published))
}
