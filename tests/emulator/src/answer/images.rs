//! Images: generated and edited, at once or as a stream with partial images.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Question, filter, usage};
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::{ids, png};

/// The most images that one edit takes.
const MOST_IMAGES: usize = 16;

/// The tokens of one image, in and out.
const IMAGE_TOKENS: usize = 272;

/// The image that has a URL.
const SAME: u64 = 0;

pub(crate) fn generations(question: &Question<'_>) -> Result<Reply, ServiceError> {
    images(question, "image_generation", 0)
}

/// The input is a form with `image` or several `image[]`, and perhaps a `mask`.
pub(crate) fn edits(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let parts = &question.request.parts;
    let files = || parts.iter().filter(|part| part.file_name.is_some());
    let given: Vec<_> =
        files().filter(|part| part.name == "image" || part.name == "image[]").collect();
    let refused = |param: &str, message: &str| {
        Err(ServiceError::bad_request("invalid_value", param, message))
    };
    // The form in JSON refers to images instead.
    let referred = question.body["images"].as_array().map_or(0, Vec::len);
    let count = given.len() + referred;
    if count == 0 {
        return refused("image", "'image' is missing: an edit needs 1 to 16 images.");
    }
    if count > MOST_IMAGES {
        return refused("image", "An edit takes at most 16 images.");
    }
    for part in given {
        if !is_image(&part.body) {
            return Err(ServiceError::bad_request(
                "invalid_image_file",
                "image",
                "The image is neither PNG, JPEG nor WebP.",
            ));
        }
    }
    if let Some(mask) = files().find(|part| part.name == "mask")
        && !mask.body.starts_with(b"\x89PNG")
    {
        return refused("mask", "The mask has to be a PNG with an alpha channel.");
    }
    images(question, "image_edit", count)
}

/// Whether bytes begin as an image does; a test may send as little as that.
fn is_image(bytes: &[u8]) -> bool {
    [&b"\x89PNG"[..], b"\xff\xd8\xff", b"RIFF"].iter().any(|magic| bytes.starts_with(magic))
}

/// One request as it was read.
struct Order<'a> {
    question: &'a Question<'a>,
    /// The first half of the names of its events.
    kind: &'static str,
    prompt: String,
    count: u64,
    input_images: usize,
    is_gpt: bool,
}

fn images(
    question: &Question<'_>,
    kind: &'static str,
    input_images: usize,
) -> Result<Reply, ServiceError> {
    let prompt = question.text("prompt").unwrap_or_default();
    if prompt.contains("[filter]") {
        return Err(ServiceError::content_filter());
    }
    let is_gpt = !question.model().starts_with("dall-e");
    if question.model().starts_with("gpt-image") && question.text("response_format").is_some() {
        return Err(ServiceError::unknown_parameter("response_format"));
    }
    let count = number(question, "n").unwrap_or(1).clamp(1, 10);
    let order = Order { question, kind, prompt, count, input_images, is_gpt };
    if question.is_set("stream") { Ok(order.stream()) } else { Ok(order.whole()) }
}

impl Order<'_> {
    fn whole(&self) -> Reply {
        let is_base64 = self.question.model().starts_with("gpt-image")
            || self.question.text("response_format").as_deref() == Some("b64_json");
        let image = |index| {
            let mut image = json!({
                "content_filter_results": filter::clean(),
                "prompt_filter_results": prompt_filter(),
            });
            if !self.question.model().starts_with("gpt-image") {
                image["revised_prompt"] = json!(format!("{}, as a grey dot", self.prompt));
            }
            if is_base64 {
                image["b64_json"] = json!(self.base64(index, 0));
            } else {
                let name = ids::id("img-", self.question.number().wrapping_mul(16) + index);
                image["url"] =
                    json!(format!("{}/images/{name}.png", self.question.shared.endpoint));
            }
            image
        };
        let data: Vec<Value> = (0..self.count).map(image).collect();
        let mut body = json!({"created": ids::now(), "data": data});
        if self.is_gpt && is_base64 {
            for (name, value) in self.settings() {
                body[name] = value;
            }
            body["usage"] = self.usage();
        }
        Reply::status(200).json(body)
    }

    /// Partial images, then the whole one; named events without `[DONE]`.
    fn stream(&self) -> Reply {
        let partial = number(self.question, "partial_images").unwrap_or(0).min(3);
        let mut events = Vec::new();
        for index in 0..self.count {
            for at in 0..partial {
                let mut event = self.event("partial_image", self.base64(index, at + 1));
                event["partial_image_index"] = json!(at);
                events.push(event);
            }
            let mut event = self.event("completed", self.base64(index, 0));
            event["usage"] = self.usage();
            events.push(event);
        }
        if self.prompt.contains("[error]") {
            events.truncate(events.len() - 1);
            events.push(json!({"type": "error", "error": {
                "type": "image_generation_server_error",
                "code": "server_error",
                "message": "The model stopped before the image was complete.",
                "param": null,
            }}));
        }
        Reply::status(200).named_events(events)
    }

    fn event(&self, name: &str, image: String) -> Value {
        let mut event = json!({
            "type": format!("{}.{name}", self.kind),
            "b64_json": image,
            "created_at": ids::now(),
        });
        for (name, value) in self.settings() {
            event[name] = value;
        }
        event
    }

    fn settings(&self) -> [(&'static str, Value); 4] {
        let chosen = |name: &str, auto: &str| match self.question.text(name) {
            Some(value) if value != "auto" => json!(value),
            _ => json!(auto),
        };
        [
            ("background", chosen("background", "opaque")),
            ("output_format", chosen("output_format", "png")),
            ("quality", chosen("quality", "high")),
            ("size", chosen("size", "1024x1024")),
        ]
    }

    fn usage(&self) -> Value {
        let text = usage::tokens(&self.prompt);
        let image = self.input_images * IMAGE_TOKENS;
        let output = usize::try_from(self.count).unwrap_or(1) * IMAGE_TOKENS;
        json!({
            "input_tokens": text + image,
            "input_tokens_details": {"text_tokens": text, "image_tokens": image},
            "output_tokens": output,
            "output_tokens_details": {"text_tokens": 0, "image_tokens": output},
            "total_tokens": text + image + output,
        })
    }

    fn base64(&self, index: u64, step: u64) -> String {
        STANDARD.encode(png::square(self.seed(index, step)))
    }

    /// Older models always return the same image, by URL too.
    fn seed(&self, index: u64, step: u64) -> u64 {
        if !self.is_gpt {
            return SAME;
        }
        self.question.number().wrapping_mul(64) + index * 4 + step
    }
}

/// A number of the form or of the JSON body.
fn number(question: &Question<'_>, name: &str) -> Option<u64> {
    let in_form = question.request.part(name).and_then(|part| part.text().parse().ok());
    in_form.or_else(|| question.body[name].as_u64())
}

/// The image behind a URL of a response; it needs no credential.
pub(crate) fn download() -> Reply {
    Reply::status(200).header("content-type", "image/png").body(png::square(SAME))
}

/// An image's prompt is looked at for profanity too.
fn prompt_filter() -> Value {
    let mut verdict = filter::clean();
    verdict["jailbreak"] = json!({"filtered": false, "detected": false});
    verdict["profanity"] = json!({"filtered": false, "detected": false});
    verdict
}
