//! The use of a computer: actions that the model asks for, and the screen after them.

use openai_azure_sys::{open_struct, open_union};

use super::ItemStatus;
use super::part::{ComputerScreenshot, ContentPart};

open_struct! {
    /// The model asks for actions on a computer.
    pub struct ComputerCallItem {
        /// Unique ID of the item.
        pub id: Option<String>,
        /// ID of the call; its output refers to it.
        pub call_id: String,
        /// How far it is.
        pub status: Option<ItemStatus>,
        /// The action, of `computer_use_preview`.
        pub action: Option<ComputerAction>,
        /// The actions, of `computer`.
        pub actions: Option<Vec<ComputerAction>>,
        /// What a person has to look at first.
        pub pending_safety_checks: Vec<SafetyCheck> as always,
    }
}

open_union! {
    /// An action on a computer. Coordinates are in pixels from the upper left corner.
    pub enum ComputerAction by "type" {
        /// Clicks.
        Click(ClickAction) = "click",
        /// Clicks twice.
        DoubleClick(MoveAction) = "double_click",
        /// Moves the pointer with a button held down.
        Drag(DragAction) = "drag",
        /// Presses keys together.
        Keypress(KeypressAction) = "keypress",
        /// Moves the pointer.
        Move(MoveAction) = "move",
        /// Takes a screenshot.
        Screenshot(NoFields) = "screenshot",
        /// Turns the wheel.
        Scroll(ScrollAction) = "scroll",
        /// Types text.
        Type(TypeAction) = "type",
        /// Waits.
        Wait(NoFields) = "wait",
        ..Other
    }
}

open_struct! {
    /// A click.
    pub struct ClickAction {
        /// `left`, `right`, `wheel`, `back` or `forward`.
        pub button: String,
        /// Pixels from the left.
        pub x: i64,
        /// Pixels from the top.
        pub y: i64,
    }
}

open_struct! {
    /// A place that the pointer moves to.
    pub struct MoveAction {
        /// Pixels from the left.
        pub x: i64,
        /// Pixels from the top.
        pub y: i64,
    }
}

open_struct! {
    /// A move with a button held down.
    pub struct DragAction {
        /// The places in order.
        pub path: Vec<Point> as always,
    }
}

open_struct! {
    /// A place on the screen.
    pub struct Point {
        /// Pixels from the left.
        pub x: i64,
        /// Pixels from the top.
        pub y: i64,
    }
}

open_struct! {
    /// Keys that are pressed together.
    pub struct KeypressAction {
        /// Names of the keys.
        pub keys: Vec<String> as always,
    }
}

open_struct! {
    /// A turn of the wheel.
    pub struct ScrollAction {
        /// Pixels from the left.
        pub x: i64,
        /// Pixels from the top.
        pub y: i64,
        /// How far to the right, in pixels.
        pub scroll_x: i64,
        /// How far down, in pixels.
        pub scroll_y: i64,
    }
}

open_struct! {
    /// Text that is typed.
    pub struct TypeAction {
        /// The text.
        pub text: String,
    }
}

open_struct! {
    /// Nothing but the type.
    pub struct NoFields {}
}

open_struct! {
    /// What a person has to look at before an action.
    pub struct SafetyCheck {
        /// Unique ID.
        pub id: String,
        /// The kind of check.
        pub code: Option<String>,
        /// What to look at.
        pub message: Option<String>,
    }
}

open_struct! {
    /// The screen after an action.
    pub struct ComputerCallOutputItem {
        /// Unique ID of the item.
        pub id: Option<String>,
        /// ID of the call.
        pub call_id: String,
        /// A [`ContentPart::ComputerScreenshot`].
        pub output: ContentPart,
        /// The checks that a person has looked at.
        pub acknowledged_safety_checks: Vec<SafetyCheck>,
        /// How far it is.
        pub status: Option<ItemStatus>,
    }
}

impl ComputerCallOutputItem {
    /// Creates the result of a call from a screenshot, such as a `data:` URL with a PNG.
    pub fn new(call_id: impl Into<String>, image_url: impl Into<String>) -> Self {
        let image_url = Some(image_url.into());
        let output = ComputerScreenshot { image_url, ..ComputerScreenshot::default() };
        Self {
            call_id: call_id.into(),
            output: ContentPart::ComputerScreenshot(output),
            ..Self::default()
        }
    }

    /// Adds a check that a person has looked at.
    #[must_use]
    pub fn acknowledge(mut self, check: SafetyCheck) -> Self {
        self.acknowledged_safety_checks.push(check);
        self
    }
}
