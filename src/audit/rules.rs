//! The numbers of a policy that the books are checked against, read from its JSON.

use super::Report;
use crate::facts::moment::BusinessDay;
use crate::facts::policy::Policy;
use rusqlite::{Connection, OptionalExtension};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{collections::HashMap, fmt::Write as _};

/// Why own receipts got their discounts: each purchase names the record that says it.
const DECISIONS: &str = "SELECT p.receipt, r.seq, r.payload FROM purchase p
    LEFT JOIN record r ON r.epoch = p.epoch AND r.seq = p.decision_seq AND r.kind = 'decision'
    WHERE p.source NOT LIKE 'import:%' AND p.decision_seq IS NOT NULL";

/// What one policy says about floors and caps.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Rules {
    pub margin_floor_bp: i64,
    pub cost_amber_days: i64,
    pub cost_stale_days: i64,
    pub cost_amber_markup_bp: i64,
    pub caps: CapRules,
    #[serde(default = "usual_staff_day")]
    pub staff_day_minor: i64,
}

/// What staff have in a day where the policy does not say.
const fn usual_staff_day() -> i64 {
    2_000
}

/// What one customer may get in a day.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct CapRules {
    pub receipts_per_day: i64,
    pub discount_minor_per_day: i64,
}

/// The policies a database keeps, and which receipt was decided under which.
pub(super) struct RuleBook {
    in_force: Rules,
    by_digest: HashMap<String, Rules>,
    of_receipt: HashMap<String, Decided>,
}

impl RuleBook {
    /// The rules a receipt was decided under, else those in force.
    pub(super) fn of(&self, receipt: &str) -> &Rules {
        let digest = self.of_receipt.get(receipt).and_then(|decided| decided.policy.as_ref());
        digest.and_then(|digest| self.by_digest.get(digest)).unwrap_or(&self.in_force)
    }

    /// The day costs are aged by: the decision's, when it is the purchase's own or, for a guest who was quoted
    /// just before the day of trade ended, the one before. Any other day is not accepted.
    pub(super) fn day(&self, receipt: &str, purchase: i64) -> i64 {
        let decided = self.of_receipt.get(receipt).and_then(|decided| decided.day);
        decided.map(|day| i64::from(day.0)).filter(|day| *day == purchase - 1).unwrap_or(purchase)
    }
}

/// Reads all policies and which decision was taken under which; an artifact whose digest is not its own is
/// a finding, and so is a decision under a policy that is gone.
pub(super) fn read(books: &Connection, report: &mut Report) -> Result<RuleBook, rusqlite::Error> {
    let mut by_digest = HashMap::new();
    let mut statement = books.prepare("SELECT digest, kind, body FROM artifact")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (digest, kind, body): (String, String, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        report.count("artifacts");
        let own = hex_sha256(&[&body]);
        if own != digest {
            report.find("artifact_altered", format!("artifact {digest}").as_str(), &digest, own);
        }
        if kind == "policy" {
            match serde_json::from_slice::<Rules>(&body) {
                Ok(rules) => drop(by_digest.insert(digest, rules)),
                Err(why) => {
                    report.find("policy_unreadable", format!("policy {digest}").as_str(), "a policy", why);
                }
            }
        }
    }
    let in_force = in_force(books, &by_digest, report)?;
    let of_receipt = decisions(books, &by_digest, report)?;
    Ok(RuleBook { in_force, by_digest, of_receipt })
}

fn in_force(
    books: &Connection,
    by_digest: &HashMap<String, Rules>,
    report: &mut Report,
) -> Result<Rules, rusqlite::Error> {
    let sql = "SELECT value FROM setting WHERE key = 'policy'";
    let named: Option<String> = books.query_row(sql, [], |row| row.get(0)).optional()?;
    if let Some(digest) = named {
        if let Some(rules) = by_digest.get(&digest) {
            return Ok(*rules);
        }
        report.find("policy_gone", "policy in force", &digest, "no such policy is kept");
    }
    // A database without a policy is ruled by the one the program begins with.
    serde_json::from_str(&Policy::default().to_json())
        .map_err(|why| rusqlite::Error::ToSqlConversionFailure(why.into()))
}

fn decisions(
    books: &Connection,
    by_digest: &HashMap<String, Rules>,
    report: &mut Report,
) -> Result<HashMap<String, Decided>, rusqlite::Error> {
    let mut of_receipt = HashMap::new();
    let mut statement = books.prepare(DECISIONS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (receipt, seq): (String, Option<i64>) = (row.get(0)?, row.get(1)?);
        report.count("decisions");
        if seq.is_none() {
            report.find("decision_gone", receipt.as_str(), "a record of the decision", "none");
            continue;
        }
        // Without a payload the customer was erased; the series says whether that was done whole.
        let Some(body) = row.get::<_, Option<Vec<u8>>>(2)? else { continue };
        match serde_json::from_slice::<Decided>(&body) {
            Err(why) => report.find("decision_unreadable", receipt.as_str(), "a decision", why),
            Ok(decided) => {
                let named = decided.receipt.as_deref().unwrap_or("no receipt");
                if named != receipt {
                    report.find("decision_of_another", receipt.as_str(), &receipt, named);
                }
                let gone = decided.policy.as_ref().filter(|digest| !by_digest.contains_key(*digest));
                if let Some(digest) = gone {
                    report.find("policy_gone", receipt.as_str(), digest, "no such policy is kept");
                }
                of_receipt.insert(receipt, decided);
            }
        }
    }
    Ok(of_receipt)
}

/// What the audit needs of a decision.
#[derive(Deserialize)]
struct Decided {
    receipt: Option<String>,
    policy: Option<String>,
    day: Option<BusinessDay>,
}

/// SHA-256 of the parts, one after the other, in lower-case hexadecimal.
pub(super) fn hex_sha256(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}
