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
use super::invocation::InvocationKind;
use crate::chat::Function;
use crate::error::Error;
use crate::responses::CustomTool;
use crate::schema::{self, Root, Strict};

/// Tools that the model may call, by name. Cheap to clone; create it once and run it often.
///
/// See the [module](super) for an example.
#[derive(Clone, Default)]
#[must_use = "nothing is called before a request runs it"]
pub struct Tools {
    list: Vec<Arc<Registered>>,
    fault: Option<String>,
}

/// A tool and its function.
pub(super) struct Registered {
    description: Description,
    /// From the arguments to what the model reads.
    pub(super) call: Box<Call>,
}

/// What the model reads of a tool.
enum Description {
    Function(Function),
    Custom(CustomTool),
}

type Call = dyn Fn(&str) -> Outcome + Send + Sync;
type Outcome = BoxFuture<'static, Result<String, ToolError>>;

impl Tools {
    /// Starts with none.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a function. The model knows its arguments by the strict schema of `A`, see
    /// [`schema`](crate::schema); `()` takes none. The model reads the description, so it should
    /// say when to call it.
    ///
    /// The name has letters, digits, `_` and `-`, at most 64 characters. The model reads the result
    /// as JSON, or as it is if it is text. It also reads what the error displays: put no secret
    /// there.
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
    pub fn tool<A, R, E, F, Fut>(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        function: F,
    ) -> Self
    where
        A: JsonSchema + DeserializeOwned,
        R: Serialize,
        E: fmt::Display,
        F: Fn(A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, E>> + Send + 'static,
    {
        let name = name.into();
        match schema::of::<A>() {
            Ok(Strict { schema, root, .. }) => {
                let mut described = Function::new(name, description, schema);
                described.strict = Some(true);
                self.add_function(described, root, function)
            }
            Err(error) => self.broken(format!("the tool {name:?}: {error}")),
        }
    }

    /// Adds a function whose schema is made by hand, as it is: a [`Tool`](crate::chat::Tool) or
    /// [`Function`] of a chat, or a [`FunctionTool`](crate::responses::FunctionTool). Its arguments
    /// come as `A`, which may be a [`Value`].
    pub fn described<A, R, E, F, Fut>(self, tool: impl Into<Function>, function: F) -> Self
    where
        A: DeserializeOwned,
        R: Serialize,
        E: fmt::Display,
        F: Fn(A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, E>> + Send + 'static,
    {
        self.add_function(tool.into(), Root::Plain, function)
    }

    /// Adds a custom tool, which takes text; of the Responses API alone.
    ///
    /// ```
    /// use openai_azure::responses::ResponseTool;
    /// use openai_azure::tools::Tools;
    ///
    /// let sql = ResponseTool::custom("sql").description("Runs a query on the database.");
    /// let tools = Tools::new().custom_tool(sql, |query: String| async move {
    ///     if query.starts_with("SELECT") { Ok("3 rows") } else { Err("only SELECT is allowed") }
    /// });
    /// # let _ = tools;
    /// ```
    pub fn custom_tool<R, E, F, Fut>(self, tool: impl Into<CustomTool>, function: F) -> Self
    where
        R: Serialize,
        E: fmt::Display,
        F: Fn(String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, E>> + Send + 'static,
    {
        let call = move |text: &str| -> Outcome {
            let running = function(text.to_owned());
            Box::pin(async move { content(running.await) })
        };
        self.add(Description::Custom(tool.into()), Box::new(call))
    }

    fn add_function<A, R, E, F, Fut>(self, described: Function, root: Root, function: F) -> Self
    where
        A: DeserializeOwned,
        R: Serialize,
        E: fmt::Display,
        F: Fn(A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, E>> + Send + 'static,
    {
        let call = move |text: &str| -> Outcome {
            // Only calls of complete responses are made, so nothing is missing here.
            let text = if text.is_empty() { "{}" } else { text };
            match root.parse::<A>(text) {
                Ok(arguments) => {
                    let running = function(arguments);
                    Box::pin(async move { content(running.await) })
                }
                Err(e) => Box::pin(ready(Err(ToolError::Arguments { message: e.to_string() }))),
            }
        };
        self.add(Description::Function(described), Box::new(call))
    }

    fn add(mut self, description: Description, call: Box<Call>) -> Self {
        let name = description.name();
        if self.names().any(|known| known == name) {
            let text = format!("two tools are called {name:?}");
            return self.broken(text);
        }
        self.list.push(Arc::new(Registered { description, call }));
        self
    }

    fn broken(mut self, text: String) -> Self {
        self.fault.get_or_insert(text);
        self
    }

    /// The names of the tools, in the order in which they were added.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|one| one.description.name())
    }

    /// The functions.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a tool that could not be added.
    pub(super) fn functions(&self) -> Result<impl Iterator<Item = &Function>, Error> {
        self.check()?;
        Ok(self.list.iter().filter_map(|one| match &one.description {
            Description::Function(function) => Some(function),
            Description::Custom(_) => None,
        }))
    }

    /// The custom tools.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a tool that could not be added.
    pub(super) fn custom(&self) -> Result<Vec<&CustomTool>, Error> {
        self.check()?;
        let custom = self.list.iter().filter_map(|one| match &one.description {
            Description::Custom(tool) => Some(tool),
            Description::Function(_) => None,
        });
        Ok(custom.collect())
    }

    fn check(&self) -> Result<(), Error> {
        self.fault.as_ref().map_or(Ok(()), |text| Err(Error::config(text)))
    }

    pub(super) fn find(&self, name: &str, kind: &InvocationKind) -> Option<&Arc<Registered>> {
        self.list.iter().find(|one| match (&one.description, kind) {
            (Description::Function(function), InvocationKind::Function) => function.name == name,
            (Description::Custom(tool), InvocationKind::Custom) => tool.name == name,
            _ => false,
        })
    }
}

impl Description {
    fn name(&self) -> &str {
        match self {
            Self::Function(function) => &function.name,
            Self::Custom(tool) => &tool.name,
        }
    }
}

/// What the model reads of a result.
fn content<R: Serialize, E: fmt::Display>(outcome: Result<R, E>) -> Result<String, ToolError> {
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

    use super::{InvocationKind, ToolError, Tools};
    use crate::responses::ResponseTool;
    use serde_json::Value;

    async fn call(tools: &Tools, name: &str, arguments: &str) -> Result<String, ToolError> {
        (tools.find(name, &InvocationKind::Function).unwrap().call)(arguments).await
    }

    fn tools() -> Tools {
        Tools::new()
            .tool("half", "h", async |of: u32| if of > 7 { Ok(of / 2) } else { Err("too small") })
            .tool("now", "n", async |()| Ok::<_, String>("noon".to_owned()))
            .tool("bad", "b", async |()| Ok::<_, String>(HashMap::from([(vec![1], 2)])))
    }

    fn fault(tools: &Tools) -> String {
        tools.custom().unwrap_err().to_string()
    }

    #[tokio::test]
    async fn a_result_is_json_or_text_as_it_is() {
        assert_eq!(call(&tools(), "half", r#"{"value": 8}"#).await.unwrap(), "4");
        assert_eq!(call(&tools(), "now", "{}").await.unwrap(), "noon");
        assert_eq!(call(&tools(), "now", "").await.unwrap(), "noon");
    }

    #[tokio::test]
    async fn a_custom_tool_gets_the_text_and_is_not_called_as_a_function() {
        let echo = ResponseTool::custom("echo");
        let tools = tools().custom_tool(echo, async |text: String| Ok::<_, String>(text + "!"));
        let tool = tools.find("echo", &InvocationKind::Custom).unwrap();
        assert_eq!((tool.call)("{not json").await.unwrap(), "{not json!");
        assert!(tools.find("echo", &InvocationKind::Function).is_none());
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
        assert_eq!(tools().functions().unwrap().next().unwrap().strict, Some(true));
        let twice = tools().tool("now", "again", async |()| Ok::<_, String>(1));
        assert!(fault(&twice).contains("two tools are called \"now\""));
        let maps = Tools::new().tool("m", "", async |_: HashMap<String, u8>| Ok::<_, String>(1));
        assert!(fault(&maps).contains("the tool \"m\": "));
    }
}
