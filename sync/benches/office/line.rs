//! One counter's line to the office: batches that were packed before, signed when they are sent.

use kava::{
    facts::moment::Moment,
    wire::seal::{Asked, HEADERS, Seal},
};
use std::time::{Duration, Instant};

const PATH: &str = "/api/v1/records";

/// The first pause after a busy office, and the longest; as the courier has them.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(60)];

pub(crate) struct Line {
    client: reqwest::Client,
    url: String,
    secret: [u8; 32],
    nonce: u128,
}

impl Line {
    pub(crate) fn new(address: &str, secret: [u8; 32]) -> Line {
        // It fails where somebody has chosen before us; plain HTTP needs a choice, too.
        drop(tokio_rustls::rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30));
        let nonce = u128::from_le_bytes(*secret.first_chunk().expect("long enough"));
        Line {
            client: client.build().expect("a client"),
            url: format!("http://{address}{PATH}"),
            secret,
            nonce,
        }
    }

    /// Sends a batch until it is durable, with a courier's pauses when the office is busy; gives how long it took and
    /// how often it was sent away.
    pub(crate) async fn deliver(&mut self, body: &[u8]) -> (Duration, u32) {
        let begun = Instant::now();
        for away in 0.. {
            if self.send(body).await {
                return (begun.elapsed(), away);
            }
            assert!(away < 99, "it was sent away a hundred times");
            let [first, longest] = PAUSES;
            let pause = first.saturating_mul(1 << away.min(8)).min(longest);
            let share = u32::try_from(self.nonce % 50).expect("small");
            tokio::time::sleep(pause - pause * share / 100).await;
        }
        (begun.elapsed(), u32::MAX)
    }

    async fn send(&mut self, body: &[u8]) -> bool {
        self.nonce =
            self.nonce.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let asked = Asked { method: "POST", path: PATH, body };
        let now = Moment(jiff::Timestamp::now().as_millisecond());
        let seal = Seal::new(&self.secret, &asked, now, self.nonce.to_le_bytes());
        let mut request = self.client.post(&self.url).header("content-encoding", "zstd").body(body.to_vec());
        for (name, value) in HEADERS.into_iter().zip(seal.headers()) {
            request = request.header(name, value);
        }
        let Ok(response) = request.send().await else { return false };
        let status = response.status().as_u16();
        assert!([200, 503].contains(&status), "{status}: {:?}", response.text().await);
        // An answer that broke off is no answer.
        status == 200 && response.bytes().await.is_ok()
    }
}
