//! Images: always the same grey dot.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Question, filter};
use crate::ids;
use crate::reply::Reply;
use crate::service_error::ServiceError;

/// A PNG of one pixel.
const DOT: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd8\
    1ytgAAAABJRU5ErkJggg==";

pub(crate) fn answer(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let prompt = question.text("prompt").unwrap_or_default();
    if prompt.contains("[filter]") {
        return Err(ServiceError::content_filter());
    }
    let count = question.text("n").and_then(|n| n.parse().ok());
    let count = count.or_else(|| question.body["n"].as_u64()).unwrap_or(1).clamp(1, 10);
    let is_base64 = question.text("response_format").as_deref() == Some("b64_json")
        || question.model().starts_with("gpt-image");
    let image = |index| {
        let mut image = json!({
            "revised_prompt": format!("{prompt}, as a grey dot"),
            "content_filter_results": filter::clean(),
            "prompt_filter_results": prompt_filter(),
        });
        if is_base64 {
            image["b64_json"] = json!(DOT);
        } else {
            let name = ids::id("img-", question.number().wrapping_mul(16) + index);
            image["url"] = json!(format!("{}/images/{name}.png", question.shared.endpoint));
        }
        image
    };
    let data: Vec<Value> = (0..count).map(image).collect();
    Ok(Reply::status(200).json(json!({"created": ids::now(), "data": data})))
}

/// The picture behind a URL that was given out; it needs no credential.
pub(crate) fn download() -> Reply {
    let png = STANDARD.decode(DOT).unwrap_or_default();
    Reply::status(200).header("content-type", "image/png").body(png)
}

/// An image's prompt is looked at for profanity too.
fn prompt_filter() -> Value {
    let mut verdict = filter::clean();
    verdict["profanity"] = json!({"filtered": false, "detected": false});
    verdict
}
