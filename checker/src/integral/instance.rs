//! The instance with an integral loss: target and density by pieces, and a network of one input with all its biases.

use crate::instance::{is_id, number, slopes};
use crate::json::Json;
use crate::number::Rational;
use crate::vector::Vector;
use crate::{Refusal, ensure};
use num_traits::{One, Signed, Zero};

/// Most coefficients of a piece, and most pieces.
const MAX_COEFFICIENTS: usize = 65;
const MAX_PIECES: usize = 1000;

/// `N(x) = c + sum_j v_j rho(w_j x + b_j)`, or a change of one.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) input_weights: Vector,
    pub(crate) input_biases: Vector,
    pub(crate) output_weights: Vector,
    pub(crate) output_bias: Rational,
}

/// A polynomial in x, by its coefficients in rising powers, between two points.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) left: Rational,
    pub(crate) right: Rational,
    pub(crate) polynomial: Vector,
}

/// Target and density between two neighbouring data breakpoints.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) left: Rational,
    pub(crate) right: Rational,
    pub(crate) target: Vector,
    pub(crate) density: Vector,
}

/// Problem and candidate.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) id: String,
    /// The negative slope of the activation; the positive one is 1.
    pub(crate) gamma: Rational,
    /// T0, T1
    pub(crate) interval: (Rational, Rational),
    /// p as it stands in the file, if it does; it is 1 if it does not.
    pub(crate) density: Option<Vec<Piece>>,
    pub(crate) spans: Vec<Span>,
    /// The slope of the target, if f is affine and p is 1.
    pub(crate) affine_slope: Option<Rational>,
    pub(crate) candidate: Network,
}

impl Network {
    pub(crate) fn read(json: &Json, number: fn(&Json) -> Result<Rational, Refusal>) -> Result<Network, Refusal> {
        let json = json.object(&["input_weights", "input_biases", "output_weights", "output_bias"])?;
        let list = |key: &str| json.field(key)?.list(number);
        Ok(Network {
            input_weights: list("input_weights")?,
            input_biases: list("input_biases")?,
            output_weights: list("output_weights")?,
            output_bias: number(json.field("output_bias")?)?,
        })
    }
    /// Whether it has m neurons.
    pub(crate) fn has_width(&self, width: usize) -> bool {
        [&self.input_weights, &self.input_biases, &self.output_weights].iter().all(|list| list.len() == width)
    }
}

/// Without zeros at the end.
fn trimmed(polynomial: &Vector) -> &[Rational] {
    let degrees = polynomial.iter().rposition(|coefficient| !coefficient.is_zero()).map_or(0, |last| last + 1);
    polynomial.get(..degrees).unwrap_or_default()
}

fn read_pieces(json: &Json, interval: &(Rational, Rational)) -> Result<Vec<Piece>, Refusal> {
    let mut left = interval.0.clone();
    let mut pieces = Vec::new();
    for piece in json.items()? {
        let right = number(piece.object(&["to", "coefficients"])?.field("to")?)?;
        let polynomial = piece.field("coefficients")?.list(number)?;
        let fits = left < right && (1..=MAX_COEFFICIENTS).contains(&polynomial.len());
        ensure(fits, "malformed", "a piece ends before it begins, or has no coefficients or too many")?;
        pieces.push(Piece { left, right: right.clone(), polynomial });
        left = right;
    }
    let fits = (1..=MAX_PIECES).contains(&pieces.len()) && left == interval.1;
    ensure(fits, "malformed", "the pieces do not end where the interval does, or are too many").map(|()| pieces)
}

impl Instance {
    pub(crate) fn read(document: &Json) -> Result<Instance, Refusal> {
        Self::read_content(document).map_err(|refusal| Refusal::unreadable("instance", refusal.text))
    }

    fn read_content(document: &Json) -> Result<Instance, Refusal> {
        let demand = |holds: bool, text: &str| ensure(holds, "malformed", text);
        let keys = ["format", "id", "title", "source", "activation", "integral", "candidate", "witnesses", "expected"];
        let id = document.object(&keys)?.field("id")?.text()?.to_owned();
        demand(is_id(&id), "not an id")?;
        let integral = document.field("integral")?.object(&["interval", "target", "density"])?;
        let ends = integral.field("interval")?.list(number)?;
        let [left, right] = ends.as_slice() else { return Err(Refusal::malformed("an interval has two ends")) };
        demand(left < right, "the interval is empty")?;
        let interval = (left.clone(), right.clone());
        let target = integral.field("target")?;
        let target = if let Some(pieces) = target.get("pieces") {
            read_pieces(target.object(&["pieces"]).map(|_| pieces)?, &interval)?
        } else {
            let line = target.object(&["slope", "intercept"])?;
            let polynomial = vec![number(line.field("intercept")?)?, number(line.field("slope")?)?];
            vec![Piece { left: left.clone(), right: right.clone(), polynomial }]
        };
        let read_density = |json: &Json| read_pieces(json.object(&["pieces"])?.field("pieces")?, &interval);
        let density = integral.get("density").map(read_density).transpose()?;
        let somewhere = |pieces: &Vec<Piece>| pieces.iter().any(|piece| !trimmed(&piece.polynomial).is_empty());
        demand(density.as_ref().is_none_or(somewhere), "the density is zero")?;
        let (positive, gamma) = slopes(document.field("activation")?)?;
        let covered = positive.is_one() && !gamma.is_negative() && !gamma.is_one();
        demand(covered, "the activation is not covered: slopes 1 and gamma >= 0, gamma not 1")?;
        let candidate = document.field("candidate")?;
        let candidate = match candidate {
            Json::Object(entries) if !entries.contains_key("output_bias") => {
                let bias = ("output_bias".to_owned(), Json::Text("0".to_owned()));
                Network::read(&Json::Object(entries.clone().into_iter().chain([bias]).collect()), number)?
            }
            _ => Network::read(candidate, number)?,
        };
        let width = candidate.input_weights.len();
        demand(width > 0 && candidate.has_width(width), "the candidate has no neurons, or lists of several lengths")?;
        let spans = spans(&target, density.as_deref());
        let affine_slope = affine_slope(&spans);
        Ok(Instance { id, gamma, interval, density, spans, affine_slope, candidate })
    }
}

/// Target and density between neighbouring data breakpoints: both have the same ends.
fn spans(target: &[Piece], density: Option<&[Piece]>) -> Vec<Span> {
    let constant = |piece: &Piece| Piece {
        left: piece.left.clone(),
        right: piece.right.clone(),
        polynomial: vec![Rational::one()],
    };
    let ones: Vec<Piece> = target.iter().map(constant).collect();
    let density = density.unwrap_or(&ones);
    let meet = |f: &Piece, p: &Piece| {
        let (left, right) = (f.left.clone().max(p.left.clone()), f.right.clone().min(p.right.clone()));
        let (target, density) = (f.polynomial.clone(), p.polynomial.clone());
        (left < right).then_some(Span { left, right, target, density })
    };
    target.iter().flat_map(|f| density.iter().filter_map(move |p| meet(f, p))).collect()
}

/// alpha, if all pieces of the target are one polynomial `beta + alpha x` and all of the density are 1.
fn affine_slope(spans: &[Span]) -> Option<Rational> {
    let first = trimmed(&spans.first()?.target);
    let plain = |span: &Span| trimmed(&span.target) == first && trimmed(&span.density) == [Rational::one()];
    (first.len() <= 2 && spans.iter().all(plain)).then(|| first.get(1).cloned().unwrap_or_default())
}
