//! Serving a recorded answer byte for byte, in pieces of any size.

use crate::planted;
use bytes::Bytes;
use openai_azure::{Client, Endpoint, Error, RetryPolicy};
use openai_azure_emulator::{Emulator, Reply};

use crate::exchange::Exchange;

/// How the body is cut.
#[derive(Debug, Clone, Copy)]
pub enum Cut {
    /// In one piece.
    Whole,
    /// Event by event.
    Frames,
    /// At byte positions drawn from this seed, also inside characters.
    Random(u64),
}

/// A server that answers with the recording, and a client for it.
///
/// # Errors
///
/// The server cannot be started or the client cannot be made.
pub async fn replay(exchange: &Exchange, cut: Cut) -> Result<(Emulator, Client), Error> {
    let emulator = Emulator::builder().validate(false).start().await.expect("an emulator");
    let response = &exchange.response;
    let mut reply = Reply::status(response.status).chunks(cut.apply(response.body.as_bytes()));
    for (name, value) in &response.headers {
        // Bodies are stored decoded and whole.
        let is_framing = matches!(
            name.as_str(),
            "content-encoding" | "transfer-encoding" | "content-length" | "connection"
        );
        if !is_framing {
            reply = reply.header(name, value);
        }
    }
    emulator.reply(reply);
    let endpoint = if exchange.is_v1() {
        Endpoint::v1(emulator.endpoint())?
    } else {
        Endpoint::dated(emulator.endpoint())?
    };
    let client = planted::builder()
        .endpoint(endpoint)
        .api_key(emulator.api_key())
        .retry(RetryPolicy::none())
        .build()?;
    Ok((emulator, client))
}

impl Cut {
    fn apply(self, body: &[u8]) -> Vec<Bytes> {
        let mut cuts = match self {
            Self::Whole => vec![],
            Self::Frames => {
                let ends = body.windows(2).enumerate().filter(|(_, pair)| pair == b"\n\n");
                ends.map(|(at, _)| at + 2).collect()
            }
            Self::Random(seed) => {
                let mut random = fastrand::Rng::with_seed(seed);
                let count = 1 + body.len() / 40;
                (0..count).map(|_| random.usize(..=body.len())).collect()
            }
        };
        cuts.extend([0, body.len()]);
        cuts.sort_unstable();
        cuts.dedup();
        cuts.windows(2).map(|pair| Bytes::copy_from_slice(&body[pair[0]..pair[1]])).collect()
    }
}
