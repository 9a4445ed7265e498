//! A printer at a device file: a USB printer's `/dev/usb/lp0`, or a serial port with its speed.

use super::press::Press;
use crate::devices::port;
use crate::ports::{PrintFault, Printer, Slip};
use std::{
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::Duration,
};

/// A printer at a device file. The system lets a write wait for as long as there is no paper, so it is made on a
/// thread of its own; a slip that is still being taken when the time is over is not sent a second time.
#[derive(Debug)]
pub struct DevicePrinter {
    name: String,
    path: PathBuf,
    baud: Option<u32>,
    press: Press,
    under_way: Option<UnderWay>,
}

#[derive(Debug)]
struct UnderWay {
    bytes: Vec<u8>,
    done: Receiver<Result<(), String>>,
}

impl DevicePrinter {
    /// A printer at this file, with a speed when it is a serial port; does not open it yet.
    #[must_use]
    pub fn new(path: PathBuf, baud: Option<u32>, press: impl Into<Press>) -> DevicePrinter {
        let name = format!("printer at {}", path.display());
        DevicePrinter { name, path, baud, press: press.into(), under_way: None }
    }

    fn begin(&self, bytes: &[u8], deadline: Duration) -> UnderWay {
        let (say, done) = channel();
        let (path, baud, copy) = (self.path.clone(), self.baud, bytes.to_vec());
        thread::spawn(move || {
            let written = match baud {
                Some(baud) => write_serial(&path, baud, &copy, deadline),
                None => write_file(&path, &copy),
            };
            // Whoever waited may be gone; then nobody needs to hear it.
            say.send(written).unwrap_or_default();
        });
        UnderWay { bytes: bytes.to_vec(), done }
    }

    fn take(&mut self, bytes: &[u8], deadline: Duration) -> Result<(), PrintFault> {
        if let Some(before) = self.under_way.take() {
            let same = before.bytes == bytes;
            self.wait(before, deadline)?;
            if same {
                return Ok(());
            }
        }
        let under_way = self.begin(bytes, deadline);
        self.wait(under_way, deadline)
    }

    /// Waits for what is under way; when the time is over it stays under way.
    fn wait(&mut self, under_way: UnderWay, deadline: Duration) -> Result<(), PrintFault> {
        match under_way.done.recv_timeout(deadline) {
            Ok(written) => written.map_err(|why| {
                PrintFault::Printer(format!("{}: {why}; is it switched on and connected?", self.name))
            }),
            Err(RecvTimeoutError::Timeout) => {
                self.under_way = Some(under_way);
                Err(PrintFault::Printer(format!("{} takes no more; look at its paper and cover", self.name)))
            }
            Err(RecvTimeoutError::Disconnected) => {
                Err(PrintFault::Printer(format!("{}: the writing broke off", self.name)))
            }
        }
    }
}

impl Printer for DevicePrinter {
    fn name(&self) -> &str {
        &self.name
    }

    fn probe(&mut self, _deadline: Duration) -> Result<(), String> {
        let checked = match self.baud {
            Some(baud) => port::check_serial(&self.path, baud),
            None => port::check_device(&self.path),
        };
        checked.map_err(|why| format!("printer at {why}"))
    }

    fn print(&mut self, slip: &Slip, deadline: Duration) -> Result<(), PrintFault> {
        let bytes = self.press.slip(slip)?;
        self.take(&bytes, deadline)
    }

    fn print_test(&mut self, tries: &[u8], deadline: Duration) -> Result<(), PrintFault> {
        let bytes = self.press.test_page(tries)?;
        self.take(&bytes, deadline)
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let written = OpenOptions::new().write(true).open(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| error.to_string())
}

fn write_serial(path: &Path, baud: u32, bytes: &[u8], deadline: Duration) -> Result<(), String> {
    let mut port =
        serialport::new(path.to_string_lossy(), baud).timeout(deadline).open().map_err(|e| e.to_string())?;
    let written = port.write_all(bytes).and_then(|()| port.flush());
    written.map_err(|error| error.to_string())
}
