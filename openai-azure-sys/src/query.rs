//! The optional query parameters of an operation, as one struct.

/// Declares the optional query parameters of an operation.
///
/// A struct, and not arguments, so that a new parameter breaks no caller.
#[allow(unused_macros, reason = "not every set of features has a list")]
macro_rules! query_params {
    ($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$about:meta])* $field:ident: $ty:ty = $wire:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$about])* pub $field: Option<$ty>,)*
        }

        impl $name {
            /// Creates parameters of which none is set.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            $(
                #[doc = concat!("Sets `", $wire, "`.")]
                #[must_use]
                pub fn $field(mut self, value: impl Into<$ty>) -> Self {
                    self.$field = Some(value.into());
                    self
                }
            )*

            /// Adds what is set to the query of a request.
            pub(crate) fn write(
                &self,
                request: $crate::Request,
            ) -> Result<$crate::Request, $crate::Error> {
                $(let request = request.with_query($wire, &self.$field)?;)*
                Ok(request)
            }
        }
    };
}
#[allow(unused_imports, reason = "not every set of features has a list")]
pub(crate) use query_params;

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro writes items that are public")]
mod tests {
    use http::Method;

    use crate::Request;

    query_params! {
        /// Parameters.
        pub struct Params {
            /// Cursor.
            after: String = "after",
            /// Page size.
            limit: i32 = "limit",
            /// What to include.
            include: Vec<String> = "include[]",
        }
    }

    #[test]
    fn what_is_set_is_sent() {
        let params =
            Params::new().after("x y").limit(20).include(vec!["a".to_owned(), "b".to_owned()]);
        let request = params.write(Request::new(Method::GET, "http://host/a")).unwrap();
        assert_eq!(request.query(), "after=x%20y&limit=20&include%5B%5D=a&include%5B%5D=b");
    }
}
