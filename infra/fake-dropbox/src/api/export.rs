//! Files that cannot be downloaded directly, identified by their extension.

/// Format to which a file can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    /// Name in requests.
    pub(crate) name: &'static str,
    extension: &'static str,
}

/// Way to get the bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Download.
    Download,
    /// Export, to the first of these formats unless another one is requested.
    Export(&'static [Format]),
    /// Export to the only format, which cannot be requested by name.
    ExportAs(Format),
    /// No way.
    Never,
}

const PAPER: &[Format] =
    &[Format { name: "markdown", extension: "md" }, Format { name: "html", extension: "html" }];
const DOCUMENT: &[Format] = &[Format { name: "docx", extension: "docx" }];
const SHEET: &[Format] = &[Format { name: "xlsx", extension: "xlsx" }];
const PAGE: Format = Format { name: "html", extension: "html" };
const SLIDES: &[Format] = &[Format { name: "pptx", extension: "pptx" }];

impl Access {
    /// Returns how the bytes of a file with this name can be obtained.
    pub(crate) fn of(name: &str) -> Self {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
        match extension.as_deref() {
            Some("paper") => Self::Export(PAPER),
            Some("gdoc") => Self::Export(DOCUMENT),
            Some("gsheet") => Self::Export(SHEET),
            Some("gslides") => Self::Export(SLIDES),
            Some("papert") => Self::Export(PAPER),
            Some("web") => Self::ExportAs(PAGE),
            Some("gform") => Self::Never,
            _ => Self::Download,
        }
    }
}

impl Format {
    /// Returns the name of the export of a file with this name.
    pub(crate) fn rename(self, name: &str) -> String {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        format!("{stem}.{}", self.extension)
    }

    /// Converts the bytes of a file: to an HTML page that contains them, or unchanged for any other format.
    pub(crate) fn convert(self, bytes: Vec<u8>) -> Vec<u8> {
        match self.name {
            "html" => [b"<!DOCTYPE html>\n<pre>", &bytes[..], b"</pre>\n"].concat(),
            _ => bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_extension_tells_whatever_its_case() {
        assert_eq!(Access::of("Plan.PAPER"), Access::Export(PAPER));
        assert_eq!(Access::of("Plan.paper.txt"), Access::Download);
        assert_eq!(Access::of("paper"), Access::Download);
        assert_eq!(PAPER[0].rename("A.b.paper"), "A.b.md");
    }
}
