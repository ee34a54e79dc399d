//! The file to save, as a parameter.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use schemars::JsonSchema;
use serde::Deserialize;
use shared::answer::ApiError;

use super::{object::ObjectSource, progress::Progress, source::Source, web::WebSource};
use crate::actions::{account::Account, failure::Failure, parameters::invalid, paths::Name};

/// The file to save. Paragon's file objects have more members than these, which are ignored.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct File {
    /// The bytes, as text. With all that the request has around them they may have 4.5 MB.
    data: Option<String>,
    /// Encoding of data; if it is missing, hex in an object with dataType, as Paragon's are, and else base64.
    encoding: Option<Encoding>,
    /// Type of the data, as Paragon's file objects have it.
    data_type: Option<String>,
    /// The name of the file, where the action names none.
    name: Option<String>,
    /// The number of bytes in data, which is checked where it is there.
    size: Option<u64>,
    /// An https address of the public internet. It is asked with GET, and no more than five redirects are
    /// followed.
    url: Option<String>,
    /// The key of an object in the bucket, as events and lists of files name it:
    /// project/connection/file/revision. With a user token it must be one of the user's own connections.
    object: Option<String>,
}

/// Encoding of bytes as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Encoding {
    /// Base64 with padding.
    Base64,
    /// Two hexadecimal digits a byte.
    Hex,
    /// The text itself, in UTF-8.
    #[serde(alias = "utf-8")]
    Utf8,
}

impl File {
    /// Returns the name in the file object, if any.
    pub(super) fn name(&self) -> Result<Option<Name>, ApiError> {
        let read = |name: &String| Name::try_from(name.clone());
        let name = self.name.as_ref().map(read).transpose();
        name.map_err(|must| invalid(&format!("The parameter file.name {must}.")))
    }

    /// Opens the source of the bytes, at the offset where an earlier call stopped.
    pub(super) async fn open(
        &self,
        account: &Account<'_>,
        progress: Option<&Progress>,
    ) -> Result<Source, Failure> {
        match (&self.data, &self.url, &self.object) {
            (Some(_), None, None) if progress.is_some() => {
                Err(invalid("The parameter resume belongs to a file of url or object.").into())
            }
            (Some(data), None, None) => Ok(Source::of_bytes(self.decoded(data)?)),
            (None, Some(url), None) => {
                Ok(Source::Web(WebSource::open(&account.actions.web, url, progress).await?))
            }
            (None, None, Some(key)) => Ok(Source::Object(ObjectSource::open(account, key, progress).await?)),
            _ => Err(invalid("The parameter file has data, url or object, and one of them only.").into()),
        }
    }

    fn decoded(&self, data: &str) -> Result<Bytes, ApiError> {
        let usual = if self.data_type.is_some() { Encoding::Hex } else { Encoding::Base64 };
        let bytes = match self.encoding.unwrap_or(usual) {
            Encoding::Base64 => STANDARD.decode(data).ok(),
            Encoding::Hex => of_hex(data),
            Encoding::Utf8 => Some(data.as_bytes().to_vec()),
        };
        let bytes = bytes.ok_or_else(|| {
            invalid("The parameter file.data is not written as file.encoding says (base64, or hex beside dataType).")
        })?;
        if self.size.is_some_and(|size| size != bytes.len() as u64) {
            return Err(invalid("The parameter file.size is not the number of bytes in file.data."));
        }
        Ok(bytes.into())
    }
}

fn of_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: char| u8::try_from(digit.to_digit(16)?).ok();
    let digits: Option<Vec<u8>> = text.chars().map(digit).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn decoded(file: Value) -> Option<Vec<u8>> {
        let file: File = serde_json::from_value(file).unwrap();
        let data = file.data.clone().unwrap();
        file.decoded(&data).ok().map(|bytes| bytes.to_vec())
    }

    #[test]
    fn bytes_are_read_as_they_are_written() {
        for (file, bytes) in [
            (json!({"data": "aGVsbG8="}), b"hello".as_slice()),
            (json!({"data": ""}), b""),
            (json!({"data": "aGVsbG8=", "encoding": "base64", "size": 5}), b"hello"),
            (json!({"data": "68656C6c6f", "encoding": "hex"}), b"hello"),
            (json!({"data": "68656c6c6f", "dataType": "FILE", "mimeType": "text/plain"}), b"hello"),
            (json!({"data": "aGVsbG8=", "dataType": "FILE", "encoding": "base64"}), b"hello"),
            (json!({"data": "h\u{e9}llo", "encoding": "utf8"}), "h\u{e9}llo".as_bytes()),
            // Valid in both encodings: without any hint it is base64.
            (json!({"data": "deadbeef"}), &[0x75, 0xe6, 0x9d, 0x6d, 0xe7, 0x9f]),
        ] {
            assert_eq!(decoded(file.clone()).as_deref(), Some(bytes), "{file}");
        }
    }

    #[test]
    fn what_is_not_written_so_is_refused() {
        for file in [
            json!({"data": "aGVsbG8"}),
            json!({"data": "not base64!"}),
            json!({"data": "abc", "encoding": "hex"}),
            json!({"data": "zz", "encoding": "hex"}),
            json!({"data": "\u{ff11}\u{ff12}", "encoding": "hex"}),
            json!({"data": "aGVsbG8=", "dataType": "FILE"}),
            json!({"data": "aGVsbG8=", "size": 6}),
        ] {
            assert_eq!(decoded(file.clone()), None, "{file}");
        }
    }
}
