//! What the model thought, what is left of a long conversation, and references.

use openai_azure_sys::open_struct;

use super::ItemStatus;
use super::part::ContentPart;

open_struct! {
    /// What a reasoning model thought. In a conversation that the service does not store it is sent
    /// back as it came.
    pub struct ReasoningItem {
        /// Unique ID.
        pub id: Option<String>,
        /// A summary, if the request asked for one.
        pub summary: Vec<ContentPart> as always,
        /// The reasoning itself; few models return it.
        pub content: Option<Vec<ContentPart>>,
        /// The reasoning, encrypted; see
        /// [`ResponseRequest::store`](super::super::ResponseRequest::store).
        pub encrypted_content: Option<String>,
        /// How far it is.
        pub status: Option<ItemStatus>,
    }
}

open_struct! {
    /// What the service keeps of a conversation that it shortened.
    pub struct CompactionItem {
        /// Unique ID.
        pub id: Option<String>,
        /// The shortened conversation, encrypted.
        pub encrypted_content: String,
    }
}

open_struct! {
    /// An item that the service stores.
    pub struct ItemReference {
        /// ID of the item.
        pub id: String,
    }
}

impl ReasoningItem {
    /// The text of the summary.
    #[must_use]
    pub fn summary_text(&self) -> String {
        let texts: Vec<&str> = self.summary.iter().filter_map(ContentPart::as_text).collect();
        texts.join("\n\n")
    }
}
