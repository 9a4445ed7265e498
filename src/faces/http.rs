//! Loopback HTTP: the barista's screen in a browser on the same machine. The only place of the counter that knows
//! async: one thread with its own small runtime; what is asked goes through the window to the thread that owns the
//! till.
//!
//! Listens on loopback only. Whoever has the token may ask; Host and Origin are checked, so that a page from
//! elsewhere that a browser has open cannot.

use super::barista::command::Command;
use super::barista::turns::{Reply, Shown, Turn, Window};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN,
    REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{oneshot, watch};

/// How long somebody who waits for news is held.
const NEWS: Duration = Duration::from_secs(25);
/// The largest command.
const BODY_MAX: usize = 64 * 1024;
/// What a page from here may do: nothing but its own scripts, styles, pictures and requests.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// The built screen: paths with their kind and bytes.
#[derive(Debug, Clone, Default)]
pub struct Pages(BTreeMap<String, (&'static str, Bytes)>);

impl Pages {
    /// Reads a folder with an `index.html`.
    ///
    /// # Errors
    /// When it cannot be read or is no built screen.
    pub fn read(folder: &Path) -> io::Result<Pages> {
        let mut pages = BTreeMap::new();
        let mut open = vec![folder.to_path_buf()];
        while let Some(inner) = open.pop() {
            for entry in std::fs::read_dir(&inner)? {
                let path = entry?.path();
                if path.is_dir() {
                    open.push(path);
                } else if let Ok(own) = path.strip_prefix(folder) {
                    let name = format!("/{}", own.to_string_lossy().replace('\\', "/"));
                    let kind = kind_of(&name);
                    pages.insert(name, (kind, Bytes::from(std::fs::read(&path)?)));
                }
            }
        }
        if pages.contains_key("/index.html") {
            Ok(Pages(pages))
        } else {
            Err(io::Error::new(io::ErrorKind::NotFound, "there is no index.html"))
        }
    }
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        _ => "application/octet-stream",
    }
}

/// An address taken, before anybody is answered.
#[derive(Debug)]
pub struct Listener(TcpListener);

impl Listener {
    /// Takes an address; port 0 takes a free one.
    ///
    /// # Errors
    /// When it is not a loopback address, or not free.
    pub fn bind(address: SocketAddr) -> io::Result<Listener> {
        if !address.ip().is_loopback() {
            let why = format!("{address} can be reached from other machines; use 127.0.0.1");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Listener(listener))
    }

    /// The address with its port.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// What is needed to answer.
pub struct Answering {
    /// What lets somebody in.
    pub token: String,
    /// The built screen.
    pub pages: Pages,
    /// Where the till is asked.
    pub window: Window,
    /// The latest snapshot.
    pub news: News,
}

/// The latest snapshot, and a way to wait for the next.
#[derive(Debug, Clone)]
pub struct News(watch::Receiver<Shown>);

/// Gives a new snapshot to everybody who waits.
pub type Publish = Box<dyn Fn(Shown) + Send + Sync>;

/// Both ends of the news.
#[must_use]
pub fn news() -> (Publish, News) {
    let (send, receive) = watch::channel(Shown { serial: 0, json: "{}".into() });
    (
        Box::new(move |shown| {
            send.send_replace(shown);
        }),
        News(receive),
    )
}

struct Door {
    token: String,
    hosts: [String; 2],
    cookie: String,
    pages: Pages,
    window: Window,
    news: watch::Receiver<Shown>,
}

/// Answers on a thread of its own until the program ends.
///
/// # Errors
/// When thread or runtime do not start.
pub fn serve(listener: Listener, answering: Answering) -> io::Result<()> {
    let address = listener.address()?;
    let port = address.port();
    let door = Arc::new(Door {
        token: answering.token,
        hosts: [address.to_string(), format!("localhost:{port}")],
        // Cookies do not know ports, so that two counters on one machine need two names.
        cookie: format!("kava_{port}"),
        pages: answering.pages,
        window: answering.window,
        news: answering.news.0,
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("http".into()).spawn(move || {
        runtime.block_on(async move {
            let listener = match tokio::net::TcpListener::from_std(listener.0) {
                Ok(listener) => listener,
                Err(error) => return tracing::error!(%error, "the screen's address cannot be listened to"),
            };
            if let Err(error) = axum::serve(listener, routes(door)).await {
                tracing::error!(%error, "the screen is no longer answered");
            }
        });
    })?;
    Ok(())
}

fn routes(door: Arc<Door>) -> Router {
    let asked = Router::new()
        .route("/api/screen", get(screen))
        .route("/api/shelf", get(shelf))
        .route("/api/receipts", get(receipts))
        .route("/api/health", get(health))
        .route("/api/do", post(act))
        .layer(axum::extract::DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn_with_state(Arc::clone(&door), with_token));
    asked.fallback(get(page)).layer(from_fn_with_state(Arc::clone(&door), from_here)).with_state(door)
}

/// Lets only requests pass that name this machine and come from no foreign page.
async fn from_here(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    if let Some(refused) = foreign(&door, &request) {
        return refused;
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The refusal of a request that names another machine or comes from a foreign page.
fn foreign(door: &Door, request: &Request) -> Option<Response> {
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let host = header(HOST).or_else(|| request.uri().authority().map(axum::http::uri::Authority::as_str));
    if !host.is_some_and(|host| door.hosts.iter().any(|own| own == host)) {
        return Some(refuse(
            StatusCode::MISDIRECTED_REQUEST,
            ("host_refused", "this is not the address of the counter"),
        ));
    }
    let own_page = |origin: &str| {
        origin.strip_prefix("http://").is_some_and(|origin| door.hosts.iter().any(|own| own == origin))
    };
    if header(ORIGIN).is_some_and(|origin| !own_page(origin)) {
        return Some(refuse(
            StatusCode::FORBIDDEN,
            ("origin_refused", "a page from elsewhere may not ask the counter"),
        ));
    }
    None
}

/// Lets only those pass who have the token, as a cookie or as a bearer.
async fn with_token(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    if shown_token(request.headers(), &door.cookie).is_some_and(|token| same(token, &door.token)) {
        return next.run(request).await;
    }
    let message = "open the address that the counter has printed; it has the token";
    refuse(StatusCode::UNAUTHORIZED, ("token_refused", message))
}

fn shown_token<'h>(headers: &'h HeaderMap, cookie: &str) -> Option<&'h str> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(bearer) = text(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")) {
        return Some(bearer);
    }
    let pairs = text(COOKIE)?.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == cookie).map(|(_, value)| value)
}

/// Compares in a time that says nothing about where texts differ.
fn same(shown: &str, token: &str) -> bool {
    shown.len() == token.len()
        && shown.bytes().zip(token.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

fn refuse(status: StatusCode, (code, message): (&str, &str)) -> Response {
    let body = serde_json::json!({"error": {"code": code, "message": message}}).to_string();
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

fn json(text: &str) -> Response {
    ([(CONTENT_TYPE, "application/json")], text.to_owned()).into_response()
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: Option<u64>,
}

/// The latest snapshot; with `after` the next one, or the same when nothing happens for a while.
async fn screen(State(door): State<Arc<Door>>, Query(After { after }): Query<After>) -> Response {
    let mut news = door.news.clone();
    if let Some(after) = after {
        // Without news the same snapshot goes out again, which costs nothing.
        let waited = tokio::time::timeout(NEWS, news.wait_for(|shown| shown.serial != after)).await;
        drop(waited);
    }
    let shown = news.borrow().clone();
    json(&shown.json)
}

async fn shelf(State(door): State<Arc<Door>>) -> Response {
    ask(&door, Turn::Shelf).await
}

async fn receipts(State(door): State<Arc<Door>>) -> Response {
    ask(&door, Turn::Receipts).await
}

async fn health(State(door): State<Arc<Door>>) -> Response {
    ask(&door, Turn::Health).await
}

#[derive(Deserialize)]
struct Wanted {
    id: String,
    #[serde(flatten)]
    command: Command,
}

async fn act(State(door): State<Arc<Door>>, headers: HeaderMap, body: Bytes) -> Response {
    // A form of a foreign page cannot say that it is JSON.
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, ("bad_request", "send application/json"));
    }
    match serde_json::from_slice::<Wanted>(&body) {
        Ok(Wanted { id, command }) => ask(&door, |reply| Turn::Do { id, command, reply }).await,
        Err(error) => {
            let message = format!("the command cannot be read: {error}");
            refuse(StatusCode::BAD_REQUEST, ("bad_request", &message))
        }
    }
}

async fn ask(door: &Door, turn: impl FnOnce(Reply) -> Turn) -> Response {
    let (send, answer) = oneshot::channel();
    // Somebody who has gone away is not answered.
    let reply: Reply = Box::new(move |text| send.send(text).unwrap_or_default());
    if door.window.put(turn(reply))
        && let Ok(text) = answer.await
    {
        return json(&text);
    }
    refuse(StatusCode::SERVICE_UNAVAILABLE, ("counter_ended", "the counter has ended; start it again"))
}

/// A file of the screen. With the token in the address it is kept as a cookie, and leaves the address.
async fn page(State(door): State<Arc<Door>>, uri: Uri) -> Response {
    let token = uri.query().and_then(|query| query.strip_prefix("token="));
    if let Some(token) = token {
        if !same(token, &door.token) {
            return refuse(
                StatusCode::UNAUTHORIZED,
                ("token_refused", "this address is of an earlier start"),
            );
        }
        let cookie = format!("{}={token}; Path=/; HttpOnly; SameSite=Strict", door.cookie);
        return (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, uri.path().to_owned())])
            .into_response();
    }
    let found = door.pages.0.get(uri.path());
    let whole = || door.pages.0.get("/index.html");
    // The screen knows its own addresses; a file has a dot in its name.
    let found = found.or_else(|| if uri.path().contains('.') { None } else { whole() });
    match found {
        Some((kind, bytes)) => ([(CONTENT_TYPE, *kind)], bytes.clone()).into_response(),
        None => refuse(StatusCode::NOT_FOUND, ("page_unknown", "there is no such page")),
    }
}
