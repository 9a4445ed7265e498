//! From the checked configuration to devices that can be spoken to.

use super::{DevicesConfig, PrinterConfig, RegisterConfig};
use crate::devices::{
    alfa_kassa::AlfaKassaRegister,
    atol::AtolRegister,
    escpos::{DevicePrinter, FilePrinter, Logo, Paper, Press, TcpPrinter},
    ikassa::{SmartxRegister, TsrvRegister},
    manual::{Ask, ManualRegister},
    simulator::SimulatorRegister,
};
use crate::ports::{Printer, Register};
use std::sync::Arc;

/// The register, ready to be spoken to.
pub(super) fn register(config: &DevicesConfig, ask: Box<dyn Ask>) -> Result<Box<dyn Register>, String> {
    Ok(match &config.register {
        RegisterConfig::Manual => Box::new(ManualRegister::new(ask)),
        RegisterConfig::Simulator { url } => Box::new(SimulatorRegister::open(url)?),
        RegisterConfig::AlfaKassa { url, shape } => Box::new(AlfaKassaRegister::open(url, shape.clone())?),
        RegisterConfig::Atol { url, terms } => Box::new(AtolRegister::open(url, terms.clone())?),
        RegisterConfig::IkassaSmartx { url, terms } => Box::new(SmartxRegister::open(url, terms.clone())?),
        RegisterConfig::IkassaTsrv { url, terms } => Box::new(TsrvRegister::open(url, terms.clone())?),
    })
}

/// The printer, if there is one, with the logo read.
pub(super) fn printer(config: &DevicesConfig) -> Result<Option<Box<dyn Printer>>, String> {
    let press = |paper: Paper| {
        let logo = config.logo.as_deref().map(|path| Logo::read(path, paper.dots())).transpose()?;
        Ok::<Press, String>(Press { paper, logo: logo.map(Arc::new) })
    };
    Ok(match &config.printer {
        PrinterConfig::None => None,
        PrinterConfig::File { path, paper } => Some(Box::new(FilePrinter::new(path.clone(), press(*paper)?))),
        PrinterConfig::Tcp { address, paper, asks_first } => {
            let printer = TcpPrinter::new(address, press(*paper)?);
            Some(Box::new(if *asks_first { printer.asking_first() } else { printer }))
        }
        PrinterConfig::Device { path, baud, paper } => {
            Some(Box::new(DevicePrinter::new(path.clone(), *baud, press(*paper)?)))
        }
    })
}
