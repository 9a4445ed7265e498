//! Slack: bytes of a page that belong to nothing. When SQLite moves cells from page to page it leaves the bytes that stood there
//! before, and `secure_delete` overwrites a cell only where it stands when it is deleted. So a row that was moved once and is
//! erased later may still be read between the pointers of a page and its cells, until something else is written there.
//!
//! Pages are read and written by `sqlite_dbpage`, which goes through the pager: in a transaction, through the log, heard of by
//! other connections. It is compiled in by `.cargo/config.toml`. The format: <https://www.sqlite.org/fileformat2.html#b_tree_pages>.

use rusqlite::{Connection, TransactionBehavior, params};
use std::ops::Range;

/// Pages in one transaction, so that nobody who writes waits long.
const PAGES: i64 = 1_024;
/// With so many pages (128 GiB) the first byte of an overflow page may be that of a tree's.
const PAGES_MAX: i64 = 1 << 25;

/// Overwrites the slack of every page; gives how many pages had some that was not overwritten yet. What is in the log is not
/// looked at: empty it afterwards. A file of 128 GiB or more is left as it is.
///
/// # Errors
/// When the database fails; what was overwritten until then stays so.
pub fn wipe(connection: &mut Connection) -> rusqlite::Result<u64> {
    let (mut wiped, mut next) = (0, Some(1));
    while let Some(from) = next {
        let some;
        (some, next) = wipe_from(connection, from)?;
        wiped += some;
    }
    Ok(wiped)
}

/// The same for the next pages (1,024 at most) from one on; gives with their count from which page to go on, or nothing at the end.
///
/// # Errors
/// When the database fails.
pub fn wipe_from(connection: &mut Connection, from: i64) -> rusqlite::Result<(u64, Option<i64>)> {
    let all: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    if all >= PAGES_MAX {
        return Ok((0, None));
    }
    let end = from.saturating_add(PAGES).min(all + 1);
    let wiped = wipe_pages(connection, from..end)?;
    Ok((wiped, (end <= all).then_some(end)))
}

fn wipe_pages(connection: &mut Connection, pages: Range<i64>) -> rusqlite::Result<u64> {
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut wiped = 0;
    {
        let mut read = change.prepare_cached("SELECT data FROM sqlite_dbpage WHERE pgno = ?")?;
        let mut write = change.prepare_cached("UPDATE sqlite_dbpage SET data = ? WHERE pgno = ?")?;
        for number in pages {
            let mut page: Vec<u8> = read.query_row([number], |row| row.get(0))?;
            let Some(slack) = slack(&page, number == 1) else { continue };
            let Some(bytes) = page.get_mut(slack) else { continue };
            if bytes.iter().any(|byte| *byte != 0) {
                bytes.fill(0);
                write.execute(params![page, number])?;
                wiped += 1;
            }
        }
    }
    change.commit()?;
    Ok(wiped)
}

/// Where a page of a tree has its slack: behind the pointers to its cells and before the cells. Nothing in a page of another
/// kind. On the first page the file's own head stands before.
fn slack(page: &[u8], is_first: bool) -> Option<Range<usize>> {
    let at = if is_first { 100 } else { 0 };
    let head = match page.get(at)? {
        2 | 5 => 12,
        10 | 13 => 8,
        _ => return None,
    };
    let number =
        |place: usize| Some(usize::from(u16::from_be_bytes(page.get(place..place + 2)?.try_into().ok()?)));
    let begin = at + head + 2 * number(at + 3)?;
    let end = match number(at + 5)? {
        0 => 65_536,
        end => end,
    };
    (begin < end && end <= page.len()).then_some(begin..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    /// A file in whose pages rows were moved, with one word in each row.
    fn moved(file: &Path) -> Connection {
        let connection = Connection::open(file).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON;
                CREATE TABLE record (id INTEGER, place INTEGER, payload TEXT, PRIMARY KEY (id, place)) WITHOUT ROWID;",
            )
            .unwrap();
        let mut insert = connection.prepare("INSERT INTO record VALUES (?, ?, ?)").unwrap();
        for nth in 1_000..5_000_i64 {
            let padding = "x".repeat(usize::try_from(nth * 37 % 211).unwrap());
            insert.execute(params![nth * 7_919 % 17, nth, format!("guest-{nth}-{padding}")]).unwrap();
        }
        drop(insert);
        connection
    }

    fn empty_log(connection: &Connection) {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    }

    /// Guests from 1000 to 1999, who are erased, whose word stands somewhere in the file.
    fn left(file: &Path) -> usize {
        let bytes = fs::read(file).unwrap();
        let words = bytes.windows(11).filter(|window| window.starts_with(b"guest-"));
        let number = |word: &[u8]| {
            let digits =
                word[6..].iter().take_while(|byte| byte.is_ascii_digit()).copied().collect::<Vec<_>>();
            String::from_utf8(digits).unwrap().parse::<u32>().ok()
        };
        words.filter_map(number).filter(|nth| (1_000..2_000).contains(nth)).count()
    }

    #[test]
    fn what_was_erased_stands_nowhere_although_it_was_moved_before() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("books.db");
        let mut connection = moved(&file);
        connection.execute("UPDATE record SET payload = NULL WHERE place < 2000", []).unwrap();
        empty_log(&connection);
        assert!(left(&file) > 0, "secure_delete alone would do");
        assert!(wipe(&mut connection).unwrap() > 0);
        empty_log(&connection);
        assert_eq!(left(&file), 0);
        assert_eq!(wipe(&mut connection).unwrap(), 0, "there is nothing to do twice");
        let whole: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        let rest = "SELECT count(*) FROM record WHERE payload LIKE 'guest-' || place || '-%'";
        assert_eq!((whole.as_str(), connection.query_row(rest, [], |row| row.get(0))), ("ok", Ok(3_000)));
    }

    #[test]
    fn another_connection_that_had_the_page_in_memory_does_not_write_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("books.db");
        let mut connection = moved(&file);
        let other = Connection::open(&file).unwrap();
        other.pragma_update(None, "secure_delete", "ON").unwrap();
        let all = "SELECT count(*), sum(length(payload)) FROM record";
        other.query_row(all, [], |_| Ok(())).unwrap();
        connection.execute("UPDATE record SET payload = NULL WHERE place < 2000", []).unwrap();
        wipe(&mut connection).unwrap();
        other.execute("UPDATE record SET payload = payload || '!' WHERE place >= 2000", []).unwrap();
        wipe(&mut connection).unwrap();
        empty_log(&connection);
        assert_eq!(left(&file), 0);
    }

    #[test]
    fn only_the_gap_of_a_trees_page_is_slack() {
        let mut page = vec![0; 512];
        page[..8].copy_from_slice(&[13, 0, 0, 0, 3, 1, 0, 0]);
        assert_eq!(slack(&page, false), Some(14..256));
        page[0] = 5;
        assert_eq!(slack(&page, false), Some(18..256));
        page[5..7].copy_from_slice(&[0, 18]);
        assert_eq!(slack(&page, false), None, "it is full");
        page[5..7].copy_from_slice(&[255, 255]);
        assert_eq!(slack(&page, false), None, "it is damaged; leave it alone");
        page[0] = 0;
        assert_eq!(slack(&page, false), None, "an overflow page");
        assert_eq!(slack(&[13, 0], false), None);
    }
}
