//! Columns of the customer file: who a guest is, which cards are theirs, and what an older programme owes them.

use super::mapping::Format;
use serde::Deserialize;

/// The name of a column, or several names that different exports give it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Names {
    /// One.
    One(String),
    /// Any of these.
    Any(Vec<String>),
}

impl Names {
    /// All of them, as the mapping lists them.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let all = match self {
            Names::One(name) => std::slice::from_ref(name),
            Names::Any(names) => names,
        };
        all.iter().map(String::as_str)
    }
}

/// Rows whose cell in one column says one of these.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Where {
    /// The column.
    pub column: String,
    /// What it says.
    pub is: Vec<String>,
}

impl Where {
    /// Whether a cell says so.
    #[must_use]
    pub fn holds(&self, cell: &str) -> bool {
        self.is.iter().any(|one| one == cell)
    }
}

/// Columns of the customer file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerColumns {
    /// The file.
    pub file: String,
    /// Sheet of a workbook; default the first.
    pub sheet: Option<String>,
    /// How its cells are written.
    #[serde(default)]
    pub format: Format,
    /// The customer's key; of several names the first that the file has.
    pub key: Names,
    /// The day they joined.
    pub registered: Option<Names>,
    /// Numbers on their cards; digits are kept and scan as codes. Of several names all that the file has.
    pub printed_code: Option<Names>,
    /// What stands between the numbers of several cards in one cell.
    pub card_mark: Option<char>,
    /// Cells that mean "no card"; an empty one always does.
    #[serde(default)]
    pub no_card: Vec<String>,
    /// Each card has a row of its own, with its own points, stamps and money, so a guest may have several rows.
    #[serde(default)]
    pub one_row_a_card: bool,
    /// The share that the older programme takes off: a number of percent, or words with one such as `Gold 10%`. Of several
    /// columns the highest.
    pub percent: Option<Names>,
    /// Rows whose percent is one that is taken off; in others it means something else and is left out.
    pub percent_where: Option<Where>,
    /// The last day on which it is kept; where a cell says none, the day of the import's caller.
    pub percent_until: Option<Names>,
    /// Points.
    pub points: Option<Names>,
    /// Stamps.
    pub stamps: Option<Names>,
    /// Money that the guest has paid in.
    pub money: Option<Names>,
    /// Points and money stand in hundredths: `150` is one and a half.
    #[serde(default)]
    pub in_hundredths: bool,
    /// Rows that are none, such as deleted ones: counted as rejected and listed.
    pub leave_out: Option<Where>,
}

impl CustomerColumns {
    pub(super) fn check(&self) -> Result<(), String> {
        self.format.check("customers.format")?;
        let lists = [
            ("key", Some(&self.key)),
            ("registered", self.registered.as_ref()),
            ("printed_code", self.printed_code.as_ref()),
            ("percent", self.percent.as_ref()),
            ("percent_until", self.percent_until.as_ref()),
            ("points", self.points.as_ref()),
            ("stamps", self.stamps.as_ref()),
            ("money", self.money.as_ref()),
        ];
        match lists.into_iter().find(|(_, names)| names.is_some_and(|names| names.all().next().is_none())) {
            Some((key, _)) => Err(format!("`customers.{key}` names no column")),
            None => Ok(()),
        }
    }

    /// Whether a day up to which a percent is kept can stand in the file.
    #[must_use]
    pub fn needs_day(&self) -> bool {
        self.percent.is_some() && self.percent_until.is_none()
    }
}
