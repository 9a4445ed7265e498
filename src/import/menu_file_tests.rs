use super::*;
use crate::facts::{
    id::Sku,
    menu::{Product, Role},
    money::Money,
};

#[path = "../../tests/import/workbook.rs"]
mod workbook;

const TODAY: BusinessDay = BusinessDay(20_000);

fn product(sku: &str, price: i64) -> Product {
    let text = format!(
        r#"{{"sku":"{sku}","name":"{sku}","category":"coffee","variant_of":"cup","role":"item","price":{price},"cost":90,
        "cost_day":"2024-06-01","tax_bp":2000,"eligible":true,"drink":true,"weighed":false}}"#
    );
    serde_json::from_str(&text).unwrap()
}

fn read_bytes(bytes: &[u8], menu: &Menu, tax_bp: Option<i64>) -> Result<(Menu, Findings), ImportFault> {
    let file = MenuFile { name: "menu.csv".into(), bytes: bytes.to_vec() };
    read(file, Beside { menu, today: TODAY, tax_bp })
}

#[test]
fn columns_are_known_by_their_names_in_three_languages_and_cells_by_how_they_look() {
    let texts = [
        "sku,name,category,price,cost\nlat,Latte,coffee,4.50,0.90\n",
        "\u{feff}Код;Название;Категория;Цена;Себестоимость\nlat;Latte;coffee;4,50;0,90\n",
        "Артыкул\tНазва\tКатэгорыя\tЦана\tСабекошт\nlat\tLatte\tcoffee\t4,50\t0,90\n",
    ];
    for text in texts {
        let (menu, findings) = read_bytes(text.as_bytes(), &Menu::default(), Some(2_000)).unwrap();
        let latte = menu.get(&Sku::new("lat")).unwrap();
        assert_eq!(
            (latte.price, latte.cost, latte.cost_day),
            (Money(450), Some(Money(90)), Some(TODAY)),
            "{text}"
        );
        assert_eq!((latte.category.as_str(), latte.tax_bp), ("coffee", 2_000), "{text}");
        assert_eq!(findings.rejects, []);
    }
    let (old, _, _) = encoding_rs::WINDOWS_1251.encode("код;название;цена\nlat;Латте;4,50\n");
    let (menu, _) = read_bytes(&old, &Menu::default(), Some(0)).unwrap();
    assert_eq!(menu.get(&Sku::new("lat")).unwrap().name, "Латте");
}

#[test]
fn a_workbook_is_read_like_a_text_file() {
    let book = workbook::from_text(
        "Sheet1",
        "код;название;цена;себестоимость\nflat;Флэт;6.8;1.65\n;Ничей;2;1\n",
        ';',
    );
    let (menu, findings) = read_bytes(&book, &Menu::default(), Some(2_000)).unwrap();
    let flat = menu.get(&Sku::new("flat")).unwrap();
    assert_eq!((&*flat.name, flat.price, flat.cost), ("Флэт", Money(680), Some(Money(165))));
    let [bad] = &findings.rejects[..] else { panic!("{findings:?}") };
    assert_eq!((bad.line, &*bad.column, &*bad.reason), (3, "код", "is empty"));
}

#[test]
fn what_the_file_does_not_say_stays_as_it_is_on_the_menu() {
    let menu = Menu::new([product("lat", 450), product("tea", 300)]);
    let (read, _) = read_bytes(b"sku,name,price\nlat,Latte,4.80\nbun,Bun,2.00\n", &menu, None).unwrap();
    let old = product("lat", 450);
    let expected = Product { name: "Latte".into(), price: Money(480), ..old };
    assert_eq!(**read.get(&Sku::new("lat")).unwrap(), expected);
    let bun = read.get(&Sku::new("bun")).unwrap();
    assert_eq!(
        (bun.tax_bp, bun.cost, bun.drink, bun.eligible),
        (2_000, None, false, true),
        "the menu's usual tax"
    );
    assert!(read.get(&Sku::new("tea")).is_none(), "what is not in the file is not on the menu");
}

#[test]
fn an_empty_or_unreadable_cell_loosens_nothing_and_a_refused_row_takes_nothing_off_the_menu() {
    let strict = Product { eligible: false, weighed: true, role: Role::Extra, ..product("lat", 450) };
    let menu = Menu::new([strict.clone(), product("tea", 300)]);
    let text = "sku,name,price,cost,variant_of,drink,extra,eligible,weighed,tax_bp\n\
        lat,lat,4.50,,,,,maybe,,some\ntea,tea,dear,1,,,,,,\n";
    let (read, findings) = read_bytes(text.as_bytes(), &menu, None).unwrap();
    assert_eq!(**read.get(&Sku::new("lat")).unwrap(), strict);
    assert_eq!(**read.get(&Sku::new("tea")).unwrap(), product("tea", 300));
    assert_eq!((findings.files[0].accepted, findings.files[0].rejected), (1, 1), "{findings:?}");
}

#[test]
fn what_was_kept_from_being_a_formula_comes_back_without_its_apostrophe_and_marking_has_a_column() {
    let text = "sku;name;price;needs_mark;tax_bp\na;'+1 shot;1;нет;0\nb;'Twas;2;да;0\nc;'=sum;3;;0\n";
    let (menu, _) = read_bytes(text.as_bytes(), &Menu::default(), None).unwrap();
    let of = |sku: &str| menu.get(&Sku::new(sku)).map(|one| (one.name.clone(), one.needs_mark)).unwrap();
    assert_eq!(
        ["a", "b", "c"].map(of),
        [("+1 shot".into(), false), ("'Twas".into(), true), ("=sum".into(), false)]
    );
}

#[test]
fn flags_stand_in_columns_of_their_own() {
    let text = "sku;name;price;cost;drink;extra;eligible;weighed;tax_bp\noat;Oat;0,80;0,20;нет;да;да;;1000\nzz;Beans;30;9;no;no;no;yes;2000\n";
    let (menu, _) = read_bytes(text.as_bytes(), &Menu::default(), None).unwrap();
    let [oat, beans] = ["oat", "zz"].map(|sku| menu.get(&Sku::new(sku)).unwrap());
    assert_eq!(
        (oat.role, oat.drink, oat.eligible, oat.weighed, oat.tax_bp),
        (Role::Extra, false, true, false, 1_000)
    );
    assert_eq!((beans.role, beans.eligible, beans.weighed), (Role::Item, false, true));
}

#[test]
fn a_bad_line_is_refused_with_its_number_and_the_rest_is_read() {
    let text =
        b"sku,name,price,cost\nlat,Latte,4.50,0.90\n,Nameless,1.00,\nlat,Again,5.00,1\nbun,Bun,dear,1\n";
    let (menu, findings) = read_bytes(text, &Menu::default(), Some(2_000)).unwrap();
    assert_eq!(menu.len(), 1);
    let listed: Vec<(u64, &str, &str)> =
        findings.rejects.iter().map(|one| (one.line, &*one.column, &*one.reason)).collect();
    assert_eq!(
        listed,
        [(3, "sku", "is empty"), (4, "sku", "duplicate key"), (5, "price", "is not a number")]
    );
}

#[test]
fn a_file_that_is_no_menu_is_refused_whole_and_so_are_new_products_without_tax() {
    let none = Menu::default();
    let code = |bytes: &[u8], tax_bp| read_bytes(bytes, &none, tax_bp).unwrap_err().code();
    assert_eq!(code(b"a,b\n1,2\n", Some(0)), "import_columns_missing");
    assert_eq!(code(b"sku,name,price\nlat,Latte,4.50\n", None), "import_columns_missing");
    assert_eq!(code(b"", Some(0)), "import_file_empty");
    assert_eq!(code(b"\x1f\x8b\x08\x00", Some(0)), "import_gzip");
    assert_eq!(code(b"PK\x03\x04 not a workbook", Some(0)), "import_workbook");
    let huge = [b"PK\x03\x04PK\x01\x02".as_slice(), &[0; 20], &[0xff; 4], &[0; 8]].concat();
    assert_eq!(unpacked(&huge), 0xffff_ffff);
    let why = read_bytes(&huge, &none, Some(0)).unwrap_err().to_string();
    assert!(why.contains("64 MiB"), "{why}");
}
