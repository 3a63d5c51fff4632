//! The tools that there are.

use std::fmt;
use std::future::{Future, ready};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::ToolError;
use crate::chat::Tool;
use crate::error::Error;
use crate::schema::{self, Root, Strict};

/// Functions that the model may call, by name. Cheap to clone; make it once and run it often.
///
/// See the [module](super) for an example.
#[derive(Clone, Default)]
#[must_use = "nothing is called before a chat runs it"]
pub struct Tools {
    list: Vec<Arc<Registered>>,
    fault: Option<String>,
}

/// A tool and its function.
pub(super) struct Registered {
    pub(super) tool: Tool,
    /// From the JSON text of the arguments to what the model reads.
    pub(super) call: Box<Function>,
}

type Function = dyn Fn(&str) -> Outcome + Send + Sync;
type Outcome = BoxFuture<'static, Result<String, ToolError>>;

impl Tools {
    /// Starts with none.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a function. The strict schema of `A` tells the model its arguments, see
    /// [`schema`](crate::schema); `()` takes none. The model reads the description, so it should
    /// say when to call it.
    ///
    /// The name has letters, digits, `_` and `-`, at most 64. The model reads the result as JSON,
    /// or as it is if it is a text. It also reads what the error displays: put no secret there.
    ///
    /// What is shared by calls goes into an [`Arc`]:
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use std::sync::Arc;
    ///
    /// use openai_azure::tools::Tools;
    ///
    /// #[derive(schemars::JsonSchema, serde::Deserialize)]
    /// struct Item {
    ///     name: String,
    /// }
    ///
    /// let stock = Arc::new(HashMap::from([("pen".to_owned(), 3)]));
    /// let tools = Tools::new().tool("count", "How many of an item there are.", move |item: Item| {
    ///     let stock = Arc::clone(&stock);
    ///     async move { stock.get(&item.name).copied().ok_or("there is no such item") }
    /// });
    /// # let _ = tools;
    /// ```
    ///
    /// A name that is there already, or a type without a strict schema, is [`Error::Config`] when
    /// the tools are run.
    pub fn tool<A, R, E, F, Fut>(self, name: &str, description: &str, function: F) -> Self
    where
        A: JsonSchema + DeserializeOwned,
        R: Serialize,
        E: fmt::Display,
        F: Fn(A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, E>> + Send + 'static,
    {
        match schema::of::<A>() {
            Ok(Strict { schema, root, .. }) => {
                let tool = Tool::function(name, description, schema).strict();
                self.add(tool, root, function)
            }
            Err(error) => self.broken(format!("the tool {name:?}: {error}")),
        }
    }

    /// Adds a function whose schema is made by hand, as it is. Its arguments come as `A`, which may
    /// be a [`Value`].
    pub fn described<A, R, E, F, Fut>(self, tool: Tool, function: F) -> Self
    where
        A: DeserializeOwned,
        R: Serialize,
        E: fmt::Display,
        F: Fn(A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, E>> + Send + 'static,
    {
        self.add(tool, Root::Plain, function)
    }

    fn add<A, R, E, F, Fut>(mut self, tool: Tool, root: Root, function: F) -> Self
    where
        A: DeserializeOwned,
        R: Serialize,
        E: fmt::Display,
        F: Fn(A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, E>> + Send + 'static,
    {
        let name = &tool.function.name;
        if self.find(name).is_some() {
            let text = format!("two tools are called {name:?}");
            return self.broken(text);
        }
        let call = move |text: &str| -> Outcome {
            let text = if text.is_empty() { "{}" } else { text };
            match root.parse::<A>(text) {
                Ok(arguments) => {
                    let running = function(arguments);
                    Box::pin(async move { told(running.await) })
                }
                Err(e) => Box::pin(ready(Err(ToolError::Arguments { message: e.to_string() }))),
            }
        };
        self.list.push(Arc::new(Registered { tool, call: Box::new(call) }));
        self
    }

    fn broken(mut self, text: String) -> Self {
        self.fault.get_or_insert(text);
        self
    }

    /// The names of the tools, in the order in which they were added.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|one| one.tool.function.name.as_str())
    }

    /// What the model is told of the tools.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a tool that could not be added.
    pub(super) fn to_tools(&self) -> Result<Vec<Tool>, Error> {
        match &self.fault {
            Some(text) => Err(Error::config(text)),
            None => Ok(self.list.iter().map(|one| one.tool.clone()).collect()),
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<&Arc<Registered>> {
        self.list.iter().find(|one| one.tool.function.name == name)
    }
}

/// What the model reads of a result.
fn told<R: Serialize, E: fmt::Display>(outcome: Result<R, E>) -> Result<String, ToolError> {
    let result = outcome.map_err(|e| ToolError::Failed { message: e.to_string() })?;
    match serde_json::to_value(result) {
        Ok(Value::String(text)) => Ok(text),
        Ok(value) => Ok(value.to_string()),
        Err(e) => Err(ToolError::Result { message: e.to_string() }),
    }
}

impl fmt::Debug for Tools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{ToolError, Tools};
    use serde_json::Value;

    async fn call(tools: &Tools, name: &str, arguments: &str) -> Result<String, ToolError> {
        (tools.find(name).unwrap().call)(arguments).await
    }

    fn tools() -> Tools {
        Tools::new()
            .tool("half", "h", async |of: u32| if of > 7 { Ok(of / 2) } else { Err("too small") })
            .tool("now", "n", async |()| Ok::<_, String>("noon".to_owned()))
            .tool("bad", "b", async |()| Ok::<_, String>(HashMap::from([(vec![1], 2)])))
    }

    #[tokio::test]
    async fn a_result_is_json_or_a_text_as_it_is() {
        assert_eq!(call(&tools(), "half", r#"{"value": 8}"#).await.unwrap(), "4");
        assert_eq!(call(&tools(), "now", "{}").await.unwrap(), "noon");
        assert_eq!(call(&tools(), "now", "").await.unwrap(), "noon");
    }

    #[tokio::test]
    async fn each_fault_has_its_own_error_for_the_model() {
        let failed = call(&tools(), "half", r#"{"value": 7}"#).await.unwrap_err();
        assert_eq!(failed, ToolError::Failed { message: "too small".into() });
        let unfit = call(&tools(), "half", "{\"value\": ").await.unwrap_err();
        assert!(matches!(&unfit, ToolError::Arguments { message } if message.contains("EOF")));
        let content: Value = serde_json::from_str(&unfit.to_content()).unwrap();
        assert_eq!(content["error"]["type"], "invalid_arguments");
        let bad = call(&tools(), "bad", "{}").await.unwrap_err();
        assert!(matches!(bad, ToolError::Result { .. }));
    }

    #[test]
    fn tools_are_strict_and_have_one_name_each() {
        let list = tools().to_tools().unwrap();
        assert_eq!(list[0].function.strict, Some(true));
        let twice = tools().tool("now", "again", async |()| Ok::<_, String>(1)).to_tools();
        assert!(twice.unwrap_err().to_string().contains("two tools are called \"now\""));
        let maps = Tools::new().tool("m", "", async |_: HashMap<String, u8>| Ok::<_, String>(1));
        assert!(maps.to_tools().unwrap_err().to_string().contains("the tool \"m\": "));
    }
}
