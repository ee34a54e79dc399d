//! Stands in for the library `crc-fast` below the S3 client: of it, what `aws-smithy-checksums` calls.
//!
//! The library serves a hundred checksums, and links the tables of all: 0.6 MB of a function's 4 MB archive. S3 has
//! three. That of our own uploads (CRC-32) uses the processor's instructions; the others are those of objects that
//! somebody else has uploaded.

use std::fmt::{self, Debug, Formatter};

use crc::{CRC_32_ISCSI, CRC_64_NVME, Crc};

static ISCSI: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);
static NVME: Crc<u64> = Crc::<u64>::new(&CRC_64_NVME);

/// A checksum, by its name in the catalogue of parametrised CRCs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrcAlgorithm {
    /// S3's CRC32.
    Crc32IsoHdlc,
    /// S3's CRC32C.
    Crc32Iscsi,
    /// S3's CRC64NVME.
    Crc64Nvme,
}

/// A checksum of the bytes so far.
#[derive(Clone)]
pub struct Digest(State);

#[derive(Clone)]
enum State {
    IsoHdlc(crc32fast::Hasher),
    Iscsi(crc::Digest<'static, u32>),
    Nvme(crc::Digest<'static, u64>),
}

impl Digest {
    /// Of no bytes.
    #[must_use]
    pub fn new(algorithm: CrcAlgorithm) -> Self {
        Self(match algorithm {
            CrcAlgorithm::Crc32IsoHdlc => State::IsoHdlc(crc32fast::Hasher::new()),
            CrcAlgorithm::Crc32Iscsi => State::Iscsi(ISCSI.digest()),
            CrcAlgorithm::Crc64Nvme => State::Nvme(NVME.digest()),
        })
    }

    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::IsoHdlc(state) => state.update(bytes),
            State::Iscsi(state) => state.update(bytes),
            State::Nvme(state) => state.update(bytes),
        }
    }

    /// The checksum; one of 32 bits stands in the lower half.
    #[must_use]
    pub fn finalize(&self) -> u64 {
        match self.0.clone() {
            State::IsoHdlc(state) => state.finalize().into(),
            State::Iscsi(state) => state.finalize().into(),
            State::Nvme(state) => state.finalize(),
        }
    }
}

impl Debug for Digest {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Digest").field(&self.finalize()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The catalogue's check: the checksum of the digits 1 to 9.
    #[test]
    fn the_checksums_are_those_of_the_catalogue() {
        for (algorithm, check) in [
            (CrcAlgorithm::Crc32IsoHdlc, 0xcbf4_3926),
            (CrcAlgorithm::Crc32Iscsi, 0xe306_9283),
            (CrcAlgorithm::Crc64Nvme, 0xae8b_1486_0a79_9888),
        ] {
            let mut digest = Digest::new(algorithm);
            digest.update(b"1234");
            digest.update(b"56789");
            assert_eq!(digest.finalize(), check, "{algorithm:?}");
        }
    }
}
