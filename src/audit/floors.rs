//! No line and no receipt under its floor, computed again from the frozen cost, tax and list price.

use super::{
    Report,
    rules::{RuleBook, Rules},
};
use rusqlite::{Connection, Row};
use serde::Deserialize;

/// A discount is looked at where money is taken; what is given away is no discount.
const LINES: &str = "SELECT p.receipt, p.business_day, l.line, l.qty, l.list, l.discount, l.net, l.floor,
        v.price, v.cost, v.cost_day, v.tax_bp, v.body, p.id, p.kind IN ('sale', 'staff', 'corporate')
    FROM purchase p JOIN purchase_line l ON l.purchase = p.id JOIN product_version v ON v.id = l.version
    WHERE p.source NOT LIKE 'import:%' ORDER BY p.id, l.line";

const EXTRAS: &str = "SELECT e.qty, v.price, v.cost, v.cost_day, v.tax_bp, v.body
    FROM purchase_extra e JOIN product_version v ON v.id = e.version
    WHERE e.purchase = ? AND e.line = ? ORDER BY e.nth";

/// A product or extra of a line as it was frozen; `qty` is thousandths on one unit.
struct Part {
    qty: i128,
    price: i128,
    cost: Option<i128>,
    cost_day: Option<i64>,
    tax_bp: i128,
    eligible: bool,
}

/// One sold line.
struct Line {
    receipt: String,
    number: i64,
    qty: i128,
    list: i128,
    discount: i128,
    net: i128,
    stored_floor: Option<i128>,
    charged: bool,
    parts: Vec<Part>,
}

/// What the lines of one receipt add up to.
#[derive(Default)]
struct ReceiptSum {
    receipt: String,
    net: i128,
    discount: i128,
    must_bring: i128,
}

pub(super) fn check(
    books: &Connection,
    rules: &RuleBook,
    report: &mut Report,
) -> Result<(), rusqlite::Error> {
    let mut statement = books.prepare(LINES)?;
    let mut extras = books.prepare(EXTRAS)?;
    let mut rows = statement.query([])?;
    let mut sum = ReceiptSum::default();
    while let Some(row) = rows.next()? {
        let mut line = read_line(row, report)?;
        let mut extra_rows = extras.query((row.get::<_, i64>(13)?, line.number))?;
        while let Some(extra) = extra_rows.next()? {
            let qty: i64 = extra.get(0)?;
            line.parts.push(read_part(extra, 1, i128::from(qty), &line.receipt, report)?);
        }
        if line.receipt != sum.receipt {
            close(&sum, report);
            sum = ReceiptSum { receipt: line.receipt.clone(), ..ReceiptSum::default() };
        }
        let day = rules.day(&line.receipt, row.get(1)?);
        check_line(&line, rules.of(&line.receipt), day, &mut sum, report);
    }
    close(&sum, report);
    Ok(())
}

fn check_line(line: &Line, rules: &Rules, day: i64, sum: &mut ReceiptSum, report: &mut Report) {
    report.count("lines");
    let place = (line.receipt.as_str(), line.number);
    let unit_list: i128 = line.parts.iter().map(|part| half_up(part.qty * part.price, 1000)).sum();
    report.equal("line_list", place, half_up(line.qty * unit_list, 1000), line.list);
    let unit_floor = unit_floor(&line.parts, rules, day);
    let floor = unit_floor.ok().map(|unit| ceiling(line.qty * unit, 1000));
    if line.stored_floor != floor {
        report.find("floor_stored", place, text(floor), text(line.stored_floor));
    }
    if !line.charged {
        return;
    }
    sum.net += line.net;
    sum.discount += line.discount;
    sum.must_bring += floor.map_or(0, |floor| floor.min(line.list));
    if line.discount == 0 {
        return;
    }
    report.count("discounted_lines");
    match (unit_floor, floor) {
        (Err(why), _) => {
            report.find("discount_without_floor", place, format!("no discount, {why}"), line.discount)
        }
        (Ok(unit), _) if unit_list < unit => {
            report.find(
                "discount_below_floor_list",
                place,
                "no discount, list is below the floor",
                line.discount,
            );
        }
        (Ok(_), Some(floor)) if line.net < floor => {
            report.find("line_below_floor", place, format!("at least {floor}"), line.net);
        }
        _ => {}
    }
    check_eligible(line, report);
}

/// A discount touches neither a product that is not eligible nor the price of such an extra.
fn check_eligible(line: &Line, report: &mut Report) {
    let place = (line.receipt.as_str(), line.number);
    if line.parts.first().is_some_and(|product| !product.eligible) {
        report.find("discount_not_eligible", place, 0, line.discount);
        return;
    }
    let unit: i128 =
        line.parts.iter().filter(|part| part.eligible).map(|part| half_up(part.qty * part.price, 1000)).sum();
    let most = half_up(line.qty * unit, 1000);
    if line.discount > most {
        report.find("discount_on_extras", place, format!("at most {most}"), line.discount);
    }
}

fn close(sum: &ReceiptSum, report: &mut Report) {
    if sum.receipt.is_empty() {
        return;
    }
    if sum.discount != 0 && sum.net < sum.must_bring {
        let least = format!("at least {}", sum.must_bring);
        report.find("receipt_below_floor", sum.receipt.as_str(), least, sum.net);
    }
}

/// What one unit must bring, or why nobody can tell.
fn unit_floor(parts: &[Part], rules: &Rules, day: i64) -> Result<i128, &'static str> {
    let mut sum = 0;
    for part in parts {
        let cost = part.cost.filter(|cost| *cost > 0).ok_or("a cost is missing")?;
        let age = part.cost_day.map(|stated| day - stated).ok_or("the day of a cost is missing")?;
        if age > rules.cost_stale_days {
            return Err("a cost is too old");
        }
        let amber = age > rules.cost_amber_days;
        let markup = if amber { i128::from(rules.cost_amber_markup_bp) } else { 0 };
        let cost = ceiling(cost * (10_000 + markup), 10_000);
        let floor = ceiling(cost * (10_000 + part.tax_bp), 10_000 - i128::from(rules.margin_floor_bp));
        sum += ceiling(part.qty * floor, 1000);
    }
    Ok(sum)
}

fn read_line(row: &Row<'_>, report: &mut Report) -> Result<Line, rusqlite::Error> {
    let receipt: String = row.get(0)?;
    let wide = |at| row.get::<_, i64>(at).map(i128::from);
    let product = read_part(row, 8, 1000, &receipt, report)?;
    Ok(Line {
        number: row.get(2)?,
        qty: wide(3)?,
        list: wide(4)?,
        discount: wide(5)?,
        net: wide(6)?,
        stored_floor: row.get::<_, Option<i64>>(7)?.map(i128::from),
        charged: row.get(14)?,
        parts: vec![product],
        receipt,
    })
}

fn read_part(
    row: &Row<'_>,
    from: usize,
    qty: i128,
    receipt: &str,
    report: &mut Report,
) -> Result<Part, rusqlite::Error> {
    #[derive(Deserialize)]
    struct Body {
        eligible: bool,
    }
    let body: String = row.get(from + 4)?;
    let eligible = match serde_json::from_str::<Body>(&body) {
        Ok(body) => body.eligible,
        Err(why) => {
            report.find("product_unreadable", receipt, "a product", why);
            false
        }
    };
    Ok(Part {
        qty,
        price: i128::from(row.get::<_, i64>(from)?),
        cost: row.get::<_, Option<i64>>(from + 1)?.map(i128::from),
        cost_day: row.get(from + 2)?,
        tax_bp: i128::from(row.get::<_, i64>(from + 3)?),
        eligible,
    })
}

/// Division rounded up; the divisor is positive.
const fn ceiling(numerator: i128, divisor: i128) -> i128 {
    -(-numerator).div_euclid(divisor)
}

/// Division rounded to the nearest, a half upwards; the divisor is positive.
const fn half_up(numerator: i128, divisor: i128) -> i128 {
    (numerator + divisor / 2).div_euclid(divisor)
}

fn text(floor: Option<i128>) -> String {
    floor.map_or_else(|| "none".into(), |floor| floor.to_string())
}
