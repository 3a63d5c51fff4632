//! Makes the enums of events.

/// A union of events by `type`. Unlike [`tagged`](crate::realtime::wire::tagged) it reads a known
/// event directly into its type, without a [`Value`](serde_json::Value) in between.
macro_rules! events {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$arm_meta:meta])* $arm:ident($type:ty) = $tag:literal $(| $older:literal)*, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$arm_meta])* $arm(Box<$type>), )*
            /// An event that this crate does not know, as it is.
            Other(serde_json::Value),
        }

        impl $name {
            /// Every `type` that this crate knows, by the name of today.
            pub const KINDS: &[&str] = &[$($tag),*];

            /// `type` on the wire.
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    $( Self::$arm(_) => $tag, )*
                    Self::Other(event) => event["type"].as_str().unwrap_or_default(),
                }
            }

            fn decode(json: &str) -> Result<Self, serde_json::Error> {
                match $crate::realtime::event::scan::event_type(json) {
                    $( Some($tag $(| $older)*) => {
                        serde_json::from_str(json).map(|event| Self::$arm(Box::new(event)))
                    } )*
                    _ => serde_json::from_str(json).and_then(Self::from_value),
                }
            }

            /// For JSON that is not text any more, and for a `type` that is written with escapes.
            fn from_value(value: serde_json::Value) -> Result<Self, serde_json::Error> {
                use serde::de::Error as _;
                match value["type"].as_str() {
                    $( Some($tag $(| $older)*) => {
                        serde::Deserialize::deserialize(&value)
                            .map(|event| Self::$arm(Box::new(event)))
                    } )*
                    _ if value.is_object() => Ok(Self::Other(value)),
                    _ => Err(serde_json::Error::custom("an event is a JSON object")),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(d)?;
                Self::from_value(value).map_err(serde::de::Error::custom)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                match self {
                    $( Self::$arm(event) => {
                        let mut map = s.serialize_map(None)?;
                        map.serialize_entry("type", $tag)?;
                        event.write_fields(&mut map)?;
                        map.end()
                    } )*
                    Self::Other(event) => event.serialize(s),
                }
            }
        }
    };
}
pub(super) use events;
