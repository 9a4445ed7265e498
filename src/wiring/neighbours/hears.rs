//! Picks up: neighbours call, prove who they are, and tell.

use super::{LOOK, Overheard, Shared, spawn};
use crate::lan::line::Hearing;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

/// Lines that are picked up at a time; a shop has a few counters.
const LINES_MOST: usize = 16;

/// Takes what is told to the counter's thread; false when nobody listens any more.
pub(super) type Heard = Arc<dyn Fn(Overheard) -> bool + Send + Sync>;

/// Picks up until the end; each line has a thread of its own.
pub(super) fn pick_up(listener: &TcpListener, shared: &Shared, heard: &Heard) {
    if let Err(why) = listener.set_nonblocking(true) {
        tracing::error!(%why, "neighbours are not heard");
        return;
    }
    // Every open line holds one.
    let lines = Arc::new(());
    while !shared.end.has_come() {
        let Ok((socket, _)) = listener.accept() else {
            shared.end.rest(LOOK);
            continue;
        };
        if Arc::strong_count(&lines) > LINES_MOST || socket.set_nonblocking(false).is_err() {
            continue;
        }
        let (shared, heard, line) = (shared.clone(), Arc::clone(heard), Arc::clone(&lines));
        let work = move || {
            if let Err(why) = listen_to(socket, &shared, &heard) {
                tracing::debug!(%why, "a neighbour's line ended");
            }
            drop(line);
        };
        if let Err(why) = spawn("neighbour", work) {
            tracing::warn!(%why, "a neighbour is not heard");
        }
    }
}

fn listen_to(socket: TcpStream, shared: &Shared, heard: &Heard) -> Result<(), String> {
    let mut line = Hearing::pick_up(socket, &shared.own)?;
    while !shared.end.has_come() {
        let tell = line.hear().map_err(|why| why.to_string())?;
        let (answer, told) = sync_channel(1);
        if !heard(Overheard { from: line.counter.clone(), tell, answer }) {
            return Ok(());
        }
        let told = told.recv().map_err(|_| "it could not be written".to_owned())?;
        line.answer(&told).map_err(|why| why.to_string())?;
    }
    Ok(())
}
