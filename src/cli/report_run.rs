//! `relucert report` of the folder of a training run.

use super::Exit;
use super::output::error;
use super::report::{ReportFormat, Stop, shown};
use crate::arrays::read_arrays;
use crate::exhibit::Paths;
use crate::problem::InstanceFile;
use crate::rational::{Rational, to_f64};
use crate::report::harmless;
use crate::report::html::{Plateau, run_page};
use crate::report::picture::{RunCurve, RunNetwork, RunPlateau, run_file};
use relucert_checker::read_file;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

fn unusable(text: &str) -> Stop {
    error(&harmless(text));
    Stop(Exit::Unusable)
}

/// The page, or the picture alone.
pub(super) fn page(folder: &Path, format: ReportFormat, max_input: u64) -> Result<String, Stop> {
    if !matches!(format, ReportFormat::Html | ReportFormat::Svg) {
        return Err(unusable("the report of a run is html or svg"));
    }
    let read = |name: &str| read_file(&folder.join(name), max_input).map_err(|refusal| unusable(&refusal.text));
    let summary = read("summary.json")?;
    let summary: Value = serde_json::from_slice(&summary).map_err(|e| unusable(&format!("summary.json: {e}")))?;
    if summary["format"] != "relucert.run/1" {
        return Err(unusable(
            "summary.json is not of format relucert.run/1; name the folder of a `relucert run --out`",
        ));
    }
    let arrays = read_arrays(Path::new("curve.npz"), &read("curve.npz")?, max_input);
    let arrays = arrays.map_err(|e| unusable(&format!("curve.npz: {e}")))?;
    let column = |name: &str| {
        let found = arrays.iter().find(|(key, _)| key == name);
        found.map(|(_, array)| array.values.iter().map(|value| to_f64(value).unwrap_or_default()).collect::<Vec<f64>>())
    };
    let (Some(steps), Some(errors)) = (column("steps"), column("mean_squared_errors")) else {
        return Err(unusable("curve.npz: the arrays steps and mean_squared_errors are expected"));
    };
    let points = steps.iter().zip(&errors).map(|(step, error)| (*step as u64, *error)).collect();
    let mut curve = RunCurve { points, plateaus: vec![] };
    let mut plateaus = Vec::new();
    for entry in summary["plateaus"].as_array().into_iter().flatten() {
        let plateau = one(folder, entry, max_input)?;
        let step = |key: &str| entry[key].as_u64().unwrap_or_default();
        curve.plateaus.push(RunPlateau {
            steps: [step("from"), step("to"), step("step")],
            mean_squared_error: entry["mean_squared_error"].as_f64().unwrap_or_default(),
            proved: plateau.point.as_ref().map_or("not snapped", |point| point.verdict).to_owned(),
        });
        plateaus.push(plateau);
    }
    let id = summary["id"].as_str().unwrap_or("run");
    Ok(match format {
        ReportFormat::Svg => run_file(&curve),
        _ => run_page(id, &curve, &plateaus, &networks(folder, max_input)?),
    })
}

/// The networks that the run kept: those of its plateaus, and with `--keep` of other steps.
fn networks(folder: &Path, max_input: u64) -> Result<Vec<RunNetwork>, Stop> {
    let entries = std::fs::read_dir(folder).map_err(|e| unusable(&format!("{}: {e}", folder.display())))?;
    let mut names: Vec<String> =
        entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned())).collect();
    names.retain(|name| name.ends_with(".npz") && (name.starts_with("plateau-") || name.starts_with("step-")));
    let mut found: BTreeMap<u64, RunNetwork> = BTreeMap::new();
    for name in names {
        let bytes = read_file(&folder.join(&name), max_input).map_err(|refusal| unusable(&refusal.text))?;
        let arrays = read_arrays(Path::new(&name), &bytes, max_input).map_err(|e| unusable(&format!("{name}: {e}")))?;
        let array = |key: &str| arrays.iter().find(|(known, _)| known == key).map(|(_, array)| array);
        let (Some(weights), Some(step)) = (array("input_weights"), array("step").and_then(|step| step.values.first()))
        else {
            continue;
        };
        let step = to_f64(step).unwrap_or_default() as u64;
        let columns = weights.shape.get(1).copied().unwrap_or(1).max(1);
        let mut input_weights: Vec<Vec<Rational>> = weights.values.chunks(columns).map(<[Rational]>::to_vec).collect();
        if let Some(biases) = array("input_biases") {
            input_weights.iter_mut().zip(&biases.values).for_each(|(row, bias)| row.push(bias.clone()));
        }
        found.insert(step, RunNetwork { step, input_weights });
    }
    Ok(found.into_values().collect())
}

/// A plateau with its exact point, whose certificate is checked again.
fn one(folder: &Path, entry: &Value, max_input: u64) -> Result<Plateau, Stop> {
    let name = entry["name"].as_str().unwrap_or("plateau").to_owned();
    let Some(id) = entry["id"].as_str() else {
        let reason = entry["reason"].as_str().unwrap_or("no reason is given").to_owned();
        return Ok(Plateau { name, point: Err(reason) });
    };
    let [instance_path, path] = [format!("{id}.json"), format!("{id}.certificate.json")].map(|name| folder.join(name));
    let read = |path: &Path| read_file(path, max_input).map_err(|refusal| unusable(&refusal.text));
    let instance = InstanceFile::read(read(&instance_path)?)
        .map_err(|failure| unusable(&format!("{}: {failure}", instance_path.display())))?;
    let certificate = String::from_utf8_lossy(&read(&path)?).into_owned();
    let paths = Paths { instance: instance_path.display().to_string(), certificate: path.display().to_string() };
    let exhibit = shown(&instance, &certificate, &paths, &BTreeMap::new(), None)?;
    Ok(Plateau { name, point: Ok(exhibit) })
}
