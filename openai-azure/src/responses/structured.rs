//! Responses whose text is a type of yours.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

use futures_util::future::BoxFuture;
use schemars::JsonSchema as Schema;
use serde::de::DeserializeOwned;

use super::ResponseRequest;
use super::response::ModelResponse;
use crate::error::{Error, OutputError, OutputFault};
use crate::json_schema::JsonSchema;
use crate::request_ids::RequestIds;
use crate::response::Response;
use crate::schema::StrictSchema;

/// A response to be made whose text is a `T`; made by [`ResponseRequest::respond_as`].
#[must_use = "nothing is sent before `send`"]
pub struct StructuredResponseRequest<T> {
    request: ResponseRequest,
    of: PhantomData<fn() -> T>,
}

/// A value that the model made, and the response that it came in.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StructuredResponse<T> {
    /// The value.
    pub value: T,
    /// The whole response.
    pub response: ModelResponse,
}

impl ResponseRequest {
    /// Asks for a text that is a `T`: the model must keep to the strict schema of the type, see
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
    /// let request = client.respond("gpt-4o").user("The largest city of Norway?");
    /// let city = request.respond_as::<City>().await?.into_inner().value;
    /// println!("{} has {} inhabitants", city.name, city.inhabitants);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// For a stream, set [`text_format`](Respond::text_format) to the schema, and read the value
    /// with [`ModelResponse::parse`] at the end:
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::chat::JsonSchema;
    /// use openai_azure::schema::StrictSchema;
    ///
    /// let schema = StrictSchema::<Vec<String>>::new()?;
    /// let request = client.respond("gpt-4o").user("Three cities of Norway?");
    /// let mut stream = request.text_format(JsonSchema::from(&schema)).stream().await?;
    /// while let Some(event) = stream.try_next().await? {
    ///     print!("{}", event.text());
    /// }
    /// let cities = stream.finish().await?.parse(&schema)?;
    /// println!("{} cities", cities.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn respond_as<T: Schema + DeserializeOwned>(self) -> StructuredResponseRequest<T> {
        StructuredResponseRequest { request: self, of: PhantomData }
    }
}

impl<T: Schema + DeserializeOwned> StructuredResponseRequest<T> {
    /// Sends the request and reads the response.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a type that has no strict schema; [`Error::Output`] when the model
    /// refuses, when the limit on tokens or the content filter cuts it off, and when it does not
    /// fit the type; and the errors of [`ResponseRequest::send`].
    pub async fn send(self) -> Result<Response<StructuredResponse<T>>, Error> {
        let schema = StrictSchema::<T>::new()?;
        let answer = self.request.text_format(JsonSchema::from(&schema)).send().await?;
        let ids = answer.request_ids();
        let value = answer
            .read(&schema, ids)
            .map_err(|error| error.with_retries(answer.retries_taken()))?;
        Ok(answer.map_value(|response| StructuredResponse { value, response }))
    }
}

/// `client.respond(…).respond_as::<T>().await` is short for `….send().await`.
impl<T: Schema + DeserializeOwned + 'static> IntoFuture for StructuredResponseRequest<T> {
    type Output = Result<Response<StructuredResponse<T>>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl ModelResponse {
    /// Reads the text as what the schema describes.
    ///
    /// # Errors
    ///
    /// [`Error::Output`] when the model refused, when the limit on tokens or the content filter cut
    /// the text off, and when it does not fit.
    pub fn parse<T: DeserializeOwned>(&self, schema: &StrictSchema<T>) -> Result<T, Error> {
        self.read(schema, RequestIds::default())
    }

    fn read<T: DeserializeOwned>(
        &self,
        schema: &StrictSchema<T>,
        ids: RequestIds,
    ) -> Result<T, Error> {
        let text = self.text();
        if let Some(fault) = self.fault(&text) {
            let error = OutputError::new(fault, &text, ids)
                .with_refusal(self.refusal())
                .with_output(self.clone());
            return Err(Error::Output(error));
        }
        schema.parse(&text).map_err(|error| {
            let fault = OutputError::new(OutputFault::Unfit, &text, ids).because_of(error);
            Error::Output(fault.with_output(self.clone()))
        })
    }

    /// Why there is no whole value.
    fn fault(&self, text: &str) -> Option<OutputFault> {
        if self.refusal().is_some() {
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
    fn values_and_the_ways_to_give_none_are_told_apart() {
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
