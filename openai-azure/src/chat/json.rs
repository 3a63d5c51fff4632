//! The body of a chat request as JSON, so that a prompt can be in a file, a queue or a cache.

use serde_json::Value;

use super::ChatRequest;
use super::message::Message;
use crate::error::Error;

impl ChatRequest {
    /// Adds the messages and sets the fields of a body in JSON, as [`to_json`](Self::to_json) writes
    /// it. The deployment, the client and the options stay; `model` and `stream` of the body have no
    /// effect. Fields other than `messages` win over setters.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use serde_json::json;
    ///
    /// let prompt = json!({"messages": [{"role": "developer", "content": "Be brief."}]});
    /// let chat = client.chat("gpt-5.6-terra").from_json(prompt)?.user("Why is the sky blue?");
    /// println!("{}", chat.send().await?.text());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for what is no object, and for messages that are none.
    #[allow(clippy::wrong_self_convention, reason = "a builder takes its fields from JSON")]
    #[inline]
    pub fn from_json(mut self, body: impl Into<Value>) -> Result<Self, Error> {
        let Value::Object(mut fields) = body.into() else {
            return Err(Error::config("the body of a chat is a JSON object"));
        };
        if let Some(messages) = fields.remove("messages") {
            let messages: Vec<Message> = serde_json::from_value(messages)
                .map_err(|error| Error::config(format!("`messages` of the chat: {error}")))?;
            self.request.messages.extend(messages);
        }
        fields.retain(|name, _| name != "model" && name != "stream");
        self.request.extra.extend(fields);
        Ok(self)
    }

    /// The body as JSON, without the deployment.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for what cannot be sent, such as no message.
    #[inline]
    pub fn to_json(&self) -> Result<Value, Error> {
        let body = self.request.to_body()?;
        serde_json::from_slice(&body).map_err(|error| Error::config(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use crate::Client;
    use serde_json::json;

    #[test]
    fn a_body_is_the_same_after_a_round_trip() {
        let client = Client::builder().endpoint("https://r.example").api_key("k").build().unwrap();
        let chat = client.chat("d").developer("Be brief.").user("Why?").temperature(0.5).n(2);
        let body = chat.to_json().unwrap();
        assert_eq!(body["messages"][1], json!({"role": "user", "content": "Why?"}));
        let again = client.chat("d").from_json(body.clone()).unwrap();
        assert_eq!(again.to_json().unwrap(), body);
    }

    #[test]
    fn what_is_no_body_is_refused_and_the_model_is_the_deployment() {
        let client = Client::builder().endpoint("https://r.example").api_key("k").build().unwrap();
        for body in [json!([]), json!({"messages": 1}), json!("text")] {
            assert!(client.chat("d").from_json(body).is_err());
        }
        let body =
            json!({"model": "m", "stream": true, "messages": [{"role": "user", "content": "?"}]});
        let body = client.chat("d").from_json(body).unwrap().to_json().unwrap();
        assert_eq!(body, json!({"messages": [{"role": "user", "content": "?"}]}));
    }
}
