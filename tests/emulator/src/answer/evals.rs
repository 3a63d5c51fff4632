//! Evals: items of a run are graded when the run is read.

use serde_json::{Value, json};

use super::pages::{self, Limit};
use super::store::Shelf;
use super::{Question, graders};
use crate::ids;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::locked;

/// An eval with its runs.
#[derive(Debug, Clone)]
pub(crate) struct Eval {
    object: Value,
    runs: Shelf<Run>,
}

#[derive(Debug, Clone)]
struct Run {
    object: Value,
    items: Shelf<Value>,
}

pub(crate) fn create(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let id = ids::id("eval_", question.number());
    let body = &question.body;
    let object = json!({
        "object": "eval",
        "id": id,
        "name": body["name"],
        "data_source_config": described(&body["data_source_config"]),
        "testing_criteria": body["testing_criteria"],
        "created_at": question.shared.jobs.clock.now(),
        "metadata": if body["metadata"].is_object() { body["metadata"].clone() } else { json!({}) },
    });
    let eval = Eval { object: object.clone(), runs: Shelf::default() };
    locked(&question.shared.store).evals.put(id, eval);
    Ok(Reply::status(201).json(object))
}

/// The source with the schema of an item and its sample.
fn described(config: &Value) -> Value {
    if config["type"] != "custom" {
        return config.clone();
    }
    let mut properties = json!({"item": config["item_schema"]});
    if config["include_sample_schema"] == true {
        properties["sample"] = json!({"type": "object"});
    }
    json!({"type": "custom", "schema": {"type": "object", "properties": properties}})
}

pub(crate) fn list(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let store = locked(&question.shared.store);
    pages::page(question, &store.evals, Limit::COLLECTION, |eval| Some(eval.object.clone()))
}

fn with(
    question: &Question<'_>,
    id: &str,
    act: impl FnOnce(&mut Eval) -> Result<Reply, ServiceError>,
) -> Result<Reply, ServiceError> {
    let mut store = locked(&question.shared.store);
    act(store.evals.get(id).ok_or_else(|| ServiceError::no_object("eval", id))?)
}

pub(crate) fn get(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    with(question, id, |eval| Ok(Reply::status(200).json(eval.object.clone())))
}

pub(crate) fn delete(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let removed = locked(&question.shared.store).evals.remove(id);
    removed.ok_or_else(|| ServiceError::no_object("eval", id))?;
    let object = json!({"object": "eval.deleted", "eval_id": id, "deleted": true});
    Ok(Reply::status(200).json(object))
}

/// Starts a run: each item of `file_content` is graded by each criterion.
pub(crate) fn create_run(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let run_id = ids::id("evalrun_", question.number());
    let now = question.shared.jobs.clock.now();
    let source = &question.body["data_source"];
    with(question, id, |eval| {
        let criteria = eval.object["testing_criteria"].as_array().cloned().unwrap_or_default();
        let mut items = Shelf::default();
        let (mut passed, mut total) = (0, 0_u64);
        for content in source["source"]["content"].as_array().into_iter().flatten() {
            let sample = content["sample"]["output_text"].as_str().unwrap_or_default();
            let results = criteria.iter().map(|criterion| {
                let score = graders::grade(criterion, &content["item"], sample);
                let threshold = criterion["pass_threshold"].as_f64().unwrap_or(1.0);
                json!({"name": criterion["name"], "type": criterion["type"], "score": score,
                    "passed": score >= threshold})
            });
            let results: Vec<Value> = results.collect();
            let is_good = results.iter().all(|result| result["passed"] == true);
            passed += u64::from(is_good);
            let item_id = ids::id("outputitem_", question.number().wrapping_mul(4_093) + total);
            let item = json!({
                "object": "eval.run.output_item",
                "id": item_id,
                "run_id": run_id,
                "eval_id": id,
                "created_at": now,
                "status": if is_good { "pass" } else { "fail" },
                "datasource_item_id": total,
                "datasource_item": content["item"],
                "results": results,
                "sample": {
                    "input": [], "output": [{"role": "assistant", "content": sample}],
                    "finish_reason": "stop", "model": "", "error": {"code": "", "message": ""},
                    "usage": {"total_tokens": 0, "completion_tokens": 0, "prompt_tokens": 0, "cached_tokens": 0},
                    "temperature": 1.0, "max_completion_tokens": 0, "top_p": 1.0, "seed": 0,
                },
            });
            items.put(item_id, item);
            total += 1;
        }
        let object = json!({
            "object": "eval.run",
            "id": run_id,
            "eval_id": id,
            "status": "queued",
            "model": source["model"].as_str().unwrap_or_default(),
            "name": question.body["name"].as_str().unwrap_or_default(),
            "created_at": now,
            "report_url": format!("{}/evals/{id}", question.shared.endpoint),
            "result_counts": {"total": total, "errored": 0, "failed": total - passed, "passed": passed},
            "per_model_usage": [],
            "per_testing_criteria_results": [],
            "data_source": source,
            "metadata": {},
            "error": {"code": "", "message": ""},
        });
        eval.runs.put(run_id.clone(), Run { object: object.clone(), items });
        Ok(Reply::status(201).json(object))
    })
}

pub(crate) fn list_runs(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    with(question, id, |eval| {
        pages::page(question, &eval.runs, Limit::COLLECTION, |run| Some(run.object.clone()))
    })
}

fn with_run(
    question: &Question<'_>,
    id: &str,
    run: &str,
    act: impl FnOnce(&mut Run) -> Result<Reply, ServiceError>,
) -> Result<Reply, ServiceError> {
    with(question, id, |eval| {
        act(eval.runs.get(run).ok_or_else(|| ServiceError::no_object("run", run))?)
    })
}

/// A run as it is now: each read moves it on.
pub(crate) fn get_run(question: &Question<'_>, id: &str, run: &str) -> Result<Reply, ServiceError> {
    with_run(question, id, run, |run| {
        let next = match run.object["status"].as_str() {
            Some("queued") => "in_progress",
            Some("canceled") => "canceled",
            _ => "completed",
        };
        run.object["status"] = json!(next);
        Ok(Reply::status(200).json(run.object.clone()))
    })
}

pub(crate) fn cancel_run(
    question: &Question<'_>,
    id: &str,
    run: &str,
) -> Result<Reply, ServiceError> {
    with_run(question, id, run, |run| {
        run.object["status"] = json!("canceled");
        Ok(Reply::status(200).json(run.object.clone()))
    })
}

pub(crate) fn items(question: &Question<'_>, id: &str, run: &str) -> Result<Reply, ServiceError> {
    with_run(question, id, run, |run| {
        pages::page(question, &run.items, Limit::COLLECTION, |item| Some(item.clone()))
    })
}
