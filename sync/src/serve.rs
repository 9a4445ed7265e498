//! `kava-sync serve`: the office answers until it is told to stop.

use crate::Global;
use crate::admin;
use crate::command::{Done, found, said};
use kava_sync::{
    http::{self, Office, Pages, Tls},
    ledger::{Access, Ledger, open::lock, writer::Writer},
};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

#[derive(clap::Args)]
pub struct ServeArgs {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8480")]
    listen: SocketAddr,
    /// The office's certificate (PEM), with those that lead from it to an authority: it speaks TLS itself then
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// The certificate's key (PEM)
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// The guests' app from this folder instead of the one in the program
    #[arg(long, value_name = "FOLDER")]
    club: Option<PathBuf>,
    /// The clerks' app from this folder instead of the one in the program
    #[arg(long, value_name = "FOLDER")]
    console: Option<PathBuf>,
}

impl ServeArgs {
    fn tls(&self) -> Result<Option<Tls>, String> {
        let files = self.certificate.as_ref().zip(self.key.as_ref());
        files.map(|(certificate, key)| Tls::read(certificate, key)).transpose()
    }

    fn furnish(&self, office: Office) -> Result<Office, String> {
        let token = std::env::var("KAVA_METRICS_TOKEN").ok().filter(|token| !token.is_empty());
        let office = office.with_metrics_token(token).with_tls(self.certificate.is_some());
        let pages = |option: &str, folder: &Path| {
            Pages::read(folder).map_err(|why| format!("{option} {}: {why}", folder.display()))
        };
        let office = match &self.club {
            Some(folder) => office.with_club(pages("--club", folder)?),
            None => office,
        };
        Ok(match &self.console {
            Some(folder) => office.with_console(pages("--console", folder)?),
            None => office,
        })
    }
}

/// Serves; the first start makes the ledger.
pub fn serve(global: &Global, args: &ServeArgs) -> Done {
    let tls = args.tls()?;
    if !global.db.exists() {
        found(global, ("kava", None, "BYN"))?;
    }
    let _office = lock(&global.db).map_err(|fault| said(&fault))?;
    let first = Ledger::open(&global.db, Access::Write)
        .map_err(|fault| said(&fault))
        .and_then(|mut ledger| admin::first_door(&mut ledger))?;
    let (writer, thread) = Writer::start(&global.db).map_err(|fault| said(&fault))?;
    let office = Office::new(&global.db, writer).map_err(|fault| said(&fault))?;
    let office = Arc::new(args.furnish(office)?);
    let runtime = tokio::runtime::Runtime::new().map_err(|e| format!("no threads to serve with: {e}"))?;
    let scheme = if args.certificate.is_some() { "https" } else { "http" };
    let listening = |address: SocketAddr| {
        if let Some(door) = &first {
            admin::say_first_door(door, &format!("{scheme}://{address}"));
        }
    };
    let served = runtime.block_on(http::serve((args.listen, tls), office, listening));
    // With the runtime goes the last door to the writer, which then writes what waits and ends.
    drop(runtime);
    if thread.join().is_err() {
        return Err("the ledger's thread failed; run `kava-sync audit`".into());
    }
    served.map(|()| ExitCode::SUCCESS)
}
