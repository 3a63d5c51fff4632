//! What every generated client has in common.

use crate::context::CallContext;

/// A generated client: all operations of one api-version.
///
/// The trait is sealed; its implementors are the `Client` of each version module.
pub trait Api: sealed::Sealed + Sized + Send + Sync {
    /// The api-version as the service spells it, such as `2024-10-21` or `v1`; `None` for the raw
    /// dated client, whose version is the caller's choice.
    const VERSION: Option<&'static str>;

    /// Makes a client that sends to `base_url` over `http`, with what `context` says.
    ///
    /// `base_url` is everything before the operation's own path, without a slash at its end:
    /// `https://NAME.openai.azure.com/openai` for a dated version,
    /// `https://NAME.openai.azure.com/openai/v1` for `v1`.
    fn bind(base_url: &str, http: &reqwest::Client, context: CallContext) -> Self;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

/// Ties a generated client to [`Api`] and lets its [`CallContext`] see its requests and answers.
#[allow(unused_macros, reason = "without a version there is no client")]
macro_rules! generated_client {
    ($client:ty) => {
        $crate::api::generated_client!(@ $client, None);
    };
    ($client:ty, $version:literal) => {
        $crate::api::generated_client!(@ $client, Some($version));
    };
    (@ $client:ty, $version:expr) => {
        impl $crate::api::sealed::Sealed for $client {}

        impl $crate::api::Api for $client {
            const VERSION: Option<&'static str> = $version;

            fn bind(
                base_url: &str,
                http: &reqwest::Client,
                context: $crate::context::CallContext,
            ) -> Self {
                Self::new_with_client(base_url, http.clone(), context)
            }
        }

        impl progenitor_client::ClientHooks<$crate::context::CallContext> for $client {
            async fn pre<E>(
                &self,
                request: &mut reqwest::Request,
                info: &progenitor_client::OperationInfo,
            ) -> Result<(), progenitor_client::Error<E>> {
                use progenitor_client::ClientInfo as _;
                self.inner().apply(request);
                self.inner().sending(info.operation_id, request);
                Ok(())
            }

            async fn post<E>(
                &self,
                result: &reqwest::Result<reqwest::Response>,
                _info: &progenitor_client::OperationInfo,
            ) -> Result<(), progenitor_client::Error<E>> {
                use progenitor_client::ClientInfo as _;
                if let Ok(response) = result {
                    self.inner().record(response);
                }
                Ok(())
            }
        }
    };
}
#[allow(unused_imports, reason = "without a version there is no client")]
pub(crate) use generated_client;
