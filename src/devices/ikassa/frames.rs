//! Frames of tsrv: a length of four bytes, the highest first, then one message. The service serves one client at
//! a time and wants its pings answered within two seconds.

use crate::devices::http::{Cable, Lost, Reply, Request};
use serde_json::{Value, json};
use std::{
    io::{ErrorKind, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    sync::mpsc::channel,
    time::{Duration, Instant},
};

/// The longest message that is read.
pub const LARGEST: usize = 1 << 20;
const CONNECT: Duration = Duration::from_secs(2);

/// A message as a frame.
///
/// # Errors
/// When it is longer than any message.
pub fn encode(message: &[u8]) -> Result<Vec<u8>, String> {
    let length = u32::try_from(message.len()).ok().filter(|_| message.len() <= LARGEST);
    let length = length.ok_or_else(|| format!("a message of {} bytes is too long", message.len()))?;
    Ok([&length.to_be_bytes(), message].concat())
}

/// Takes the first whole frame off the bytes that have come; nothing while more must come.
///
/// # Errors
/// When its length makes no sense: what follows cannot be told apart any more.
pub fn decode(bytes: &mut Vec<u8>) -> Result<Option<Vec<u8>>, String> {
    let Some(head) = bytes.first_chunk::<4>() else { return Ok(None) };
    let length = usize::try_from(u32::from_be_bytes(*head)).unwrap_or(usize::MAX);
    if length > LARGEST {
        return Err(format!("a frame of {length} bytes is announced, no message is that long"));
    }
    if bytes.len() < 4 + length {
        return Ok(None);
    }
    let rest = bytes.split_off(4 + length);
    let frame = std::mem::replace(bytes, rest);
    Ok(frame.get(4..).map(<[u8]>::to_vec))
}

/// A cable to tsrv. The body of a request is one message with its `replyAddress`; the answer's body is the message
/// that comes to it.
#[derive(Debug)]
pub struct FrameCable {
    host: String,
    since: Instant,
}

impl FrameCable {
    /// A cable to `host:port`; does not connect yet.
    #[must_use]
    pub fn new(host: &str) -> FrameCable {
        FrameCable { host: host.to_owned(), since: Instant::now() }
    }

    fn connect(&self, until: Instant) -> Result<TcpStream, Lost> {
        let unreachable =
            |why: String| Lost::BeforeSending(format!("tsrv at {} cannot be reached: {why}", self.host));
        let found = self.host.to_socket_addrs().map_err(|error| unreachable(error.to_string()))?;
        let mut last = "the name has no address".to_owned();
        for address in found {
            match TcpStream::connect_timeout(&address, left(until).min(CONNECT)) {
                Ok(socket) => return Ok(socket),
                Err(error) => last = error.to_string(),
            }
        }
        Err(unreachable(last))
    }
}

impl Cable for FrameCable {
    fn exchange(&mut self, request: &Request, deadline: Duration) -> Result<Reply, Lost> {
        let until = Instant::now() + deadline;
        let frame = encode(&request.body).map_err(Lost::BeforeSending)?;
        let mut socket = self.connect(until)?;
        let mut work = || -> Result<Reply, String> {
            write(&mut socket, &frame, until)?;
            hear(&mut socket, &reply_address(&request.body), until)
        };
        work().map_err(Lost::AfterSending)
    }

    fn now(&mut self) -> Duration {
        self.since.elapsed()
    }

    fn pause(&mut self, length: Duration) {
        // Nobody speaks on this channel: waiting for it is a pause.
        let (_nobody, silence) = channel::<()>();
        silence.recv_timeout(length).unwrap_or_default();
    }
}

/// The message that comes to our address; pings before it are answered.
fn hear(socket: &mut TcpStream, own: &str, until: Instant) -> Result<Reply, String> {
    let mut bytes = Vec::new();
    loop {
        while let Some(frame) = decode(&mut bytes)? {
            let message: Value = serde_json::from_slice(&frame)
                .map_err(|error| format!("tsrv's message is no JSON: {error}"))?;
            if let Some(pong) = pong(&message) {
                write(socket, &encode(pong.to_string().as_bytes())?, until)?;
            } else if message.get("address").and_then(Value::as_str) == Some(own) {
                return Ok(Reply { status: 200, body: frame });
            }
        }
        bytes.extend(read(socket, until)?);
    }
}

fn read(socket: &mut TcpStream, until: Instant) -> Result<Vec<u8>, String> {
    let mut part = [0_u8; 4096];
    loop {
        if Instant::now() >= until {
            return Err("tsrv did not answer in time".into());
        }
        match socket.set_read_timeout(Some(left(until))).and_then(|()| socket.read(&mut part)) {
            Ok(0) => return Err("tsrv hung up".into()),
            Ok(count) => return Ok(part.get(..count).unwrap_or_default().to_vec()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(format!("tsrv's answer was lost: {error}")),
        }
    }
}

fn write(socket: &mut TcpStream, bytes: &[u8], until: Instant) -> Result<(), String> {
    let sent = socket.set_write_timeout(Some(left(until))).and_then(|()| socket.write_all(bytes));
    sent.map_err(|error| format!("tsrv broke off: {error}"))
}

/// What a ping is answered with.
fn pong(message: &Value) -> Option<Value> {
    let ping = message.get("type").and_then(Value::as_str) == Some("ping")
        || message.get("address").and_then(Value::as_str) == Some("topics.default.ping");
    let to = message.get("replyAddress").or_else(|| message.get("reply_address"));
    ping.then(|| json!({"type": "pong", "address": to.cloned().unwrap_or(Value::Null)}))
}

fn reply_address(message: &[u8]) -> String {
    let message: Value = serde_json::from_slice(message).unwrap_or_default();
    message.get("replyAddress").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// What is left until a moment; never zero, which sockets take for "no deadline".
fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_frame_is_a_length_and_a_message_and_a_foolish_length_is_refused() {
        assert_eq!(encode(b"{}").unwrap(), b"\x00\x00\x00\x02{}");
        assert!(encode(&vec![0; LARGEST + 1]).is_err());
        assert!(decode(&mut b"HTTP/1.1 200 OK".to_vec()).unwrap_err().contains("no message is that long"));
    }

    #[test]
    fn a_ping_is_answered_to_its_address() {
        let ping = json!({"type": "ping", "address": "topics.default.ping", "replyAddress": "a"});
        assert_eq!(pong(&ping), Some(json!({"type": "pong", "address": "a"})));
        assert_eq!(pong(&json!({"type": "send", "address": "a"})), None);
    }

    proptest! {
        #[test]
        fn frames_come_out_as_they_went_in_however_they_are_cut(
            messages in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..6), cut in 1usize..9
        ) {
            let whole: Vec<u8> = messages.iter().flat_map(|message| encode(message).unwrap()).collect();
            let (mut bytes, mut found) = (Vec::new(), Vec::new());
            for part in whole.chunks(cut) {
                bytes.extend_from_slice(part);
                while let Some(frame) = decode(&mut bytes).unwrap() {
                    found.push(frame);
                }
            }
            prop_assert_eq!(found, messages);
            prop_assert!(bytes.is_empty());
        }

        #[test]
        fn no_bytes_make_the_reader_fail(mut bytes: Vec<u8>) {
            while let Ok(Some(_)) = decode(&mut bytes) {}
        }
    }
}
