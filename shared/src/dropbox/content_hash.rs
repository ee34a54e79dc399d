//! Dropbox's content hash: SHA-256 over the SHA-256 of each block of 4 MiB.

use std::{
    fmt::Write,
    io::{self, Read},
};

use aws_lc_rs::digest::{Context, SHA256};

/// The size of a block.
pub const BLOCK: usize = 4 * 1024 * 1024;

/// Hashes bytes as they stream by.
#[derive(Clone)]
pub struct ContentHasher {
    blocks: Context,
    block: Context,
    filled: usize,
}

impl ContentHasher {
    /// A hasher that has seen no byte.
    #[must_use]
    pub fn new() -> Self {
        Self { blocks: Context::new(&SHA256), block: Context::new(&SHA256), filled: 0 }
    }

    /// The hash of everything that a reader gives, in constant memory.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn hash(mut reader: impl Read) -> io::Result<String> {
        let (mut hasher, mut buffer) = (Self::new(), vec![0; BLOCK / 16]);
        loop {
            match reader.read(&mut buffer)? {
                0 => return Ok(hasher.finish()),
                read => hasher.update(&buffer[..read]),
            }
        }
    }

    /// Adds bytes at the end.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, rest) = bytes.split_at(bytes.len().min(BLOCK - self.filled));
            self.block.update(now);
            self.filled += now.len();
            if self.filled == BLOCK {
                self.end_block();
            }
            bytes = rest;
        }
    }

    /// The hash of all bytes, as 64 lowercase hexadecimal digits.
    #[must_use]
    pub fn finish(mut self) -> String {
        if self.filled > 0 {
            self.end_block();
        }
        hex(self.blocks.finish().as_ref())
    }

    fn end_block(&mut self) {
        let block = std::mem::replace(&mut self.block, Context::new(&SHA256));
        self.blocks.update(block.finish().as_ref());
        self.filled = 0;
    }
}

impl Default for ContentHasher {
    fn default() -> Self {
        Self::new()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_in_pieces(bytes: &[u8], piece: usize) -> String {
        let mut hasher = ContentHasher::new();
        bytes.chunks(piece).for_each(|piece| hasher.update(piece));
        hasher.finish()
    }

    /// Vectors that agree with Dropbox's own Python implementation.
    #[test]
    fn it_is_dropboxs_hash() {
        let zeros = |n| vec![0_u8; n];
        let pattern = |n: usize| (0..n).map(|i| u8::try_from(i % 251).unwrap()).collect::<Vec<_>>();
        let vectors = [
            (zeros(0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (zeros(1), "1406e05881e299367766d313e26c05564ec91bf721d31726bd6e46e60689539a"),
            (zeros(BLOCK), "c7e946d101855255d919ef0c70718633adf77d3dfb3adeeecf5d0cb4e951be58"),
            (zeros(BLOCK + 1), "14a4d47f23a30177885d9820122f17d2d3a55fe63f7f5c27b95f689e0b2accd6"),
            (pattern(BLOCK - 1), "e1d05b9adf4293b7fec11b099ce74116fc06dfa733a9833be9166ab4c769da43"),
            (pattern(9_711_423), "c2548ae69e493dad26831aa86c34eaba870021782fadfe084c1116b3e421f79d"),
            (b"hello".to_vec(), "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50"),
        ];
        for (bytes, hash) in vectors {
            assert_eq!(ContentHasher::hash(bytes.as_slice()).unwrap(), hash, "{} bytes read", bytes.len());
            for piece in [bytes.len().max(1), 65_537] {
                assert_eq!(hash_in_pieces(&bytes, piece), hash, "{} bytes by {piece}", bytes.len());
            }
        }
    }
}
