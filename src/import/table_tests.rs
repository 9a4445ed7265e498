use super::*;

/// Lines, each with its first cell or with what is wrong there.
type Lines = Vec<(u64, String)>;

/// Rows of a file with columns a and b, and what was listed.
fn rows(text: &str, format: &str) -> (Lines, Lines) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.csv"), text).unwrap();
    let own: Format = toml::from_str(format).unwrap();
    let wanted = Wanted { file: "t.csv", key: "t.file", sheet: None, own: &own, all: &own };
    let mut table = Table::open(folder.path(), wanted, &|_| ()).unwrap();
    let mut findings = Findings::default();
    let mut rows = Vec::new();
    while let Some(row) = table.next(&mut findings).unwrap() {
        rows.push((row.line, row.cell(0).to_owned()));
        row.accept();
    }
    (
        rows,
        findings
            .rejects
            .into_iter()
            .chain(findings.warnings)
            .map(|f| (f.line, f.reason.into_owned()))
            .collect(),
    )
}

fn pairs(list: &[(u64, &str)]) -> Lines {
    list.iter().map(|(line, text)| (*line, (*text).to_owned())).collect()
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let expected = pairs(&[(2, "1"), (4, "3\n4"), (6, "5")]);
    for end in ["\n", "\r\n"] {
        let text = format!("a,b{end}1,2{end}{end}\"3\n4\",x{end}5,6");
        assert_eq!(rows(&text, "").0, expected, "{end:?}");
        assert_eq!(rows(&format!("{text}{end}"), "").0, expected, "{end:?}");
    }
}

#[test]
fn a_row_with_the_wrong_number_of_cells_is_listed_and_skipped() {
    let (taken, listed) = rows("a;b\n1;2\n3\n4;5;6\n7;\"8", "delimiter = ';'");
    assert_eq!(taken, pairs(&[(2, "1"), (5, "7")]));
    assert_eq!(listed, pairs(&[(3, "row has 1 cells, the header 2"), (4, "row has 3 cells, the header 2")]));
}

#[test]
fn a_quotation_mark_that_was_left_open_does_not_swallow_the_file_in_silence() {
    let (taken, listed) = rows(&format!("a,b\n1,\"2\n{}", "3,4\n".repeat(30)), "");
    assert_eq!(taken.len(), 1);
    assert_eq!(listed, pairs(&[(2, "one row takes 32 lines: was a quotation mark left open here?")]));
}

#[test]
fn every_damaged_cell_is_listed_once() {
    let (taken, listed) = rows("a,b\nERROR,\n1, ERROR \n", "bad_cells = ['', 'ERROR']");
    assert_eq!(taken.len(), 2);
    assert_eq!(listed, pairs(&[(2, "is not a value"), (2, "is empty"), (3, "is not a value")]));
}
