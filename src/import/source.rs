//! A file of the export as clean UTF-8 bytes: found by name, unpacked, decoded, counted while it is read.

use super::{fault::ImportFault, mapping::Format};
use encoding_rs::{Decoder, Encoding};
use flate2::read::MultiGzDecoder;
use std::{
    fs::File,
    io::{self, Cursor, ErrorKind, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};

/// Bytes of one piece that the unpacking thread hands over.
const PIECE: usize = 256 * 1024;
/// Pieces that may wait: bounds the memory, whatever the file's size.
const PIECES: usize = 8;

/// An opened file.
pub struct Source {
    /// Its name in the folder, for messages.
    pub name: Arc<str>,
    /// Its size on the disk in bytes.
    pub size: u64,
    /// Bytes of it read so far.
    pub read: Arc<AtomicU64>,
    /// Its text in UTF-8, or its raw bytes if it is a workbook.
    pub bytes: Box<dyn Read + Send>,
    /// Whether it is a workbook.
    pub is_workbook: bool,
}

/// Finds a file of the mapping in the folder, packed or not.
///
/// # Errors
/// When folder or file are missing; `key` is the key of the mapping that names it.
pub fn find(folder: &Path, file: &str, key: &'static str) -> Result<PathBuf, ImportFault> {
    if !folder.is_dir() {
        return Err(ImportFault::MissingFolder(folder.into()));
    }
    let packed = format!("{file}.gz");
    let names = [file, &packed, file.strip_suffix(".gz").unwrap_or(file)];
    names
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
        .ok_or_else(|| ImportFault::MissingFile { folder: folder.into(), file: file.into(), key })
}

/// Opens a file; gzip is known by its first bytes, not by its name.
///
/// # Errors
/// When it cannot be read, is empty, or is UTF-16.
pub fn open(path: &Path, format: &Format) -> Result<Source, ImportFault> {
    let name: Arc<str> = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
        .into();
    let file = File::open(path).map_err(|error| fault(&name, &error))?;
    let size = file.metadata().map_err(|error| fault(&name, &error))?.len();
    of(name, (file, size), format)
}

/// The same of bytes that somebody hands over, so many of them.
///
/// # Errors
/// When they cannot be read, are none, or are UTF-16.
pub fn of(
    name: Arc<str>,
    (bytes, size): (impl Read + Send + 'static, u64),
    format: &Format,
) -> Result<Source, ImportFault> {
    let fault = |error: io::Error| fault(&name, &error);
    let read = Arc::new(AtomicU64::new(0));
    let (start, raw) = peek(Counted { inner: bytes, read: Arc::clone(&read) }).map_err(fault)?;
    let unpacked: Box<dyn Read + Send> = if start.starts_with(&[0x1f, 0x8b]) {
        Box::new(Pump::start(MultiGzDecoder::new(raw)))
    } else {
        Box::new(raw)
    };
    let (start, unpacked) = peek(unpacked).map_err(fault)?;
    let is_workbook = start.starts_with(b"PK\x03\x04");
    let bytes: Box<dyn Read + Send> = match start.as_slice() {
        [] => return Err(ImportFault::Empty(name.to_string())),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..] => {
            return Err(ImportFault::Utf16(name.to_string()));
        }
        _ if is_workbook => Box::new(unpacked),
        [0xef, 0xbb, 0xbf, ..] => {
            let mut unpacked = unpacked;
            io::copy(&mut unpacked.by_ref().take(3), &mut io::sink()).map_err(fault)?;
            Box::new(unpacked)
        }
        _ => decoded(unpacked, format),
    };
    Ok(Source { name, size, read, bytes, is_workbook })
}

/// Turns what went wrong while reading into a fault that names the file.
#[must_use]
pub fn fault(name: &str, error: &io::Error) -> ImportFault {
    let why = error.to_string();
    match error.kind() {
        ErrorKind::UnexpectedEof => ImportFault::Gzip { file: name.into(), why: "the end is missing".into() },
        ErrorKind::InvalidInput | ErrorKind::InvalidData => ImportFault::Gzip { file: name.into(), why },
        _ => ImportFault::Unreadable { file: name.into(), why },
    }
}

fn decoded(bytes: impl Read + Send + 'static, format: &Format) -> Box<dyn Read + Send> {
    match Encoding::for_label(format.encoding().as_bytes()) {
        Some(encoding) if encoding != encoding_rs::UTF_8 => Box::new(Decoded::new(bytes, encoding)),
        _ => Box::new(bytes),
    }
}

type Peeked<R> = io::Chain<Cursor<Vec<u8>>, R>;

fn peek<R: Read>(mut bytes: R) -> io::Result<(Vec<u8>, Peeked<R>)> {
    let mut start = Vec::with_capacity(4);
    bytes.by_ref().take(4).read_to_end(&mut start)?;
    Ok((start.clone(), Cursor::new(start).chain(bytes)))
}

/// A row that does not end would be kept whole in memory; no till writes one so long.
const LINE_MAX: usize = 4 * 1024 * 1024;

/// Bytes in lines of a bounded length.
pub(super) struct ShortLines<R> {
    pub(super) inner: R,
    /// Bytes since the last end of a line.
    pub(super) open: usize,
}

impl<R: Read> Read for ShortLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let ended = buffer.get(..read).and_then(|bytes| bytes.iter().rposition(|byte| *byte == b'\n'));
        self.open = ended.map_or(self.open + read, |at| read - at - 1);
        if self.open > LINE_MAX {
            let why = "a line has more than 4 MB; check that it is a table and export it again";
            return Err(io::Error::other(why));
        }
        Ok(read)
    }
}

/// Counts what passes, for the progress bar.
struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
        Ok(count)
    }
}

/// Unpacks on a thread of its own while rows are read on this one. The thread ends with the file, with
/// the first fault, or when nobody listens any more.
struct Pump {
    pieces: Receiver<io::Result<Vec<u8>>>,
    piece: Cursor<Vec<u8>>,
}

impl Pump {
    fn start(bytes: impl Read + Send + 'static) -> Pump {
        let (sender, pieces) = sync_channel(PIECES);
        std::thread::spawn(move || pump(bytes, &sender));
        Pump { pieces, piece: Cursor::new(Vec::new()) }
    }
}

fn pump(mut bytes: impl Read, sender: &SyncSender<io::Result<Vec<u8>>>) {
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        let limit = u64::try_from(PIECE).unwrap_or(u64::MAX);
        let outcome = bytes.by_ref().take(limit).read_to_end(&mut piece);
        let is_last = outcome.is_err() || piece.is_empty();
        let sent = sender.send(outcome.map(|_| piece));
        if is_last || sent.is_err() {
            return;
        }
    }
}

impl Read for Pump {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.piece.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            match self.pieces.recv() {
                Ok(piece) => self.piece = Cursor::new(piece?),
                Err(_) => return Ok(0),
            }
            if self.piece.get_ref().is_empty() {
                return Ok(0);
            }
        }
    }
}

/// Another encoding as UTF-8; bytes that the encoding does not have become the replacement character.
struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    taken: usize,
    is_ended: bool,
}

impl<R: Read> Decoded<R> {
    fn new(inner: R, encoding: &'static Encoding) -> Decoded<R> {
        let decoder = encoding.new_decoder_without_bom_handling();
        Decoded { inner, decoder, raw: vec![0; PIECE], text: Vec::new(), taken: 0, is_ended: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        let count = self.inner.read(&mut self.raw)?;
        self.is_ended = count == 0;
        let raw = self.raw.get(..count).unwrap_or_default();
        let room = self.decoder.max_utf8_buffer_length(count).unwrap_or(4 * PIECE);
        self.text.resize(room, 0);
        let (_, _, written, _) = self.decoder.decode_to_utf8(raw, &mut self.text, self.is_ended);
        self.text.truncate(written);
        self.taken = 0;
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken >= self.text.len() && !self.is_ended {
            self.refill()?;
        }
        let mut waiting = self.text.get(self.taken..).unwrap_or_default();
        let count = waiting.read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn text(bytes: &[u8], format: &str) -> Result<String, ImportFault> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes).unwrap();
        let mut source = open(&path, &toml::from_str(format).unwrap())?;
        let mut text = String::new();
        source.bytes.read_to_string(&mut text).map_err(|error| fault("a.csv", &error))?;
        Ok(text)
    }

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn text_comes_out_as_utf8_whatever_it_was() {
        let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode("имя,цена\nкофе,3\n");
        assert_eq!(text(&cyrillic, "encoding = 'windows-1251'").unwrap(), "имя,цена\nкофе,3\n");
        assert_eq!(text("\u{feff}a,b\n".as_bytes(), "").unwrap(), "a,b\n");
        assert_eq!(text(&packed(b"a,b\n1,2\n"), "").unwrap(), "a,b\n1,2\n");
        let long = "a,b\n".repeat(400_000);
        assert_eq!(text(&packed(long.as_bytes()), "").unwrap(), long);
        assert_eq!(text(&packed(&cyrillic), "encoding = 'cp1251'").unwrap(), "имя,цена\nкофе,3\n");
    }

    #[test]
    fn what_cannot_be_text_is_said() {
        let packed = packed("a,b\n".repeat(100_000).as_bytes());
        let table = [
            (text(b"", ""), "import_file_empty"),
            (text(b"\xff\xfea\0,\0", ""), "import_utf16"),
            (text(b"a\0,\0b\0", ""), "import_utf16"),
            (text(&packed[..packed.len() / 2], ""), "import_gzip"),
            (text(&packed[..12], ""), "import_gzip"),
        ];
        for (result, code) in table {
            assert_eq!(result.unwrap_err().code(), code);
        }
    }
}
