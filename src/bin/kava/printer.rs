//! `kava printer test`: a page that shows whether the printer's page, width, codes and logo are right.

use crate::global::{Global, NOT_HELD};
use anyhow::{Context, Result, bail};
use kava::devices::config::{self, DevicesConfig};
use kava::devices::manual::ManualAnswer;
use kava::ports::Paper;
use serde_json::json;
use std::process::ExitCode;

#[derive(clap::Subcommand, Debug)]
pub enum PrinterCommand {
    /// Prints letters, a ruler, both codes and the logo as [printer] is configured
    Test {
        /// Prints the letters under each of these page numbers too, such as 0-80, to find the right one
        #[arg(long = "try", value_name = "FROM-TO", value_parser = numbers)]
        tries: Option<(u8, u8)>,
    },
}

pub fn run(command: &PrinterCommand, global: &Global) -> Result<ExitCode> {
    let PrinterCommand::Test { tries } = command;
    let config = DevicesConfig::read(global.config.as_deref())?;
    // Nothing is rung up here, so nobody is ever asked.
    let mut devices = config::open(&config, Box::new(|_: &Paper| ManualAnswer::Unsure))?;
    let Some(printer) = devices.printer.as_mut() else {
        bail!("no printer is configured; write a [printer] table and name the file with --config");
    };
    let tries: Vec<u8> = tries.map(|(from, to)| (from..=to).collect()).unwrap_or_default();
    let printed = printer.print_test(&tries, devices.printer_deadline);
    let name = printer.name().to_owned();
    match printed {
        Ok(()) => {
            let words = format!(
                "{name} has the page. Are the letters right? If not, print it with --try 0-80 and write the number of a \
                 right line as page_number, its page as page."
            );
            global.say(&json!({"printed": true, "printer": name}), &words)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            global.say(
                &json!({"printed": false, "printer": name, "why": fault.to_string()}),
                &fault.to_string(),
            )?;
            Ok(ExitCode::from(NOT_HELD))
        }
    }
}

fn numbers(text: &str) -> Result<(u8, u8)> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let number =
        |text: &str| text.parse::<u8>().with_context(|| format!("{text:?} is not a number up to 255"));
    let (from, to) = (number(from)?, number(to)?);
    if from > to {
        bail!("{from} is above {to}; write the lower number first");
    }
    Ok((from, to))
}
