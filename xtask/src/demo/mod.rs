//! `cargo xtask demo`: the main job on a simulated town, with simulated devices.

mod office;
mod register;
pub mod shop;
mod story;
mod talk;

use self::{office::Office, register::Register, shop::Shop};
use crate::{machine, screens, window};
use anyhow::{Context, Result};
use kava::testing::town::Town;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

#[derive(clap::Args)]
pub struct DemoArgs {
    /// Two scripted visits, from scan to receipt, then the end
    #[arg(long)]
    once: bool,
    /// The barista's screen in a browser of this machine
    #[arg(long, conflicts_with = "once")]
    screen: bool,
    /// The counter with a window
    #[arg(long, conflicts_with_all = ["once", "screen"])]
    window: bool,
}

/// Cards shown to a person who tries it.
const CARDS: usize = 5;

pub fn run(args: &DemoArgs) -> Result<ExitCode> {
    machine::prepare()?;
    if args.screen || args.window {
        machine::prepare_screens()?;
        screens::built()?;
    }
    let desktop = if args.window { Some(window::built()?) } else { None };
    println!("== building kava and kava-sync");
    match show(args, shop::build()?, desktop.as_deref()) {
        Ok(status) => Ok(status),
        Err(deviation) => {
            println!("\nTHE DEMO DID NOT GO AS IT SHOULD: {deviation:#}");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn show(args: &DemoArgs, (counter, office): (PathBuf, PathBuf), desktop: Option<&Path>) -> Result<ExitCode> {
    let begun = Instant::now();
    let shop = Shop::empty(counter)?;
    let register = Register::start(&shop.folder)?;
    let town = shop.furnish(&register)?;
    println!("\n== the office, and two counters that enrol there");
    let mut office = Office::open(office, &shop.folder)?;
    office.enrol(&shop, "1")?;
    office.publish_menu_of(&shop)?;
    let second = office::second_counter(&shop, &office)?;
    if args.screen {
        return open_screen(&shop, &town);
    }
    if let Some(desktop) = desktop {
        return open_window(&shop, &town, desktop);
    }
    if !args.once {
        return hand_over((&shop, &second), office, &town);
    }
    story::tell((&shop, &second), &mut office, &register, &town)?;
    println!("  all of it took {} s", begun.elapsed().as_secs());
    Ok(ExitCode::SUCCESS)
}

/// The keyboard goes to the counter until it ends; the register ends with us.
fn hand_over((shop, second): (&Shop, &Shop), office: Office, town: &Town) -> Result<ExitCode> {
    println!("\nThe counter is yours. Type a guest's card as a scanner would, then what they want:\n");
    for (card, visits) in some_cards(town) {
        println!("  {card}   {visits} visits");
    }
    println!(
        "\n  menu капучино    finds products          cap-mx2+oat    adds two with oat milk\n\
         \x20 1 … 5            chooses a card          0              gives no discount\n\
         \x20 card             rings up and prints     new            makes a new guest's card\n\
         \x20 ?                everything else         Ctrl-D         ends it\n\n\
         Slips are printed to {slips}.\n\n\
         The guests' app is at {url}/club/ where the screens were built before (`cargo xtask ui`).\n\
         The office is at {url}. Cut it off and sell on, then put the cable back, from another terminal:\n\n\
         \x20 touch {folder}/cut\n\
         \x20 rm {folder}/cut\n\
         \x20 {second} counter     the second counter\n",
        slips = shop.slips().display(),
        url = office.url(),
        folder = shop.folder.display(),
        second = second.words(),
    );
    let _office = office.with_switch()?;
    let status = shop.command(&["counter"]).status().context("the counter does not start")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The counter's screen for a browser; Ctrl-C ends counter and register.
fn open_screen(shop: &Shop, town: &Town) -> Result<ExitCode> {
    println!(
        "\nOpen the address below in a browser. Cards to scan (a scanner types them) or to type under «Ввести код»:\n"
    );
    for (card, visits) in some_cards(town) {
        println!("  {card}   {visits} visits");
    }
    println!("\nSlips are printed to {}. Ctrl-C ends it.\n", shop.slips().display());
    let folder = screens::folder();
    let words = ["counter", "--listen", "127.0.0.1:0", "--screen", &folder.to_string_lossy()];
    let status = shop.command(&words).status().context("the counter does not start")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The counter in its window, with the guest's beside it; closing it ends the register, too.
fn open_window(shop: &Shop, town: &Town, desktop: &Path) -> Result<ExitCode> {
    println!("\nCards to scan (a scanner types them) or to type under «Ввести код»:\n");
    for (card, visits) in some_cards(town) {
        println!("  {card}   {visits} visits");
    }
    println!("\nSlips are printed to {}.\n", shop.slips().display());
    let status = shop.by(desktop, &["--display"]).status().context("the window does not open")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Guests who are different: from the most faithful to somebody new.
fn some_cards(town: &Town) -> Vec<(String, usize)> {
    let mut cards = town.cards();
    cards.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
    let step = (cards.len() / CARDS).max(1);
    cards.into_iter().step_by(step).take(CARDS).collect()
}
