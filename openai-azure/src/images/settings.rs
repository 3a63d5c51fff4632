//! The words that set how a picture is made. Each takes values that this crate does not know.

use openai_azure_sys::open_enum;

open_enum! {
    /// Width and height in pixels.
    pub enum ImageSize {
        /// As the model likes; gpt-image.
        Auto = "auto",
        /// Small and square; DALL-E 2.
        S256x256 = "256x256",
        /// Square; DALL-E 2.
        S512x512 = "512x512",
        /// Square; every model.
        S1024x1024 = "1024x1024",
        /// Wide; gpt-image.
        S1536x1024 = "1536x1024",
        /// High; gpt-image.
        S1024x1536 = "1024x1536",
        /// Wide; DALL-E 3.
        S1792x1024 = "1792x1024",
        /// High; DALL-E 3.
        S1024x1792 = "1024x1792",
    }
}

open_enum! {
    /// How much care is taken.
    pub enum ImageQuality {
        /// As the model likes; gpt-image.
        Auto = "auto",
        /// The usual; DALL-E 3.
        Standard = "standard",
        /// Finer, and twice the price; DALL-E 3.
        Hd = "hd",
        /// Quick; gpt-image.
        Low = "low",
        /// In between; gpt-image.
        Medium = "medium",
        /// Slow; gpt-image.
        High = "high",
    }
}

open_enum! {
    /// How it looks.
    pub enum ImageStyle {
        /// Dramatic; the default.
        Vivid = "vivid",
        /// Less so.
        Natural = "natural",
    }
}

open_enum! {
    /// Whether the answer holds the picture or a URL of it.
    pub enum ImageResponse {
        /// A URL that works for a day.
        Url = "url",
        /// The picture in base64.
        Base64 = "b64_json",
    }
}

open_enum! {
    /// What is behind the picture.
    pub enum Background {
        /// As the model likes.
        Auto = "auto",
        /// Nothing; for PNG and WebP.
        Transparent = "transparent",
        /// Something.
        Opaque = "opaque",
    }
}

open_enum! {
    /// The format of the file.
    pub enum ImageFormat {
        /// PNG, without loss.
        Png = "png",
        /// JPEG.
        Jpeg = "jpeg",
        /// WebP.
        Webp = "webp",
    }
}

open_enum! {
    /// How strict the content filter is.
    pub enum Moderation {
        /// As usual.
        Auto = "auto",
        /// Less.
        Low = "low",
    }
}
