//! Refit: fits models on what is stored, signs them as this counter's own bundle, installs it.
//!
//! Not here: the clock and the drawing of secrets; both come from the caller.

use super::evidence::{Ended, carried};
use crate::facts::id::{Digest, Sku};
use crate::facts::models::{Bundle, GameModel, ResponseModel, SegmentModel, TasteModel, ValueModel};
use crate::facts::moment::{BusinessDay, Moment, ShopDay};
use crate::learn::segments::{self, Progress};
use crate::learn::{LearnReport, tastes, value};
use crate::store::bundles::{BundleFault, Installed, reassign_segments};
use crate::store::signing_keys::add_key;
use crate::store::{Store, StoreFault};
use crate::wire::bundle::{BUNDLE_FORMAT, sign};
use std::collections::BTreeMap;

/// How long a bundle is good for: 120 days.
const GOOD_FOR_MS: i64 = 120 * 24 * 3_600_000;

/// What to refit with.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// The instant now.
    pub now: Moment,
    /// Everything random in the fit follows from it.
    pub seed: u64,
    /// 32 fresh random bytes: the signing key where there is none yet.
    pub fresh_secret: [u8; 32],
    /// What to learn; the rest stays as it is in the bundle in force.
    pub parts: Parts,
}

/// Parts of a bundle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parts {
    /// Centroids.
    pub segments: bool,
    /// Purchases, dropping out and spend.
    pub value: bool,
    /// What is bought together, by similar guests, and again.
    pub tastes: bool,
    /// What a depth does to coming back.
    pub response: bool,
    /// The repeated game.
    pub game: bool,
}

impl Parts {
    /// Everything that can be learned.
    pub const ALL: Parts = Parts { segments: true, value: true, tastes: true, response: true, game: true };
}

/// What a refit did.
#[derive(Debug, Clone, PartialEq)]
pub struct Refitted {
    /// Every figure of the fit; says why where nothing was installed.
    pub report: LearnReport,
    /// Release and digest of the installed bundle; nothing where the data carry no model.
    pub bundle: Option<(u64, Digest)>,
    /// Customers in each segment afterwards.
    pub customers: BTreeMap<String, u64>,
    /// Customers whose segment changed.
    pub moved: u64,
    /// The key that was made to sign with, if there was none.
    pub new_key: Option<String>,
}

/// What was fitted now.
#[derive(Default)]
pub(super) struct Models {
    segments: Option<SegmentModel>,
    value: Option<ValueModel>,
    tastes: Option<TasteModel>,
    response: Option<ResponseModel>,
    /// Nothing where nothing was decided; an empty decision is that the ladder goes on.
    game: Option<Option<GameModel>>,
}

impl Models {
    pub(super) const fn are_none(&self) -> bool {
        self.segments.is_none()
            && self.value.is_none()
            && self.tastes.is_none()
            && self.response.is_none()
            && self.game.is_none()
    }

    /// The next bundle: what was fitted, and what stays of the one in force.
    pub(super) fn bundle(self, head: Head, in_force: Option<&Bundle>) -> Bundle {
        Bundle {
            v: BUNDLE_FORMAT,
            issuer: head.issuer,
            release: head.release,
            made: head.made,
            not_after: head.made.later(GOOD_FOR_MS),
            products: head.products,
            segments: self.segments.or_else(|| in_force?.segments.clone()),
            value: self.value.or_else(|| in_force?.value.clone()),
            tastes: self.tastes.or_else(|| in_force?.tastes.clone()),
            response: self.response.or_else(|| in_force?.response.clone()),
            game: self.game.unwrap_or_else(|| in_force?.game.clone()),
        }
    }
}

/// Whose bundle it is, and for what.
pub(super) struct Head {
    /// Who signs it.
    pub(super) issuer: String,
    /// Its release.
    pub(super) release: u64,
    /// When it was made.
    pub(super) made: Moment,
    /// Products that it knows.
    pub(super) products: Vec<Sku>,
}

/// Fits, signs and installs. A part that was not asked for, or that the data do not carry, stays as it is in
/// force; where nothing was fitted, nothing is installed, and the rules and the bundle in force are applied
/// anew. A counter that keeps the bundle in memory must read it again afterwards.
///
/// # Errors
/// Why the bundle was refused, or the database's fault.
pub fn refit(store: &mut Store, wish: &Wish, progress: Progress<'_>) -> Result<Refitted, BundleFault> {
    let time = store.shop()?.time().map_err(|why| StoreFault::Unreadable { what: "shop", why })?;
    let today = store.shop_day(time.local(wish.now).business_day)?;
    let in_force = store.bundle_in_force(wish.now)?;
    let (models, report) = fit(store, (wish.parts, wish.seed), (today, in_force.as_ref()), progress)?;
    progress("install", 0, 1);
    let refitted = if !models.are_none() {
        install(store, models, in_force.as_ref(), (wish, today.day))?
    } else {
        let (customers, moved) =
            store.change(|change| reassign_segments(change, in_force.as_ref(), today))?;
        Refitted { report: LearnReport::default(), bundle: None, customers, moved, new_key: None }
    };
    progress("install", 1, 1);
    Ok(Refitted { report, ..refitted })
}

/// Fits the parts that were asked for on what is stored until a day, beside the bundle in force.
pub(super) fn fit(
    store: &mut Store,
    (parts, seed): (Parts, u64),
    (today, in_force): (ShopDay, Option<&Bundle>),
    progress: Progress<'_>,
) -> Result<(Models, LearnReport), StoreFault> {
    let mut report = LearnReport::default();
    let mut models = Models::default();
    if parts.value {
        let fitted = fit_value(store, today, seed, progress)?;
        (models.value, report.value) = (fitted.model, Some(fitted.report));
    }
    let value = models.value.as_ref().or_else(|| in_force?.value.as_ref());
    if parts.segments {
        progress("read", 0, 1);
        let customers = store.all_features()?;
        let previous = in_force.and_then(|bundle| bundle.segments.as_ref());
        let task = segments::Task { today, value, seed, previous };
        let fitted = segments::fit(customers, &task, progress);
        (models.segments, report.segments) = (fitted.model, Some(fitted.report));
    }
    if parts.tastes {
        let fitted = fit_tastes(store, today.day, seed, progress)?;
        (models.tastes, report.tastes) = (fitted.model, Some(fitted.report));
    }
    let wanted = (parts.response, parts.game);
    let mut ended = Ended::wanted(store, wanted, (today.day, seed))?.read(store, today.day, progress)?;
    let early = ended.fit_early_response(progress);
    if let Some(fitted) = ended.fit_response(progress) {
        report.response = Some(fitted.report.clone());
        models.response = carried(fitted);
    }
    let response = models.response.as_ref().or_else(|| in_force?.response.as_ref());
    if let Some(fitted) = ended.fit_game(store, today.day, (in_force, response, early.as_ref()), progress)? {
        let had_one = in_force.is_some_and(|bundle| bundle.game.is_some());
        models.game = (had_one || fitted.model.is_some()).then_some(fitted.model);
        report.game = Some(fitted.report);
    }
    Ok((models, report))
}

fn fit_value(
    store: &Store,
    today: ShopDay,
    seed: u64,
    progress: Progress<'_>,
) -> Result<value::Fitted, StoreFault> {
    let (first, last) = store.open_days_until(today.day)?;
    let calendar_days = last.day.0.saturating_sub(first.day.0).saturating_add(1);
    let mut guests = value::Guests::new(value::Task { until: last.number, calendar_days, seed });
    progress("days", 0, 1);
    store.each_customers_days(|one| {
        guests.add(one.days);
        progress("days", one.done, one.all);
    })?;
    Ok(value::fit(&guests, progress))
}

fn fit_tastes(
    store: &Store,
    today: BusinessDay,
    seed: u64,
    progress: Progress<'_>,
) -> Result<tastes::FittedTastes, StoreFault> {
    let mut telling = tastes::history::Telling::new(store.skus_sold()?);
    let mut products = Vec::new();
    progress("sales", 0, 1);
    store.each_sale(today, |sale| {
        products.clear();
        products.extend(sale.products.iter().filter_map(|place| u16::try_from(*place).ok()));
        telling.add(&tastes::history::Told {
            guest: sale.customer.and_then(|row| u32::try_from(row).ok()),
            at: sale.at,
            day: sale.day,
            products: &products,
        });
        progress("sales", sale.done.0, sale.done.1);
    })?;
    Ok(tastes::fit(&telling.end(), seed, progress))
}

fn install(
    store: &mut Store,
    fitted: Models,
    in_force: Option<&Bundle>,
    (wish, today): (&Wish, BusinessDay),
) -> Result<Refitted, BundleFault> {
    let (secret, new_key) = match store.signing_secret()? {
        Some(secret) => (secret, None),
        None => {
            let id = store.change(|change| add_key(change, &wish.fresh_secret, wish.now))?;
            (wish.fresh_secret, Some(id))
        }
    };
    let head = Head {
        issuer: store.local_issuer()?,
        release: store.next_release()?,
        made: wish.now,
        products: store.known_products()?,
    };
    let bundle = fitted.bundle(head, in_force);
    let Installed { bundle, digest, segments: customers, moved } =
        store.install_bundle(&sign(&bundle, &secret), wish.now, today)?;
    let bundle = Some((bundle.release, digest));
    Ok(Refitted { report: LearnReport::default(), bundle, customers, moved, new_key })
}
