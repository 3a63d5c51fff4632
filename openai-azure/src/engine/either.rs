//! Operations that dated api-versions and `v1` have in the same form.

/// Runs an operation by the generated client that the mode of the endpoint asks for. The operation
/// is written once; it is compiled for both clients, whose methods have the same names.
macro_rules! either {
    ($client:ident.run($($argument:expr),+), |$api:ident, $attempt:ident| $operation:expr) => {
        if $client.endpoint().mode() == $crate::endpoint::Mode::V1 {
            let operation = |$api: openai_azure_sys::raw::v1::Client, $attempt| $operation;
            $client.run($($argument),+, operation).await
        } else {
            let operation = |$api: openai_azure_sys::raw::dated::Client, $attempt| $operation;
            $client.run($($argument),+, operation).await
        }
    };
}
pub(crate) use either;
