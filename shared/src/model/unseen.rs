//! Characters that are invisible, or that change how others are displayed.
//!
//! By Unicode's categories: Zs except the ASCII blank, Zl, Zp, Cc, Cf, Co and noncharacters; further those
//! with the property `Default_Ignorable_Code_Point`, and two that are drawn as nothing. Unassigned characters
//! are not included, because the list would refuse the letters of a later Unicode.

use std::ops::RangeInclusive;

/// Code points of Cf, Co and `Default_Ignorable_Code_Point`, and those drawn as nothing.
const UNSEEN: [RangeInclusive<u32>; 29] = [
    0xad..=0xad,
    0x34f..=0x34f,
    0x600..=0x605,
    0x61c..=0x61c,
    0x6dd..=0x6dd,
    0x70f..=0x70f,
    0x890..=0x891,
    0x8e2..=0x8e2,
    0x115f..=0x1160,
    0x17b4..=0x17b5,
    0x180b..=0x180f,
    0x200b..=0x200f,
    0x202a..=0x202e,
    0x2060..=0x206f,
    0x2800..=0x2800,
    0x3164..=0x3164,
    0xe000..=0xf8ff,
    0xfdd0..=0xfdef,
    0xfe00..=0xfe0f,
    0xfeff..=0xfeff,
    0xffa0..=0xffa0,
    0xfff0..=0xfffb,
    0x110bd..=0x110bd,
    0x110cd..=0x110cd,
    0x13430..=0x1343f,
    0x1bca0..=0x1bca3,
    0x1d173..=0x1d17a,
    0xe0000..=0xe0fff,
    0xf0000..=0x0010_ffff,
];

/// Returns whether the character is one of them.
pub(super) fn is_unseen(character: char) -> bool {
    let code = u32::from(character);
    let is_noncharacter = code & 0xfffe == 0xfffe;
    let is_blank = character.is_whitespace() && character != ' ';
    character.is_control() || is_blank || is_noncharacter || UNSEEN.iter().any(|range| range.contains(&code))
}
