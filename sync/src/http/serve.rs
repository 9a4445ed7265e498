//! Connections: how many there may be, how long somebody may take to say what they want, and a stop in order.

use super::{Office, Peer, routes, tls::Tls};
use axum::Router;
use hyper::server::conn::http1::Builder;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use std::{
    future::Future,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tower::ServiceExt;

/// Connections at a time; whoever comes then waits at the door.
const CONNECTIONS_MAX: usize = 4_096;
/// How long a request line with its headers may take.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// How long requests that have begun may take when the office stops.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Listens, says where on stdout and to whom it may concern, and answers until the process is told to stop; requests that have
/// begun are finished first.
///
/// # Errors
/// One sentence: which address, what is wrong, what to do.
#[expect(clippy::print_stdout, reason = "whoever asked for port 0 reads the address here")]
pub async fn serve(
    (listen, tls): (SocketAddr, Option<Tls>),
    office: Arc<Office>,
    listening: impl FnOnce(SocketAddr),
) -> Result<(), String> {
    let sentence = |why| format!("{listen} cannot be listened on: {why}; choose another with --listen");
    // The signals are taken before the address is said, so that whoever reads it may stop us at once.
    let stop = told_to_stop().map_err(|why| format!("signals cannot be received: {why}"))?;
    let listener = TcpListener::bind(listen).await.map_err(sentence)?;
    let address = listener.local_addr().map_err(sentence)?;
    println!("listening on {}://{address}", if tls.is_some() { "https" } else { "http" });
    listening(address);
    tokio::spawn(keep_keyrings(Arc::clone(&office)));
    tokio::spawn(keep_words(Arc::clone(&office)));
    answer((&listener, tls), routes(Arc::clone(&office)), (stop, office)).await;
    Ok(())
}

/// Looks at the keyrings now and every hour: a new week brings new keys for short codes.
async fn keep_keyrings(office: Arc<Office>) {
    let mut hours = tokio::time::interval(Duration::from_secs(3_600));
    while !office.is_stopping() {
        hours.tick().await;
        // What cannot be written now is written in an hour.
        drop(office.keep_keyrings().await);
    }
}

/// Keeps every minute what counters say of themselves.
async fn keep_words(office: Arc<Office>) {
    let mut minutes = tokio::time::interval(Duration::from_secs(60));
    while !office.is_stopping() {
        minutes.tick().await;
        // What cannot be written now is written in a minute.
        drop(office.keep_words().await);
    }
}

async fn answer(
    (listener, tls): (&TcpListener, Option<Tls>),
    routes: Router,
    (stop, office): (impl Future<Output = ()>, Arc<Office>),
) {
    let open = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut stop = std::pin::pin!(stop);
    loop {
        let place = Arc::clone(&room).acquire_owned();
        let accepted = tokio::select! {
            () = &mut stop => break,
            place = place => tokio::select! {
                () = &mut stop => break,
                accepted = listener.accept() => accepted.ok().zip(place.ok()),
            },
        };
        match accepted {
            Some(((socket, peer), place)) => {
                let talk = Talk { routes: routes.clone(), address: peer.ip(), open: open.watcher(), place };
                tokio::spawn(talk.begin(socket, tls.clone()));
            }
            // Out of file descriptors, most likely: others will close theirs.
            None => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    office.stop();
    tokio::select! {
        () = open.shutdown() => {}
        () = tokio::time::sleep(LAST_WORDS) => {}
    }
}

/// One connection.
struct Talk {
    routes: Router,
    address: IpAddr,
    open: Watcher,
    place: OwnedSemaphorePermit,
}

impl Talk {
    async fn begin(self, socket: TcpStream, tls: Option<Tls>) {
        // Answers are small and waited for.
        drop(socket.set_nodelay(true));
        let Some(tls) = tls else { return self.go_on(socket).await };
        if let Some(socket) = tls.welcome(socket).await {
            self.go_on(socket).await;
        }
    }

    async fn go_on(self, socket: impl AsyncRead + AsyncWrite + Unpin + 'static) {
        let Talk { routes, address, open, place } = self;
        let service = TowerToHyperService::new(routes.into_service().map_request(
            move |request: axum::http::Request<hyper::body::Incoming>| {
                let mut request = request.map(axum::body::Body::new);
                // Each request of its own: a proxy brings those of many over one connection.
                let peer = Peer::of(address, request.headers());
                request.extensions_mut().insert(peer);
                request
            },
        ));
        let mut builder = Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIME).max_buf_size(64 * 1024);
        let connection = builder.serve_connection(TokioIo::new(socket), service);
        // How a connection ends is the other side's business.
        drop(open.watch(connection).await);
        drop(place);
    }
}

#[cfg(unix)]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without the signal there is no graceful stop, only the system's own; the server goes on.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
