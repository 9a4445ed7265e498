//! What an older programme owes a guest, out of one row: a percent up to a day, points, stamps, money paid in.

use super::{
    cells::{AMOUNT_MAX, Cells, Reason},
    guest_columns::{CustomerColumns, Where},
    row::Row,
    table::Columns,
};
use crate::facts::{
    carried::{Amount, Owed},
    moment::BusinessDay,
    money::{Money, WHOLE_BP},
    promise::Promise,
};

/// Where the columns stand.
#[derive(Debug, Default)]
pub struct At {
    percent: Vec<usize>,
    percent_where: Option<(usize, Where)>,
    until: Option<usize>,
    amounts: Vec<(Owed, usize)>,
    in_hundredths: bool,
}

impl At {
    /// Finds them; what is missing is kept by the header.
    pub fn find(header: &mut Columns<'_>, columns: &CustomerColumns) -> At {
        let amounts =
            [(Owed::Points, &columns.points), (Owed::Stamps, &columns.stamps), (Owed::Money, &columns.money)];
        At {
            percent: header.wish_all(columns.percent.as_ref()),
            percent_where: columns.percent_where.clone().map(|only| (header.need(&only.column), only)),
            until: header.wish_first(columns.percent_until.as_ref()),
            amounts: amounts
                .into_iter()
                .filter_map(|(kind, names)| Some((kind, header.wish_first(names.as_ref())?)))
                .collect(),
            in_hundredths: columns.in_hundredths,
        }
    }

    /// The highest percent of the row, and the last day on which it is kept: the row's own, else the caller's.
    pub fn promise(&self, row: &mut Row<'_>, usual: Option<BusinessDay>) -> Option<Promise> {
        if self.percent_where.as_ref().is_some_and(|(column, only)| !only.holds(row.cell(*column))) {
            return None;
        }
        let read = |column: &usize| Some((row.wish(*column, percent)??, *column));
        let (depth_bp, column) = self.percent.iter().filter_map(read).max_by_key(|(depth, _)| *depth)?;
        let own = self.until.filter(|until| !row.cell(*until).is_empty());
        let own = own.and_then(|until| row.wish(until, |cells, cell| cells.day(cell))).map(BusinessDay::of);
        match own.or(usual) {
            Some(until) => Some(Promise { depth_bp, until }),
            None => {
                row.lack(column, "has no day up to which it is kept; give one with --percent-until");
                None
            }
        }
    }

    /// What is owed, more than nothing of each kind.
    pub fn amounts(&self, row: &mut Row<'_>) -> Vec<Amount> {
        let read = |(kind, column): &(Owed, usize)| {
            let (kind, in_hundredths) = (*kind, self.in_hundredths);
            let amount = row.wish(*column, |cells, cell| amount(cells, cell, kind, in_hundredths))?;
            (amount > 0).then_some(Amount { kind, amount })
        };
        self.amounts.iter().filter_map(read).collect()
    }
}

/// A number of percent, or words with one: `10`, `7,5 %`, `Gold 10%`. Nothing is no percent, and so is zero.
fn percent(cells: &Cells, text: &str) -> Result<Option<i64>, Reason> {
    if text.is_empty() {
        return Ok(None);
    }
    let before = text.split_once('%').map_or(text, |(before, _)| before).trim_end();
    let mark = cells.format().decimal_mark.unwrap_or('.');
    let digits = match text.contains('%') {
        true => before.rsplit(|c: char| !c.is_ascii_digit() && c != mark).next().unwrap_or_default(),
        false => before,
    };
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return Err("names no percent".into());
    }
    let depth = Money::parse(digits, mark).map_err(|_| "is not a number of percent")?;
    match depth.0 {
        0 => Ok(None),
        depth_bp if (1..=WHOLE_BP).contains(&depth_bp) => Ok(Some(depth_bp)),
        _ => Err("is not between 0 and 100 percent".into()),
    }
}

fn amount(cells: &Cells, text: &str, kind: Owed, in_hundredths: bool) -> Result<i64, Reason> {
    if text.is_empty() {
        return Ok(0);
    }
    if kind.units() == 1 || in_hundredths {
        let whole = text.parse::<i64>().map_err(|_| "is not a whole number")?;
        return match whole {
            less if less < 0 => Err("is negative".into()),
            more if more > AMOUNT_MAX.0 => Err("is too large for an amount".into()),
            whole => Ok(whole),
        };
    }
    cells.amount(text).map(|amount| amount.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Cells {
        Cells::new(toml::from_str(text).unwrap())
    }

    #[test]
    fn a_percent_is_read_from_a_number_and_from_words() {
        let table = [
            ("10", Ok(Some(1_000))),
            ("7,5", Ok(Some(750))),
            ("5%", Ok(Some(500))),
            ("Gold 10 %", Ok(Some(1_000))),
            ("Скидка 7,5% на всё", Ok(Some(750))),
            ("Level 2: 3%", Ok(Some(300))),
            ("", Ok(None)),
            ("0", Ok(None)),
            ("VIP", Err("names no percent")),
            ("Level 2", Err("is not a number of percent")),
            ("-5", Err("is not between 0 and 100 percent")),
            ("101%", Err("is not between 0 and 100 percent")),
        ];
        let cells = cells("decimal_mark = ','");
        for (text, expected) in table {
            let found = percent(&cells, text);
            assert_eq!(
                found.as_ref().map_err(|why| &**why),
                expected.as_ref().map_err(|why| *why),
                "{text:?}"
            );
        }
    }

    #[test]
    fn points_are_kept_in_hundredths_however_they_are_written() {
        let cells = cells("");
        let table = [
            (Owed::Points, "12.5", false, Ok(1_250)),
            (Owed::Points, "1250", true, Ok(1_250)),
            (Owed::Money, "3", false, Ok(300)),
            (Owed::Stamps, "7", false, Ok(7)),
            (Owed::Stamps, "7.5", false, Err("is not a whole number")),
            (Owed::Points, "", false, Ok(0)),
            (Owed::Points, "-1", false, Err("is negative")),
            (Owed::Points, "-1", true, Err("is negative")),
            (Owed::Points, "lots", false, Err("is not a number")),
        ];
        for (kind, text, hundredths, expected) in table {
            let found = amount(&cells, text, kind, hundredths);
            assert_eq!(
                found.as_ref().map_err(|why| &**why),
                expected.as_ref().map_err(|why| *why),
                "{text:?}"
            );
        }
    }
}
