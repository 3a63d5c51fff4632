//! Chat completions.

use serde_json::{Map, Value, json};

use super::prompt::Prompt;
use super::tools::{self, ToolCall};
use super::{Question, chat_stream, filter, refusals, sample, usage, wording};
use crate::ids;
use crate::reply::Reply;
use crate::service_error::ServiceError;

/// What the model made of the question; the same for every choice.
pub(crate) struct Answer {
    pub(crate) text: Option<String>,
    pub(crate) refusal: Option<String>,
    pub(crate) calls: Vec<ToolCall>,
    /// Whether the calls have the older form of one `function_call`.
    pub(crate) is_legacy_call: bool,
    pub(crate) finish_reason: &'static str,
    /// Citations and intent of the user's own data.
    pub(crate) context: Option<Value>,
    pub(crate) logprobs: Option<usize>,
    pub(crate) choices: u64,
    pub(crate) prompt_tokens: usize,
    pub(crate) completion_tokens: usize,
    pub(crate) reasoning_tokens: usize,
}

pub(crate) fn answer(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let prompt = Prompt::read(&question.body["messages"]);
    if prompt.has("[filter]") {
        return Err(ServiceError::content_filter());
    }
    let answer = Answer::new(question, &prompt);
    if question.flag("stream") {
        return Ok(chat_stream::reply(question, &prompt, &answer));
    }
    Ok(Reply::status(200).json(answer.whole(question)))
}

impl Answer {
    fn new(question: &Question<'_>, prompt: &Prompt) -> Self {
        let body = &question.body;
        let is_legacy_call = body.get("functions").is_some();
        let (functions, choice) = if is_legacy_call {
            (&body["functions"], &body["function_call"])
        } else {
            (&body["tools"], &body["tool_choice"])
        };
        let is_parallel = !is_legacy_call && body["parallel_tool_calls"] != false;
        let mut calls = tools::calls(functions, choice, is_parallel, prompt, question.number());
        if calls.is_empty() && !is_legacy_call {
            calls.extend(tools::custom_call(functions, choice, prompt, question.number()));
        }
        let is_reasoning = refusals::is_reasoning(question.model());
        let mut answer = Self {
            text: None,
            refusal: None,
            is_legacy_call,
            finish_reason: "stop",
            context: body["data_sources"].get(0).map(|_| context(prompt)),
            logprobs: question
                .flag("logprobs")
                .then(|| body["top_logprobs"].as_u64().unwrap_or(0).min(20) as usize),
            choices: body["n"].as_u64().unwrap_or(1).clamp(1, 128),
            prompt_tokens: usage::tokens(&prompt.all) + 4,
            completion_tokens: 0,
            reasoning_tokens: if is_reasoning { 64 } else { 0 },
            calls,
        };
        answer.speak(question, prompt);
        let arguments = answer.calls.iter().map(|call| call.arguments.as_str());
        let texts = answer.text.iter().chain(&answer.refusal).map(String::as_str);
        let said: usize = texts.chain(arguments).map(usage::tokens).sum();
        answer.completion_tokens = said * usize::try_from(answer.choices).unwrap_or(1);
        answer
    }

    fn speak(&mut self, question: &Question<'_>, prompt: &Prompt) {
        if !self.calls.is_empty() {
            // A function that was demanded by name ends with "stop", as the service does it.
            let is_demanded = question.body["tool_choice"].is_object();
            self.finish_reason = match (self.is_legacy_call, is_demanded) {
                (true, _) => "function_call",
                (false, true) => "stop",
                (false, false) => "tool_calls",
            };
            return;
        }
        if prompt.has("[refuse]") {
            self.refusal = Some("I will not do that.".to_owned());
            return;
        }
        let body = &question.body;
        let text = match body["response_format"]["type"].as_str() {
            Some("json_schema") => {
                let schema = &body["response_format"]["json_schema"]["schema"];
                sample::value(schema, &|_| None).to_string()
            }
            Some("json_object") => json!({"answer": wording::answer(prompt)}).to_string(),
            _ => wording::answer(prompt),
        };
        let most = body["max_completion_tokens"].as_u64().or_else(|| body["max_tokens"].as_u64());
        let (text, is_cut) = wording::limited(&text, most);
        let stops = match &body["stop"] {
            Value::Array(stops) => stops.iter().filter_map(Value::as_str).collect(),
            stop => Vec::from_iter(stop.as_str()),
        };
        let stop = stops.iter().filter(|s| !s.is_empty()).filter_map(|s| text.find(s)).min();
        let text = text[..stop.unwrap_or(text.len())].to_owned();
        if prompt.has("[filter-answer]") {
            self.finish_reason = "content_filter";
            self.text = Some(wording::limited(&text, Some(3)).0);
            return;
        }
        self.finish_reason = if is_cut && stop.is_none() { "length" } else { "stop" };
        self.text = Some(text);
    }

    pub(crate) fn verdict(&self) -> Value {
        match (self.finish_reason, &self.text) {
            ("content_filter", _) => filter::blocked(),
            (_, Some(_)) => filter::clean(),
            // Calls and refusals are not looked at.
            (_, None) => json!({}),
        }
    }

    pub(crate) fn usage(&self) -> Value {
        usage::of_chat(self.prompt_tokens, self.completion_tokens, self.reasoning_tokens)
    }

    fn whole(&self, question: &Question<'_>) -> Value {
        let choice = |index| {
            json!({
                "index": index,
                "finish_reason": self.finish_reason,
                "logprobs": self.logprobs(),
                "message": self.message(),
                "content_filter_results": self.verdict(),
            })
        };
        json!({
            "id": ids::id("chatcmpl-", question.number()),
            "object": "chat.completion",
            "created": ids::now(),
            "model": question.model(),
            "system_fingerprint": "fp_emulator",
            "choices": (0..self.choices).map(choice).collect::<Vec<_>>(),
            "prompt_filter_results": filter::prompt(),
            "usage": self.usage(),
        })
    }

    fn message(&self) -> Value {
        let mut message = Map::from_iter([
            ("role".to_owned(), json!("assistant")),
            ("content".to_owned(), json!(self.text)),
            ("refusal".to_owned(), json!(self.refusal)),
        ]);
        if let Some(context) = &self.context {
            message.insert("context".to_owned(), context.clone());
        }
        if self.is_legacy_call {
            if let Some(ToolCall { name, arguments, .. }) = self.calls.first() {
                let call = json!({"name": name, "arguments": arguments});
                message.insert("function_call".to_owned(), call);
            }
        } else if !self.calls.is_empty() {
            let calls = self.calls.iter().map(tools::of_chat).collect();
            message.insert("tool_calls".to_owned(), calls);
        }
        message.into()
    }

    fn logprobs(&self) -> Value {
        let Some(top) = self.logprobs else { return Value::Null };
        let text = self.text.as_deref().unwrap_or_default();
        let content: Vec<_> =
            wording::pieces(text).iter().map(|token| logprob(token, top)).collect();
        json!({"content": content, "refusal": null})
    }
}

/// How likely a token was, with the next likely ones.
pub(crate) fn logprob(token: &str, top: usize) -> Value {
    let one = |rank: usize| {
        let token = if rank == 0 { token.to_owned() } else { format!("{token}{rank}") };
        json!({"token": token, "bytes": token.as_bytes(), "logprob": -0.125 - rank as f64})
    };
    let mut likely = one(0);
    likely["top_logprobs"] = (0..top).map(one).collect();
    likely
}

/// What the user's own data had to say.
fn context(prompt: &Prompt) -> Value {
    json!({
        "citations": [{
            "content": "The office opens at nine and closes at five.",
            "title": "Opening hours",
            "url": "https://example.com/hours",
            "filepath": "hours.md",
            "chunk_id": "0",
        }],
        "intent": json!([prompt.user]).to_string(),
    })
}
