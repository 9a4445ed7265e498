//! Refit: fits models on what is stored, signs them as this counter's own bundle, installs it.
//!
//! Not here: the clock and the drawing of secrets; both come from the caller.

use crate::facts::id::Digest;
use crate::facts::models::Bundle;
use crate::facts::moment::{BusinessDay, Moment};
use crate::learn::LearnReport;
use crate::learn::segments::{self, Fitted, Progress, Task};
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

/// Fits, signs and installs. Without a model the rules, and the model in force, are applied anew.
/// A counter that keeps the bundle in memory must read it again afterwards.
///
/// # Errors
/// Why the bundle was refused, or the database's fault.
pub fn refit(store: &mut Store, wish: &Wish, progress: Progress<'_>) -> Result<Refitted, BundleFault> {
    let time = store.shop()?.time().map_err(|why| StoreFault::Unreadable { what: "shop", why })?;
    let today = time.local(wish.now).business_day;
    progress("read", 0, 1);
    let customers = store.all_features()?;
    let in_force = store.bundle_in_force(wish.now)?;
    let previous = in_force.as_ref().and_then(|bundle| bundle.segments.as_ref());
    let task = Task { today: store.shop_day(today)?, value: None, seed: wish.seed, previous };
    let fitted = segments::fit(customers, &task, progress);
    progress("install", 0, 1);
    let refitted = match &fitted.model {
        Some(_) => install(store, &fitted, wish, today)?,
        None => {
            let (customers, moved) =
                store.change(|change| reassign_segments(change, in_force.as_ref(), task.today))?;
            Refitted { report: LearnReport::default(), bundle: None, customers, moved, new_key: None }
        }
    };
    progress("install", 1, 1);
    Ok(Refitted { report: LearnReport { segments: Some(fitted.report) }, ..refitted })
}

fn install(
    store: &mut Store,
    fitted: &Fitted,
    wish: &Wish,
    today: BusinessDay,
) -> Result<Refitted, BundleFault> {
    let (secret, new_key) = match store.signing_secret()? {
        Some(secret) => (secret, None),
        None => {
            let id = store.change(|change| add_key(change, &wish.fresh_secret, wish.now))?;
            (wish.fresh_secret, Some(id))
        }
    };
    let bundle = Bundle {
        v: BUNDLE_FORMAT,
        issuer: store.local_issuer()?,
        release: store.next_release()?,
        made: wish.now,
        not_after: wish.now.later(GOOD_FOR_MS),
        segments: fitted.model.clone(),
        value: None,
        response: None,
        game: None,
    };
    let Installed { bundle, digest, segments: customers, moved } =
        store.install_bundle(&sign(&bundle, &secret), wish.now, today)?;
    let bundle = Some((bundle.release, digest));
    Ok(Refitted { report: LearnReport::default(), bundle, customers, moved, new_key })
}
