//! Calls of tools that the service runs itself: searches, code, images.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use openai_azure_sys::{open_struct, open_union};
use serde_json::{Map, Value};

use super::ItemStatus;
use crate::error::Error;

open_struct! {
    /// A search in vector stores.
    pub struct FileSearchCallItem {
        /// Unique ID.
        pub id: Option<String>,
        /// How far it is.
        pub status: Option<ItemStatus>,
        /// What was searched for.
        pub queries: Vec<String> as always,
        /// What was found; only with `include` of `file_search_call.results`.
        pub results: Option<Vec<FileSearchResult>>,
    }
}

open_struct! {
    /// A passage that was found.
    pub struct FileSearchResult {
        /// ID of the file.
        pub file_id: Option<String>,
        /// Name of the file.
        pub filename: Option<String>,
        /// How well it fits, 0 to 1.
        pub score: Option<f64>,
        /// The passage.
        pub text: Option<String>,
        /// Attributes of the file.
        pub attributes: Option<Map<String, Value>>,
    }
}

open_struct! {
    /// A search in the web.
    pub struct WebSearchCallItem {
        /// Unique ID.
        pub id: Option<String>,
        /// How far it is.
        pub status: Option<ItemStatus>,
        /// What was done.
        pub action: Option<WebSearchAction>,
    }
}

open_union! {
    /// What a web search does.
    pub enum WebSearchAction by "type" {
        /// Searches.
        Search(SearchAction) = "search",
        /// Opens a page.
        OpenPage(OpenPageAction) = "open_page",
        /// Searches in an open page.
        FindInPage(FindInPageAction) = "find_in_page",
        ..Other
    }
}

open_struct! {
    /// A search.
    pub struct SearchAction {
        /// What is searched for.
        pub query: Option<String>,
        /// Everything that is searched for.
        pub queries: Option<Vec<String>>,
        /// The pages; only with `include` of `web_search_call.action.sources`.
        pub sources: Option<Vec<Value>>,
    }
}

open_struct! {
    /// A page that is opened.
    pub struct OpenPageAction {
        /// URL of the page.
        pub url: Option<String>,
    }
}

open_struct! {
    /// A search in an open page.
    pub struct FindInPageAction {
        /// URL of the page.
        pub url: Option<String>,
        /// What is searched for.
        pub pattern: Option<String>,
    }
}

open_struct! {
    /// Code that the model wrote and ran.
    pub struct CodeInterpreterCallItem {
        /// Unique ID.
        pub id: Option<String>,
        /// How far it is.
        pub status: Option<ItemStatus>,
        /// ID of the container that it ran in.
        pub container_id: Option<String>,
        /// The code, in Python.
        pub code: Option<String>,
        /// What it printed and drew; only with `include` of `code_interpreter_call.outputs`.
        pub outputs: Option<Vec<CodeOutput>>,
    }
}

open_union! {
    /// What code printed or drew.
    pub enum CodeOutput by "type" {
        /// Text.
        Logs(CodeLogs) = "logs",
        /// An image.
        Image(CodeImage) = "image",
        ..Other
    }
}

open_struct! {
    /// What code printed.
    pub struct CodeLogs {
        /// The text.
        pub logs: String,
    }
}

open_struct! {
    /// What code drew.
    pub struct CodeImage {
        /// URL of the image.
        pub url: String,
    }
}

open_struct! {
    /// An image that was generated.
    pub struct ImageGenerationCallItem {
        /// Unique ID.
        pub id: Option<String>,
        /// How far it is.
        pub status: Option<ItemStatus>,
        /// The image in base64; see [`ImageGenerationCallItem::image`].
        pub result: Option<String>,
        /// The prompt that the image was generated from.
        pub revised_prompt: Option<String>,
        /// Width and height in pixels, such as `1024x1024`.
        pub size: Option<String>,
        /// Such as `high`.
        pub quality: Option<String>,
        /// `transparent` or `opaque`.
        pub background: Option<String>,
        /// `png`, `jpeg` or `webp`.
        pub output_format: Option<String>,
        /// `generate` or `edit`.
        pub action: Option<String>,
    }
}

impl ImageGenerationCallItem {
    /// Decodes the image; `None` before it is there.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if the field is no base64.
    pub fn image(&self) -> Result<Option<Bytes>, Error> {
        let Some(base64) = self.result.as_deref() else { return Ok(None) };
        match STANDARD.decode(base64) {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) => Err(Error::config(format!("the image is no base64: {error}"))),
        }
    }
}
