//! Dropbox's content hash: SHA-256 over the SHA-256 of each block of 4 MiB.

use std::{
    collections::VecDeque,
    io::{self, Read},
};

use aws_lc_rs::digest::{Context, SHA256};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use sha2::{Digest, Sha256, digest::common::hazmat::SerializableState};

use crate::hex::hex;

/// Size of a block, in bytes.
pub const BLOCK: usize = 4 * 1024 * 1024;

/// Number of past states that are kept, because an upload lags behind what was read by one of its parts.
const PAST: usize = 1024;

/// Hasher of a stream of bytes.
#[derive(Clone)]
pub struct ContentHasher {
    /// Hash of the blocks' hashes. It comes from another library than the hash of a block, because its state
    /// can be saved.
    blocks: Sha256,
    block: Context,
    filled: usize,
    /// Number of whole blocks, and the states after the last of them.
    whole: u64,
    past: VecDeque<Sha256>,
}

impl ContentHasher {
    /// Returns a hasher that has seen no bytes.
    #[must_use]
    pub fn new() -> Self {
        Self::after(Sha256::new(), 0)
    }

    fn after(blocks: Sha256, whole: u64) -> Self {
        Self { past: [blocks.clone()].into(), blocks, block: Context::new(&SHA256), filled: 0, whole }
    }

    /// Returns a hasher that continues after `bytes` bytes, from the state that
    /// [`state_after`](Self::state_after) returned for them; `None` if the text is not such a state.
    #[must_use]
    pub fn resume(state: &str, bytes: u64) -> Option<Self> {
        let state = STANDARD_NO_PAD.decode(state).ok()?;
        let state = state.as_slice().try_into().ok()?;
        Some(Self::after(Sha256::deserialize(state).ok()?, bytes / BLOCK as u64))
    }

    /// Returns the state after the first `bytes` bytes, as text; `None` if that is not a whole number of
    /// blocks, or too long ago.
    #[must_use]
    pub fn state_after(&self, bytes: u64) -> Option<String> {
        if !bytes.is_multiple_of(BLOCK as u64) {
            return None;
        }
        let ago = usize::try_from(self.whole.checked_sub(bytes / BLOCK as u64)?).ok()?;
        let state = self.past.iter().rev().nth(ago)?;
        Some(STANDARD_NO_PAD.encode(state.serialize()))
    }

    /// Returns the number of bytes hashed.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.whole * BLOCK as u64 + self.filled as u64
    }

    /// Hashes everything that a reader returns, in constant memory.
    ///
    /// # Errors
    /// Fails if the reader fails.
    pub fn hash(mut reader: impl Read) -> io::Result<String> {
        let (mut hasher, mut buffer) = (Self::new(), vec![0; BLOCK / 16]);
        loop {
            match reader.read(&mut buffer)? {
                0 => return Ok(hasher.finish()),
                read => hasher.update(&buffer[..read]),
            }
        }
    }

    /// Appends bytes.
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

    /// Returns the hash of all bytes, as 64 lowercase hexadecimal digits.
    #[must_use]
    pub fn finish(mut self) -> String {
        if self.filled > 0 {
            self.end_block();
        }
        hex(&self.blocks.finalize())
    }

    fn end_block(&mut self) {
        let block = std::mem::replace(&mut self.block, Context::new(&SHA256));
        self.blocks.update(block.finish().as_ref());
        self.filled = 0;
        self.whole += 1;
        self.past.push_back(self.blocks.clone());
        if self.past.len() > PAST {
            self.past.pop_front();
        }
    }
}

impl Default for ContentHasher {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_in_pieces(bytes: &[u8], piece: usize) -> String {
        let mut hasher = ContentHasher::new();
        bytes.chunks(piece).for_each(|piece| hasher.update(piece));
        hasher.finish()
    }

    #[test]
    fn it_goes_on_from_a_saved_state() {
        let bytes: Vec<u8> = (0..3 * BLOCK + 5).map(|i| u8::try_from(i % 251).unwrap()).collect();
        let mut hasher = ContentHasher::new();
        hasher.update(&bytes[..2 * BLOCK + 7]);
        assert_eq!(hasher.state_after(BLOCK as u64 + 1), None);
        assert_eq!(hasher.state_after(3 * BLOCK as u64), None);
        for whole in [0, 1, 2] {
            let state = hasher.state_after((whole * BLOCK) as u64).unwrap();
            let mut resumed = ContentHasher::resume(&state, (whole * BLOCK) as u64).unwrap();
            resumed.update(&bytes[whole * BLOCK..]);
            assert_eq!(resumed.bytes(), bytes.len() as u64);
            assert_eq!(resumed.finish(), hash_in_pieces(&bytes, 65_537));
        }
        assert!(ContentHasher::resume("no state", 0).is_none());
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
