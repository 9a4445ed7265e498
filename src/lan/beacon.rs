//! How counters find each other: each says into the network every other second who it is and where it picks up. Nobody is
//! believed for that; who picks up there has to prove it ([`super::tls`]).

use crate::facts::id::{ChainId, CounterId, ShopId};
use crate::facts::shop::Shop;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often a counter says where it is.
pub const EVERY: Duration = Duration::from_secs(2);
/// A beacon is shorter than this.
const LONGEST: usize = 512;

/// Where neighbours pick up, as far as they were heard.
#[derive(Debug, Clone, Default)]
pub struct Addresses(Arc<Mutex<BTreeMap<CounterId, SocketAddr>>>);

impl Addresses {
    /// Where a neighbour picks up.
    #[must_use]
    pub fn of(&self, counter: &CounterId) -> Option<SocketAddr> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(counter).copied()
    }

    /// Notes where somebody says that they pick up.
    pub fn note(&self, counter: CounterId, address: SocketAddr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(counter, address);
    }
}

#[derive(Serialize, Deserialize)]
struct Here {
    kava: u32,
    chain: ChainId,
    shop: ShopId,
    counter: CounterId,
    port: u16,
}

/// Says and hears beacons.
#[derive(Debug)]
pub struct Beacon {
    socket: UdpSocket,
    said: Vec<u8>,
    shop: Shop,
    to: SocketAddr,
}

impl Beacon {
    /// A beacon of a counter that picks up at this address, by UDP at the port of the same number.
    ///
    /// # Errors
    /// When the port is taken, as by a second counter on this machine.
    pub fn new(shop: &Shop, listens: SocketAddr) -> io::Result<Beacon> {
        let socket = UdpSocket::bind(listens)?;
        socket.set_broadcast(true)?;
        socket.set_read_timeout(Some(EVERY))?;
        let port = listens.port();
        let here = Here {
            kava: 1,
            chain: shop.chain.clone(),
            shop: shop.shop.clone(),
            counter: shop.counter.clone(),
            port,
        };
        // A counter that picks up for its own machine alone need not shout further.
        let to = if listens.ip().is_loopback() { Ipv4Addr::LOCALHOST } else { Ipv4Addr::BROADCAST };
        let to = SocketAddr::V4(SocketAddrV4::new(to, port));
        Ok(Beacon { socket, said: serde_json::to_vec(&here)?, shop: shop.clone(), to })
    }

    /// Says where we are.
    ///
    /// # Errors
    /// When there is no network; it is said again later.
    pub fn say(&self) -> io::Result<()> {
        self.socket.send_to(&self.said, self.to).map(drop)
    }

    /// Hears one beacon, or nobody for a while. Gives who of this shop picks up where.
    #[must_use]
    pub fn hear(&self) -> Option<(CounterId, SocketAddr)> {
        let mut bytes = [0; LONGEST];
        let (length, from) = self.socket.recv_from(&mut bytes).ok()?;
        let here: Here = serde_json::from_slice(bytes.get(..length)?).ok()?;
        let of_us = here.kava == 1 && (&here.chain, &here.shop) == (&self.shop.chain, &self.shop.shop);
        (of_us && here.counter != self.shop.counter)
            .then(|| (here.counter, SocketAddr::new(from.ip(), here.port)))
    }
}
