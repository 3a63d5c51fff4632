//! Responses whose text is a type of yours.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::ops::Deref;

use futures_util::future::BoxFuture;
use schemars::JsonSchema as Schema;
use serde::de::DeserializeOwned;

use super::ResponseRequest;
use super::response::ModelResponse;
use super::structured_stream::StructuredResponseStream;
use crate::error::{Error, OutputError, OutputFault};
use crate::json_schema::JsonSchema;
use crate::request_ids::RequestIds;
use crate::response::Response;
use crate::schema::{Root, StrictSchema};

/// A request for a response whose text is a `T`; made by [`ResponseRequest::respond_as`].
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct StructuredResponseRequest<T> {
    request: ResponseRequest,
    of: PhantomData<fn() -> T>,
}

/// A value that the model made, and the response that it came in. It dereferences to the value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StructuredResponse<T> {
    /// The value.
    pub value: T,
    /// The whole response.
    pub response: ModelResponse,
}

impl<T> StructuredResponse<T> {
    /// Returns the value alone.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }
}

impl<T> Deref for StructuredResponse<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Response<StructuredResponse<T>> {
    /// Returns the value alone.
    #[must_use]
    pub fn into_value(self) -> T {
        self.into_inner().value
    }
}

impl ResponseRequest {
    /// Asks for a text that is a `T`: the model keeps to the strict schema of the type, see
    /// [`schema`](crate::schema).
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// #[derive(schemars::JsonSchema, serde::Deserialize)]
    /// struct City {
    ///     name: String,
    ///     inhabitants: u64,
    /// }
    ///
    /// let request = client.respond("gpt-5.6-terra").user("The largest city of Norway?");
    /// let city = request.respond_as::<City>().await?;
    /// println!("{} has {} inhabitants", city.name, city.inhabitants);
    /// # Ok(())
    /// # }
    /// ```
    pub fn respond_as<T: Schema + DeserializeOwned>(self) -> StructuredResponseRequest<T> {
        StructuredResponseRequest { request: self, of: PhantomData }
    }
}

impl<T: Schema + DeserializeOwned> StructuredResponseRequest<T> {
    /// Sends the request and decodes the text.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a type that has no strict schema; [`Error::Output`] when the model
    /// refuses, when the limit on tokens or the content filter cuts it off, and when the text does
    /// not fit the type; and the errors of [`ResponseRequest::send`].
    pub async fn send(self) -> Result<Response<StructuredResponse<T>>, Error> {
        let (request, root) = self.with_schema()?;
        let response = request.send().await?;
        let value = read(root, &response, &response.request_ids())
            .map_err(|error| error.with_retries(response.retries_taken()))?;
        Ok(response.map_value(|response| StructuredResponse { value, response }))
    }

    /// Sends the request and returns the events; the value comes at the end, from
    /// [`StructuredResponseStream::finish`].
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a type that has no strict schema, and the errors of
    /// [`ResponseRequest::stream`].
    pub async fn stream(self) -> Result<Response<StructuredResponseStream<T>>, Error> {
        let (request, root) = self.with_schema()?;
        let stream = request.stream().await?;
        Ok(stream.map_value(|stream| StructuredResponseStream::new(stream, root)))
    }

    fn with_schema(self) -> Result<(ResponseRequest, Root), Error> {
        let schema = StrictSchema::<T>::new()?;
        Ok((self.request.text_format(JsonSchema::from(&schema)), schema.root()))
    }
}

/// `.await` is short for `.send().await`.
impl<T: Schema + DeserializeOwned + 'static> IntoFuture for StructuredResponseRequest<T> {
    type Output = Result<Response<StructuredResponse<T>>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl ModelResponse {
    /// Decodes the text as what the schema describes.
    ///
    /// # Errors
    ///
    /// [`Error::Output`] when the model refused, when the limit on tokens or the content filter cut
    /// the text off, and when it does not fit.
    pub fn parse<T: DeserializeOwned>(&self, schema: &StrictSchema<T>) -> Result<T, Error> {
        read(schema.root(), self, &RequestIds::default())
    }

    /// Why there is no whole value.
    pub(crate) fn fault(&self, text: &str) -> Option<OutputFault> {
        if self.refusal().is_some_and(|text| !text.is_empty()) {
            return Some(OutputFault::Refusal);
        }
        match self.incomplete_details.as_ref().map(|details| details.reason.as_str()) {
            Some("content_filter") => Some(OutputFault::ContentFilter),
            Some("max_output_tokens") => Some(OutputFault::Length),
            _ if text.is_empty() => Some(OutputFault::NoText),
            _ => None,
        }
    }
}

/// Decodes the text of a response.
///
/// # Errors
///
/// [`Error::Output`] for everything but a whole value.
pub(super) fn read<T: DeserializeOwned>(
    root: Root,
    response: &ModelResponse,
    ids: &RequestIds,
) -> Result<T, Error> {
    let text = response.text();
    let error = |fault| {
        OutputError::new(fault, &text, ids.clone())
            .with_refusal(response.refusal())
            .with_content_filter(response.completion_filter())
            .with_output(response.clone())
    };
    if let Some(fault) = response.fault(&text) {
        return Err(Error::Output(error(fault)));
    }
    root.parse(&text).map_err(|e| Error::Output(error(OutputFault::Unfit).because_of(e)))
}

impl<T> Clone for StructuredResponseRequest<T> {
    fn clone(&self) -> Self {
        Self { request: self.request.clone(), of: PhantomData }
    }
}

impl<T> fmt::Debug for StructuredResponseRequest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StructuredResponseRequest")
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::error::{Error, OutputFault};
    use crate::responses::ModelResponse;
    use crate::schema::StrictSchema;
    use serde_json::{Value, json};

    fn parsed(response: Value) -> Result<Vec<u8>, OutputFault> {
        let response: ModelResponse = serde_json::from_value(response).unwrap();
        response.parse(&StrictSchema::<Vec<u8>>::new().unwrap()).map_err(|error| match error {
            Error::Output(error) => error.fault(),
            error => panic!("{error:?}"),
        })
    }

    #[test]
    fn values_and_the_reasons_for_none_are_told_apart() {
        let said = |part: Value| json!([{"type": "message", "content": [part]}]);
        let text = |text: &str| said(json!({"type": "output_text", "text": text}));
        let whole = text("{\"value\": [1, 2]}");
        assert_eq!(parsed(json!({"output": whole})), Ok(vec![1, 2]));
        let refusal = said(json!({"type": "refusal", "refusal": "No."}));
        assert_eq!(parsed(json!({"output": refusal})), Err(OutputFault::Refusal));
        for (reason, fault) in [
            ("max_output_tokens", OutputFault::Length),
            ("content_filter", OutputFault::ContentFilter),
        ] {
            let details = json!({"reason": reason});
            let response = json!({"output": text("{\"va"), "incomplete_details": details});
            assert_eq!(parsed(response), Err(fault));
        }
        assert_eq!(parsed(json!({"output": []})), Err(OutputFault::NoText));
        assert_eq!(parsed(json!({"output": text("{}")})), Err(OutputFault::Unfit));
    }
}
