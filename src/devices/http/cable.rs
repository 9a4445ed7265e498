//! The cable to a register: one question, one answer, one deadline.

use super::message::{LARGEST_REPLY, Read, Reply, Request, read};
use std::{
    io::{ErrorKind, Read as _, Write},
    net::{TcpStream, ToSocketAddrs},
    sync::mpsc::channel,
    time::{Duration, Instant},
};

/// The longest that a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(2);

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// The question never left.
    BeforeSending(String),
    /// It left, or may have.
    AfterSending(String),
}

impl Lost {
    /// In words.
    #[must_use]
    pub fn reason(self) -> String {
        match self {
            Lost::BeforeSending(reason) | Lost::AfterSending(reason) => reason,
        }
    }
}

/// What a register's client speaks through. The network is one, a test's simulated network another.
pub trait Cable: Send {
    /// One question and its whole answer, within the deadline.
    ///
    /// # Errors
    /// When there is no whole answer, and whether the question may have arrived.
    fn exchange(&mut self, request: &Request, deadline: Duration) -> Result<Reply, Lost>;
    /// How long the cable has been there: the only clock a client has.
    fn now(&mut self) -> Duration;
    /// Waits before asking again.
    fn pause(&mut self, length: Duration);
}

/// A register on the shop's network. Every question is a connection of its own: a kept one that the register
/// has closed meanwhile would make "was it sent?" a guess.
#[derive(Debug)]
pub struct LanCable {
    host: String,
    since: Instant,
}

impl LanCable {
    /// A cable to `host:port`; does not connect yet.
    #[must_use]
    pub fn new(host: &str) -> LanCable {
        LanCable { host: host.to_owned(), since: Instant::now() }
    }

    fn connect(&self, until: Instant) -> Result<TcpStream, Lost> {
        let unreachable = |why: String| {
            Lost::BeforeSending(format!("the register at {} cannot be reached: {why}", self.host))
        };
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

impl Cable for LanCable {
    fn exchange(&mut self, request: &Request, deadline: Duration) -> Result<Reply, Lost> {
        let until = Instant::now() + deadline;
        let mut socket = self.connect(until)?;
        send(&mut socket, &request.bytes(&self.host), until)
            .map_err(|error| Lost::AfterSending(format!("the register broke off: {}", in_words(&error))))?;
        receive(&mut socket, until).map_err(Lost::AfterSending)
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

fn send(socket: &mut TcpStream, bytes: &[u8], until: Instant) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    socket.set_write_timeout(Some(left(until)))?;
    socket.write_all(bytes)
}

fn receive(socket: &mut TcpStream, until: Instant) -> Result<Reply, String> {
    let (mut bytes, mut part) = (Vec::new(), [0_u8; 4096]);
    loop {
        if Instant::now() >= until || bytes.len() > LARGEST_REPLY {
            return Err("the register's answer does not end in time".into());
        }
        let count = socket.set_read_timeout(Some(left(until))).and_then(|()| socket.read(&mut part));
        let count = match count {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(format!("the register's answer was lost: {}", in_words(&error))),
        };
        bytes.extend_from_slice(part.get(..count).unwrap_or_default());
        match read(&bytes, count == 0) {
            Read::Whole(reply) => return Ok(reply),
            Read::More => {}
            Read::Never(why) => return Err(format!("the register's answer cannot be read: {why}")),
        }
    }
}

/// What is left until a moment; never zero, which sockets take for "no deadline".
fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}

fn in_words(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => "it did not answer in time".into(),
        _ => error.to_string(),
    }
}

/// `http://host:port/path` as `host:port` and `/path` without a slash at its end.
///
/// # Errors
/// One sentence when it is not of that form.
pub fn address(url: &str) -> Result<(String, String), String> {
    let wrong = || format!("{url:?} is not an address such as http://192.168.0.30:8080");
    if url.starts_with("https:") {
        return Err(format!("{url:?}: registers are spoken to without TLS, on the shop's own network"));
    }
    let rest = url.strip_prefix("http://").ok_or_else(wrong)?;
    let (host, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_graphic() && !"@?#\\\"<>".contains(c));
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !host.ends_with(']') => {
            (name, port.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(wrong)?)
        }
        _ => (host, 80),
    };
    if name.is_empty() || !plain(name) || !plain(path) {
        return Err(wrong());
    }
    Ok((format!("{name}:{port}"), path.trim_end_matches('/').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_a_table_says() {
        let table = [
            ("http://127.0.0.1:9200", Some(("127.0.0.1:9200", ""))),
            ("http://till.local/kassa/", Some(("till.local:80", "/kassa"))),
            ("http://[::1]:80/v1", Some(("[::1]:80", "/v1"))),
            ("https://till.local", None),
            ("http://", None),
            ("http://till:0", None),
            ("http://till:99999", None),
            ("http://user@till", None),
            ("till.local", None),
            ("http://till/a b", None),
        ];
        for (url, expected) in table {
            let found = address(url);
            assert_eq!(found.clone().ok(), expected.map(|(h, p)| (h.into(), p.into())), "{url}: {found:?}");
        }
    }

    #[test]
    fn nobody_at_the_other_end_means_that_nothing_was_sent() {
        let lost = LanCable::new("127.0.0.1:1").exchange(&Request::get("/"), Duration::from_secs(1));
        assert!(matches!(lost, Err(Lost::BeforeSending(_))), "{lost:?}");
    }
}
