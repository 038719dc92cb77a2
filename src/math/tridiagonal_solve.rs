//! Tridiagonal equations of a chain of nodes, by elimination without subtraction. The pivots have rounding-level errors
//! for nodes of very different weights (Alfa, Xue and Ye, *Accurate computation of the smallest eigenvalue of a
//! diagonally dominant M-matrix*, 2002).

use alloc::vec::Vec;

/// Node i of a chain: e u_i + l (u_i - u_{i-1}) + r (u_i - u_{i+1}) = f.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// e, positive.
    pub excess: f64,
    /// l, not negative; 0 at the first node.
    pub left: f64,
    /// r, not negative; 0 at the last node.
    pub right: f64,
    /// f
    pub force: f64,
}

/// The solution u of all `rows`.
pub fn solve(rows: &[Row]) -> Vec<f64> {
    // Elimination leaves K_i u_i + r_i (u_i - u_{i+1}) = g_i. The pivot is K_i + r_i, and both parts are sums.
    let mut reduced: Vec<(f64, f64)> = Vec::with_capacity(rows.len());
    let (mut excess, mut force, mut right) = (0.0, 0.0, 0.0);
    for row in rows {
        let pivot = excess + right;
        let share = if pivot > 0.0 { row.left / pivot } else { 0.0 };
        excess = row.excess + share * excess;
        force = row.force + share * force;
        right = row.right;
        reduced.push((excess, force));
    }
    let mut next = 0.0;
    let mut values: Vec<f64> = reduced
        .iter()
        .zip(rows)
        .rev()
        .map(|((excess, force), row)| {
            next = (force + row.right * next) / (excess + row.right);
            next
        })
        .collect();
    values.reverse();
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn chain(n: usize, row: impl Fn(usize) -> (f64, f64, f64), exact: &[f64]) -> Vec<Row> {
        let build = |i: usize| {
            let (excess, left, right) = row(i);
            let (left, right) = (if i == 0 { 0.0 } else { left }, if i + 1 == n { 0.0 } else { right });
            let before = if i == 0 { 0.0 } else { left * (exact[i] - exact[i - 1]) };
            let after = if i + 1 == n { 0.0 } else { right * (exact[i] - exact[i + 1]) };
            Row { excess, left, right, force: excess * exact[i] + before + after }
        };
        (0..n).map(build).collect()
    }

    #[test]
    fn solve_recovers_the_vector_behind_the_right_hand_side() {
        for n in [1, 2, 3, 50] {
            let exact: Vec<f64> = (0..n).map(|i| ((7 * i + 3) % 11) as f64 - 4.0).collect();
            let rows = chain(n, |i| (0.5 + (i % 3) as f64, 1.0 + (i % 5) as f64, 3.0 - (i % 2) as f64), &exact);
            let gap = solve(&rows).iter().zip(&exact).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(gap < 1e-13, "{n} nodes: {gap:e}");
        }
    }

    #[test]
    fn solve_keeps_its_digits_where_coupling_dwarfs_the_excess() {
        // Coupling is so strong that all nodes have one value: Σ e u = Σ f. Elimination with subtraction would lose all
        // digits.
        let n = 200;
        let mut rows = vec![Row { excess: 1e-12, left: 1e6, right: 1e6, force: 0.0 }; n];
        (rows[0].left, rows[n - 1].right, rows[0].force) = (0.0, 0.0, 3e-10);
        let values = solve(&rows);
        for value in &values {
            assert!((value - 1.5).abs() < 1e-9, "{value}");
        }
    }
}
