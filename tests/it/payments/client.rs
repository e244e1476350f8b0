//! HTTP/1.1 by hand: a client that may send what no library would, and hang up when it likes.

use serde_json::Value;
use std::fmt::{self, Write as _};
use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than anything here takes, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone)]
pub(super) struct Request {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
}

impl Request {
    pub(super) fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    pub(super) fn header(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name, value.as_ref().to_vec()));
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self
    }

    pub(super) fn merchant(self, name: &str) -> Self {
        self.without("authorization").header("authorization", format!("Bearer {name}"))
    }

    pub(super) fn version(self, version: &str) -> Self {
        self.header("api-version", version)
    }

    pub(super) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(super) fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.without("content-type").header("content-type", content_type)
    }

    pub(super) fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// The bytes on the wire.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes =
            format!("{} {} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n", self.method, self.path)
                .into_bytes();
        for (name, value) in &self.headers {
            bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        bytes.extend(format!("content-length: {}\r\n\r\n", self.body.len()).bytes());
        bytes.extend(&self.body);
        bytes
    }

    pub(super) fn send(&self, address: SocketAddr) -> Answer {
        self.try_send(address).unwrap()
    }

    pub(super) fn try_send(&self, address: SocketAddr) -> std::io::Result<Answer> {
        let mut socket = connect(address)?;
        // The server may answer, and hang up, before it has read everything.
        let written = socket.write_all(&self.bytes());
        read_answer(&mut socket).or_else(|error| written.and(Err(error)))
    }

    /// Sends the request and does not wait for the answer: the caller hangs up by dropping the socket.
    pub(super) fn begin(&self, address: SocketAddr) -> TcpStream {
        let mut socket = connect(address).unwrap();
        socket.write_all(&self.bytes()).unwrap();
        socket
    }
}

pub(super) fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpStream::connect_timeout(&address, PATIENCE)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    socket.set_nodelay(true)?;
    Ok(socket)
}

/// Reads to the end of the connection.
pub(super) fn read_answer(socket: &mut TcpStream) -> std::io::Result<Answer> {
    let mut bytes = Vec::new();
    let ended = socket.read_to_end(&mut bytes);
    Answer::parse(&bytes).ok_or_else(|| match ended {
        Err(error) => error,
        Ok(_) => std::io::Error::other("the connection ended without an answer"),
    })
}

pub(super) struct Answer {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]);
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let body = bytes[end + 4..].to_vec();
        let length = headers.iter().find(|(name, _)| name == "content-length");
        if length.is_some_and(|(_, length)| length.parse() != Ok(body.len())) {
            return None;
        }
        Some(Self { status, headers, body })
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers(name).into_iter();
        let first = values.next();
        assert_eq!(values.next(), None, "{name} is there more than once: {self:?}");
        first
    }

    pub(super) fn headers(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect()
    }

    pub(super) fn is_replay(&self) -> bool {
        match self.header("idempotency-replayed") {
            None => false,
            Some("true") => true,
            Some(other) => panic!("idempotency-replayed: {other}"),
        }
    }

    pub(super) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The member `id` of the body.
    pub(super) fn id(&self) -> String {
        self.json()["id"].as_str().unwrap_or_else(|| panic!("no id: {self:?}")).to_owned()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("{}\n", self.status);
        for (name, value) in &self.headers {
            writeln!(text, "{name}: {value}")?;
        }
        write!(f, "{text}\n{}", String::from_utf8_lossy(&self.body))
    }
}
