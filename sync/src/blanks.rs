//! `kava-sync blanks`: sheets of memberships that guests claim later.

use crate::Global;
use crate::blank_page::{A_SHEET, Card, page};
use crate::command::{Done, now, said, say};
use kava::facts::moment::DAY_MS;
use kava_sync::{
    desk::deeds,
    ledger::{Access, Ledger},
    people::blanks::{self, BLANKS_MOST, Drawn},
};
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What is wanted.
#[derive(clap::Args)]
pub struct BlanksArgs {
    /// How many
    #[arg(long, default_value_t = 10)]
    count: usize,
    /// Where to write the sheet; of several the others get numbers: sheet-2.svg
    #[arg(long, value_name = "FILE.svg")]
    out: PathBuf,
    /// Address of the office as guests' phones reach it
    #[arg(long, value_name = "URL")]
    office: String,
    /// Days within which one must be claimed
    #[arg(long, default_value_t = 365)]
    days: u16,
    /// Language of the sheet: ru, be or en
    #[arg(long, default_value = "ru", value_parser = ["ru", "be", "en"])]
    language: String,
}

/// Makes them, and writes the sheets. The only copy of what claims them is on the sheets.
pub fn run(global: &Global, args: &BlanksArgs) -> Done {
    if !(1..=BLANKS_MOST).contains(&args.count) {
        return Err(format!("--count is {}; make 1 to {BLANKS_MOST} at a time", args.count));
    }
    if args.days == 0 {
        return Err("--days is 0; give guests at least a day".into());
    }
    let office = args.office.trim_end_matches('/');
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let drawn = (0..args.count).map(|_| Ok((draw()?, draw()?))).collect::<Result<Vec<Drawn>, String>>()?;
    let at = now();
    let digits = blanks::make(ledger.connection(), &drawn, args.days, at).map_err(|fault| said(&fault))?;
    let title = blanks::title(ledger.connection()).map_err(|fault| said(&fault))?;
    let until = at.later(i64::from(args.days) * DAY_MS).to_string();
    let day = until.split('T').next().unwrap_or_default();
    let words = words(&args.language, day);
    let mut files = Vec::new();
    for (number, lot) in (1..).zip(digits.chunks(A_SHEET)) {
        let links: Vec<String> = lot.iter().map(|digits| format!("{office}/club/?claim={digits}")).collect();
        let cards = lot.iter().zip(&links).map(|(digits, link)| {
            let [phone, counter, until] = &words;
            Card { title: &title, link, digits, words: [phone, counter, until] }
        });
        let file = numbered(&args.out, number);
        let svg = page(&cards.collect::<Vec<_>>())?;
        std::fs::write(&file, svg).map_err(|e| format!("{} cannot be written: {e}", file.display()))?;
        files.push(file);
    }
    let count = args.count.to_string();
    let noted =
        ledger.change(|change| deeds::keep(change, deeds::COMMAND_LINE, ("blanks_made", &count, ""), at));
    noted.map_err(|fault| said(&fault))?;
    let shown: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let said = format!(
        "{count} memberships on {}; each is good once, until {day}. Whoever has a sheet can claim them: print it and delete the file",
        shown.join(", ")
    );
    say(global, &json!({ "files": shown, "count": args.count, "until": day }), &said)?;
    Ok(ExitCode::SUCCESS)
}

fn draw() -> Result<[u8; 16], String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|e| format!("the system gives no random numbers: {e}"))?;
    Ok(bytes)
}

fn words(language: &str, day: &str) -> [String; 3] {
    let [phone, counter, until] = match language {
        "be" => ["для тэлефона", "для касы", "да"],
        "en" => ["for your phone", "at the counter", "until"],
        _ => ["для телефона", "для кассы", "до"],
    };
    [phone.into(), counter.into(), format!("{until} {day}")]
}

fn numbered(out: &Path, number: usize) -> PathBuf {
    if number == 1 {
        return out.to_path_buf();
    }
    let stem = out.file_stem().map_or_else(|| "sheet".into(), |stem| stem.to_string_lossy().into_owned());
    out.with_file_name(format!("{stem}-{number}.svg"))
}
