//! A scanner that types lines: standard input, or anything else that can be read.

use super::{Frame, Frames, delivered};
use crate::ports::{Scan, ScanFault, Scanner};
use std::{
    io::{ErrorKind, Read},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::Duration,
};

/// How many frames may wait before reading pauses.
const WAITING: usize = 64;

/// Reads frames on a thread of its own, which starts with the first question: a counter that takes its
/// requests from standard input can hold this scanner without losing a line to it.
pub struct LineScanner {
    source: Option<Box<dyn Read + Send>>,
    frames: Option<Receiver<Frame>>,
}

impl LineScanner {
    /// A scanner on standard input.
    #[must_use]
    pub fn stdin() -> LineScanner {
        LineScanner::over(Box::new(std::io::stdin()))
    }

    /// A scanner on anything that can be read.
    #[must_use]
    pub fn over(source: Box<dyn Read + Send>) -> LineScanner {
        LineScanner { source: Some(source), frames: None }
    }

    fn frames(&mut self) -> Option<&Receiver<Frame>> {
        if let Some(source) = self.source.take() {
            let (send, receive) = sync_channel(WAITING);
            self.frames = Some(receive);
            let reader = thread::Builder::new().name("scanner".into());
            reader.spawn(move || read(source, &send)).ok()?;
        }
        self.frames.as_ref()
    }
}

impl Scanner for LineScanner {
    fn next(&mut self, deadline: Duration) -> Result<Option<Scan>, ScanFault> {
        let frames = self.frames().ok_or(ScanFault::Ended)?;
        match frames.recv_timeout(deadline) {
            Ok(frame) => delivered(frame),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(ScanFault::Ended),
        }
    }
}

/// Until the input ends or nobody listens. People type slowly, so silence ends nothing here.
fn read(mut source: Box<dyn Read + Send>, send: &SyncSender<Frame>) {
    let mut frames = Frames::default();
    let mut buffer = [0; 1024];
    loop {
        let ended = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => frames.push(buffer.get(..count).unwrap_or_default(), Duration::ZERO),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        for frame in ended {
            if send.send(frame).is_err() {
                return;
            }
        }
    }
    if let Some(last) = frames.end() {
        // Nobody listens any more: then nobody misses it either.
        send.send(last).unwrap_or_default();
    }
}
