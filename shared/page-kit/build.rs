//! Compresses the assets, scripts without their comments, and names each by a hash of its content, so that browsers may keep them for ever.

use std::{
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::Write,
    path::Path,
};

use flate2::{Compression, write::GzEncoder};

const SCRIPT: &str = "text/javascript; charset=utf-8";
/// The assets: base name, ending and media type.
const ASSETS: [(&str, &str, &str); 6] = [
    ("dropline-picker", "js", SCRIPT),
    ("pages", "css", "text/css; charset=utf-8"),
    ("pages", "js", SCRIPT),
    ("popup", "js", SCRIPT),
    ("portal", "css", "text/css; charset=utf-8"),
    ("portal", "js", SCRIPT),
];

fn main() {
    println!("cargo::rerun-if-changed=assets");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let rows: String = ASSETS.iter().map(|asset| row(Path::new(&out), *asset)).collect();
    let table = format!("&[{rows}]");
    fs::write(Path::new(&out).join("assets.rs"), table).expect("OUT_DIR is writable");
}

/// Compresses one asset into `out`, and returns its row of the table.
fn row(out: &Path, (base, ending, media_type): (&str, &str, &str)) -> String {
    let file = format!("{base}.{ending}");
    let source = fs::read_to_string(Path::new("assets").join(&file)).expect("the asset is there");
    let content = if media_type == SCRIPT { without_comments(&source) } else { source };
    let mut hash = DefaultHasher::new();
    content.hash(&mut hash);
    let name = format!("{base}-{:016x}.{ending}", hash.finish());
    let packed = out.join(format!("{file}.gz"));
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(content.as_bytes()).expect("memory takes it");
    fs::write(&packed, gzip.finish().expect("memory takes it")).expect("OUT_DIR is writable");
    format!(
        "Asset {{ file: {file:?}, name: {name:?}, media_type: {media_type:?}, gzip: include_bytes!({packed:?}) }},"
    )
}

/// Returns a script without its indentation and the lines that are comments.
fn without_comments(script: &str) -> String {
    let lines =
        script.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.map(|line| format!("{line}\n")).collect()
}
