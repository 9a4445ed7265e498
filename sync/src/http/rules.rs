//! The programme's rules for everybody who wants to read them: a page, and a file to print and to keep.

use super::{Office, Peer, asked::Query, reply::OfficeFault};
use crate::ledger::{Ledger, LedgerFault};
use crate::people::cards;
use crate::programme::{self, Block, Campaigns, Language, Rules, html, pdf};
use axum::{
    Extension,
    extract::State,
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use kava::facts::{
    campaign::Campaign,
    moment::{BusinessDay, Moment},
};
use serde::Deserialize;
use std::sync::Arc;

/// Where the page is; it stays there.
const ADDRESS: &str = "/rules";
/// The clock of guests' walls: Minsk's, until shops say otherwise.
const OFFSET_MIN: i64 = 180;

/// In which language.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    language: Language,
}

/// Who asks, and what of.
type Asked = (State<Arc<Office>>, Query<Wanted>, Option<Extension<Peer>>);

/// The page.
pub(super) async fn page(asked: Asked) -> Result<Response, OfficeFault> {
    let (blocks, language) = blocks(asked).await?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(html::POLICY)),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    Ok((headers, html::page(&blocks, language, ADDRESS)).into_response())
}

/// The file.
pub(super) async fn document(asked: Asked) -> Result<Response, OfficeFault> {
    let (blocks, language) = blocks(asked).await?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"rules.pdf\"")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    Ok((headers, pdf::document(&blocks, language)).into_response())
}

async fn blocks(
    (State(office), Query(Wanted { language }), peer): Asked,
) -> Result<(Vec<Block>, Language), OfficeFault> {
    if peer.is_some_and(|Extension(Peer(address))| !office.may_look(address)) {
        return Err(OfficeFault::TooManyTries);
    }
    let now = office.now();
    Ok((office.of_people(move |ledger| read(ledger, language, now)).await?, language))
}

fn read(ledger: &Ledger, language: Language, now: Moment) -> Result<Vec<Block>, LedgerFault> {
    let rules = cards::Rules::read(ledger, "")?;
    let local = |at: Moment| -> BusinessDay { at.later(OFFSET_MIN * 60_000).utc_day() };
    let of_everybody = |one: &Campaign| one.coupon.is_none() && one.until > now;
    let all = ledger.campaigns()?.into_iter().filter(|one| one.ended.is_none()).map(|one| one.campaign);
    let campaigns: Vec<Campaign> = all.filter(of_everybody).collect();
    let versions: Vec<_> =
        ledger.policy_versions()?.into_iter().map(|(version, made)| (version, local(made))).collect();
    let (title, currency) = (ledger.title()?, ledger.currency()?);
    let rules = Rules {
        title: &title,
        currency: &currency,
        policy: &rules.policy,
        campaigns: Campaigns { all: &campaigns, menu: &rules.menu, offset_min: OFFSET_MIN },
        versions: &versions,
        day: local(now),
    };
    Ok(programme::of(&rules, language))
}
