//! The credentials that an application tries when nobody told it which to use.
//!
//! A link that is configured and fails is the error; only links that are not configured are passed
//! over. The metadata service and the developer tools are never configured: they are there or not.
//!
//! | link | tried when |
//! |---|---|
//! | environment | `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET` are set |
//! | workload identity | `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_FEDERATED_TOKEN_FILE` are set |
//! | managed identity | always; the metadata service of a machine must respond within a second |
//! | Azure CLI | always: `az` must be there and signed in |
//! | Azure Developer CLI | always: `azd` must be there and signed in |

mod command;
mod imds;
pub(super) mod link;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use super::error_chain::{Cause, Failure};
use super::secret::Secret;
use super::token_http::TokenHttp;
use crate::error::Error;
pub(super) use link::Link;
use link::Missed;

/// No link has worked yet.
const NONE: usize = usize::MAX;

/// The links in order, and the one that worked.
pub(super) struct Chain {
    links: Vec<Link>,
    worked: AtomicUsize,
}

impl Chain {
    /// Reads the variables through `lookup`. An empty one counts as unset. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when `AZURE_TOKEN_CREDENTIALS` has a value that names no link.
    pub(super) fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let var = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let chosen = var("AZURE_TOKEN_CREDENTIALS");
        let mut links = link::all(&var);
        if let Some(chosen) = chosen {
            links.retain(|link| link.is_chosen(chosen.trim()));
            if links.is_empty() {
                return Err(Error::config(format!(
                    "AZURE_TOKEN_CREDENTIALS is `{}`; write dev, prod, EnvironmentCredential, \
                     WorkloadIdentityCredential, ManagedIdentityCredential, AzureCliCredential \
                     or AzureDeveloperCliCredential",
                    super::sanitize::clean(&chosen, &[])
                )));
            }
        }
        Ok(Self::new(links))
    }

    pub(super) fn new(links: Vec<Link>) -> Self {
        Self { links, worked: AtomicUsize::new(NONE) }
    }

    /// Asks one link after the other, the one that worked last time first.
    pub(super) async fn fetch(
        &self,
        scope: &str,
        http: &TokenHttp,
    ) -> Result<(Secret, SystemTime), Failure> {
        let first = self.worked.load(Ordering::Relaxed);
        let mut missed: Vec<Option<Missed>> = self.links.iter().map(|_| None).collect();
        let others = (0..self.links.len()).filter(|at| *at != first);
        for at in self.links.get(first).map(|_| first).into_iter().chain(others) {
            match self.links[at].fetch(scope, http).await {
                Ok(token) => {
                    if self.worked.swap(at, Ordering::Relaxed) != at {
                        tracing::info!(link = self.links[at].name(), "found a credential");
                    }
                    return Ok(token);
                }
                Err(why) => {
                    let is_final =
                        matches!(why, Missed::Failed(_)) && self.links[at].is_configured();
                    missed[at] = Some(why);
                    // Another identity must not take the place of one that was chosen.
                    if is_final {
                        break;
                    }
                }
            }
        }
        Err(self.failure(missed))
    }

    /// Makes the credentials anew when they are next asked: those of azure_identity keep tokens
    /// of their own.
    pub(super) fn forget(&self) {
        self.links.iter().for_each(Link::forget);
    }

    /// One line for all links; the causes of all that failed, one after the other.
    fn failure(&self, missed: Vec<Option<Missed>>) -> Failure {
        let mut reasons = Vec::new();
        let mut causes = None;
        for (link, why) in self.links.iter().zip(missed).rev() {
            let reason = match why {
                Some(Missed::Failed(error)) => {
                    let short = Cause::copy(&*error, link.secrets()).short();
                    causes = Some(Cause::copy_before(&*error, link.secrets(), causes));
                    short
                }
                Some(Missed::Skipped(reason)) => format!("skipped, {reason}"),
                None => continue,
            };
            reasons.push(format!("{}: {}", link.name(), reason.trim_end_matches('.')));
        }
        reasons.reverse();
        let message = format!("no token from Microsoft Entra ID; {}", reasons.join("; "));
        Failure::caused_by(message, causes)
    }
}

#[cfg(test)]
mod tests;
