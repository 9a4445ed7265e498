//! Rows of the customer file → customers, the codes on their cards, and what an older programme owes them. Names, phones and
//! e-mails are never read: the counter has no use for them.

use super::{
    batch::{Keys, Member, place},
    cells,
    fault::ImportFault,
    findings::Findings,
    guest_columns::{CustomerColumns, Where},
    owed,
    row::Row,
    table::Table,
};
use crate::facts::moment::BusinessDay;
use std::collections::HashSet;

/// A card with fewer digits cannot be told from what is said aloud or typed.
const DIGITS_LEAST: usize = 4;
/// And one with more is no card's.
const DIGITS_MOST: usize = 32;

/// Customers as they are read, numbered in order of first sight.
#[derive(Debug, Default)]
pub struct Members {
    /// Keys of customers.
    pub keys: Keys,
    /// Customers by number.
    pub members: Vec<Member>,
    /// Up to which day a percent is kept, where its row does not say.
    pub percent_until: Option<BusinessDay>,
    codes: HashSet<Box<str>>,
}

struct At {
    key: usize,
    registered: Option<usize>,
    cards: Vec<usize>,
    owed: owed::At,
    leave_out: Option<(usize, Where)>,
}

impl Members {
    /// Reads a whole customer file.
    ///
    /// # Errors
    /// Missing columns, an early end, a wrong encoding.
    pub fn read(
        &mut self,
        table: &mut Table<'_>,
        columns: &CustomerColumns,
        findings: &mut Findings,
    ) -> Result<(), ImportFault> {
        let (at, lacking) = find(table, columns)?;
        table.say_lacking(lacking, findings);
        while let Some(row) = table.next(findings)? {
            self.take(row, columns, &at);
        }
        Ok(())
    }

    /// A customer whom a purchase of this day names.
    pub fn name(&mut self, key: &str, day: BusinessDay) -> u32 {
        let (number, is_new) = self.keys.intern(key);
        if is_new {
            self.members.push(Member { registered: Some(day), ..Member::default() });
        } else if let Some(member) = self.members.get_mut(place(number))
            && !member.is_in_file
            && member.registered.is_some_and(|first| day < first)
        {
            member.registered = Some(day);
        }
        number
    }

    fn take(&mut self, mut row: Row<'_>, columns: &CustomerColumns, at: &At) {
        if let Some((column, out)) = &at.leave_out
            && out.holds(row.cell(*column))
        {
            return row.reject_for(*column, "is left out, as the mapping says");
        }
        let Some(key) = row.need(at.key, |_, cell| cells::text(cell)) else {
            return row.reject();
        };
        let known = self.keys.number(key);
        if known.is_some() && !columns.one_row_a_card {
            return row.reject_for(at.key, "duplicate key");
        }
        let registered = at.registered.filter(|column| known.is_none() || !row.cell(*column).is_empty());
        let registered = registered.and_then(|column| row.wish(column, |cells, cell| cells.day(cell)));
        let registered = registered.map(BusinessDay::of);
        let (codes, has_cards) = self.cards(&mut row, columns, &at.cards);
        // A second row of a card that is known already would count the same points twice.
        if known.is_some() && codes.is_empty() && has_cards {
            return row.reject();
        }
        let promise = at.owed.promise(&mut row, self.percent_until);
        let owed = at.owed.amounts(&mut row);
        let member = Member { registered, codes, promise, owed, is_in_file: true };
        match known.and_then(|number| self.members.get_mut(place(number))) {
            Some(first) => first.join(member),
            None => {
                self.keys.intern(key);
                self.members.push(member);
            }
        }
        row.accept();
    }

    /// The digits of all card numbers of a row, and whether it has any; a card that two customers share belongs to the first.
    fn cards(&mut self, row: &mut Row<'_>, columns: &CustomerColumns, at: &[usize]) -> (Vec<Box<str>>, bool) {
        let (mut digits, mut has_cards): (Vec<Box<str>>, bool) = (Vec::new(), false);
        for column in at {
            let cell = row.cell(*column);
            for card in parts(cell, columns.card_mark) {
                if card.is_empty() || columns.no_card.iter().any(|none| none == card) {
                    continue;
                }
                has_cards = true;
                let (codes, own) = (&mut self.codes, &digits);
                // The same number in another column of the row is the same card.
                let read = row.wish(*column, |_, _| code(card, codes, own));
                digits.extend(read.flatten());
            }
        }
        (digits, has_cards)
    }
}

impl Member {
    /// Another row of the same guest: its cards are theirs, too, the better promise holds, and what is owed adds up.
    fn join(&mut self, other: Member) {
        self.registered = match (self.registered, other.registered) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        self.codes.extend(other.codes);
        let better = |promise: &crate::facts::promise::Promise| (promise.depth_bp, promise.until);
        self.promise = self.promise.into_iter().chain(other.promise).max_by_key(better);
        for more in other.owed {
            match self.owed.iter_mut().find(|owed| owed.kind == more.kind) {
                Some(owed) => owed.amount = owed.amount.saturating_add(more.amount),
                None => self.owed.push(more),
            }
        }
    }
}

fn parts(cell: &str, mark: Option<char>) -> impl Iterator<Item = &str> {
    cell.split(move |c| Some(c) == mark).map(str::trim)
}

fn code(
    card: &str,
    codes: &mut HashSet<Box<str>>,
    own: &[Box<str>],
) -> Result<Option<Box<str>>, cells::Reason> {
    let digits: Box<str> = cells::text(card)?.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        0 => return Err("has no digits".into()),
        few if few < DIGITS_LEAST => return Err("has fewer than 4 digits and cannot be scanned".into()),
        many if many > DIGITS_MOST => return Err("has more than 32 digits and cannot be scanned".into()),
        _ => {}
    }
    match (own.contains(&digits), codes.insert(digits.clone())) {
        (true, _) => Ok(None),
        (false, true) => Ok(Some(digits)),
        (false, false) => Err("duplicate key".into()),
    }
}

fn find(table: &Table<'_>, columns: &CustomerColumns) -> Result<(At, Vec<String>), ImportFault> {
    let mut header = table.columns();
    let at = At {
        key: header.need_first(&columns.key),
        registered: header.wish_first(columns.registered.as_ref()),
        cards: header.wish_all(columns.printed_code.as_ref()),
        owed: owed::At::find(&mut header, columns),
        leave_out: columns.leave_out.clone().map(|out| (header.need(&out.column), out)),
    };
    let lacking = header.lacking();
    let missing = header.missing();
    table.found(&missing).map(|()| (at, lacking))
}

/// Whether the file is there with the columns that the mapping names.
///
/// # Errors
/// What is missing.
pub fn check(table: &Table<'_>, columns: &CustomerColumns) -> Result<(), ImportFault> {
    find(table, columns).map(|_| ())
}
