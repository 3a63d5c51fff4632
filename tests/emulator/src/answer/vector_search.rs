//! Searches vector stores: the score is the share of the words of the query that a chunk has.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Question;
use super::vector_stores::with;
use crate::reply::Reply;
use crate::service_error::ServiceError;

pub(crate) fn search(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let body = &question.body;
    let queries: Vec<&str> = match &body["query"] {
        Value::String(text) => vec![text],
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if queries.is_empty() {
        return Err(ServiceError::bad_request("invalid_value", "query", "'query' is missing."));
    }
    let most = body["max_num_results"].as_u64().unwrap_or(10);
    if !(1..=50).contains(&most) {
        let message = "'max_num_results' must be 1 to 50.";
        return Err(ServiceError::bad_request("invalid_value", "max_num_results", message));
    }
    let threshold = body["ranking_options"]["score_threshold"].as_f64().unwrap_or(0.0);
    let wanted = words(&queries.join(" "));
    with(question, id, |vector_store| {
        vector_store.touch(question.shared.jobs.clock.now());
        let mut found = Vec::new();
        for (file_id, file) in vector_store.files.oldest_first() {
            let attributes = &file.object["attributes"];
            if !file.is_searchable() || !matches(&body["filters"], attributes) {
                continue;
            }
            for chunk in &file.chunks {
                let score = overlap(&wanted, &words(chunk));
                if score > 0.0 && score >= threshold {
                    let content = json!([{"type": "text", "text": chunk}]);
                    found.push((
                        score,
                        json!({
                            "file_id": file_id,
                            "filename": file.name,
                            "score": score,
                            "attributes": attributes,
                            "content": content,
                        }),
                    ));
                }
            }
        }
        found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        found.truncate(most as usize);
        let data: Vec<Value> = found.into_iter().map(|(_, result)| result).collect();
        Ok(Reply::status(200).json(json!({
            "object": "vector_store.search_results.page",
            "search_query": queries,
            "data": data,
            "has_more": false,
            "next_page": null,
        })))
    })
}

fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

fn overlap(wanted: &BTreeSet<String>, words: &BTreeSet<String>) -> f64 {
    wanted.intersection(words).count() as f64 / wanted.len().max(1) as f64
}

/// Whether attributes are as a filter asks.
fn matches(filter: &Value, attributes: &Value) -> bool {
    let members = || filter["filters"].as_array().into_iter().flatten();
    let wanted = &filter["value"];
    let found = filter["key"].as_str().map_or(&Value::Null, |key| &attributes[key]);
    let order = || {
        let number = wanted.as_f64().zip(found.as_f64());
        let text = wanted.as_str().zip(found.as_str());
        number
            .and_then(|(wanted, found)| found.partial_cmp(&wanted))
            .or_else(|| text.map(|(wanted, found)| found.cmp(wanted)))
    };
    let is_in = || wanted.as_array().is_some_and(|values| values.contains(found));
    match filter["type"].as_str() {
        Some("and") => members().all(|filter| matches(filter, attributes)),
        Some("or") => members().any(|filter| matches(filter, attributes)),
        Some("eq") => same(wanted, found),
        Some("ne") => !same(wanted, found),
        Some("gt") => order().is_some_and(|order| order.is_gt()),
        Some("gte") => order().is_some_and(|order| order.is_ge()),
        Some("lt") => order().is_some_and(|order| order.is_lt()),
        Some("lte") => order().is_some_and(|order| order.is_le()),
        Some("in") => is_in(),
        Some("nin") => !is_in(),
        _ => true,
    }
}

fn same(a: &Value, b: &Value) -> bool {
    a == b || a.as_f64().zip(b.as_f64()).is_some_and(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn filters_compare_and_combine() {
        let attributes = json!({"year": 2024, "lang": "en"});
        let eq = json!({"type": "eq", "key": "lang", "value": "en"});
        let newer = json!({"type": "gte", "key": "year", "value": 2024.0});
        let older = json!({"type": "lt", "key": "year", "value": 2024});
        for (filter, expected) in [
            (json!({"type": "and", "filters": [eq, newer]}), true),
            (json!({"type": "and", "filters": [eq, older]}), false),
            (json!({"type": "or", "filters": [eq, older]}), true),
            (json!({"type": "in", "key": "lang", "value": ["de", "en"]}), true),
            (json!({"type": "nin", "key": "lang", "value": ["de", "en"]}), false),
            (json!(null), true),
        ] {
            assert_eq!(super::matches(&filter, &attributes), expected, "{filter}");
        }
    }
}
