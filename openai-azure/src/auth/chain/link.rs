//! One credential of the chain.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use azure_core::credentials::TokenCredential;
use azure_core::error::ErrorKind;
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, AzureDeveloperCliCredential,
    AzureDeveloperCliCredentialOptions, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};

use super::command::BoundedCommand;
use super::imds::{Probe, Probed, is_asked};
use crate::auth::secret::Secret;
use crate::auth::source::usable;
use crate::auth::token_http::TokenHttp;

/// How long one response of the metadata service may take.
const ANSWER: Duration = Duration::from_secs(30);
/// How often azure_core asks the token endpoint again.
const RETRIES: u32 = 3;

type Made = azure_core::Result<Arc<dyn TokenCredential>>;
type Make = Box<dyn Fn(&TokenHttp) -> Made + Send + Sync>;

/// Why a link gave no token.
pub(super) enum Missed {
    /// It is not configured.
    Skipped(Cow<'static, str>),
    Failed(Box<dyn StdError + Send + Sync>),
}

/// A credential that is made when it is first asked.
pub(in crate::auth) struct Link {
    name: &'static str,
    /// What `AZURE_TOKEN_CREDENTIALS` calls it, and the group it belongs to.
    chosen_by: [&'static str; 2],
    make: Result<Make, Cow<'static, str>>,
    /// The credential, and the connections that it was made with.
    made: Mutex<Option<(TokenHttp, Arc<dyn TokenCredential>)>>,
    /// The environment chose it.
    is_configured: bool,
    secrets: Vec<Secret>,
}

impl Link {
    pub(super) fn new(
        name: &'static str,
        chosen_by: [&'static str; 2],
        make: Result<Make, Cow<'static, str>>,
    ) -> Self {
        Self {
            name,
            chosen_by,
            make,
            made: Mutex::default(),
            is_configured: false,
            secrets: Vec::new(),
        }
    }

    pub(super) fn with_secrets(mut self, secrets: impl IntoIterator<Item = String>) -> Self {
        self.secrets.extend(secrets.into_iter().map(Secret::new));
        self
    }

    /// Marks it as chosen by the environment, so that its failure is the failure of the chain.
    pub(super) fn configured(mut self, is_configured: bool) -> Self {
        self.is_configured = is_configured && self.make.is_ok();
        self
    }

    pub(super) fn is_configured(&self) -> bool {
        self.is_configured
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    pub(super) fn is_chosen(&self, by: &str) -> bool {
        self.chosen_by.iter().any(|name| name.eq_ignore_ascii_case(by))
    }

    pub(super) async fn fetch(
        &self,
        scope: &str,
        http: &TokenHttp,
    ) -> Result<(Secret, SystemTime), Missed> {
        let credential = self.credential(http)?;
        match credential.get_token(&[scope], None).await {
            Ok(token) => usable(token).map_err(|why| {
                // azure_identity may keep that token, so the credential goes too.
                self.forget();
                Missed::Failed(why.into())
            }),
            Err(error) => Err(Missed::Failed(error.into())),
        }
    }

    pub(super) fn forget(&self) {
        *self.made.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Clients that share a credential may have other connections, so it is made for each in turn.
    fn credential(&self, http: &TokenHttp) -> Result<Arc<dyn TokenCredential>, Missed> {
        let make = self.make.as_ref().map_err(|why| Missed::Skipped(why.clone()))?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, credential)) = &*made
            && of.is(http)
        {
            return Ok(credential.clone());
        }
        let credential = make(http).map_err(|error| Missed::Failed(error.into()))?;
        *made = Some((http.clone(), credential.clone()));
        Ok(credential)
    }
}

/// The managed identity of this client ID, else the system-assigned one.
pub(in crate::auth) fn managed_identity(
    client_id: Option<String>,
    var: &dyn Fn(&str) -> Option<String>,
) -> Link {
    let of_this_client = |name: &str| match name {
        "AZURE_CLIENT_ID" => client_id.clone(),
        other => var(other),
    };
    Link::new("managed identity", ["", ""], Ok(managed(&of_this_client)))
        .with_secrets(var("IDENTITY_HEADER"))
}

/// # Errors
///
/// A variable that is not set.
pub(in crate::auth) fn workload_identity(
    var: &dyn Fn(&str) -> Option<String>,
) -> Result<Link, Cow<'static, str>> {
    Ok(Link::new("workload identity", ["", ""], Ok(workload(var)?)))
}

pub(in crate::auth) fn client_secret(tenant: String, client: String, secret: String) -> Link {
    let of_these = |name: &str| match name {
        "AZURE_TENANT_ID" => Some(tenant.clone()),
        "AZURE_CLIENT_ID" => Some(client.clone()),
        "AZURE_CLIENT_SECRET" => Some(secret.clone()),
        _ => None,
    };
    Link::new("client secret", ["", ""], environment(&of_these)).with_secrets([secret])
}

#[cfg(feature = "client-certificate")]
pub(in crate::auth) fn client_certificate(
    tenant: String,
    client: String,
    pkcs12: &[u8],
    password: Option<&str>,
) -> Link {
    use azure_core::credentials::{Secret as AzureSecret, SecretBytes};
    use azure_identity::{ClientCertificateCredential, ClientCertificateCredentialOptions};

    let (pkcs12, password) = (pkcs12.to_vec(), password.map(str::to_owned));
    let secrets = password.clone();
    let make: Make = Box::new(move |http| {
        let options = ClientCertificateCredentialOptions {
            client_options: client_options(http.open()?),
            password: password.clone().map(AzureSecret::new),
        };
        let certificate = SecretBytes::new(pkcs12.clone());
        let client = client.clone();
        Ok(ClientCertificateCredential::new(tenant.clone(), client, certificate, Some(options))?)
    });
    Link::new("client certificate", ["", ""], Ok(make)).with_secrets(secrets)
}

pub(in crate::auth) fn azure_cli_link() -> Link {
    Link::new("Azure CLI", ["AzureCliCredential", "dev"], Ok(Box::new(azure_cli)))
}

/// All links in order, as far as `var` configures them.
pub(super) fn all(var: &dyn Fn(&str) -> Option<String>) -> Vec<Link> {
    let header = var("IDENTITY_HEADER");
    vec![
        Link::new("environment", ["EnvironmentCredential", "prod"], environment(var))
            .with_secrets(var("AZURE_CLIENT_SECRET"))
            .configured(true),
        Link::new("workload identity", ["WorkloadIdentityCredential", "prod"], workload(var))
            .configured(true),
        Link::new("managed identity", ["ManagedIdentityCredential", "prod"], Ok(managed(var)))
            .with_secrets(header)
            .configured(var("IDENTITY_ENDPOINT").is_some() && !is_asked(var)),
        azure_cli_link(),
        Link::new(
            "Azure Developer CLI",
            ["AzureDeveloperCliCredential", "dev"],
            Ok(Box::new(azure_developer_cli)),
        ),
    ]
}

fn environment(var: &dyn Fn(&str) -> Option<String>) -> Result<Make, Cow<'static, str>> {
    let (tenant, client) = tenant_and_client(var)?;
    let Some(secret) = var("AZURE_CLIENT_SECRET") else {
        return Err(match var("AZURE_CLIENT_CERTIFICATE_PATH") {
            None => "AZURE_CLIENT_SECRET is not set",
            Some(_) => {
                "client certificates are not compiled in, because azure_identity needs OpenSSL \
                 for them; use `Credential::client_certificate` of the feature `client-certificate`"
            }
        }
        .into());
    };
    Ok(Box::new(move |http| {
        let client_options = client_options(http.open()?);
        let options = ClientSecretCredentialOptions { client_options };
        let secret = azure_core::credentials::Secret::new(secret.clone());
        Ok(ClientSecretCredential::new(&tenant, client.clone(), secret, Some(options))?)
    }))
}

fn workload(var: &dyn Fn(&str) -> Option<String>) -> Result<Make, Cow<'static, str>> {
    let file = var("AZURE_FEDERATED_TOKEN_FILE").ok_or("AZURE_FEDERATED_TOKEN_FILE is not set")?;
    let (tenant, client) = tenant_and_client(var)?;
    Ok(Box::new(move |http| {
        Ok(WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
            credential_options: ClientAssertionCredentialOptions {
                client_options: client_options(http.open()?),
            },
            client_id: Some(client.clone()),
            tenant_id: Some(tenant.clone()),
            token_file_path: Some(file.clone().into()),
        }))?)
    }))
}

fn managed(var: &dyn Fn(&str) -> Option<String>) -> Make {
    let user_assigned_id = var("AZURE_CLIENT_ID").map(UserAssignedId::ClientId);
    let asks_imds = is_asked(var);
    Box::new(move |_| {
        let http = local()?;
        let credential = ManagedIdentityCredential::new(Some(ManagedIdentityCredentialOptions {
            user_assigned_id: user_assigned_id.clone(),
            client_options: client_options(http.clone()),
        }))?;
        if asks_imds {
            return Ok(Arc::new(Probed::new(Probe::new(http), credential)));
        }
        Ok(credential)
    })
}

fn azure_cli(_: &TokenHttp) -> Made {
    let executor = Some(Arc::new(BoundedCommand::default()) as _);
    let options = AzureCliCredentialOptions { executor, ..Default::default() };
    Ok(AzureCliCredential::new(Some(options))?)
}

fn azure_developer_cli(_: &TokenHttp) -> Made {
    let executor = Some(Arc::new(BoundedCommand::default()) as _);
    let options = AzureDeveloperCliCredentialOptions { executor, ..Default::default() };
    Ok(AzureDeveloperCliCredential::new(Some(options))?)
}

fn tenant_and_client(
    var: &dyn Fn(&str) -> Option<String>,
) -> Result<(String, String), Cow<'static, str>> {
    let tenant = var("AZURE_TENANT_ID").ok_or("AZURE_TENANT_ID is not set")?;
    let client = var("AZURE_CLIENT_ID").ok_or("AZURE_CLIENT_ID is not set")?;
    Ok((tenant, client))
}

/// The connection to the metadata service of this machine, which no proxy can reach and which has no
/// TLS: it has none of the settings of the client.
fn local() -> azure_core::Result<reqwest::Client> {
    let builder = reqwest::Client::builder().connect_timeout(super::imds::LIMIT).no_proxy();
    let builder = builder.timeout(ANSWER).redirect(reqwest::redirect::Policy::none());
    builder.build().map_err(|error| {
        azure_core::Error::with_error(ErrorKind::Other, error, "the HTTP client cannot be made")
    })
}

fn client_options(http: reqwest::Client) -> ClientOptions {
    let retry = ExponentialRetryOptions { max_retries: RETRIES, ..Default::default() };
    ClientOptions {
        transport: Some(Transport::new(Arc::new(http))),
        retry: RetryOptions::exponential(retry),
        ..Default::default()
    }
}
