//! Images as parts of a message, from bytes or from a file.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::content::Part;
use crate::error::Error;

/// The most bytes of an image that the service takes.
const MAX_BYTES: usize = 20 << 20;

impl Part {
    /// An image from its bytes: PNG, JPEG, GIF or WebP, at most 20 MiB.
    ///
    /// ```
    /// # fn example(png: Vec<u8>) -> Result<(), openai_azure::Error> {
    /// use openai_azure::chat::{Detail, Message, Part};
    ///
    /// let image = Part::image(png)?.detail(Detail::Low);
    /// let message = Message::user([Part::text("What is this?"), image]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for another kind of file, and for one that is too large. Nothing is sent.
    pub fn image(bytes: impl AsRef<[u8]>) -> Result<Self, Error> {
        let bytes = bytes.as_ref();
        check_size(bytes.len())?;
        let media_type = media_type(bytes).ok_or_else(|| {
            Error::config("the image is neither PNG, JPEG, GIF nor WebP: the service takes these")
        })?;
        Ok(Self::image_url(format!("data:{media_type};base64,{}", STANDARD.encode(bytes))))
    }

    /// An image from a file: PNG, JPEG, GIF or WebP, at most 20 MiB. The name does not matter.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::chat::Part;
    ///
    /// let image = Part::image_file("cat.png").await?;
    /// let response = client.chat("gpt-5.6-terra").user([Part::text("Who is this?"), image]).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] as for [`Part::image`], and when the file cannot be read.
    pub async fn image_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let unread = |e| Error::config(format!("{} cannot be read: {e}", path.display()));
        // A wrong path may name something huge, which is not read to learn its size.
        let length = tokio::fs::metadata(path).await.map_err(unread)?.len();
        check_size(usize::try_from(length).unwrap_or(usize::MAX))?;
        Self::image(tokio::fs::read(path).await.map_err(unread)?)
    }
}

fn check_size(bytes: usize) -> Result<(), Error> {
    if bytes > MAX_BYTES {
        return Err(Error::config(format!(
            "the image has {bytes} bytes: the service takes at most {MAX_BYTES}"
        )));
    }
    Ok(())
}

/// What the first bytes say.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, Part};

    #[test]
    fn the_first_bytes_tell_the_media_type() {
        for (bytes, start) in [
            (&b"\x89PNG\r\n\x1a\n..."[..], "data:image/png;base64,iVBORw0KGgo"),
            (b"\xff\xd8\xff\xe0JFIF", "data:image/jpeg;base64,/9j/4"),
            (b"GIF89a..", "data:image/gif;base64,R0lGODlh"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "data:image/webp;base64,UklGR"),
        ] {
            let Part::ImageUrl { image_url, .. } = Part::image(bytes).unwrap() else { panic!() };
            assert!(image_url.url.starts_with(start), "{}", image_url.url);
        }
    }

    #[test]
    fn other_files_and_large_ones_are_refused_before_anything_is_sent() {
        assert!(Part::image(b"%PDF-1.7").unwrap_err().to_string().contains("PNG"));
        assert!(Part::image(b"").is_err());
        let mut large = b"GIF89a".to_vec();
        large.resize(MAX_BYTES + 1, 0);
        assert!(Part::image(&large).unwrap_err().to_string().contains("20971520"));
        large.truncate(MAX_BYTES);
        assert!(Part::image(&large).is_ok());
    }

    #[tokio::test]
    async fn files_are_read_and_missing_ones_named() {
        let error = Part::image_file("no/such/file.png").await.unwrap_err().to_string();
        assert!(error.contains("file.png"), "{error}");
    }
}
