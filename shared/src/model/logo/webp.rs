//! Reads the size of WebP pictures (RFC 9649, sections 2 and 3; RFC 6386, section 9.1).

/// Flag of the extended header that the picture is animated.
const ANIMATION: u8 = 0b10;

/// Returns width and height in pixels of a picture that is whole and not animated.
pub(super) fn size(file: &[u8]) -> Option<(u32, u32)> {
    let (length, inside) = file.strip_prefix(b"RIFF")?.split_first_chunk()?;
    if usize::try_from(u32::from_le_bytes(*length)).ok()? != inside.len() {
        return None;
    }
    let mut rest = inside.strip_prefix(b"WEBP")?;
    let (kind, header) = chunk(&mut rest)?;
    let size = match kind {
        b"VP8 " => lossy(header)?,
        b"VP8L" => lossless(header)?,
        b"VP8X" if header.len() >= 10 && header[0] & ANIMATION == 0 => {
            (three_bytes(&header[4..])? + 1, three_bytes(&header[7..])? + 1)
        }
        _ => return None,
    };
    let mut has_data = kind != b"VP8X";
    while !rest.is_empty() {
        match chunk(&mut rest)?.0 {
            b"ANIM" | b"ANMF" => return None,
            b"VP8 " | b"VP8L" => has_data = true,
            _ => {}
        }
    }
    has_data.then_some(size)
}

/// Takes the next chunk, which is padded to an even length, and returns its type and data.
fn chunk<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8; 4], &'a [u8])> {
    let (kind, after) = rest.split_first_chunk::<4>()?;
    let (length, after) = after.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (data, after) = after.split_at_checked(length)?;
    *rest = after.get(length % 2..)?;
    Some((kind, data))
}

/// Reads the header of a key frame.
fn lossy(data: &[u8]) -> Option<(u32, u32)> {
    let sides = data.get(3..)?.strip_prefix(b"\x9d\x01\x2a")?.first_chunk::<4>()?;
    let side = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    (data[0] & 1 == 0).then(|| (side(sides[0], sides[1]), side(sides[2], sides[3])))
}

fn lossless(data: &[u8]) -> Option<(u32, u32)> {
    let bits = u32::from_le_bytes(*data.strip_prefix(b"\x2f")?.first_chunk()?);
    Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
}

fn three_bytes(data: &[u8]) -> Option<u32> {
    let [low, middle, high] = *data.first_chunk()?;
    Some(u32::from_le_bytes([low, middle, high, 0]))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn file(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
        let length = |bytes: usize| u32::try_from(bytes).unwrap().to_le_bytes();
        let mut inside = b"WEBP".to_vec();
        for (kind, data) in chunks {
            inside.extend([&kind[..], &length(data.len()), data, &vec![0; data.len() % 2]].concat());
        }
        [&b"RIFF"[..], &length(inside.len()), &inside].concat()
    }

    /// A file with these sides.
    pub(in crate::model::logo) fn lossless(width: u32, height: u32) -> Vec<u8> {
        let bits = (width - 1) | ((height - 1) << 14);
        file(&[(b"VP8L", [&b"\x2f"[..], &bits.to_le_bytes(), b"rest"].concat())])
    }

    fn extended(flags: u8, width: u8) -> Vec<u8> {
        vec![flags, 0, 0, 0, width - 1, 0, 0, 8, 1, 0]
    }

    #[test]
    fn each_kind_of_picture_says_its_size() {
        assert_eq!(size(&lossless(512, 7)), Some((512, 7)));
        let lossy = b"\x10\0\0\x9d\x01\x2a\x40\x01\xf0\x40rest".to_vec();
        assert_eq!(size(&file(&[(b"VP8 ", lossy.clone())])), Some((320, 240)));
        assert_eq!(size(&file(&[(b"VP8X", extended(0x10, 9)), (b"VP8 ", lossy)])), Some((9, 265)));
    }

    #[test]
    fn a_file_that_is_cut_off_or_goes_on_is_none() {
        let whole = lossless(3, 4);
        for length in 0..whole.len() {
            assert_eq!(size(&whole[..length]), None, "{length}");
        }
        assert_eq!(size(&[&whole[..], b"<script>"].concat()), None);
    }

    #[test]
    fn an_animated_one_and_one_without_data_are_none() {
        let data = (b"VP8L", b"\x2f\0\0\0\0".to_vec());
        assert_eq!(size(&file(&[(b"VP8X", extended(ANIMATION, 9)), data.clone()])), None);
        assert_eq!(size(&file(&[(b"VP8X", extended(0, 9)), (b"ANMF", vec![]), data.clone()])), None);
        assert_eq!(size(&file(&[(b"VP8X", extended(0, 9))])), None);
        assert_eq!(size(&file(&[(b"ICCP", vec![]), data])), None);
    }
}
