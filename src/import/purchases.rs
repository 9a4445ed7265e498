//! Rows of the purchase file → receipts and lines. Rows of one receipt may stand anywhere in the file.

use super::{
    batch::{Keys, Line, Receipt, place},
    cells::{self, AMOUNT_MAX, Reason},
    customers::Members,
    fault::ImportFault,
    findings::Findings,
    mapping::PurchaseColumns,
    menu::Shelf,
    row::Row,
    table::Table,
};
use crate::facts::{
    moment::{LocalMoment, ShopTime},
    money::Money,
    purchase::PaymentKind,
};
use jiff::civil::{DateTime, time};

/// Most lines of one receipt: their numbers have two bytes.
const LINES_MAX: u32 = 65_535;

/// Products, customers, receipts and lines as they are read.
#[derive(Debug)]
pub struct Journal {
    /// Products so far.
    pub shelf: Shelf,
    /// Customers so far.
    pub members: Members,
    /// Keys of receipts.
    pub keys: Keys,
    /// Receipts by number.
    pub receipts: Vec<Receipt>,
    /// Lines in order of receipt, then of the file.
    pub lines: Vec<Line>,
    /// Keys of shops.
    pub shops: Keys,
    /// Whether products come from lines, because there is no menu file.
    derives: bool,
    lines_of: Vec<u32>,
    time: ShopTime,
    home: String,
}

struct At<'m> {
    columns: &'m PurchaseColumns,
    receipt: Vec<usize>,
    day: usize,
    hour: Option<usize>,
    shop: Option<usize>,
    customer: Option<usize>,
    sku: usize,
    name: Option<usize>,
    category: Option<usize>,
    quantity: usize,
    price: usize,
    amount: Option<usize>,
    payment: Option<usize>,
}

/// What the row before had: rows of one receipt usually stand together, and texts of one day are alike.
#[derive(Debug, Default)]
struct Last {
    key: String,
    day: String,
    hour: String,
    at: Option<DateTime>,
}

/// The needed cells of a row, all sound.
struct Passed<'t> {
    at: DateTime,
    sku: &'t str,
    shop: Option<&'t str>,
    qty_milli: u32,
    unit: Money,
    net: Money,
}

impl Journal {
    /// An empty journal of a shop: its zone and its id.
    #[must_use]
    pub fn new(shelf: Shelf, members: Members, derives: bool, time: ShopTime, home: &str) -> Journal {
        Journal {
            shelf,
            members,
            keys: Keys::default(),
            receipts: Vec::new(),
            lines: Vec::new(),
            shops: Keys::default(),
            derives,
            lines_of: Vec::new(),
            time,
            home: home.into(),
        }
    }

    /// Reads a whole purchase file.
    ///
    /// # Errors
    /// Missing columns, an early end, a wrong encoding.
    pub fn read(
        &mut self,
        table: &mut Table<'_>,
        columns: &PurchaseColumns,
        findings: &mut Findings,
    ) -> Result<(), ImportFault> {
        let at = find(table, columns)?;
        let mut last = Last::default();
        while let Some(row) = table.next(findings)? {
            self.take(row, &at, &mut last);
        }
        // Stable, and next to nothing where receipts stand together already.
        self.lines.sort_by_key(|line| line.receipt);
        Ok(())
    }

    fn take(&mut self, mut row: Row<'_>, at: &At<'_>, last: &mut Last) {
        if !key(&mut row, &at.receipt, &mut last.key) {
            return row.reject();
        }
        if let Some(prefix) = &at.columns.cancelled_prefix
            && last.key.starts_with(prefix.as_str())
        {
            let column = at.receipt.first().copied().unwrap_or(0);
            return row.reject_for(column, "is a cancellation, not a sale");
        }
        let Some(passed) = needed(&mut row, at, last) else {
            return row.reject();
        };
        let Some(product) = self.product(&mut row, at, passed.sku) else {
            return row.reject_for(at.sku, "no such product on the menu");
        };
        let known = self.keys.number(&last.key);
        if known.is_some_and(|number| self.lines_of.get(place(number)).is_some_and(|n| *n >= LINES_MAX)) {
            return row.reject_for(at.quantity, "the receipt has too many lines");
        }
        let number = match known {
            Some(number) => number,
            None => match self.time.instant(passed.at) {
                Some(instant) => self.open(&mut row, at, last, (self.time.local(instant), passed.shop)),
                None => return row.reject_for(at.day, "is outside the calendar"),
            },
        };
        if known.is_some() {
            self.join(&mut row, at, number);
        }
        let Passed { qty_milli, unit, net, .. } = passed;
        self.lines.push(Line { receipt: number, product, qty_milli, unit, net });
        if let Some(count) = self.lines_of.get_mut(place(number)) {
            *count += 1;
        }
        row.accept();
    }

    fn product(&mut self, row: &mut Row<'_>, at: &At<'_>, sku: &str) -> Option<u32> {
        if !self.derives {
            return self.shelf.keys.number(sku);
        }
        let written = |column: Option<usize>, row: &mut Row<'_>| {
            column
                .filter(|c| !row.cell(*c).is_empty())
                .and_then(|c| row.wish(c, |_, cell| cells::text(cell).map(str::to_owned)))
        };
        let known = self.shelf.keys.number(sku);
        if known.is_some_and(|number| !self.shelf.is_nameless(number)) {
            return known;
        }
        let name = written(at.name, row);
        let category = written(at.category, row);
        Some(self.shelf.derive(sku, name.as_deref(), category.as_deref()))
    }

    /// The first line of a receipt says when, where and who.
    fn open(
        &mut self,
        row: &mut Row<'_>,
        at: &At<'_>,
        last: &Last,
        when: (LocalMoment, Option<&str>),
    ) -> u32 {
        let (when, shop) = when;
        let (number, _) = self.keys.intern(&last.key);
        let (shop, _) = self.shops.intern(shop.unwrap_or(&self.home));
        let customer = customer(row, at).map(|key| self.members.name(key, when.business_day));
        let payment = at.payment.and_then(|column| payment(row, column, at.columns));
        self.receipts.push(Receipt { when, customer, shop, payment });
        self.lines_of.push(0);
        number
    }

    /// A further line of a receipt may know the customer, but not another one.
    fn join(&mut self, row: &mut Row<'_>, at: &At<'_>, number: u32) {
        let Some(column) = at.customer else { return };
        let Some(receipt) = self.receipts.get_mut(place(number)) else { return };
        let cell = row.cell(column);
        if receipt.customer.is_some_and(|known| self.members.keys.key(known) == cell) {
            return;
        }
        let Some(key) = customer(row, at) else { return };
        match receipt.customer {
            None => receipt.customer = Some(self.members.name(key, receipt.when.business_day)),
            Some(_) => {
                row.warn(column, "another customer than on the receipt's first line; the first one counts")
            }
        }
    }
}

/// Writes the receipt's key: cells joined by `/`, with `/` and `\` inside a cell escaped.
fn key(row: &mut Row<'_>, columns: &[usize], key: &mut String) -> bool {
    key.clear();
    for (nth, column) in columns.iter().enumerate() {
        let Some(cell) = row.need(*column, |_, cell| cells::text(cell)) else { continue };
        if nth > 0 {
            key.push('/');
        }
        if cell.contains(['/', '\\']) && columns.len() > 1 {
            key.push_str(&cell.replace('\\', "\\\\").replace('/', "\\/"));
        } else {
            key.push_str(cell);
        }
    }
    // Without all its parts the row has no receipt; its other cells are looked at only for damage.
    !row.is_bad()
}

fn needed<'t>(row: &mut Row<'t>, at: &At<'_>, last: &mut Last) -> Option<Passed<'t>> {
    let when = moment(row, at, last);
    let sku = row.need(at.sku, |_, cell| cells::text(cell));
    let shop = at.shop.map(|column| row.need(column, |_, cell| cells::text(cell)));
    let qty = row.need(at.quantity, |cells, cell| cells.quantity(cell));
    let unit = row.need(at.price, |cells, cell| cells.selling_price(cell));
    let amount = at.amount.map(|column| row.need(column, |cells, cell| cells.amount(cell)));
    let list = qty.zip(unit).map(|(qty, unit)| qty.times(unit));
    if list.is_some_and(|list| list > AMOUNT_MAX) {
        row.need(at.quantity, |_, _| Err::<(), Reason>("makes the line's amount too large".into()));
    }
    if row.is_bad() {
        return None;
    }
    Some(Passed {
        at: when?,
        sku: sku?,
        shop: shop.flatten(),
        qty_milli: u32::try_from(qty?.0).ok()?,
        unit: unit?,
        net: amount.flatten().or(list)?,
    })
}

fn moment(row: &mut Row<'_>, at: &At<'_>, last: &mut Last) -> Option<DateTime> {
    let hour = at.hour.map(|column| row.cell(column)).unwrap_or_default();
    if last.at.is_some() && last.day == row.cell(at.day) && last.hour == hour {
        return last.at;
    }
    let when = if at.columns.at.is_some() {
        row.need(at.day, |cells, cell| cells.at(cell))
    } else {
        let day = row.need(at.day, |cells, cell| cells.date(cell));
        let hour = match at.hour {
            Some(column) => row.need(column, |cells, cell| cells.time(cell)),
            None => Some(time(12, 0, 0, 0)),
        };
        day.zip(hour).map(|(day, hour)| day.to_datetime(hour))
    };
    last.at = when;
    last.day.clear();
    last.day.push_str(row.cell(at.day));
    last.hour.clear();
    last.hour.push_str(hour);
    when
}

fn customer<'t>(row: &mut Row<'t>, at: &At<'_>) -> Option<&'t str> {
    let column = at.customer?;
    let cell = row.cell(column);
    if cell.is_empty() || at.columns.no_customer.iter().any(|nobody| nobody == cell) {
        return None;
    }
    row.wish(column, |_, cell| cells::text(cell))
}

fn payment(row: &mut Row<'_>, column: usize, columns: &PurchaseColumns) -> Option<PaymentKind> {
    if row.cell(column).is_empty() {
        return None;
    }
    row.wish(column, |_, cell| {
        columns.payments.get(cell).copied().ok_or_else(|| "is not among `purchases.payments`".into())
    })
}

fn find<'m>(table: &Table<'_>, columns: &'m PurchaseColumns) -> Result<At<'m>, ImportFault> {
    let mut header = table.columns();
    let day = columns.at.as_ref().or(columns.date.as_ref());
    let at = At {
        columns,
        receipt: columns.receipt.iter().map(|column| header.need(column)).collect(),
        day: header.wish(day).unwrap_or(0),
        hour: header.wish(columns.time.as_ref()),
        shop: header.wish(columns.shop.as_ref()),
        customer: header.wish(columns.customer.as_ref()),
        sku: header.need(&columns.sku),
        name: header.wish(columns.name.as_ref()),
        category: header.wish(columns.category.as_ref()),
        quantity: header.need(&columns.quantity),
        price: header.need(&columns.price),
        amount: header.wish(columns.amount.as_ref()),
        payment: header.wish(columns.payment.as_ref()),
    };
    let missing = header.missing();
    table.found(&missing).map(|()| at)
}

/// Whether the file is there with the columns that the mapping names.
///
/// # Errors
/// What is missing.
pub fn check(table: &Table<'_>, columns: &PurchaseColumns) -> Result<(), ImportFault> {
    find(table, columns).map(|_| ())
}
