//! Arithmetic on vectors.

/// Cosine of the angle between two vectors: 1 for the same direction, 0 for unrelated texts.
///
/// `None` for vectors of different lengths, and for one without a direction. The sums are made in
/// double precision.
///
/// ```
/// use openai_azure::embeddings::cosine_similarity;
///
/// assert_eq!(cosine_similarity(&[1.0, 0.0], &[2.0, 0.0]), Some(1.0));
/// assert_eq!(cosine_similarity(&[1.0, 0.0], &[0.0, 3.0]), Some(0.0));
/// assert_eq!(cosine_similarity(&[1.0], &[1.0, 0.0]), None);
/// ```
#[must_use]
pub fn cosine_similarity(a: &[f32], b: &[f32]) -> Option<f32> {
    if a.len() != b.len() {
        return None;
    }
    let lengths = length(a) * length(b);
    let product: f64 = a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
    (lengths > 0.0).then(|| (product / lengths) as f32)
}

/// Scales a vector to length 1, as the service does with whole vectors; one that was shortened by
/// hand needs it. A vector without a direction stays as it is.
///
/// ```
/// use openai_azure::embeddings::normalize;
///
/// let mut vector = [3.0, 4.0];
/// normalize(&mut vector);
/// assert_eq!(vector, [0.6, 0.8]);
/// ```
pub fn normalize(vector: &mut [f32]) {
    let length = length(vector);
    if length > 0.0 {
        vector.iter_mut().for_each(|number| *number = (f64::from(*number) / length) as f32);
    }
}

fn length(vector: &[f32]) -> f64 {
    vector.iter().map(|number| f64::from(*number).powi(2)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::{cosine_similarity, normalize};
    use proptest::prelude::*;

    #[test]
    fn a_vector_without_a_direction_has_no_similarity_and_stays() {
        assert_eq!(cosine_similarity(&[0.0, 0.0], &[1.0, 0.0]), None);
        assert_eq!(cosine_similarity(&[], &[]), None);
        let mut zero = [0.0, 0.0];
        normalize(&mut zero);
        assert_eq!(zero, [0.0, 0.0]);
    }

    proptest! {
        #[test]
        fn similarity_is_that_of_the_normalized_vectors_and_within_its_bounds(
            a in proptest::collection::vec(-9.0_f32..9.0, 4),
            b in proptest::collection::vec(-9.0_f32..9.0, 4),
        ) {
            let Some(before) = cosine_similarity(&a, &b) else { return Ok(()) };
            let (mut a, mut b) = (a, b);
            normalize(&mut a);
            normalize(&mut b);
            let after = cosine_similarity(&a, &b).unwrap();
            prop_assert!((before - after).abs() < 1e-4);
            prop_assert!(before.abs() <= 1.0 + 1e-6);
        }
    }
}
