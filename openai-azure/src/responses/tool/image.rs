//! The tool that generates images.

use openai_azure_sys::open_struct;

open_struct! {
    /// Generates and edits images.
    pub struct ImageGenerationTool {
        /// The image model, such as `gpt-image-2`.
        pub model: Option<String>,
        /// `auto`, `low`, `medium` or `high`.
        pub quality: Option<String>,
        /// Width and height in pixels, such as `1024x1024`, or `auto`.
        pub size: Option<String>,
        /// `png`, `jpeg` or `webp`.
        pub output_format: Option<String>,
        /// Compression of `jpeg` and `webp`, 0 to 100.
        pub output_compression: Option<u32>,
        /// `auto` or `low`.
        pub moderation: Option<String>,
        /// `auto`, `transparent` or `opaque`.
        pub background: Option<String>,
        /// How closely images of the input are followed: `low` or `high`.
        pub input_fidelity: Option<String>,
        /// The parts of an image that are edited.
        pub input_image_mask: Option<ImageMask>,
        /// How many partial images a stream has, 0 to 3. Azure streams none.
        pub partial_images: Option<u32>,
        /// `generate`, `edit` or `auto`.
        pub action: Option<String>,
    }
}

open_struct! {
    /// The parts of an image that are edited: `image_url` or `file_id`.
    pub struct ImageMask {
        /// URL of the mask, or a `data:` URL.
        pub image_url: Option<String>,
        /// ID of an uploaded file.
        pub file_id: Option<String>,
    }
}

macro_rules! text_setters {
    ($($(#[$about:meta])* $field:ident,)*) => {$(
        $(#[$about])*
        #[must_use]
        pub fn $field(mut self, $field: impl Into<String>) -> Self {
            self.$field = Some($field.into());
            self
        }
    )*};
}

impl ImageGenerationTool {
    text_setters! {
        /// The image model, such as `gpt-image-2`.
        model,
        /// `auto`, `low`, `medium` or `high`.
        quality,
        /// Width and height in pixels, such as `1024x1024`, or `auto`.
        size,
        /// `png`, `jpeg` or `webp`.
        output_format,
        /// `auto` or `low`.
        moderation,
        /// `auto`, `transparent` or `opaque`.
        background,
        /// How closely images of the input are followed: `low` or `high`.
        input_fidelity,
        /// `generate`, `edit` or `auto`.
        action,
    }

    /// Compression of `jpeg` and `webp`, 0 to 100.
    #[must_use]
    pub fn output_compression(mut self, percent: u32) -> Self {
        self.output_compression = Some(percent);
        self
    }

    /// How many partial images a stream has, 0 to 3. Azure streams none.
    #[must_use]
    pub fn partial_images(mut self, images: u32) -> Self {
        self.partial_images = Some(images);
        self
    }

    /// The parts of an image that are edited.
    #[must_use]
    pub fn input_image_mask(mut self, mask: impl Into<ImageMask>) -> Self {
        self.input_image_mask = Some(mask.into());
        self
    }
}

impl ImageMask {
    /// Creates a mask from a URL, which may be a `data:` URL.
    pub fn image_url(url: impl Into<String>) -> Self {
        Self { image_url: Some(url.into()), ..Self::default() }
    }

    /// Creates a mask from an uploaded file.
    pub fn file_id(id: impl Into<String>) -> Self {
        Self { file_id: Some(id.into()), ..Self::default() }
    }
}
