//! What a training run came to.

use crate::problem::Data;
use crate::training::{Plateau, Run};
use comfy_table::{Table, presets};
use serde_json::{Value, json};

/// The plateaus as a table.
pub fn table(data: &Data, run: &Run) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["plateau", "slow from step", "to", "slowest at", "mean squared error there"]);
    for (index, plateau) in run.plateaus.iter().enumerate() {
        let name = if plateau.is_end { format!("{index} (end)") } else { index.to_string() };
        let [from, to, step] = [plateau.from, plateau.to, plateau.step].map(|step| step.to_string());
        table.add_row([name, from, to, step, format!("{:.9}", plateau.mean_squared_error)]);
    }
    let rows: String = table.lines().map(|line| format!(" {}\n", line.trim_end())).collect();
    format!("{} - {} steps\n{rows}", data.id, run.end().step)
}

/// The same on one line of JSON: format `relucert.training/1`, without what only the files need.
pub fn json_line(data: &Data, run: &Run) -> String {
    let plateau = |plateau: &Plateau| {
        json!({
            "step": plateau.step, "from": plateau.from, "to": plateau.to,
            "mean_squared_error": plateau.mean_squared_error, "end": plateau.is_end,
        })
    };
    let plateaus: Value = run.plateaus.iter().map(plateau).collect();
    json!({
        "format": "relucert.training/1", "id": data.id, "steps": run.end().step,
        "mean_squared_error": run.end().mean_squared_error, "plateaus": plateaus,
    })
    .to_string()
}
