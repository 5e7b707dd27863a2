//! The instance as the checker reads it: activation, samples, candidate, trained parameters.
//! Title, source, expectations and witnesses prove nothing, so their contents are not looked at.

use crate::json::Json;
use crate::number::{Rational, read_instance};
use crate::vector::{Row, Vector};
use crate::{Refusal, ensure};
use num_traits::{One, Signed, Zero};

/// The format that is read.
pub const FORMAT: &str = "relucert.instance/1";

/// A network `yhat(x) = c + sum_i h_i rho(w_i . x)`, or a change of one: `w_i` m rows of length d, `h_i` m rows of
/// length J, `c` one row of length J or none.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    pub(crate) input_weights: Vec<Vector>,
    pub(crate) output_weights: Vec<Vector>,
    pub(crate) output_bias: Vec<Vector>,
}

/// Problem and candidate, with a hidden bias written out as a last constant input 1.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) id: String,
    /// alpha_plus and alpha_minus
    pub(crate) slopes: (Rational, Rational),
    /// `x_k`: n rows of length d.
    pub(crate) inputs: Vec<Vector>,
    /// The same, column by column.
    pub(crate) columns: Vec<Row>,
    /// `y_k`: n rows of length J.
    pub(crate) targets: Vec<Vector>,
    pub(crate) candidate: Network,
    /// Whether input weights, output weights and output bias are trained.
    pub(crate) trained: [bool; 3],
}

pub(crate) fn number(json: &Json) -> Result<Rational, Refusal> {
    let text = if let Json::Number(text) | Json::Text(text) = json { Some(text) } else { None };
    text.and_then(|text| read_instance(text)).ok_or_else(|| Refusal::malformed("expected a rational number"))
}

/// A row of J numbers; with scalar output the brackets may be left out.
fn output_row(json: &Json) -> Result<Vector, Refusal> {
    if matches!(json, Json::List(_)) { json.list(number) } else { Ok(vec![number(json)?]) }
}

/// The slopes of an activation on its two sides.
pub(crate) fn slopes(activation: &Json) -> Result<(Rational, Rational), Refusal> {
    Ok(match activation {
        Json::Text(name) if name == "relu" => (Rational::one(), Rational::zero()),
        Json::Text(name) if name == "absolute-value" => (Rational::one(), -Rational::one()),
        json => {
            let json = json.object(&["positive", "negative"])?;
            (number(json.field("positive")?)?, number(json.field("negative")?)?)
        }
    })
}

/// Whether a name is an `id`: `[A-Za-z0-9][A-Za-z0-9._-]{0,99}`.
pub fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let starts_well = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    starts_well && text.len() <= 100 && text.bytes().all(allowed)
}

/// Whether there are `count` rows of `length` numbers.
fn shape(rows: &[Vector], count: usize, length: usize) -> bool {
    rows.len() == count && rows.iter().all(|row| row.len() == length)
}

impl Network {
    pub(crate) fn read(
        json: &Json, number: fn(&Json) -> Result<Rational, Refusal>, row: fn(&Json) -> Result<Vector, Refusal>,
    ) -> Result<Network, Refusal> {
        let json = json.object(&["input_weights", "output_weights", "output_bias"])?;
        Ok(Network {
            input_weights: json.field("input_weights")?.list(|weights| weights.list(number))?,
            output_weights: json.field("output_weights")?.list(row)?,
            output_bias: json.get("output_bias").map(row).transpose()?.into_iter().collect(),
        })
    }
    /// Input weights, output weights, output bias, in the order of `trained`.
    pub(crate) fn parts(&self) -> [&Vec<Vector>; 3] {
        [&self.input_weights, &self.output_weights, &self.output_bias]
    }
    /// `w_i . x_k` for every neuron i and sample k.
    pub(crate) fn preactivations(&self, inputs: &[Vector]) -> Vec<Vector> {
        let rows: Vec<Row> = inputs.iter().map(|x| Row::of(x.iter())).collect();
        let products = |w: &Vector| {
            let w = Row::of(w.iter());
            rows.iter().map(|x| w.dot(x)).collect()
        };
        self.input_weights.iter().map(products).collect()
    }
}

impl Instance {
    /// J
    pub(crate) fn outputs(&self) -> usize {
        self.targets.first().map_or(0, Vec::len)
    }
    /// d, a hidden bias included.
    pub(crate) fn dimension(&self) -> usize {
        self.inputs.first().map_or(0, Vec::len)
    }
    /// The slope of the activation at `z`; at 0 either would do, because it is multiplied by 0.
    pub(crate) fn slope(&self, z: &Rational) -> &Rational {
        if z.is_negative() { &self.slopes.1 } else { &self.slopes.0 }
    }
    /// Whether a network has the shape that the samples ask for.
    pub(crate) fn fits(&self, network: &Network, width: usize, biases: usize) -> bool {
        shape(&network.input_weights, width, self.dimension())
            && shape(&network.output_weights, width, self.outputs())
            && shape(&network.output_bias, biases, self.outputs())
    }

    pub(crate) fn read(document: &Json) -> Result<Instance, Refusal> {
        Self::read_content(document).map_err(|refusal| Refusal::unreadable("instance", refusal.text))
    }

    fn read_content(document: &Json) -> Result<Instance, Refusal> {
        let demand = |holds: bool, text: &str| ensure(holds, "malformed", text);
        let keys = ["format", "id", "title", "source", "activation", "samples", "candidate", "trained", "witnesses"];
        let document = document.object(&[&keys[..], &["expected"]].concat())?;
        let id = document.field("id")?.text()?.to_owned();
        let samples = document.field("samples")?.object(&["inputs", "targets", "hidden_bias"])?;
        let mut inputs = samples.field("inputs")?.list(|x| x.list(number))?;
        let targets = samples.field("targets")?.list(output_row)?;
        let candidate = Network::read(document.field("candidate")?, number, output_row)?;
        let (dimension, outputs) = (inputs.first().map_or(0, Vec::len), targets.first().map_or(0, Vec::len));
        let count = inputs.len();
        let rectangular = shape(&inputs, count, dimension) && shape(&targets, count, outputs);
        demand(rectangular && dimension > 0 && outputs > 0, "samples that don't fit together, or none")?;
        match samples.get("hidden_bias") {
            None | Some(Json::Bool(false)) => {}
            Some(Json::Bool(true)) => inputs.iter_mut().for_each(|x| x.push(Rational::one())),
            _ => return Err(Refusal::malformed("hidden_bias is true or false")),
        }
        let slopes = slopes(document.field("activation")?)?;
        let (width, biases) = (candidate.input_weights.len(), candidate.output_bias.len());
        let trained = trained(document.get("trained"), biases)?;
        let length = inputs.first().map_or(0, Vec::len);
        let columns = (0..length).map(|i| Row::of(inputs.iter().filter_map(|x| x.get(i)))).collect();
        let instance = Instance { id, slopes, inputs, columns, targets, candidate, trained };
        demand(is_id(&instance.id), "not an id")?;
        demand(!instance.slopes.0.is_zero() || !instance.slopes.1.is_zero(), "both slopes are zero")?;
        let fits = width > 0 && instance.fits(&instance.candidate, width, biases);
        demand(fits, "the candidate's shape does not fit the samples")?;
        Ok(instance)
    }
}

fn trained(json: Option<&Json>, biases: usize) -> Result<[bool; 3], Refusal> {
    let Some(json) = json else { return Ok([true, true, biases > 0]) };
    let names = json.list(|name| name.text().map(str::to_owned))?;
    let count = |known| names.iter().filter(|name| *name == known).count();
    let counts @ [inputs, outputs, bias] = ["input_weights", "output_weights", "output_bias"].map(count);
    let known = inputs <= 1 && outputs <= 1 && bias <= biases && inputs + outputs + bias == names.len();
    ensure(known && !names.is_empty(), "malformed", "trained doesn't fit the candidate")?;
    Ok(counts.map(|count| count == 1))
}
