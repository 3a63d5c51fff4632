//! Graders: checks of texts and similarity by shared words.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Question;
use crate::reply::Reply;
use crate::service_error::ServiceError;

pub(crate) fn validate(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let grader = &question.body["grader"];
    known(grader)?;
    Ok(Reply::status(200).json(json!({"grader": grader})))
}

pub(crate) fn run(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let body = &question.body;
    known(&body["grader"])?;
    let sample = body["model_sample"].as_str().unwrap_or_default();
    let reward = grade(&body["grader"], &body["item"], sample);
    let errors = json!({
        "formula_parse_error": false, "sample_parse_error": false, "truncated_observation_error": false,
        "unresponsive_reward_error": false, "invalid_variable_error": false, "other_error": false,
        "python_grader_server_error": false, "python_grader_server_error_type": null,
        "python_grader_runtime_error": false, "python_grader_runtime_error_details": null,
        "model_grader_server_error": false, "model_grader_refusal_error": false,
        "model_grader_parse_error": false, "model_grader_server_error_details": null,
    });
    Ok(Reply::status(200).json(json!({
        "reward": reward,
        "metadata": {
            "name": body["grader"]["name"],
            "type": body["grader"]["type"],
            "errors": errors,
            "execution_time": 0.001,
            "scores": {},
            "token_usage": null,
            "sampled_model_name": null,
        },
        "sub_rewards": {},
        "model_grader_token_usage_per_model": {},
    })))
}

fn known(grader: &Value) -> Result<(), ServiceError> {
    match grader["type"].as_str() {
        Some("string_check" | "text_similarity" | "python" | "score_model" | "multi") => Ok(()),
        _ => Err(ServiceError::bad_request("invalid_value", "grader", "The type is unknown.")),
    }
}

/// A grade from 0 to 1.
pub(crate) fn grade(grader: &Value, item: &Value, sample: &str) -> f64 {
    let text = |name: &str| fill(grader[name].as_str().unwrap_or_default(), item, sample);
    let (input, reference) = (text("input"), text("reference"));
    match grader["type"].as_str() {
        Some("string_check") => {
            let (low, low_reference) = (input.to_lowercase(), reference.to_lowercase());
            let is_good = match grader["operation"].as_str() {
                Some("ne") => input != reference,
                Some("like") => input.contains(&reference),
                Some("ilike") => low.contains(&low_reference),
                _ => input == reference,
            };
            f64::from(u8::from(is_good))
        }
        Some("text_similarity") => {
            let words = |text: &str| -> BTreeSet<String> {
                text.split_whitespace().map(str::to_lowercase).collect()
            };
            let (a, b) = (words(&input), words(&reference));
            let all = a.union(&b).count().max(1);
            a.intersection(&b).count() as f64 / all as f64
        }
        _ => 1.0,
    }
}

/// Puts the item and the sample into a template.
fn fill(template: &str, item: &Value, sample: &str) -> String {
    let mut text = template
        .replace("{{sample.output_text}}", sample)
        .replace("{{ sample.output_text }}", sample);
    for (name, value) in item.as_object().into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        for pattern in [format!("{{{{item.{name}}}}}"), format!("{{{{ item.{name} }}}}")] {
            text = text.replace(&pattern, &value);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn templates_are_filled_before_texts_are_compared() {
        let item = json!({"label": "Oslo", "sample": {"output_text": "x"}});
        let grader = json!({"type": "string_check", "operation": "eq",
            "input": "{{sample.output_text}}", "reference": "{{item.label}}"});
        assert_eq!(super::grade(&grader, &item, "Oslo"), 1.0);
        assert_eq!(super::grade(&grader, &item, "Rome"), 0.0);
        let similar = json!({"type": "text_similarity",
            "input": "{{ sample.output_text }}", "reference": "in {{ item.label }}"});
        assert_eq!(super::grade(&similar, &item, "oslo"), 0.5);
    }
}
