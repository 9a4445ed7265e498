//! A scanner at a serial port or USB port in serial (CDC) mode.

use super::{Frame, Frames, delivered};
use crate::ports::{Scan, ScanFault, Scanner};
use serialport::SerialPort;
use std::{
    collections::VecDeque,
    io::{ErrorKind, Read},
    sync::mpsc::{Receiver, Sender, channel},
    time::{Duration, Instant},
};

/// How long one read waits, so that silence is noticed soon.
const READ: Duration = Duration::from_millis(20);
/// How long after a failed opening it is tried again.
const REOPEN: Duration = Duration::from_millis(200);

/// Opens its port when first asked, and again whenever it was unplugged.
pub struct SerialScanner {
    path: String,
    baud: u32,
    port: Option<Box<dyn SerialPort>>,
    frames: Frames,
    ended: VecDeque<Frame>,
    /// Time spent listening: silence counts only while somebody listens, for what arrives in between
    /// waits in the system and carries no time.
    listened: Duration,
    /// Nothing is ever sent: receiving from it with a deadline is a pause.
    pause: (Sender<()>, Receiver<()>),
}

impl SerialScanner {
    /// A scanner at a port such as `/dev/ttyACM0`; does not open it yet.
    #[must_use]
    pub fn new(path: &str, baud: u32) -> SerialScanner {
        SerialScanner {
            path: path.to_owned(),
            baud,
            port: None,
            frames: Frames::default(),
            ended: VecDeque::new(),
            listened: Duration::ZERO,
            pause: channel(),
        }
    }

    fn open(&mut self) -> serialport::Result<()> {
        let mut port = serialport::new(&self.path, self.baud).timeout(READ).open()?;
        // Some scanners speak only to a raised line; ports without such lines refuse, which is fine.
        port.write_data_terminal_ready(true).unwrap_or_default();
        port.write_request_to_send(true).unwrap_or_default();
        self.port = Some(port);
        Ok(())
    }

    /// Opens the port if needed, trying until the deadline.
    fn opened(&mut self, until: Instant) -> Result<(), ScanFault> {
        while self.port.is_none() {
            if let Err(error) = self.open() {
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(self.gone(&error.to_string()));
                }
                self.pause.1.recv_timeout(left.min(REOPEN)).unwrap_or_default();
            }
        }
        Ok(())
    }

    fn gone(&self, why: &str) -> ScanFault {
        ScanFault::Gone(format!("scanner {} does not answer: {why}; plug it in again", self.path))
    }

    /// One read: frames that ended in it are kept. Any error but silence loses the port, and with it
    /// the half frame that was under way.
    fn read(&mut self) -> Result<(), ScanFault> {
        let mut buffer = [0; 1024];
        let since = Instant::now();
        let outcome = self.port.as_mut().map(|port| port.read(&mut buffer));
        self.listened = self.listened.saturating_add(since.elapsed());
        let count = match outcome {
            Some(Ok(count)) if count > 0 => count,
            Some(Err(error)) if is_silence(error.kind()) => 0,
            Some(Err(error)) => return Err(self.lost(&error.to_string())),
            Some(Ok(_)) | None => return Err(self.lost("it was unplugged")),
        };
        if count == 0 {
            self.ended.extend(self.frames.idle(self.listened));
        } else {
            let bytes = buffer.get(..count).unwrap_or_default();
            self.ended.extend(self.frames.push(bytes, self.listened));
        }
        Ok(())
    }

    fn lost(&mut self, why: &str) -> ScanFault {
        self.port = None;
        self.frames = Frames::default();
        self.gone(why)
    }
}

impl Scanner for SerialScanner {
    fn next(&mut self, deadline: Duration) -> Result<Option<Scan>, ScanFault> {
        let until = Instant::now() + deadline;
        loop {
            if let Some(frame) = self.ended.pop_front() {
                return delivered(frame);
            }
            self.opened(until)?;
            self.read()?;
            if self.ended.is_empty() && Instant::now() >= until {
                return Ok(None);
            }
        }
    }
}

fn is_silence(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::TimedOut | ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
