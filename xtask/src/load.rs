//! Requests per second over a socket: one server process, one wrk, both ended here.

use crate::run::{command, output};
use crate::{Result, root, tools};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const CONNECTIONS: &str = "--connections=64";

/// A server that ends with this value.
struct Server {
    child: Child,
    port: u16,
    _folder: Folder,
}

impl Server {
    fn start(program: &Path, variant: &str) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let folder = Folder::create(port)?;
        let mut command = Command::new(program);
        command.args(["serve", variant, &port.to_string()]).env("TMPDIR", &folder.0).stdin(Stdio::null());
        let mut server = Self { child: command.spawn()?, port, _folder: folder };
        let start = Instant::now();
        while TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_err() {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("the server of `{variant}` ended: {status}").into());
            }
            if start.elapsed() > Duration::from_secs(10) {
                return Err(format!("the server of `{variant}` accepts no connections").into());
            }
            sleep(Duration::from_millis(10));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing is left to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where a server keeps its files, removed with this value: the server is killed and cannot do it.
struct Folder(PathBuf);

impl Folder {
    /// On the disk of the repository: a temporary folder may be in memory, where nothing is synced.
    fn create(port: u16) -> Result<Self> {
        let path = root().join(format!("target/bench-{}-{port}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Files that are left below `target` do no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The numbers before the first requests of the two runs: no two requests send the same.
const WARM_UP: u64 = 0;
const MEASURED: u64 = 5_000_000_000;

/// How long wrk runs, in seconds.
pub(crate) struct Seconds {
    pub(crate) warm_up: u64,
    pub(crate) measured: u64,
}

/// Requests per second of a fresh server of `variant`, an entry of the bench program's catalogue.
pub(crate) fn measure(program: &Path, variant: &Value, seconds: &Seconds) -> Result<f64> {
    tools::ensure("wrk")?;
    let name = text(variant, "name")?;
    let server = Server::start(program, name)?;
    wrk(&server, variant, WARM_UP, seconds.warm_up)?;
    let report = wrk(&server, variant, MEASURED, seconds.measured)?;
    requests_per_second(&report).map_err(|error| format!("`{name}`: {error}\n{report}").into())
}

/// Runs wrk for `seconds`. The numbers in its requests are those after `before`.
fn wrk(server: &Server, variant: &Value, before: u64, seconds: u64) -> Result<String> {
    let script = Script::write(&script(variant, before)?, server.port)?;
    let url = format!("http://127.0.0.1:{}{}", server.port, text(variant, "path")?);
    let duration = format!("--duration={seconds}s");
    let mut wrk = command("wrk", &["--threads=1", CONNECTIONS, &duration, "--script"]);
    let output = output(wrk.arg(&script.0).arg(url), Duration::from_secs(seconds + 20))?;
    Ok(String::from_utf8(output.stdout)?)
}

/// A file for wrk that is removed with this value.
struct Script(PathBuf);

impl Script {
    fn write(text: &str, port: u16) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("steadfast-bench-{}-{port}.lua", std::process::id()));
        fs::write(&path, text)?;
        Ok(Self(path))
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        // A file that is left in the temporary folder does no harm.
        let _ = fs::remove_file(&self.0);
    }
}

/// What wrk runs for each request. The request is made once unless a header holds a number of its own, of ten digits.
fn script(variant: &Value, before: u64) -> Result<String> {
    let mut lua = format!("wrk.method = \"POST\"\nwrk.body = {}\n", quoted(text(variant, "body")?));
    let mut numbered = String::new();
    for (name, value) in variant["headers"].as_object().ok_or("a variant has no headers")? {
        let value = value.as_str().ok_or("a header's value is no string")?;
        match value.split_once("{n}") {
            None => writeln!(lua, "wrk.headers[{}] = {}", quoted(name), quoted(value))?,
            Some((start, end)) => {
                let (start, end) = (quoted(start), quoted(end));
                writeln!(numbered, "  wrk.headers[{}] = {start} .. digits .. {end}", quoted(name))?;
            }
        }
    }
    if !numbered.is_empty() {
        writeln!(
            lua,
            "local number = {before}\nfunction request()\n  number = number + 1\n  \
             local digits = string.format(\"%010d\", number)\n{numbered}  return wrk.format()\nend"
        )?;
    }
    Ok(lua)
}

/// A string of Lua. The escapes that `{:?}` would write for other characters are not Lua's.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => write!(quoted, "\\{byte:03}").expect("a string takes all that is written to it"),
        }
    }
    quoted + "\""
}

fn text<'a>(variant: &'a Value, key: &str) -> Result<&'a str> {
    variant[key].as_str().ok_or_else(|| format!("a variant has no `{key}`").into())
}

/// The figure in wrk's report, if every request was answered with success.
fn requests_per_second(report: &str) -> Result<f64> {
    for trouble in ["Socket errors:", "Non-2xx or 3xx responses:"] {
        if let Some(line) = report.lines().find(|line| line.trim().starts_with(trouble)) {
            return Err(line.trim().into());
        }
    }
    let figure = report.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
    Ok(figure.ok_or("wrk reported no requests per second")?.trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_script_numbers_the_headers_that_ask_for_it() {
        let variant = json!({ "headers": { "a": "b", "key": "k-{n}!" }, "body": "{\"é\":1}" });
        let lua = script(&variant, WARM_UP).unwrap();
        assert_eq!(
            lua,
            "wrk.method = \"POST\"\nwrk.body = \"{\\\"\\195\\169\\\":1}\"\nwrk.headers[\"a\"] = \"b\"\n\
             local number = 0\nfunction request()\n  number = number + 1\n  \
             local digits = string.format(\"%010d\", number)\n  \
             wrk.headers[\"key\"] = \"k-\" .. digits .. \"!\"\n  return wrk.format()\nend\n"
        );
        let constant = json!({ "headers": { "a": "b" }, "body": "" });
        assert!(!script(&constant, MEASURED).unwrap().contains("function"));
    }

    #[test]
    fn a_report_with_failed_requests_has_no_figure() {
        let figure = |report| requests_per_second(report).map_err(|error| error.to_string());
        assert_eq!(figure("  100 requests in 4.00s\nRequests/sec:  48900.12\n"), Ok(48900.12));
        let refused = "  Non-2xx or 3xx responses: 7\nRequests/sec:  48900.12\n";
        assert_eq!(figure(refused), Err("Non-2xx or 3xx responses: 7".to_owned()));
        assert_eq!(figure(""), Err("wrk reported no requests per second".to_owned()));
    }
}
