//! Whether JSON went through a type without loss.

use serde_json::Value;

/// What of `original` is not in `kept`, as a path and both values. `null` counts as absent, the
/// number 1 as 1.0; fields that were added do not count.
#[must_use]
pub fn lost(original: &Value, kept: &Value) -> Option<String> {
    lost_at("", original, kept)
}

fn lost_at(path: &str, original: &Value, kept: &Value) -> Option<String> {
    let is_kept = match (original, kept) {
        (Value::Null, _) => true,
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let pairs = a.iter().zip(b).enumerate();
            return pairs.fold(None, |found, (at, (a, b))| {
                found.or_else(|| lost_at(&format!("{path}/{at}"), a, b))
            });
        }
        // An empty list or object may be left out.
        (Value::Array(a), Value::Null) => a.is_empty(),
        (Value::Object(a), Value::Null) => a.is_empty(),
        (Value::Object(a), Value::Object(b)) => {
            return a.iter().fold(None, |found, (name, a)| {
                let b = b.get(name).unwrap_or(&Value::Null);
                found.or_else(|| lost_at(&format!("{path}/{name}"), a, b))
            });
        }
        (a, b) => a == b,
    };
    (!is_kept).then(|| format!("{path}: {original} became {kept}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::lost;

    #[test]
    fn what_is_lost_is_found_at_any_depth() {
        let original = json!({"a": [{"b": 1}], "n": null, "e": [], "x": 1});
        assert_eq!(lost(&original, &json!({"a": [{"b": 1.0}], "x": 1})), None);
        let lost = lost(&original, &json!({"a": [{"b": 2}], "x": 1})).unwrap();
        assert_eq!(lost, "/a/0/b: 1 became 2");
    }
}
