//! Ids that look like those of the service and are the same in every run.

/// Mixes a number so that neighbours look unlike (the finaliser of SplitMix64).
pub(crate) fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A UUID for a request, one of several by `salt`.
pub(crate) fn uuid(number: u64, salt: u64) -> String {
    let high = mix(number ^ (salt << 32));
    let low = mix(high);
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

/// Letters and digits behind a prefix, such as `chatcmpl-`.
pub(crate) fn id(prefix: &str, number: u64) -> String {
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = prefix.to_owned();
    let mut state = 0;
    for at in 0..24 {
        if at % 8 == 0 {
            state = mix(number ^ (at << 56));
        }
        text.push(char::from(LETTERS[(state & 0xff) as usize % LETTERS.len()]));
        state >>= 8;
    }
    text
}

/// The seconds since 1970.
pub(crate) fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    #[test]
    fn ids_differ_and_repeat() {
        assert_eq!(super::uuid(1, 0), super::uuid(1, 0));
        assert_ne!(super::uuid(1, 0), super::uuid(1, 1));
        assert_ne!(super::id("x-", 1), super::id("x-", 2));
        assert_eq!(super::uuid(7, 3).len(), 36);
    }
}
