//! A line between two counters: one tells, the other answers, one after the other. A message is its length in four bytes,
//! the highest first, and JSON.

use super::tls::{Believed, Credentials};
use crate::facts::id::CounterId;
use crate::wire::batch::BATCH_BYTES_MAX;
use crate::wire::neighbour::{Tell, Told};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConnection, ServerConnection, StreamOwned};
use serde::{Serialize, de::DeserializeOwned};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// How long a neighbour may take to pick up: it stands in the same room.
const CONNECT: Duration = Duration::from_secs(2);
/// How long who has not proved a key yet may keep a line.
const PROOF: Duration = Duration::from_secs(5);
/// How long one may take to send or to answer; its disk may be slow, and its till busy with a register.
const PATIENCE: Duration = Duration::from_secs(40);

/// A line on which this counter tells.
pub struct Telling {
    stream: StreamOwned<ClientConnection, TcpStream>,
}

impl Telling {
    /// Calls a neighbour.
    ///
    /// # Errors
    /// One sentence: nobody is there, or somebody else.
    pub fn call(address: SocketAddr, own: &Credentials, counter: &CounterId) -> Result<Telling, String> {
        let mut socket = TcpStream::connect_timeout(&address, CONNECT).map_err(|e| e.to_string())?;
        patient(&socket, PROOF).map_err(|e| e.to_string())?;
        let name = ServerName::try_from("kava").map_err(|e| e.to_string())?;
        let mut tls = ClientConnection::new(Arc::clone(&own.calls), name).map_err(|e| e.to_string())?;
        while tls.is_handshaking() {
            tls.complete_io(&mut socket).map_err(|e| e.to_string())?;
        }
        match who(tls.peer_certificates(), &own.believed) {
            Some(found) if found == *counter => {
                patient(&socket, PATIENCE).map_err(|e| e.to_string())?;
                Ok(Telling { stream: StreamOwned::new(tls, socket) })
            }
            _ => Err(format!("at {address} is not counter {counter}")),
        }
    }

    /// Tells, and hears the answer.
    ///
    /// # Errors
    /// When the line breaks.
    pub fn tell(&mut self, tell: &Tell) -> io::Result<Told> {
        write(&mut self.stream, tell)?;
        read(&mut self.stream)
    }
}

/// A line on which a neighbour tells.
pub struct Hearing {
    /// Who tells.
    pub counter: CounterId,
    stream: StreamOwned<ServerConnection, TcpStream>,
}

impl Hearing {
    /// Picks up.
    ///
    /// # Errors
    /// One sentence: who calls is no counter of this shop, or speaks another language.
    pub fn pick_up(mut socket: TcpStream, own: &Credentials) -> Result<Hearing, String> {
        patient(&socket, PROOF).map_err(|e| e.to_string())?;
        let mut tls = ServerConnection::new(Arc::clone(&own.picks_up)).map_err(|e| e.to_string())?;
        while tls.is_handshaking() {
            tls.complete_io(&mut socket).map_err(|e| e.to_string())?;
        }
        let counter = who(tls.peer_certificates(), &own.believed).ok_or("it is no counter of this shop")?;
        patient(&socket, PATIENCE).map_err(|e| e.to_string())?;
        Ok(Hearing { counter, stream: StreamOwned::new(tls, socket) })
    }

    /// What is told next.
    ///
    /// # Errors
    /// When the line breaks or what comes is no message.
    pub fn hear(&mut self) -> io::Result<Tell> {
        read(&mut self.stream)
    }

    /// Answers.
    ///
    /// # Errors
    /// When the line breaks.
    pub fn answer(&mut self, told: &Told) -> io::Result<()> {
        write(&mut self.stream, told)
    }
}

fn patient(socket: &TcpStream, how_long: Duration) -> io::Result<()> {
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(how_long))?;
    socket.set_write_timeout(Some(how_long))
}

fn who(shown: Option<&[CertificateDer<'_>]>, believed: &Believed) -> Option<CounterId> {
    let key = shown?.first()?;
    believed.whose(key.as_ref()).map(|neighbour| neighbour.counter)
}

fn write(line: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let body = serde_json::to_vec(message)?;
    let length = u32::try_from(body.len()).map_err(|_| too_long())?;
    line.write_all(&length.to_be_bytes())?;
    line.write_all(&body)?;
    line.flush()
}

fn read<T: DeserializeOwned>(line: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    line.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if usize::try_from(length).map_or(true, |length| length > BATCH_BYTES_MAX) {
        return Err(too_long());
    }
    let mut body = Vec::new();
    line.take(u64::from(length)).read_to_end(&mut body)?;
    Ok(serde_json::from_slice(&body)?)
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the message is too long")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::bundle::public_of;
    use crate::wire::keyring::Neighbour;
    use crate::wire::reply::Place;
    use std::net::TcpListener;

    /// A counter with this secret that believes these.
    fn credentials(secret: [u8; 32], believed: &[(&str, [u8; 32])]) -> Credentials {
        let own = Credentials::new(&secret).unwrap();
        let one = |(name, secret): &(&str, [u8; 32])| Neighbour {
            counter: CounterId::new(*name),
            public: public_of(secret),
        };
        own.believed.replace(believed.iter().map(one).collect());
        own
    }

    /// Counter 2, which believes counter 1, picks up once and answers once; gives who called, or why not.
    fn picked_up() -> (SocketAddr, std::thread::JoinHandle<Result<CounterId, String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let thread = std::thread::spawn(move || {
            let (socket, _) = listener.accept().unwrap();
            let mut hearing = Hearing::pick_up(socket, &credentials([2; 32], &[("1", [1; 32])]))?;
            let tell = hearing.hear().map_err(|e| e.to_string())?;
            hearing.answer(&Told { have: tell.acked, refused: None }).map_err(|e| e.to_string())?;
            Ok(hearing.counter)
        });
        (address, thread)
    }

    fn call(address: SocketAddr, own: &Credentials) -> Result<Told, String> {
        let mut line = Telling::call(address, own, &CounterId::new("2"))?;
        let acked = Some(Place { epoch: 1, seq: 7 });
        line.tell(&Tell { acked, ..Tell::default() }).map_err(|e| e.to_string())
    }

    #[test]
    fn two_counters_that_the_office_let_in_hear_each_other() {
        let (address, two) = picked_up();
        let told = call(address, &credentials([1; 32], &[("2", [2; 32])])).unwrap();
        assert_eq!(told.have, Some(Place { epoch: 1, seq: 7 }));
        assert_eq!(two.join().unwrap().unwrap(), CounterId::new("1"));
    }

    #[test]
    fn a_machine_whose_key_the_office_does_not_know_is_not_heard() {
        let (address, two) = picked_up();
        assert!(call(address, &credentials([9; 32], &[("2", [2; 32])])).is_err());
        assert!(two.join().unwrap().is_err());
    }

    #[test]
    fn nothing_is_told_to_a_machine_that_only_says_it_is_the_neighbour() {
        let (address, two) = picked_up();
        assert!(call(address, &credentials([1; 32], &[("2", [8; 32])])).is_err());
        assert!(two.join().unwrap().is_err());
        // It may be a counter of this shop, and still not the one that was meant.
        let (address, two) = picked_up();
        let why = call(address, &credentials([1; 32], &[("3", [2; 32]), ("2", [4; 32])])).unwrap_err();
        assert!(why.contains("is not counter 2"), "{why}");
        assert!(two.join().unwrap().is_err());
    }

    #[test]
    fn a_message_that_is_too_long_or_cut_is_refused() {
        assert!(read::<Tell>(&mut &[0xff, 0xff, 0xff, 0xff, b'{'][..]).is_err());
        assert!(read::<Tell>(&mut &[0, 0, 0, 9, b'{'][..]).is_err());
        assert!(read::<Tell>(&mut &[0, 0, 0, 2, b'{', b'}'][..]).is_ok());
    }
}
