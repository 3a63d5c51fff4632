//! What the service is known to refuse, found before anything is sent.

use std::ops::RangeInclusive;

use super::body::ChatBody;
use super::content::{Content, ImageUrl, Part};
use super::format::ResponseFormat;
use super::message::Message;
use crate::argument_check;
use crate::error::Error;

/// Looks at all settings but those that [`ChatRequest::extra`](super::ChatRequest::extra) overrides.
pub(super) fn check(request: &ChatBody) -> Result<(), Error> {
    let within = |name: &str, value: Option<f64>, range: RangeInclusive<f64>| match value {
        // What is no number is in no range.
        Some(value) if !range.contains(&value) && !request.extra.contains_key(name) => {
            let (least, most) = range.into_inner();
            Err(refused(format!("{name} is {value}, the service takes {least} to {most}")))
        }
        _ => Ok(()),
    };
    let at_most = |name: &str, count: usize, most: usize| match count > most {
        true if !request.extra.contains_key(name) => {
            Err(refused(format!("{count} of {name}, the service takes {most}")))
        }
        _ => Ok(()),
    };
    within("temperature", request.temperature, 0.0..=2.0)?;
    within("top_p", request.top_p, 0.0..=1.0)?;
    within("presence_penalty", request.presence_penalty, -2.0..=2.0)?;
    within("frequency_penalty", request.frequency_penalty, -2.0..=2.0)?;
    within("n", request.n.map(f64::from), 1.0..=128.0)?;
    within("top_logprobs", request.top_logprobs.map(f64::from), 0.0..=20.0)?;
    for bias in request.logit_bias.values() {
        within("logit_bias", Some(f64::from(*bias)), -100.0..=100.0)?;
    }
    at_most("stop", request.stop.len(), 4)?;
    at_most("tools", request.tools.len(), 128)?;
    at_most("functions", request.functions.len(), 128)?;
    at_most("metadata", request.metadata.len(), 16)?;
    for (name, value) in &request.metadata {
        at_most("metadata", name.chars().count(), 64)?;
        at_most("metadata", value.chars().count(), 512)?;
    }
    if !request.extra.contains_key("tools") {
        for tool in request.tools.iter().filter(|tool| tool.kind == "function") {
            argument_check::name("tool", &tool.function.name, 64)?;
        }
    }
    if let Some(ResponseFormat::JsonSchema { json_schema }) = &request.response_format
        && !request.extra.contains_key("response_format")
    {
        argument_check::name("JSON schema", json_schema.name(), 64)?;
    }
    if !request.extra.contains_key("messages") {
        for image in request.messages.iter().flat_map(images) {
            argument_check::image_url(&image.url, "Part::image_file")?;
        }
    }
    if request.messages.iter().any(has_no_part) && !request.extra.contains_key("messages") {
        return Err(refused("a message has an empty list of parts".to_owned()));
    }
    Ok(())
}

fn refused(what: String) -> Error {
    Error::config(format!("{what}; `extra` sends a field as it is"))
}

fn images(message: &Message) -> impl Iterator<Item = &ImageUrl> {
    let parts = match message {
        Message::User(message) => match &message.content {
            Content::Parts(parts) => parts.as_slice(),
            _ => &[],
        },
        _ => &[],
    };
    parts.iter().filter_map(|part| match part {
        Part::ImageUrl { image_url, .. } => Some(image_url),
        _ => None,
    })
}

fn has_no_part(message: &Message) -> bool {
    let content = match message {
        Message::System(message) | Message::Developer(message) => Some(&message.content),
        Message::User(message) => Some(&message.content),
        Message::Assistant(message) => message.content.as_ref(),
        Message::Tool(message) => Some(&message.content),
        Message::Function(_) | Message::Other(_) => None,
    };
    matches!(content, Some(Content::Parts(parts)) if parts.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::body::ChatBody;
    use crate::chat::{Message, Tool};
    use serde_json::{Value, json};

    type Change<'a> = &'a dyn Fn(&mut ChatBody);

    fn refusal(change: impl FnOnce(&mut ChatBody)) -> Option<String> {
        let mut request = ChatBody { messages: vec![Message::user("u")], ..ChatBody::default() };
        change(&mut request);
        request.to_body().err().map(|error| error.to_string())
    }

    #[test]
    fn what_is_over_a_limit_is_refused_by_name() {
        let tool = || Tool::function("f", "d", json!({}));
        let bad: [(&str, Change); 12] = [
            ("temperature is 2.1", &|r| r.temperature = Some(2.1)),
            ("temperature is NaN", &|r| r.temperature = Some(f64::NAN)),
            ("top_p is -0.1", &|r| r.top_p = Some(-0.1)),
            ("presence_penalty", &|r| r.presence_penalty = Some(3.0)),
            ("frequency_penalty", &|r| r.frequency_penalty = Some(f64::NEG_INFINITY)),
            ("n is 0", &|r| r.n = Some(0)),
            ("top_logprobs is 21", &|r| r.top_logprobs = Some(21)),
            ("logit_bias is 101", &|r| r.logit_bias = [("1".to_owned(), 101)].into()),
            ("5 of stop", &|r| r.stop = vec!["s".to_owned(); 5]),
            ("129 of tools", &|r| r.tools = vec![tool(); 129]),
            ("65 of metadata", &|r| r.metadata = [("m".repeat(65), String::new())].into()),
            ("empty list of parts", &|r| r.messages.push(Message::user([]))),
        ];
        for (text, change) in bad {
            let refusal = refusal(change).unwrap_or_else(|| panic!("{text} is sent"));
            assert!(refusal.contains(text), "{refusal}");
        }
    }

    #[test]
    fn the_limits_themselves_and_what_extra_overrides_are_sent() {
        assert_eq!(refusal(|r| (r.temperature, r.n) = (Some(2.0), Some(128))), None);
        let overridden = |r: &mut ChatBody| {
            r.temperature = Some(9.0);
            r.extra.insert("temperature".to_owned(), Value::from(9.0));
        };
        assert_eq!(refusal(overridden), None);
    }
}
