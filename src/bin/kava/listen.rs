//! `kava counter --listen`: the barista's screen in a browser on this machine.

use crate::{engine, global::Global, office, scans};
use anyhow::{Context, Result, anyhow};
use kava::{
    devices::{
        clock::SystemClock,
        manual::{Ask, ManualAnswer},
    },
    faces::{
        barista::{
            command::Answer,
            till::Till,
            turns::{self, Turn, Window},
        },
        http::{self, Answering, Listener, Pages},
    },
    facts::id::ReceiptId,
    flow::ids::Ids,
    ports::{Clock, NetReceipt, Paper, RefundReceipt, Scanner},
};
use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    thread,
};

#[derive(clap::Args, Debug)]
pub struct ListenArgs {
    /// Serves the barista's screen at this loopback address; port 0 takes a free one
    #[arg(long, value_name = "ADDR", conflicts_with = "json_lines")]
    pub listen: Option<SocketAddr>,
    /// Folder of the built screen; default `screen` beside this program, else `ui/barista/dist` here
    #[arg(long, value_name = "FOLDER", requires = "listen")]
    screen: Option<PathBuf>,
}

/// Serves until it is ended. The first line on stdout is the address to open.
pub fn run(args: &ListenArgs, address: SocketAddr, global: &Global, wish: &engine::Wish) -> Result<()> {
    let folder = screen_folder(args.screen.as_deref());
    let pages = Pages::read(&folder).with_context(|| {
        format!("{}: there is no built screen; `cargo xtask ui` builds it", folder.display())
    })?;
    let listener = Listener::bind(address).with_context(|| format!("--listen {address}"))?;
    let (publish, news) = http::news();
    let window = Window::new(publish);
    let engine = engine::open(global, wish, Some(Box::new(AskScreen(window.clone()))))?;
    if let Some(scanner) = engine.scanner {
        listen_to(scanner, window.clone())?;
    }
    let token = token()?;
    let opened = listener.address()?;
    let mut output = std::io::stdout();
    let mut till = Till::new(engine.counter, SystemClock.now());
    turns::first(&till, &window, SystemClock.now());
    http::serve(listener, Answering { token: token.clone(), pages, window: window.clone(), news })?;
    writeln!(output, "listening on http://{opened}/?token={token}")?;
    output.flush()?;
    let of_office = window.clone();
    let courier = office::courier(till.counter_mut(), move |news| of_office.put(Turn::Office(news)))?;
    turns::take(till, &window, &mut SystemClock, &mut |counter, news| {
        office::hear(counter, courier.as_ref(), news);
    });
    Ok(())
}

fn screen_folder(named: Option<&Path>) -> PathBuf {
    let beside = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.join("screen")));
    match (named, beside) {
        (Some(named), _) => named.to_path_buf(),
        (None, Some(beside)) if beside.is_dir() => beside,
        _ => PathBuf::from("ui/barista/dist"),
    }
}

/// Thirty-two hexadecimal digits that nobody can foresee.
fn token() -> Result<String> {
    let mut ids = Ids::random().map_err(|why| anyhow!(why))?;
    Ok(kava::facts::menu::to_hex(&ids.salt()))
}

/// Until nobody takes turns any more.
fn listen_to(scanner: Box<dyn Scanner>, window: Window) -> Result<()> {
    let work =
        move || scans::each(scanner, |heard| window.put(heard.map_or_else(Turn::Trouble, Turn::Scanned)));
    thread::Builder::new()
        .name("scanner".into())
        .spawn(work)
        .context("the scanner's thread does not start")?;
    Ok(())
}

/// Asks the cashier on the screen whether the register without a cable has the receipt.
struct AskScreen(Window);

impl AskScreen {
    fn wait(&self, about: &'static str, paper: &Paper) -> ManualAnswer {
        match self.0.ask(about, paper) {
            Answer::RungUp => ManualAnswer::RungUp,
            Answer::NotRungUp => ManualAnswer::NotRungUp,
            Answer::Declined => ManualAnswer::Declined,
            Answer::Unsure => ManualAnswer::Unsure,
        }
    }
}

impl Ask for AskScreen {
    fn ask(&mut self, receipt: &NetReceipt) -> ManualAnswer {
        self.wait("rung_up", receipt)
    }

    fn ask_refund(&mut self, _original: &ReceiptId, refund: &RefundReceipt) -> ManualAnswer {
        self.wait("given_back", refund)
    }
}
