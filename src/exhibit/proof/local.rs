//! Proofs that a polynomial is nonnegative near 0 (docs/theory.md, section 7.13): a row for each node, with the polynomial
//! that is proved there.

use super::super::numbers::{index, items, number};
use super::super::{Step, Table, Text};
use super::as_they_stand;
use crate::polynomial::{Exponents, Multivariate};
use crate::rational::Rational;
use num_traits::{One, Signed};
use serde_json::Value;

/// Most nodes that are shown; the certificate has them all.
const MOST_NODES: usize = 120;
/// Terms of a polynomial beyond which it isn't shown at every node.
const LONG: usize = 400;

/// What is to be proved at a node.
struct Branch {
    /// `1.2`: the second branch of the first node that splits, and so on.
    path: String,
    polynomial: Multivariate,
    /// Which variables may have either sign.
    free: Vec<bool>,
}

/// What a node comes to.
struct Reading {
    step: Text,
    branches: Vec<(Multivariate, Vec<bool>)>,
}

/// The tree below a polynomial. Cost: that of checking it.
pub(super) fn near_zero(polynomial: Multivariate, free: Vec<bool>, nodes: &[Value]) -> Vec<Step> {
    let mut waiting = vec![Branch { path: String::new(), polynomial, free }];
    let mut rows = Vec::new();
    let mut rest = Vec::new();
    for (place, node) in nodes.iter().enumerate() {
        let Some(branch) = waiting.pop() else { break };
        let Some(Reading { step, branches }) = read(&branch, node) else {
            rest = as_they_stand(&nodes[place..]);
            break;
        };
        let name = if branch.path.is_empty() { "all" } else { &branch.path };
        let shown = match branch.polynomial.terms.len() {
            0..LONG => Text::default().polynomial('x', &branch.polynomial),
            count => Text::plain(format!("{count} terms")),
        };
        rows.push(vec![Text::plain(name), shown, step]);
        let several = branches.len() > 1;
        for (number, (polynomial, free)) in branches.into_iter().enumerate().rev() {
            let path = match (several, branch.path.is_empty()) {
                (false, _) => branch.path.clone(),
                (true, true) => (number + 1).to_string(),
                (true, false) => format!("{}.{}", branch.path, number + 1),
            };
            waiting.push(Branch { path, polynomial, free });
        }
    }
    let left_out = rows.len().saturating_sub(MOST_NODES);
    rows.truncate(MOST_NODES);
    let header = ["branch", "polynomial $f$, to be proved nonnegative near 0", "step"].map(Text::of).into();
    let mut steps = vec![Step::Table(Table { header, rows, left_out })];
    steps.append(&mut rest);
    steps
}

/// A list of terms `[exponents, number]`.
fn polynomial(value: &Value, variables: usize) -> Option<Multivariate> {
    let mut sum = Multivariate::zero(variables);
    for term in value.as_array()? {
        sum.add_term(exponents(&term[0], variables)?, number(&term[1]));
    }
    Some(sum)
}

fn exponents(value: &Value, variables: usize) -> Option<Exponents> {
    let list: Option<Exponents> = value.as_array()?.iter().map(|power| u32::try_from(power.as_u64()?).ok()).collect();
    list.filter(|list| list.len() == variables)
}

fn variable(v: usize) -> String {
    format!("$x_{v}|x_{{{v}}}$")
}

/// A variable of the polynomial.
fn place(value: &Value, variables: usize) -> Option<usize> {
    index(value).filter(|v| *v < variables)
}

fn read(branch: &Branch, node: &Value) -> Option<Reading> {
    let (f, free) = (&branch.polynomial, &branch.free);
    let count = f.variables;
    let one = Rational::one();
    let x = |v: usize| Multivariate::variable(count, v);
    let sum = |left: Multivariate, factor: &Rational, right: &Multivariate| {
        let mut sum = left;
        sum.add(factor, right);
        sum
    };
    let mut keys: Vec<&str> = node.as_object()?.keys().map(String::as_str).collect();
    keys.sort_unstable();
    let nonnegative = |v: usize| {
        let mut free = free.clone();
        free[v] = false;
        free
    };
    let minus = -one.clone();
    match keys[..] {
        ["content"] => {
            let content = exponents(&node["content"], count)?;
            let step = Text::plain("divided by the even monomial ").monomial('x', &content);
            Some(Reading { step, branches: vec![(divided(f, &content)?, free.clone())] })
        }
        ["signs"] => {
            let v = place(&node["signs"], count)?;
            let step =
                Text::of(&format!("by the sign of {}; then the other variable is its absolute value", variable(v)));
            let other = f.substitute(v, &sum(Multivariate::zero(count), &minus, &x(v)));
            Some(Reading { step, branches: vec![(f.clone(), nonnegative(v)), (other, nonnegative(v))] })
        }
        ["by", "shift"] => {
            let (v, q) = (place(&node["shift"], count)?, polynomial(&node["by"], count)?);
            let step = Text::of(&format!("{} becomes {} + ", variable(v), variable(v))).polynomial('x', &q);
            Some(Reading { step, branches: vec![(f.substitute(v, &sum(x(v), &one, &q)), free.clone())] })
        }
        ["exponent", "power"] => {
            let (v, k) = (place(&node["power"], count)?, u32::try_from(node["exponent"].as_u64()?).ok()?);
            let mut power = vec![0; count];
            power[v] = k;
            let step = Text::of(&format!("{} becomes ", variable(v))).monomial('x', &power);
            let terms = f.terms.iter().map(|(exponents, value)| {
                let mut exponents = exponents.clone();
                exponents[v] = exponents[v].saturating_mul(k);
                (exponents, value.clone())
            });
            let changed = Multivariate { variables: count, terms: terms.collect() };
            Some(Reading { step, branches: vec![(changed, free.clone())] })
        }
        ["factor", "rest", "root"] => {
            let part = |key: &str| polynomial(&node[key], count);
            let (unit, root, rest) = (part("factor")?, part("root")?, part("rest")?);
            let step = Text::of("$f = U p^2 g|f=Up^2g$, and $U$ is positive at 0: $g$ remains. $U$ = ")
                .polynomial('x', &unit)
                .and(", $p$ = ")
                .polynomial('x', &root);
            Some(Reading { step, branches: vec![(rest, free.clone())] })
        }
        ["form", "names", "unit"] => {
            let names = node["names"].as_array()?;
            let named: Vec<Multivariate> = names.iter().map(|p| polynomial(p, count)).collect::<Option<_>>()?;
            let form = polynomial(&node["form"], count + named.len())?;
            let mut step =
                Text::of("$U f$ is the polynomial that follows, in which new variables of any sign stand for");
            for (place, p) in named.iter().enumerate() {
                let comma = if place == 0 { "" } else { "," };
                step = step.and(&format!("{comma} {} = ", variable(count + place))).polynomial('x', p);
            }
            let step = step.and("; $U$, positive at 0, is ").polynomial('x', &polynomial(&node["unit"], count)?);
            let kinds = [&free[..], &vec![true; named.len()]].concat();
            Some(Reading { step, branches: vec![(form, kinds)] })
        }
        ["at", "bend"] => {
            let (v, q) = (place(&node["bend"], count)?, polynomial(&node["at"], count)?);
            let name = variable(v);
            let step = Text::of(&format!("by the sign of {name} - ($q$), $q$ = "))
                .polynomial('x', &q)
                .and(&format!(": {name} becomes $q$ + {name}, then $q$ - {name}"));
            let sides = [&one, &minus].map(|sign| f.substitute(v, &sum(q.clone(), sign, &x(v))));
            Some(Reading { step, branches: sides.map(|side| (side, free.clone())).into() })
        }
        ["other", "ratio", "ray"] => {
            let (v, w) = (place(&node["ray"], count)?, place(&node["other"], count)?);
            let c = number(&node["ratio"]);
            let (first, second) = (variable(v), variable(w));
            let step = Text::of(&format!("by the sign of {first} - $c$ {second}, $c$ = ")).number(&c).and(&format!(
                ": {first} becomes $c$ {second} + {first}, then {second} becomes {first} / $c|c$ + {second}"
            ));
            let left = f.substitute(v, &sum(x(v), &c, &x(w)));
            let right = f.substitute(w, &sum(x(w), &c.recip(), &x(v)));
            Some(Reading { step, branches: vec![(left, free.clone()), (right, free.clone())] })
        }
        ["content", "eliminate"] => {
            let (v, m) = (place(&node["eliminate"], count)?, exponents(&node["content"], count)?);
            let part = |power: u32| Multivariate {
                variables: count,
                terms: f
                    .terms
                    .iter()
                    .filter(|(e, _)| e[v] == power)
                    .map(|(e, value)| (without(e, v), value.clone()))
                    .collect(),
            };
            let (a, b, c) = (divided(&part(2), &m)?, divided(&part(1), &m)?, part(0));
            let mut content = Multivariate::zero(count);
            content.add_term(m.clone(), one.clone());
            let left = sum(Multivariate::zero(count), &Rational::from_integer(4.into()), &a.times(&c));
            let next = sum(left, &minus, &content.times(&b.times(&b)));
            let name = variable(v);
            let step = Text::of(&format!(
                "$f = m (A z^2 + B z) + C|f=m(Az^2+Bz)+C$ with $z$ = {name}, $m$ even, $A$ positive at 0: nonnegative where $4 A C \
                 - m B^2|4AC-mB^2$ is. $m$ = "
            ))
            .monomial('x', &m)
            .and(", $A$ = ")
            .polynomial('x', &a)
            .and(", $B$ = ")
            .polynomial('x', &b);
            Some(Reading { step, branches: vec![(next, free.clone())] })
        }
        ["absorptions", "squares"] => Some(Reading { step: leaf(f, free, node)?, branches: vec![] }),
        _ => None,
    }
}

fn without(exponents: &Exponents, v: usize) -> Exponents {
    let mut exponents = exponents.clone();
    exponents[v] = 0;
    exponents
}

/// `f / x^content`
fn divided(f: &Multivariate, content: &Exponents) -> Option<Multivariate> {
    let term = |(exponents, value): (&Exponents, &Rational)| {
        let divided: Option<Exponents> =
            exponents.iter().zip(content).map(|(power, by)| power.checked_sub(*by)).collect();
        Some((divided?, value.clone()))
    };
    Some(Multivariate { variables: f.variables, terms: f.terms.iter().map(term).collect::<Option<_>>()? })
}

fn leaf(f: &Multivariate, free: &[bool], node: &Value) -> Option<Text> {
    let mut rest = f.clone();
    let mut text = Text::default();
    let squares = items(&node["squares"]);
    for (place, square) in squares.iter().enumerate() {
        let (factor, monomial) = (number(&square[0]), exponents(&square[1], f.variables)?);
        let base = polynomial(&square[2], f.variables)?;
        text = text.words(if place == 0 { "a sum of the squares " } else { " and " }).number(&factor);
        if monomial.iter().any(|power| *power > 0) {
            text = text.words(" ").monomial('x', &monomial);
        }
        text = text.words(" (").polynomial('x', &base).and(")$^2|{}^2$");
        let mut product = Multivariate::zero(f.variables);
        product.add_term(monomial, -factor);
        rest.add(&Rational::one(), &product.times(&base.times(&base)));
    }
    let is_good = |exponents: &Exponents, value: &Rational| {
        value.is_positive() && exponents.iter().zip(free).all(|(power, free)| !free || power % 2 == 0)
    };
    if rest.is_zero() {
        return Some(if squares.is_empty() { Text::plain("zero") } else { text });
    }
    let bad: Vec<(&Exponents, &Rational)> = rest.terms.iter().filter(|(e, value)| !is_good(e, value)).collect();
    let absorptions = items(&node["absorptions"]);
    if bad.len() != absorptions.len() {
        return None;
    }
    text = match (squares.is_empty(), bad.is_empty()) {
        (true, true) => return Some(text.words("a sum of terms that are nonnegative")),
        (false, true) => return Some(text.words(" and of terms that are nonnegative: ").polynomial('x', &rest)),
        (true, false) => text.words("nonnegative terms that absorb the others near 0"),
        (false, false) => text
            .words(", and of ")
            .polynomial('x', &rest)
            .words(", in which nonnegative terms absorb the others near 0"),
    };
    for ((exponents_of, value), absorption) in bad.into_iter().zip(absorptions) {
        let mut term = Multivariate::zero(f.variables);
        term.add_term(exponents_of.clone(), value.clone());
        let mut by = Multivariate::zero(f.variables);
        for entry in items(absorption) {
            by.add_term(exponents(&entry[0], f.variables)?, number(&entry[1]));
        }
        text = text
            .words("; near 0 ")
            .polynomial('x', &term)
            .words(" is smaller than any multiple of ")
            .polynomial('x', &by);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibit::Span;
    use serde_json::json;

    fn square_of_sum() -> Multivariate {
        polynomial(&json!([[[2, 0], "1"], [[1, 1], "2"], [[0, 2], "2"]]), 2).unwrap()
    }

    fn words(steps: &[Step]) -> String {
        let Step::Table(table) = &steps[0] else { panic!("a table comes first") };
        let spans = table.rows.iter().flat_map(|row| row[2].0.iter());
        spans.filter_map(|span| if let Span::Words(words) = span { Some(words.as_str()) } else { None }).collect()
    }

    #[test]
    fn a_leaf_is_told_apart_into_squares_and_what_is_absorbed() {
        let leaf = json!({"squares": [["1", [0, 0], [[[1, 0], "1"], [[0, 1], "1"]]]], "absorptions": []});
        let steps = near_zero(square_of_sum(), vec![true, true], &[leaf]);
        assert_eq!(words(&steps), "a sum of the squares  () and of terms that are nonnegative: ");
        let f = polynomial(&json!([[[2, 0], "1"], [[3, 0], "-1"]]), 2).unwrap();
        let leaf = json!({"squares": [], "absorptions": [[[[2, 0], "1"]]]});
        let steps = near_zero(f, vec![true, true], &[leaf]);
        assert!(words(&steps).starts_with("nonnegative terms that absorb"));
    }

    #[test]
    fn nodes_that_are_not_known_are_shown_as_they_stand() {
        let nodes = [json!({"signs": 0}), json!({"magic": 3}), json!({"squares": [], "absorptions": []})];
        let steps = near_zero(square_of_sum(), vec![true, true], &nodes);
        let Some(Step::Listing(listing)) = steps.last() else { panic!("a listing comes last") };
        assert!(
            listing.contains("magic") && listing.contains("absorptions") && !listing.contains("signs"),
            "{listing}"
        );
    }

    #[test]
    fn branches_are_what_the_format_says() {
        let f = square_of_sum();
        let branch = |free: bool| Branch { path: String::new(), polynomial: f.clone(), free: vec![free, free] };
        let branches = |node: Value, free: bool| read(&branch(free), &node).unwrap().branches;
        let value = |f: &Multivariate, x: i64, y: i64| {
            f.value(&[x, y].map(|entry| Rational::from_integer(entry.into()))).to_integer().try_into().unwrap_or(0_i64)
        };
        let at = |x: i64, y: i64| value(&f, x, y);
        let found = branches(json!({"ray": 0, "other": 1, "ratio": "2"}), false);
        assert_eq!((value(&found[0].0, 3, 1), value(&found[1].0, 4, 1)), (at(5, 1), at(4, 3)));
        let found = branches(json!({"bend": 0, "at": [[[0, 2], "1"]]}), false);
        assert_eq!((value(&found[0].0, 1, 3), value(&found[1].0, 1, 3)), (at(10, 3), at(8, 3)));
        let found = branches(json!({"signs": 1}), true);
        assert_eq!((value(&found[1].0, 2, 5), found[1].1.clone()), (at(2, -5), vec![true, false]));
        let found = branches(json!({"shift": 0, "by": [[[0, 1], "-1"]]}), true);
        assert_eq!(value(&found[0].0, 7, 2), at(5, 2));
        let found = branches(json!({"power": 1, "exponent": 3}), false);
        assert_eq!(value(&found[0].0, 1, 2), at(1, 8));
        let found =
            branches(json!({"names": [[[[1, 0], "1"]]], "unit": [[[0, 0], "1"]], "form": [[[0, 1, 2], "1"]]}), false);
        assert_eq!((found[0].0.variables, &found[0].1[..]), (3, &[false, false, true][..]));
        // 4 A C - B^2 = 4 (2 y^2) - (2 y)^2
        let found = branches(json!({"eliminate": 0, "content": [0, 0]}), true);
        assert_eq!(value(&found[0].0, 9, 3), 4 * 9);
    }
}
