//! Requests and replies of HTTP/1.1 as bytes. Pure.

use serde_json::Value;

/// The longest reply that is read; registers say little.
pub const LARGEST_REPLY: usize = 1 << 20;
/// More headers than this is no register.
const HEADERS_MAX: usize = 64;

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// From the slash on.
    pub path: String,
    /// Names exactly as they are to be written.
    pub headers: Vec<(String, String)>,
    /// What is sent.
    pub body: Vec<u8>,
}

impl Request {
    /// A question without a body.
    #[must_use]
    pub fn get(path: impl Into<String>) -> Request {
        Request { method: "GET", path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    /// A question with JSON.
    #[must_use]
    pub fn post(path: impl Into<String>, body: Vec<u8>) -> Request {
        let headers = vec![("Content-Type".into(), "application/json; charset=utf-8".into())];
        Request { method: "POST", path: path.into(), headers, body }
    }

    /// The same with one more header, its name written as given.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Request {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The bytes that go out.
    #[must_use]
    pub fn bytes(&self, host: &str) -> Vec<u8> {
        let mut text =
            format!("{} {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            // A line break in a value would become a header of its own.
            let value: String = value.chars().filter(|c| !c.is_control()).collect();
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.method != "GET" || !self.body.is_empty() {
            text.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// One answer, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Such as 200.
    pub status: u16,
    /// What came.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as JSON, if it is that.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Whether it is one of 200 to 299.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.status >= 200 && self.status < 300
    }

    /// The first words of the body, for people.
    #[must_use]
    pub fn words(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        text.chars().take(200).collect()
    }
}

/// How far a reply has been read.
#[derive(Debug, PartialEq, Eq)]
pub enum Read {
    /// It is whole.
    Whole(Reply),
    /// More must come.
    More,
    /// It is no reply of HTTP, with the reason.
    Never(&'static str),
}

/// Reads what has come so far; `ended` says that no more will.
#[must_use]
pub fn read(bytes: &[u8], ended: bool) -> Read {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut head = httparse::Response::new(&mut headers);
    let length = match head.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) if ended => return Read::Never("it ended in the middle of its head"),
        Ok(httparse::Status::Partial) => return Read::More,
        Err(_) => return Read::Never("it is not HTTP"),
    };
    let (Some(status), Some(rest)) = (head.code, bytes.get(length..)) else {
        return Read::Never("it has no status");
    };
    if (100..200).contains(&status) {
        // "Continue" comes before the reply and is none.
        return if ended && rest.is_empty() { Read::Never("it never came") } else { read(rest, ended) };
    }
    match framing(head.headers) {
        Err(why) => Read::Never(why),
        Ok(_) if status == 204 || status == 304 => Read::Whole(Reply { status, body: Vec::new() }),
        Ok(Framing::Length(count)) => match rest.get(..count) {
            Some(body) => Read::Whole(Reply { status, body: body.to_vec() }),
            None if ended => Read::Never("it ended in the middle of its body"),
            None => Read::More,
        },
        Ok(Framing::Chunked) => match chunks(rest) {
            Chunks::Whole(body) => Read::Whole(Reply { status, body }),
            Chunks::Bad => Read::Never("its chunks cannot be read"),
            Chunks::More if ended => Read::Never("it ended in the middle of its body"),
            Chunks::More => Read::More,
        },
        Ok(Framing::UntilTheEnd) if ended => Read::Whole(Reply { status, body: rest.to_vec() }),
        Ok(Framing::UntilTheEnd) => Read::More,
    }
}

enum Framing {
    Length(usize),
    Chunked,
    UntilTheEnd,
}

fn framing(headers: &[httparse::Header<'_>]) -> Result<Framing, &'static str> {
    let values = |name: &str| {
        let name = name.to_owned();
        headers
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(&name))
            .map(|header| header.value)
    };
    if values("Transfer-Encoding").any(|value| value.to_ascii_lowercase().ends_with(b"chunked")) {
        return Ok(Framing::Chunked);
    }
    let mut lengths = values("Content-Length")
        .map(|value| std::str::from_utf8(value).ok().and_then(|text| text.trim().parse::<usize>().ok()));
    match (lengths.next(), lengths.next()) {
        (None, _) => Ok(Framing::UntilTheEnd),
        (Some(Some(count)), None) if count <= LARGEST_REPLY => Ok(Framing::Length(count)),
        _ => Err("its length makes no sense"),
    }
}

enum Chunks {
    Whole(Vec<u8>),
    More,
    Bad,
}

fn chunks(mut rest: &[u8]) -> Chunks {
    let mut body = Vec::new();
    loop {
        let (start, size) = match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete(found)) => found,
            Ok(httparse::Status::Partial) => return Chunks::More,
            Err(_) => return Chunks::Bad,
        };
        let Ok(size) = usize::try_from(size) else { return Chunks::Bad };
        if size == 0 {
            return Chunks::Whole(body);
        }
        if size > LARGEST_REPLY || body.len() > LARGEST_REPLY {
            return Chunks::Bad;
        }
        let Some(chunk) = rest.get(start..start + size) else { return Chunks::More };
        body.extend_from_slice(chunk);
        match rest.get(start + size..start + size + 2) {
            Some(b"\r\n") => {}
            Some(_) => return Chunks::Bad,
            None => return Chunks::More,
        }
        rest = rest.get(start + size + 2..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(status: u16, body: &str) -> Read {
        Read::Whole(Reply { status, body: body.into() })
    }

    #[test]
    fn a_request_is_these_bytes_and_keeps_the_letters_of_its_headers() {
        let request = Request::post("/v1", b"{}".to_vec()).with("INTENT_OPERATION_TYPE", "SALE\r\nX: y");
        let expected = "POST /v1 HTTP/1.1\r\nHost: h:1\r\nConnection: close\r\n\
            Content-Type: application/json; charset=utf-8\r\nINTENT_OPERATION_TYPE: SALEX: y\r\n\
            Content-Length: 2\r\n\r\n{}";
        assert_eq!(String::from_utf8(request.bytes("h:1")).unwrap(), expected);
        assert!(!String::from_utf8(Request::get("/").bytes("h")).unwrap().contains("Content-Length"));
    }

    #[test]
    fn replies_are_read_as_a_table_says() {
        let table = [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false, whole(200, "{}")),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}more", false, whole(200, "{}")),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", false, Read::More),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
                true,
                Read::Never("it ended in the middle of its body"),
            ),
            ("HTTP/1.1 200 OK\r\n\r\nall", true, whole(200, "all")),
            ("HTTP/1.1 200 OK\r\n\r\nall", false, Read::More),
            ("HTTP/1.1 204 No\r\n\r\n", false, whole(204, "")),
            ("HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 201 OK\r\nContent-Length: 0\r\n\r\n", false, whole(201, "")),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                false,
                whole(200, "abcde"),
            ),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", false, Read::More),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                false,
                Read::Never("its chunks cannot be read"),
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
                false,
                Read::Never("its length makes no sense"),
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
                false,
                Read::Never("its length makes no sense"),
            ),
            ("HTTP/1.1 20", false, Read::More),
            ("HTTP/1.1 20", true, Read::Never("it ended in the middle of its head")),
            ("SSH-2.0-OpenSSH\r\n", false, Read::Never("it is not HTTP")),
        ];
        for (bytes, ended, expected) in table {
            assert_eq!(read(bytes.as_bytes(), ended), expected, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_fail_and_cut_bytes_never_make_another_reply(
            noise: Vec<u8>, body in "[ -~]{0,40}", cut in 0usize..200
        ) {
            // A verdict on noise may be any; there must be one.
            let _verdict = read(&noise, true);
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            let bytes = head.as_bytes();
            match read(&bytes[..cut.min(bytes.len())], true) {
                Read::Whole(reply) => prop_assert_eq!(reply.body, body.into_bytes()),
                Read::Never(_) => prop_assert!(cut < bytes.len()),
                Read::More => prop_assert!(false, "nothing more will come"),
            }
        }
    }
}
