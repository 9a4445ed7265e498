//! What the rules say, block by block. Every figure is one of the policy's or of a campaign's.

use super::words::Language;
use kava::facts::{
    campaign::Campaign,
    customer::Rights,
    menu::Menu,
    moment::{BusinessDay, Moment},
    money::Money,
    offer::Scope,
    policy::Policy,
};

/// A part of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// What it is called.
    Title(String),
    /// What a part of it is about.
    Head(String),
    /// Sentences.
    Text(String),
    /// One of a list.
    Item(String),
}

impl Block {
    /// Its words.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Block::Title(words) | Block::Head(words) | Block::Text(words) | Block::Item(words) => words,
        }
    }
}

/// Campaigns that guests may hear of, with the minutes that their wall is ahead of UTC.
#[derive(Debug, Clone, Copy)]
pub struct Campaigns<'r> {
    /// Those that run or are to come.
    pub all: &'r [Campaign],
    /// Names of what they cover.
    pub menu: &'r Menu,
    /// Minutes to add to UTC.
    pub offset_min: i64,
}

/// What the page is made of.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'r> {
    /// What the chain is called.
    pub title: &'r str,
    /// ISO 4217.
    pub currency: &'r str,
    /// The policy in force.
    pub policy: &'r Policy,
    /// Campaigns.
    pub campaigns: Campaigns<'r>,
    /// Versions and the days on which each was published, the newest first.
    pub versions: &'r [(u32, BusinessDay)],
    /// The day on which it is read.
    pub day: BusinessDay,
}

struct Pen<'r> {
    rules: &'r Rules<'r>,
    language: Language,
    blocks: Vec<Block>,
}

type Values<'v> = [(&'v str, String)];

/// The rules in a language.
#[must_use]
pub fn of(rules: &Rules<'_>, language: Language) -> Vec<Block> {
    let mut pen = Pen { rules, language, blocks: Vec::new() };
    pen.opening();
    pen.base();
    pen.personal();
    pen.limits();
    pen.holdout();
    pen.campaigns();
    pen.rest();
    pen.blocks
}

impl Pen<'_> {
    fn fill(&self, key: &str, values: &Values<'_>) -> String {
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.language.fill(key, &values)
    }

    fn head(&mut self, key: &str) {
        self.blocks.push(Block::Head(self.language.say(key)));
    }

    fn text(&mut self, key: &str, values: &Values<'_>) {
        self.blocks.push(Block::Text(self.fill(key, values)));
    }

    fn item(&mut self, key: &str, values: &Values<'_>) {
        self.blocks.push(Block::Item(self.fill(key, values)));
    }

    fn percent(&self, bp: i64) -> String {
        self.language.percent(bp)
    }

    fn money(&self, sum: Money) -> String {
        format!(
            "{}\u{a0}{}",
            sum.to_string().replace('.', &self.language.mark().to_string()),
            self.rules.currency
        )
    }

    fn opening(&mut self) {
        let Rules { title, policy, versions, .. } = *self.rules;
        self.blocks.push(Block::Title(self.fill("title", &[("title", title.to_owned())])));
        let version = ("version", policy.version.to_string());
        match versions.first() {
            Some((_, day)) => self.text("in_force_since", &[version, ("day", written(*day))]),
            None => self.text("in_force", &[version]),
        }
        self.head("who");
        self.text("who.anybody", &[]);
        self.text("who.never", &[]);
        if let Some(started) = policy.started {
            self.text("who.started", &[("day", written(started))]);
        }
    }

    fn base(&mut self) {
        self.head("base");
        for status in &self.rules.policy.statuses {
            let key = format!("status.{}", status.name);
            let name = if self.language.knows(&key) { self.language.say(&key) } else { status.name.clone() };
            let (visits, depth) = (status.from_visits.to_string(), self.percent(status.base_bp));
            let words = if status.from_visits == 0 { "base.first" } else { "base.status" };
            self.item(words, &[("name", name), ("visits", visits), ("depth", depth)]);
        }
        self.text("base.never_falls", &[]);
    }

    fn personal(&mut self) {
        let policy = self.rules.policy;
        self.head("personal");
        self.text("personal.what", &[]);
        self.text("personal.spread", &[("spread", self.percent(policy.personal_spread_bp))]);
        let ladder: Vec<String> = policy.ladder_bp.iter().map(|rung| self.percent(*rung)).collect();
        self.text("personal.ladder", &[("ladder", ladder.join(", "))]);
        let days = [policy.epoch_days, policy.weekly_epoch_days].map(|days| days.to_string());
        let [days, weekly] = days;
        self.text("personal.lot", &[("name", policy.experiment.clone()), ("days", days), ("weekly", weekly)]);
        for arm in &policy.arms {
            let steps: Vec<String> = arm.layout().iter().map(|card| card.steps.to_string()).collect();
            let values = [
                ("name", arm.id.to_string()),
                ("chance", self.percent(arm.probability_bp)),
                ("steps", steps.join(", ")),
            ];
            self.item("personal.arm", &values);
        }
        self.text("personal.next", &[("days", policy.card_days.to_string())]);
        let cups = self.language.thousandths(policy.group_cups_milli);
        let drinks = policy.group_drinks.to_string();
        self.text("personal.group", &[("drinks", drinks), ("cups", cups)]);
        self.text("personal.consent", &[]);
        let card = match policy.printed_card {
            Rights::Base => "card.base",
            Rights::Today => "card.today",
            Rights::Full => "card.full",
        };
        self.text(card, &[]);
    }

    fn limits(&mut self) {
        let caps = &self.rules.policy.caps;
        self.head("limits");
        self.item("limits.receipts", &[("count", caps.receipts_per_day.to_string())]);
        self.item("limits.discount", &[("sum", self.money(caps.discount_minor_per_day))]);
        self.item("limits.drinks", &[("count", caps.drinks_per_receipt.to_string())]);
        self.text("limits.excluded", &[]);
        self.text("limits.one", &[]);
    }

    /// Who gets the published base only, and why: said as it is.
    fn holdout(&mut self) {
        let (policy, day) = (self.rules.policy, self.rules.day);
        self.head("holdout");
        self.text("holdout.why", &[("share", self.percent(policy.holdout_bp(day)))]);
        for step in &policy.holdout {
            let (from, share) = (step.from_day.to_string(), self.percent(step.share_bp));
            self.item("holdout.step", &[("from", from), ("share", share)]);
        }
    }

    fn campaigns(&mut self) {
        let Campaigns { all, menu, offset_min } = self.rules.campaigns;
        self.head("campaigns");
        self.text(if all.is_empty() { "campaigns.none" } else { "campaigns.what" }, &[]);
        for campaign in all {
            let covers = match &campaign.scope {
                Scope::Basket => self.language.say("campaigns.basket"),
                Scope::Category(category) => category.to_string(),
                Scope::Product(sku) => {
                    menu.get(sku).map_or_else(|| sku.to_string(), |product| product.name.clone())
                }
            };
            let local = |at: Moment| written(at.later(offset_min * 60_000).utc_day());
            // Its last moment is the one before its end.
            let (from, until) = (local(campaign.from), local(campaign.until.later(-1)));
            let mut line = self.fill(
                "campaigns.one",
                &[
                    ("title", campaign.title.clone()),
                    ("depth", self.percent(campaign.depth_bp)),
                    ("covers", covers),
                    ("from", from),
                    ("until", until),
                ],
            );
            if let Some(uses) = campaign.per_customer {
                line.push_str(&self.fill("campaigns.each", &[("uses", uses.to_string())]));
            }
            if let Some(share) = campaign.holdout_bp {
                line.push_str(&self.fill("campaigns.apart", &[("share", self.percent(share))]));
            }
            self.blocks.push(Block::Item(line));
        }
    }

    fn rest(&mut self) {
        let Rules { policy, versions, .. } = *self.rules;
        self.head("staff");
        let (depth, sum) = (self.percent(policy.staff_bp), self.money(policy.staff_day_minor));
        self.text("staff.what", &[("depth", depth), ("sum", sum)]);
        self.head("rights");
        self.text("rights.kept", &[]);
        self.text("rights.yours", &[]);
        if !versions.is_empty() {
            self.head("versions");
        }
        for (version, day) in versions {
            self.item("versions.one", &[("version", version.to_string()), ("day", written(*day))]);
        }
    }
}

/// A day as it is written everywhere: year, month, day.
fn written(day: BusinessDay) -> String {
    day.to_string()
}
