//! Unions by a constant field that keep variants they do not know.

/// Declares a union whose variants are told apart by the field `$tag`.
///
/// Each variant's own type carries the field, so it can be used alone. A value whose field is
/// missing or not listed decodes as `Unknown` with its whole JSON; one whose field is listed but
/// whose rest does not fit is an error. Rows that share a value are tried in their order.
macro_rules! tagged_union {
    (
        $(#[$meta:meta])*
        pub enum $name:ident by $tag:literal {
            $($variant:ident($ty:ty) = $($value:literal)|+,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!($("`", $value, "` ",)+ "in `", $tag, "`.")]
                $variant($ty),
            )*
            /// A variant that this api-version does not list.
            Unknown(serde_json::Value),
        }

        $(
            impl From<$ty> for $name {
                fn from(value: $ty) -> Self {
                    Self::$variant(value)
                }
            }
        )*

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => value.serialize(serializer),)*
                    Self::Unknown(value) => value.serialize(serializer),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <serde_json::Value as serde::Deserialize>::deserialize(deserializer)?;
                let tag = value.get($tag).and_then(serde_json::Value::as_str);
                let mut failure = None;
                $(
                    if matches!(tag, Some($($value)|+)) {
                        match <$ty as serde::Deserialize>::deserialize(&value) {
                            Ok(value) => return Ok(Self::$variant(value)),
                            Err(error) => {
                                failure = Some(format!("{}: {error}", stringify!($variant)));
                            }
                        }
                    }
                )*
                match failure {
                    Some(failure) => Err(serde::de::Error::custom(failure)),
                    None => Ok(Self::Unknown(value)),
                }
            }
        }
    };
}
pub(crate) use tagged_union;

#[cfg(test)]
#[allow(unreachable_pub, private_interfaces, reason = "the macro writes items that are public")]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::{Value, json};

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Circle {
        kind: String,
        radius: f64,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Square {
        kind: String,
        side: f64,
    }

    tagged_union! {
        /// A shape.
        pub enum Shape by "kind" {
            Circle(Circle) = "circle" | "disc",
            Square(Square) = "square",
        }
    }

    fn decode(value: Value) -> Result<Shape, serde_json::Error> {
        serde_json::from_value(value)
    }

    #[test]
    fn the_field_chooses_the_variant() {
        for value in
            [json!({"kind": "disc", "radius": 1.5}), json!({"kind": "square", "side": 2.0})]
        {
            let shape = decode(value.clone()).unwrap();
            assert!(!matches!(shape, Shape::Unknown(_)));
            assert_eq!(serde_json::to_value(&shape).unwrap(), value);
        }
    }

    #[test]
    fn unknown_variants_keep_their_json() {
        for value in [json!({"kind": "line", "x": [1]}), json!({"radius": 1}), json!(3)] {
            assert_eq!(decode(value.clone()).unwrap(), Shape::Unknown(value));
        }
    }

    #[test]
    fn a_listed_variant_that_does_not_fit_is_an_error_that_names_it() {
        let error = decode(json!({"kind": "square"})).unwrap_err().to_string();
        assert!(error.contains("Square") && error.contains("side"), "{error}");
    }
}
