//! Dropbox's content hash.

use aws_lc_rs::digest::{Context, SHA256};

use crate::crypto;

const BLOCK: usize = 4 * 1024 * 1024;

/// Hasher for bytes that arrive in pieces: the SHA-256 of the SHA-256 of each block of 4 MiB.
pub(crate) struct ContentHasher {
    blocks: Context,
    block: Context,
    filled: usize,
    total: u64,
}

impl ContentHasher {
    pub(crate) fn new() -> Self {
        Self { blocks: Context::new(&SHA256), block: Context::new(&SHA256), filled: 0, total: 0 }
    }

    /// Adds the next bytes.
    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        self.total += bytes.len() as u64;
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK - self.filled));
            self.block.update(now);
            self.filled += now.len();
            if self.filled == BLOCK {
                self.close_block();
            }
            bytes = later;
        }
    }

    /// Returns the number of bytes so far.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// Returns the hash, in lower-case hexadecimal.
    pub(crate) fn finish(mut self) -> String {
        if self.filled > 0 {
            self.close_block();
        }
        crypto::hex(self.blocks.finish().as_ref())
    }

    fn close_block(&mut self) {
        let block = std::mem::replace(&mut self.block, Context::new(&SHA256));
        self.blocks.update(block.finish().as_ref());
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(bytes: &[u8], piece: usize) -> String {
        let mut hasher = ContentHasher::new();
        bytes.chunks(piece).for_each(|piece| hasher.update(piece));
        hasher.finish()
    }

    #[test]
    fn short_texts() {
        assert_eq!(hash(b"a", 9), "bf5d3affb73efd2ec6c36ad3112dd933efed63c4e1cbffcfa88e2759c144f2d8");
        assert_eq!(hash(b"abc", 2), "4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358");
        assert_eq!(hash(b"hello", 1), "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50");
    }

    #[test]
    fn around_the_ends_of_blocks() {
        let vectors = [
            (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (1, "1406e05881e299367766d313e26c05564ec91bf721d31726bd6e46e60689539a"),
            (4_194_303, "e1d05b9adf4293b7fec11b099ce74116fc06dfa733a9833be9166ab4c769da43"),
            (4_194_304, "b9654428408015906b44a00935b70af33830aa344b780b0eabd535a133150d04"),
            (4_194_305, "4a6cc0a344febaa07772e7c974834b2fb1d24594d4ba15f27c97a54699709f44"),
            (8_388_608, "b76a633d9733b991a976dba723df6940bfaf789390a929fe8f68fd1b4705c8c1"),
            (8_388_609, "c84ee1d6377d71687c1cfe37be0897c4e351df175ea677ca2c918736a9cfb476"),
            (9_711_423, "c2548ae69e493dad26831aa86c34eaba870021782fadfe084c1116b3e421f79d"),
            (12_582_912, "664ecb456d20e76f56989ffe2da61db8101c01a954281050d0ef17a34d672a64"),
        ];
        for (length, expected) in vectors {
            let pattern: Vec<u8> = (0..length).map(|i: u32| (i % 251) as u8).collect();
            assert_eq!(hash(&pattern, 1_000_003), expected, "{length} bytes");
        }
    }
}
