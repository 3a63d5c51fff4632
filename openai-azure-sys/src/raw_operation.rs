//! What [`raw`](crate::raw) knows of an operation.

/// An operation of the raw clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawOperation {
    /// `dated` or `v1`: the module whose client has it.
    pub module: &'static str,
    /// The name of the method.
    pub name: &'static str,
    /// The HTTP method, such as `POST`.
    pub method: &'static str,
    /// The path behind the base URL; parameters are in braces.
    pub path: &'static str,
    /// The api-versions that have it.
    pub versions: &'static [&'static str],
}
