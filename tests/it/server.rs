//! A router behind a real socket, and a client that sends exactly the bytes it is told.

use axum::Router;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) struct Server {
    address: std::net::SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Server {
    pub(crate) async fn start(app: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, task }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends a request whose header lines are given as bytes.
    pub(crate) async fn send(&self, request_line: &str, headers: &[&[u8]], body: &str) -> Answer {
        Answer::parse(&self.exchange(&request(request_line, headers, body)).await)
    }

    /// Everything that is answered to a request without a body, as it comes: also an answer that breaks off.
    pub(crate) async fn bytes(&self, request_line: &str, headers: &[&str]) -> Vec<u8> {
        let headers: Vec<&[u8]> = headers.iter().map(|header| header.as_bytes()).collect();
        self.exchange(&request(request_line, &headers, "")).await
    }

    async fn exchange(&self, request: &[u8]) -> Vec<u8> {
        let mut socket = self.connect().await;
        socket.write_all(request).await.unwrap();
        let mut bytes = Vec::new();
        socket.read_to_end(&mut bytes).await.unwrap();
        bytes
    }

    /// Sends a request of any method.
    pub(crate) async fn call(&self, request_line: &str, headers: &[impl AsRef<str>], body: &str) -> Answer {
        let headers: Vec<&[u8]> = headers.iter().map(|header| header.as_ref().as_bytes()).collect();
        self.send(request_line, &headers, body).await
    }

    pub(crate) async fn get(&self, path: &str, headers: &[&str]) -> Answer {
        let headers: Vec<&[u8]> = headers.iter().map(|header| header.as_bytes()).collect();
        self.send(&format!("GET {path}"), &headers, "").await
    }

    pub(crate) async fn post(&self, path: &str, headers: &[&str], body: &str) -> Answer {
        let headers: Vec<&[u8]> = headers.iter().map(|header| header.as_bytes()).collect();
        self.send(&format!("POST {path}"), &headers, body).await
    }
}

pub(crate) fn request(request_line: &str, headers: &[&[u8]], body: &str) -> Vec<u8> {
    let mut bytes = format!(
        "{request_line} HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    )
    .into_bytes();
    for header in headers {
        bytes.extend_from_slice(header);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body.as_bytes());
    bytes
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(bytes)));
        let head = String::from_utf8_lossy(&bytes[..end]);
        let body = &bytes[end + 4..];
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = if chunked { unchunked(body) } else { body.to_owned() };
        Self { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// The headers but those that no two answers share, in the order of their names.
    pub(crate) fn lasting(&self) -> Vec<(&str, &str)> {
        let mut headers: Vec<_> = self
            .headers
            .iter()
            .filter(|(name, _)| name != "date" && name != "connection")
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        headers.sort_unstable();
        headers
    }

    /// All values of a header, in order.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The one value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let values = self.all(name);
        assert!(values.len() <= 1, "{name} stands more than once: {values:?}");
        values.first().copied()
    }

    /// The problem document, whose status must be that of the answer.
    pub(crate) fn problem(&self) -> serde_json::Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(problem["status"], self.status, "{self:?}");
        problem
    }

    /// The end of the problem's `type`.
    pub(crate) fn problem_type(&self) -> String {
        let problem = self.problem();
        problem["type"].as_str().unwrap().strip_prefix("urn:steadfast:problem:").unwrap().to_owned()
    }
}

/// The bytes of a body in chunks (RFC 9112 section 7.1).
fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(end) = body.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&body[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            break;
        }
        let chunk = &body[end + 2..];
        bytes.extend_from_slice(&chunk[..size]);
        body = &chunk[size + 2..];
    }
    bytes
}
