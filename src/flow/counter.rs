//! The counter: one store, one register, one printer, and the visits that are open.

use super::carry::TOLERANCE_MS;
use super::fault::FlowFault;
use super::ids::Ids;
use super::open_visit::OpenVisit;
use super::sign_on::Staffing;
use crate::facts::basket::PricedBasket;
use crate::facts::campaign::Campaign;
use crate::facts::id::{CategoryId, CustomerId, Digest, Sku, VisitId};
use crate::facts::menu::Menu;
use crate::facts::models::Bundle;
use crate::facts::moment::{BusinessDay, LocalMoment, Moment, ShopTime};
use crate::facts::offer::{Offer, Scope};
use crate::facts::policy::Policy;
use crate::facts::shop::Shop;
use crate::facts::slip::Slip;
use crate::facts::stop_list::StopList;
use crate::ports::{Printer, Register};
use crate::steps::offer::Strategy;
use crate::steps::receipt;
use crate::steps::taste::Popularity;
use crate::store::Store;
use crate::wire::code::clock::Doubt;
use crate::wire::code::tries::Tries;
use crate::wire::code::{CodeUse, Trust};
use crate::wire::record::ClockTrust;
use crate::words::Words;
use std::collections::BTreeMap;
use std::time::Duration;

use super::deliver::Hitch;

/// How a counter behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who decides the depths.
    pub strategy: Strategy,
    /// Take an unknown code for a customer id, and make the customer. For simulations and training.
    pub trust_ids: bool,
    /// How long the register may take.
    pub register_deadline: Duration,
    /// How long the printer may take.
    pub printer_deadline: Duration,
    /// Print a slip also where the register prints its own receipt.
    pub slip_beside_register: bool,
    /// Nothing that is sold here is real.
    pub training: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            strategy: Strategy::Ladder,
            trust_ids: false,
            register_deadline: Duration::from_secs(20),
            printer_deadline: Duration::from_secs(5),
            slip_beside_register: false,
            training: false,
        }
    }
}

/// The most visits kept open; the oldest are forgotten first, nothing of them was promised.
const VISITS_MAX: usize = 256;

/// One counter, driven by one thread.
pub struct Counter {
    pub(super) store: Store,
    pub(super) shop: Shop,
    pub(super) time: ShopTime,
    pub(super) words: Words,
    pub(super) settings: Settings,
    pub(super) register: Box<dyn Register>,
    pub(super) printer: Option<Box<dyn Printer>>,
    pub(super) ids: Ids,
    pub(super) epoch: i64,
    pub(super) policy: Policy,
    pub(super) policy_digest: Digest,
    pub(super) menu: Menu,
    pub(super) popularity: Popularity,
    pub(super) shop_favourite: Option<CategoryId>,
    /// The day on which the menu moved last.
    pub(super) menu_moved: Option<BusinessDay>,
    bundle: Option<Bundle>,
    bundle_digest: Option<Digest>,
    pub(super) newest_at: Moment,
    /// What codes are verified against.
    pub(super) trust: Trust,
    /// Cards of customers who have joined, for which the printer had no paper.
    pub(super) cards_waiting: Vec<Slip>,
    /// Whether the newest phones were refused for their time.
    pub(super) doubt: Doubt,
    /// Wrong digits of short codes.
    pub(super) tries: Tries,
    /// What is out today.
    pub(super) stop_list: StopList,
    /// The manager has given their word for the next refund.
    pub(super) vouched: bool,
    /// Who may sign on, and who has.
    pub(super) staffing: Staffing,
    /// Common offers.
    pub(super) campaigns: Vec<Campaign>,
    /// What is between this counter and its office, as the courier said last, and since when something is.
    pub(super) between: Option<(Hitch, Moment)>,
    visits: BTreeMap<u64, (VisitId, OpenVisit)>,
    next_visit: u64,
}

impl std::fmt::Debug for Counter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counter")
            .field("shop", &self.shop)
            .field("register", &self.register.name())
            .finish_non_exhaustive()
    }
}

impl Counter {
    /// A counter on an open store. Call [`Counter::resume`] before the first greet.
    ///
    /// # Errors
    /// When the store has no shop or cannot be read.
    pub fn new(
        store: Store,
        register: Box<dyn Register>,
        printer: Option<Box<dyn Printer>>,
        ids: Ids,
        settings: Settings,
    ) -> Result<Counter, FlowFault> {
        let (shop, stop_list) = (store.shop()?, store.stop_list()?);
        let time = shop.time().map_err(FlowFault::Unknown)?;
        let policy = store.policy()?;
        let mut store = store;
        store.refold_if_older(&policy)?;
        let mut counter = Counter {
            words: Words::of(&shop.language),
            epoch: store.epoch()?,
            policy_digest: policy.digest(),
            newest_at: Moment(store.newest_record_at()?.unwrap_or(i64::MIN)),
            store,
            shop,
            time,
            settings,
            register,
            printer,
            ids,
            policy,
            menu: Menu::default(),
            popularity: Popularity::new(),
            shop_favourite: None,
            menu_moved: None,
            bundle: None,
            bundle_digest: None,
            trust: Trust::default(),
            cards_waiting: Vec::new(),
            doubt: Doubt::default(),
            tries: Tries::default(),
            stop_list,
            vouched: false,
            staffing: Staffing::default(),
            campaigns: Vec::new(),
            between: None,
            visits: BTreeMap::new(),
            next_visit: 0,
        };
        counter.refresh(Moment(i64::MIN))?;
        Ok(counter)
    }

    /// Reads menu, policy, popularity and the bundle in force at this moment again, and keeps menu and
    /// policy for replay.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn refresh(&mut self, at: Moment) -> Result<(), FlowFault> {
        self.bundle = self.store.bundle_in_force(at)?;
        self.bundle_digest = self.bundle.as_ref().map(Bundle::digest);
        self.trust = self.store.trust(at)?;
        self.menu = self.store.menu()?;
        self.policy = self.store.policy()?;
        self.policy_digest = self.policy.digest();
        self.popularity = self.store.popularity()?;
        self.campaigns = self.store.campaigns()?;
        self.staffing.read(&self.store)?;
        self.shop_favourite = most_popular_category(&self.popularity, &self.menu);
        let (menu, policy) = (self.menu.clone(), self.policy.clone());
        self.store.change(|change| {
            crate::store::setting::keep_artifact(change, "menu", &menu.digest(), &menu.to_json())?;
            crate::store::setting::keep_artifact(change, "policy", &policy.digest(), &policy.to_json())
        })?;
        self.watch_menu(at)
    }

    /// Whether nothing that is sold here is real.
    #[must_use]
    pub const fn is_training(&self) -> bool {
        self.settings.training
    }

    /// The shop this counter stands in.
    #[must_use]
    pub const fn shop(&self) -> &Shop {
        &self.shop
    }

    /// The menu of now.
    #[must_use]
    pub const fn menu(&self) -> &Menu {
        &self.menu
    }

    /// Whether a person may say that a piece is sold without the marking code that it needs.
    #[must_use]
    pub const fn sells_without_mark(&self) -> bool {
        self.policy.sells_without_mark
    }

    /// The store, for reading.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The store, for what other rooms write: importing, learning. Call [`Counter::refresh`] afterwards.
    pub const fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Ends the counter and gives its store back.
    #[must_use]
    pub fn into_store(self) -> Store {
        self.store
    }

    /// The bundle that decides at this moment; an expired one does not.
    pub(super) fn bundle_at(&self, at: Moment) -> (Option<Digest>, Option<&Bundle>) {
        match &self.bundle {
            Some(bundle) if at < bundle.not_after => (self.bundle_digest.clone(), Some(bundle)),
            _ => (None, None),
        }
    }

    /// The instant as the shop sees it, and whether the clock can be believed: a clock that shows less
    /// than the newest record has jumped back.
    pub(super) fn local(&self, at: Moment) -> (LocalMoment, ClockTrust) {
        let jumped = at.later(TOLERANCE_MS) < self.newest_at;
        (self.time.local(at), if jumped { ClockTrust::Jumped } else { ClockTrust::Ok })
    }

    pub(super) fn open_visit(&mut self, id: VisitId, mut visit: OpenVisit) {
        visit.barista = self.staffing.told();
        self.visits.insert(self.next_visit, (id, visit));
        self.next_visit += 1;
        while self.visits.len() > VISITS_MAX {
            self.visits.pop_first();
        }
    }

    pub(super) fn visit(&self, id: &VisitId) -> Result<&OpenVisit, FlowFault> {
        let found = self.visits.values().rev().find(|(open, _)| open == id);
        found.map(|(_, visit)| visit).ok_or_else(|| FlowFault::VisitUnknown(id.clone()))
    }

    /// A visit that may still be quoted, settled or given up.
    pub(super) fn open(&self, id: &VisitId) -> Result<&OpenVisit, FlowFault> {
        let visit = self.visit(id)?;
        if let Some(receipt) = &visit.settled {
            return Err(FlowFault::VisitSettled { visit: id.clone(), receipt: receipt.clone() });
        }
        if visit.unsaved.is_some() {
            return Err(FlowFault::Unsaved(id.clone()));
        }
        match &visit.in_review {
            Some(receipt) => Err(FlowFault::NeedsReview(receipt.clone())),
            None => Ok(visit),
        }
    }

    pub(super) fn visit_mut(&mut self, id: &VisitId) -> Result<&mut OpenVisit, FlowFault> {
        let found = self.visits.values_mut().rev().find(|(open, _)| open == id);
        found.map(|(_, visit)| visit).ok_or_else(|| FlowFault::VisitUnknown(id.clone()))
    }

    /// The open visit of a customer on this day: a rescan is the same visit. One that was settled or waits
    /// for review is not open, so the guest can always buy again.
    pub(super) fn open_visit_of(&self, customer: i64, today: LocalMoment) -> Option<(&VisitId, &OpenVisit)> {
        let same = |visit: &OpenVisit| {
            visit.customer == Some(customer)
                && visit.settled.is_none()
                && visit.in_review.is_none()
                && visit.greeted.business_day == today.business_day
        };
        self.visits.values().rev().find(|(_, visit)| same(visit)).map(|(id, visit)| (id, visit))
    }

    /// Whether a code was shown in a visit that waits for review: it may have been rung up.
    pub(super) fn waits_for_review(&self, code: &CodeUse) -> bool {
        self.visits.values().any(|(_, visit)| {
            (visit.in_review.is_some() || visit.unsaved.is_some() || visit.settled.is_some())
                && visit.codes.iter().any(|shown| shown.is_same(code))
        })
    }

    pub(super) fn forget_visit(&mut self, id: &VisitId) {
        self.visits.retain(|_, (open, _)| open != id);
    }

    /// Whether the guest of an open visit was erased since they were greeted.
    #[must_use]
    pub fn guest_has_left(&self, id: &VisitId) -> bool {
        self.visit(id).is_ok_and(|visit| visit.guest_left)
    }

    /// Takes guests who are erased out of the visits in memory: what they were shown holds no more. One whose sale
    /// is rung up and not yet written comes first.
    pub(super) fn drop_guests(&mut self, leaving: &[CustomerId]) -> Result<(), FlowFault> {
        let leaves = |visit: &OpenVisit| {
            let guest = visit.guest.as_ref().map(|guest| &guest.situation.customer);
            leaving.iter().any(|one| guest == Some(one))
        };
        if let Some((id, _)) =
            self.visits.values().find(|(_, visit)| visit.unsaved.is_some() && leaves(visit))
        {
            return Err(FlowFault::Unsaved(id.clone()));
        }
        for (_, visit) in self.visits.values_mut().filter(|(_, visit)| leaves(visit)) {
            (visit.guest, visit.customer, visit.quote, visit.wanted) = (None, None, None, None);
            visit.guest_left = true;
        }
        Ok(())
    }

    /// What an offer covers, by the name a person knows.
    pub(super) fn scope_name(&self, scope: &Scope) -> String {
        match scope {
            Scope::Basket => self.words.get("scope.basket"),
            Scope::Category(category) => category.to_string(),
            Scope::Product(sku) => {
                self.menu.get(sku).map_or_else(|| sku.to_string(), |product| product.name.clone())
            }
        }
    }

    pub(super) fn reason_text(&self, offer: &Offer) -> String {
        receipt::reason_text(offer, &self.scope_name(&offer.scope), self.words)
    }

    /// The basket with prices.
    pub(super) fn price(&self, items: &[crate::facts::basket::Item]) -> Result<PricedBasket, FlowFault> {
        Ok(PricedBasket::new(items, &self.menu)?)
    }

    /// Remembers popularity of what was just sold, so that the next greet knows it.
    pub(super) fn count_popular(&mut self, sku: &Sku, pieces: i64) {
        *self.popularity.entry(sku.clone()).or_default() += pieces;
    }
}

/// The category of which known guests buy most pieces; ties go to the smaller id.
fn most_popular_category(popularity: &Popularity, menu: &Menu) -> Option<CategoryId> {
    let mut pieces: BTreeMap<&CategoryId, i64> = BTreeMap::new();
    for product in menu.iter().filter(|product| product.eligible) {
        *pieces.entry(&product.category).or_default() += popularity.get(&product.sku).copied().unwrap_or(0);
    }
    pieces
        .into_iter()
        .max_by_key(|(category, pieces)| (*pieces, std::cmp::Reverse(*category)))
        .map(|(id, _)| id.clone())
}
