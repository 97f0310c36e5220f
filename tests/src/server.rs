//! A small server over `dist/` that can simulate faults and records all requests. It is also the proxy of the browser
//! under test: requests of the page to any other origin arrive here and are recorded.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::HashMap;
use std::io::{self, BufReader, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// What can go wrong between a server and a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The file is not there.
    NotFound,
    /// The file comes as `text/html`, as from a server that answers everything with its start page.
    WrongType,
    /// Nothing comes, and the connection stays open until the fault is lifted.
    Stall,
    /// The connection ends after this number of bytes of the body.
    CutAfter(usize),
    /// The answer comes late.
    Delay(Duration),
}

/// Something the browser asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `HEAD`, `CONNECT`, …
    pub method: String,
    /// The path; for another origin, all that was asked for.
    pub target: String,
}

impl Request {
    /// Whether this was meant for another origin than ours.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        !self.target.starts_with('/')
    }

    /// Whether Chromium asked this for itself, whatever page it shows.
    #[must_use]
    pub fn is_of_the_browser(&self) -> bool {
        let address = self
            .target
            .split_once("://")
            .map_or(&*self.target, |(_, rest)| rest);
        let host = address.split([':', '/']).next().unwrap_or_default();
        BROWSER_HOSTS.contains(&host)
    }
}

/// Where Chromium looks for updates, hints and accounts; no flag stops all of it.
const BROWSER_HOSTS: [&str; 12] = [
    "accounts.google.com",
    "android.clients.google.com",
    "clients2.google.com",
    "clientservices.googleapis.com",
    "content-autofill.googleapis.com",
    "edgedl.me.gvt1.com",
    "optimizationguide-pa.googleapis.com",
    "redirector.gvt1.com",
    "safebrowsingohttpgateway.googleapis.com",
    "start.duckduckgo.com",
    "update.googleapis.com",
    "www.google.com",
];

/// Serves until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    root: PathBuf,
    delivery: Delivery,
    state: Mutex<State>,
    healed: Condvar,
}

/// How files are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Delivery {
    /// Every opening is a first opening.
    Uncached,
    /// As a good static host sends them: compressed, and kept by the browser where the name has a hash.
    Deployed,
}

#[derive(Debug, Default)]
struct State {
    compressed: HashMap<String, Arc<[u8]>>,
    pages: HashMap<String, Vec<u8>>,
    faults: Vec<(String, Fault)>,
    requests: Vec<Request>,
    closed: bool,
}

impl Server {
    /// Serves a folder on a free port of this machine.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(root: impl Into<PathBuf>) -> io::Result<Self> {
        Self::start_with(root.into(), Delivery::Uncached)
    }

    /// Serves a folder as a good static host does: compressed by gzip, and with headers that let the browser keep
    /// what has a hash in its name.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start_deployed(root: impl Into<PathBuf>) -> io::Result<Self> {
        Self::start_with(root.into(), Delivery::Deployed)
    }

    fn start_with(root: PathBuf, delivery: Delivery) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            root,
            delivery,
            state: Mutex::default(),
            healed: Condvar::new(),
        });
        let theirs = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if theirs.state().closed {
                    break;
                }
                let shared = Arc::clone(&theirs);
                // A browser closes connections as it likes: that is no failure of ours.
                thread::spawn(move || stream.and_then(|stream| shared.converse(&stream)).ok());
            }
        });
        Ok(Self { address, shared })
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves one more page, from memory.
    pub fn put(&self, path: &str, body: impl Into<Vec<u8>>) {
        self.shared
            .state()
            .pages
            .insert(path.to_owned(), body.into());
    }

    /// From now on, answers every path that ends like this in that way.
    pub fn fail(&self, path_ending: &str, fault: Fault) {
        self.shared
            .state()
            .faults
            .push((path_ending.to_owned(), fault));
    }

    /// Lifts all faults; stalled connections end.
    pub fn heal(&self) {
        self.shared.state().faults.clear();
        self.shared.healed.notify_all();
    }

    /// Everything asked for so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state().requests.clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.state().closed = true;
        self.heal();
        // The listener only looks up when somebody calls.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn converse(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        while let Some(request) = read_request(&mut reader)? {
            self.state().requests.push(request.clone());
            if request.is_foreign() {
                return respond(
                    stream,
                    &request,
                    "403 Forbidden",
                    "text/plain",
                    b"not our origin",
                );
            }
            if !self.answer(stream, &request)? {
                return stream.shutdown(Shutdown::Both);
            }
        }
        Ok(())
    }

    /// Answers one request; false when the connection is to end.
    fn answer(&self, stream: &TcpStream, request: &Request) -> io::Result<bool> {
        let path = request.target.split(['?', '#']).next().unwrap_or("/");
        let fault = self
            .state()
            .faults
            .iter()
            .find_map(|(ending, fault)| path.ends_with(ending).then_some(*fault));
        let Some(body) = self.body(path).filter(|_| fault != Some(Fault::NotFound)) else {
            respond(stream, request, "404 Not Found", "text/plain", b"not found")?;
            return Ok(true);
        };
        match fault {
            Some(Fault::Stall) => {
                let stalled = |state: &mut State| !state.faults.is_empty();
                drop(self.healed.wait_while(self.state(), stalled));
                return Ok(false);
            }
            Some(Fault::CutAfter(bytes)) => {
                let mut stream = stream;
                head(stream, "200 OK", mime(path), body.len())?;
                stream.write_all(body.get(..bytes).unwrap_or(&body))?;
                return Ok(false);
            }
            Some(Fault::Delay(time)) => thread::sleep(time),
            Some(Fault::WrongType | Fault::NotFound) | None => {}
        }
        let kind = match fault {
            Some(Fault::WrongType) => "text/html",
            _ => mime(path),
        };
        if self.delivery == Delivery::Deployed {
            self.deliver(stream, request, path, &body)?;
        } else {
            respond(stream, request, "200 OK", kind, &body)?;
        }
        Ok(true)
    }

    /// Sends a file compressed, with the time that the browser may keep it.
    fn deliver(
        &self,
        mut stream: &TcpStream,
        request: &Request,
        path: &str,
        body: &[u8],
    ) -> io::Result<()> {
        let known = self.state().compressed.get(path).cloned();
        let body = if let Some(known) = known {
            known
        } else {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(body)?;
            let compressed: Arc<[u8]> = encoder.finish()?.into();
            let kept = Arc::clone(&compressed);
            self.state().compressed.insert(path.to_owned(), kept);
            compressed
        };
        let cache = if matches!(path, "/" | "/index.html" | "/mart.schema.json") {
            "no-cache"
        } else {
            "public, max-age=31536000, immutable"
        };
        let headers = format!("Cache-Control: {cache}\r\nContent-Encoding: gzip");
        send_head(stream, "200 OK", mime(path), body.len(), &headers)?;
        if request.method != "HEAD" {
            stream.write_all(&body)?;
        }
        Ok(())
    }

    fn body(&self, path: &str) -> Option<Vec<u8>> {
        if let Some(page) = self.state().pages.get(path) {
            return Some(page.clone());
        }
        let file = if path == "/" {
            "index.html"
        } else {
            path.get(1..)?
        };
        let inside = !file.split('/').any(|part| part == "..");
        inside
            .then(|| std::fs::read(self.root.join(file)).ok())
            .flatten()
    }
}

/// Reads up to the empty line; nothing when the browser has hung up.
fn read_request(reader: &mut impl io::BufRead) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let request = words
        .next()
        .zip(words.next())
        .map(|(method, target)| Request { method, target });
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? == 0 || header.trim_end().is_empty() {
            return Ok(request);
        }
    }
}

fn respond(
    mut stream: &TcpStream,
    request: &Request,
    status: &str,
    kind: &str,
    body: &[u8],
) -> io::Result<()> {
    head(stream, status, kind, body.len())?;
    if request.method != "HEAD" {
        stream.write_all(body)?;
    }
    Ok(())
}

fn head(stream: &TcpStream, status: &str, kind: &str, length: usize) -> io::Result<()> {
    // no-store: every opening is a first opening.
    send_head(stream, status, kind, length, "Cache-Control: no-store")
}

fn send_head(
    mut stream: &TcpStream,
    status: &str,
    kind: &str,
    length: usize,
    headers: &str,
) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{headers}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())
}

fn mime(path: &str) -> &'static str {
    let extension = Path::new(path).extension().unwrap_or_default();
    match extension.to_str().unwrap_or_default() {
        "" | "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" | "webmanifest" => "application/json",
        "csv" => "text/csv; charset=utf-8",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    fn ask(server: &Server, request: &str) -> String {
        let mut stream = TcpStream::connect(server.address).expect("connect");
        stream.write_all(request.as_bytes()).expect("ask");
        stream.shutdown(Shutdown::Write).expect("end of questions");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answer");
        answer
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("index.html"), "<p>page").expect("page");
        std::fs::write(folder.path().join("a.wasm"), "0123456789").expect("wasm");
        folder
    }

    #[test]
    fn answers_as_asked() {
        let folder = folder();
        let server = Server::start(folder.path()).expect("server");
        server.put("/bare.html", "bare");
        let table = [
            (
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                "200 OK",
                "text/html; charset=utf-8",
                "<p>page",
            ),
            (
                "GET /a.wasm?v=1 HTTP/1.1\r\n\r\n",
                "200 OK",
                "application/wasm",
                "0123456789",
            ),
            (
                "HEAD /a.wasm HTTP/1.1\r\n\r\n",
                "200 OK",
                "application/wasm",
                "",
            ),
            (
                "GET /bare.html HTTP/1.1\r\n\r\n",
                "200 OK",
                "text/html; charset=utf-8",
                "bare",
            ),
            (
                "GET /none HTTP/1.1\r\n\r\n",
                "404 Not Found",
                "text/plain",
                "not found",
            ),
            (
                "GET /../Cargo.toml HTTP/1.1\r\n\r\n",
                "404 Not Found",
                "text/plain",
                "not found",
            ),
            (
                "GET http://else.test/ HTTP/1.1\r\n\r\n",
                "403 Forbidden",
                "text/plain",
                "not our origin",
            ),
        ];
        for (request, status, kind, body) in table {
            let answer = ask(&server, request);
            let (head, rest) = answer.split_once("\r\n\r\n").expect("head and body");
            assert!(
                head.starts_with(&format!("HTTP/1.1 {status}\r\n")),
                "{request}: {head}"
            );
            assert!(
                head.contains(&format!("Content-Type: {kind}\r\n")),
                "{request}: {head}"
            );
            assert_eq!(rest, body, "{request}");
        }
        let foreign: Vec<_> = server
            .requests()
            .into_iter()
            .filter(Request::is_foreign)
            .collect();
        assert_eq!(foreign.len(), 1);
    }

    #[test]
    fn fails_as_told_until_healed() {
        let folder = folder();
        let server = Server::start(folder.path()).expect("server");
        let request = "GET /a.wasm HTTP/1.1\r\n\r\n";
        let table = [
            (Fault::NotFound, "404 Not Found", "not found"),
            (Fault::WrongType, "text/html", "0123456789"),
            (Fault::CutAfter(3), "Content-Length: 10", "\r\n\r\n012"),
        ];
        for (fault, head, end) in table {
            server.fail("a.wasm", fault);
            let answer = ask(&server, request);
            assert!(
                answer.contains(head) && answer.ends_with(end),
                "{fault:?}: {answer}"
            );
            server.heal();
            assert!(ask(&server, request).ends_with("0123456789"), "{fault:?}");
        }
    }
}
