//! Logos of projects: pictures that the pages show in place of a letter.

mod png;
mod webp;

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};

use crate::hex::hex;

/// Largest picture, in bytes.
pub const MAX_LOGO_BYTES: usize = 32 * 1024;
/// Longest side of a picture, in pixels.
pub const MAX_LOGO_SIDE: u32 = 512;
/// Number of bytes of the SHA-256 hash that a logo's file name has.
const HASH_BYTES: usize = 16;

/// Formats of logos. There is no SVG, because it can contain scripts and references.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogoFormat {
    /// PNG (W3C, third edition), without animation.
    Png,
    /// WebP (RFC 9649), without animation.
    WebP,
}

impl LogoFormat {
    /// Returns the media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::WebP => "webp",
        }
    }
}

/// Properties of a project's logo, without its picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// The picture's format.
    pub format: LogoFormat,
    /// Hexadecimal digits of the beginning of the picture's SHA-256 hash.
    pub hash: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The picture's size in bytes.
    pub bytes: usize,
}

impl Logo {
    /// Returns the name of the picture's file: another picture has another one.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("logo-{}.{}", self.hash, self.format.ending())
    }
}

/// A logo with its picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoPicture {
    /// Properties.
    pub logo: Logo,
    /// The picture's bytes, as they were uploaded.
    pub data: Vec<u8>,
}

impl LogoPicture {
    /// Takes a picture. Its format and size are read from the file itself, whatever its sender says.
    ///
    /// `None` for anything but a PNG or WebP picture without animation of at most [`MAX_LOGO_BYTES`] and
    /// [`MAX_LOGO_SIDE`], and for a file that goes on behind the picture.
    #[must_use]
    pub fn of(data: Vec<u8>) -> Option<Self> {
        if data.len() > MAX_LOGO_BYTES {
            return None;
        }
        let png = png::size(&data).map(|size| (LogoFormat::Png, size));
        let (format, (width, height)) =
            png.or_else(|| webp::size(&data).map(|size| (LogoFormat::WebP, size)))?;
        let fits = |side: u32| (1..=MAX_LOGO_SIDE).contains(&side);
        if !fits(width) || !fits(height) {
            return None;
        }
        let hash = hex(&digest::digest(&digest::SHA256, &data).as_ref()[..HASH_BYTES]);
        Some(Self { logo: Logo { format, hash, width, height, bytes: data.len() }, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_says_its_format_and_size_itself() {
        let png = LogoPicture::of(png::tests::picture(300, 512, b"")).unwrap().logo;
        assert_eq!((png.format, png.width, png.height), (LogoFormat::Png, 300, 512));
        assert!(png.file_name().starts_with("logo-") && png.file_name().ends_with(".png"));
        let webp = LogoPicture::of(webp::tests::lossless(1, 20)).unwrap().logo;
        assert_eq!((webp.format, webp.width, webp.height), (LogoFormat::WebP, 1, 20));
        assert_ne!(png.hash, LogoPicture::of(png::tests::picture(300, 511, b"")).unwrap().logo.hash);
    }

    #[test]
    fn larger_ones_and_other_files_are_none() {
        for (width, height) in [(0, 1), (1, 0), (513, 1), (1, 513), (u32::MAX, 1)] {
            assert_eq!(LogoPicture::of(png::tests::picture(width, height, b"")), None, "{width} x {height}");
        }
        let around = png::tests::picture(1, 1, b"").len();
        let filled = |bytes: usize| png::tests::picture(1, 1, &vec![7; bytes - around]);
        assert!(LogoPicture::of(filled(MAX_LOGO_BYTES)).is_some());
        assert_eq!(LogoPicture::of(filled(MAX_LOGO_BYTES + 1)), None);
        for other in [
            &b""[..],
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"GIF89a\x01\0\x01\0",
            b"\xff\xd8\xff\xe0",
        ] {
            assert_eq!(LogoPicture::of(other.to_vec()), None);
        }
    }
}
