//! Tables as workbooks, read back by a reader that is not ours: numbers are numbers, days are days, text is text. With the real programs.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file kills no office")]

mod clerks;
mod described;
mod running;

use calamine::{Data, Reader as _, Xlsx};
use clerks::{enter, get, sold, with_menu};
use kava::{
    facts::menu::{Menu, Product},
    testing::shop::products,
};
use running::Office;
use serde_json::json;
use std::{
    fs,
    io::{Cursor, Read as _, Write as _},
    net::TcpStream,
};

/// The bytes of a table, put together from the chunks in which they may have come.
fn bytes(office: &Office, path: &str, cookie: &str) -> Vec<u8> {
    let mut socket = TcpStream::connect(&office.address).unwrap();
    write!(
        socket,
        "GET /office/api/{path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: {cookie}\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    assert!(
        head.starts_with("HTTP/1.1 200") && head.contains("spreadsheetml.sheet") && head.contains(".xlsx"),
        "{head}"
    );
    let mut rest = &answer[end + 4..];
    if !head.contains("transfer-encoding: chunked") {
        return rest.to_vec();
    }
    let mut whole = Vec::new();
    loop {
        let line = rest.windows(2).position(|pair| pair == b"\r\n").unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            return whole;
        }
        whole.extend_from_slice(&rest[line + 2..line + 2 + size]);
        rest = &rest[line + 4 + size..];
    }
}

fn rows(bytes: Vec<u8>) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    assert_eq!(book.sheet_names(), ["Kava"]);
    assert!(book.worksheet_formula("Kava").unwrap().is_empty(), "nothing is a formula");
    book.worksheet_range("Kava").unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn cell<'r>(rows: &'r [Vec<Data>], row: usize, column: &str) -> &'r Data {
    let at = rows[0]
        .iter()
        .position(|name| matches!(name, Data::String(name) if name == column))
        .expect("the column is there");
    &rows[row][at]
}

#[test]
fn the_menu_comes_back_from_its_workbook_as_it_was_and_nothing_in_it_is_a_formula() {
    let office = with_menu();
    let menu = office.folder.path().join("menu.json");
    let today =
        kava::facts::moment::BusinessDay(i32::try_from(jiff::Timestamp::now().as_second() / 86_400).unwrap());
    let hostile = |product: Product| Product {
        name: format!("=cmd|'/C calc'!A0 <{}>", product.name),
        cost_day: Some(today),
        ..product
    };
    fs::write(&menu, Menu::new(products().into_iter().map(hostile)).to_json()).unwrap();
    office.run(&["publish", "menu", menu.to_str().unwrap()]);
    let owner = enter(&office, &[]);
    let book = bytes(&office, "menu/export?as=xlsx", &owner);
    let table = rows(book.clone());
    let latte = table.iter().position(|row| row[0] == Data::String("latte".into())).unwrap();
    assert_eq!(cell(&table, latte, "price"), &Data::Float(6.7));
    assert!(
        matches!(cell(&table, latte, "name"), Data::String(name) if name.starts_with("=cmd|'/C calc'!A0 <"))
    );
    assert!(
        matches!(cell(&table, latte, "cost_day"), Data::DateTime(day) if day.is_datetime() && day.as_f64().fract() == 0.0)
    );
    assert_eq!(cell(&table, latte, "drink"), &Data::Bool(true));
    let headers = format!("content-type: application/octet-stream\r\ncookie: {owner}\r\n");
    let back = office.post("/office/api/menu/import?name=menu.xlsx", &headers, &book);
    let (_, body) = back.split_once("\r\n\r\n").unwrap();
    let back: serde_json::Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{back}"));
    assert_eq!(
        (&back["same"], &back["refused"], &back["changed"]),
        (&json!(4), &json!([]), &json!([])),
        "{back}"
    );
    let marketer = enter(&office, &["--name", "m", "--role", "marketer"]);
    let bare = rows(bytes(&office, "menu/export?as=xlsx", &marketer));
    assert!(!bare[0].contains(&Data::String("cost".into())), "{:?}", bare[0]);
}

#[test]
fn receipts_of_a_day_campaigns_and_a_close_are_workbooks_with_sums_that_can_be_added_up() {
    let (office, _counter, owner, sold) = sold(&["latte"; 3]);
    let table = rows(bytes(&office, "receipts/export?as=xlsx", &owner));
    assert_eq!(table.len(), 4, "names of columns and three receipts: {table:?}");
    let sum = |table: &[Vec<Data>], column: &str| -> f64 {
        (1..table.len())
            .filter_map(|row| match cell(table, row, column) {
                Data::Float(sum) => Some(*sum),
                _ => None,
            })
            .sum()
    };
    let net: i64 = sold.iter().map(|one| one["net_minor"].as_i64().unwrap()).sum();
    let minor = |sum: f64| format!("{:.0}", sum * 100.0);
    assert_eq!(minor(sum(&table, "net")), net.to_string());
    assert!(matches!(cell(&table, 1, "at"), Data::DateTime(at) if at.as_f64() > 46_000.0));
    assert_eq!(
        rows(bytes(&office, "campaigns/export?as=xlsx", &owner)).len(),
        1,
        "no campaign, but its columns"
    );
    let close = rows(bytes(&office, "close/export?as=xlsx", &owner));
    let paid = close.iter().position(|row| row[2] == Data::String("paid".into())).unwrap();
    assert_eq!(cell(&close, paid, "kava"), &Data::Float(table_sum(net)));
    assert_eq!(get(&office, "receipts/export?as=odt", &owner).status, 400);
}

fn table_sum(minor: i64) -> f64 {
    format!("{}.{:02}", minor / 100, minor % 100).parse().unwrap()
}
