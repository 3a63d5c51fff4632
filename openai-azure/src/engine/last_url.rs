//! The URL of the last request to a resource: most programs call one deployment again and again.

use std::sync::{Mutex, PoisonError};

use openai_azure_sys::{Error as SysError, Request};
use reqwest::Url;

/// Parses URLs, unless the one before was the same.
#[derive(Default)]
pub(super) struct LastUrl(Mutex<Option<Parsed>>);

struct Parsed {
    url: String,
    query: String,
    parsed: Url,
}

impl LastUrl {
    /// The URL of a request with its query.
    ///
    /// # Errors
    ///
    /// A URL that cannot be parsed.
    pub(super) fn parsed(&self, request: &Request) -> Result<Url, SysError> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = &*last
            && last.url == request.url()
            && last.query == request.query()
        {
            return Ok(last.parsed.clone());
        }
        let parsed = request.parsed_url()?;
        *last = Some(Parsed {
            url: request.url().to_owned(),
            query: request.query().to_owned(),
            parsed: parsed.clone(),
        });
        Ok(parsed)
    }
}

#[cfg(test)]
mod tests {
    use super::LastUrl;
    use openai_azure_sys::Request;
    use reqwest::Method;

    #[test]
    fn each_request_gets_its_own_url_whatever_came_before() {
        let last = LastUrl::default();
        let mut with_query = Request::new(Method::GET, "http://h/a");
        with_query.push_query("b", "c");
        let plain = Request::new(Method::GET, "http://h/a");
        let other = Request::new(Method::GET, "http://H/b");
        for _ in 0..2 {
            for (request, url) in
                [(&with_query, "http://h/a?b=c"), (&plain, "http://h/a"), (&other, "http://h/b")]
            {
                assert_eq!(last.parsed(request).unwrap().as_str(), url);
                assert_eq!(last.parsed(request).unwrap().as_str(), url);
            }
        }
        assert!(last.parsed(&Request::new(Method::GET, "no URL")).is_err());
    }
}
