//! A register's own journal, as a person takes it away: a table with a header, or JSON. Pure.
//!
//! Columns, in any order: `order` (or `reference`), `state` (`paid`, `cancelled`), `total`, `fiscal`, `at`; parted by
//! semicolons, commas or tabs. JSON: a list of entries, or one a line, with `total_minor` instead of `total`.

use crate::facts::moment::Moment;
use crate::facts::money::Money;
use crate::ports::{TapeEntry, TapeState};

/// Reads the text of a journal.
///
/// # Errors
/// One sentence about the first line that cannot be read: nothing of a damaged journal is taken.
pub fn read(text: &str) -> Result<Vec<TapeEntry>, String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('[') {
        return serde_json::from_str(text).map_err(|error| format!("the journal is not JSON: {error}"));
    }
    let mut lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    if text.starts_with('{') {
        let entry = |(line, number): (&str, u32)| {
            serde_json::from_str(line)
                .map_err(|error| format!("line {number} of the journal is no entry: {error}"))
        };
        return lines.map(entry).collect();
    }
    let Some((header, _)) = lines.next() else { return Ok(Vec::new()) };
    let mark = [';', '\t', ','].into_iter().find(|mark| header.contains(*mark)).unwrap_or(';');
    let columns = Columns::of(header, mark)?;
    lines
        .map(|(line, number)| {
            columns.entry(line, mark).map_err(|why| format!("line {number} of the journal: {why}"))
        })
        .collect()
}

/// Where each value stands.
struct Columns {
    reference: usize,
    state: usize,
    total: usize,
    at: usize,
    fiscal: Option<usize>,
}

impl Columns {
    fn of(header: &str, mark: char) -> Result<Columns, String> {
        let names: Vec<String> = header.split(mark).map(|name| plain(name).to_lowercase()).collect();
        let find = |name: &str| names.iter().position(|found| found == name);
        let need = |name: &str| find(name).ok_or_else(|| format!("the journal has no column {name}"));
        Ok(Columns {
            reference: find("reference").map_or_else(|| need("order"), Ok)?,
            state: need("state")?,
            total: need("total")?,
            at: need("at")?,
            fiscal: find("fiscal"),
        })
    }

    fn entry(&self, line: &str, mark: char) -> Result<TapeEntry, String> {
        let cells: Vec<&str> = line.split(mark).map(plain).collect();
        let cell = |at: usize| cells.get(at).copied().ok_or_else(|| "it has too few values".to_owned());
        let (total, reference) = (cell(self.total)?, cell(self.reference)?);
        let decimal = if total.contains(',') { ',' } else { '.' };
        let state = match cell(self.state)? {
            "paid" => TapeState::Paid,
            "cancelled" => TapeState::Cancelled,
            other => return Err(format!("state {other:?} is neither paid nor cancelled")),
        };
        if reference.is_empty() {
            return Err("it has no order".into());
        }
        let fiscal = self.fiscal.and_then(|at| cells.get(at)).filter(|text| !text.is_empty());
        let at = cell(self.at)?;
        Ok(TapeEntry {
            reference: reference.to_owned(),
            state,
            total_minor: Money::parse(total, decimal).map_err(|why| format!("total {total:?} {why}"))?,
            fiscal: fiscal.map(|text| (*text).to_owned()),
            at: at.parse::<Moment>().map_err(|why| format!("at {at:?}: {why}"))?,
        })
    }
}

fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_form_of_a_journal_says_the_same() {
        let forms = [
            "\u{feff}order;state;total;fiscal;at\n7;paid;13,40;UI7;2026-11-25T10:00:00Z\n\n8;cancelled;1;;2026-11-25T10:01:00Z\n",
            "at,order,state,total,fiscal\n2026-11-25T10:00:00Z,\"7\",paid,13.40,UI7\n2026-11-25T10:01:00Z,8,cancelled,1.00,",
            r#"[{"reference":"7","state":"paid","total_minor":1340,"fiscal":"UI7","at":"2026-11-25T10:00:00Z"},
               {"reference":"8","state":"cancelled","total_minor":100,"at":"2026-11-25T10:01:00Z"}]"#,
        ];
        let read: Vec<_> = forms.iter().map(|form| read(form).unwrap()).collect();
        assert_eq!(read[0], read[1]);
        assert_eq!(read[0], read[2]);
        assert_eq!((read[0][0].total_minor, read[0][0].fiscal.as_deref()), (Money(1340), Some("UI7")));
        assert_eq!((read[0][1].state, &read[0][1].fiscal), (TapeState::Cancelled, &None));
    }

    #[test]
    fn what_cannot_be_read_is_one_sentence_with_its_line() {
        let table = [
            ("order;state;at\n", "no column total"),
            ("order;state;total;at\n7;paid;x;2026-11-25T10:00:00Z", "line 2"),
            ("order;state;total;at\n7;sold;1;2026-11-25T10:00:00Z", "neither paid nor cancelled"),
            ("order;state;total;at\n7;paid;1", "too few"),
            ("order;state;total;at\n;paid;1;2026-11-25T10:00:00Z", "no order"),
            ("order;state;total;at\n7;paid;1;yesterday", "yesterday"),
            ("{\"reference\":1}", "line 1"),
            ("[1]", "not JSON"),
        ];
        for (text, says) in table {
            let error = read(text).unwrap_err();
            assert!(error.contains(says) && !error.contains('\n'), "{text:?}: {error}");
        }
        assert_eq!(read("").unwrap(), []);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_fail(text in "(order;state;total;at\n)?.{0,80}") {
            let _verdict = read(&text);
        }
    }
}
