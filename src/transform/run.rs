//! From the plateaus of a training run to certified points, and what becomes of the neurons between them.

use super::snap::{NotSnapped, Part, SnapOptions, Snapped, snap};
use super::{instance, written};
use crate::certificate::{Certified, Refused, certify};
use crate::families::BadParameters;
use crate::kink::Options;
use crate::problem::{Data, Instance, Network};
use crate::rational::Rational;
use crate::training::{Parameters, Plateau, Run};

/// A plateau and what is proved of the exact point near it.
#[derive(Debug)]
pub struct Outcome {
    /// The exact point, or why there is none.
    pub point: Result<Point, NotSnapped>,
    /// What happens to the neurons until the next plateau; `None` at the end.
    pub growth: Option<Growth>,
}

/// An exact point that was decided and certified.
#[derive(Debug)]
pub struct Point {
    /// The point.
    pub instance: Instance,
    /// What moved.
    pub snapped: Snapped,
    /// What is proved.
    pub certified: Certified,
}

/// Which neurons grow from one plateau to the next. Of saddles that training passes, the paper says that only small
/// living neurons do: those that the saddle has as zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Growth {
    /// Neurons that are small and living at the plateau.
    pub small: Vec<usize>,
    /// Neurons whose norm at least doubles until the next plateau.
    pub grown: Vec<usize>,
    /// Those of them that weren't small and living.
    pub unexpected: Vec<usize>,
}

/// Why a plateau has no outcome: a bug, or an id that becomes too long.
#[derive(Debug, thiserror::Error)]
pub enum NoOutcome {
    /// The checker refused a certificate.
    #[error(transparent)]
    Refused(#[from] Box<Refused>),
    /// The file would be refused.
    #[error(transparent)]
    Unwritable(#[from] BadParameters),
    /// Weights that aren't finite.
    #[error("weights that aren't finite")]
    NotFinite,
}

/// The exact values of a network in doubles.
pub fn exact(data: &Data, parameters: &Parameters) -> Option<Network> {
    let rows = |flat: Vec<f64>, length: usize| -> Option<Vec<Vec<Rational>>> {
        flat.chunks(length).map(|row| row.iter().map(|value| Rational::from_float(*value)).collect()).collect()
    };
    let output_bias = match parameters.output_bias() {
        Some(bias) => Some(bias.iter().map(|value| Rational::from_float(*value)).collect::<Option<Vec<Rational>>>()?),
        None => None,
    };
    Some(Network {
        input_weights: rows(parameters.input_rows(), data.samples.inputs[0].len())?,
        output_weights: rows(parameters.output_rows(), data.samples.targets[0].len())?,
        output_bias,
    })
}

/// The name of a plateau in ids.
pub fn name(run: &Run, index: usize) -> String {
    if run.plateaus[index].is_end { "end".to_owned() } else { format!("plateau-{index}") }
}

/// Snaps a plateau, decides and certifies the exact point. Cost: that of snapping and of deciding.
///
/// # Errors
/// [`NoOutcome`]
pub fn outcome(
    data: &Data, run: &Run, index: usize, snap_options: &SnapOptions, options: &Options,
) -> Result<Outcome, NoOutcome> {
    let plateau = &run.plateaus[index];
    let network = exact(data, &plateau.parameters).ok_or(NoOutcome::NotFinite)?;
    let point = match snap(data, &network, snap_options) {
        Ok(snapped) => {
            let id = format!("{}-{}", data.id, name(run, index));
            let mut draft = instance(data, &snapped.network, id);
            let of = data.title.as_deref().unwrap_or(&data.id);
            draft.title = Some(match plateau.is_end {
                true => format!("{of}: the end of training"),
                false => format!("{of}: plateau {index} of training"),
            });
            let instance = written(&draft)?;
            let certified = certify(&instance, options)?;
            Ok(Point { instance, snapped, certified })
        }
        Err(reason) => Err(reason),
    };
    let growth = run.plateaus.get(index + 1).map(|next| growth(&point, plateau, next));
    Ok(Outcome { point, growth })
}

/// Squares of the norms of the weights of all neurons.
#[allow(clippy::float_arithmetic)] // What is compared is a float network.
fn squares(parameters: &Parameters) -> Vec<f64> {
    let (w, h) = (parameters.input_rows(), parameters.output_rows());
    let of = |flat: &[f64]| -> Vec<f64> {
        flat.chunks(flat.len() / parameters.width()).map(|row| row.iter().map(|x| x * x).sum()).collect()
    };
    of(&w).into_iter().zip(of(&h)).map(|(w, h)| w + h).collect()
}

/// By the exact point, which neurons are small. Without one: those that the most plausible reading takes for zero, and
/// living ones of less than a quarter of the largest norm.
#[allow(clippy::float_arithmetic)]
fn growth(point: &Result<Point, NotSnapped>, here: &Plateau, next: &Plateau) -> Growth {
    let (before, after) = (squares(&here.parameters), squares(&next.parameters));
    let largest = before.iter().copied().fold(0.0, f64::max);
    let small: Vec<usize> = match point {
        Ok(point) => point.snapped.reading.neurons(|part| *part == Part::Zero),
        Err(NotSnapped::NoPoint { reading, .. }) => {
            let is_small = |i: usize| match reading.parts[i] {
                Part::Zero => true,
                Part::Dead => false,
                Part::Living { .. } => before[i] < largest / 16.0,
            };
            (0..before.len()).filter(|i| is_small(*i)).collect()
        }
        Err(_) => Vec::new(),
    };
    let grown: Vec<usize> = (0..before.len()).filter(|i| after[*i] >= 4.0 * before[*i] && after[*i] > 0.0).collect();
    let unexpected = grown.iter().copied().filter(|i| !small.contains(i)).collect();
    Growth { small, grown, unexpected }
}
