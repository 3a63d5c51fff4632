//! Runs of tools whose final response is a type of yours.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::future::BoxFuture;
use schemars::JsonSchema as Schema;
use serde::de::DeserializeOwned;

use super::event::ToolEvent;
use super::output::ModelOutput;
use super::run::{ToolRun, ToolRunOutput};
use super::stream::ToolStream;
use crate::error::{Error, OutputError, OutputFault};
use crate::json_schema::JsonSchema;
use crate::request_ids::RequestIds;
use crate::response::Response;
use crate::schema::{Root, StrictSchema};

/// A run of tools whose final response is a `T`; made by [`ToolRun::respond_as`].
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct StructuredToolRun<T, O: ModelOutput> {
    run: ToolRun<O>,
    of: PhantomData<fn() -> T>,
}

/// A value that the model made with the help of tools. It dereferences to the value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StructuredToolOutput<T, O: ModelOutput> {
    /// The value.
    pub value: T,
    /// The last response, and how it came about.
    pub run: ToolRunOutput<O>,
}

impl<T, O: ModelOutput> StructuredToolOutput<T, O> {
    /// Returns the value alone.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }
}

impl<T, O: ModelOutput> Deref for StructuredToolOutput<T, O> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<O: ModelOutput> ToolRun<O> {
    /// Asks for a final response that is a `T`: the model keeps to the strict schema of the type, see
    /// [`schema`](crate::schema).
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, tools: openai_azure::tools::Tools) -> Result<(), openai_azure::Error> {
    /// #[derive(schemars::JsonSchema, serde::Deserialize)]
    /// struct Forecast {
    ///     city: String,
    ///     celsius: f64,
    /// }
    ///
    /// let request = client.respond("gpt-5.6-terra").user("Where is it warmer, Oslo or Rome?");
    /// let warmest = request.run_tools(tools).respond_as::<Forecast>().send().await?;
    /// println!("{}: {} °C", warmest.city, warmest.celsius);
    /// # Ok(())
    /// # }
    /// ```
    pub fn respond_as<T: Schema + DeserializeOwned>(self) -> StructuredToolRun<T, O> {
        StructuredToolRun { run: self, of: PhantomData }
    }
}

impl<T: Schema + DeserializeOwned, O: ModelOutput> StructuredToolRun<T, O> {
    /// Runs the tools until the model is done, and decodes its final response.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a type that has no strict schema; [`Error::Output`] for a final response that
    /// is no `T`; and the errors of [`ToolRun::send`].
    pub async fn send(self) -> Result<Response<StructuredToolOutput<T, O>>, Error> {
        let (run, root) = self.with_schema()?;
        let run = run.send().await?;
        let value = read(root, &run.response, run.request_ids())
            .map_err(|error| error.with_retries(run.retries_taken()))?;
        Ok(run.map_value(|run| StructuredToolOutput { value, run }))
    }

    /// Runs the tools and returns what happens; the value comes at the end, from
    /// [`StructuredToolStream::finish`].
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a type that has no strict schema, and the errors of
    /// [`ToolRun::stream`].
    pub async fn stream(self) -> Result<Response<StructuredToolStream<T, O>>, Error> {
        let (run, root) = self.with_schema()?;
        let stream = run.stream().await?;
        Ok(stream.map_value(|stream| StructuredToolStream { stream, root, of: PhantomData }))
    }

    fn with_schema(self) -> Result<(ToolRun<O>, Root), Error> {
        let schema = StrictSchema::<T>::new()?;
        let mut run = self.run;
        run.request = O::with_format(run.request, JsonSchema::from(&schema));
        Ok((run, schema.root()))
    }
}

/// Decodes the text of the last response.
fn read<T: DeserializeOwned, O: ModelOutput>(
    root: Root,
    response: &O,
    ids: RequestIds,
) -> Result<T, Error> {
    let text = response.text();
    let error = |fault| {
        OutputError::new(fault, text.as_ref(), ids)
            .with_refusal(response.refusal())
            .with_content_filter(response.content_filter())
            .with_output(response.clone())
    };
    match response.fault() {
        Some(fault) => Err(Error::Output(error(fault))),
        None => {
            root.parse(&text).map_err(|e| Error::Output(error(OutputFault::Unfit).because_of(e)))
        }
    }
}

/// What happens while tools are run for a final response that is a `T`; made by
/// [`StructuredToolRun::stream`]. A [`Stream`].
#[must_use = "nothing is run before the first `try_next`"]
pub struct StructuredToolStream<T, O: ModelOutput> {
    stream: ToolStream<O>,
    root: Root,
    of: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned, O: ModelOutput> StructuredToolStream<T, O> {
    /// Returns the next event, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// As for [`ToolStream::try_next`].
    pub async fn try_next(&mut self) -> Result<Option<ToolEvent<O>>, Error> {
        self.stream.try_next().await
    }

    /// Does the rest and returns the value.
    ///
    /// # Errors
    ///
    /// As for [`StructuredToolRun::send`].
    pub async fn finish(&mut self) -> Result<StructuredToolOutput<T, O>, Error> {
        let run = self.stream.finish().await?;
        let value = read(self.root, &run.response, self.stream.request_ids())?;
        Ok(StructuredToolOutput { value, run })
    }
}

impl<T, O: ModelOutput> Stream for StructuredToolStream<T, O> {
    type Item = Result<ToolEvent<O>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.stream).poll_next(cx)
    }
}

impl<T, O: ModelOutput> fmt::Debug for StructuredToolStream<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StructuredToolStream").field("stream", &self.stream).finish_non_exhaustive()
    }
}

/// `.await` is short for `.send().await`.
impl<T: Schema + DeserializeOwned + 'static, O: ModelOutput> IntoFuture
    for StructuredToolRun<T, O>
{
    type Output = Result<Response<StructuredToolOutput<T, O>>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T, O: ModelOutput> Clone for StructuredToolRun<T, O> {
    fn clone(&self) -> Self {
        Self { run: self.run.clone(), of: PhantomData }
    }
}

impl<T, O: ModelOutput> fmt::Debug for StructuredToolRun<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StructuredToolRun").field("run", &self.run).finish_non_exhaustive()
    }
}
