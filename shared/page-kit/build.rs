//! Compresses the assets, and names each by a hash of its content, so that browsers may keep them for ever.

use std::{
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::Write,
    path::Path,
};

use flate2::{Compression, write::GzEncoder};

/// The assets: base name, ending and media type.
const ASSETS: [(&str, &str, &str); 5] = [
    ("pages", "css", "text/css; charset=utf-8"),
    ("pages", "js", "text/javascript; charset=utf-8"),
    ("popup", "js", "text/javascript; charset=utf-8"),
    ("portal", "css", "text/css; charset=utf-8"),
    ("portal", "js", "text/javascript; charset=utf-8"),
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
    let content = fs::read(Path::new("assets").join(&file)).expect("the asset is there");
    let mut hash = DefaultHasher::new();
    content.hash(&mut hash);
    let name = format!("{base}-{:016x}.{ending}", hash.finish());
    let packed = out.join(format!("{file}.gz"));
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&content).expect("memory takes it");
    fs::write(&packed, gzip.finish().expect("memory takes it")).expect("OUT_DIR is writable");
    format!(
        "Asset {{ file: {file:?}, name: {name:?}, media_type: {media_type:?}, gzip: include_bytes!({packed:?}) }},"
    )
}
