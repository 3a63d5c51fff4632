//! Runs the lines of a batch as requests of their own.

use bytes::Bytes;
use hyper::Request;
use serde_json::{Value, json};

use super::Question;
use super::batch_input::{InputError, Line};
use crate::check::{self, Call};
use crate::ids;
use crate::job_fault::Step;
use crate::journal::Recorded;
use crate::route::Route;
use crate::service_error::ServiceError;

/// Batches of at most so many lines have each line checked against the document.
const CHECKED: usize = 1_000;

/// The lines of a batch, those that have run, and what came of them.
#[derive(Debug)]
pub(crate) struct Lines {
    seed: u64,
    lines: Vec<Line>,
    done: usize,
    output: Vec<Bytes>,
    errors: Vec<Bytes>,
    failed: usize,
    refused: Vec<InputError>,
}

impl Lines {
    pub(crate) fn new(seed: u64, lines: Vec<Line>) -> Self {
        let (output, errors) = (Vec::new(), Vec::new());
        Self { seed, lines, done: 0, output, errors, failed: 0, refused: Vec::new() }
    }

    /// Input that does not run.
    pub(crate) fn refused(errors: Vec<InputError>) -> Self {
        Self { refused: errors, ..Self::new(0, Vec::new()) }
    }

    /// A batch that fails for another reason than a line.
    pub(crate) fn failed(code: &str, message: &str) -> Self {
        let (code, message) = (code.to_owned(), message.to_owned());
        Self::refused(vec![InputError { code, message, line: None }])
    }

    pub(crate) fn errors(&self) -> Vec<InputError> {
        self.refused.clone()
    }

    pub(crate) fn total(&self) -> usize {
        self.lines.len()
    }

    pub(crate) fn done(&self) -> usize {
        self.done
    }

    pub(crate) fn counts(&self) -> Value {
        let completed = self.done - self.failed;
        json!({"total": self.lines.len(), "completed": completed, "failed": self.failed})
    }

    /// The files of results and of errors.
    pub(crate) fn into_files(self) -> (Vec<Bytes>, Vec<Bytes>) {
        (self.output, self.errors)
    }

    /// Runs lines until so many are done. Results come in no order: the last of them first.
    pub(crate) fn run_to(&mut self, question: &Question<'_>, wanted: usize) {
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        for at in (self.done..wanted.min(self.lines.len())).rev() {
            let (is_good, result) = self.run(question, at);
            if !is_good {
                self.failed += 1;
            }
            let file = if is_good { &mut output } else { &mut errors };
            file.extend_from_slice(result.to_string().as_bytes());
            file.push(b'\n');
        }
        self.done = self.done.max(wanted.min(self.lines.len()));
        self.output.extend((!output.is_empty()).then(|| output.into()));
        self.errors.extend((!errors.is_empty()).then(|| errors.into()));
    }

    /// Ends the lines that have not run with the error of an expired batch.
    pub(crate) fn expire(&mut self) {
        let mut errors = Vec::new();
        for line in &self.lines[self.done..] {
            let error = json!({
                "code": "batch_expired",
                "message": "This request could not be executed before the completion window expired.",
            });
            let line = json!({"custom_id": line.custom_id, "response": null, "error": error});
            errors.extend_from_slice(line.to_string().as_bytes());
            errors.push(b'\n');
            self.failed += 1;
        }
        self.done = self.lines.len();
        self.errors.push(errors.into());
    }

    /// The result of a line and whether it is a good one.
    fn run(&self, question: &Question<'_>, at: usize) -> (bool, Value) {
        let line = &self.lines[at];
        // Apart from the numbers of real requests, and different for each line of a batch.
        let number = ids::mix(self.seed ^ (at as u64) << 32) >> 8;
        question.shared.jobs.ran(&line.custom_id);
        let (status, body) = match question.shared.jobs.fault(Step::BatchLine, &line.custom_id) {
            Some(fault) => {
                let error = json!({"code": fault.code, "message": fault.message});
                (fault.status, json!({"error": error}))
            }
            None => self.respond(question, number, &line.bytes),
        };
        let result = json!({
            "id": ids::id("batch_req_", number),
            "custom_id": line.custom_id,
            "response": {"status_code": status, "request_id": ids::uuid(number, 5), "body": body},
            "error": null,
        });
        (status == 200, result)
    }

    fn respond(&self, question: &Question<'_>, number: u64, line: &[u8]) -> (u16, Value) {
        let line: Value = serde_json::from_slice(line).unwrap_or_default();
        let url = line["url"].as_str().unwrap_or_default();
        let path = format!("/openai/v1/{}", url.trim_start_matches("/v1").trim_start_matches('/'));
        let request = Request::post(path)
            .header("content-type", "application/json")
            .header("api-key", &question.shared.settings.api_key)
            .body(());
        let Ok((head, ())) = request.map(Request::into_parts) else {
            return refusal(&ServiceError::no_resource());
        };
        if line["body"]["stream"] == true {
            let message = "A batch does not stream.";
            return refusal(&ServiceError::bad_request("invalid_value", "stream", message));
        }
        let body = Bytes::from(line["body"].to_string());
        let recorded = Recorded::new(number, question.request.connection, &head, body);
        let call = if self.lines.len() <= CHECKED {
            check::check(question.shared, &recorded)
        } else {
            Route::parse(&recorded.path).ok_or_else(ServiceError::no_resource).map(|route| {
                let deployment = line["body"]["model"].as_str().map(str::to_owned);
                Call { route, deployment, body: line["body"].clone(), document: None, output: None }
            })
        };
        let reply = match call {
            Ok(call) => super::answer(question.shared, &recorded, call),
            Err(error) => return refusal(&error),
        };
        (reply.status, serde_json::from_slice(&reply.pieces.concat()).unwrap_or_default())
    }
}

fn refusal(error: &ServiceError) -> (u16, Value) {
    let reply = error.reply();
    (reply.status, serde_json::from_slice(&reply.pieces.concat()).unwrap_or_default())
}
