//! A menu in a file that somebody brings without a mapping: what stands in which column is known by the names of the columns,
//! how cells are written by looking at them. What the file does not say of a product stays as it is on the menu.

use super::{
    cells::Cells,
    fault::ImportFault,
    findings::Findings,
    mapping::{Constants, Format, Mapping, MenuColumns, Products},
    menu::{CostDay, Shelf},
    source,
    table::Table,
};
use crate::facts::{menu::Menu, moment::BusinessDay};
use std::{collections::BTreeMap, io::Cursor, sync::Arc};

/// A file as it came.
#[derive(Debug, Clone)]
pub struct MenuFile {
    /// What it is called, for messages.
    pub name: String,
    /// Its bytes: CSV, or a workbook whose first sheet is read.
    pub bytes: Vec<u8>,
}

/// What a menu file is read beside.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'m> {
    /// The menu in force: what the file does not say is taken from it.
    pub menu: &'m Menu,
    /// The day of costs whose rows give none.
    pub today: BusinessDay,
    /// Tax of new products where no column says, basis points of the net price; the commonest of the menu where nothing is
    /// said.
    pub tax_bp: Option<i64>,
}

/// The most bytes that a workbook may have when it is unpacked.
const UNPACKED_MAX: u64 = 64 * 1024 * 1024;

/// Names of columns by what stands in them, in the three languages; the first is the one that messages name.
const KNOWN: [(&str, &[&str]); 12] = [
    ("sku", &["sku", "код", "артикул", "артыкул"]),
    ("name", &["name", "название", "наименование", "товар", "назва"]),
    ("category", &["category", "категория", "группа", "катэгорыя", "група"]),
    ("variant_of", &["variant_of", "size_of"]),
    ("price", &["price", "цена", "цана"]),
    ("cost", &["cost", "себестоимость", "сабекошт"]),
    ("cost_day", &["cost_day", "день себестоимости", "дзень сабекошту"]),
    ("drink", &["drink", "напиток", "напой"]),
    ("extra", &["extra", "добавка", "дадатак"]),
    ("eligible", &["eligible", "участвует", "удзельнічае"]),
    ("weighed", &["weighed", "весовой", "вагавы"]),
    ("needs_mark", &["needs_mark", "маркировка", "маркіроўка"]),
];
/// Tax is known by this name only: "20" under a heading of percents would be a fifth of a percent here.
const TAX: &str = "tax_bp";

/// Reads a menu file. Gives the menu that it makes of the one in force, and what was wrong with its rows.
///
/// # Errors
/// What cannot be read at all: no table, or one in which key, name or price stand in no column that is known; and new products
/// of which nobody says the tax.
pub fn read(file: MenuFile, beside: Beside<'_>) -> Result<(Menu, Findings), ImportFault> {
    let MenuFile { name, bytes } = file;
    check_size(&name, &bytes)?;
    let format = format_of(&bytes);
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let source = source::of(Arc::from(name), (Cursor::new(bytes), size), &format)?;
    let mut table = Table::over(source, (Cells::new(format), None), &|_| ())?;
    let columns = columns_of(&table);
    let tax_bp = beside.tax_bp.or_else(|| commonest_tax(beside.menu));
    if tax_bp.is_none() && columns.tax_bp.is_none() {
        return table.found(&[TAX.into()]).map(|()| (Menu::default(), Findings::default()));
    }
    let mut shelf = Shelf::new(&without_rules(tax_bp.unwrap_or(0))).beside(beside.menu);
    let mut findings = Findings::default();
    let cost_day = CostDay { day: beside.today, is_stated: false };
    shelf.read(&mut table, &columns, cost_day, &mut findings)?;
    findings.files.push(table.into_count());
    Ok((shelf.into_menu(), findings))
}

/// The columns of a table by the names that are known. What a menu must have is asked for by its first name where it is not
/// there, so that the fault can say it.
fn columns_of(table: &Table<'_>) -> MenuColumns {
    let named = |wanted: &str| -> Option<String> {
        let (_, names) = KNOWN.iter().find(|(key, _)| *key == wanted)?;
        let fits = |column: &&str| names.contains(&column.to_lowercase().as_str());
        table.header().find(fits).map(str::to_owned)
    };
    let needed = |wanted: &str| named(wanted).unwrap_or_else(|| wanted.to_owned());
    MenuColumns {
        file: table.name().to_string(),
        sheet: None,
        format: Format::default(),
        sku: needed("sku"),
        name: needed("name"),
        category: named("category"),
        variant_of: named("variant_of"),
        price: needed("price"),
        cost: named("cost"),
        cost_day: named("cost_day"),
        ean: None,
        tax_bp: table.header().find(|column| *column == TAX).map(str::to_owned),
        drink: named("drink"),
        extra: named("extra"),
        eligible: named("eligible"),
        weighed: named("weighed"),
        needs_mark: named("needs_mark"),
    }
}

/// A mapping that says nothing of products but their tax.
fn without_rules(tax_bp: i64) -> Mapping {
    Mapping {
        name: "menu".into(),
        format: Format::default(),
        constants: Constants { tax_bp, ..Constants::default() },
        products: Products::default(),
        menu: None,
        customers: None,
        purchases: None,
    }
}

/// The tax that most products of a menu have; nothing for an empty one.
fn commonest_tax(menu: &Menu) -> Option<i64> {
    let mut counts = BTreeMap::<i64, usize>::new();
    for product in menu.iter() {
        *counts.entry(product.tax_bp).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(tax_bp, _)| tax_bp)
}

/// How the cells of a file are written, by what is seen there: text that is not UTF-8 is of an old Windows, the mark that the
/// header has most of separates cells, and a comma or a point in most of the plain numbers is the decimal mark.
pub(super) fn format_of(bytes: &[u8]) -> Format {
    let text = std::str::from_utf8(bytes);
    let encoding = if text.is_ok() { "utf-8" } else { "windows-1251" };
    // Digits and marks are the same bytes in both.
    let seen = text.map_or_else(|_| String::from_utf8_lossy(bytes), Into::into);
    let header = seen.lines().next().unwrap_or_default();
    let count = |mark: char| header.chars().filter(|one| *one == mark).count();
    let delimiter = [',', '\t', ';'].into_iter().max_by_key(|mark| count(*mark)).unwrap_or(',');
    let cells = || {
        seen.lines()
            .skip(1)
            .flat_map(|line| line.split(delimiter))
            .map(|cell| cell.trim_matches(['"', ' ', '\r']))
    };
    let written_with = |mark: char| cells().filter(|cell| is_decimal(cell, mark)).count();
    let decimal_mark = if written_with(',') > written_with('.') { ',' } else { '.' };
    Format {
        delimiter: Some(delimiter),
        encoding: Some(encoding.into()),
        decimal_mark: Some(decimal_mark),
        thousands_mark: Some(' '),
        date: cells().any(is_dotted_day).then(|| "%d.%m.%Y".into()),
        ..Format::default()
    }
}

/// Whether a cell is digits, the mark, and one or two digits.
fn is_decimal(cell: &str, mark: char) -> bool {
    let digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
    cell.split_once(mark).is_some_and(|(whole, part)| digits(whole) && digits(part) && part.len() <= 2)
}

/// Whether a cell is a day such as 25.11.2026.
fn is_dotted_day(cell: &str) -> bool {
    cell.len() == 10
        && cell
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 2 || at == 5 { byte == b'.' } else { byte.is_ascii_digit() })
}

/// Whoever brings a small file must not make the office unpack a huge one.
pub(super) fn check_size(name: &str, bytes: &[u8]) -> Result<(), ImportFault> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Err(ImportFault::Gzip { file: name.into(), why: "it is packed; bring it unpacked".into() });
    }
    if bytes.starts_with(b"PK\x03\x04") && unpacked(bytes) > UNPACKED_MAX {
        return Err(ImportFault::Workbook {
            file: name.into(),
            why: "it is larger than 64 MiB unpacked".into(),
        });
    }
    Ok(())
}

/// The bytes that the parts of a zip file say they have, together: the entries of its directory begin with a mark, and 24 bytes
/// on stands the size.
fn unpacked(bytes: &[u8]) -> u64 {
    const ENTRY: &[u8] = b"PK\x01\x02";
    let size =
        |entry: &[u8]| entry.get(24..28).and_then(|size| size.try_into().ok()).map_or(0, u32::from_le_bytes);
    bytes.windows(28).filter(|window| window.starts_with(ENTRY)).map(|entry| u64::from(size(entry))).sum()
}

#[cfg(test)]
#[path = "menu_file_tests.rs"]
mod tests;
