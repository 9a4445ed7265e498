//! Where a request comes from. A reverse proxy on this machine asks for somebody else, and says for whom.

use axum::http::HeaderMap;
use std::net::{IpAddr, SocketAddr};

/// Headers that no browser and no counter sends, and every common proxy can be told to send.
const OF_PROXIES: [&str; 6] =
    ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/// The address a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// Who asks over a connection from this address. Only a proxy on this machine is believed: it adds whom it asks for at
    /// the end of `x-forwarded-for`, whatever its client has written there before.
    #[must_use]
    pub fn of(socket: IpAddr, headers: &HeaderMap) -> Peer {
        let socket = socket.to_canonical();
        let asked_for = headers.get_all("x-forwarded-for").iter().next_back();
        let asked_for = asked_for.and_then(|value| value.to_str().ok()).and_then(last_address);
        Peer(asked_for.filter(|_| socket.is_loopback()).unwrap_or(socket))
    }

    /// Whether somebody on this machine asks, and no proxy for somebody else.
    #[must_use]
    pub fn is_near(self, headers: &HeaderMap) -> bool {
        self.0.is_loopback() && !OF_PROXIES.iter().any(|name| headers.contains_key(*name))
    }
}

/// The last address of a list, which may have a port.
fn last_address(list: &str) -> Option<IpAddr> {
    let last = list.rsplit(',').next()?.trim();
    let with_port = || last.parse::<SocketAddr>().map(|address| address.ip());
    let address = last.trim_matches(['[', ']']).parse().or_else(|_| with_port()).ok()?;
    Some(IpAddr::to_canonical(&address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    /// Name and value of a header.
    type Line = (&'static str, &'static str);

    fn headers(lines: &[Line]) -> HeaderMap {
        let pair = |&(name, value): &Line| (HeaderName::from_static(name), HeaderValue::from_static(value));
        lines.iter().map(pair).collect()
    }

    #[test]
    fn a_proxy_on_this_machine_is_believed_in_what_it_adds_and_nobody_else() {
        let table: [(&str, &[Line], &str); 9] = [
            ("192.0.2.1", &[], "192.0.2.1"),
            ("192.0.2.1", &[("x-forwarded-for", "198.51.100.7")], "192.0.2.1"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &[("x-forwarded-for", "198.51.100.7")], "198.51.100.7"),
            ("::ffff:127.0.0.1", &[("x-forwarded-for", "10.0.0.9, 198.51.100.7:4711")], "198.51.100.7"),
            ("::1", &[("x-forwarded-for", "10.0.0.9"), ("x-forwarded-for", "2001:db8::7")], "2001:db8::7"),
            ("::1", &[("x-forwarded-for", "[2001:db8::7]:80")], "2001:db8::7"),
            ("::1", &[("x-forwarded-for", "[2001:db8::7]")], "2001:db8::7"),
            ("127.0.0.1", &[("x-forwarded-for", "198.51.100.7, unknown")], "127.0.0.1"),
        ];
        for (socket, lines, expected) in table {
            let peer = Peer::of(socket.parse().unwrap(), &headers(lines));
            assert_eq!(peer.0.to_string(), expected, "{socket} {lines:?}");
        }
    }

    #[test]
    fn whoever_asks_through_a_proxy_is_not_near() {
        let here = Peer("127.0.0.1".parse().unwrap());
        assert!(here.is_near(&HeaderMap::new()));
        for name in OF_PROXIES {
            assert!(!here.is_near(&headers(&[(name, "127.0.0.1")])), "{name}");
        }
        assert!(!Peer("192.0.2.1".parse().unwrap()).is_near(&HeaderMap::new()));
    }
}
