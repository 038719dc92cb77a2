//! Forged checkpoints for tests.

/// The hash at a checkpoint's end, reimplemented so that tests can pass the check with altered contents.
pub fn sealed(mut body: Vec<u8>) -> Vec<u8> {
    let mut hash = 0u64;
    for chunk in body.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    body.extend((hash ^ hash >> 33).to_le_bytes());
    body
}
