//! Reads the size of PNG pictures (W3C PNG, third edition, sections 5 and 11.2.1).

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Bytes of a chunk beside its data: length, type and checksum.
const AROUND: usize = 12;

/// Returns width and height in pixels of a picture that is whole and not animated.
pub(super) fn size(file: &[u8]) -> Option<(u32, u32)> {
    let mut rest = file.strip_prefix(SIGNATURE)?;
    let header = match chunk(&mut rest)? {
        (b"IHDR", header) if header.len() == 13 => header,
        _ => return None,
    };
    let mut has_data = false;
    loop {
        match chunk(&mut rest)? {
            (b"IHDR" | b"acTL", _) => return None,
            (b"IDAT", _) => has_data = true,
            (b"IEND", _) => break,
            _ => {}
        }
    }
    let number = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    let size = (number(0)?, number(4)?);
    (has_data && rest.is_empty()).then_some(size)
}

/// Takes the next chunk, and returns its type and data.
fn chunk<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8; 4], &'a [u8])> {
    let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
    let (whole, after) = rest.split_at_checked(length.checked_add(AROUND)?)?;
    *rest = after;
    Some((whole.get(4..8)?.try_into().ok()?, whole.get(8..8 + length)?))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], kind, data, &[0; 4]].concat()
    }

    /// A file with these sides and this data.
    pub(in crate::model::logo) fn picture(width: u32, height: u32, data: &[u8]) -> Vec<u8> {
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
        [SIGNATURE.to_vec(), chunk(b"IHDR", &header), chunk(b"IDAT", data), chunk(b"IEND", b"")].concat()
    }

    #[test]
    fn a_file_that_is_cut_off_or_goes_on_is_none() {
        let whole = picture(3, 4, b"data");
        assert_eq!(size(&whole), Some((3, 4)));
        for length in 0..whole.len() {
            assert_eq!(size(&whole[..length]), None, "{length}");
        }
        assert_eq!(size(&[&whole[..], b"<script>"].concat()), None);
    }

    #[test]
    fn an_animated_one_and_one_without_data_are_none() {
        let whole = picture(3, 4, b"data");
        let (header, data) = whole.split_at(SIGNATURE.len() + AROUND + 13);
        assert_eq!(size(&[header, &chunk(b"acTL", &[0; 8]), data].concat()), None);
        assert_eq!(size(&[header, &chunk(b"tEXt", b"a\0b"), data].concat()), Some((3, 4)));
        assert_eq!(size(&[header, &chunk(b"IEND", b"")].concat()), None);
        assert_eq!(size(&[&whole[..8], data].concat()), None, "no header");
    }
}
