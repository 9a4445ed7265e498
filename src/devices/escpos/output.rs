//! Where a slip's bytes go: the end of a file, or a socket.

use super::press::Press;
use super::status;
use crate::ports::{PrintFault, Printer, Slip};
use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs},
    path::PathBuf,
    time::{Duration, Instant},
};

/// How long a printer may take to say how it is; many never do.
const STATUS: Duration = Duration::from_millis(500);
/// How long the printer's last words (or its hanging up) are waited for.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// A printer that is a file: every slip is appended in one write and is on the disk when the call ends.
#[derive(Debug, Clone)]
pub struct FilePrinter {
    name: String,
    path: PathBuf,
    press: Press,
}

impl FilePrinter {
    /// A printer that appends to this file, made when first needed.
    #[must_use]
    pub fn new(path: PathBuf, press: impl Into<Press>) -> FilePrinter {
        FilePrinter { name: format!("printer file {}", path.display()), path, press: press.into() }
    }

    fn take(&self, bytes: &[u8]) -> Result<(), PrintFault> {
        self.append(bytes).map_err(|error| {
            PrintFault::Printer(format!("{}: {error}; check that the folder can be written to", self.name))
        })
    }

    fn append(&self, bytes: &[u8]) -> std::io::Result<()> {
        let mut file: File = OpenOptions::new().create(true).append(true).open(&self.path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }
}

impl Printer for FilePrinter {
    fn name(&self) -> &str {
        &self.name
    }

    fn probe(&mut self, _deadline: Duration) -> Result<(), String> {
        self.append(&[])
            .map_err(|error| format!("{}: {error}; check that the folder can be written to", self.name))
    }

    fn print(&mut self, slip: &Slip, _deadline: Duration) -> Result<(), PrintFault> {
        self.take(&self.press.slip(slip)?)
    }

    fn print_test(&mut self, tries: &[u8], _deadline: Duration) -> Result<(), PrintFault> {
        self.take(&self.press.test_page(tries)?)
    }
}

/// A printer on the network, usually at port 9100. Every slip is one connection.
#[derive(Debug, Clone)]
pub struct TcpPrinter {
    name: String,
    address: String,
    press: Press,
    asks_first: bool,
}

impl TcpPrinter {
    /// A printer at an address such as `192.168.0.20:9100`; does not connect yet.
    #[must_use]
    pub fn new(address: &str, press: impl Into<Press>) -> TcpPrinter {
        let name = format!("printer at {address}");
        TcpPrinter { name, address: address.to_owned(), press: press.into(), asks_first: false }
    }

    /// The same, which is asked for paper and cover before each slip: one that has no paper is not sent
    /// anything.
    #[must_use]
    pub fn asking_first(self) -> TcpPrinter {
        TcpPrinter { asks_first: true, ..self }
    }

    /// How it is; nothing when it says nothing about that.
    fn status(&self, socket: &mut TcpStream, until: Instant) -> Result<(), String> {
        let until = until.min(Instant::now() + STATUS);
        let lost = |error: std::io::Error| format!("{}: {error}; look at its cable", self.name);
        socket
            .set_write_timeout(Some(left(until)))
            .and_then(|()| socket.write_all(&status::QUESTIONS))
            .map_err(lost)?;
        let mut answers = [0; status::ANSWERS];
        let mut heard = 0;
        while let Some(rest) = answers.get_mut(heard..).filter(|rest| !rest.is_empty()) {
            match socket.set_read_timeout(Some(left(until))).and_then(|()| socket.read(rest)) {
                Ok(0) => return Ok(()),
                Ok(count) => heard += count,
                Err(error) if is_timeout(&error) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(lost(error)),
            }
            if heard < status::ANSWERS && Instant::now() >= until {
                return Ok(());
            }
        }
        status::read(answers).map_err(|trouble| format!("{}: {trouble}", self.name))
    }

    fn connect(&self, until: Instant) -> Result<TcpStream, String> {
        let unreachable = |error: std::io::Error| {
            format!("{} cannot be reached: {error}; is it switched on and connected?", self.name)
        };
        let found: Vec<SocketAddr> = self.address.to_socket_addrs().map_err(unreachable)?.collect();
        let mut last = ErrorKind::AddrNotAvailable.into();
        for address in found {
            match TcpStream::connect_timeout(&address, left(until)) {
                Ok(socket) => return Ok(socket),
                Err(error) => last = error,
            }
        }
        Err(unreachable(last))
    }

    fn send(&self, mut socket: TcpStream, bytes: &[u8], until: Instant) -> Result<(), String> {
        let mut sent = 0;
        while let Some(rest) = bytes.get(sent..).filter(|rest| !rest.is_empty()) {
            let written =
                socket.set_write_timeout(Some(left(until))).and_then(|()| socket.write(rest)).or_else(again);
            match written {
                Ok(count) => sent += count,
                Err(error) => return Err(self.broken_off(sent, bytes.len(), &error)),
            }
            if sent < bytes.len() && Instant::now() >= until {
                return Err(self.broken_off(sent, bytes.len(), &ErrorKind::TimedOut.into()));
            }
        }
        self.hang_up(socket, until).map_err(|error| self.broken_off(sent, bytes.len(), &error))
    }

    /// Ends the slip and hears the printer out: closing with its status bytes unread would reset the
    /// connection, and a printer may then drop what it has not printed yet.
    fn hang_up(&self, mut socket: TcpStream, until: Instant) -> std::io::Result<()> {
        socket.shutdown(Shutdown::Write)?;
        let until = until.min(Instant::now() + LAST_WORDS);
        let mut words = [0; 256];
        while Instant::now() < until {
            socket.set_read_timeout(Some(left(until)))?;
            match socket.read(&mut words) {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) if is_timeout(&error) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn take(&self, bytes: &[u8], deadline: Duration) -> Result<(), PrintFault> {
        let until = Instant::now() + deadline;
        let sent = self.connect(until).and_then(|mut socket| {
            if self.asks_first {
                self.status(&mut socket, until)?;
            }
            self.send(socket, bytes, until)
        });
        sent.map_err(PrintFault::Printer)
    }

    fn broken_off(&self, sent: usize, of: usize, error: &std::io::Error) -> String {
        let why = if is_timeout(error) { "it takes no more".to_owned() } else { error.to_string() };
        format!(
            "{} took {sent} of {of} bytes: {why}; look at its paper and cover, then print again",
            self.name
        )
    }
}

impl Printer for TcpPrinter {
    fn name(&self) -> &str {
        &self.name
    }

    fn probe(&mut self, deadline: Duration) -> Result<(), String> {
        let until = Instant::now() + deadline;
        let mut socket = self.connect(until)?;
        self.status(&mut socket, until)
    }

    fn print(&mut self, slip: &Slip, deadline: Duration) -> Result<(), PrintFault> {
        self.take(&self.press.slip(slip)?, deadline)
    }

    fn print_test(&mut self, tries: &[u8], deadline: Duration) -> Result<(), PrintFault> {
        self.take(&self.press.test_page(tries)?, deadline)
    }
}

/// What is left until a moment; never zero, which sockets take for "no deadline".
fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}

fn is_timeout(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// An interrupted call wrote nothing and is made again.
fn again(error: std::io::Error) -> std::io::Result<usize> {
    if error.kind() == ErrorKind::Interrupted { Ok(0) } else { Err(error) }
}
