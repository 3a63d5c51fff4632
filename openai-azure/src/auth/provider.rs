//! Tokens from a function of the user.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::secret::Secret;
use crate::error::{AuthError, Error};

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Answer = Pin<Box<dyn Future<Output = Result<String, Failure>> + Send>>;

/// A function that returns a token.
#[derive(Clone)]
pub(super) struct Provider(Arc<dyn Fn() -> Answer + Send + Sync>);

impl Provider {
    pub(super) fn new<F, Fut, E>(provider: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<Failure>,
    {
        Self(Arc::new(move || {
            let answer = provider();
            Box::pin(async move { answer.await.map_err(Into::into) })
        }))
    }

    pub(super) async fn token(&self) -> Result<Secret, Error> {
        match (self.0)().await {
            Ok(token) => Ok(Secret::new(token)),
            Err(source) => {
                Err(Error::Auth(AuthError::caused_by("the token provider failed", source)))
            }
        }
    }
}
