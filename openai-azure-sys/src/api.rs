//! What every generated client has in common.

use std::sync::Arc;

use crate::base::Base;
use crate::transport::Transport;

/// A generated client: all operations of one api-version.
///
/// The trait is sealed; its implementors are the `Client` of each version module and that of
/// [`raw`](crate#the-raw-client).
pub trait Api: sealed::Sealed + Sized + Clone + Send + Sync {
    /// The api-version as the service spells it, such as `2024-10-21` or `v1`; `None` for the raw
    /// client, whose version is the caller's choice.
    const VERSION: Option<&'static str>;

    /// Creates a client that sends to `base` over `transport`.
    fn bind(base: Base, transport: Arc<dyn Transport>) -> Self;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

/// Ties a generated client to [`Api`].
#[allow(unused_macros, reason = "without a version there is no client")]
macro_rules! generated_client {
    ($client:ident, $base:ident, $version:literal, $api_version:expr) => {
        impl $client {
            /// Creates a client that sends to `base_url` over `transport`.
            ///
            /// `base_url` is everything before the path of an operation:
            /// `https://NAME.openai.azure.com/openai` for a dated api-version,
            /// `https://NAME.openai.azure.com/openai/v1` for `v1`.
            #[must_use]
            pub fn new(
                base_url: impl AsRef<str>,
                transport: std::sync::Arc<dyn $crate::Transport>,
            ) -> Self {
                <Self as $crate::Api>::bind($crate::Base::$base(base_url), transport)
            }
        }

        $crate::api::generated_client!(@ $client, Some($version), $api_version);
    };
    ($client:ident) => {
        impl $client {
            /// Creates a client that sends to `base` over `transport`.
            #[must_use]
            pub fn new(
                base: $crate::Base,
                transport: std::sync::Arc<dyn $crate::Transport>,
            ) -> Self {
                <Self as $crate::Api>::bind(base, transport)
            }
        }

        $crate::api::generated_client!(@ $client, None, None);
    };
    (@ $client:ident, $version:expr, $api_version:expr) => {
        impl $crate::api::sealed::Sealed for $client {}

        impl $crate::Api for $client {
            const VERSION: Option<&'static str> = $version;

            fn bind(
                base: $crate::Base,
                transport: std::sync::Arc<dyn $crate::Transport>,
            ) -> Self {
                Self { core: $crate::client::Core::new(base, transport, $api_version) }
            }
        }
    };
}
#[allow(unused_imports, reason = "without a version there is no client")]
pub(crate) use generated_client;
