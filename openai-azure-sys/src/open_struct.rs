//! Structs that keep fields they do not know.

/// Declares a struct that decodes tolerantly and keeps unknown fields in `extra`.
///
/// ```ignore
/// open_struct! {
///     /// A chunk of a completion.
///     pub struct Chunk {
///         /// Unique ID.
///         pub id: SharedStr,
///         /// The kind; the field is called otherwise on the wire.
///         pub kind: Option<String> = "type",
///         /// Two spellings: the last value that is not null stays.
///         pub results: Vec<Result> = "results" | "annotations",
///         /// Written also when it is empty.
///         pub choices: Vec<Choice> as always,
///         /// Without it the object does not decode.
///         pub item: Item as required,
///         /// Read in a way of its own: a `DeserializeSeed` whose value is `Option<Vec<f32>>`.
///         pub vector: Vec<f32> as read(VectorSeed),
///     }
/// }
/// ```
///
/// - The derives `Debug`, `Clone`, `Default`, `PartialEq` and `#[non_exhaustive]` are added, and a
///   last field `pub extra: Map<String, Value>`. Write `..pub extra: BTreeMap<String, T>` as the
///   last line for another type of map.
/// - Decoding: `null` and absent are the default of the field's type; integers may be written as
///   `1.0`; a known field that does not fit its type is an error; any other field goes into
///   `extra`. Known keys are neither copied nor buffered.
/// - Encoding: `None` and empty lists and maps are left out, except for fields `as always` and
///   `as required`; `extra` stands after the known fields.
/// - Every field's type is `Default` and decodes by itself ([`serde::Deserialize`]).
///
/// Exported for the hand-written types of `openai-azure`; not part of the public interface.
#[doc(hidden)]
#[macro_export]
macro_rules! open_struct {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $(
                $(#[$about:meta])*
                $field_vis:vis $field:ident: $ty:ty
                    $(as $mode:ident $(($seed:path))?)? $(= $wire:literal $(| $alias:literal)*)?
            ),* $(,)?
        }
    ) => {
        $crate::open_struct! {
            $(#[$meta])*
            $vis struct $name {
                $(
                    $(#[$about])*
                    $field_vis $field: $ty $(as $mode $(($seed))?)? $(= $wire $(| $alias)*)?,
                )*
                ..pub extra: $crate::decode::serde_json::Map<
                    String,
                    $crate::decode::serde_json::Value,
                >
            }
        }
    };
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $(
                $(#[$about:meta])*
                $field_vis:vis $field:ident: $ty:ty
                    $(as $mode:ident $(($seed:path))?)? $(= $wire:literal $(| $alias:literal)*)?,
            )*
            ..$extra_vis:vis extra: $extra:ty
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq)]
        #[non_exhaustive]
        $vis struct $name {
            $(
                $(#[$about])*
                $field_vis $field: $ty,
            )*
            /// Fields that this crate does not know.
            $extra_vis extra: $extra,
        }

        impl $crate::decode::Open for $name {
            const NAME: &'static str = stringify!($name);

            fn fill<'de, A: $crate::decode::serde::de::MapAccess<'de>>(
                &mut self,
                mut map: A,
                prior: Option<&Self>,
            ) -> Result<(), A::Error> {
                #[allow(unused_imports, reason = "not every set of fields needs all of them")]
                use $crate::decode::{ReadAny as _, ReadAs as _, ReadList as _};
                while let Some(key) = map.next_key::<$crate::decode::Key<'de>>()? {
                    match key.as_str() {
                        $(
                            $crate::open_struct!(@key $field $($wire)?) $($(| $alias)*)? => {
                                let prior = prior.map(|prior| &prior.$field);
                                let into = &mut self.$field;
                                $crate::open_struct!(@read map into prior $ty $($(, $seed)?)?);
                            }
                        )*
                        _ => {
                            self.extra.insert(key.into_string(), map.next_value()?);
                        }
                    }
                }
                $($crate::open_struct!(@check self $field: $ty $(as $mode)? $(= $wire)?);)*
                Ok(())
            }

            fn write_fields<M: $crate::decode::serde::ser::SerializeMap>(
                &self,
                map: &mut M,
            ) -> Result<(), M::Error> {
                #[allow(unused_imports, reason = "not every set of fields needs both")]
                use $crate::decode::{UnsetAny as _, UnsetAs as _};
                $(
                    if $crate::open_struct!(@is_set (&self.$field) $ty $(as $mode)?) {
                        let key = $crate::open_struct!(@key $field $($wire)?);
                        map.serialize_entry(key, &self.$field)?;
                    }
                )*
                for (key, value) in &self.extra {
                    map.serialize_entry(key, value)?;
                }
                Ok(())
            }
        }

        impl<'de> $crate::decode::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::decode::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                use $crate::decode::serde::de::DeserializeSeed as _;
                $crate::decode::ObjectSeed(None).deserialize(deserializer)
            }
        }

        impl $crate::decode::serde::Serialize for $name {
            fn serialize<S: $crate::decode::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                use $crate::decode::serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                $crate::decode::Open::write_fields(self, &mut map)?;
                map.end()
            }
        }
    };

    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $wire:literal) => { $wire };

    (@read $map:ident $into:ident $prior:ident $ty:ty) => {
        (&&&$crate::decode::Slot::<$ty>::NEW).read(&mut $map, $into, $prior)?
    };
    (@read $map:ident $into:ident $prior:ident $ty:ty, $seed:path) => {
        let _ = $prior;
        if let Some(value) = $map.next_value_seed($seed)? {
            *$into = value;
        }
    };

    (@is_set $value:tt $ty:ty) => { !(&$crate::decode::Slot::<$ty>::NEW).is_unset($value) };
    (@is_set $value:tt $ty:ty as read) => { !(&$crate::decode::Slot::<$ty>::NEW).is_unset($value) };
    (@is_set $value:tt $ty:ty as $mode:ident) => { true };

    (@check $read:tt $field:ident: $ty:ty $(= $wire:literal)?) => {};
    (@check $read:tt $field:ident: $ty:ty as read $(= $wire:literal)?) => {};
    (@check $read:tt $field:ident: $ty:ty as always $(= $wire:literal)?) => {};
    (@check $read:tt $field:ident: $ty:ty as required $(= $wire:literal)?) => {
        if $read.$field == <$ty>::default() {
            let key = $crate::open_struct!(@key $field $($wire)?);
            return Err($crate::decode::serde::de::Error::missing_field(key));
        }
    };
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro writes items that are public")]
mod tests;
