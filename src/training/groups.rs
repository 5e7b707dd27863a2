//! Neurons with one activation pattern, moved together.
//!
//! Let `V = sum_k slope_k e_k x_k^T` (J x d), the same for all neurons with these slopes. A step with rates r and s takes
//! `w` to `w - r V^T h` and `h` to `h - s V w`: a linear map of `(w, h)`, the same for all of them. So t steps are one
//! matrix P (E x E, `E = d + J`), the product of the maps, and what the group puts out,
//!
//! ```text
//! sum_i h_i w_i^T = P_h G P_w^T,    G = sum_i (w_i, h_i) (w_i, h_i)^T at the start,
//! ```
//!
//! needs no neuron by itself: the cost of a step doesn't depend on how many there are. It holds as long as all patterns
//! are what they were. For a neuron that starts at `(w, h)`,
//!
//! ```text
//! |w(t) . x_k - w . x_k| <= |x_k| ||P_w - (I, 0)|| |(w, h)|,
//! ```
//!
//! so that no sign turns while the Frobenius norm of `P_w - (I, 0)` is below its *reach*, the least `|w . x_k| / (|x_k|
//! |(w, h)|)`. This is looked at in every step; what comes too close, or hops to and fro across a kink, is moved singly.

use super::arrays::{LANES, Lanes, Parameters, Samples, add, times};
use std::collections::BTreeMap;

/// Neurons that would reach a kink within so many steps at the present speed are moved singly.
const LIFETIME: f64 = 64.0;

/// What rounding may do in [`super::steps::PERIOD`] steps, far more than it does: it is taken off the reach.
const ROUNDING: f64 = 1e-11;

/// The product of the norms of a neuron and a sample that products of their entries can have without loss.
const SMALLEST: f64 = 1e-280;

/// Most samples with groups; with more, hardly two neurons have one pattern.
const MOST_SAMPLES: usize = 128;

/// Groups in blocks of four, and how they have moved since the neurons were divided up.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// Neuron and group.
    members: Vec<(usize, usize)>,
    blocks: usize,
    /// For each block n arrays: the slopes.
    slopes: Vec<Lanes>,
    /// For each block E x E arrays: G.
    moments: Vec<Lanes>,
    /// For each block E x E arrays: P.
    motion: Vec<Lanes>,
    /// For each block the square of the least reach.
    limits: Vec<Lanes>,
}

/// Neurons of one pattern.
struct Group {
    neurons: Vec<(usize, f64)>,
    slopes: Vec<f64>,
}

/// Divides the neurons of a network into groups and those that are moved singly, which come as a list. Neurons that
/// nothing can move (all slopes 0, strictly, or all weights 0) are in neither. Residuals only help to estimate speeds.
pub(super) fn divide(
    samples: &Samples, network: &Parameters, residuals: &[f64], rates: [f64; 3],
) -> (Groups, Vec<usize>) {
    let (d, everyone) = (samples.inputs, || (Groups::default(), (0..network.width()).collect()));
    if samples.count() > MOST_SAMPLES {
        return everyone();
    }
    let lengths: Vec<f64> = samples.x.chunks_exact(d).map(norm).collect();
    let (mut by_pattern, mut singles, mut weights) = (BTreeMap::<u128, Group>::new(), Vec::new(), Vec::new());
    for i in 0..network.width() {
        weights.clear();
        weights.extend(network.neuron(i));
        let size = norm(&weights);
        if size == 0.0 {
            continue;
        }
        let (mut pattern, mut reach, mut slopes) = (0, f64::INFINITY, 0.0);
        let rows = samples.x.chunks_exact(d).zip(&lengths).enumerate();
        for (k, (x, length)) in rows.filter(|(_, (_, length))| **length != 0.0) {
            let z: f64 = weights.iter().zip(x).map(|(w, x)| w * x).sum();
            pattern |= u128::from(z < 0.0) << k;
            // What isn't a number, or so small that products are rounded away, is within no reach.
            let here = if length * size > SMALLEST { z.abs() / length / size } else { 0.0 };
            reach = if here >= reach { reach } else { here };
            slopes += samples.slopes[usize::from(z < 0.0)].abs();
        }
        let reach = reach * 0.999 - ROUNDING;
        let is_clear = reach > ROUNDING;
        if !is_clear {
            singles.push(i);
        } else if slopes > 0.0 {
            let slope = |k: usize| samples.slopes[usize::from(pattern >> k & 1 == 1)];
            let group = || Group { neurons: vec![], slopes: (0..samples.count()).map(slope).collect() };
            by_pattern.entry(pattern).or_insert_with(group).neurons.push((i, reach));
        }
    }
    let mut groups: Vec<Group> = by_pattern.into_values().collect();
    for group in &mut groups {
        let least = LIFETIME * rates[0] * norm(&group.pull(samples, residuals));
        let (stay, leave) = std::mem::take(&mut group.neurons).into_iter().partition(|(_, reach)| *reach > least);
        group.neurons = stay;
        singles.extend(leave.into_iter().map(|(i, _)| i));
    }
    groups.retain(|group| !group.neurons.is_empty());
    singles.sort_unstable();
    let blocks = |count: usize| count.div_ceil(LANES);
    let [single, together] = operations(samples);
    if blocks(groups.len()) * together + blocks(singles.len()) * single >= blocks(network.width()) * single {
        return everyone();
    }
    (Groups::of(samples, network, &groups), singles)
}

/// The Euclidean norm, scaled so that squares of what is tiny don't vanish.
fn norm(entries: &[f64]) -> f64 {
    let largest = entries.iter().fold(0.0, |largest: f64, entry| largest.max(entry.abs()));
    let scale = if largest > 0.0 { largest } else { 1.0 };
    scale * entries.iter().map(|entry| (entry / scale) * (entry / scale)).sum::<f64>().sqrt()
}

/// How many operations a step costs for a neuron and for a group, about.
fn operations(samples: &Samples) -> [usize; 2] {
    let (n, d, j) = (samples.count(), samples.inputs, samples.outputs);
    let e = d + j;
    [n * (2 * d + 3 * j + 4), n * j * (2 * d + 3) + e * (2 * d * j + d) + j * e * (d + e)]
}

impl Group {
    /// `V`, row by row.
    fn pull(&self, samples: &Samples, residuals: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; samples.outputs * samples.inputs];
        let rows = samples.x.chunks_exact(samples.inputs).zip(residuals.chunks_exact(samples.outputs));
        for ((x, e), slope) in rows.zip(&self.slopes) {
            for (row, e) in sum.chunks_exact_mut(samples.inputs).zip(e) {
                row.iter_mut().zip(x).for_each(|(sum, x)| *sum += slope * e * x);
            }
        }
        sum
    }
}

impl Groups {
    fn of(samples: &Samples, network: &Parameters, groups: &[Group]) -> Groups {
        let (n, e, blocks) = (samples.count(), samples.inputs + samples.outputs, groups.len().div_ceil(LANES));
        let mut found = Groups {
            members: Vec::new(),
            blocks,
            slopes: vec![[0.0; LANES]; blocks * n],
            moments: vec![[0.0; LANES]; blocks * e * e],
            motion: vec![[0.0; LANES]; blocks * e * e],
            limits: vec![[f64::INFINITY; LANES]; blocks],
        };
        for matrix in found.motion.chunks_exact_mut(e * e) {
            (0..e).for_each(|a| matrix[a * e + a] = [1.0; LANES]);
        }
        let mut weights = Vec::new();
        for (index, group) in groups.iter().enumerate() {
            let (block, lane) = (index / LANES, index % LANES);
            group.slopes.iter().enumerate().for_each(|(k, slope)| found.slopes[block * n + k][lane] = *slope);
            let moments = &mut found.moments[block * e * e..(block + 1) * e * e];
            for (i, reach) in &group.neurons {
                found.members.push((*i, index));
                let limit = &mut found.limits[block][lane];
                *limit = limit.min(reach * reach);
                weights.clear();
                weights.extend(network.neuron(*i));
                for (row, left) in moments.chunks_exact_mut(e).zip(&weights) {
                    row.iter_mut().zip(&weights).for_each(|(sum, right)| sum[lane] += left * right);
                }
            }
        }
        found
    }

    pub(super) fn blocks(&self) -> usize {
        self.blocks
    }

    /// Moves the members in a network that is still as it was when they were divided up.
    pub(super) fn apply(&self, network: &mut Parameters) {
        let mut weights = Vec::new();
        for (i, group) in &self.members {
            let (block, lane) = (group / LANES, group % LANES);
            weights.clear();
            weights.extend(network.neuron(*i));
            let e = weights.len();
            let rows = self.motion[block * e * e..(block + 1) * e * e].chunks_exact(e);
            for (to, row) in network.neuron_mut(*i).zip(rows) {
                *to = row.iter().zip(&weights).map(|(entry, weight)| entry[lane] * weight).sum();
            }
        }
    }

    /// Adds to `outputs` what a block puts out that hasn't moved yet.
    pub(super) fn put_out(&self, block: usize, samples: &Samples, outputs: &mut [Lanes]) {
        let (n, d, e) = (samples.count(), samples.inputs, samples.inputs + samples.outputs);
        let products = &self.moments[block * e * e..(block + 1) * e * e];
        let slopes = &self.slopes[block * n..(block + 1) * n];
        let rows = samples.x.chunks_exact(d).zip(outputs.chunks_exact_mut(samples.outputs));
        for (slope, (x, sums)) in slopes.iter().zip(rows) {
            for (sum, row) in sums.iter_mut().zip(products[d * e..].chunks_exact(e)) {
                for lane in 0..LANES {
                    sum[lane] += slope[lane] * row.iter().zip(x).map(|(entry, x)| entry[lane] * x).sum::<f64>();
                }
            }
        }
    }

    /// Moves a block, and adds to `outputs` what it puts out then. Whether a neuron may have left its pattern: then
    /// only the motion counts. `E = D + J`.
    #[inline(always)]
    pub(super) fn block<const D: usize, const J: usize, const E: usize>(
        &mut self, block: usize, samples: &Samples, residuals: &[f64], rates: [f64; 3], outputs: &mut [Lanes],
    ) -> bool {
        let count = samples.count();
        let slopes = &self.slopes[block * count..(block + 1) * count];
        let motion: &mut [[Lanes; E]; E] =
            self.motion.as_chunks_mut().0.as_chunks_mut().0.get_mut(block).expect(IN_RANGE);
        let moments: &[[Lanes; E]; E] = self.moments.as_chunks().0.as_chunks().0.get(block).expect(IN_RANGE);
        let x: &[[f64; D]] = samples.x.as_chunks().0;
        let residuals: &[[f64; J]] = residuals.as_chunks().0;

        let mut pull = [[[0.0; LANES]; D]; J];
        for ((slope, x), e) in slopes.iter().zip(x).zip(residuals) {
            for j in 0..J {
                let scaled = times(slope, &[e[j]; LANES]);
                for a in 0..D {
                    add(&mut pull[j][a], &scaled, &[x[a]; LANES]);
                }
            }
        }
        let (mut to_w, mut to_h) = (pull, pull);
        for j in 0..J {
            for a in 0..D {
                to_w[j][a] = times(&pull[j][a], &[-rates[0]; LANES]);
                to_h[j][a] = times(&pull[j][a], &[-rates[1]; LANES]);
            }
        }
        let mut strayed = [0.0; LANES];
        let mut products = [[[0.0; LANES]; D]; J];
        #[allow(clippy::needless_range_loop)] // Columns of a matrix.
        for c in 0..E {
            let (mut w, mut h) = ([[0.0; LANES]; D], [[0.0; LANES]; J]);
            for a in 0..D {
                w[a] = motion[a][c];
            }
            for j in 0..J {
                h[j] = motion[D + j][c];
            }
            for a in 0..D {
                let mut moved = w[a];
                for j in 0..J {
                    add(&mut moved, &to_w[j][a], &h[j]);
                }
                motion[a][c] = moved;
                if a == c {
                    moved.iter_mut().for_each(|entry| *entry -= 1.0);
                }
                add(&mut strayed, &moved, &moved);
            }
            for j in 0..J {
                let mut moved = h[j];
                for a in 0..D {
                    add(&mut moved, &to_h[j][a], &w[a]);
                }
                motion[D + j][c] = moved;
            }
        }
        for j in 0..J {
            for c in 0..E {
                let mut entry = [0.0; LANES];
                for b in 0..E {
                    add(&mut entry, &motion[D + j][b], &moments[b][c]);
                }
                for a in 0..D {
                    add(&mut products[j][a], &entry, &motion[a][c]);
                }
            }
        }
        let sums: &mut [[Lanes; J]] = outputs.as_chunks_mut().0;
        for ((slope, x), sums) in slopes.iter().zip(x).zip(sums) {
            for j in 0..J {
                let mut sum = [0.0; LANES];
                for a in 0..D {
                    add(&mut sum, &products[j][a], &[x[a]; LANES]);
                }
                add(&mut sums[j], slope, &sum);
            }
        }
        // What is not a number isn't within limits.
        let mut within = true;
        strayed.iter().zip(&self.limits[block]).for_each(|(strayed, limit)| within &= strayed <= limit);
        !within
    }
}

const IN_RANGE: &str = "blocks are counted";
