//! The menu as those see it who set prices: with costs and floors for whoever may see them.

use crate::ledger::{Ledger, LedgerFault, fault::unreadable, versions};
use crate::people::cards::Rules;
use kava::facts::{
    floor::{deepest_rung, product_floor},
    menu::{Menu, Product, Role},
    moment::{BusinessDay, Moment},
};
use serde::Serialize;

/// The menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shelf {
    /// When it was published; nothing where none was.
    pub made: Option<Moment>,
    /// Its version; 0 where there is none.
    pub version: i64,
    /// What must stay of a net price, basis points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin_floor_bp: Option<i64>,
    /// Depths that there are, basis points.
    pub ladder_bp: Vec<i64>,
    /// The products by category and name.
    pub products: Vec<Priced>,
}

/// A product with its price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Priced {
    /// Its key.
    pub sku: String,
    /// What receipts say.
    pub name: String,
    /// Its category.
    pub category: String,
    /// Item or extra.
    pub role: Role,
    /// The product of which it is a size.
    pub variant_of: Option<String>,
    /// Shelf price.
    pub price_minor: i64,
    /// Whether a discount may touch it.
    pub eligible: bool,
    /// Whether it is a drink.
    pub drink: bool,
    /// Whether it is sold by weight.
    pub weighed: bool,
    /// The deepest discount that the guard leaves it, a rung of the ladder in basis points: whoever plans a campaign must see
    /// it, and it is no cost.
    pub deepest_bp: i64,
    /// Costs, for whoever may see them.
    #[serde(flatten)]
    pub costs: Option<Costs>,
}

/// What a product costs the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Costs {
    /// What it must bring; nothing where no cost is known, or an old one.
    pub floor_minor: Option<i64>,
    /// What it costs.
    pub cost_minor: Option<i64>,
    /// The day on which that was last stated.
    pub cost_day: Option<BusinessDay>,
}

/// The menu of a shop, or the chain's with an empty one.
///
/// # Errors
/// When the database fails or a document is damaged.
pub fn of(ledger: &Ledger, (shop, with_costs): (&str, bool), day: BusinessDay) -> Result<Shelf, LedgerFault> {
    let rules = Rules::read(ledger, shop)?;
    let mut products: Vec<Priced> =
        rules.menu.iter().map(|product| priced(product, (&rules, with_costs), day)).collect();
    products.sort_by(|one, other| {
        (&one.category, &one.name, &one.sku).cmp(&(&other.category, &other.name, &other.sku))
    });
    Ok(Shelf {
        made: rules.menu_at,
        version: versions::in_force(ledger.connection(), shop)?.map_or(0, |holds| holds.version),
        margin_floor_bp: with_costs.then_some(rules.policy.margin_floor_bp),
        ladder_bp: rules.policy.ladder_bp.clone(),
        products,
    })
}

/// The menu that holds for a shop, or for the chain with an empty one; an empty one where there is none.
///
/// # Errors
/// When the database fails or the document is damaged.
pub fn menu_of(ledger: &Ledger, shop: &str) -> Result<Menu, LedgerFault> {
    let holds = versions::in_force(ledger.connection(), shop)?;
    holds.map_or_else(|| Ok(Menu::default()), |holds| read_menu(&holds.body))
}

/// A menu as it was published.
pub(super) fn read_menu(body: &[u8]) -> Result<Menu, LedgerFault> {
    Menu::from_json(&String::from_utf8_lossy(body)).map_err(unreadable("menu"))
}

fn priced(product: &Product, (rules, with_costs): (&Rules, bool), day: BusinessDay) -> Priced {
    let floor = product_floor(product, &rules.policy, day).ok();
    let deepest = floor
        .filter(|_| product.eligible)
        .map_or(0, |floor| deepest_rung(product.price, floor, &rules.policy));
    let costs = Costs {
        floor_minor: floor.map(|floor| floor.0),
        cost_minor: product.cost.map(|cost| cost.0),
        cost_day: product.cost_day,
    };
    Priced {
        sku: product.sku.to_string(),
        name: product.name.clone(),
        category: product.category.to_string(),
        role: product.role,
        variant_of: product.variant_of.clone(),
        price_minor: product.price.0,
        eligible: product.eligible,
        drink: product.drink,
        weighed: product.weighed,
        deepest_bp: deepest,
        costs: with_costs.then_some(costs),
    }
}
