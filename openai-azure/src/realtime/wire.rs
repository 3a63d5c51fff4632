//! How the types of this API are read and written.
//!
//! Realtime events are hand-written instead of generated, because a session outlives a release of
//! the service: the written documents lag behind it, event types and fields appear without notice,
//! and one event that does not decode would end a conversation. So every type here keeps the fields
//! that it does not know in `extra`, every union has an arm for what it does not know, and a null
//! is the same as an absent field. The names that previews used for the same thing are read as well.
//!
//! [`wire`] makes a struct that reads its fields directly from the JSON text, without buffering
//! (`#[serde(flatten)]` would buffer), and that does not count `type`, which the enclosing union
//! has looked at. [`tagged`] makes a union by `type`; [`open_enum`] an enum of texts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

/// A type that can be the value of a field.
pub(super) trait WireValue: Sized {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// What a null stands for; `None` where it is the same as an absent field.
    fn from_null() -> Option<Self> {
        None
    }

    /// Whether the field is left out when it is written.
    fn is_absent(&self) -> bool {
        false
    }
}

/// Types that serde reads and writes as they are.
macro_rules! by_serde {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::realtime::wire::WireValue for $type {
            fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde::Deserialize::deserialize(deserializer)
            }

            fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(self, serializer)
            }
        }
    )*};
}
pub(super) use by_serde;

by_serde!(String, bool, u16, u32, u64, i64, f64, Value, Map<String, Value>);
by_serde!(BTreeMap<String, String>, BTreeMap<String, Value>);

impl<T: WireValue> WireValue for Option<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Nulls are read one level above.
        T::read(deserializer).map(Some)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.write(serializer),
            None => serializer.serialize_none(),
        }
    }

    fn from_null() -> Option<Self> {
        Some(T::from_null())
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: WireValue> WireValue for Box<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Box::new)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).write(serializer)
    }
}

impl<T: WireValue> WireValue for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);
        impl<'de, T: WireValue> Visitor<'de> for Items<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element_seed(Nullable(PhantomData))? {
                    list.extend(item);
                }
                Ok(list)
            }
        }
        deserializer.deserialize_seq(Items(PhantomData))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Written))
    }
}

/// Binary data: base64 on the wire.
impl WireValue for Bytes {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Base64;
        impl Visitor<'_> for Base64 {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("base64")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Bytes, E> {
                STANDARD.decode(text).map(Bytes::from).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Base64)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self))
    }
}

/// Writes a field of any type.
pub(super) struct Written<'a, T>(pub(super) &'a T);

impl<T: WireValue> Serialize for Written<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// Reads a field of any type; `None` for a null that means nothing.
pub(super) struct Nullable<T>(pub(super) PhantomData<T>);

struct NullableVisitor<T>(PhantomData<T>);

impl<'de, T: WireValue> DeserializeSeed<'de> for Nullable<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_option(NullableVisitor(PhantomData))
    }
}

impl<'de, T: WireValue> Visitor<'de> for NullableVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E>(self) -> Result<Option<T>, E> {
        Ok(T::from_null())
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(T::from_null())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::read(deserializer).map(Some)
    }
}

/// The name of a field, borrowed from the JSON text where it has no escapes.
pub(super) struct Key<'de>(pub(super) Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a field")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E>(self, text: String) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text)))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

macro_rules! wire_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $wire:literal) => {
        $wire
    };
}
pub(super) use wire_name;

/// Makes structs with public fields, a field `extra` for all others, and both directions of JSON.
/// A field may have another name on the wire: `kind = "type": String`.
macro_rules! wire {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$field_meta:meta])* $field:ident $(= $wire:literal)? : $type:ty, )*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$field_meta])* pub $field: $type, )*
            /// Fields that this crate does not know.
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct Fields;
                impl<'de> serde::de::Visitor<'de> for Fields {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("the fields of ", stringify!($name)))
                    }

                    #[allow(unreachable_patterns, reason = "some have a field `type`")]
                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        mut map: A,
                    ) -> Result<$name, A::Error> {
                        #[allow(unused_imports, reason = "not every struct has a renamed field")]
                        use $crate::realtime::wire::{Key, Nullable, wire_name};
                        let mut value = $name::default();
                        while let Some(key) = map.next_key::<Key<'de>>()? {
                            match &*key.0 {
                                $( wire_name!($field $($wire)?) => {
                                    let seed = Nullable::<$type>(std::marker::PhantomData);
                                    if let Some(read) = map.next_value_seed(seed)? {
                                        value.$field = read;
                                    }
                                } )*
                                "type" => {
                                    map.next_value::<serde::de::IgnoredAny>()?;
                                }
                                _ => {
                                    let read = map.next_value()?;
                                    value.extra.insert(key.0.into_owned(), read);
                                }
                            }
                        }
                        Ok(value)
                    }
                }
                d.deserialize_map(Fields)
            }
        }

        impl $name {
            #[allow(dead_code, reason = "only parts of unions are written into another map")]
            pub(in crate::realtime) fn write_fields<M: serde::ser::SerializeMap>(
                &self,
                map: &mut M,
            ) -> Result<(), M::Error> {
                #[allow(unused_imports, reason = "some have no field")]
                use $crate::realtime::wire::{WireValue as _, Written, wire_name};
                $( if !self.$field.is_absent() {
                    map.serialize_entry(wire_name!($field $($wire)?), &Written(&self.$field))?;
                } )*
                for (name, value) in &self.extra {
                    map.serialize_entry(name, value)?;
                }
                Ok(())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = s.serialize_map(None)?;
                self.write_fields(&mut map)?;
                map.end()
            }
        }

        $crate::realtime::wire::by_serde!($name);
    )*};
}
pub(super) use wire;

/// Makes a union by `type`, with an arm `Other` for what is not known.
macro_rules! tagged {
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
            $( $(#[$arm_meta])* $arm($type), )*
            /// What this crate does not know, as it arrived.
            Other(serde_json::Value),
        }

        impl $name {
            /// `type` on the wire; empty where there is none.
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    $( Self::$arm(_) => $tag, )*
                    Self::Other(value) => value["type"].as_str().unwrap_or_default(),
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::Other(serde_json::Value::Null)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(d)?;
                Ok(match value["type"].as_str() {
                    $( Some($tag $(| $older)*) => {
                        let read: Result<$type, _> = serde::Deserialize::deserialize(&value);
                        read.map_or_else(|_| Self::Other(value), Self::$arm)
                    } )*
                    _ => Self::Other(value),
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                match self {
                    $( Self::$arm(value) => {
                        let mut map = s.serialize_map(None)?;
                        map.serialize_entry("type", $tag)?;
                        value.write_fields(&mut map)?;
                        map.end()
                    } )*
                    Self::Other(value) => value.serialize(s),
                }
            }
        }

        $( impl From<$type> for $name {
            fn from(value: $type) -> Self {
                Self::$arm(value)
            }
        } )*
    };
}
pub(super) use tagged;

/// Makes an enum of texts that keeps those it does not know.
macro_rules! open_enum {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$arm_meta:meta])* $arm:ident = $wire:literal $(| $older:literal)*, )*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$arm_meta])* $arm, )*
            /// A value that this crate does not know.
            Unknown(String),
        }

        impl $name {
            /// The value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$arm => $wire, )*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $( $wire $(| $older)* => Self::$arm, )*
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                std::borrow::Cow::<'de, str>::deserialize(d).map(|text| Self::from(&*text))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }

        $crate::realtime::wire::by_serde!($name);
    )*};
}
pub(super) use open_enum;

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::{Value, json};

    wire! {
        /// An example.
        pub struct Example {
            /// A renamed field.
            kind = "type": String,
            /// Base64.
            audio: Option<Bytes>,
            /// A null that means something.
            cleared: Option<Option<u32>>,
            /// A list.
            list: Vec<u32>,
        }
    }

    fn both_ways(json: &Value) -> (Example, Value) {
        let read: Example = serde_json::from_str(&json.to_string()).unwrap();
        let again: Example = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(read, again);
        let written = serde_json::to_value(&read).unwrap();
        (read, written)
    }

    #[test]
    fn fields_are_read_and_written_and_unknown_ones_kept() {
        let json =
            json!({"type": "t", "audio": "AAEC", "cleared": 5, "list": [1], "new": {"a": 1}});
        let (read, written) = both_ways(&json);
        assert_eq!(read.audio.as_deref(), Some(&[0, 1, 2][..]));
        assert_eq!(read.extra["new"], json!({"a": 1}));
        assert_eq!(written, json);
    }

    #[test]
    fn a_null_is_an_absent_field_unless_it_means_something() {
        let (read, written) =
            both_ways(&json!({"type": null, "audio": null, "cleared": null, "list": [null, 2]}));
        assert_eq!((read.cleared, &read.list[..]), (Some(None), &[2][..]));
        assert_eq!(written, json!({"type": "", "cleared": null, "list": [2]}));
    }
}
