//! The `custom_id`s of a job, by hash: a million in a few megabytes.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// Hashes of texts, so that a text that comes a second time is noticed.
#[derive(Debug, Default)]
pub(super) struct IdSet {
    hashes: HashSet<u64, BuildHasherDefault<AsIs>>,
    hasher: RandomState,
}

/// The keys are hashes already.
#[derive(Debug, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl IdSet {
    /// Adds an ID. `false` means that it is probably there: one in 10 million sets of a million IDs
    /// has two with the same hash.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        self.hashes.insert(self.hasher.hash_one(id))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_id_that_comes_again_is_noticed() {
        let mut set = super::IdSet::default();
        assert!((0..10_000).all(|number| set.insert(&format!("id-{number}"))));
        assert!(!set.insert("id-77"));
    }
}
