//! The values of settings of images. Each type accepts values that this crate does not know.

use openai_azure_sys::open_enum;

open_enum! {
    /// Width and height in pixels.
    ///
    /// gpt-image-2 accepts any size such as `"2048x1152"` whose sides are multiples of 16, with up
    /// to 3,840 pixels on the long side, a ratio of at most 3:1, and 655,360 to 8,294,400 pixels.
    pub enum ImageSize {
        /// The model chooses.
        Auto = "auto",
        /// Square, of DALL-E 2.
        S256x256 = "256x256",
        /// Square, of DALL-E 2.
        S512x512 = "512x512",
        /// Square; every model.
        S1024x1024 = "1024x1024",
        /// Landscape; gpt-image.
        S1536x1024 = "1536x1024",
        /// Portrait; gpt-image.
        S1024x1536 = "1024x1536",
        /// Landscape, of DALL-E 3.
        S1792x1024 = "1792x1024",
        /// Portrait, of DALL-E 3.
        S1024x1792 = "1024x1792",
    }
}

open_enum! {
    /// The quality, which decides about time and tokens.
    pub enum ImageQuality {
        /// The model chooses.
        Auto = "auto",
        /// The default of DALL-E 3.
        Standard = "standard",
        /// High definition, of DALL-E 3.
        Hd = "hd",
        /// Low, and fast.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High, and slow.
        High = "high",
    }
}

open_enum! {
    /// The style of DALL-E 3.
    pub enum ImageStyle {
        /// Dramatic; the default.
        Vivid = "vivid",
        /// Natural.
        Natural = "natural",
    }
}

open_enum! {
    /// Whether the response has the image or its URL.
    pub enum ImageResponse {
        /// A URL that is valid for a day.
        Url = "url",
        /// The image in base64.
        Base64 = "b64_json",
    }
}

open_enum! {
    /// The background of an image.
    pub enum Background {
        /// The model chooses.
        Auto = "auto",
        /// Transparent; PNG and WebP.
        Transparent = "transparent",
        /// Opaque.
        Opaque = "opaque",
    }
}

open_enum! {
    /// The format of an image file.
    pub enum ImageFormat {
        /// PNG, without loss.
        Png = "png",
        /// JPEG.
        Jpeg = "jpeg",
        /// WebP; not on Azure at the time of writing.
        Webp = "webp",
    }
}

open_enum! {
    /// How strict the content filter is.
    pub enum Moderation {
        /// As configured.
        Auto = "auto",
        /// Less strict.
        Low = "low",
    }
}

open_enum! {
    /// How closely an edit keeps features of the input images, such as faces.
    pub enum InputFidelity {
        /// Closely, with more input tokens.
        High = "high",
        /// Roughly; the default.
        Low = "low",
    }
}
