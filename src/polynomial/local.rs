//! Is a polynomial nonnegative near 0, where some variables are free and the others nonnegative?
//!
//! Good terms (positive coefficient, even in the free variables) make a Newton polyhedron. A bad term outside of it gives
//! a curve of descent; one above it is absorbed; those on compact faces need an argument: squares, or where the face has
//! a zero, a change of variables and the same question again. Everything is exact, nothing is truncated.

use super::descend::{along, negative_face, negative_vertex};
use super::eliminate::{Elimination, divide};
use super::gram::{WeightedSquare, squares};
use super::multivariate::{Exponents, Multivariate};
use super::newton::{Absorption, Kind, Position, is_even, position, split_terms};
use crate::linear::Polynomial;
use crate::rational::Rational;
use num_traits::{One, Signed};

/// What is known of a polynomial near 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocalAnswer {
    /// It is nonnegative: the nodes of a proof in depth-first order.
    Nonnegative(Vec<LocalNode>),
    /// It is negative along a curve, one univariate polynomial without constant term for each variable, for all small
    /// t > 0.
    Negative(Vec<Polynomial>),
    /// Neither is proved. The polynomial and the kinds of its variables where the search ended.
    Open(Multivariate, Vec<Kind>),
}

/// A node of a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocalNode {
    /// A monomial that is nonnegative is divided out.
    Content {
        /// Its exponents.
        exponents: Exponents,
    },
    /// Two branches follow: a free variable x is replaced by x, then by -x, both nonnegative.
    Signs {
        /// The variable.
        variable: usize,
    },
    /// `f = m (A x^2 + B x) + C` in a variable x, m a nonnegative monomial, `A(0) > 0`, `B(0) = 0`, becomes
    /// `4 A C - m B^2`: `4 A f = m (2 A x + B)^2 + 4 A C - m B^2`, and the best x is small. Of a
    /// nonnegative x the sign is forgotten.
    Eliminate {
        /// The variable.
        variable: usize,
        /// The exponents of m.
        content: Exponents,
    },
    /// A free variable x is replaced by `x + q`, q a polynomial in the others, zero at 0.
    Shift {
        /// The variable.
        variable: usize,
        /// `q`
        by: Multivariate,
    },
    /// Two branches follow: a nonnegative variable x is replaced by `q + x`, then by `q - x`, q nonnegative and zero at 0;
    /// on the second the bound `x <= q` is forgotten.
    Bend {
        /// The variable.
        variable: usize,
        /// `q`, one term.
        at: Multivariate,
    },
    /// After subtraction of the squares each bad term is absorbed, in the order of exponents.
    Leaf {
        /// `c m p^2`
        squares: Vec<WeightedSquare>,
        /// One for each bad term that is left.
        absorptions: Vec<Absorption>,
    },
}

/// Deepest nesting of changes of variables.
const MAX_DEPTH: usize = 10;
/// Most terms of a polynomial.
const MAX_TERMS: usize = 3_000;

/// Asks whether a polynomial is nonnegative near 0. `budget`: how many products and comparisons of terms may still be
/// made, about a million in a second; it doesn't depend on the machine.
pub fn decide_near_zero(form: &Multivariate, kinds: &[Kind], budget: &mut usize) -> LocalAnswer {
    decide(form.clone(), kinds, MAX_DEPTH, budget)
}

fn decide(mut form: Multivariate, kinds: &[Kind], depth: usize, budget: &mut usize) -> LocalAnswer {
    let terms = form.terms.len();
    if !spend(budget, 100 * terms) || terms > MAX_TERMS {
        return LocalAnswer::Open(form, kinds.to_vec());
    }
    let mut nodes = Vec::new();
    let content = content(&form, kinds);
    if content.iter().any(|power| *power > 0) {
        form = divide(&form, &content);
        nodes.push(LocalNode::Content { exponents: content });
    }
    let (good, bad) = split_terms(&form, kinds);
    let positions: Vec<Position> = bad.iter().map(|b| position(b, &good)).collect();
    let outside = positions.iter().any(|position| matches!(position, Position::Outside(_)));
    if outside {
        return negative_vertex(&form, kinds, &positions)
            .map_or(LocalAnswer::Open(form, kinds.to_vec()), LocalAnswer::Negative);
    }
    let is_tight = |(_, position): &(&Exponents, &Position)| matches!(position, Position::Tight);
    let tight: Vec<Exponents> = bad.iter().zip(&positions).filter(is_tight).map(|(b, _)| b.clone()).collect();
    if let Some(leaf) = leaf(&form, kinds, &good, &tight) {
        nodes.push(leaf);
        return LocalAnswer::Nonnegative(nodes);
    }
    if let Some(curve) = negative_face(&form, kinds, &tight) {
        return LocalAnswer::Negative(curve);
    }
    if depth == 0 {
        return LocalAnswer::Open(form, kinds.to_vec());
    }
    match change_variables(&form, kinds, &good, &tight, depth, budget) {
        LocalAnswer::Nonnegative(more) => {
            nodes.extend(more);
            LocalAnswer::Nonnegative(nodes)
        }
        other => other,
    }
}

/// Takes some work off the budget, if there is enough.
fn spend(budget: &mut usize, work: usize) -> bool {
    let left = budget.checked_sub(work);
    *budget = left.unwrap_or(0);
    left.is_some()
}

/// The largest nonnegative monomial that divides all terms.
fn content(form: &Multivariate, kinds: &[Kind]) -> Exponents {
    let least = |place: usize| form.terms.keys().map(|exponents| exponents[place]).min().unwrap_or(0);
    let even = |place: usize| if kinds[place] == Kind::Free { least(place) / 2 * 2 } else { least(place) };
    (0..form.variables).map(even).collect()
}

/// A leaf, if squares and absorption suffice.
fn leaf(form: &Multivariate, kinds: &[Kind], good: &[Exponents], tight: &[Exponents]) -> Option<LocalNode> {
    let squares = if tight.is_empty() { vec![] } else { squares(form, good, tight)? };
    let mut rest = form.clone();
    squares.iter().for_each(|square| rest.add(&-Rational::one(), &square.expand()));
    let (good, bad) = split_terms(&rest, kinds);
    let absorb = |b: &Exponents| match position(b, &good) {
        Position::Absorbed(absorption) => Some(absorption),
        Position::Outside(_) | Position::Tight => None,
    };
    let absorptions = bad.iter().map(absorb).collect::<Option<_>>()?;
    Some(LocalNode::Leaf { squares, absorptions })
}

/// Where the terms on a face have a zero: moves it to 0, splits there, or splits the sign of a variable.
fn change_variables(
    form: &Multivariate, kinds: &[Kind], good: &[Exponents], tight: &[Exponents], depth: usize, budget: &mut usize,
) -> LocalAnswer {
    let open = || LocalAnswer::Open(form.clone(), kinds.to_vec());
    let mut eliminations: Vec<Elimination> =
        (0..form.variables).filter_map(|v| Elimination::new(form, kinds, v)).collect();
    eliminations.sort_by_key(|e| (kinds[e.variable] != Kind::Free, e.cost()));
    for mut elimination in eliminations.into_iter().take(2) {
        if !spend(budget, elimination.cost()) {
            return open();
        }
        elimination.multiply_out();
        let exact = kinds[elimination.variable] == Kind::Free;
        let is_last = exact || *budget == 0;
        match decide(elimination.left.clone(), kinds, depth - 1, budget) {
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
            open @ LocalAnswer::Open(..) if is_last => return open,
            LocalAnswer::Open(..) => {}
        }
    }
    if let Some((variable, by)) = shift(form, kinds, good, tight) {
        let mut moved = Multivariate::variable(form.variables, variable);
        moved.add(&Rational::one(), &by);
        return match decide(form.substitute(variable, &moved), kinds, depth - 1, budget) {
            LocalAnswer::Nonnegative(nodes) => {
                LocalAnswer::Nonnegative([vec![LocalNode::Shift { variable, by }], nodes].concat())
            }
            LocalAnswer::Negative(curve) => LocalAnswer::Negative(replace(curve, variable, &moved)),
            open @ LocalAnswer::Open(..) => open,
        };
    }
    let bend = bend(form, kinds, good, tight);
    let sign = || (0..form.variables).find(|v| kinds[*v] == Kind::Free && tight.iter().any(|b| b[*v] % 2 == 1));
    let (first, variable, at) = match bend {
        Some((variable, at)) => (LocalNode::Bend { variable, at: at.clone() }, variable, at),
        None => match sign() {
            Some(variable) => (LocalNode::Signs { variable }, variable, Multivariate::zero(form.variables)),
            None => return open(),
        },
    };
    let mut new_kinds = kinds.to_vec();
    new_kinds[variable] = Kind::Nonnegative;
    let mut nodes = vec![first];
    for sign in [Rational::one(), -Rational::one()] {
        let mut moved = at.clone();
        moved.add(&sign, &Multivariate::variable(form.variables, variable));
        match decide(form.substitute(variable, &moved), &new_kinds, depth - 1, budget) {
            LocalAnswer::Nonnegative(more) => nodes.extend(more),
            LocalAnswer::Negative(curve) => {
                let curve = replace(curve, variable, &moved);
                // On the second side of a bend the bound was forgotten.
                let keeps = |(path, kind): (&Polynomial, &Kind)| {
                    *kind == Kind::Free || path.lowest_term().is_none_or(|(_, lowest)| lowest.is_positive())
                };
                return if curve.iter().zip(kinds).all(keeps) { LocalAnswer::Negative(curve) } else { open() };
            }
            open @ LocalAnswer::Open(..) => return open,
        }
    }
    LocalAnswer::Nonnegative(nodes)
}

/// The curve in the old variables.
fn replace(mut curve: Vec<Polynomial>, variable: usize, moved: &Multivariate) -> Vec<Polynomial> {
    curve[variable] = along(moved, &curve);
    curve
}

/// A free variable x with a good term `A x^2` and tight terms `B x` that A divides: x is to be replaced by
/// `x - (sum of the B) / (2 A)`.
fn shift(
    form: &Multivariate, kinds: &[Kind], good: &[Exponents], tight: &[Exponents],
) -> Option<(usize, Multivariate)> {
    let two = Rational::from_integer(2.into());
    good.iter().find_map(|a| {
        let variable = (0..form.variables).find(|v| {
            kinds[*v] == Kind::Free && a[*v] == 2 && tight.iter().any(|b| linear_factor(a, b, *v).is_some())
        })?;
        let mut by = Multivariate::zero(form.variables);
        for b in tight {
            if let Some(factor) = linear_factor(a, b, variable) {
                by.add_term(factor, -(form.terms.get(b)? / form.terms.get(a)? / &two));
            }
        }
        Some((variable, by))
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
/// nonnegative: the zero is near `x = -B / (2 A)`.
fn bend(form: &Multivariate, kinds: &[Kind], good: &[Exponents], tight: &[Exponents]) -> Option<(usize, Multivariate)> {
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
                let mut at = Multivariate::zero(form.variables);
                at.add_term(factor, ratio);
                Some((variable, at))
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[(coefficient, exponents)]`
    fn polynomial(terms: &[(i64, &[u32])]) -> Multivariate {
        let mut form = Multivariate::zero(terms[0].1.len());
        terms.iter().for_each(|(c, exponents)| form.add_term(exponents.to_vec(), Rational::from_integer((*c).into())));
        form
    }

    fn ask(form: &Multivariate, kinds: &[Kind]) -> LocalAnswer {
        let answer = decide_near_zero(form, kinds, &mut 1_000_000);
        if let LocalAnswer::Negative(curve) = &answer {
            let value = along(form, curve);
            assert!(value.lowest_term().is_some_and(|(_, lowest)| lowest.is_negative()), "{value:?}");
        }
        answer
    }

    use Kind::{Free, Nonnegative};

    #[test]
    fn absorbed_terms_do_no_harm() {
        let form = polynomial(&[(1, &[2, 0]), (1, &[0, 2]), (-100, &[2, 1]), (-100, &[1, 2])]);
        assert!(matches!(ask(&form, &[Free, Free]), LocalAnswer::Nonnegative(_)));
    }

    #[test]
    fn a_term_outside_gives_a_curve_of_unequal_weights() {
        // x^2 + y^6 - x y^2: negative along x = t^2 / 2, y = t.
        let form = polynomial(&[(1, &[2, 0]), (1, &[0, 6]), (-1, &[1, 2])]);
        assert!(matches!(ask(&form, &[Free, Free]), LocalAnswer::Negative(_)));
        assert!(matches!(ask(&form, &[Nonnegative, Nonnegative]), LocalAnswer::Negative(_)));
        // An odd vertex is negative on one side.
        let odd = polynomial(&[(1, &[2, 0]), (1, &[0, 3])]);
        assert!(matches!(ask(&odd, &[Free, Free]), LocalAnswer::Negative(_)));
        assert!(matches!(ask(&odd, &[Free, Nonnegative]), LocalAnswer::Nonnegative(_)));
    }

    #[test]
    fn definite_faces_are_squares() {
        let form = polynomial(&[(2, &[2, 0]), (2, &[0, 4]), (-3, &[1, 2]), (7, &[1, 3]), (-9, &[3, 0])]);
        assert!(matches!(ask(&form, &[Free, Free]), LocalAnswer::Nonnegative(_)));
        // x (x - y)^2-like with weight x: 2 x^3 - 3 x^2 y + 2 x y^2 has the content x.
        let weighted = polynomial(&[(2, &[3, 0, 0]), (-3, &[2, 1, 0]), (2, &[1, 2, 0]), (1, &[0, 0, 2])]);
        assert!(matches!(ask(&weighted, &[Nonnegative, Nonnegative, Free]), LocalAnswer::Nonnegative(_)));
    }

    #[test]
    fn zeros_on_faces_are_moved_to_the_origin() {
        // (x - y^2)^2 + y^5 is negative for y < 0; (x - y^2)^2 + y^6 never is.
        let fifth = polynomial(&[(1, &[2, 0]), (-2, &[1, 2]), (1, &[0, 4]), (1, &[0, 5])]);
        assert!(matches!(ask(&fifth, &[Free, Free]), LocalAnswer::Negative(_)));
        assert!(matches!(ask(&fifth, &[Free, Nonnegative]), LocalAnswer::Nonnegative(_)));
        let sixth = polynomial(&[(1, &[2, 0]), (-2, &[1, 2]), (1, &[0, 4]), (1, &[0, 6])]);
        assert!(matches!(ask(&sixth, &[Free, Free]), LocalAnswer::Nonnegative(_)));
        // On the quadrant: (x - 2 y)^2 -+ x y^2.
        for (sign, nonnegative) in [(-1, false), (1, true)] {
            let form = polynomial(&[(1, &[2, 0]), (-4, &[1, 1]), (4, &[0, 2]), (sign, &[1, 2])]);
            let answer = ask(&form, &[Nonnegative, Nonnegative]);
            assert_eq!(matches!(answer, LocalAnswer::Nonnegative(_)), nonnegative, "{answer:?}");
            assert!(!matches!(answer, LocalAnswer::Open(..)));
        }
    }

    #[test]
    fn negative_faces_are_found() {
        let form = polynomial(&[(1, &[2, 0]), (1, &[0, 4]), (-3, &[1, 2])]);
        assert!(matches!(ask(&form, &[Free, Free]), LocalAnswer::Negative(_)));
        // The Motzkin form plus nothing: a zero at x = y = z that no square removes. It must not be decided wrongly.
        let motzkin = polynomial(&[(1, &[4, 2, 0]), (1, &[2, 4, 0]), (1, &[0, 0, 6]), (-3, &[2, 2, 2])]);
        assert!(!matches!(ask(&motzkin, &[Free, Free, Free]), LocalAnswer::Negative(_)));
    }
}
