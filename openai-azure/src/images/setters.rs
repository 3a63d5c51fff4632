//! The setters that generating and editing have in common.

/// `n`, `size`, `quality` and so on, for a builder whose body is the field `request`.
macro_rules! image_setters {
    () => {
        /// How many images, 1 to 10. Default: 1.
        pub fn n(mut self, n: u32) -> Self {
            self.request.n = Some(n);
            self
        }

        /// Width and height in pixels, such as [`ImageSize::S1024x1024`] or `"2048x1152"`. Default:
        /// `auto`.
        pub fn size(mut self, size: impl Into<ImageSize>) -> Self {
            self.request.size = Some(size.into());
            self
        }

        /// The quality, which decides about time and tokens. Default: `auto`.
        pub fn quality(mut self, quality: impl Into<ImageQuality>) -> Self {
            self.request.quality = Some(quality.into());
            self
        }

        /// The background. Transparency needs PNG, and a model that has it. Default: `auto`.
        pub fn background(mut self, background: impl Into<Background>) -> Self {
            self.request.background = Some(background.into());
            self
        }

        /// The file format. Default: PNG.
        pub fn output_format(mut self, format: impl Into<ImageFormat>) -> Self {
            self.request.output_format = Some(format.into());
            self
        }

        /// The quality of a JPEG or WebP file, 0 to 100. Default: 100.
        pub fn output_compression(mut self, percent: u8) -> Self {
            self.request.output_compression = Some(percent);
            self
        }

        /// How many unfinished images a [stream](Self::stream) has before the finished one, 0 to 3.
        /// The finished one may come first. Default: 0.
        pub fn partial_images(mut self, count: u8) -> Self {
            self.request.partial_images = Some(count);
            self
        }

        /// Whether the response has the image or its URL. Only models before gpt-image accept it;
        /// the gpt-image models always send the image.
        pub fn response_format(mut self, format: impl Into<ImageResponse>) -> Self {
            self.request.response_format = Some(format.into());
            self
        }

        /// Short for [`response_format`](Self::response_format) with [`ImageResponse::Base64`].
        pub fn base64(self) -> Self {
            self.response_format(ImageResponse::Base64)
        }

        end_user_setter!(request.user);

        extra_setter!(request.extra);

        option_setters!(options);
    };
}
pub(super) use image_setters;
