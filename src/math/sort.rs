//! Merge sort of numbers in ascending order (von Neumann 1945). The standard library's sorts are compiled once per use
//! and would add 5 KB to the page's module.

use alloc::vec;
use alloc::vec::Vec;

/// The indices that sort `values` by [`f64::total_cmp`], stable for equal values.
pub fn ascending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    let mut merged = vec![0; values.len()];
    let mut width = 1;
    while width < values.len() {
        for (pair, out) in order.chunks(2 * width).zip(merged.chunks_mut(2 * width)) {
            merge(values, pair.split_at(width.min(pair.len())), out);
        }
        core::mem::swap(&mut order, &mut merged);
        width *= 2;
    }
    order
}

fn merge(values: &[f64], (mut left, mut right): (&[usize], &[usize]), out: &mut [usize]) {
    for place in out {
        let from_left = match (left, right) {
            ([], _) => false,
            (_, []) => true,
            ([i, ..], [j, ..]) => values[*i].total_cmp(&values[*j]).is_le(),
        };
        let side = if from_left { &mut left } else { &mut right };
        (*place, *side) = (side[0], &side[1..]);
    }
}

/// Sorts `values` by [`f64::total_cmp`].
pub fn sort(values: &mut [f64]) {
    let sorted: Vec<f64> = ascending(values).into_iter().map(|i| values[i]).collect();
    values.copy_from_slice(&sorted);
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn ascending_is_the_stable_order_of_the_standard_library() {
        for count in (0..40).chain([1000, 1023, 1024, 1025]) {
            let mut values: Vec<f64> = (0..count).map(|i: usize| (i * i % 53) as f64 - 25.0).collect();
            if count > 30 {
                values[7..13].copy_from_slice(&[f64::NAN, f64::INFINITY, -0.0, 0.0, f64::NEG_INFINITY, -f64::NAN]);
            }
            let mut exact: Vec<usize> = (0..count).collect();
            exact.sort_by(|i, j| values[*i].total_cmp(&values[*j]));
            assert_eq!(ascending(&values), exact, "{count}");
            sort(&mut values);
            assert!(values.is_sorted_by(|a, b| a.total_cmp(b).is_le()), "{count}");
        }
    }
}
