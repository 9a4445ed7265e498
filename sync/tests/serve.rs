//! The office over a real socket on a free port.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

/// A running office; it is stopped with the test.
struct Office {
    child: Child,
    address: String,
}

impl Office {
    fn start() -> Office {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kava-sync"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the office starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").expect("the first line says where");
        Office { address: address.to_owned(), child }
    }

    fn get(&self, path: &str) -> String {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        write!(socket, "GET {path} HTTP/1.1\r\nhost: office\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        // Both fail only when it has ended already, which is what is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn the_office_answers_on_a_free_port() {
    let office = Office::start();
    let health = office.get("/healthz");
    assert!(health.starts_with("HTTP/1.1 200") && health.ends_with("\r\n\r\nok"), "{health}");
    let version = office.get("/version");
    assert!(version.contains(r#""name":"kava-sync""#) && version.contains(r#""record":1"#), "{version}");
    assert!(office.get("/nothing-here").starts_with("HTTP/1.1 404"));
}

#[cfg(unix)]
#[test]
fn the_office_stops_in_order_when_it_is_told_to() {
    let mut office = Office::start();
    assert!(office.get("/healthz").contains("ok"));
    let kill = format!("kill -TERM {}", office.child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    assert_eq!(office.child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_address_in_use_is_one_sentence_and_status_2() {
    let office = Office::start();
    let second = Command::new(env!("CARGO_BIN_EXE_kava-sync"))
        .args(["serve", "--listen", &office.address])
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(2));
    let complaint = String::from_utf8(second.stderr).unwrap();
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert!(complaint.contains(&office.address) && complaint.contains("--listen"), "{complaint}");
}
