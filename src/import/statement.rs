//! An acquirer's statement in a file that somebody brings without a mapping: payments and refunds of a day, or their total. What
//! stands in which column is known by the names of the columns; whose cards they were is not read.

use super::{
    cells::Cells,
    fault::ImportFault,
    findings::Findings,
    menu_file::{MenuFile, check_size, format_of},
    row::Row,
    source,
    table::Table,
};
use crate::facts::{moment::BusinessDay, money::Money};
use jiff::{
    ToSpan as _,
    civil::{DateTime, Time},
};
use std::{borrow::Cow, io::Cursor, sync::Arc};

/// A payment or refund of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRow {
    /// When, by the clock of the terminal's wall; nothing where the file does not say.
    pub at: Option<DateTime>,
    /// Above zero taken, below given back.
    pub amount: Money,
    /// What the statement calls it: its reference, or its line.
    pub reference: String,
}

/// What a statement says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// Its rows.
    pub rows: Vec<StatementRow>,
    /// The last total that it gives.
    pub total: Option<Money>,
}

/// Names of columns by what stands in them; the first is the one that messages name.
const KNOWN: [(&str, &[&str]); 6] = [
    ("amount", &["amount", "sum", "сумма", "сумма операции", "сумма транзакции", "сума", "сума аперацыі"]),
    (
        "at",
        &[
            "at",
            "date and time",
            "дата и время",
            "дата операции",
            "дата транзакции",
            "дата і час",
            "дата аперацыі",
        ],
    ),
    ("date", &["date", "дата"]),
    ("time", &["time", "время", "час"]),
    ("kind", &["kind", "type", "тип", "тип операции", "операция", "тып", "аперацыя"]),
    ("reference", &["reference", "rrn", "номер", "код авторизации", "auth", "нумар", "код аўтарызацыі"]),
];
/// What a row of a refund says of its kind, and a row of a total anywhere.
const BACK: [&str; 6] = ["refund", "reversal", "возврат", "отмена", "вяртанне", "адмена"];
const TOTAL: [&str; 4] = ["total", "итого", "всего", "усяго"];
/// What is before this hour is of the night of the day before.
const NIGHT_HOUR: i8 = 4;
const MOMENTS: [&str; 6] = [
    "%Y-%m-%d %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%d.%m.%Y %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
];
const TIMES: [&str; 2] = ["%H:%M:%S", "%H:%M"];

type Reason = Cow<'static, str>;

struct Columns {
    amount: usize,
    at: Option<usize>,
    date: Option<usize>,
    time: Option<usize>,
    kind: Option<usize>,
    reference: Option<usize>,
    all: usize,
}

/// Reads a statement of a day of trade. Gives what it says and what was wrong with its rows.
///
/// # Errors
/// What cannot be read at all: no table, or one without a column of amounts.
pub fn read(file: MenuFile, day: BusinessDay) -> Result<(Statement, Findings), ImportFault> {
    let MenuFile { name, bytes } = file;
    check_size(&name, &bytes)?;
    let format = format_of(&bytes);
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let source = source::of(Arc::from(name), (Cursor::new(bytes), size), &format)?;
    let mut table = Table::over(source, (Cells::new(format), None), &|_| ())?;
    let columns = columns_of(&table)?;
    let (mut statement, mut findings) = (Statement::default(), Findings::default());
    while let Some(mut row) = table.next(&mut findings)? {
        let is_total = is_total(&row, columns.all);
        let is_back = columns.kind.is_some_and(|kind| says(row.cell(kind), &BACK));
        let Some(amount) = row.need(columns.amount, |cells, text| signed(cells, text, is_back)) else {
            row.reject();
            continue;
        };
        if is_total {
            statement.total = Some(amount);
        } else {
            let at = at(&mut row, &columns, day);
            let said = columns.reference.map(|column| row.cell(column)).filter(|text| !text.is_empty());
            let reference = said.map_or_else(|| row.line.to_string(), |text| text.chars().take(40).collect());
            statement.rows.push(StatementRow { at, amount, reference });
        }
        row.accept();
    }
    findings.files.push(table.into_count());
    Ok((statement, findings))
}

fn columns_of(table: &Table<'_>) -> Result<Columns, ImportFault> {
    let header: Vec<String> = table.header().map(str::to_lowercase).collect();
    let named = |wanted: &str| {
        let (_, names) = KNOWN.iter().find(|(key, _)| *key == wanted)?;
        header.iter().position(|column| names.contains(&column.as_str()))
    };
    let Some(amount) = named("amount") else {
        table.found(&["amount".into()])?;
        return Err(ImportFault::Empty(table.name().to_string()));
    };
    Ok(Columns {
        amount,
        at: named("at"),
        date: named("date"),
        time: named("time"),
        kind: named("kind"),
        reference: named("reference"),
        all: header.len(),
    })
}

fn says(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word))
}

fn is_total(row: &Row<'_>, columns: usize) -> bool {
    (0..columns).any(|column| says(row.cell(column), &TOTAL))
}

/// An amount with its sign: a minus before it, or what the row calls itself, means that money went back.
fn signed(cells: &Cells, text: &str, is_back: bool) -> Result<Money, Reason> {
    let bare = text.strip_prefix(['-', '−']);
    let amount = cells.amount(bare.unwrap_or(text).trim())?;
    Ok(if is_back || bare.is_some() { Money::ZERO.minus(amount) } else { amount })
}

/// When it was. A row whose time cannot be read still has its amount.
fn at(row: &mut Row<'_>, columns: &Columns, day: BusinessDay) -> Option<DateTime> {
    let whole = columns.at.or(columns.date).map(|column| row.cell(column)).unwrap_or_default();
    let moment = |text: &str| MOMENTS.iter().find_map(|format| DateTime::strptime(format, text).ok());
    if let Some(at) = moment(whole) {
        return Some(at);
    }
    let time = columns.time.or(columns.at).map(|column| row.cell(column)).unwrap_or_default();
    let time = TIMES.iter().find_map(|format| Time::strptime(format, time).ok())?;
    if let Some(at) = moment(&format!("{whole} {time}")) {
        return Some(at);
    }
    let night = i64::from(time.hour() < NIGHT_HOUR);
    day.date().checked_add(night.days()).ok().map(|date| date.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: BusinessDay = BusinessDay(20_000);

    /// When, how much, and what it is called.
    type Seen = (Option<String>, i64, String);

    fn read_text(text: &str) -> (Vec<Seen>, Option<i64>, usize) {
        let file = MenuFile { name: "s.csv".into(), bytes: text.as_bytes().to_vec() };
        let (statement, findings) = read(file, DAY).unwrap();
        let row = |row: StatementRow| (row.at.map(|at| at.to_string()), row.amount.0, row.reference);
        (
            statement.rows.into_iter().map(row).collect(),
            statement.total.map(Money::minor),
            findings.rejects.len(),
        )
    }

    #[test]
    fn rows_are_read_with_sign_time_and_reference_in_the_languages_of_our_shops() {
        let text = "Дата операции;Тип операции;Сумма;RRN\n04.10.2024 09:15:00;Оплата;12,50;111\n04.10.2024 10:00:01;Возврат;4,50;112\n;Оплата;дорого;113\n;Итого;8,00;\n";
        let (rows, total, bad) = read_text(text);
        assert_eq!(
            rows,
            [
                (Some("2024-10-04T09:15:00".into()), 1_250, "111".into()),
                (Some("2024-10-04T10:00:01".into()), -450, "112".into()),
            ]
        );
        assert_eq!((total, bad), (Some(800), 1));
    }

    #[test]
    fn a_time_without_a_day_is_of_the_day_of_trade_and_of_its_night() {
        let (rows, ..) = read_text("time,amount\n23:50,4.50\n00:20,-6.70\n,1.00\n");
        let day = DAY.date();
        let night = BusinessDay(DAY.0 + 1).date();
        let expected = [
            (Some(format!("{day}T23:50:00")), 450, "2".to_owned()),
            (Some(format!("{night}T00:20:00")), -670, "3".to_owned()),
            (None, 100, "4".to_owned()),
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn a_table_without_amounts_is_no_statement() {
        let file = MenuFile { name: "s.csv".into(), bytes: b"a,b\n1,2\n".to_vec() };
        assert!(matches!(read(file, DAY), Err(ImportFault::MissingColumns { .. })));
    }
}
