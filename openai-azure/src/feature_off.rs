//! Methods whose feature is off: a search of the documentation finds them, and the compiler names
//! the feature where they are called. With every such feature on, this module is not there.

/// What these methods return. They cannot be called, so there is never a value of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct FeatureOff {}

/// Declares a bound that nothing fulfils.
macro_rules! needs {
    ($name:ident, $feature:literal, $message:literal, $note:literal) => {
        #[doc = concat!("Fulfilled by nothing: the feature `", $feature, "` is off.")]
        #[diagnostic::on_unimplemented(message = $message, note = $note)]
        pub trait $name {}
    };
}

/// Declares methods that cannot be called.
macro_rules! off {
    ($needs:ident, $feature:literal: $(
        $(#[doc = $doc:literal])+
        fn $name:ident $(<$type:ident>)? ($($arguments:tt)*);
    )+) => { $(
        #[doc = concat!("Needs the feature `", $feature, "`, which is off.")]
        ///
        $(#[doc = $doc])+
        pub fn $name $(<$type>)? ($($arguments)*) -> FeatureOff
        where
            for<'a> Self: $needs,
        {
            FeatureOff {}
        }
    )+ };
}

#[cfg(not(feature = "realtime"))]
needs!(
    NeedsRealtime,
    "realtime",
    "the feature `realtime` of openai-azure is off",
    "turn it on: `cargo add openai-azure --features realtime`"
);

#[cfg(not(feature = "realtime"))]
impl crate::engine::client::Client {
    off! { NeedsRealtime, "realtime":
        /// Realtime sessions with audio and text.
        fn realtime(&self, _deployment: impl Into<String>);
        /// Realtime sessions that only transcribe.
        fn realtime_transcription(&self, _deployment: impl Into<String>);
        /// The realtime session of a call.
        fn realtime_call(&self, _call_id: impl Into<String>);
        /// Realtime calls of WebRTC and SIP.
        fn realtime_calls(&self);
        /// Client secrets of realtime sessions.
        fn realtime_client_secrets(&self);
    }
}

#[cfg(not(feature = "realtime"))]
impl crate::responses::Responses {
    off! { NeedsRealtime, "realtime":
        /// Responses over one WebSocket.
        fn connect(&self);
    }
}

#[cfg(not(feature = "metrics"))]
needs!(
    NeedsMetrics,
    "metrics",
    "the feature `metrics` of openai-azure is off",
    "turn it on: `cargo add openai-azure --features metrics`"
);

#[cfg(not(feature = "metrics"))]
impl crate::engine::builder::ClientBuilder {
    off! { NeedsMetrics, "metrics":
        /// Where metrics of calls go.
        fn meter_provider(self, _provider: impl Sized);
    }
}

#[cfg(not(feature = "webhooks"))]
needs!(
    NeedsWebhooks,
    "webhooks",
    "the feature `webhooks` of openai-azure is off",
    "turn it on: `cargo add openai-azure --features webhooks`"
);

#[cfg(not(feature = "webhooks"))]
impl crate::engine::client::Client {
    off! { NeedsWebhooks, "webhooks":
        /// Endpoints of webhooks.
        fn webhook_endpoints(&self);
    }
}

#[cfg(not(feature = "schema"))]
needs!(
    NeedsSchema,
    "schema",
    "the feature `schema` of openai-azure is off",
    "turn it on: `cargo add openai-azure --features schema`"
);

#[cfg(not(feature = "schema"))]
impl crate::chat::ChatRequest {
    off! { NeedsSchema, "schema":
        /// The text of the model as a Rust type.
        fn respond_as<T>(self);
        /// Functions that the model calls, run until it has its final response.
        fn run_tools(self, _tools: impl Sized);
    }
}

#[cfg(not(feature = "schema"))]
impl crate::responses::ResponseRequest {
    off! { NeedsSchema, "schema":
        /// The text of the model as a Rust type.
        fn respond_as<T>(self);
        /// Functions that the model calls, run until it has its final response.
        fn run_tools(self, _tools: impl Sized);
    }
}

#[cfg(not(feature = "entra"))]
needs!(
    NeedsEntra,
    "entra",
    "the feature `entra` of openai-azure is off",
    "turn it on: `cargo add openai-azure --features entra`"
);

#[cfg(not(feature = "entra"))]
impl crate::auth::Credential {
    off! { NeedsEntra, "entra":
        /// The first identity of Microsoft Entra ID that returns a token.
        fn default_chain();
        /// Any credential of azure_identity.
        fn entra(_credential: impl Sized);
        /// The system-assigned managed identity.
        fn managed_identity();
        /// A user-assigned managed identity.
        fn user_assigned_identity(_client_id: impl Into<String>);
        /// The workload identity of a Kubernetes pod.
        fn workload_identity();
        /// A service principal with a secret.
        fn client_secret(
            _tenant_id: impl Into<String>,
            _client_id: impl Into<String>,
            _secret: impl Into<String>,
        );
        /// The account that is signed in to the Azure CLI.
        fn azure_cli();
    }
}

#[cfg(not(feature = "client-certificate"))]
needs!(
    NeedsClientCertificate,
    "client-certificate",
    "the feature `client-certificate` of openai-azure is off",
    "turn it on: `cargo add openai-azure --features client-certificate`"
);

#[cfg(not(feature = "client-certificate"))]
impl crate::auth::Credential {
    off! { NeedsClientCertificate, "client-certificate":
        /// A service principal with a certificate. This is refused:
        ///
        /// ```compile_fail,E0277
        /// openai_azure::Credential::client_certificate("TENANT", "CLIENT", [0], None);
        /// ```
        fn client_certificate(
            _tenant_id: impl Into<String>,
            _client_id: impl Into<String>,
            _pkcs12: impl AsRef<[u8]>,
            _password: Option<&str>,
        );
    }
}
