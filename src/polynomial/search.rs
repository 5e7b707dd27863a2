//! The search for a proof that a polynomial is nonnegative near 0, or for a curve along which it is negative.

use super::copositive::{Copositive, copositive};
use super::descend::{along, negative_face, negative_vertex};
use super::eliminate::Elimination;
use super::factor::{Factors, is_squarefree, repeated_factors};
use super::gram::{WeightedSquare, perfect_square, squares};
use super::guard::split_by_sign;
use super::local::{LocalAnswer, LocalNode};
use super::multivariate::{Exponents, Multivariate};
use super::newton::{Absorption, Kind, Position, is_even, position, split_terms};
use super::truncated::Truncated;
use crate::linear::Polynomial;
use crate::rational::Rational;
use num_traits::{One, Signed};

/// Deepest nesting of changes of variables.
const MAX_DEPTH: usize = 14;
/// Which change of variables is tried first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    /// Linear shifts: they raise no degree, but move no zero for good that is a graph of fractions.
    Shifts,
    /// Eliminations, of any free variable of degree 2: exact, and the polynomial that is left often factors.
    Eliminations,
    /// Eliminations, and where a nonnegative variable can't be eliminated splits by the sign of its best value.
    Splits,
}

impl First {
    /// Deepest nesting after a nonnegative variable has been eliminated.
    fn depth_after_sign(self) -> usize {
        match self {
            First::Shifts => 1,
            First::Eliminations | First::Splits => 3,
        }
    }
}

/// Most known terms of a polynomial.
const MAX_TERMS: usize = 3_000;

/// Asks whether all polynomials with the known terms are nonnegative near 0. A proof is one for all of them; a curve has
/// to be tried.
pub(super) fn search(form: Truncated, kinds: &[Kind], first: First, budget: &mut usize) -> LocalAnswer {
    decide(form, kinds, first, MAX_DEPTH, budget)
}

fn decide(mut form: Truncated, kinds: &[Kind], first: First, depth: usize, budget: &mut usize) -> LocalAnswer {
    let terms = form.form.terms.len();
    // Long numbers make everything dearer.
    let length = 1 + form.form.longest() / 512;
    if !spend(budget, (100 * (terms + form.tail.len())).saturating_mul(length)) || terms > MAX_TERMS {
        return LocalAnswer::Open;
    }
    if first != First::Shifts {
        form = form.with_degrees();
    }
    let mut nodes = Vec::new();
    let content = form.content(kinds);
    if content.iter().any(|power| *power > 0) {
        let Some(quotient) = form.divided(&content) else { return LocalAnswer::Open };
        form = quotient;
        nodes.push(LocalNode::Content { exponents: content });
    }
    let (good, bad) = split_terms(&form.form, kinds);
    if let Some(answer) = without_factors(&form, kinds, first, depth, budget) {
        return answer.behind(nodes);
    }
    let positions: Vec<Position> = bad.iter().map(|b| position(b, &good)).collect();
    let outside = positions.iter().any(|position| matches!(position, Position::Outside(_)));
    if outside {
        return negative_vertex(&form, kinds, &positions).map_or(LocalAnswer::Open, LocalAnswer::Negative);
    }
    let is_tight = |(_, position): &(&Exponents, &Position)| matches!(position, Position::Tight);
    let tight: Vec<Exponents> = bad.iter().zip(&positions).filter(is_tight).map(|(b, _)| b.clone()).collect();
    if let Some(leaf) = leaf(&form, kinds, &good, &tight) {
        nodes.push(leaf);
        return LocalAnswer::Nonnegative(nodes);
    }
    let copositive = copositive(&form.form, kinds, budget);
    if let Some(Copositive::Squares(squares)) = &copositive
        && let Some(absorptions) = absorptions_after(&form, kinds, squares)
    {
        nodes.push(LocalNode::Leaf { squares: squares.clone(), absorptions });
        return LocalAnswer::Nonnegative(nodes);
    }
    if let Some(curve) = negative_face(&form, kinds, &tight) {
        return LocalAnswer::Negative(curve);
    }
    if depth == 0 {
        return LocalAnswer::Open;
    }
    if let Some(Copositive::Split(splits)) = &copositive {
        let answer = after_all(splits, &form, kinds, first, depth, budget);
        if answer != LocalAnswer::Open {
            return answer.behind(nodes);
        }
    }
    change_variables(&form, kinds, [&good, &tight], first, depth, budget).behind(nodes)
}

impl LocalAnswer {
    /// The answer with some nodes before those of the proof.
    fn behind(self, mut nodes: Vec<LocalNode>) -> LocalAnswer {
        match self {
            LocalAnswer::Nonnegative(more) => {
                nodes.extend(more);
                LocalAnswer::Nonnegative(nodes)
            }
            other => other,
        }
    }
}

/// The answer for what is left without factors that say nothing about the sign, if all terms are known and there are such
/// factors.
fn without_factors(
    form: &Truncated, kinds: &[Kind], first: First, depth: usize, budget: &mut usize,
) -> Option<LocalAnswer> {
    if !form.tail.is_empty() || is_squarefree(&form.form) {
        return None;
    }
    if let Some(square) = perfect_square(&form.form) {
        return Some(LocalAnswer::Nonnegative(vec![LocalNode::Leaf { squares: vec![square], absorptions: vec![] }]));
    }
    let Factors { unit, root, rest } = repeated_factors(&form.form)?;
    let answer = decide(Truncated::whole(rest.clone()), kinds, first, depth, budget);
    let is_negative =
        |curve: &Vec<Polynomial>| along(&form.form, curve).lowest_term().is_some_and(|(_, x)| x.is_negative());
    Some(match answer {
        LocalAnswer::Negative(curve) if !is_negative(&curve) => LocalAnswer::Open,
        answer => answer.behind(vec![LocalNode::Factor { unit, root, rest }]),
    })
}

/// Takes some work off the budget, if there is enough.
fn spend(budget: &mut usize, work: usize) -> bool {
    crate::effort::polynomial();
    let left = budget.checked_sub(work).filter(|_| !crate::effort::is_over());
    *budget = left.unwrap_or(0);
    left.is_some()
}

/// A leaf, if squares and absorption suffice.
fn leaf(form: &Truncated, kinds: &[Kind], good: &[Exponents], tight: &[Exponents]) -> Option<LocalNode> {
    let leaf = |squares: Vec<WeightedSquare>| {
        let absorptions = absorptions_after(form, kinds, &squares)?;
        Some(LocalNode::Leaf { squares, absorptions })
    };
    if tight.is_empty() {
        return leaf(vec![]);
    }
    let own = squares(&form.form, good, tight).and_then(leaf);
    own.or_else(|| {
        // Good terms may be needed for the squares of others: as if all variables were free.
        let (good, bad) = split_terms(&form.form, &vec![Kind::Free; kinds.len()]);
        let is_tight = |b: &Exponents| matches!(position(b, &good), Position::Tight);
        let tight: Vec<Exponents> = bad.into_iter().filter(is_tight).collect();
        leaf(squares(&form.form, &good, &tight)?)
    })
}

/// How each bad term is absorbed when some squares are taken out, if each is, and each monomial of the tail.
pub(super) fn absorptions_after(
    form: &Truncated, kinds: &[Kind], squares: &[WeightedSquare],
) -> Option<Vec<Absorption>> {
    let mut rest = form.clone();
    for square in squares {
        rest = rest.plus(&-Rational::one(), &Truncated::whole(square.expand()));
    }
    let (good, bad) = split_terms(&rest.form, kinds);
    let absorb = |b: &Exponents| match position(b, &good) {
        Position::Absorbed(absorption) => Some(absorption),
        Position::Outside(_) | Position::Tight => None,
    };
    rest.tail.iter().try_for_each(|b| absorb(b).map(drop))?;
    bad.iter().map(absorb).collect()
}

/// Where the terms on a face have a zero: moves it to 0, splits there, or splits the sign of a variable.
fn change_variables(
    form: &Truncated, kinds: &[Kind], [good, tight]: [&[Exponents]; 2], first: First, depth: usize, budget: &mut usize,
) -> LocalAnswer {
    // What is of first order moves first: it makes no term higher.
    let linear = || shift(&form.form, kinds, good, tight, true);
    if let Some(change) = (first == First::Shifts).then(linear).flatten() {
        return after(&change, form, kinds, first, depth, budget);
    }
    // Of a variable that is in no tight term the zero of the face says nothing, and it would raise the degree of others.
    let in_tight = |v: &usize| tight.iter().any(|b| b[*v] % 2 == 1);
    let fits = |v: &usize| in_tight(v) || (first != First::Shifts && kinds[*v] == Kind::Free);
    let mut eliminations: Vec<Elimination> =
        (0..form.variables()).filter(fits).filter_map(|v| Elimination::new(form, kinds, v)).collect();
    eliminations.sort_by_key(|e| (kinds[e.variable] != Kind::Free, e.cost()));
    let signed = |e: &&Elimination| first == First::Splits && kinds[e.variable] == Kind::Nonnegative;
    let split = eliminations.iter().filter(signed).find_map(|e| split_by_sign(e, kinds));
    for elimination in eliminations.into_iter().take(2) {
        if !spend(budget, elimination.cost()) {
            return LocalAnswer::Open;
        }
        let exact = kinds[elimination.variable] == Kind::Free;
        // Without the sign of the variable it may be in vain: not much is tried.
        let deep = if exact { depth - 1 } else { (depth - 1).min(first.depth_after_sign()) };
        // It raises degrees, so that half of the work is left for other ways.
        let mut half = *budget / 2;
        *budget -= half;
        let answer = decide(elimination.left(), kinds, first, deep, &mut half);
        *budget += half;
        match answer {
            LocalAnswer::Nonnegative(nodes) => {
                let Elimination { variable, content, .. } = elimination;
                return LocalAnswer::Nonnegative([vec![LocalNode::Eliminate { variable, content }], nodes].concat());
            }
            LocalAnswer::Negative(curve) => {
                let keeps_sign = |curve: &Vec<Polynomial>| {
                    exact || curve[elimination.variable].lowest_term().is_none_or(|(_, x)| x.is_positive())
                };
                if let Some(curve) = elimination.lift(form, curve).filter(keeps_sign) {
                    return LocalAnswer::Negative(curve);
                }
            }
            LocalAnswer::Open => {}
        }
    }
    if let Some(nodes) = split {
        let answer = after_all(&nodes, form, kinds, first, depth, budget);
        if answer != LocalAnswer::Open {
            return answer;
        }
    }
    let terms = &form.form;
    let sign = || (0..form.variables()).find(|v| kinds[*v] == Kind::Free && tight.iter().any(|b| b[*v] % 2 == 1));
    let change = shift(terms, kinds, good, tight, false)
        .or_else(|| bend(terms, kinds, good, tight))
        .or_else(|| sign().map(|variable| LocalNode::Signs { variable }));
    change.map_or(LocalAnswer::Open, |change| after(&change, form, kinds, first, depth, budget))
}

/// The answer after some changes of variables, of which only the last one has two branches.
fn after_all(
    changes: &[LocalNode], form: &Truncated, kinds: &[Kind], first: First, depth: usize, budget: &mut usize,
) -> LocalAnswer {
    let [change, others @ ..] = changes else { return LocalAnswer::Open };
    if others.is_empty() {
        return after(change, form, kinds, first, depth, budget);
    }
    let Some((variable, by)) = change.substitutions(form.variables()).pop() else { return LocalAnswer::Open };
    match after_all(others, &form.substitute(variable, &by), kinds, first, depth, budget) {
        LocalAnswer::Negative(mut curve) => {
            curve[variable] = along(&by, &curve);
            LocalAnswer::Negative(curve)
        }
        answer => answer.behind(vec![change.clone()]),
    }
}

/// The answer after a change of variables.
fn after(
    change: &LocalNode, form: &Truncated, kinds: &[Kind], first: First, depth: usize, budget: &mut usize,
) -> LocalAnswer {
    let new_kinds = change.kinds(kinds);
    let mut nodes = vec![change.clone()];
    for (variable, by) in change.substitutions(form.variables()) {
        match decide(form.substitute(variable, &by), &new_kinds, first, depth - 1, budget) {
            LocalAnswer::Nonnegative(more) => nodes.extend(more),
            LocalAnswer::Negative(mut curve) => {
                curve[variable] = along(&by, &curve);
                // On the second side of a bend the bound was forgotten.
                let keeps = |(path, kind): (&Polynomial, &Kind)| {
                    *kind == Kind::Free || path.lowest_term().is_none_or(|(_, lowest)| lowest.is_positive())
                };
                let keeps_all = curve.iter().zip(kinds).all(keeps);
                return if keeps_all { LocalAnswer::Negative(curve) } else { LocalAnswer::Open };
            }
            LocalAnswer::Open => return LocalAnswer::Open,
        }
    }
    LocalAnswer::Nonnegative(nodes)
}

/// A free variable x with a good term `A x^2` and tight terms `B x` that A divides: x is to be replaced by
/// `x - (sum of the B) / (2 A)`. `is_linear`: only with B / A of degree 1 and A = 1.
fn shift(
    form: &Multivariate, kinds: &[Kind], good: &[Exponents], tight: &[Exponents], is_linear: bool,
) -> Option<LocalNode> {
    let two = Rational::from_integer(2.into());
    let factor = |a: &Exponents, b: &Exponents, variable: usize| {
        let total = |exponents: &Exponents| exponents.iter().sum::<u32>();
        linear_factor(a, b, variable).filter(|q| !is_linear || (total(q) == 1 && total(a) == 2))
    };
    good.iter().find_map(|a| {
        let variable = (0..form.variables)
            .find(|v| kinds[*v] == Kind::Free && a[*v] == 2 && tight.iter().any(|b| factor(a, b, *v).is_some()))?;
        let mut by = Multivariate::zero(form.variables);
        for b in tight {
            if let Some(factor) = factor(a, b, variable) {
                by.add_term(factor, -(form.terms.get(b)? / form.terms.get(a)? / &two));
            }
        }
        Some(LocalNode::Shift { variable, by })
    })
}

/// q with `b = a q / x`, for `a = A x^2`, `b = A x q`, q free of x and not 1.
fn linear_factor(a: &Exponents, b: &Exponents, variable: usize) -> Option<Exponents> {
    if b[variable] != 1 {
        return None;
    }
    let quotient: Exponents = a
        .iter()
        .zip(b)
        .enumerate()
        .map(|(place, (a, b))| if place == variable { Some(0) } else { b.checked_sub(*a) })
        .collect::<Option<_>>()?;
    quotient.iter().any(|power| *power > 0).then_some(quotient)
}

/// A nonnegative variable x with a good term `A x^2` and a negative tight term `B x`, A a divisor of B and B / A
/// nonnegative: the zero is near `x = -B / (2 A)`. If that is a multiple of a nonnegative variable, the cone is split there.
fn bend(form: &Multivariate, kinds: &[Kind], good: &[Exponents], tight: &[Exponents]) -> Option<LocalNode> {
    let two = Rational::from_integer(2.into());
    good.iter().find_map(|a| {
        let variables = (0..form.variables).filter(|v| kinds[*v] == Kind::Nonnegative && a[*v] >= 2);
        variables.into_iter().find_map(|variable| {
            tight.iter().find_map(|b| {
                let mut lowered = (a.clone(), b.clone());
                lowered.0[variable] = 2;
                lowered.1[variable] = (b[variable] + 2).checked_sub(a[variable])?;
                let factor = linear_factor(&lowered.0, &lowered.1, variable)?;
                let ratio = -(form.terms.get(b)? / form.terms.get(a)? / &two);
                if !ratio.is_positive() || !is_even(kinds, &factor) {
                    return None;
                }
                let single = (0..form.variables).find(|v| factor[*v] == 1 && factor.iter().sum::<u32>() == 1);
                if let Some(other) = single {
                    return Some(LocalNode::Ray { pair: (variable, other), ratio });
                }
                let mut at = Multivariate::zero(form.variables);
                at.add_term(factor, ratio);
                Some(LocalNode::Bend { variable, at })
            })
        })
    })
}
