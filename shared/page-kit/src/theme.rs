//! A project's own stylesheet: its colour, changed where that is needed to be readable.

use shared::model::Accent;

/// Least contrast of text with what is behind it (WCAG 2.2, 1.4.3).
const LEAST_CONTRAST: f64 = 4.5;
/// Background of the light pages' sheets.
const LIGHT: [u8; 3] = [0xff, 0xff, 0xff];
/// Background of the light pages' chosen rows, which is the darkest one that the colour stands on.
const LIGHT_WASH: [u8; 3] = [0xf1, 0xf5, 0xff];
/// Background of the dark pages' chosen rows, which is the lightest one that the colour stands on.
const DARK_WASH: [u8; 3] = [0x1b, 0x25, 0x40];
/// Ink of the dark pages.
const DARK_INK: [u8; 3] = [0x14, 0x13, 0x11];

/// Returns the stylesheet of a project with this colour.
#[must_use]
pub fn stylesheet(accent: Accent) -> String {
    let light = readable(accent.0, LIGHT_WASH, [0, 0, 0]);
    let dark = readable(accent.0, DARK_WASH, [0xff, 0xff, 0xff]);
    format!(
        ":root{{--accent:{};--on-accent:{}}}\n\
         @media (prefers-color-scheme:dark){{:root{{--accent:{};--on-accent:{}}}}}\n",
        Accent(light),
        Accent(ink(light)),
        Accent(dark),
        Accent(ink(dark)),
    )
}

/// Returns the colour, mixed with as little as needed of another one to be readable on the ground.
fn readable(colour: [u8; 3], ground: [u8; 3], towards: [u8; 3]) -> [u8; 3] {
    let steps = (0..=20_u16).map(|step| mixed(colour, towards, step));
    steps.clone().find(|mixed| contrast(*mixed, ground) >= LEAST_CONTRAST).unwrap_or(towards)
}

/// Mixes twentieths of one colour into another.
fn mixed(colour: [u8; 3], other: [u8; 3], twentieths: u16) -> [u8; 3] {
    std::array::from_fn(|part| {
        let (one, other) = (u16::from(colour[part]), u16::from(other[part]));
        u8::try_from((one * (20 - twentieths) + other * twentieths) / 20).unwrap_or(u8::MAX)
    })
}

/// Returns the colour of text on a background: the more readable of a light and a dark one.
fn ink(ground: [u8; 3]) -> [u8; 3] {
    if contrast(LIGHT, ground) >= contrast(DARK_INK, ground) { LIGHT } else { DARK_INK }
}

/// Returns the contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_colour_a_project_has_is_readable() {
        for accent in [[0, 0, 0], [255, 255, 255], [255, 221, 0], [11, 92, 255], [127, 127, 127], [255, 0, 0]]
        {
            let (light, dark) =
                (readable(accent, LIGHT_WASH, [0, 0, 0]), readable(accent, DARK_WASH, [255, 255, 255]));
            assert!(contrast(light, LIGHT) >= LEAST_CONTRAST && contrast(dark, DARK_WASH) >= LEAST_CONTRAST);
            assert!(contrast(light, ink(light)) >= LEAST_CONTRAST, "{accent:?}");
            assert!(contrast(dark, ink(dark)) >= LEAST_CONTRAST, "{accent:?}");
        }
    }

    #[test]
    fn a_readable_colour_stays_as_it_is() {
        let sheet = stylesheet(Accent([0x0b, 0x5c, 0xd0]));
        assert!(sheet.starts_with(":root{--accent:#0b5cd0;--on-accent:#ffffff}"), "{sheet}");
    }
}
