//! `kava-sync`: the head office of Kava. This file reads the command line and routes; every command is a function
//! of `command`.

#![expect(unreachable_pub, reason = "a binary has no outside; pub means used by another command")]

mod admin;
mod blank_page;
mod blanks;
mod campaign;
mod command;
mod doctor;
mod learn;
mod models;
mod moving;
mod report;
mod serve;
mod staff;

use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

#[derive(Parser)]
#[command(name = "kava-sync", version, about = "The head office of Kava")]
struct CommandLine {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options every command has.
#[derive(clap::Args)]
pub struct Global {
    /// SQLite file of the ledger
    #[arg(long, global = true, value_name = "FILE", default_value = "kava-office.db")]
    pub db: PathBuf,
    /// One JSON object on stdout
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Makes the ledger of a chain's office, with its signing key
    Init {
        /// The chain
        #[arg(long, default_value = "kava")]
        chain: String,
        /// What guests call it; the chain's name where nothing is said
        #[arg(long)]
        title: Option<String>,
        /// Its currency, ISO 4217
        #[arg(long, default_value = "BYN")]
        currency: String,
    },
    /// Starts the office and answers until it is told to stop; makes the ledger if there is none
    Serve(serve::ServeArgs),
    /// Keys with which passes are signed
    #[command(subcommand)]
    Key(KeyCommand),
    /// Makes a one-time code with which a counter enrols within ten minutes
    EnrolCode {
        /// The shop
        #[arg(long, default_value = "1")]
        shop: String,
        /// The counter
        #[arg(long, default_value = "1")]
        counter: String,
    },
    /// Every counter: whether it may send, what is durable here, when it was heard of
    Counters,
    /// What needs a person: forks, records put aside
    Alarms,
    /// Shuts a counter out
    Revoke {
        /// The shop
        #[arg(long)]
        shop: String,
        /// The counter
        #[arg(long)]
        counter: String,
    },
    /// Puts a policy, a menu or a bundle on its way to the counters
    Publish {
        /// policy, menu or bundle
        stream: String,
        /// The document
        file: PathBuf,
        /// Only for this shop
        #[arg(long, default_value = "")]
        shop: String,
    },
    /// Learns from what all counters have told, and puts the models on their way to the counters
    Learn(learn::LearnArgs),
    /// Bundles of models: which is where and what was seen of it, to more shops, back to the one before
    Models {
        #[command(subcommand)]
        what: Models,
    },
    /// Reports of the embedded warehouse: lists them, or reads one
    Report(report::ReportArgs),
    /// Common offers with a budget: adds one, ends one, or shows where the budgets are
    Campaign {
        #[command(subcommand)]
        what: Campaigns,
    },
    /// Who works at the office: lets somebody in by a one-time link, lists them, shuts one out
    Admin {
        #[command(subcommand)]
        what: Admin,
    },
    /// Who may sign on at the tills: puts somebody on the list, shows it, takes one off
    Staff {
        #[command(subcommand)]
        what: Staff,
    },
    /// What the chain owes to guests who came from older programmes
    Owed,
    /// Prints sheets of blank memberships, which guests claim later on their phones
    Blanks(blanks::BlanksArgs),
    /// Makes two guests one, here and at every counter; it cannot be taken back
    Merge {
        /// Pseudonym of the guest who is none of their own afterwards
        from: String,
        /// Pseudonym of the guest whose everything is
        #[arg(long, value_name = "GUEST")]
        into: String,
        /// The guest has said that what the second agreed to holds; else the narrower consent of both does
        #[arg(long)]
        confirmed: bool,
        /// Only says what it would do
        #[arg(long)]
        dry_run: bool,
    },
    /// Erases a customer here and at every counter
    Erase {
        /// The customer's pseudonym
        customer: String,
    },
    /// Who was erased, and which counters have given a receipt
    Erasures,
    /// What needs somebody, in one look
    Doctor,
    /// Checks every series of the ledger from its beginning
    Audit,
    /// Copies the ledger into a new file while the office serves, and audits the copy
    Backup {
        /// The backup
        file: PathBuf,
    },
    /// Puts a backup in the ledger's place; with --verify only checks it
    Restore {
        /// The backup
        file: PathBuf,
        /// Only check it
        #[arg(long)]
        verify: bool,
    },
}

/// What is done with keys.
#[derive(Subcommand)]
pub enum KeyCommand {
    /// Makes the first key; counters believe it from their next contact on
    New,
    /// Every key
    List,
    /// Makes a new key that signs from now on; what the one before has signed is believed on
    Rotate,
    /// Nothing that this key has signed is believed
    Revoke {
        /// Its number
        number: u8,
    },
}

/// What is done with bundles of models.
#[derive(Subcommand)]
pub enum Models {
    /// The bundles of the chain and of shops that have their own, and the last look at the newest
    List,
    /// Looks at the newest bundles, and does what follows: on, or back
    Look,
    /// Gives the bundle that is on its way to more shops
    Advance {
        /// Of this shop's own line; of the chain's where nothing is said
        #[arg(long, default_value = "")]
        shop: String,
    },
    /// Puts an earlier bundle's models in force again, as a newer release
    Return {
        /// Of this shop's own line; of the chain's where nothing is said
        #[arg(long, default_value = "")]
        shop: String,
        /// The models of this version; those before where nothing is said
        #[arg(long)]
        version: Option<i64>,
    },
}

/// What is done with campaigns.
#[derive(Subcommand)]
pub enum Campaigns {
    /// Adds the campaign of a JSON file; it goes down to every counter
    Add {
        /// The file, see docs/office.md
        file: PathBuf,
    },
    /// Ends a campaign; counters give back what they hold
    End {
        /// Its id
        id: String,
    },
    /// Lets a coupon live in another shop, from when the counter that has it has given it back
    Move {
        /// Its id
        id: String,
        /// The shop
        #[arg(long)]
        shop: String,
    },
    /// Where every budget is, and what counters that are away can still spend at most
    List,
}

/// What is done with those who work at the office.
#[derive(Subcommand)]
pub enum Admin {
    /// Makes a one-time link by which somebody sets a password; whoever has one already loses it
    Link {
        /// What they are called
        #[arg(long, default_value = "owner")]
        name: String,
        /// owner, marketer, analyst, shop_manager or support
        #[arg(long, default_value = "owner")]
        role: String,
        /// The one shop of a shop manager
        #[arg(long, default_value = "")]
        shop: String,
        /// Where the office is reached by a browser
        #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8480")]
        at: String,
    },
    /// Everybody who works here
    List,
    /// Shuts somebody out, at once
    Revoke {
        /// What they are called
        name: String,
    },
}

/// What is done with the staff list.
#[derive(Subcommand)]
pub enum Staff {
    /// Puts somebody on it; it goes down to the tills of their shop
    Add {
        /// What they are called at the counter: a first name or a nickname
        name: String,
        /// Their one shop; all shops where nothing is said
        #[arg(long, default_value = "")]
        shop: String,
        /// The id that records hold, which is no name; drawn where nothing is said
        #[arg(long)]
        id: Option<String>,
        /// They sign on with a PIN, which is the first line on stdin
        #[arg(long)]
        pin: bool,
    },
    /// Everybody on it
    List,
    /// Takes somebody off it, here and at every till
    Remove {
        /// Their id
        id: String,
    },
}

#[expect(clippy::print_stderr, reason = "stderr is where a command complains")]
fn main() -> ExitCode {
    let CommandLine { global, command } = CommandLine::parse();
    let done = match command {
        Command::Init { chain, title, currency } => {
            command::init(&global, (&chain, title.as_deref(), &currency))
        }
        Command::Serve(args) => serve::serve(&global, &args),
        Command::Key(wanted) => command::key(&global, &wanted),
        Command::EnrolCode { shop, counter } => command::enrol_code(&global, &shop, &counter),
        Command::Counters => command::counters(&global),
        Command::Alarms => command::alarms(&global),
        Command::Revoke { shop, counter } => command::revoke(&global, &shop, &counter),
        Command::Publish { stream, file, shop } => command::publish(&global, (&stream, &shop), &file),
        Command::Learn(args) => learn::learn(&global, &args),
        Command::Models { what } => models::run(&global, &what),
        Command::Report(args) => report::run(&global, &args),
        Command::Admin { what } => admin::run(&global, &what),
        Command::Staff { what } => staff::run(&global, &what),
        Command::Campaign { what } => campaign::run(&global, &what),
        Command::Owed => moving::owed(&global),
        Command::Blanks(args) => blanks::run(&global, &args),
        Command::Merge { from, into, confirmed, dry_run } => {
            moving::merge(&global, (&from, &into), confirmed, dry_run)
        }
        Command::Erase { customer } => command::erase(&global, &customer),
        Command::Erasures => command::erasures(&global),
        Command::Doctor => doctor::doctor(&global),
        Command::Audit => command::audit(&global),
        Command::Backup { file } => command::backup(&global, &file),
        Command::Restore { file, verify } => command::restore(&global, &file, verify),
    };
    done.unwrap_or_else(|why| {
        eprintln!("kava-sync: {}", why.replace('\n', " "));
        ExitCode::from(2)
    })
}
