//! Files that cannot be downloaded as they are, known by their extension.

/// A format that a file can be exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    /// Its name in requests.
    pub(crate) name: &'static str,
    extension: &'static str,
}

/// How the bytes of a file are got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// By a download.
    Download,
    /// By an export, to the first of these formats unless another is asked for.
    Export(&'static [Format]),
    /// By an export to the one format that there is, which cannot be asked for by its name.
    ExportAs(Format),
    /// In no way.
    Never,
}

const PAPER: &[Format] =
    &[Format { name: "markdown", extension: "md" }, Format { name: "html", extension: "html" }];
const DOCUMENT: &[Format] = &[Format { name: "docx", extension: "docx" }];
const SHEET: &[Format] = &[Format { name: "xlsx", extension: "xlsx" }];
const PAGE: Format = Format { name: "html", extension: "html" };
const SLIDES: &[Format] = &[Format { name: "pptx", extension: "pptx" }];

impl Access {
    /// How the bytes of a file with this name are got.
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
    /// The name of the export of a file with this name.
    pub(crate) fn rename(self, name: &str) -> String {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        format!("{stem}.{}", self.extension)
    }

    /// The export of a file with these bytes: a page with them in HTML, and in any other format the bytes themselves.
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
