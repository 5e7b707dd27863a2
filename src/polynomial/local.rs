//! Is a polynomial nonnegative near 0, where some variables are free and the others nonnegative?
//!
//! Good terms (positive coefficient, even in the free variables) make a Newton polyhedron. A bad term outside of it gives
//! a curve of descent; one above it is absorbed; those on compact faces need an argument: squares, or where the face has
//! a zero, a change of variables and the same question again. The search for this tree works on terms of low degree
//! first ([`super::search`]); a proof is then written down for the whole polynomial, nothing of which is left out.

use super::descend::along;
use super::eliminate::Elimination;
use super::gram::WeightedSquare;
use super::multivariate::{Exponents, Multivariate};
use super::newton::{Absorption, Kind};
use super::search::{First, absorptions_after, search};
use super::truncated::Truncated;
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
    /// Neither is proved.
    Open,
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
    /// `f = U p^2 g` becomes g: `U(0) > 0`.
    Factor {
        /// `U`
        unit: Multivariate,
        /// `p`
        root: Multivariate,
        /// `g`
        rest: Multivariate,
    },
    /// A free variable x is replaced by `x + q`, q a polynomial in the others, zero at 0.
    Shift {
        /// The variable.
        variable: usize,
        /// `q`
        by: Multivariate,
    },
    /// A nonnegative variable x is replaced by `x^k`.
    Power {
        /// The variable.
        variable: usize,
        /// `k`, at least 1.
        exponent: u32,
    },
    /// Two branches follow: a nonnegative variable x is replaced by `q + x`, then by `q - x`, q nonnegative and zero at 0;
    /// on the second the bound `x <= q` is forgotten.
    Bend {
        /// The variable.
        variable: usize,
        /// `q`
        at: Multivariate,
    },
    /// Two branches follow, for nonnegative variables x and y and c > 0: x is replaced by `c y + x`, then y by `x / c + y`.
    Ray {
        /// `(x, y)`
        pair: (usize, usize),
        /// `c`
        ratio: Rational,
    },
    /// Polynomials p that are zero at 0 get names, free variables after the others: `f` becomes F with `F(x, p(x)) = U(x)
    /// f(x)`, where `U(0) > 0`.
    Names {
        /// The p.
        named: Vec<Multivariate>,
        /// `U`
        unit: Multivariate,
        /// `F`
        form: Multivariate,
    },
    /// After subtraction of the squares each bad term is absorbed, in the order of exponents.
    Leaf {
        /// `c m p^2`
        squares: Vec<WeightedSquare>,
        /// One for each bad term that is left.
        absorptions: Vec<Absorption>,
    },
}

/// Degrees above the least one from which terms are left out, one after the other.
const CUTS: [u32; 5] = [2, 3, 5, 8, 12];
/// Most terms of a polynomial when a proof is written down.
const MAX_TERMS: usize = 8_000;

/// Asks whether a polynomial is nonnegative near 0. `budget`: how many products and comparisons of terms may still be
/// made, about a million in a second; it doesn't depend on the machine.
pub fn decide_near_zero(form: &Multivariate, kinds: &[Kind], budget: &mut usize) -> LocalAnswer {
    let total = |exponents: &Exponents| exponents.iter().sum::<u32>();
    let least = form.terms.keys().map(total).min().unwrap_or(0);
    // Beyond the degree of the polynomial too: changes of variables raise it.
    let cuts = CUTS.iter().map(|cut| (least + cut, First::Shifts));
    let whole = [First::Shifts, First::Eliminations, First::Splits].map(|first| (u32::MAX, first));
    let tries: Vec<(u32, First)> = cuts.chain(whole).collect();
    // The last two ways have a part of their own, and what the others leave.
    let mut reserve = *budget / 3;
    *budget -= reserve;
    for (place, (cut, first)) in tries.iter().enumerate() {
        let others = tries.len() - 1 - place;
        if *first == First::Eliminations {
            *budget += std::mem::take(&mut reserve);
        }
        let mut share = *budget / others.max(1);
        *budget -= share;
        let answer = search(Truncated::new(form, *cut), kinds, *first, &mut share);
        let answer = match answer {
            LocalAnswer::Nonnegative(nodes) => on_whole(form, kinds, &nodes, &mut share),
            LocalAnswer::Negative(curve) => {
                let is_negative = along(form, &curve).lowest_term().is_some_and(|(_, value)| value.is_negative());
                is_negative.then_some(LocalAnswer::Negative(curve))
            }
            LocalAnswer::Open => None,
        };
        *budget += share;
        if let Some(answer) = answer {
            *budget += reserve;
            return answer;
        }
    }
    LocalAnswer::Open
}

/// A proof that a polynomial is nonnegative near 0, where the other answer is of no use: one search with all terms.
pub fn prove_near_zero(form: &Multivariate, kinds: &[Kind], budget: &mut usize) -> Option<Vec<LocalNode>> {
    match search(Truncated::whole(form.clone()), kinds, First::Shifts, budget) {
        LocalAnswer::Nonnegative(nodes) => match on_whole(form, kinds, &nodes, budget)? {
            LocalAnswer::Nonnegative(nodes) => Some(nodes),
            LocalAnswer::Negative(_) | LocalAnswer::Open => None,
        },
        LocalAnswer::Negative(_) | LocalAnswer::Open => None,
    }
}

/// A proof for terms of low degree, as one for the whole polynomial. `None` if it gets too large.
fn on_whole(form: &Multivariate, kinds: &[Kind], nodes: &[LocalNode], budget: &mut usize) -> Option<LocalAnswer> {
    let mut nodes = nodes.iter();
    let mut whole = Vec::new();
    let mut waiting = vec![(Truncated::whole(form.clone()), kinds.to_vec())];
    while let Some((form, kinds)) = waiting.pop() {
        let form = form.with_degrees();
        let terms = form.form.terms.len();
        *budget = budget.checked_sub(10 * terms)?;
        if terms > MAX_TERMS {
            return None;
        }
        let mut node = nodes.next()?.clone();
        match &mut node {
            LocalNode::Content { exponents } => waiting.push((form.divided(exponents)?, kinds)),
            LocalNode::Eliminate { variable, content } => {
                let elimination = Elimination::new(&form, &kinds, *variable).filter(|e| e.content == *content)?;
                *budget = budget.checked_sub(elimination.cost())?;
                waiting.push((elimination.left(), kinds));
            }
            LocalNode::Factor { unit, root, rest } => {
                let product = root.times(root).times(unit).times(rest);
                waiting.push((Truncated::whole((product == form.form).then(|| rest.clone())?), kinds));
            }
            LocalNode::Names { named, form, .. } => {
                waiting.push((Truncated::whole(form.clone()), with_names(&kinds, named.len())));
            }
            LocalNode::Leaf { squares, absorptions } => {
                *absorptions = absorptions_after(&form, &kinds, squares)?;
            }
            LocalNode::Signs { .. }
            | LocalNode::Shift { .. }
            | LocalNode::Power { .. }
            | LocalNode::Bend { .. }
            | LocalNode::Ray { .. } => {
                let branches = node.substitutions(form.variables());
                for (variable, by) in branches.into_iter().rev() {
                    waiting.push((form.substitute(variable, &by), node.kinds(&kinds)));
                }
            }
        }
        whole.push(node);
    }
    Some(LocalAnswer::Nonnegative(whole))
}

/// The kinds of some variables and of names after them.
pub fn with_names(kinds: &[Kind], names: usize) -> Vec<Kind> {
    [kinds, &vec![Kind::Free; names]].concat()
}

impl LocalNode {
    /// The branches that follow a change of variables: what takes the place of which variable.
    pub(super) fn substitutions(&self, variables: usize) -> Vec<(usize, Multivariate)> {
        let plus = |by: &Multivariate, sign: i64, variable: usize| {
            let mut sum = by.clone();
            sum.add(&Rational::from_integer(sign.into()), &Multivariate::variable(variables, variable));
            (variable, sum)
        };
        match self {
            LocalNode::Signs { variable } => {
                [1, -1].map(|sign| plus(&Multivariate::zero(variables), sign, *variable)).into()
            }
            LocalNode::Bend { variable, at } => [1, -1].map(|sign| plus(at, sign, *variable)).into(),
            LocalNode::Shift { variable, by } => vec![plus(by, 1, *variable)],
            LocalNode::Power { variable, exponent } => {
                let mut by = Multivariate::zero(variables);
                let exponents = (0..variables).map(|v| if v == *variable { *exponent } else { 0 }).collect();
                by.add_term(exponents, Rational::one());
                vec![(*variable, by)]
            }
            LocalNode::Ray { pair: (x, y), ratio } => [(*x, *y, ratio.clone()), (*y, *x, ratio.recip())]
                .map(|(moved, other, factor)| {
                    let mut by = Multivariate::zero(variables);
                    by.add(&factor, &Multivariate::variable(variables, other));
                    plus(&by, 1, moved)
                })
                .into(),
            LocalNode::Content { .. }
            | LocalNode::Eliminate { .. }
            | LocalNode::Factor { .. }
            | LocalNode::Names { .. }
            | LocalNode::Leaf { .. } => vec![],
        }
    }

    /// The kinds of the variables on these branches.
    pub(super) fn kinds(&self, kinds: &[Kind]) -> Vec<Kind> {
        let mut kinds = kinds.to_vec();
        if let LocalNode::Signs { variable } = self {
            kinds[*variable] = Kind::Nonnegative;
        }
        kinds
    }
}

#[cfg(test)]
mod tests {
    use super::super::multivariate::polynomial;
    use super::*;

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
            assert!(!matches!(answer, LocalAnswer::Open));
        }
    }

    #[test]
    fn zeros_along_graphs_of_fractions_are_squares() {
        // (x (1 - z) - y z)^2 (1 + w)^2, alone and as what is left of a polynomial without v; y^5 makes it negative.
        let root = polynomial(&[
            (1, &[1, 0, 0, 0, 0]),
            (-1, &[1, 0, 1, 0, 0]),
            (-1, &[0, 1, 1, 0, 0]),
            (1, &[1, 0, 0, 1, 0]),
            (-1, &[1, 0, 1, 1, 0]),
            (-1, &[0, 1, 1, 1, 0]),
        ]);
        let square = root.times(&root);
        assert!(matches!(ask(&square, &[Free; 5]), LocalAnswer::Nonnegative(_)));
        let mut more = square.clone();
        let line = polynomial(&[(1, &[0, 0, 0, 0, 1]), (1, &[0, 1, 0, 1, 0]), (2, &[1, 0, 0, 0, 0])]);
        more.add(&Rational::one(), &line.times(&line));
        assert!(matches!(ask(&more, &[Free; 5]), LocalAnswer::Nonnegative(_)));
        more.add_term(vec![0, 5, 0, 0, 0], Rational::one());
        assert!(!matches!(ask(&more, &[Free; 5]), LocalAnswer::Nonnegative(_)));
    }

    #[test]
    fn a_nonnegative_variable_is_best_at_0_on_one_side_of_a_split() {
        // (3 x (1 + z) - z)^2 + c x y^2: without x, z (60 (1 + z) z - 25 y^2) y^2 for c = 5, where the best x is positive.
        for (c, nonnegative) in [(5, true), (-1, false)] {
            let root = polynomial(&[(3, &[1, 0, 0]), (3, &[1, 0, 1]), (-1, &[0, 0, 1])]);
            let mut form = root.times(&root);
            form.add_term(vec![1, 2, 0], Rational::from_integer(c.into()));
            let answer = ask(&form, &[Nonnegative; 3]);
            assert_eq!(matches!(&answer, LocalAnswer::Nonnegative(_)), nonnegative, "{answer:?}");
        }
    }

    #[test]
    fn factors_that_say_nothing_about_the_sign_are_left_out() {
        // (2 - z) (x + y z)^2 (x^2 - 3 x y^2 + c y^4)
        for (c, nonnegative) in [(3, true), (2, false)] {
            let unit = polynomial(&[(2, &[0, 0, 0]), (-1, &[0, 0, 1])]);
            let root = polynomial(&[(1, &[1, 0, 0]), (1, &[0, 1, 1])]);
            let rest = polynomial(&[(1, &[2, 0, 0]), (-3, &[1, 2, 0]), (c, &[0, 4, 0])]);
            let form = root.times(&root).times(&unit).times(&unit).times(&unit).times(&rest);
            match ask(&form, &[Free; 3]) {
                LocalAnswer::Nonnegative(nodes) => {
                    assert!(nonnegative && matches!(nodes[0], LocalNode::Factor { .. }), "{nodes:?}");
                }
                LocalAnswer::Negative(_) => assert!(!nonnegative),
                LocalAnswer::Open => panic!("open for {c}"),
            }
        }
    }

    #[test]
    fn good_terms_may_be_needed_for_squares() {
        // (x - y + z)^2 + small squares, x, y, z >= 0: x z is a good term.
        let root = polynomial(&[(1, &[1, 0, 0]), (-1, &[0, 1, 0]), (1, &[0, 0, 1])]);
        let mut form = polynomial(&[(1, &[2, 0, 0]), (1, &[0, 2, 0]), (1, &[0, 0, 2])]);
        form.add(&Rational::from_integer(20.into()), &root.times(&root));
        match ask(&form, &[Nonnegative; 3]) {
            LocalAnswer::Nonnegative(nodes) => assert_eq!(nodes.len(), 1),
            other => panic!("{other:?}"),
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
