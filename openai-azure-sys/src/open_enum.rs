//! String enums that keep values they do not know.

/// Declares a string enum with an `Unknown(String)` variant.
///
/// Any string decodes, and encodes to itself again, so a value that the service adds tomorrow
/// breaks nothing.
///
/// Exported for the hand-written enums of `openai-azure`; not part of the public interface.
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$about:meta])* $variant:ident = $value:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $value, "`")]
                ///
                $(#[$about])*
                $variant,
            )*
            /// A value that this api-version does not list.
            Unknown(String),
        }

        impl $name {
            /// The value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value,
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                match value.as_str() {
                    $($value => Self::$variant,)*
                    _ => Self::Unknown(value),
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(value: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(value))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::decode::TextVisitor::new())
            }
        }
    };
}
pub(crate) use open_enum;

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro writes items that are public")]
mod tests {
    open_enum! {
        /// A color.
        pub enum Color {
            Red = "red",
            Green = "green",
        }
    }

    #[test]
    fn known_and_unknown_values_round_trip() {
        for (json, value) in [
            ("\"red\"", Color::Red),
            ("\"green\"", Color::Green),
            ("\"\"", Color::Unknown(String::new())),
            ("\"blue\"", Color::Unknown("blue".to_owned())),
        ] {
            assert_eq!(serde_json::from_str::<Color>(json).unwrap(), value);
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
        }
        assert_eq!("red".parse(), Ok(Color::Red));
        assert_eq!(Color::Green.to_string(), "green");
    }

    #[test]
    fn what_is_no_string_is_refused() {
        assert!(serde_json::from_str::<Color>("1").is_err());
    }
}
