//! How a file is cut into parts.

/// A part of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Its number, from 0.
    pub(super) number: usize,
    /// Its first byte.
    pub(super) from: u64,
    pub(super) length: u64,
}

/// Parts of `size` bytes each; the last one may be smaller.
pub(super) fn cut(bytes: u64, size: u64) -> impl Iterator<Item = Part> {
    let size = size.max(1);
    (0..bytes.div_ceil(size)).map(move |number| {
        let from = number * size;
        Part { number: number as usize, from, length: size.min(bytes - from) }
    })
}

#[cfg(test)]
mod tests {
    use super::cut;
    use proptest::prelude::*;

    #[test]
    fn the_last_part_is_the_rest() {
        let parts: Vec<_> = cut(10, 4).map(|part| (part.from, part.length)).collect();
        assert_eq!(parts, [(0, 4), (4, 4), (8, 2)]);
        assert_eq!(cut(0, 4).count(), 0);
        assert_eq!(cut(8, 4).count(), 2);
    }

    proptest! {
        #[test]
        fn parts_follow_each_other_and_are_the_whole_file(bytes in 0..10_000_u64, size in 1..999_u64) {
            let mut end = 0;
            for (number, part) in cut(bytes, size).enumerate() {
                prop_assert_eq!((part.number, part.from), (number, end));
                prop_assert!(part.length > 0 && part.length <= size);
                end += part.length;
            }
            prop_assert_eq!(end, bytes);
        }
    }
}
