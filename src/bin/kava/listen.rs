//! `kava counter --listen`: the barista's screen in a browser on this machine.

use crate::global::Global;
use anyhow::{Context, Result, anyhow};
use kava::{
    faces::{
        barista::turns::Window,
        http::{self, Answering, Listener, Pages},
    },
    flow::ids::Ids,
    wiring::{engine::Wish, screen},
};
use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
};

#[derive(clap::Args, Debug)]
pub struct ListenArgs {
    /// Serves the barista's screen at this loopback address; port 0 takes a free one
    #[arg(long, value_name = "ADDR", conflicts_with = "json_lines")]
    pub listen: Option<SocketAddr>,
    /// Folder of the built screen; default `screen` beside this program, else `ui/barista/dist` here
    #[arg(long, value_name = "FOLDER", requires = "listen")]
    screen: Option<PathBuf>,
    /// To practise on: a copy of the database, made afresh; no device and no office is ever spoken to
    #[arg(long, requires = "listen")]
    pub training: bool,
}

/// Serves until it is ended. The first line on stdout is the address to open.
pub fn run(args: &ListenArgs, address: SocketAddr, global: &Global, wish: &Wish) -> Result<()> {
    let folder = screen_folder(args.screen.as_deref());
    let pages = Pages::read(&folder).with_context(|| {
        format!("{}: there is no built screen; `cargo xtask ui` builds it", folder.display())
    })?;
    let listener = Listener::bind(address).with_context(|| format!("--listen {address}"))?;
    let (publish, news) = http::news();
    let window = Window::new(publish);
    let behind = screen::open(&global.place()?, wish, &window)?;
    let token = token()?;
    let opened = listener.address()?;
    let mut output = std::io::stdout();
    http::serve(listener, Answering { token: token.clone(), pages, window, news })?;
    writeln!(output, "listening on http://{opened}/?token={token}")?;
    output.flush()?;
    Ok(behind.serve()?)
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
