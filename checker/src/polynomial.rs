//! Polynomials in several variables, and proofs that one is nonnegative near 0 where some variables are nonnegative and
//! the others free (docs/theory.md, section 7). A monomial is called even if it is so in every free variable; a term with
//! an even monomial and a positive coefficient is good, any other bad.

use crate::json::Json;
use crate::number::Rational;
use crate::radius::{Sizes, ensure_reached};
use crate::vector::{common_denominator, numerator};
use crate::{Refusal, ensure};
use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

pub(crate) type Exponents = Vec<usize>;

/// Largest exponent, and most products of terms in one multiplication.
const MAX_EXPONENT: usize = 10_000;
const MAX_PRODUCTS: usize = 4_000_000;

/// The coefficient of each monomial, never zero. All exponents of one polynomial have the same length.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Polynomial(pub(crate) BTreeMap<Exponents, Rational>);

impl Polynomial {
    pub(crate) fn constant(variables: usize, value: Rational) -> Polynomial {
        let mut sum = Polynomial::default();
        sum.add_term(vec![0; variables], value);
        sum
    }
    pub(crate) fn variable(variables: usize, place: usize) -> Polynomial {
        let exponents = (0..variables).map(|v| usize::from(v == place)).collect();
        Polynomial([(exponents, Rational::one())].into())
    }
    fn add_term(&mut self, exponents: Exponents, value: Rational) {
        match self.0.entry(exponents) {
            Entry::Vacant(place) if !value.is_zero() => drop(place.insert(value)),
            Entry::Vacant(_) => {}
            Entry::Occupied(mut place) => {
                *place.get_mut() += value;
                if place.get().is_zero() {
                    place.remove();
                }
            }
        }
    }
    pub(crate) fn add(&mut self, factor: &Rational, other: &Polynomial) {
        other.0.iter().for_each(|(exponents, value)| self.add_term(exponents.clone(), factor * value));
    }
    pub(crate) fn times(&self, other: &Polynomial) -> Result<Polynomial, Refusal> {
        let text = "a polynomial gets too large";
        ensure(self.0.len().saturating_mul(other.0.len()) <= MAX_PRODUCTS, "polynomial-size", text)?;
        // Integers over a common denominator are added faster.
        let (left, right) = (common_denominator(self.0.values()), common_denominator(other.0.values()));
        let others: Vec<_> = other.0.iter().map(|(exponents, value)| (exponents, numerator(value, &right))).collect();
        let mut product = BTreeMap::<Exponents, BigInt>::new();
        for (exponents, value) in &self.0 {
            let value = numerator(value, &left);
            for (more, factor) in &others {
                let exponents: Exponents = exponents.iter().zip(*more).map(|(l, r)| l.saturating_add(*r)).collect();
                ensure(exponents.iter().all(|power| *power <= MAX_EXPONENT), "polynomial-size", text)?;
                *product.entry(exponents).or_default() += &value * factor;
            }
        }
        let common = left * right;
        let terms = product.into_iter().filter(|(_, value)| !value.is_zero());
        Ok(Polynomial(terms.map(|(exponents, value)| (exponents, Rational::new(value, common.clone()))).collect()))
    }
    pub(crate) fn at_origin(&self) -> Rational {
        self.0
            .iter()
            .find(|(exponents, _)| exponents.iter().all(Zero::is_zero))
            .map(|(_, c)| c.clone())
            .unwrap_or_default()
    }
    fn contains(&self, variable: usize) -> bool {
        self.0.keys().any(|exponents| power(exponents, variable) > 0)
    }
    /// The coefficients of the powers of a variable.
    fn parts(&self, variable: usize) -> Vec<Polynomial> {
        let mut parts = vec![];
        for (exponents, value) in &self.0 {
            let power = power(exponents, variable);
            parts.resize(parts.len().max(power.saturating_add(1)), Polynomial::default());
            let others: Exponents =
                exponents.iter().enumerate().map(|(v, e)| if v == variable { 0 } else { *e }).collect();
            if let Some(part) = parts.get_mut(power) {
                part.add_term(others, value.clone());
            }
        }
        parts
    }
    fn substitute(&self, variable: usize, by: &Polynomial) -> Result<Polynomial, Refusal> {
        self.parts(variable).into_iter().rev().try_fold(Polynomial::default(), |sum, part| {
            let mut next = sum.times(by)?;
            part.0.into_iter().for_each(|(exponents, value)| next.add_term(exponents, value));
            Ok(next)
        })
    }
    /// The same in more variables.
    fn extended(&self, variables: usize) -> Polynomial {
        let longer = |exponents: &Exponents| -> Exponents {
            exponents.iter().copied().chain(std::iter::repeat(0)).take(variables).collect()
        };
        Polynomial(self.0.iter().map(|(exponents, value)| (longer(exponents), value.clone())).collect())
    }
    /// Divided by a monomial, if it divides every term.
    fn divided(&self, content: &Exponents) -> Option<Polynomial> {
        let lower = |exponents: &Exponents| -> Option<Exponents> {
            exponents.iter().zip(content).map(|(e, c)| e.checked_sub(*c)).collect()
        };
        let terms = self.0.iter().map(|(exponents, value)| Some((lower(exponents)?, value.clone())));
        Some(Polynomial(terms.collect::<Option<_>>()?))
    }
    fn read(json: &Json, variables: usize) -> Result<Polynomial, Refusal> {
        let mut sum = Polynomial::default();
        for term in json.items()? {
            let [exponents, value] = term.items()? else { return Err(Refusal::malformed("expected two entries")) };
            sum.add_term(read_exponents(exponents, variables)?, value.rational()?);
        }
        Ok(sum)
    }
}

fn power(exponents: &Exponents, variable: usize) -> usize {
    exponents.get(variable).copied().unwrap_or_default()
}

fn read_exponents(json: &Json, variables: usize) -> Result<Exponents, Refusal> {
    let exponents = json.list(Json::index)?;
    ensure(exponents.len() == variables, "wrong-shape", "a monomial has too many or too few exponents")?;
    let small = exponents.iter().all(|power| *power <= MAX_EXPONENT);
    ensure(small, "polynomial-size", "an exponent is too large").map(|()| exponents)
}

/// The determinant, by expansion along the first row.
pub(crate) fn determinant(rows: &[Vec<Polynomial>], variables: usize) -> Result<Polynomial, Refusal> {
    let Some((first, rest)) = rows.split_first() else { return Ok(Polynomial::constant(variables, Rational::one())) };
    let (mut sum, mut sign) = (Polynomial::default(), Rational::one());
    for (column, entry) in first.iter().enumerate() {
        let without = |row: &Vec<Polynomial>| {
            row.iter().enumerate().filter(|(c, _)| *c != column).map(|(_, entry)| entry.clone()).collect()
        };
        if !entry.0.is_empty() {
            let minor = determinant(&rest.iter().map(without).collect::<Vec<_>>(), variables)?;
            sum.add(&sign, &entry.times(&minor)?);
        }
        sign = -sign;
    }
    Ok(sum)
}

fn is_even(free: &[bool], exponents: &Exponents) -> bool {
    exponents.iter().zip(free).all(|(power, free)| !free || power % 2 == 0)
}

/// Accepts a proof that a polynomial is nonnegative near 0, or as far as `sizes` says: nodes in depth-first order. `free`:
/// which variables are.
pub(crate) fn check_near_zero(form: Polynomial, free: Vec<bool>, sizes: Sizes, nodes: &[Json]) -> Result<(), Refusal> {
    let mut waiting = vec![(form, free, sizes)];
    for node in nodes {
        let Some((form, free, sizes)) = waiting.pop() else {
            return Err(Refusal::rejected("tree-trailing", "nodes follow after the proof is complete"));
        };
        let variables = free.len();
        let variable = |key: &str, expected: Option<bool>| -> Result<usize, Refusal> {
            let place = node.field(key)?.index()?;
            let fits = free.get(place).is_some_and(|is_free| expected.is_none_or(|expected| expected == *is_free));
            ensure(fits, "polynomial-node", "there is no such variable, or it is not of the kind it has to be")?;
            Ok(place)
        };
        let plus = |by: &Polynomial, sign: i32, place: usize| {
            let mut sum = by.clone();
            sum.add(&Rational::from_integer(sign.into()), &Polynomial::variable(variables, place));
            sum
        };
        let nonnegative_now = |place: usize| free.iter().enumerate().map(|(v, free)| *free && v != place).collect();
        if node.get("eliminate").is_some() {
            node.object(&["eliminate", "content"])?;
            let place = variable("eliminate", None)?;
            let content = read_exponents(node.field("content")?, variables)?;
            waiting.push((eliminate(&form, &free, &sizes, place, &content)?, free, sizes));
        } else if let Some(content) = node.get("content") {
            let content = read_exponents(node.object(&["content"]).map(|_| content)?, variables)?;
            let divided = form.divided(&content).filter(|_| is_even(&free, &content));
            let wrong = || Refusal::rejected("polynomial-node", "the monomial is not even, or does not divide");
            waiting.push((divided.ok_or_else(wrong)?, free, sizes));
        } else if node.get("signs").is_some() {
            let place = variable("signs", Some(true)).and_then(|place| node.object(&["signs"]).map(|_| place))?;
            let mirrored = form.substitute(place, &plus(&Polynomial::default(), -1, place))?;
            waiting.extend([(mirrored, nonnegative_now(place), sizes.clone()), (form, nonnegative_now(place), sizes)]);
        } else if node.get("shift").is_some() {
            let by = Polynomial::read(node.object(&["shift", "by"])?.field("by")?, variables)?;
            let place = variable("shift", Some(true))?;
            let fits = !by.contains(place) && by.at_origin().is_zero();
            ensure(fits, "polynomial-node", "a shift contains its variable, or is not zero at 0")?;
            let sizes = sizes.moved(place, &by)?;
            waiting.push((form.substitute(place, &plus(&by, 1, place))?, free, sizes));
        } else if node.get("factor").is_some() {
            // f = U p^2 g
            node.object(&["factor", "root", "rest"])?;
            let read = |key: &str| Polynomial::read(node.field(key)?, variables);
            let (unit, root, rest) = (read("factor")?, read("root")?, read("rest")?);
            let product = root.times(&root)?.times(&unit)?.times(&rest)?;
            let fits = unit.at_origin().is_positive() && product == form;
            ensure(fits, "polynomial-node", "a factor is not positive at 0, or the product is another polynomial")?;
            ensure_reached(sizes.keep_positive(&unit))?;
            waiting.push((rest, free, sizes));
        } else if let Some(names) = node.get("names") {
            // U(x) f(x) = F(x, p(x)), U(0) > 0, p(0) = 0
            node.object(&["names", "unit", "form"])?;
            let unit = Polynomial::read(node.field("unit")?, variables)?;
            let names = names.list(|name| Polynomial::read(name, variables))?;
            let total = variables.saturating_add(names.len());
            let named = Polynomial::read(node.field("form")?, total)?;
            let unnamed = names.iter().enumerate().try_fold(named.clone(), |sum, (place, name)| {
                sum.substitute(variables.saturating_add(place), &name.extended(total))
            })?;
            let small = unit.at_origin().is_positive() && names.iter().all(|name| name.at_origin().is_zero());
            let fits = small && unnamed == unit.times(&form)?.extended(total);
            ensure(
                fits,
                "polynomial-node",
                "a name is not zero at 0, or with the names put in the form is another one",
            )?;
            ensure_reached(sizes.keep_positive(&unit))?;
            let sizes = sizes.named(&names)?;
            waiting.push((named, free.iter().copied().chain(names.iter().map(|_| true)).collect(), sizes));
        } else if node.get("power").is_some() {
            let place = variable("power", Some(false))?;
            let exponent = node.object(&["power", "exponent"])?.field("exponent")?.index()?;
            ensure(exponent > 0, "polynomial-node", "a power has the exponent 0")?;
            let raised = |(exponents, value): (&Exponents, &Rational)| {
                let raised =
                    exponents.iter().enumerate().map(|(v, e)| if v == place { e.saturating_mul(exponent) } else { *e });
                (raised.collect::<Exponents>(), value.clone())
            };
            let form = Polynomial(form.0.iter().map(raised).collect());
            let is_small = form.0.keys().all(|exponents| power(exponents, place) <= MAX_EXPONENT);
            ensure(is_small, "polynomial-size", "a polynomial gets too large")?;
            waiting.push((form, free, sizes.rooted(place, exponent)));
        } else if node.get("bend").is_some() {
            let at = Polynomial::read(node.object(&["bend", "at"])?.field("at")?, variables)?;
            let place = variable("bend", Some(false))?;
            let nonnegative = at.0.iter().all(|(exponents, value)| value.is_positive() && is_even(&free, exponents));
            let fits = nonnegative && !at.contains(place) && at.at_origin().is_zero();
            ensure(fits, "polynomial-node", "a bend contains its variable, or has a bad term or a constant")?;
            let (above, below) = (plus(&at, 1, place), plus(&at, -1, place));
            let sizes = sizes.moved(place, &at)?;
            let (below, above) = (form.substitute(place, &below)?, form.substitute(place, &above)?);
            waiting.extend([(below, free.clone(), sizes.clone()), (above, free, sizes)]);
        } else if node.get("ray").is_some() {
            // x >= c y, then x <= c y.
            let ratio = node.object(&["ray", "other", "ratio"])?.field("ratio")?.rational()?;
            let (x, y) = (variable("ray", Some(false))?, variable("other", Some(false))?);
            ensure(x != y && ratio.is_positive(), "polynomial-node", "a ray needs two variables and a positive ratio")?;
            let side = |moved: usize, other: usize, factor: Rational| {
                let mut by = Polynomial::default();
                by.add(&factor, &Polynomial::variable(variables, other));
                form.substitute(moved, &plus(&by, 1, moved))
            };
            let (below, above) = (side(y, x, ratio.recip())?, side(x, y, ratio)?);
            waiting.extend([(below, free.clone(), sizes.clone()), (above, free, sizes)]);
        } else {
            check_leaf(form, &free, &sizes, node.object(&["squares", "absorptions"])?)?;
        }
    }
    ensure(waiting.is_empty(), "tree-incomplete", "the proof ends before all its branches do")
}

/// `f = m (A x^2 + B x) + C`, m even, `A(0) > 0`, `B(0) = 0`: near 0, f is nonnegative if `4 A C - m B^2` is, because
/// `4 A f = m (2 A x + B)^2 + 4 A C - m B^2`.
fn eliminate(
    form: &Polynomial, free: &[bool], sizes: &Sizes, place: usize, content: &Exponents,
) -> Result<Polynomial, Refusal> {
    let wrong = || Refusal::rejected("polynomial-node", "the variable cannot be eliminated");
    let mut parts = form.parts(place).into_iter();
    let (constant, linear, square) =
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let even = is_even(free, content) && power(content, place) == 0 && parts.next().is_none();
    let divided = linear.divided(content).zip(square.divided(content)).filter(|_| even);
    let (linear, square) = divided.ok_or_else(wrong)?;
    ensure(square.at_origin().is_positive() && linear.at_origin().is_zero(), "polynomial-node", &wrong().text)?;
    ensure_reached(sizes.keep_positive(&square))?;
    let mut left = Polynomial::default();
    left.add(&Rational::from_integer(4.into()), &square.times(&constant)?);
    let monomial = Polynomial([(content.clone(), Rational::one())].into());
    left.add(&-Rational::one(), &monomial.times(&linear.times(&linear)?)?);
    Ok(left)
}

/// Accepts a polynomial of which, after subtraction of squares `c m p^2` (c >= 0, m even), each bad term `x^b` is absorbed:
/// `b = sum lambda_a a + gamma` over good a, `lambda >= 0`, `sum lambda = 1`, `gamma >= 0` and not 0, so that near 0
/// `|x^b| <= |x|^gamma sum lambda_a |x|^a` is as small a part of the good terms as needed; as far as `sizes` says, they are
/// at most the good terms.
fn check_leaf(mut form: Polynomial, free: &[bool], sizes: &Sizes, leaf: &Json) -> Result<(), Refusal> {
    for square in leaf.field("squares")?.items()? {
        let [factor, monomial, base] = square.items()? else {
            return Err(Refusal::malformed("expected three entries"));
        };
        let (factor, monomial) = (factor.rational()?, read_exponents(monomial, free.len())?);
        let base = Polynomial::read(base, free.len())?;
        let is_square = !factor.is_negative() && is_even(free, &monomial);
        ensure(is_square, "polynomial-leaf", "a square has a negative factor or a monomial that is not even")?;
        form.add(&-factor, &Polynomial([(monomial, Rational::one())].into()).times(&base.times(&base)?)?);
    }
    let is_good = |exponents: &Exponents, value: &Rational| value.is_positive() && is_even(free, exponents);
    let bad: Vec<&Exponents> = form.0.iter().filter(|(e, value)| !is_good(e, value)).map(|(e, _)| e).collect();
    let absorptions = leaf.field("absorptions")?.items()?;
    ensure(absorptions.len() == bad.len(), "polynomial-leaf", "one absorption is needed for each bad term")?;
    let mut loads: BTreeMap<Exponents, Rational> = BTreeMap::new();
    for (b, absorption) in bad.into_iter().zip(absorptions) {
        let mut gamma: Vec<Rational> = b.iter().map(|power| Rational::from_integer((*power).into())).collect();
        let (mut shares, mut sum, mut holds) = (vec![], Rational::zero(), true);
        for entry in absorption.items()? {
            let [a, lambda] = entry.items()? else { return Err(Refusal::malformed("expected two entries")) };
            let (a, lambda) = (read_exponents(a, free.len())?, lambda.rational()?);
            holds &= !lambda.is_negative() && form.0.get(&a).is_some_and(|value| is_good(&a, value));
            gamma.iter_mut().zip(&a).for_each(|(entry, a)| *entry -= &lambda * Rational::from_integer((*a).into()));
            sum += &lambda;
            shares.push((a, lambda));
        }
        let above = !gamma.iter().any(Signed::is_negative) && gamma.iter().any(Signed::is_positive);
        ensure(holds && sum.is_one() && above, "polynomial-leaf", "a bad term is not absorbed")?;
        let part = form.0.get(b).map(Signed::abs).unwrap_or_default() * sizes.monomial(&gamma);
        for (a, lambda) in shares {
            *loads.entry(a).or_default() += lambda * &part;
        }
    }
    ensure_reached(loads.iter().all(|(a, load)| form.0.get(a).is_some_and(|value| load <= value)))
}
