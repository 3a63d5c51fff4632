//! Tools that the service runs itself: search, code, images, and servers that speak MCP.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use super::super::prompt::Prompt;
use super::super::{Question, containers};
use super::output::{Annotated, includes};
use crate::service_error::ServiceError;
use crate::shared::locked;
use crate::{ids, png};

/// The file that code writes.
const FILE: (&str, &str) = ("squares.csv", "n,square\n1,1\n2,4\n3,9\n");

/// The tool of every server that speaks MCP.
const MCP_TOOL: &str = "look_up";

/// The calls of hosted tools, and the message that they lead to.
#[derive(Debug)]
pub(super) struct Hosted {
    pub(super) items: Vec<Value>,
    /// The text of the message, if it has to cite something.
    pub(super) annotated: Option<Annotated>,
    /// Whether the client has to approve something first.
    pub(super) waits: bool,
}

/// The tools that may be used at all.
pub(super) fn allowed<'a>(tools: &'a Value, choice: &Value) -> Vec<&'a Value> {
    let all = tools.as_array().into_iter().flatten();
    let Some(names) = choice["tools"].as_array().filter(|_| choice["type"] == "allowed_tools")
    else {
        return all.collect();
    };
    let is_allowed = |tool: &&Value| {
        names.iter().any(|one| {
            let same = |field: &str| one[field].is_null() || one[field] == tool[field];
            same("type") && same("name") && same("server_label")
        })
    };
    all.filter(is_allowed).collect()
}

/// The tools other than functions that the choice or the user asks for.
pub(super) fn asked<'a>(body: &'a Value, prompt: &Prompt) -> Vec<&'a Value> {
    let choice = &body["tool_choice"];
    let tools = allowed(&body["tools"], choice);
    let others: Vec<_> = tools.into_iter().filter(|tool| tool["type"] != "function").collect();
    if choice == "none" {
        return Vec::new();
    }
    if choice.is_object() && choice["type"] != "allowed_tools" {
        let is_chosen = |tool: &&&Value| {
            let same = |field: &str| choice[field].is_null() || choice[field] == tool[field];
            same("type") && (same("name") || tool["type"] == "mcp") && same("server_label")
        };
        return others.iter().filter(is_chosen).copied().collect();
    }
    // Their results are there already.
    if !prompt.tool_outputs.is_empty() {
        return Vec::new();
    }
    let text = prompt.user.to_lowercase();
    let is_named = |tool: &&&Value| {
        let kind = tool["type"].as_str().unwrap_or_default();
        let kind = kind.trim_end_matches("_preview");
        let own = ["name", "server_label"].iter().filter_map(|field| tool[*field].as_str());
        own.chain([kind]).any(|name| {
            let name = name.to_lowercase();
            text.contains(&name) || text.contains(&name.replace('_', " "))
        })
    };
    let named: Vec<_> = others.iter().filter(is_named).copied().collect();
    let is_required = choice == "required" || choice["mode"] == "required";
    if named.is_empty() && is_required { others.into_iter().take(1).collect() } else { named }
}

/// Runs what is asked for.
pub(super) fn items(
    question: &Question<'_>,
    prompt: &Prompt,
    input: &[Value],
) -> Result<Hosted, ServiceError> {
    let mut hosted = Hosted::nothing();
    for item in input.iter().filter(|item| item["type"] == "mcp_approval_response") {
        hosted.approved(question, item, input)?;
    }
    for (at, tool) in (0..).zip(asked(&question.body, prompt)) {
        let seed = question.number().wrapping_mul(1019) + at;
        match tool["type"].as_str().unwrap_or_default() {
            kind if kind.starts_with("web_search") => hosted.web_search(question, prompt, seed),
            "file_search" => hosted.file_search(question, prompt, tool, seed),
            "code_interpreter" => hosted.code(question, tool, seed)?,
            "image_generation" => hosted.image(tool, prompt, seed),
            "mcp" => hosted.mcp(tool, prompt, seed),
            _ => {}
        }
    }
    Ok(hosted)
}

impl Hosted {
    fn web_search(&mut self, question: &Question<'_>, prompt: &Prompt, seed: u64) {
        let mut action = json!({"type": "search", "query": prompt.user.trim()});
        if includes(question, "web_search_call.action.sources") {
            action["sources"] = json!([{"type": "url", "url": "https://example.com/news"}]);
        }
        self.items.push(json!({
            "id": ids::id("ws_", seed),
            "type": "web_search_call",
            "status": "completed",
            "action": action,
        }));
        self.cite("The news are good", |start, end| {
            json!({
                "type": "url_citation",
                "url": "https://example.com/news",
                "title": "News of the day",
                "start_index": start,
                "end_index": end,
            })
        });
    }

    fn file_search(&mut self, question: &Question<'_>, prompt: &Prompt, tool: &Value, seed: u64) {
        let file_id = ids::id("file-", seed);
        let result = json!([{
            "file_id": file_id,
            "filename": "hours.md",
            "score": 0.75,
            "attributes": {},
            "text": "The office opens at nine and closes at five.",
            "vector_store_id": tool["vector_store_ids"][0],
        }]);
        let is_wanted = includes(question, "file_search_call.results");
        self.items.push(json!({
            "id": ids::id("fs_", seed),
            "type": "file_search_call",
            "status": "completed",
            "queries": [prompt.user.trim()],
            "results": if is_wanted { result } else { Value::Null },
        }));
        self.cite("The office opens at nine", |_, end| {
            json!({
                "type": "file_citation",
                "file_id": file_id,
                "filename": "hours.md",
                "index": end,
            })
        });
    }

    fn code(
        &mut self,
        question: &Question<'_>,
        tool: &Value,
        seed: u64,
    ) -> Result<(), ServiceError> {
        let (name, content) = FILE;
        let content = Bytes::from_static(content.as_bytes());
        let container = tool["container"].as_str();
        let (container, file_id) = containers::write(question, container, name, content, seed)?;
        let outputs = if includes(question, "code_interpreter_call.outputs") {
            json!([{"type": "logs", "logs": "wrote 3 lines\n"}])
        } else {
            Value::Null
        };
        self.items.push(json!({
            "id": ids::id("ci_", seed),
            "type": "code_interpreter_call",
            "status": "completed",
            "container_id": container,
            "code": format!(
                "with open('/mnt/data/{name}', 'w') as f:\n    f.write('n,square\\n')\n    \
                 for n in range(1, 4):\n        f.write(f'{{n}},{{n * n}}\\n')"
            ),
            "outputs": outputs,
        }));
        self.cite("The squares are in squares.csv", |start, end| {
            json!({
                "type": "container_file_citation",
                "container_id": container,
                "file_id": file_id,
                "filename": name,
                "start_index": start,
                "end_index": end,
            })
        });
        Ok(())
    }

    fn image(&mut self, tool: &Value, prompt: &Prompt, seed: u64) {
        let or = |name: &str, usual: &str| match tool[name].as_str() {
            Some(value) if value != "auto" => json!(value),
            _ => json!(usual),
        };
        self.items.push(json!({
            "id": ids::id("ig_", seed),
            "type": "image_generation_call",
            "status": "completed",
            "background": or("background", "opaque"),
            "output_format": or("output_format", "png"),
            "quality": or("quality", "high"),
            "size": or("size", "1024x1024"),
            "revised_prompt": prompt.user.trim(),
            "result": STANDARD.encode(png::square(seed)),
        }));
        self.cite_nothing("Here is the image.");
    }

    /// The tools of the server first; then a request for approval, or the call.
    fn mcp(&mut self, tool: &Value, prompt: &Prompt, seed: u64) {
        let label = &tool["server_label"];
        self.items.push(json!({
            "id": ids::id("mcpl_", seed),
            "type": "mcp_list_tools",
            "server_label": label,
            "tools": [{
                "name": MCP_TOOL,
                "description": "Looks something up.",
                "input_schema": {
                    "type": "object",
                    "properties": {"query": {"type": "string"}},
                    "required": ["query"],
                    "additionalProperties": false,
                },
                "annotations": null,
            }],
            "error": null,
        }));
        let approval = &tool["require_approval"];
        let never = approval == "never"
            || approval["never"]["tool_names"]
                .as_array()
                .is_some_and(|names| names.iter().any(|name| name == MCP_TOOL));
        let arguments = json!({"query": prompt.user.trim()}).to_string();
        if never {
            self.call(label, MCP_TOOL, &arguments, None, seed);
        } else {
            self.items.push(json!({
                "id": ids::id("mcpr_", seed),
                "type": "mcp_approval_request",
                "server_label": label,
                "name": MCP_TOOL,
                "arguments": arguments,
            }));
            self.waits = true;
        }
    }

    /// Runs a call that was approved; the request stands in the input or is stored.
    fn approved(
        &mut self,
        question: &Question<'_>,
        approval: &Value,
        input: &[Value],
    ) -> Result<(), ServiceError> {
        let id = approval["approval_request_id"].as_str().unwrap_or_default();
        let memory = locked(&question.shared.memory);
        let is_request = |item: &&Value| item["id"] == id && item["type"] == "mcp_approval_request";
        let request = input.iter().find(is_request).or_else(|| memory.item(id));
        let request = request.ok_or_else(|| ServiceError::no_item(id))?;
        let text = |name: &str| request[name].as_str().unwrap_or_default();
        let (name, arguments) = (text("name"), text("arguments"));
        if approval["approve"] == true {
            let seed = question.number().wrapping_mul(1021);
            self.call(&request["server_label"], name, arguments, Some(id), seed);
        } else {
            self.cite_nothing("Without the approval I cannot look that up.");
        }
        Ok(())
    }

    fn call(
        &mut self,
        label: &Value,
        name: &str,
        arguments: &str,
        approval: Option<&str>,
        seed: u64,
    ) {
        let output = "It was found on the second page.";
        self.items.push(json!({
            "id": ids::id("mcp_", seed),
            "type": "mcp_call",
            "status": "completed",
            "server_label": label,
            "name": name,
            "arguments": arguments,
            "output": output,
            "error": null,
            "approval_request_id": approval,
        }));
        self.cite_nothing(&format!("The server says: {output}"));
    }

    fn cite_nothing(&mut self, text: &str) {
        let annotated = self
            .annotated
            .get_or_insert_with(|| Annotated { text: String::new(), annotations: vec![] });
        if !annotated.text.is_empty() {
            annotated.text.push(' ');
        }
        annotated.text.push_str(text);
    }

    /// A sentence that cites its source: the place of a citation counts characters.
    fn cite(&mut self, text: &str, citation: impl Fn(usize, usize) -> Value) {
        let before = self.annotated.as_ref().map_or(0, |own| own.text.chars().count() + 1);
        let end = before + text.chars().count();
        self.cite_nothing(&format!("{text}."));
        if let Some(annotated) = &mut self.annotated {
            annotated.annotations.push(citation(before, end));
        }
    }
}
