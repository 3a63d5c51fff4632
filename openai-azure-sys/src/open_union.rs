//! Unions by a tag that keep variants they do not know.

/// Declares a union of structs made by [`open_struct!`](crate::open_struct), told apart by a field
/// that is not among the fields of the variants.
///
/// ```ignore
/// open_union! {
///     /// An item.
///     pub enum Item by "type" {
///         /// A message.
///         Message(Message) = "message",
///         /// A large one.
///         Image(Box<Image>) = "image",
///         ..Other
///     }
/// }
/// ```
///
/// A value whose tag is missing or not listed decodes as `Other` with its whole JSON; one whose tag
/// is listed but whose fields do not fit is an error that names the tag. Where the tag is the first
/// field, as the service writes it, the variant is read in place. The tag is written first. The
/// default is `Other(Value::Null)`.
///
/// Exported for the hand-written types of `openai-azure`; not part of the public interface.
#[doc(hidden)]
#[macro_export]
macro_rules! open_union {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident by $tag:literal {
            $(
                $(#[$about:meta])*
                $variant:ident($ty:ty) = $value:literal,
            )*
            ..$other:ident $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        $vis enum $name {
            $(
                $(#[$about])*
                $variant($ty),
            )*
            #[doc = concat!("A value with another `", $tag, "`, as JSON.")]
            $other($crate::decode::serde_json::Value),
        }

        impl Default for $name {
            fn default() -> Self {
                Self::$other($crate::decode::serde_json::Value::Null)
            }
        }

        impl $crate::decode::Tagged for $name {
            const TAG: &'static str = $tag;

            fn is_listed(tag: &str) -> bool {
                matches!(tag, $($value)|*)
            }

            fn read_variant<'de, A: $crate::decode::serde::de::MapAccess<'de>>(
                tag: &str,
                map: A,
            ) -> Result<Self, A::Error> {
                match tag {
                    $(
                        $value => {
                            <$ty as $crate::decode::Open>::read_map(map).map(Self::$variant)
                        }
                    )*
                    _ => Err($crate::decode::serde::de::Error::unknown_variant(
                        tag,
                        &[$($value),*],
                    )),
                }
            }
        }

        impl $crate::decode::Lenient for $name {
            fn from_map<'de, A: $crate::decode::serde::de::MapAccess<'de>>(
                map: A,
            ) -> Result<Self, A::Error> {
                $crate::decode::read_union(map)
            }

            fn from_other(value: $crate::decode::serde_json::Value) -> Self {
                Self::$other(value)
            }
        }

        impl<'de> $crate::decode::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::decode::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::decode::read_lenient(deserializer)
            }
        }

        impl $crate::decode::serde::Serialize for $name {
            fn serialize<S: $crate::decode::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                use $crate::decode::serde::ser::SerializeMap as _;
                match self {
                    $(
                        Self::$variant(variant) => {
                            let mut map = serializer.serialize_map(None)?;
                            map.serialize_entry($tag, $value)?;
                            $crate::decode::Open::write_fields(variant, &mut map)?;
                            map.end()
                        }
                    )*
                    Self::$other(value) => value.serialize(serializer),
                }
            }
        }
    };
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro writes items that are public")]
mod tests {
    use serde_json::{Value, json};

    open_struct! {
        /// A circle.
        pub struct Circle {
            pub radius: f64,
        }
    }

    open_struct! {
        /// A square.
        pub struct Square {
            pub side: Option<f64> as required,
        }
    }

    open_union! {
        /// A shape.
        pub enum Shape by "kind" {
            /// Round.
            Circle(Circle) = "circle",
            /// Not round.
            Square(Box<Square>) = "square",
            ..Other
        }
    }

    fn decode(json: &str) -> Result<Shape, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn the_tag_chooses_the_variant_wherever_it_stands() {
        let wanted = Shape::Circle(Circle {
            radius: 1.5,
            extra: [("x".to_owned(), json!(1))].into_iter().collect(),
        });
        for json in [
            r#"{"kind": "circle", "radius": 1.5, "x": 1}"#,
            r#"{"radius": 1.5, "kind": "circle", "x": 1}"#,
            r#"{"x": 1, "radius": 1.5, "k\u0069nd": "c\u0069rcle"}"#,
        ] {
            assert_eq!(decode(json).unwrap(), wanted, "{json}");
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::from_value::<Shape>(value.clone()).unwrap(), wanted);
            assert_eq!(serde_json::to_value(&wanted).unwrap(), value);
        }
    }

    #[test]
    fn the_tag_is_written_first() {
        let shape = Shape::Square(Box::new(Square { side: Some(2.0), ..Square::default() }));
        assert_eq!(serde_json::to_string(&shape).unwrap(), r#"{"kind":"square","side":2.0}"#);
    }

    #[test]
    fn everything_else_keeps_its_json() {
        for value in [
            json!({"kind": "line", "x": [1]}),
            json!({"kind": 3, "radius": 1}),
            json!({"kind": {"a": 1}}),
            json!({"x": {"kind": "circle"}, "kind": null}),
            json!({"radius": 1}),
            json!({}),
            json!([{"kind": "circle"}]),
            json!("circle"),
            json!(1.5),
            json!(-1),
            json!(true),
            json!(null),
        ] {
            let text = value.to_string();
            assert_eq!(decode(&text).unwrap(), Shape::Other(value.clone()), "{text}");
            assert_eq!(
                serde_json::from_value::<Shape>(value.clone()).unwrap(),
                Shape::Other(value)
            );
        }
    }

    #[test]
    fn a_listed_variant_that_does_not_fit_is_an_error_that_names_its_tag() {
        for json in [
            r#"{"kind": "square"}"#,
            r#"{"kind": "square", "side": null}"#,
            r#"{"side": "x", "kind": "square"}"#,
            r#"{"kind": "square", "side": "x"}"#,
        ] {
            let error = decode(json).unwrap_err().to_string();
            assert!(error.starts_with("square: "), "{error}");
        }
    }
}
