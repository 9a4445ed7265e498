//! Which devices a counter has: the tables `[register]`, `[printer]`, `[scanner]` of its configuration.

mod connect;
mod tables;

use self::tables::{PrinterTable, RegisterTable, ScannerTable};
use super::{
    DeviceFault, alfa_kassa, atol,
    escpos::Paper,
    ikassa,
    manual::Ask,
    scanner::{LineScanner, SerialScanner},
};
use crate::ports::{Printer, Register, Scanner};
use serde::Deserialize;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// Tables of the same file that other rooms read.
const OF_OTHERS: [&str; 3] = ["policy", "updates", "neighbours"];

/// The devices of one counter, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevicesConfig {
    /// The cash register.
    pub register: RegisterConfig,
    /// How long a register may take to answer.
    pub register_deadline: Duration,
    /// The receipt printer.
    pub printer: PrinterConfig,
    /// How long a printer may take for a slip.
    pub printer_deadline: Duration,
    /// A slip of ours also where the register prints its own receipt.
    pub slip_beside_register: bool,
    /// A PNG picture that stands on top of every slip.
    pub logo: Option<PathBuf>,
    /// The code scanner.
    pub scanner: ScannerConfig,
}

/// Which cash register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterConfig {
    /// The cashier rings up by hand.
    Manual,
    /// The simulated register at this address.
    Simulator {
        /// Such as `http://127.0.0.1:9200`.
        url: String,
    },
    /// Alfa-Kassa takes orders.
    AlfaKassa {
        /// Such as `http://192.168.0.30:8080/kassa`.
        url: String,
        /// What is not published.
        shape: alfa_kassa::Shape,
    },
    /// ATOL's web server.
    Atol {
        /// Such as `http://127.0.0.1:16732`.
        url: String,
        /// What a receipt must say.
        terms: atol::Terms,
    },
    /// iKassa's register app.
    IkassaSmartx {
        /// Such as `http://192.168.0.31:37015`.
        url: String,
        /// Cashier and PIN.
        terms: ikassa::Terms,
    },
    /// iKassa's fiscal service.
    IkassaTsrv {
        /// Such as `http://192.168.0.31:1829`; what is spoken there is not HTTP.
        url: String,
        /// Cashier, PIN and fiscal module.
        terms: ikassa::Terms,
    },
}

/// Which receipt printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrinterConfig {
    /// None.
    None,
    /// A file that slips are appended to.
    File {
        /// Where.
        path: PathBuf,
        /// Page and width.
        paper: Paper,
    },
    /// A printer on the network.
    Tcp {
        /// Such as `192.168.0.20:9100`.
        address: String,
        /// Page and width.
        paper: Paper,
        /// Asked for paper and cover before each slip.
        asks_first: bool,
    },
    /// A USB printer or a serial port.
    Device {
        /// Such as `/dev/usb/lp0`.
        path: PathBuf,
        /// Of a serial port.
        baud: Option<u32>,
        /// Page and width.
        paper: Paper,
    },
}

/// Which code scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScannerConfig {
    /// None.
    None,
    /// Lines on standard input.
    Stdin,
    /// A serial port.
    Serial {
        /// Such as `/dev/ttyACM0`.
        path: String,
        /// Such as 9600.
        baud: u32,
    },
}

/// The opened devices of one counter.
pub struct Devices {
    /// The cash register.
    pub register: Box<dyn Register>,
    /// How long it may take to answer.
    pub register_deadline: Duration,
    /// The receipt printer, if there is one.
    pub printer: Option<Box<dyn Printer>>,
    /// How long it may take for a slip.
    pub printer_deadline: Duration,
    /// The code scanner, if there is one.
    pub scanner: Option<Box<dyn Scanner>>,
}

/// Makes the devices ready. Sockets and serial ports are opened when first used: a counter must start,
/// and sell, whatever is unplugged.
///
/// # Errors
/// When a device cannot be what the configuration says, such as a register at an impossible address.
pub fn open(config: &DevicesConfig, ask: Box<dyn Ask>) -> Result<Devices, DeviceFault> {
    let register = connect::register(config, ask)
        .map_err(|why| DeviceFault::Open { device: "the register".into(), why })?;
    let printer =
        connect::printer(config).map_err(|why| DeviceFault::Open { device: "the printer".into(), why })?;
    let scanner: Option<Box<dyn Scanner>> = match &config.scanner {
        ScannerConfig::None => None,
        ScannerConfig::Stdin => Some(Box::new(LineScanner::stdin())),
        ScannerConfig::Serial { path, baud } => Some(Box::new(SerialScanner::new(path, *baud))),
    };
    let (register_deadline, printer_deadline) = (config.register_deadline, config.printer_deadline);
    Ok(Devices { register, register_deadline, printer, printer_deadline, scanner })
}

impl Default for DevicesConfig {
    /// The cashier rings up by hand, nothing is printed, codes are typed.
    fn default() -> DevicesConfig {
        DevicesConfig {
            register: RegisterConfig::Manual,
            register_deadline: Duration::from_secs(30),
            printer: PrinterConfig::None,
            printer_deadline: Duration::from_secs(5),
            slip_beside_register: false,
            logo: None,
            scanner: ScannerConfig::Stdin,
        }
    }
}

impl DevicesConfig {
    /// Reads the configuration file; without one, the default. Relative paths in it start at its folder.
    ///
    /// # Errors
    /// When the file cannot be read, or one sentence about the first thing wrong in it.
    pub fn read(path: Option<&Path>) -> Result<DevicesConfig, DeviceFault> {
        let Some(path) = path else { return Ok(DevicesConfig::default()) };
        let text = std::fs::read_to_string(path)
            .map_err(|error| DeviceFault::Unreadable { path: path.to_owned(), why: error.to_string() })?;
        let mut config = DevicesConfig::parse(&text, &path.display().to_string())?;
        if let Some(folder) = path.parent() {
            for own in config.paths() {
                *own = folder.join(&own);
            }
        }
        Ok(config)
    }

    /// Every path in the configuration.
    fn paths(&mut self) -> Vec<&mut PathBuf> {
        let slips = match &mut self.printer {
            PrinterConfig::File { path, .. } => Some(path),
            PrinterConfig::None | PrinterConfig::Device { .. } | PrinterConfig::Tcp { .. } => None,
        };
        let secret = match &mut self.register {
            RegisterConfig::AlfaKassa { shape, .. } => shape.auth_file.as_mut(),
            RegisterConfig::Atol { terms, .. } => terms.password_file.as_mut(),
            RegisterConfig::IkassaSmartx { terms, .. } | RegisterConfig::IkassaTsrv { terms, .. } => {
                terms.pin_file.as_mut()
            }
            RegisterConfig::Manual | RegisterConfig::Simulator { .. } => None,
        };
        slips.into_iter().chain(secret).chain(self.logo.as_mut()).collect()
    }

    /// Reads the text of a configuration; `name` stands in the messages.
    ///
    /// # Errors
    /// One sentence about the first thing wrong: not TOML, an unknown key, an impossible value.
    pub fn parse(text: &str, name: &str) -> Result<DevicesConfig, DeviceFault> {
        let mut tables: toml::Table = toml::from_str(text).map_err(|error| DeviceFault::Config {
            place: place(name, text, &error),
            why: one_line(error.message()),
        })?;
        tables.retain(|table, _| !OF_OTHERS.contains(&table));
        if let Some(table) =
            tables.keys().find(|table| !["register", "printer", "scanner"].contains(&table.as_str()))
        {
            return Err(wrong(
                name,
                format!(
                    "[{table}] is unknown; there are [register], [printer], [scanner], [policy], [neighbours] and [updates]"
                ),
            ));
        }
        let mut config = DevicesConfig::default();
        let register: RegisterTable = section(&mut tables, "register", name)?;
        register.check(&mut config).map_err(|why| wrong(&format!("{name}, [register]"), why))?;
        let printer: PrinterTable = section(&mut tables, "printer", name)?;
        printer.check(&mut config).map_err(|why| wrong(&format!("{name}, [printer]"), why))?;
        let scanner: ScannerTable = section(&mut tables, "scanner", name)?;
        config.scanner = scanner.check().map_err(|why| wrong(&format!("{name}, [scanner]"), why))?;
        Ok(config)
    }

    /// Whether money really changes hands: true for everything but the simulated register.
    #[must_use]
    pub const fn has_real_register(&self) -> bool {
        !matches!(self.register, RegisterConfig::Simulator { .. })
    }
}

fn section<T: Default + for<'a> Deserialize<'a>>(
    tables: &mut toml::Table,
    table: &str,
    name: &str,
) -> Result<T, DeviceFault> {
    match tables.remove(table) {
        Some(value) => value.try_into().map_err(|error: toml::de::Error| {
            wrong(&format!("{name}, [{table}]"), one_line(error.message()))
        }),
        None => Ok(T::default()),
    }
}

fn wrong(place: &str, why: String) -> DeviceFault {
    DeviceFault::Config { place: place.to_owned(), why }
}

fn place(name: &str, text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    before.map_or(name.to_owned(), |before| format!("{name}, line {}", before.matches('\n').count() + 1))
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::escpos::Page;

    fn parse(text: &str) -> Result<DevicesConfig, String> {
        DevicesConfig::parse(text, "counter.toml").map_err(|fault| fault.to_string())
    }

    #[test]
    fn nothing_written_is_a_cashier_without_printer_who_types_codes() {
        assert_eq!(parse("").unwrap(), DevicesConfig::default());
        assert_eq!(DevicesConfig::read(None).unwrap(), DevicesConfig::default());
        assert!(parse("[policy]\nanything = 1\n").unwrap().has_real_register());
    }

    #[test]
    fn a_full_configuration_is_read_whole() {
        let config = parse(
            "[register]\nkind = 'simulator'\nurl = 'http://127.0.0.1:9200'\ndeadline_ms = 900\n\
             [printer]\nkind = 'tcp'\naddress = '[::1]:9100'\npage = 'pc866'\npage_number = 7\ncolumns = 32\n\
             [scanner]\nkind = 'serial'\npath = '/dev/ttyACM0'\n",
        )
        .unwrap();
        assert_eq!(config.register, RegisterConfig::Simulator { url: "http://127.0.0.1:9200".into() });
        assert_eq!(config.register_deadline, Duration::from_millis(900));
        let paper = Paper { page: Page::Pc866, page_number: 7, columns: 32 };
        assert_eq!(
            config.printer,
            PrinterConfig::Tcp { address: "[::1]:9100".into(), paper, asks_first: false }
        );
        assert_eq!(config.scanner, ScannerConfig::Serial { path: "/dev/ttyACM0".into(), baud: 9600 });
        assert!(!config.has_real_register());
    }

    #[test]
    fn every_mistake_is_one_sentence_that_names_its_place() {
        let table = [
            ("[register", "counter.toml, line 1"),
            ("[kasse]", "[kasse] is unknown"),
            ("[register]\nkind = 'alfa'", "[register]: kind \"alfa\" is unknown"),
            ("[register]\nkind = 3", "[register]: invalid type"),
            ("[register]\nurl = 'http://x'", "kind = \"manual\" has no url"),
            ("[register]\nkind = 'alfa_kassa'", "url is missing"),
            ("[register]\n[register.alfa_kassa]", "[register.alfa_kassa] is only for kind = \"alfa_kassa\""),
            (
                "[register]\nkind = 'alfa_kassa'\nurl = 'http://x'\n[register.alfa_kassa]\nadd_path = 'add'",
                "slash",
            ),
            ("[register]\nkind = 'simulator'", "url is missing"),
            ("[register]\ndeadline_ms = 5", "deadline_ms 5 is not between 100"),
            ("[register]\ncolour = 'red'", "unknown field `colour`"),
            ("[printer]\nkind = 'usb'", "[printer]: kind \"usb\""),
            ("[printer]\nkind = 'file'", "needs path"),
            ("[printer]\nkind = 'device'", "needs path"),
            ("[printer]\nkind = 'file'\npath = 'x'\nbaud = 9600", "only for kind = \"device\""),
            ("[printer]\nkind = 'tcp'\naddress = '10.0.0.1'", "has no port"),
            ("[printer]\npath = 'x'", "neither path nor address"),
            ("[printer]\ncolumns = 40", "columns 40"),
            ("[printer]\npage = 'utf8'", "page \"utf8\" is unknown"),
            ("[printer]\npage_number = 300", "[printer]: invalid value"),
            ("[scanner]\nkind = 'serial'", "path is missing"),
            ("[scanner]\nbaud = 9600", "only for kind = \"serial\""),
            ("[scanner]\nkind = 'serial'\npath = 'x'\nbaud = 1", "baud 1"),
        ];
        for (text, says) in table {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with("counter.toml") && error.contains(says), "{text:?} gave {error:?}");
            assert!(!error.contains('\n'), "{error:?}");
        }
    }

    #[test]
    fn every_kind_that_is_offered_opens_as_itself() {
        for (kind, url) in tables::REGISTERS {
            let url = url.map(|url| format!("url = '{url}'\n")).unwrap_or_default();
            let config = parse(&format!("[register]\nkind = '{kind}'\n{url}")).unwrap();
            assert_eq!(config.register == RegisterConfig::Manual, kind == "manual", "{kind}");
            let asked = format!("{:?}", config.register).to_lowercase();
            assert!(asked.starts_with(&kind.replace('_', "")), "{kind} became {asked}");
        }
    }

    #[test]
    fn a_file_is_read_and_its_paths_start_at_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("counter.toml");
        std::fs::write(&file, "[printer]\nkind = 'file'\npath = 'slips.bin'\n").unwrap();
        let config = DevicesConfig::read(Some(&file)).unwrap();
        assert!(
            matches!(config.printer, PrinterConfig::File { path, .. } if path == folder.path().join("slips.bin"))
        );
        let missing = DevicesConfig::read(Some(&folder.path().join("none.toml"))).unwrap_err();
        assert_eq!(missing.code(), "config_unreadable");
    }

    #[test]
    fn devices_are_opened_without_anything_plugged_in() {
        let ask = || Box::new(|_: &crate::ports::Paper| crate::devices::manual::ManualAnswer::RungUp);
        let open_as = |text: &str| open(&parse(text).unwrap(), ask());
        let devices =
            open_as("[printer]\nkind='tcp'\naddress='127.0.0.1:1'\n[scanner]\nkind='none'").unwrap();
        assert_eq!(devices.register.name(), "manual register");
        assert!(devices.printer.is_some() && devices.scanner.is_none());
        let fault = open_as("[register]\nkind='simulator'\nurl='https://x'").err().unwrap();
        assert_eq!(fault.code(), "device_not_opened");
    }
}
