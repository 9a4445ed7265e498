//! The mapping file: which file and column holds what, how cells are written, and what holds for all.
//! The format with a worked example: `docs/import.md`.

use super::{fault::ImportFault, guest_columns::CustomerColumns};
use crate::facts::{customer::Consent, moment::ShopTime, purchase::PaymentKind};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A mapping as it stands in the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Names the import: purchases carry `import:<name>`.
    pub name: String,
    /// How cells are written, in every file that does not say otherwise.
    #[serde(default)]
    pub format: Format,
    /// What holds for every row.
    #[serde(default)]
    pub constants: Constants,
    /// What the files do not say about products.
    #[serde(default)]
    pub products: Products,
    /// The menu file; without one, products are derived from the lines.
    pub menu: Option<MenuColumns>,
    /// The customer file.
    pub customers: Option<CustomerColumns>,
    /// The purchase file.
    pub purchases: Option<PurchaseColumns>,
}

/// How cells are written. What a file's own `format` leaves out comes from the mapping's.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Format {
    /// What separates cells: one character; default `,`.
    pub delimiter: Option<char>,
    /// Label of the encoding; default `utf-8`.
    pub encoding: Option<String>,
    /// Default `.`.
    pub decimal_mark: Option<char>,
    /// Stands between groups of three digits and is dropped.
    pub thousands_mark: Option<char>,
    /// Dropped from amounts, such as `$` or `руб.`.
    pub currency_sign: Option<String>,
    /// `strptime` format of a day; default `%Y-%m-%d`.
    pub date: Option<String>,
    /// Of a time of day; default `%H:%M:%S`.
    pub time: Option<String>,
    /// Of day and time in one cell; default `%Y-%m-%d %H:%M:%S`.
    pub at: Option<String>,
    /// Cells with exactly these texts are damaged: listed in every column; default none.
    pub bad_cells: Option<Vec<String>>,
}

/// What holds for every row.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Constants {
    /// Where given, it must be the shop's currency.
    pub currency: Option<String>,
    /// Tax contained in prices, basis points of the net price, where no column says.
    pub tax_bp: i64,
    /// Consent of imported customers as codes; default programme and personalisation.
    pub consent: Option<Vec<String>>,
    /// IANA zone of the wall clock in the files; default the shop's.
    pub zone: Option<String>,
}

/// What the files do not say about products.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Products {
    /// Category of products whose rows name none; default `menu`.
    pub category: Option<String>,
    /// Categories that are drinks.
    pub drink_categories: Vec<String>,
    /// Skus that are drinks.
    pub drinks: Vec<String>,
    /// Categories that are sold only with an item.
    pub extra_categories: Vec<String>,
    /// Skus that are sold only with an item.
    pub extras: Vec<String>,
    /// Categories that a discount must not touch.
    pub not_eligible_categories: Vec<String>,
    /// Skus that a discount must not touch.
    pub not_eligible: Vec<String>,
    /// Skus that are sold by weight.
    pub weighed: Vec<String>,
    /// Categories of which every piece is sold only with its marking code.
    pub needs_mark_categories: Vec<String>,
    /// Skus of which every piece is sold only with its marking code.
    pub needs_mark: Vec<String>,
}

/// Columns of the menu file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuColumns {
    /// The file.
    pub file: String,
    /// Sheet of a workbook; default the first.
    pub sheet: Option<String>,
    /// How its cells are written.
    #[serde(default)]
    pub format: Format,
    /// The product's key.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Its category.
    pub category: Option<String>,
    /// The product of which it is a size.
    pub variant_of: Option<String>,
    /// Shelf price.
    pub price: String,
    /// Purchase cost after deductible tax.
    pub cost: Option<String>,
    /// Day on which the cost was stated; default the day of the import.
    pub cost_day: Option<String>,
    /// Trade number: EAN-8, EAN-13 or UPC-A.
    pub ean: Option<String>,
    /// Tax in basis points.
    pub tax_bp: Option<String>,
    /// Whether it is a drink: `yes` or `no`, as in the columns below.
    pub drink: Option<String>,
    /// Whether it is sold only with an item.
    pub extra: Option<String>,
    /// Whether a discount may touch it.
    pub eligible: Option<String>,
    /// Whether it is sold by weight.
    pub weighed: Option<String>,
    /// Whether a piece of it is sold only with its marking code.
    pub needs_mark: Option<String>,
}

/// Columns of the purchase file: one row a line of a receipt.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurchaseColumns {
    /// The file.
    pub file: String,
    /// Sheet of a workbook; default the first.
    pub sheet: Option<String>,
    /// How its cells are written.
    #[serde(default)]
    pub format: Format,
    /// Columns that together name a receipt.
    pub receipt: Vec<String>,
    /// A receipt key that begins like this is a cancellation.
    pub cancelled_prefix: Option<String>,
    /// Column of the day; or `at`.
    pub date: Option<String>,
    /// Column of the time of day; without one it was noon.
    pub time: Option<String>,
    /// Column of day and time together.
    pub at: Option<String>,
    /// Column of the shop; default the shop of the database.
    pub shop: Option<String>,
    /// Column of the customer's key.
    pub customer: Option<String>,
    /// Values that mean "no customer"; an empty cell always does.
    #[serde(default)]
    pub no_customer: Vec<String>,
    /// Column of the product's key.
    pub sku: String,
    /// Column of its name, where there is no menu file.
    pub name: Option<String>,
    /// Column of its category, where there is no menu file.
    pub category: Option<String>,
    /// Column of the quantity.
    pub quantity: String,
    /// Column of the price of one piece.
    pub price: String,
    /// Column of what was paid for the line; default quantity × price.
    pub amount: Option<String>,
    /// Column of the payment.
    pub payment: Option<String>,
    /// What its values mean.
    #[serde(default)]
    pub payments: BTreeMap<String, PaymentKind>,
}

impl Mapping {
    /// Reads and checks a mapping; `file` is its name for messages.
    ///
    /// # Errors
    /// A sentence naming file, line and key.
    pub fn parse(file: &str, text: &str) -> Result<Mapping, ImportFault> {
        let mapping: Mapping = toml::from_str(text).map_err(|error| {
            let start = error.span().map(|span| span.start);
            let line = start.map(|start| text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1);
            let table = line
                .and_then(|line| text.lines().nth(line - 1))
                .filter(|line| line.starts_with('['))
                .map(|table| format!(" in {}", table.trim()))
                .unwrap_or_default();
            let why = format!("{}{table}", error.message().replace('\n', " "));
            ImportFault::Mapping { mapping: file.into(), line, why }
        })?;
        mapping.check().map_err(|why| ImportFault::Mapping { mapping: file.into(), line: None, why })?;
        Ok(mapping)
    }

    /// Consent of imported customers.
    ///
    /// # Errors
    /// The code that is not known.
    pub fn consent(&self) -> Result<Consent, String> {
        match &self.constants.consent {
            Some(codes) => Consent::from_codes(codes.iter().map(String::as_str)),
            None => Ok(Consent::PERSONAL),
        }
    }

    /// What purchases and customers of this import carry as their source.
    #[must_use]
    pub fn source(&self) -> String {
        format!("import:{}", self.name)
    }

    fn check(&self) -> Result<(), String> {
        if self.name.is_empty()
            || self.name.chars().any(|c| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
        {
            return Err(format!("`name` is {:?}; use letters, digits, - and _", self.name));
        }
        if !(0..=10_000).contains(&self.constants.tax_bp) {
            return Err(format!("`constants.tax_bp` is {}; it must be 0 to 10000", self.constants.tax_bp));
        }
        self.consent().map_err(|why| format!("`constants.consent`: {why}"))?;
        if let Some(zone) = &self.constants.zone {
            ShopTime::new(zone, 0).map_err(|why| format!("`constants.zone`: {why}"))?;
        }
        if self.menu.is_none() && self.customers.is_none() && self.purchases.is_none() {
            return Err("it has none of [menu], [customers] and [purchases]".into());
        }
        self.format.check("format")?;
        self.menu.as_ref().map_or(Ok(()), |menu| menu.format.check("menu.format"))?;
        self.customers.as_ref().map_or(Ok(()), CustomerColumns::check)?;
        self.purchases.as_ref().map_or(Ok(()), PurchaseColumns::check)
    }
}

impl PurchaseColumns {
    fn check(&self) -> Result<(), String> {
        self.format.check("purchases.format")?;
        if self.receipt.is_empty() {
            return Err("`purchases.receipt` names no column".into());
        }
        match (&self.at, &self.date, &self.time) {
            (None, None, _) => Err("`purchases` names neither `at` nor `date`".into()),
            (Some(_), Some(_), _) => Err("`purchases` names both `at` and `date`; use one".into()),
            (Some(_), _, Some(_)) => {
                Err("`purchases` names both `at` and `time`; use `date` and `time`".into())
            }
            _ => Ok(()),
        }
    }
}

impl Format {
    /// This format, with what it leaves out taken from the other.
    #[must_use]
    pub fn or(&self, other: &Format) -> Format {
        let own = self.clone();
        let other = other.clone();
        Format {
            delimiter: own.delimiter.or(other.delimiter),
            encoding: own.encoding.or(other.encoding),
            decimal_mark: own.decimal_mark.or(other.decimal_mark),
            thousands_mark: own.thousands_mark.or(other.thousands_mark),
            currency_sign: own.currency_sign.or(other.currency_sign),
            date: own.date.or(other.date),
            time: own.time.or(other.time),
            at: own.at.or(other.at),
            bad_cells: own.bad_cells.or(other.bad_cells),
        }
    }

    /// The day's format.
    #[must_use]
    pub fn date(&self) -> &str {
        self.date.as_deref().unwrap_or("%Y-%m-%d")
    }

    /// The time's format.
    #[must_use]
    pub fn time(&self) -> &str {
        self.time.as_deref().unwrap_or("%H:%M:%S")
    }

    /// The format of day and time together.
    #[must_use]
    pub fn at(&self) -> &str {
        self.at.as_deref().unwrap_or("%Y-%m-%d %H:%M:%S")
    }

    /// The label of the encoding.
    #[must_use]
    pub fn encoding(&self) -> &str {
        self.encoding.as_deref().unwrap_or("utf-8")
    }

    pub(super) fn check(&self, key: &str) -> Result<(), String> {
        if self.delimiter.is_some_and(|c| !c.is_ascii() || c == '"' || c == '\n' || c == '\r') {
            return Err(format!("`{key}.delimiter` must be one ASCII character such as , or ; or \\t"));
        }
        let encoding = encoding_rs::Encoding::for_label(self.encoding().as_bytes()).ok_or_else(|| {
            format!("`{key}.encoding` {:?} is unknown; use utf-8 or windows-1251", self.encoding())
        })?;
        if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE {
            return Err(format!("`{key}.encoding`: UTF-16 is not read; save the files as UTF-8"));
        }
        let sample = jiff::civil::datetime(2026, 11, 23, 8, 30, 0, 0);
        for (name, format) in [("date", self.date()), ("time", self.time()), ("at", self.at())] {
            jiff::fmt::strtime::format(format, sample)
                .map_err(|why| format!("`{key}.{name}` {format:?} is not a format: {why}"))?;
        }
        Ok(())
    }
}
