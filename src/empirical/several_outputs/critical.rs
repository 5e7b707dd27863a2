//! The critical cone `K_i = { u : g_i(u) = 0 }` of one neuron, cut into simplicial pieces on which all its activations
//! are linear (docs/theory.md, section 7).
//!
//! Concave kinks of `g_i` are split on; then one set of multipliers reads off which signs and zeros `g_i(u) = 0` implies
//! (complementary slackness), so that convex kinks need no enumeration; then boundary lines without a kink are split on.

use super::super::model::Model;
use crate::cone::{Cone, Sign};
use crate::linear::{Bounds, Echelon, Feasibility, add_multiple, primitive, to_integers};
use crate::rational::{Integer, Rational};
use num_traits::{One, Signed, Zero};

/// The sign of `p.u` for a boundary line p.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineSign {
    /// `p.u >= 0`
    Plus,
    /// `p.u <= 0`
    Minus,
    /// `p.u = 0`
    Zero,
}

/// How a critical cone is cut into pieces.
#[derive(Debug)]
pub(super) enum Critical {
    /// By the sign of `p.u`, >= 0 first, p a boundary line.
    Line { line: usize, sides: Box<[Critical; 2]> },
    /// What is known forces a sign: `-+ p = sum nu_a l_a + sum xi_z l_z`, sparse, `nu >= 0`.
    Implied { line: usize, sign: LineSign, nu: Vec<(usize, Rational)>, xi: Vec<(usize, Rational)>, then: Box<Critical> },
    /// Multipliers of all lines that show where `g_i` is zero.
    Tight { multipliers: Vec<Rational>, then: Box<Critical> },
    /// By the sign of `s l_a - t l_b`.
    Ratio { pair: (usize, usize), factors: (Rational, Rational), sides: Box<[Critical; 2]> },
    /// A piece.
    Piece(Piece),
}

impl Critical {
    /// All pieces, in depth-first order.
    pub(super) fn pieces(&self) -> Vec<&Piece> {
        match self {
            Critical::Line { sides, .. } | Critical::Ratio { sides, .. } => {
                sides.iter().flat_map(Critical::pieces).collect()
            }
            Critical::Implied { then, .. } | Critical::Tight { then, .. } => then.pieces(),
            Critical::Piece(piece) => vec![piece],
        }
    }
}

/// A simplicial piece, and the activations' speeds on it.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) cone: Cone,
    /// `z_k` as a functional of u: n rows of length d.
    pub(super) speeds: Vec<Vec<Rational>>,
}

/// Most rays of a cone: a cut costs the cube of their number at worst.
const MAX_RAYS: usize = 300;

/// There would be more pieces than allowed.
#[derive(Debug)]
pub(super) struct TooManyPieces;

#[derive(Clone)]
struct State {
    cone: Cone,
    signs: Vec<Option<LineSign>>,
    is_tight: bool,
}

struct Cutting<'a> {
    model: &'a Model<'a>,
    neuron: usize,
    lines: Vec<Vec<Rational>>,
    /// The kinks of g_i on these lines; zero where there is none.
    weights: Vec<Rational>,
    pieces: usize,
}

/// Cuts the critical cone of a neuron with `g_i >= 0` into at most so many pieces.
pub(super) fn cut(model: &Model<'_>, neuron: usize, max_pieces: usize) -> Result<Critical, TooManyPieces> {
    let lines = model.boundary_lines(neuron);
    let g = &model.neurons[neuron].g;
    let weight = |line: &Vec<Rational>| {
        let is_on = |p: &[Integer]| p.iter().zip(line).all(|(p, entry)| entry.numer() == p);
        g.kinks.iter().find(|kink| is_on(&kink.line)).map_or_else(Rational::zero, |kink| g.weight(kink))
    };
    let weights = lines.iter().map(weight).collect();
    let state = State { cone: Cone::whole(g.dimension()), signs: vec![None; lines.len()], is_tight: g.is_zero() };
    Cutting { model, neuron, lines, weights, pieces: max_pieces }.descend(state)
}

impl Cutting<'_> {
    fn descend(&mut self, state: State) -> Result<Critical, TooManyPieces> {
        if state.cone.rays.len() > MAX_RAYS || crate::effort::is_over() {
            return Err(TooManyPieces);
        }
        if let Some((line, sign)) = self.implied(&state) {
            return self.note(state, line, sign);
        }
        let open = |l: &usize| state.signs[*l].is_none();
        let concave = (0..self.lines.len()).find(|l| open(l) && self.weights[*l].is_negative());
        if !state.is_tight && concave.is_none() {
            return self.tighten(state);
        }
        if let Some(line) = concave.or_else(|| (0..self.lines.len()).find(open)) {
            let sides = [LineSign::Plus, LineSign::Minus].map(|sign| self.descend(self.with_sign(&state, line, sign)));
            let [plus, minus] = sides;
            return Ok(Critical::Line { line, sides: Box::new([plus?, minus?]) });
        }
        if let Some(((a, b), factors)) = state.cone.towards_simplicial() {
            let mut functional: Vec<Rational> =
                state.cone.inequalities[a].iter().map(|entry| entry * &factors.0).collect();
            add_multiple(&mut functional, &-&factors.1, &state.cone.inequalities[b]);
            let mut side = |positive: bool| {
                let mut state = state.clone();
                state.cone.cut(functional.iter().map(|x| if positive { x.clone() } else { -x }).collect());
                self.descend(state)
            };
            let sides = Box::new([side(true)?, side(false)?]);
            return Ok(Critical::Ratio { pair: (a, b), factors, sides });
        }
        self.pieces = self.pieces.checked_sub(1).ok_or(TooManyPieces)?;
        let speeds = self.speeds(&state);
        Ok(Critical::Piece(Piece { cone: state.cone, speeds }))
    }

    fn with_sign(&self, state: &State, line: usize, sign: LineSign) -> State {
        let (mut state, p) = (state.clone(), self.lines[line].clone());
        match sign {
            LineSign::Plus => state.cone.cut(p),
            LineSign::Minus => state.cone.cut(p.iter().map(|entry| -entry).collect()),
            LineSign::Zero => state.cone.flatten(p),
        }
        state.signs[line] = Some(sign);
        state
    }

    /// A line whose sign the cone forces and that isn't noted yet.
    fn implied(&self, state: &State) -> Option<(usize, LineSign)> {
        let zeros = Echelon::of(state.cone.zeros.iter().map(Vec::as_slice));
        (0..self.lines.len()).find_map(|l| match (state.signs[l], state.cone.sign(&self.lines[l])) {
            (Some(LineSign::Zero), _) | (_, Sign::Both) => None,
            (Some(_), Sign::Zero) => (!zeros.contains(&self.lines[l])).then_some((l, LineSign::Zero)),
            (Some(_), _) => None,
            (None, Sign::Zero) => Some((l, LineSign::Zero)),
            (None, Sign::Plus) => Some((l, LineSign::Plus)),
            (None, Sign::Minus) => Some((l, LineSign::Minus)),
        })
    }

    /// Notes an implied sign with its multipliers.
    fn note(&mut self, state: State, line: usize, sign: LineSign) -> Result<Critical, TooManyPieces> {
        // What has to be a combination: p for +, -p for -; for zero minus what is known to be nonnegative, or p.
        let flipped = match (sign, state.signs[line]) {
            (LineSign::Minus, _) | (LineSign::Zero, Some(LineSign::Plus)) => true,
            (LineSign::Plus | LineSign::Zero, _) => false,
        };
        let target: Vec<Rational> =
            self.lines[line].iter().map(|entry| if flipped { -entry } else { entry.clone() }).collect();
        // A zero that no sign is known of must follow from zeros alone; otherwise its sign is noted first.
        let only_zeros = sign == LineSign::Zero && state.signs[line].is_none();
        let inequalities = if only_zeros { &[][..] } else { &state.cone.inequalities[..] };
        let Some((nu, xi)) = combine(&target, inequalities, &state.cone.zeros) else {
            return if only_zeros { self.note(state, line, LineSign::Plus) } else { Err(TooManyPieces) };
        };
        let then = Box::new(self.descend(self.with_sign(&state, line, sign))?);
        Ok(Critical::Implied { line, sign, nu, xi, then })
    }

    /// On the cone, with all concave kinks signed,
    ///
    /// ```text
    /// a + sum_signed kappa_l sigma_l p_l = sum_open lambda_l kappa_l p_l + sum_signed mu_l sigma_l p_l,   |lambda| <= 1, mu >= 0
    /// g(u) = sum_open kappa_l (|p_l.u| + lambda_l p_l.u) + sum_signed mu_l sigma_l p_l.u
    /// ```
    ///
    /// is zero exactly where each term is: `p_l.u = 0` where `|lambda_l| < 1` or `mu_l > 0`, and `-lambda_l p_l.u >= 0` where
    /// `|lambda_l| = 1`.
    fn tighten(&mut self, mut state: State) -> Result<Critical, TooManyPieces> {
        state.is_tight = true;
        let g = &self.model.neurons[self.neuron].g;
        let mut rest = g.linear();
        let mut directed = self.lines.clone();
        for (l, sign) in state.signs.iter().enumerate() {
            if *sign == Some(LineSign::Minus) {
                directed[l].iter_mut().for_each(|entry| *entry = -&*entry);
            }
            if sign.is_some_and(|sign| sign != LineSign::Zero) {
                add_multiple(&mut rest, &self.weights[l], &directed[l]);
            }
        }
        let (_, scale) = to_integers(&[&rest[..], &self.weights].concat());
        let scale = Rational::from_integer(scale);
        let integers = |v: &[Rational]| v.iter().map(|x| (x * &scale).to_integer()).collect::<Vec<Integer>>();
        let columns: Vec<Vec<Integer>> =
            directed.iter().map(|line| line.iter().map(Rational::to_integer).collect()).collect();
        let mut problem = Feasibility::new(&columns, &integers(&rest));
        for (l, weight) in integers(&self.weights).into_iter().enumerate() {
            problem.set_bounds(
                l,
                match state.signs[l] {
                    None => Bounds { low: Some(-&weight), high: Some(weight) },
                    Some(LineSign::Zero) => Bounds::default(),
                    Some(_) => Bounds { low: Some(Integer::zero()), high: None },
                },
            );
        }
        if problem.solve().is_err() {
            return Err(TooManyPieces);
        }
        let mut multipliers = Vec::new();
        let mut found = Vec::new();
        for (l, x) in problem.solution().into_iter().enumerate() {
            let value = if state.signs[l].is_none() && !self.weights[l].is_zero() {
                let lambda = x / (&scale * &self.weights[l]);
                let sign = if lambda.abs() < Rational::one() {
                    LineSign::Zero
                } else if lambda.is_positive() {
                    LineSign::Minus
                } else {
                    LineSign::Plus
                };
                found.push((l, sign));
                lambda
            } else {
                let mu = x / &scale;
                if mu.is_positive() && state.signs[l].is_some_and(|sign| sign != LineSign::Zero) {
                    found.push((l, LineSign::Zero));
                }
                mu
            };
            multipliers.push(value);
        }
        for (l, sign) in found {
            state = self.with_sign(&state, l, sign);
        }
        Ok(Critical::Tight { multipliers, then: Box::new(self.descend(state)?) })
    }

    /// `z_k` on a piece: n functionals of u, the zero functional where `u.x_k` is known to be zero.
    fn speeds(&self, state: &State) -> Vec<Vec<Rational>> {
        let activation = &self.model.instance.activation;
        let speed = |(x, z): (&Vec<Rational>, &Rational)| -> Vec<Rational> {
            let mut side = z.clone();
            if z.is_zero() {
                let line = self.lines.iter().position(|line| same_line(line, x));
                // The first non-zero entry of a line is positive, so that of x tells how x lies on it.
                let along = x.iter().find(|entry| !entry.is_zero()).cloned().unwrap_or_default();
                side = match line.and_then(|line| state.signs[line]) {
                    Some(LineSign::Plus) => along,
                    Some(LineSign::Minus) => -along,
                    Some(LineSign::Zero) | None => return vec![Rational::zero(); x.len()],
                };
            }
            let slope = activation.slope(&side);
            x.iter().map(|entry| entry * slope).collect()
        };
        let preactivations = &self.model.neurons[self.neuron].preactivations;
        self.model.instance.samples.inputs.iter().zip(preactivations).map(speed).collect()
    }
}

fn same_line(line: &[Rational], x: &[Rational]) -> bool {
    primitive(x).is_some_and(|(p, _)| p.into_iter().map(Rational::from).eq(line.iter().cloned()))
}

type Sparse = Vec<(usize, Rational)>;

/// `target = sum nu_a l_a + sum xi_z l_z` with `nu >= 0`, if there are such numbers; those that are not zero.
fn combine(target: &[Rational], inequalities: &[Vec<Rational>], zeros: &[Vec<Rational>]) -> Option<(Sparse, Sparse)> {
    let all: Vec<(Vec<Integer>, Integer)> = inequalities.iter().chain(zeros).map(|l| to_integers(l)).collect();
    let columns: Vec<Vec<Integer>> = all.iter().map(|(column, _)| column.clone()).collect();
    let (right, scale) = to_integers(target);
    let mut problem = Feasibility::new(&columns, &right);
    for a in 0..inequalities.len() {
        problem.set_bounds(a, Bounds { low: Some(Integer::zero()), high: None });
    }
    problem.solve().ok()?;
    // The columns are s_l times the functionals, the right side `scale` times the target.
    let factor = |(x, (_, s)): (Rational, &(Vec<Integer>, Integer))| x * Rational::new(s.clone(), scale.clone());
    let mut factors = problem.solution().into_iter().zip(&all).map(factor).enumerate();
    let sparse = |entries: &mut dyn Iterator<Item = (usize, Rational)>| -> Sparse {
        entries.filter(|(_, value)| !value.is_zero()).collect()
    };
    let nu = sparse(&mut factors.by_ref().take(inequalities.len()));
    let xi = sparse(&mut factors.map(|(place, value)| (place - inequalities.len(), value)));
    Some((nu, xi))
}
