//! Stationary points of the integral loss for any target: the network is drawn, and the residual is a drawn piecewise
//! polynomial minus its part in the space of all first-order changes (docs/families.md).

use super::draw::Draw;
use super::integral_member::{draft, expect, written};
use super::{BadParameters, id_part};
use crate::linear::{Echelon, Polynomial, solve};
use crate::problem::{Integral, IntegralInstance, Piece, Piecewise, Property, ScalarNetwork};
use crate::rational::{Integer, Rational, write};
use num_traits::{One, Signed, Zero};

/// What the member looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// Neurons.
    pub width: usize,
    /// Pieces of the drawn part of the residual, at most 8.
    pub pieces: usize,
    /// Its degree on each piece, at most 8.
    pub degree: usize,
    /// gamma
    pub negative_slope: Rational,
    /// The residual is multiplied by this: small residuals make minima, large ones saddles.
    pub scale: Rational,
    /// A density that is drawn too, and may vanish on a piece.
    pub density: bool,
}

/// The member of a seed. Cost: (2 width + 1)^3 operations.
///
/// # Errors
/// Parameters out of range.
pub fn generate(seed: u64, parameters: &Parameters) -> Result<IntegralInstance, BadParameters> {
    let Parameters { width, pieces, degree, negative_slope: gamma, scale, density } = parameters;
    if *width == 0 || *width > 50 {
        return Err(BadParameters(format!("a width of {width}; it must be between 1 and 50")));
    }
    if *pieces == 0 || *pieces > 8 || *degree > 8 {
        return Err(BadParameters(format!("{pieces} pieces of degree {degree}; at most 8 pieces of degree at most 8")));
    }
    if gamma.is_negative() || gamma.is_one() {
        return Err(BadParameters(format!("the negative slope is {}; it must be >= 0 and not 1", write(gamma))));
    }
    let mut draw = Draw::of_seed(seed);
    let (start, end) = (-Rational::one(), Rational::one());
    let grid = |draw: &mut Draw| Rational::new(Integer::from(draw.below(13)), Integer::from(6)) - Rational::one();
    let mut network = ScalarNetwork::zero(*width);
    network.output_bias = draw.integer(2);
    for j in 0..*width {
        let size = Rational::new(Integer::from(draw.below(3) + 1), Integer::from(draw.below(2) + 1));
        let w = if draw.one_in(2) { size } else { -size };
        // One in eight has no kink inside, one in twelve no output weight.
        let q = if draw.one_in(8) { grid(&mut draw) * Rational::from_integer(3.into()) } else { grid(&mut draw) };
        network.input_biases[j] = -&w * q;
        network.input_weights[j] = if draw.one_in(16) { Rational::zero() } else { w };
        network.output_weights[j] = if draw.one_in(12) { Rational::zero() } else { draw.non_zero_row(1, 3).remove(0) };
    }
    let mut cuts: Vec<Rational> = (1..*pieces).map(|_| grid(&mut draw)).filter(|x| *x > start && *x < end).collect();
    cuts.sort();
    cuts.dedup();
    let density = density.then(|| {
        let ends = cuts.iter().cloned().chain([end.clone()]);
        let mut pieces: Vec<Piece> = ends.map(|to| Piece { to, polynomial: square_or_zero(&mut draw) }).collect();
        if pieces.iter().all(|piece| piece.polynomial.is_zero()) {
            pieces[0].polynomial = Polynomial::constant(Rational::one());
        }
        Piecewise(pieces)
    });
    // The cells, the density on them, the drawn residual and what must be orthogonal to it.
    let mut points = cuts.clone();
    let inside = |q: &Rational| *q > start && *q < end;
    let breakpoint = |j: usize| -&network.input_biases[j] / &network.input_weights[j];
    points.extend((0..*width).filter(|j| !network.input_weights[*j].is_zero()).map(breakpoint).filter(inside));
    points.extend([start.clone(), end.clone()]);
    points.sort();
    points.dedup();
    let drawn: Vec<Polynomial> = (0..=cuts.len()).map(|_| Polynomial(draw.row(degree + 1, 3))).collect();
    let cells: Vec<Cell> = points
        .windows(2)
        .map(|ends| Cell {
            ends: (ends[0].clone(), ends[1].clone()),
            density: density
                .as_ref()
                .map_or_else(|| Polynomial::constant(Rational::one()), |p| p.up_to(&ends[1]).clone()),
            drawn: drawn[cuts.iter().filter(|cut| **cut < ends[1]).count()].clone(),
        })
        .collect();
    let changes = changes(&network, gamma, &cells);
    let residual = orthogonal(&cells, &changes)?;
    let target = cells.iter().zip(residual).map(|(cell, residual)| {
        let mut target = output(&network, gamma, cell).minus(&residual.scaled(scale));
        target.add(&Polynomial(vec![]));
        Piece { to: cell.ends.1.clone(), polynomial: target.trimmed() }
    });
    let target = Piecewise(target.collect());
    let integral = Integral { start, end, target, density };
    let mut instance = draft(gamma.clone(), integral, network);
    let name = if gamma.is_zero() { "relu".to_owned() } else { id_part(&format!("leaky:{}", write(gamma))) };
    let weighed = if parameters.density { "-p" } else { "" };
    instance.id =
        format!("integral-residual-{name}-m{width}-k{pieces}-d{degree}-a{}{weighed}-s{seed}", id_part(&write(scale)));
    instance.title = Some("A stationary point for a target made from a drawn residual".to_owned());
    instance.source.location = Some(format!(
        "docs/families.md; relucert instances generate integral-residual --width {width} --pieces {pieces} --degree {degree} \
         --negative-slope {} --scale {}{} --seed {seed}",
        write(gamma),
        write(scale),
        if parameters.density { " --density" } else { "" },
    ));
    let because = "the residual is orthogonal to all first-order changes";
    instance.expected = Some(expect(&[(Property::Stationary, true)], None, because));
    written(&instance)
}

struct Cell {
    ends: (Rational, Rational),
    density: Polynomial,
    drawn: Polynomial,
}

impl Cell {
    fn inner(&self, left: &Polynomial, right: &Polynomial) -> Rational {
        self.density.times(left).times(right).integral(&self.ends.0, &self.ends.1)
    }
}

fn square_or_zero(draw: &mut Draw) -> Polynomial {
    if draw.one_in(4) {
        return Polynomial(vec![]);
    }
    if draw.one_in(2) {
        return Polynomial::constant(Rational::from_integer((draw.below(3) + 1).into()));
    }
    let root = Polynomial(draw.row(2, 2));
    root.times(&root).trimmed()
}

/// The slope of neuron j on a cell.
fn slope(network: &ScalarNetwork, gamma: &Rational, j: usize, cell: &Cell) -> Rational {
    let middle = (&cell.ends.0 + &cell.ends.1) / Rational::from_integer(2.into());
    let z = &network.input_weights[j] * middle + &network.input_biases[j];
    if z.is_negative() { gamma.clone() } else { Rational::one() }
}

/// `1`, and for each neuron `rho`, and where it has an output weight `s` and `s x`, on each cell.
fn changes(network: &ScalarNetwork, gamma: &Rational, cells: &[Cell]) -> Vec<Vec<Polynomial>> {
    let (zero, one) = (Rational::zero, Rational::one);
    let mut all = vec![cells.iter().map(|_| Polynomial::constant(one())).collect::<Vec<_>>()];
    for j in 0..network.width() {
        let on = |constant: Rational, factor: Rational| {
            let piece = |cell: &Cell| {
                let slope = slope(network, gamma, j, cell);
                Polynomial(vec![&constant * &slope, &factor * &slope])
            };
            cells.iter().map(piece).collect::<Vec<_>>()
        };
        all.push(on(network.input_biases[j].clone(), network.input_weights[j].clone()));
        if !network.output_weights[j].is_zero() {
            all.push(on(one(), zero()));
            all.push(on(zero(), one()));
        }
    }
    all
}

/// The drawn residual minus its part in the span of some functions.
fn orthogonal(cells: &[Cell], functions: &[Vec<Polynomial>]) -> Result<Vec<Polynomial>, BadParameters> {
    let inner = |left: &[Polynomial], right: &[Polynomial]| -> Rational {
        cells.iter().zip(left.iter().zip(right)).map(|(cell, (l, r))| cell.inner(l, r)).sum()
    };
    let drawn: Vec<Polynomial> = cells.iter().map(|cell| cell.drawn.clone()).collect();
    let gram: Vec<Vec<Rational>> = functions.iter().map(|l| functions.iter().map(|r| inner(l, r)).collect()).collect();
    let mut span = Echelon::default();
    let basis: Vec<usize> = (0..functions.len()).filter(|i| span.insert(&gram[*i])).collect();
    let rows: Vec<Vec<Rational>> = basis.iter().map(|i| basis.iter().map(|k| gram[*i][*k].clone()).collect()).collect();
    let columns: Vec<&[Rational]> = rows.iter().map(Vec::as_slice).collect();
    let right: Vec<Rational> = basis.iter().map(|i| inner(&functions[*i], &drawn)).collect();
    let factors = solve(&columns, &[right]).and_then(|mut found| found.pop());
    let factors = factors.ok_or_else(|| BadParameters::new("the changes depend on each other; take another seed"))?;
    let mut left = drawn;
    for (i, factor) in basis.into_iter().zip(factors) {
        left.iter_mut().zip(&functions[i]).for_each(|(rest, function)| rest.add(&function.scaled(&-&factor)));
    }
    Ok(left)
}

/// `N` on a cell.
fn output(network: &ScalarNetwork, gamma: &Rational, cell: &Cell) -> Polynomial {
    let mut sum = Polynomial::constant(network.output_bias.clone());
    for j in 0..network.width() {
        let factor = &network.output_weights[j] * slope(network, gamma, j, cell);
        sum.add(&Polynomial(vec![network.input_biases[j].clone(), network.input_weights[j].clone()]).scaled(&factor));
    }
    sum
}
