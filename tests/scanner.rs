//! Scanners over real pipes and pseudo-terminals.

#![cfg(all(feature = "edge", unix))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use kava::devices::scanner::{LineScanner, SerialScanner};
use kava::ports::{ScanFault, Scanner};
use serialport::{SerialPort, TTYPort};
use std::{
    io::{Read, Write},
    os::unix::fs::symlink,
    path::Path,
    sync::mpsc::{Receiver, Sender, channel},
    time::{Duration, Instant},
};

const PATIENT: Duration = Duration::from_secs(5);
const HASTY: Duration = Duration::from_millis(30);

/// The text of the next scan.
fn heard(scanner: &mut dyn Scanner, deadline: Duration) -> Result<Option<String>, ScanFault> {
    scanner.next(deadline).map(|scan| scan.map(|scan| scan.text))
}

/// A pipe whose writing end is a channel of chunks.
struct Pipe(Receiver<Vec<u8>>, Vec<u8>);

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.1.is_empty() {
            self.1 = self.0.recv().unwrap_or_default();
        }
        let count = self.1.as_slice().read(buffer)?;
        self.1.drain(..count);
        Ok(count)
    }
}

fn typed() -> (Sender<Vec<u8>>, LineScanner) {
    let (type_, read) = channel();
    (type_, LineScanner::over(Box::new(Pipe(read, Vec::new()))))
}

#[test]
fn typed_lines_are_codes_however_slowly_they_are_typed() {
    let (keyboard, mut scanner) = typed();
    assert_eq!(heard(&mut scanner, HASTY), Ok(None));
    keyboard.send(b"12".to_vec()).unwrap();
    assert_eq!(scanner.next(Duration::from_millis(250)), Ok(None));
    keyboard.send(b"34\r\n\n56\nlast".to_vec()).unwrap();
    assert_eq!(heard(&mut scanner, PATIENT), Ok(Some("1234".into())));
    assert_eq!(heard(&mut scanner, PATIENT), Ok(Some("56".into())));
    drop(keyboard);
    assert_eq!(heard(&mut scanner, PATIENT), Ok(Some("last".into())));
    assert_eq!(heard(&mut scanner, PATIENT), Err(ScanFault::Ended));
    assert_eq!(heard(&mut scanner, PATIENT), Err(ScanFault::Ended));
}

#[test]
fn a_line_that_never_ends_is_dropped_and_the_next_one_is_read() {
    let (keyboard, mut scanner) = typed();
    for _ in 0..100 {
        keyboard.send(vec![b'7'; 1000]).unwrap();
    }
    keyboard.send(b"\n42\n".to_vec()).unwrap();
    assert_eq!(heard(&mut scanner, PATIENT), Err(ScanFault::TooLong { bytes: 100_000 }));
    assert_eq!(heard(&mut scanner, PATIENT), Ok(Some("42".into())));
}

/// Plugs a fresh pseudo-terminal in at a path; what is written to it, the scanner there reads.
fn plug_in(at: &Path) -> TTYPort {
    let (master, slave) = TTYPort::pair().unwrap();
    std::fs::remove_file(at).unwrap_or_default();
    symlink(slave.name().unwrap(), at).unwrap();
    master
}

#[test]
fn a_serial_scanner_reads_frames_with_and_without_line_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scanner");
    let mut gun = plug_in(&path);
    let mut scanner = SerialScanner::new(&path.to_string_lossy(), 9600);
    assert_eq!(heard(&mut scanner, HASTY), Ok(None));
    gun.write_all(b"]Q112345\r\n").unwrap();
    assert_eq!(heard(&mut scanner, PATIENT), Ok(Some("12345".into())));
    gun.write_all(b"01\x1d21abc\n77\n").unwrap();
    assert_eq!(heard(&mut scanner, PATIENT), Ok(Some("01\u{1d}21abc".into())));
    assert_eq!(heard(&mut scanner, PATIENT), Ok(Some("77".into())));
    gun.write_all(b"no end").unwrap();
    assert_eq!(heard(&mut scanner, PATIENT), Ok(Some("no end".into())), "silence ends it, not the deadline");
    assert_eq!(heard(&mut scanner, HASTY), Ok(None));
}

#[test]
fn silence_while_nobody_listens_does_not_cut_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scanner");
    let mut gun = plug_in(&path);
    let mut scanner = SerialScanner::new(&path.to_string_lossy(), 9600);
    assert_eq!(heard(&mut scanner, HASTY), Ok(None));
    gun.write_all(b"12").unwrap();
    assert_eq!(heard(&mut scanner, Duration::ZERO), Ok(None));
    let (_held, silence) = channel::<()>();
    silence.recv_timeout(Duration::from_millis(150)).unwrap_or_default();
    gun.write_all(b"34\n").unwrap();
    assert_eq!(heard(&mut scanner, PATIENT), Ok(Some("1234".into())));
}

#[test]
fn an_unplugged_scanner_says_so_and_works_again_when_plugged_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scanner");
    let mut scanner = SerialScanner::new(&path.to_string_lossy(), 115_200);
    let said = heard(&mut scanner, HASTY).unwrap_err().to_string();
    assert!(said.contains("plug it in again") && said.contains("scanner"), "{said}");

    let mut gun = plug_in(&path);
    assert_eq!(heard(&mut scanner, HASTY), Ok(None));
    gun.write_all(b"half a co").unwrap();
    assert_eq!(heard(&mut scanner, HASTY), Ok(None));
    drop(gun);
    assert!(matches!(heard(&mut scanner, PATIENT), Err(ScanFault::Gone(_))));

    let mut gun = plug_in(&path);
    assert_eq!(heard(&mut scanner, HASTY), Ok(None));
    gun.write_all(b"de7\n").unwrap();
    assert_eq!(heard(&mut scanner, PATIENT), Ok(Some("de7".into())));
}

#[test]
fn no_scan_is_lost_after_a_scanner_was_unplugged_in_the_middle_of_scans() {
    const PLUGS: u32 = 60;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scanner");
    let mut scanner = SerialScanner::new(&path.to_string_lossy(), 9600);
    let mut random = kava::testing::random::Random::new(5);
    let (mut lost, mut number) = (0, 0u32);
    for plug in 0..PLUGS {
        let mut gun = plug_in(&path);
        // Opens the port; a scanner that was just plugged in has said nothing yet.
        let opened = Instant::now();
        while heard(&mut scanner, HASTY).is_err() {
            assert!(opened.elapsed() < PATIENT, "plug {plug}: the port is not opened again");
        }
        for _ in 0..random.between(1, 6) {
            number += 1;
            writeln!(gun, "]Q1{number:09}").unwrap();
            assert_eq!(heard(&mut scanner, PATIENT), Ok(Some(format!("{number:09}"))), "plug {plug}");
        }
        // Pulled out in the middle of a scan; what was under way is lost, nothing else.
        write!(gun, "]Q1{}", &"123456789"[..usize::try_from(random.between(0, 9)).unwrap()]).unwrap();
        drop(gun);
        lost += u32::from(matches!(heard(&mut scanner, HASTY), Ok(Some(_))));
        while heard(&mut scanner, HASTY).is_ok() {}
    }
    assert_eq!(lost, 0, "half a scan was taken for a whole one");
    assert!(number >= PLUGS);
}
