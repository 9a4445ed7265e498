//! The tables as they are written, and what makes their values possible.

use super::{DevicesConfig, PrinterConfig, RegisterConfig, ScannerConfig};
use crate::devices::alfa_kassa;
use crate::devices::atol;
use crate::devices::escpos::{Page, Paper};
use crate::devices::ikassa;
use serde::Deserialize;
use std::{ops::RangeInclusive, path::PathBuf, time::Duration};

const DEADLINES_MS: RangeInclusive<u64> = 100..=600_000;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegisterTable {
    kind: Option<String>,
    url: Option<String>,
    deadline_ms: Option<u64>,
    alfa_kassa: Option<alfa_kassa::Shape>,
    atol: Option<atol::Terms>,
    ikassa: Option<ikassa::Terms>,
}

/// The kinds of registers, each with an address as an example.
pub(super) const REGISTERS: [(&str, Option<&str>); 6] = [
    ("manual", None),
    ("simulator", Some("http://127.0.0.1:9200")),
    ("alfa_kassa", Some("http://192.168.0.30:8080/kassa")),
    ("atol", Some("http://127.0.0.1:16732")),
    ("ikassa_smartx", Some("http://192.168.0.31:37015")),
    ("ikassa_tsrv", Some("http://192.168.0.31:1829")),
];

impl RegisterTable {
    pub(super) fn check(self, config: &mut DevicesConfig) -> Result<(), String> {
        if let Some(deadline) = deadline(self.deadline_ms)? {
            config.register_deadline = deadline;
        }
        let kind = self.kind.as_deref().unwrap_or("manual");
        let Some((kind, example)) = REGISTERS.into_iter().find(|(name, _)| *name == kind) else {
            let known = REGISTERS.map(|(name, _)| name).join(", ");
            return Err(format!("kind {kind:?} is unknown; there are {known}"));
        };
        let own = [
            ("alfa_kassa", self.alfa_kassa.is_some()),
            ("atol", self.atol.is_some()),
            ("ikassa", self.ikassa.is_some()),
        ];
        if let Some((name, _)) = own.into_iter().find(|(name, given)| *given && !kind.starts_with(name)) {
            return Err(format!("[register.{name}] is only for kind = {name:?}; remove it"));
        }
        let url = match (self.url, example) {
            (None, Some(example)) => return Err(format!("url is missing; write url = {example:?}")),
            (Some(_), None) => return Err(format!("kind = {kind:?} has no url; remove it")),
            (url, _) => url.unwrap_or_default(),
        };
        config.register = match kind {
            "simulator" => RegisterConfig::Simulator { url },
            "alfa_kassa" => {
                let shape = self.alfa_kassa.unwrap_or_default();
                shape.check()?;
                RegisterConfig::AlfaKassa { url, shape }
            }
            "atol" => {
                let terms = self.atol.unwrap_or_default();
                terms.check()?;
                RegisterConfig::Atol { url, terms }
            }
            "ikassa_smartx" | "ikassa_tsrv" => {
                let terms = self.ikassa.unwrap_or_default();
                terms.check()?;
                if kind == "ikassa_tsrv" {
                    RegisterConfig::IkassaTsrv { url, terms }
                } else {
                    RegisterConfig::IkassaSmartx { url, terms }
                }
            }
            "manual" => RegisterConfig::Manual,
            // Never another register than the one that was asked for.
            other => return Err(format!("kind {other:?} cannot be opened by this program")),
        };
        Ok(())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrinterTable {
    kind: Option<String>,
    path: Option<PathBuf>,
    address: Option<String>,
    page: Option<String>,
    page_number: Option<u8>,
    columns: Option<u8>,
    deadline_ms: Option<u64>,
    beside_register: Option<bool>,
    baud: Option<u32>,
    status: Option<bool>,
    logo: Option<PathBuf>,
}

impl PrinterTable {
    pub(super) fn check(self, config: &mut DevicesConfig) -> Result<(), String> {
        if let Some(deadline) = deadline(self.deadline_ms)? {
            config.printer_deadline = deadline;
        }
        config.slip_beside_register = self.beside_register.unwrap_or(false);
        let paper = self.paper()?;
        let kind = self.kind.as_deref().unwrap_or("none");
        if self.baud.is_some() && kind != "device" {
            return Err("baud is only for kind = \"device\" at a serial port; remove it".into());
        }
        if self.status.is_some() && kind != "tcp" {
            return Err("status is only for kind = \"tcp\"; remove it".into());
        }
        if self.logo.is_some() && kind == "none" {
            return Err("logo is for a printer, and kind is none; remove it".into());
        }
        config.logo = self.logo;
        let (baud, asks_first) = (self.baud, self.status.unwrap_or(false));
        config.printer = match (kind, self.path, self.address) {
            ("none", None, None) => PrinterConfig::None,
            ("file", Some(path), None) => PrinterConfig::File { path, paper },
            ("device", Some(path), None) => PrinterConfig::Device { path, baud, paper },
            ("tcp", None, Some(address)) if has_port(&address) => {
                PrinterConfig::Tcp { address, paper, asks_first }
            }
            ("tcp", None, Some(address)) => {
                return Err(format!("address {address:?} has no port; write it as 192.168.0.20:9100"));
            }
            ("none", ..) => return Err("kind = \"none\" has neither path nor address; remove them".into()),
            ("file" | "device", ..) => return Err(format!("kind = {kind:?} needs path, and no address")),
            ("tcp", ..) => return Err("kind = \"tcp\" needs address, and no path".into()),
            (other, ..) => return Err(format!("kind {other:?} is unknown; write none, file, device or tcp")),
        };
        Ok(())
    }

    fn paper(&self) -> Result<Paper, String> {
        let page = match self.page.as_deref().unwrap_or("wpc1251") {
            "wpc1251" => Page::Wpc1251,
            "pc866" => Page::Pc866,
            other => return Err(format!("page {other:?} is unknown; write wpc1251 or pc866")),
        };
        let columns = self.columns.unwrap_or(42);
        if ![32, 42, 48].contains(&columns) {
            return Err(format!("columns {columns} is not 32 (58 mm paper), 42 or 48 (80 mm)"));
        }
        Ok(Paper { page, page_number: self.page_number.unwrap_or(page.usual_number()), columns })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScannerTable {
    kind: Option<String>,
    path: Option<String>,
    baud: Option<u32>,
}

impl ScannerTable {
    pub(super) fn check(self) -> Result<ScannerConfig, String> {
        let baud = self.baud.unwrap_or(9600);
        if !(300..=4_000_000).contains(&baud) {
            return Err(format!("baud {baud} is not a speed between 300 and 4000000"));
        }
        match (self.kind.as_deref().unwrap_or("stdin"), self.path) {
            ("serial", Some(path)) => Ok(ScannerConfig::Serial { path, baud }),
            ("serial", None) => Err("path is missing; write path = \"/dev/ttyACM0\"".into()),
            ("stdin" | "none", path) if path.is_some() || self.baud.is_some() => {
                Err("path and baud are only for kind = \"serial\"; remove them".into())
            }
            ("stdin", _) => Ok(ScannerConfig::Stdin),
            ("none", _) => Ok(ScannerConfig::None),
            (other, _) => Err(format!("kind {other:?} is unknown; write stdin, serial or none")),
        }
    }
}

fn deadline(milliseconds: Option<u64>) -> Result<Option<Duration>, String> {
    match milliseconds {
        Some(ms) if !DEADLINES_MS.contains(&ms) => Err(format!(
            "deadline_ms {ms} is not between {} and {}",
            DEADLINES_MS.start(),
            DEADLINES_MS.end()
        )),
        other => Ok(other.map(Duration::from_millis)),
    }
}

fn has_port(address: &str) -> bool {
    let port = address.rsplit_once(':').filter(|(host, _)| !host.is_empty());
    port.and_then(|(_, port)| port.parse::<u16>().ok()).is_some_and(|port| port > 0)
}
