//! Audio cut into events.

use bytes::{Bytes, BytesMut};

/// The most bytes of one event. The service takes 15 MiB; smaller ones let other events in between,
/// and hold whole samples of every format.
const LARGEST: usize = 1 << 20;

/// Cuts audio into chunks for one event each.
pub(super) fn chunks(mut audio: Bytes) -> impl Iterator<Item = Bytes> {
    std::iter::from_fn(move || {
        (!audio.is_empty()).then(|| audio.split_to(audio.len().min(LARGEST)))
    })
}

/// Keeps samples whole, whatever a stream is cut into.
pub(super) struct Chunks {
    sample: usize,
    rest: BytesMut,
}

impl Chunks {
    pub(super) fn new(bytes_per_sample: usize) -> Self {
        Self { sample: bytes_per_sample.max(1), rest: BytesMut::new() }
    }

    /// The whole samples so far.
    pub(super) fn push(&mut self, mut bytes: Bytes) -> Bytes {
        let length = self.rest.len() + bytes.len();
        let whole = length - length % self.sample;
        if self.rest.is_empty() {
            self.rest.extend_from_slice(&bytes.split_off(whole));
            return bytes;
        }
        self.rest.extend_from_slice(&bytes);
        self.rest.split_to(whole).freeze()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::{Chunks, LARGEST, chunks};

    #[test]
    fn no_chunk_is_larger_than_the_limit_and_nothing_is_lost() {
        let audio = Bytes::from(vec![7; LARGEST * 2 + 10]);
        let sizes: Vec<usize> = chunks(audio).map(|chunk| chunk.len()).collect();
        assert_eq!(sizes, [LARGEST, LARGEST, 10]);
        assert_eq!(chunks(Bytes::new()).count(), 0);
    }

    proptest! {
        #[test]
        fn samples_stay_whole(audio: Vec<u8>, cuts in prop::collection::vec(0_usize..64, 0..8)) {
            let mut whole = Chunks::new(2);
            let mut read = Vec::new();
            let mut rest = Bytes::from(audio.clone());
            for cut in cuts {
                let chunk = whole.push(rest.split_to(cut.min(rest.len())));
                prop_assert_eq!(chunk.len() % 2, 0);
                read.extend_from_slice(&chunk);
            }
            read.extend_from_slice(&whole.push(rest));
            prop_assert_eq!(&read[..], &audio[..audio.len() / 2 * 2]);
        }
    }
}
