//! A stroke font for A-Z and 0-9: polylines on a grid of 5 by 7 points.

/// The width of a glyph, in grid units.
pub const WIDTH: f64 = 4.0;
/// The height of a glyph, in grid units.
pub const HEIGHT: f64 = 6.0;
/// The distance between the left edges of neighbouring glyphs, in grid units.
pub const ADVANCE: f64 = 6.0;

/// A to Z, then 0 to 9. Spaces separate strokes; a stroke is a row of points of two digits each, from the lower left
/// corner.
const GLYPHS: [&[u8]; 36] = [
    b"002640 1333",
    b"00063645443303 3342413000",
    b"4536160501103041",
    b"00063645413000",
    b"46060040 0333",
    b"460600 0333",
    b"45361605011030414323",
    b"0006 4046 0343",
    b"1030 2026 1636",
    b"4641301001",
    b"0006 0246 1340",
    b"060040",
    b"0006234640",
    b"00064046",
    b"103041453616050110",
    b"00063645443303",
    b"103041453616050110 2240",
    b"00063645443303 2340",
    b"453616050413334241301001",
    b"0646 2620",
    b"060110304146",
    b"062046",
    b"0610243046",
    b"0046 0640",
    b"062346 2320",
    b"06460040",
    b"103041453616050110 1135",
    b"152620 1030",
    b"05163645440040",
    b"05163645443313 334241301001",
    b"30360242",
    b"460603334241301001",
    b"4536160501103041423303",
    b"064610",
    b"13334445361605041302011030414233",
    b"0110304145361605041343",
];

/// The segments of a glyph; none for characters without a glyph, such as the space.
pub fn lines(character: u8) -> impl Iterator<Item = [[f64; 2]; 2]> {
    let place = match character {
        b'A'..=b'Z' => Some(character - b'A'),
        b'0'..=b'9' => Some(character - b'0' + 26),
        _ => None,
    };
    let glyph = place.map_or(&b""[..], |place| GLYPHS[usize::from(place)]);
    let strokes = glyph.split(|byte| *byte == b' ');
    strokes.flat_map(|stroke| stroke.windows(4).step_by(2).map(|pair| [point(&pair[..2]), point(&pair[2..])]))
}

fn point(digits: &[u8]) -> [f64; 2] {
    [0, 1].map(|i| f64::from(digits[i] - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn glyphs_are_whole_strokes_within_their_box_and_all_different() {
        for (i, glyph) in GLYPHS.iter().enumerate() {
            for stroke in glyph.split(|byte| *byte == b' ') {
                assert!(stroke.len() >= 4 && stroke.len() % 2 == 0, "glyph {i}");
                assert!(stroke.chunks(2).all(|p| (b'0'..=b'4').contains(&p[0]) && (b'0'..=b'6').contains(&p[1])));
                assert!(stroke.windows(4).step_by(2).all(|pair| pair[..2] != pair[2..]), "glyph {i} repeats a point");
            }
            assert!(!GLYPHS[..i].contains(glyph), "glyph {i}");
        }
    }
}
