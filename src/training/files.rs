//! The files of a run: networks and the loss curve for numpy, the plateaus as JSON.

use super::{Parameters, Plateau, Run, Settings};
use crate::arrays::write_npz;
use crate::certificate::lay_out;
use crate::problem::Data;
use serde_json::{Value, json};

/// A network as `.npz`, in the names that `snap` reads: `input_weights` (m x d), `output_weights` (m x J),
/// `input_biases` (m) where the data have a hidden bias, `output_bias` (J) if there is one; and `step`.
pub fn network_file(data: &Data, parameters: &Parameters, step: usize) -> Vec<u8> {
    let (width, inputs) = (parameters.width(), data.samples.inputs[0].len());
    let (mut weights, mut biases) = (parameters.input_rows(), None);
    let mut columns = inputs;
    if data.samples.hidden_bias {
        columns -= 1;
        biases = Some(weights.chunks(inputs).map(|row| row[columns]).collect::<Vec<f64>>());
        weights = weights.chunks(inputs).flat_map(|row| row[..columns].to_vec()).collect();
    }
    let mut arrays = vec![("input_weights", vec![width, columns], weights)];
    let outputs = parameters.output_rows();
    arrays.push(("output_weights", vec![width, outputs.len() / width], outputs));
    arrays.extend(biases.map(|biases| ("input_biases", vec![width], biases)));
    arrays.extend(parameters.output_bias().map(|bias| ("output_bias", vec![bias.len()], bias.to_vec())));
    arrays.push(("step", vec![], vec![step as f64]));
    write_npz(&arrays)
}

/// The loss curve as `.npz`: `steps` and `mean_squared_errors`.
pub fn curve_file(run: &Run) -> Vec<u8> {
    let steps: Vec<f64> = run.curve.iter().map(|(step, _)| *step as f64).collect();
    let losses = run.curve.iter().map(|(_, loss)| *loss).collect();
    write_npz(&[("steps", vec![steps.len()], steps), ("mean_squared_errors", vec![run.curve.len()], losses)])
}

/// What the run was and where it was slow: format `relucert.training/1`. `name`: the file of a plateau.
pub fn plateaus_file(data: &Data, settings: &Settings, run: &Run, name: impl Fn(usize) -> String) -> String {
    let plateau = |(index, plateau): (usize, &Plateau)| {
        json!({
            "file": name(index), "step": plateau.step, "from": plateau.from, "to": plateau.to,
            "mean_squared_error": plateau.mean_squared_error, "end": plateau.is_end,
        })
    };
    let plateaus: Value = run.plateaus.iter().enumerate().map(plateau).collect();
    let start = match &settings.start {
        super::Start::Candidate => json!("candidate"),
        super::Start::Normal { width, scale, seed } => json!({ "width": width, "init_scale": scale, "seed": seed }),
    };
    lay_out(&json!({
        "format": "relucert.training/1", "id": data.id, "start": start, "step_size": settings.step_size,
        "steps": run.end().step, "stop_loss": settings.stop_loss, "mean_squared_error": run.end().mean_squared_error,
        "plateaus": plateaus,
    }))
}
