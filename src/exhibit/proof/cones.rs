//! Trees of cones (docs/theory.md, section 7.7): how the directions in which the derivative is zero are cut into pieces.

use super::super::numbers::{index, items, number, numbers};
use super::super::{Step, Table, Text};
use super::as_they_stand;
use crate::empirical::Model;
use crate::linear::add_multiple;
use crate::rational::{Rational, write};
use num_traits::{One, Signed, Zero};
use serde_json::Value;

/// Most nodes that are shown; the certificate has them all.
const MOST_NODES: usize = 150;

/// On which side of a boundary line a branch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Plus,
    Minus,
    Zero,
}

/// A linear function of u, and what it is called: for the eye, and in TeX.
#[derive(Debug, Clone)]
pub(super) struct Functional {
    pub(super) vector: Vec<Rational>,
    pub(super) plain: String,
    pub(super) tex: String,
    /// The names of the function whose negative it is.
    negative_of: Option<[String; 2]>,
}

impl Functional {
    pub(super) fn name(&self) -> String {
        format!("${}|{}$", self.plain, self.tex)
    }

    fn negated(&self) -> Functional {
        let (plain, tex) = (format!("(-{})", self.plain), format!("(-{})", self.tex));
        let negative_of = Some([self.plain.clone(), self.tex.clone()]);
        Functional { vector: self.vector.iter().map(|entry| -entry).collect(), plain, tex, negative_of }
    }

    /// With `>= 0` or `= 0`.
    fn condition(&self, is_zero: bool) -> String {
        if let (Some([plain, tex]), false) = (&self.negative_of, is_zero) {
            return format!("${plain} <= 0|{tex} \\le 0$");
        }
        let (plain, tex) = if is_zero { ("=", "=") } else { (">=", "\\ge") };
        format!("${} {plain} 0|{} {tex} 0$", self.plain, self.tex)
    }
}

/// What is known on a branch.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    pub(super) inequalities: Vec<Functional>,
    pub(super) zeros: Vec<Functional>,
    /// For each moving neuron the side of each line, as far as it is known.
    pub(super) sides: Vec<Vec<Option<Side>>>,
}

impl Branch {
    pub(super) fn conditions(&self) -> Text {
        let conditions = self.inequalities.iter().map(|l| l.condition(false));
        let all: Vec<String> = conditions.chain(self.zeros.iter().map(|l| l.condition(true))).collect();
        if all.is_empty() { Text::plain("everywhere") } else { Text::of(&all.join(", ")) }
    }
}

/// The neurons that move and their boundary lines.
pub(super) struct Cones<'a> {
    model: &'a Model<'a>,
    /// Each with its lines.
    pub(super) moving: Vec<(usize, Vec<Vec<Rational>>)>,
}

/// How a leaf is shown: in the table, and below it.
pub(super) struct Leaf {
    pub(super) step: Text,
    pub(super) below: Vec<Step>,
}

impl<'a> Cones<'a> {
    pub(super) fn new(model: &'a Model<'a>, moving: &[usize]) -> Cones<'a> {
        Cones { model, moving: moving.iter().map(|i| (*i, model.boundary_lines(*i))).collect() }
    }

    fn inputs(&self) -> usize {
        self.model.instance.candidate.inputs()
    }

    /// Dimension of the space of u.
    pub(super) fn dimension(&self) -> usize {
        self.moving.len() * self.inputs()
    }

    /// A direction of one moving neuron as one of all.
    pub(super) fn embed(&self, place: usize, vector: &[Rational]) -> Vec<Rational> {
        let mut all = vec![Rational::zero(); self.dimension()];
        let start = place * self.inputs();
        add_multiple(&mut all[start..start + vector.len()], &Rational::one(), vector);
        all
    }

    /// Lines are numbered through all neurons, so that one index names one.
    fn number(&self, place: usize, line: usize) -> usize {
        self.moving[..place].iter().map(|(_, lines)| lines.len()).sum::<usize>() + line
    }

    fn line(&self, place: usize, line: usize) -> Functional {
        let (neuron, lines) = &self.moving[place];
        let number = self.number(place, line);
        Functional {
            vector: self.embed(place, &lines[line]),
            plain: format!("p_{number}.u_{neuron}"),
            tex: format!("p_{{{number}}}\\cdot u_{{{neuron}}}"),
            negative_of: None,
        }
    }

    /// The weight of the kink of `g_i` on a line; 0 if there is none.
    fn weight(&self, place: usize, line: usize) -> Rational {
        let (neuron, lines) = &self.moving[place];
        let g = &self.model.neurons[*neuron].g;
        let kink = g.lines().iter().position(|other| *other == lines[line]);
        kink.map_or_else(Rational::zero, |kink| g.weight(&g.kinks[kink]))
    }

    /// Speeds of the activations of a moving neuron on a branch: n functionals of its direction.
    pub(super) fn speeds(&self, branch: &Branch, place: usize) -> Vec<Vec<Rational>> {
        let (neuron, lines) = &self.moving[place];
        let activation = &self.model.instance.activation;
        let samples = self.model.instance.samples.inputs.iter().zip(&self.model.neurons[*neuron].preactivations);
        let speed = |(x, z): (&Vec<Rational>, &Rational)| -> Vec<Rational> {
            let side = if z.is_zero() {
                let line = crate::linear::primitive(x).and_then(|(p, _)| {
                    let is_on = |line: &Vec<Rational>| line.iter().zip(&p).all(|(entry, p)| entry.numer() == p);
                    lines.iter().position(is_on)
                });
                let first = x.iter().find(|entry| !entry.is_zero()).cloned().unwrap_or_default();
                match line.and_then(|line| branch.sides[place][line]) {
                    Some(Side::Plus) => first,
                    Some(Side::Minus) => -first,
                    Some(Side::Zero) | None => Rational::zero(),
                }
            } else {
                z.clone()
            };
            let slope = if side.is_zero() { Rational::zero() } else { activation.slope(&side).clone() };
            x.iter().map(|entry| &slope * entry).collect()
        };
        samples.map(speed).collect()
    }

    /// The lines as a table, if there are any.
    pub(super) fn table(&self) -> Option<Step> {
        let rows = self.moving.iter().enumerate().flat_map(|(place, (neuron, lines))| {
            (0..lines.len()).map(move |line| {
                vec![
                    Text::of(&format!("$p_{0}|p_{{{0}}}$", self.number(place, line))),
                    Text::plain(neuron.to_string()),
                    Text::default().vector(&lines[line]),
                    Text::default().number(&self.weight(place, line)),
                ]
            })
        });
        let rows: Vec<Vec<Text>> = rows.collect();
        let header = ["line", "neuron $i$", "$p$", "kink of $g_i$ there"].map(Text::of).into();
        (!rows.is_empty()).then_some(Step::Table(Table { header, rows, left_out: 0 }))
    }

    /// The tree, a row for each node, and what is shown below it.
    pub(super) fn steps(&self, nodes: &[Value], leaf: impl Fn(usize, &Branch, &Value) -> Option<Leaf>) -> Vec<Step> {
        let sides = self.moving.iter().map(|(_, lines)| vec![None; lines.len()]).collect();
        let mut waiting = vec![Branch { inequalities: vec![], zeros: vec![], sides }];
        let (mut rows, mut below, mut leaves) = (Vec::new(), Vec::new(), 0);
        for (place, node) in nodes.iter().enumerate() {
            let Some(branch) = waiting.pop() else { break };
            let conditions = branch.conditions();
            let step = match self.node(&branch, node) {
                Some((step, branches)) => {
                    waiting.extend(branches.into_iter().rev());
                    step
                }
                None => match leaf(leaves, &branch, node) {
                    Some(leaf) => {
                        leaves += 1;
                        below.extend(leaf.below);
                        leaf.step
                    }
                    None => {
                        below.extend(as_they_stand(&nodes[place..]));
                        break;
                    }
                },
            };
            rows.push(vec![conditions, step]);
        }
        let left_out = rows.len().saturating_sub(MOST_NODES);
        rows.truncate(MOST_NODES);
        let header = vec![Text::plain("where"), Text::plain("step")];
        [Step::Table(Table { header, rows, left_out })].into_iter().chain(below).collect()
    }

    /// A node that is no leaf: what it says, and its branches. `None`: it is a leaf, or not known.
    fn node(&self, branch: &Branch, node: &Value) -> Option<(Text, Vec<Branch>)> {
        let place = || {
            let neuron = index(&node["neuron"])?;
            self.moving.iter().position(|(other, _)| *other == neuron)
        };
        let named = |key: &str| {
            let (place, line) = (place()?, index(&node[key])?);
            (line < self.moving[place].1.len()).then_some((place, line))
        };
        if !node["line"].is_null() {
            let (place, line) = named("line")?;
            let sides = [Side::Plus, Side::Minus].map(|side| self.with(branch, place, line, side));
            let step = format!("by the sign of {}", self.line(place, line).name());
            return Some((Text::of(&step), sides.into()));
        }
        if !node["ratio"].is_null() {
            let pair = |key: &str| Some((items(&node[key]).first()?, items(&node[key]).get(1)?));
            let (a, b) = pair("ratio")?;
            let (a, b) = (branch.inequalities.get(index(a)?)?, branch.inequalities.get(index(b)?)?);
            let (s, t) = pair("factors").map(|(s, t)| (number(s), number(t)))?;
            let mut vector = vec![Rational::zero(); self.dimension()];
            add_multiple(&mut vector, &s, &a.vector);
            add_multiple(&mut vector, &-&t, &b.vector);
            let written = |left: &str, right: &str| format!("({} {left} - {} {right})", write(&s), write(&t));
            let (plain, tex) = (written(&a.plain, &b.plain), written(&a.tex, &b.tex));
            let difference = Functional { vector, plain, tex, negative_of: None };
            let step = format!("by the sign of {}", difference.name());
            let other = difference.negated();
            let sides = [difference, other].map(|side| {
                let mut branch = branch.clone();
                branch.inequalities.push(side);
                branch
            });
            return Some((Text::of(&step), sides.into()));
        }
        if !node["implied"].is_null() {
            let (place, line) = named("implied")?;
            let side = match node["sign"].as_str()? {
                "+" => Side::Plus,
                "-" => Side::Minus,
                _ => Side::Zero,
            };
            let mut step = Text::plain("implies ").and(&self.condition(place, line, side));
            let from = [("nu", &branch.inequalities), ("xi", &branch.zeros)];
            let mut with = " by ";
            for (key, known) in from {
                for entry in items(&node[key]) {
                    let functional = known.get(index(&entry[0])?)?;
                    step = step.words(with).number(&number(&entry[1])).words(" times ").and(&functional.name());
                    with = " plus ";
                }
            }
            if with == " by " {
                step = step.words(": the line is zero there");
            }
            return Some((step, vec![self.with(branch, place, line, side)]));
        }
        if node["tight"].is_null() {
            return None;
        }
        let (place, multipliers) = (place()?, numbers(&node["tight"]));
        let mut next = branch.clone();
        let mut found = Vec::new();
        for (line, value) in multipliers.iter().enumerate().take(self.moving[place].1.len()) {
            let side = match branch.sides[place][line] {
                None if self.weight(place, line).is_positive() => match value.abs() < Rational::one() {
                    true => Side::Zero,
                    false if value.is_positive() => Side::Minus,
                    false => Side::Plus,
                },
                Some(Side::Plus | Side::Minus) if value.is_positive() => Side::Zero,
                _ => continue,
            };
            found.push(self.condition(place, line, side));
            next = self.with(&next, place, line, side);
        }
        let neuron = self.moving[place].0;
        let left = if found.is_empty() { "all of this".to_owned() } else { found.join(", ") };
        let step = Text::of(&format!("$g_{neuron} = 0|g_{{{neuron}}}=0$ leaves {left}, by the multipliers "))
            .vector(&multipliers);
        Some((step, vec![next]))
    }

    fn condition(&self, place: usize, line: usize, side: Side) -> String {
        let functional = self.line(place, line);
        match side {
            Side::Plus => functional.condition(false),
            Side::Minus => functional.negated().condition(false),
            Side::Zero => functional.condition(true),
        }
    }

    fn with(&self, branch: &Branch, place: usize, line: usize, side: Side) -> Branch {
        let (mut branch, functional) = (branch.clone(), self.line(place, line));
        match side {
            Side::Plus => branch.inequalities.push(functional),
            Side::Minus => branch.inequalities.push(functional.negated()),
            Side::Zero => branch.zeros.push(functional),
        }
        branch.sides[place][line] = Some(side);
        branch
    }
}
