//! `kava import` and `kava xray` from outside: real files, the real binary, a real database.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "import/database.rs"]
mod database;
#[path = "import/till.rs"]
mod till;
#[path = "import/workbook.rs"]
mod workbook;

use serde_json::{Value, json};
use till::{MAPPING, MEMBERS, MENU, SALES, gzip, sample};

fn reasons(report: &Value, list: &str) -> Vec<String> {
    let one = |finding: &Value| {
        format!(
            "{}:{} {} {} {}",
            finding["file"].as_str().unwrap(),
            finding["line"],
            finding["column"].as_str().unwrap(),
            finding["value"],
            finding["reason"].as_str().unwrap()
        )
    };
    report[list].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn an_export_is_read_whole_and_reading_it_again_changes_nothing() {
    let till = sample();
    let first = till.import(&[]);
    assert_eq!(
        first["totals"],
        json!({"lines": 5, "receipts": 3, "products": 3, "customers": 3, "booked_lines": 5})
    );
    assert_eq!(first["created_customers"], json!(["77"]));
    assert_eq!(first["changes"]["receipts"], json!({"new": 3, "changed": 0, "unchanged": 0}));
    let before = till.dump();
    let again = till.import(&[]);
    assert_eq!(till.dump(), before);
    assert_eq!(again["totals"], first["totals"]);
    assert_eq!(again["changes"]["receipts"], json!({"new": 0, "changed": 0, "unchanged": 3}));
    assert_eq!(again["changes"]["products"], json!({"new": 0, "changed": 0, "unchanged": 3}));
    assert_eq!(again["created_customers"], json!([]));
}

#[test]
fn a_purchase_is_booked_as_the_till_rang_it_up() {
    let till = sample();
    till.import(&[]);
    // The rows of receipt 1 stand apart; its latte was 0.50 cheaper; tax of 20 % is contained.
    assert_eq!(
        till.rows("SELECT p.receipt, l.line, v.name, l.qty, l.list, l.discount, l.net, l.floor, l.tax
            FROM purchase p JOIN purchase_line l ON l.purchase = p.id JOIN product_version v ON v.id = l.version ORDER BY 1, 2"),
        [
            "1/2026-11-20/1|1|Latte|2000|900|50|850|NULL|142",
            "1/2026-11-20/1|2|Croissant|1000|350|0|350|NULL|58",
            "1/2026-11-20/2|1|Espresso|1000|300|0|300|NULL|50",
            "2/2026-11-21/1|1|Latte|1000|450|0|450|NULL|75",
            "2/2026-11-21/1|2|Espresso|1000|310|0|310|NULL|52",
        ]
    );
    assert_eq!(
        till.rows("SELECT p.receipt, p.source, p.shop, p.kind, c.key, p.counter, p.epoch, p.seq, p.utc_offset_min, p.hour, p.list, p.discount, p.net, p.cup, p.policy_version, p.payments
            FROM purchase p LEFT JOIN customer c ON c.id = p.customer ORDER BY p.id"),
        [
            r#"1/2026-11-20/1|import:sample|1|sale|5|import|0|1|180|8|1250|50|1200|310|0|[{"kind":"card","minor":1200}]"#,
            r#"1/2026-11-20/2|import:sample|1|sale|NULL|import|0|2|180|9|300|0|300|310|0|[{"kind":"cash","minor":300}]"#,
            "2/2026-11-21/1|import:sample|2|sale|77|import|0|3|180|18|760|0|760|310|0|[]",
        ]
    );
    assert_eq!(
        till.rows("SELECT code, key FROM printed_code JOIN customer ON id = customer"),
        ["9084242890|5"]
    );
    assert_eq!(till.rows("SELECT * FROM cup"), ["2026-11|310"]);
    assert_eq!(till.rows("SELECT sku, pieces FROM popularity ORDER BY 1"), ["C|1", "E|1", "L|3"]);
    assert_eq!(till.rows("SELECT count(*) FROM open_day"), ["2"]);
    assert_eq!(till.rows("SELECT (SELECT count(*) FROM record) + (SELECT count(*) FROM outbox)"), ["0"]);
    assert_eq!(till.rows("SELECT key FROM customer WHERE features IS NOT NULL ORDER BY 1"), ["5", "77"]);
    assert_eq!(till.rows("SELECT count(*) FROM setting WHERE key = 'features_due'"), ["0"]);
}

#[test]
fn the_mapping_says_which_products_are_sold_only_with_their_marking_code() {
    let till = sample();
    let rules = "[products]\nneeds_mark = [\"L\"]\nneeds_mark_categories = [\"Bakery\"]\n";
    till.mapping(&MAPPING.replace("[products]\n", rules));
    till.import(&[]);
    let needs = "SELECT v.sku FROM product p JOIN product_version v ON v.id = p.version
        WHERE json_extract(v.body, '$.needs_mark') ORDER BY 1";
    assert_eq!(till.rows(needs), ["C", "L"]);
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let till = sample();
    till.write("menu.csv", MENU.replace("4,50", "free"));
    let before = till.dump();
    let mut dry = till.import(&["--dry-run"]);
    assert_eq!(till.dump(), before);
    let mut real = till.import(&[]);
    for report in [&mut dry, &mut real] {
        report.as_object_mut().unwrap().remove("seconds");
        report.as_object_mut().unwrap().remove("dry_run");
    }
    assert_eq!(dry, real);
    assert_eq!(reasons(&real, "rejects").len(), 3, "the price and the two lines that need it");
}

#[test]
fn a_changed_menu_makes_new_versions_and_old_purchases_keep_theirs() {
    let till = sample();
    till.import(&["--cost-day", "2026-01-05"]);
    let menu_before = till.rows("SELECT value FROM setting WHERE key = 'menu'");
    till.write("menu.csv", MENU.replace("4,50", "4,80"));
    let report = till.import(&[]);
    assert_eq!(report["changes"]["products"], json!({"new": 0, "changed": 1, "unchanged": 2}));
    assert_eq!(
        till.rows("SELECT v.price, v.cost_day FROM product p JOIN product_version v ON v.id = p.version WHERE p.sku = 'L'"),
        ["480|20458"],
        "the cost is the same, so its day is still the fifth of January"
    );
    assert_eq!(
        till.rows("SELECT DISTINCT v.price FROM purchase_line l JOIN product_version v ON v.id = l.version WHERE v.sku = 'L'"),
        ["450"]
    );
    assert_ne!(till.rows("SELECT value FROM setting WHERE key = 'menu'"), menu_before);
    till.import(&["--cost-day", "2026-11-01"]);
    assert_eq!(
        till.rows("SELECT DISTINCT v.cost_day FROM product p JOIN product_version v ON v.id = p.version"),
        ["20758"]
    );
}

#[test]
fn a_later_export_adds_its_receipts_and_names_those_that_differ() {
    let till = sample();
    till.import(&[]);
    let more = SALES.replace("3,50", "3,00") + "2;2026-11-22;10:00:00;9;5;E;1;3,00;3,00;card\r\n";
    till.write("sales.csv", &more);
    let report = till.import(&[]);
    assert_eq!(report["changes"]["receipts"], json!({"new": 1, "changed": 1, "unchanged": 2}));
    assert_eq!(report["changes"]["differing_receipts"], json!(["1/2026-11-20/1"]));
    assert_eq!(till.rows("SELECT receipt, seq FROM purchase ORDER BY id DESC LIMIT 1"), ["2/2026-11-22/9|4"]);
    assert_eq!(till.rows("SELECT sku, pieces FROM popularity ORDER BY 1"), ["C|1", "E|2", "L|3"]);
}

#[test]
fn features_that_a_power_cut_left_out_are_computed_by_the_next_run() {
    let till = sample();
    till.import(&[]);
    let whole = till.dump();
    let cut = "UPDATE customer SET features = NULL; INSERT INTO setting VALUES ('features_due', 'import')";
    rusqlite::Connection::open(till.path("kava.db")).unwrap().execute_batch(cut).unwrap();
    till.import(&[]);
    assert_eq!(till.dump(), whole);
}

#[test]
fn every_bad_cell_is_listed_and_the_rest_goes_on() {
    let till = sample();
    till.write(
        "menu.csv",
        "sku;name;group;price;cost\nL;Latte;Coffee;4,50;0,90\nL;Latte again;Coffee;4,50;0,90\nE;Espresso;Coffee;-3;0,50\n\
         C;Croissant;Bakery;NaN;2\nM;Muffin;Bakery;2,00;2,50\nN;Nothing;Bakery;2,00;\nB;Bread;Bakery;1,00;-1\nX;;Bakery;1,00;1\n",
    );
    let long = "x".repeat(10_000);
    till.write(
        "members.csv",
        format!("id;since;card\n5;2020-01-01;9084\n5;2020-01-01;909\n6;yesterday;9084\n{long};;\n"),
    );
    till.write(
        "sales.csv",
        format!(
            "shop;day;time;no;who;sku;qty;price;paid;how\n\
             1;2026-11-20;08:00:00;1;5;L;0;4,50;0;card\n1;2026-11-20;08:00:00;1;5;L;-1;4,50;4,50;card\n\
             1;2026-11-20;08:00:00;1;5;L;9999999;4,50;4,50;card\n1;2026-11-20;08:00:00;1;5;L;1;0;4,50;card\n\
             1;2026-11-20;08:00:00;1;5;E;1;4,50;4,50;card\n1;2026-11-31;08:00:00;1;5;L;1;4,50;4,50;card\n\
             1;2026-11-20;08:00:00;1;5;L;1;4,50\n1;2026-11-20;08:00:00;1;{long};L;1;4,50;4,50;barter\n"
        ),
    );
    let csv = till.path("rejects.csv");
    let report = till.import(&["--rejects", csv.to_str().unwrap()]);
    let expected = [
        "menu.csv:3 sku \"L\" duplicate key",
        "menu.csv:4 price \"-3\" is negative",
        "menu.csv:5 price \"NaN\" is not a number",
        "menu.csv:8 cost \"-1\" is negative",
        "menu.csv:9 name \"\" is empty",
        "members.csv:3 id \"5\" duplicate key",
        "members.csv:4 since \"yesterday\" is not a day written as %Y-%m-%d",
        "members.csv:4 card \"9084\" duplicate key",
        &format!("members.csv:5 id \"{}… (10000 characters)\" is longer than 200 characters", &long[..80]),
        "sales.csv:2 qty \"0\" is zero: nothing was sold",
        "sales.csv:3 qty \"-1\" is negative: a return, not a sale",
        "sales.csv:4 qty \"9999999\" is too large for a quantity",
        "sales.csv:5 price \"0\" is zero: nothing was sold at a price",
        "sales.csv:6 sku \"E\" no such product on the menu",
        "sales.csv:7 day \"2026-11-31\" is not a day written as %Y-%m-%d",
        "sales.csv:8  \"1\" row has 8 cells, the header 10",
        &format!("sales.csv:9 who \"{}… (10000 characters)\" is longer than 200 characters", &long[..80]),
        "sales.csv:9 how \"barter\" is not among `purchases.payments`",
    ];
    assert_eq!(reasons(&report, "rejects"), expected);
    assert_eq!(
        reasons(&report, "warnings"),
        [
            "menu.csv:6 cost \"2,50\" the cost is above the price 2.00: no discount on this product",
            "menu.csv:7 cost \"\" the cost is missing: no discount on this product",
        ]
    );
    let counts: Vec<_> = report["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["accepted"].as_u64(), f["rejected"].as_u64()))
        .collect();
    assert_eq!(counts, [(Some(4), Some(4)), (Some(2), Some(2)), (Some(1), Some(7))]);
    assert_eq!(till.rows("SELECT net, customer, payments FROM purchase"), ["450|NULL|[]"]);
    let written = std::fs::read_to_string(csv).unwrap();
    assert_eq!(written.lines().count(), expected.len() + 1);
    assert!(written.starts_with("file,line,column,value,reason\n"), "{written}");
}

#[test]
fn damage_is_listed_in_columns_that_nobody_needs_too() {
    let till = sample();
    till.mapping(&MAPPING.replace("[format]", "[format]\nbad_cells = ['', 'ERROR']"));
    till.write("members.csv", "id;since;card;likes\n5;ERROR;ERROR;ERROR\n;;;\n");
    let report = till.import(&[]);
    let listed = reasons(&report, "rejects");
    assert_eq!(listed.iter().filter(|line| line.starts_with("members.csv:2")).count(), 3, "{listed:?}");
    assert_eq!(listed.iter().filter(|line| line.starts_with("members.csv:3")).count(), 4, "{listed:?}");
    assert_eq!(report["files"][1], json!({"name": "members.csv", "read": 2, "accepted": 1, "rejected": 1}));
}

#[test]
fn what_cannot_be_imported_is_one_sentence_and_leaves_no_trace() {
    let (cyrillic, _, _) =
        encoding_rs::WINDOWS_1251.encode("sku;name;group;price;cost\nL;Латте;Кофе;4,50;0,90\n");
    let packed = gzip(MENU.repeat(2_000).as_bytes());
    let wide: Vec<u8> = "sku".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mapping = |from: &str, to: &str| MAPPING.replace(from, to);
    let table: Vec<(&str, Vec<u8>, String, &[&str])> = vec![
        ("menu.csv", cyrillic.into(), MAPPING.into(), &["menu.csv, line 2", "utf-8", "windows-1251"]),
        ("menu.csv", packed[..packed.len() / 2].into(), MAPPING.into(), &["menu.csv", "gzip"]),
        ("menu.csv", [b"\xff\xfe".as_slice(), &wide].concat(), MAPPING.into(), &["menu.csv is UTF-16"]),
        ("menu.csv", Vec::new(), MAPPING.into(), &["menu.csv is empty"]),
        (
            "menu.csv",
            MENU.replace(';', ",").into(),
            MAPPING.into(),
            &["\"price\"", "delimiter ';'", "sku,name"],
        ),
        ("menu.csv", MENU.replace("price", "cost").into(), MAPPING.into(), &["\"cost\"", "twice"]),
        ("menu.csv", MENU.into(), mapping("menu.csv", "food.csv"), &["food.csv", "menu.file"]),
        (
            "menu.csv",
            MENU.into(),
            mapping("price = \"price\"\ncost", "price = \"gold\"\ncost"),
            &["menu.csv", "\"gold\""],
        ),
        ("menu.csv", MENU.into(), mapping("sku = \"sku\"\nname", "skoo = \"sku\"\nname"), &["line", "skoo"]),
        ("menu.csv", MENU.into(), mapping("sku = \"sku\"\nname", "name"), &["sku", "[menu]"]),
        ("menu.csv", MENU.into(), mapping("[menu]", "[menu"), &["m.toml, line"]),
        ("menu.csv", MENU.into(), mapping("tax_bp = 2000", "tax_bp = -1"), &["constants.tax_bp"]),
        (
            "menu.csv",
            MENU.into(),
            mapping("tax_bp = 2000", "zone = 'Mars/North'"),
            &["constants.zone", "Mars/North"],
        ),
        (
            "menu.csv",
            MENU.into(),
            mapping("tax_bp = 2000", "currency = 'USD'"),
            &["constants.currency", "USD", "BYN"],
        ),
        (
            "menu.csv",
            MENU.into(),
            mapping("tax_bp = 2000", "consent = ['all']"),
            &["constants.consent", "all"],
        ),
        (
            "menu.csv",
            MENU.into(),
            mapping("[format]", "[format]\nencoding = 'utf-16'"),
            &["format.encoding", "UTF-16"],
        ),
    ];
    for (file, bytes, mapping, words) in table {
        let till = sample();
        let before = till.dump();
        till.write(file, bytes);
        till.mapping(&mapping);
        let (status, _, complaint) = till.run(&["import", "--mapping", "m.toml", "export"]);
        assert_eq!(status, 2, "{words:?}: {complaint}");
        assert_eq!(complaint.trim_end().lines().count(), 1, "{complaint}");
        for word in words {
            assert!(complaint.contains(word), "{word:?} is not in {complaint}");
        }
        assert_eq!(till.dump(), before, "{words:?}");
    }
}

#[test]
fn a_missing_folder_mapping_or_database_is_named() {
    let till = sample();
    let table: [(&[&str], &str); 3] = [
        (&["import", "--mapping", "m.toml", "nowhere"], "nowhere does not exist"),
        (&["import", "--mapping", "none.toml", "export"], "none.toml cannot be read"),
        (&["import", "--mapping", "m.toml", "export", "--db", "none.db"], "none.db does not exist"),
    ];
    for (args, words) in table {
        let (status, _, complaint) = till.run(args);
        assert_eq!(status, 2);
        assert!(complaint.contains(words), "{complaint}");
    }
}

#[test]
fn windows_1251_a_byte_order_mark_and_gzip_are_read_where_they_are_meant() {
    let till = sample();
    let menu = MENU.replace("Latte", "Латте");
    let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode(&menu);
    till.write("menu.csv", cyrillic);
    till.mapping(&MAPPING.replace("[menu]", "[menu]\nformat = { encoding = 'windows-1251' }"));
    till.remove("members.csv");
    till.write("members.csv.gz", gzip(format!("\u{feff}{MEMBERS}").as_bytes()));
    let report = till.import(&[]);
    assert_eq!(
        report["files"][1],
        json!({"name": "members.csv.gz", "read": 2, "accepted": 2, "rejected": 0})
    );
    assert_eq!(till.rows("SELECT name FROM product_version WHERE sku = 'L'"), ["Латте"]);
}

#[test]
fn a_workbook_is_read_like_a_text_file() {
    let text = sample();
    text.import(&[]);
    let till = sample();
    till.remove("sales.csv");
    till.write("sales.xlsx", workbook::from_text("Sheet1", SALES, ';'));
    till.mapping(&MAPPING.replace("sales.csv", "sales.xlsx"));
    till.import(&[]);
    let purchases = "SELECT receipt, at, net, customer, payments FROM purchase ORDER BY id";
    assert_eq!(till.rows(purchases), text.rows(purchases));
    let lines = "SELECT * FROM purchase_line ORDER BY purchase, line";
    assert_eq!(till.rows(lines), text.rows(lines));
}

#[test]
fn words_are_a_table_totals_and_the_first_rejects() {
    let till = sample();
    till.write(
        "members.csv",
        (0..30).fold("id;since;card\n".to_owned(), |text, n| text + &format!("{n};bad;\n")),
    );
    let (status, words, _) = till.run(&["import", "--mapping", "m.toml", "export"]);
    assert_eq!(status, 0);
    assert!(words.contains("5 lines (5 booked), 3 receipts, 3 products, 31 customers"), "{words}");
    assert!(words.contains("rejects: 30\n") && words.contains("… and 10 more"), "{words}");
    assert_eq!(words.matches("\"bad\" is not a day").count(), 20);
}

#[test]
fn an_xray_needs_no_database_and_counts_what_stands_in_the_files() {
    let till = sample();
    std::fs::remove_file(till.path("kava.db")).unwrap();
    till.write("menu.csv", MENU.replace("0,50", "2,80"));
    let (status, json, complaint) = till.run(&["xray", "--mapping", "m.toml", "export", "--json"]);
    assert_eq!((status, complaint.as_str()), (0, ""));
    assert!(!till.path("kava.db").exists());
    let facts: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(facts["identified_receipts_bp"], 6_667);
    assert_eq!(facts["median_receipt_minor"], 760);
    // An espresso for 3.00 brings in 2.50 without its tax and costs 2.80.
    assert_eq!(
        facts["below_cost"],
        json!({"lines_with_cost": 5, "lines": 2, "receipts": 1, "loss_minor": 30})
    );
    assert_eq!(
        facts["negative_margin"],
        json!([{"sku": "E", "name": "Espresso", "net_minor": 508, "cost_minor": 560}])
    );
    assert_eq!(facts["discounts"]["total_minor"], 50);
    assert_eq!(facts["discounts"]["regulars_bp"], 0, "nobody came three times");
    let espresso = json!({"sku": "E", "name": "Espresso", "lines": 2, "min_minor": 300, "median_minor": 300, "max_minor": 310, "distinct": 2});
    assert_eq!(facts["prices"][0], espresso);
    let (status, _, complaint) = till.run(&["xray", "export"]);
    assert_eq!(status, 2);
    assert!(
        complaint.contains("no mapping fits") && complaint.contains("columns of receipt, day, product"),
        "{complaint}"
    );
}
