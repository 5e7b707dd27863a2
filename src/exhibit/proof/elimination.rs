//! A local minimum by elimination of output weights (docs/theory.md, sections 7.11 to 7.13).

use super::super::numbers::{index, items, numbers};
use super::super::{Certified, Evidence, Step, Table, Text, enumeration};
use super::cones::{Branch, Cones, Leaf};
use super::local::near_zero;
use super::neurons::bound_steps;
use crate::empirical::Model;
use crate::linear::{add_multiple, dot, is_zero};
use crate::polynomial::{Multivariate, determinant};
use crate::problem::Property;
use crate::rational::Rational;
use num_traits::{One, Zero};
use serde_json::Value;

/// What is eliminated and what is kept.
struct Elimination<'a> {
    model: &'a Model<'a>,
    cones: Cones<'a>,
    complement: Vec<Vec<Rational>>,
    /// Where a piece does not say otherwise.
    weights: Weights,
    spread: Vec<Spread>,
}

/// The output weights of kept neurons.
struct Weights {
    eliminated: Vec<usize>,
    /// With coordinates for their change.
    weighted: Vec<(usize, Vec<Vec<Rational>>)>,
}

/// Neurons that are spread together.
struct Spread {
    neurons: Vec<usize>,
    moves: Vec<Vec<Rational>>,
    basis: Vec<Vec<Rational>>,
}

pub(super) fn elimination(model: &Model<'_>, certified: &Certified<'_>) -> Evidence {
    let value = &certified.evidence["elimination"];
    let indices = |key: &str| -> Vec<usize> { items(&value[key]).iter().filter_map(index).collect() };
    let projected = indices("projected");
    let group = |group: &Value| Spread {
        neurons: items(&group["neurons"]).iter().filter_map(index).collect(),
        moves: vectors(&group["moves"]),
        basis: vectors(&group["basis"]),
    };
    let spread: Vec<Spread> = items(&value["spread"]).iter().map(group).collect();
    let apart = |i: &usize| projected.contains(i) || spread.iter().any(|group| group.neurons.contains(i));
    let kept: Vec<usize> = (0..model.neurons.len()).filter(|i| !apart(i)).collect();
    let elimination = Elimination {
        model,
        cones: Cones::new(model, &kept),
        complement: vectors(&value["complement"]),
        weights: Weights { eliminated: indices("eliminated"), weighted: weighted(&value["weighted"]) },
        spread,
    };
    let steps = elimination.steps(value, &projected);
    let theorem = if elimination.spread.is_empty() { "Theorem 7.15" } else { "Theorem 7.19" };
    Evidence {
        pointer: "/evidence/elimination".to_owned(),
        home: Property::LocalMinimum,
        title: Text::plain("Elimination: what output weights leave is a polynomial"),
        says: Text::of(&format!(
            "The least loss over some output weights, less that of the candidate and times a positive number, is a polynomial $P$ on \
             each piece of the directions in which every $g_i(u_i) = 0$. It is nonnegative near 0 on each of them: so no network in some \
             neighbourhood has a smaller loss (docs/theory.md, {theorem}). How large the neighbourhood is, is not said.",
        )),
        steps,
    }
}

fn vectors(value: &Value) -> Vec<Vec<Rational>> {
    items(value).iter().map(numbers).collect()
}

fn weighted(value: &Value) -> Vec<(usize, Vec<Vec<Rational>>)> {
    let pair = |entry: &Value| Some((index(&entry["neuron"])?, vectors(&entry["basis"])));
    items(value).iter().filter_map(pair).collect()
}

fn named(neurons: &[usize]) -> String {
    if neurons.is_empty() { "none".to_owned() } else { enumeration(neurons, 12) }
}

impl Elimination<'_> {
    fn steps(&self, value: &Value, projected: &[usize]) -> Vec<Step> {
        let others: Vec<usize> = self.weights.weighted.iter().map(|(t, _)| *t).collect();
        let named_vector = |(t, y): (usize, &Vec<Rational>)| (format!("y_{t}|y_{{{t}}}"), y.clone());
        let functions: Vec<(String, Vec<Rational>)> = self.complement.iter().enumerate().map(named_vector).collect();
        let row = |(name, y): &(String, Vec<Rational>)| vec![Text::of(&format!("${name}$")), Text::default().vector(y)];
        let header = ["vector", "entries"].map(Text::of).into();
        let vectors = Table { header, rows: functions.iter().map(row).collect(), left_out: 0 };
        let mut steps = vec![
            Step::Sentence(Text::plain(format!(
                "Neurons that are no escape neurons and are projected away: {}. Neurons whose output weights are eliminated: {}; \
                 whose output weights stay variables: {}.",
                named(projected),
                named(&self.weights.eliminated),
                named(&others)
            ))),
            Step::Fold(
                Text::plain("The vectors y"),
                vec![
                    Step::Sentence(Text::of(
                        "With an entry for each sample. They are orthogonal to each other and to what projected neurons and the output \
                         bias can make up for; every residual is a combination of them, and all inner products below are $sum_y (y.a) \
                         (y.b) / abs(y)^2|\\sum_y(y\\cdot a)(y\\cdot b)/\\lvert y\\rvert^2$.",
                    )),
                    Step::Table(vectors),
                ],
            ),
        ];
        steps.extend(bound_steps(self.model, projected, &functions, &value["bounds"]));
        for (group, value) in self.spread.iter().zip(items(&value["spread"])) {
            steps.extend(self.spread_steps(group, value));
        }
        steps.push(Step::Sentence(Text::of(
            "$P = sum_j Gram(R, q_j) - 2 L Gram(R)|P=\\sum_j\\mathrm{Gram}(R,q_j)-2L\\,\\mathrm{Gram}(R)$, where $R$ are the activations \
             $rho_i + z_i(u_i)|\\rho_i+z_i(u_i)$ of the eliminated neurons in the direction $u$, $q_j$ is what the others leave them to \
             fit of output $j$, and Gram the determinant of the inner products. The checker computes $P$ from the instance. A tree cuts \
             the directions into pieces on which $z_i$ is linear:",
        )));
        steps.extend(self.cones.table());
        steps.extend(self.cones.steps(items(&value["nodes"]), |number, branch, node| self.leaf(number, branch, node)));
        steps
    }

    fn spread_steps(&self, group: &Spread, value: &Value) -> Vec<Step> {
        let row =
            |(r, m): (usize, &Vec<Rational>)| vec![Text::of(&format!("$m_{r}|m_{{{r}}}$")), Text::default().vector(m)];
        let header = ["move", "entries"].map(Text::of).into();
        let moves = Table { header, rows: group.moves.iter().enumerate().map(row).collect(), left_out: 0 };
        let mut below = vec![
            Step::Sentence(Text::of(
                "With an entry for each sample; they are orthogonal to all residuals. Where $g(u) = 0$ what such a neuron does is, up \
                 to its own activations, a nonnegative combination of them:",
            )),
            Step::Table(moves),
        ];
        let cones = Cones::new(self.model, &group.neurons[..group.neurons.len().min(1)]);
        below.extend(cones.steps(items(&value["cover"]), |number, branch, node| {
            let mut keys: Vec<&str> = node.as_object()?.keys().map(String::as_str).collect();
            keys.sort_unstable();
            let step = Text::plain(format!("piece {number}: ")).then(branch.conditions());
            let step = step.and(": what it does there is such a combination");
            (keys == ["lines", "rays", "zeros"]).then(|| Leaf { step, below: vec![] })
        }));
        let says = format!(
            "Spread neurons, of which each move gets an output weight of its own: {}. They change output j by at most $sum_r c_r (h_j + \
             sum_c delta_rc b_cj) m_r|\\sum_rc_r\\bigl(h_j+\\sum_c\\delta_{{rc}}b_{{cj}}\\bigr)m_r$, $c_r >= 0|c_r\\ge0$, and by multiples of their own \
             activations.",
            named(&group.neurons)
        );
        vec![Step::Sentence(Text::of(&says)), Step::Fold(Text::plain("Their moves"), below)]
    }

    fn leaf(&self, number: usize, branch: &Branch, node: &Value) -> Option<Leaf> {
        let mut keys: Vec<&str> = node.as_object()?.keys().map(String::as_str).collect();
        keys.sort_unstable();
        let own = match keys[..] {
            ["lines", "proof", "rays", "weighted", "zeros"] => Some(self.own_weights(&node["weighted"])),
            ["lines", "proof", "rays", "zeros"] => None,
            _ => return None,
        };
        let weights = own.as_ref().unwrap_or(&self.weights);
        let mut rows = Vec::new();
        let mut vectors = Vec::new();
        let mut free = Vec::new();
        let label = |x: usize| Text::of(&format!("$x_{x}|x_{{{x}}}$"));
        for ray in items(&node["rays"]) {
            let (l, vector) = (branch.inequalities.get(index(&ray[0])?)?, numbers(&ray[1]));
            rows.push(vec![
                label(vectors.len()),
                Text::of("$>= 0|\\ge0$"),
                Text::of(&l.name()),
                Text::default().vector(&vector),
            ]);
            vectors.push(vector);
            free.push(false);
        }
        let lines: Vec<(Vec<Rational>, Vec<Rational>)> =
            items(&node["lines"]).iter().map(|line| (numbers(&line[0]), numbers(&line[1]))).collect();
        let rescalings = self.rescalings(&vectors, &lines);
        for ((functional, vector), is_rescaling) in lines.into_iter().zip(rescalings) {
            if is_rescaling {
                continue;
            }
            let functional = Text::of("$f.u|f\\cdot u$, $f$ = ").vector(&functional);
            rows.push(vec![label(vectors.len()), Text::plain("any"), functional, Text::default().vector(&vector)]);
            vectors.push(vector);
            free.push(true);
        }
        for (t, basis) in &weights.weighted {
            for vector in basis {
                let change = Text::of(&format!("change of $h_{t}|h_{{{t}}}$"));
                rows.push(vec![label(free.len()), Text::plain("any"), change, Text::default().vector(vector)]);
                free.push(true);
            }
        }
        for group in &self.spread {
            let (h, of) = (group.neurons.first()?, enumeration(&group.neurons, 12));
            for (r, m) in group.moves.iter().enumerate() {
                let name = Text::of(&format!("$c_{r}|c_{{{r}}}$ of neurons {of}"));
                rows.push(vec![label(free.len()), Text::of("$>= 0|\\ge0$"), name, Text::default().vector(m)]);
                free.push(false);
                for vector in &group.basis {
                    let change = Text::of(&format!("change of $h_{h}|h_{{{h}}}$ for this move"));
                    rows.push(vec![label(free.len()), Text::plain("any"), change, Text::default().vector(vector)]);
                    free.push(true);
                }
            }
        }
        let header = ["variable", "sign", "what it is", "what moves with it"].map(Text::of).into();
        let title = Text::plain(format!("Piece {number}: ")).then(branch.conditions());
        let eliminated = own.as_ref().map(|own| {
            let neurons = named(&own.eliminated);
            Step::Sentence(Text::plain(format!(
                "Neurons whose output weights are eliminated on this piece: {neurons}."
            )))
        });
        let mut steps: Vec<Step> = eliminated.into_iter().collect();
        steps.extend([
            Step::Sentence(Text::of("The variables; rescalings of a neuron change nothing and are none:")),
            Step::Table(Table { header, rows, left_out: 0 }),
        ]);
        let polynomial = self.polynomial(branch, weights, &vectors, free.len());
        steps.push(Step::Sentence(Text::of("$P$ = ").polynomial('x', &polynomial)));
        steps.extend(near_zero(polynomial, free, items(&node["proof"])));
        let step = Text::plain(format!("piece {number}: ")).and("$P >= 0|P\\ge0$ near 0, below");
        Some(Leaf { step, below: vec![Step::Fold(title, steps)] })
    }

    /// What is said at a piece: the other kept neurons' output weights are eliminated.
    fn own_weights(&self, value: &Value) -> Weights {
        let weighted = weighted(value);
        let is_weighted = |i: &usize| weighted.iter().any(|(t, _)| t == i);
        let kept = self.cones.moving.iter().map(|(i, _)| *i);
        Weights { eliminated: kept.filter(|i| !is_weighted(i)).collect(), weighted }
    }

    /// Which lines only rescale a neuron.
    fn rescalings(&self, rays: &[Vec<Rational>], lines: &[(Vec<Rational>, Vec<Rational>)]) -> Vec<bool> {
        let d = self.model.instance.candidate.inputs();
        let moves_one = |v: &Vec<Rational>| v.chunks(d).filter(|part| !is_zero(part)).count() <= 1;
        let separate = rays.iter().chain(lines.iter().map(|(_, v)| v)).all(moves_one);
        let own = |v: &Vec<Rational>| {
            let mut weights = self.cones.moving.iter().enumerate();
            weights
                .any(|(place, (i, _))| self.cones.embed(place, &self.model.instance.candidate.input_weights[*i]) == *v)
        };
        lines.iter().map(|(_, v)| separate && own(v)).collect()
    }

    /// `sum_j Gram(Phi, ytil_j) - 2 L Gram(Phi)` of docs/certificate.md. Cost: as for a checker.
    fn polynomial(
        &self, branch: &Branch, weights: &Weights, vectors: &[Vec<Rational>], variables: usize,
    ) -> Multivariate {
        let candidate = &self.model.instance.candidate;
        let (d, outputs) = (candidate.inputs(), candidate.outputs());
        let heights = |v: &[Rational]| self.complement.iter().map(|y| dot(y, v)).collect::<Vec<_>>();
        let constants = |v: &[Rational]| -> Vec<Multivariate> {
            heights(v).into_iter().map(|height| Multivariate::constant(variables, height)).collect()
        };
        let inner = |left: &[Multivariate], right: &[Multivariate]| {
            let mut sum = Multivariate::zero(variables);
            let terms = left.iter().zip(right).zip(&self.complement);
            terms.for_each(|((l, r), y)| sum.add(&dot(y, y).recip(), &l.times(r)));
            sum
        };
        let feature = |i: usize| -> Vec<Multivariate> {
            let mut entries = constants(&self.model.neurons[i].activations);
            let Some(place) = self.cones.moving.iter().position(|(other, _)| *other == i) else { return entries };
            let speeds = self.cones.speeds(branch, place);
            for (x, vector) in vectors.iter().enumerate() {
                let z: Vec<Rational> = speeds.iter().map(|row| dot(row, &vector[place * d..][..d])).collect();
                let variable = Multivariate::variable(variables, x);
                entries.iter_mut().zip(heights(&z)).for_each(|(entry, height)| entry.add(&height, &variable));
            }
            entries
        };
        let phi: Vec<Vec<Multivariate>> = weights.eliminated.iter().map(|i| feature(*i)).collect();
        let gram: Vec<Vec<Multivariate>> = phi.iter().map(|l| phi.iter().map(|r| inner(l, r)).collect()).collect();
        let others: Vec<Vec<Multivariate>> = weights.weighted.iter().map(|(t, _)| feature(*t)).collect();
        let minus = -Rational::one();
        let mut sum = Multivariate::zero(variables);
        let mut square = Rational::zero();
        for j in 0..outputs {
            let mut target: Vec<Rational> = self.model.residuals.iter().map(|e| -&e[j]).collect();
            square += dot(&target, &target);
            for (i, _) in &self.cones.moving {
                add_multiple(&mut target, &candidate.output_weights[*i][j], &self.model.neurons[*i].activations);
            }
            let mut fit = constants(&target);
            for (place, ((t, basis), entries)) in weights.weighted.iter().zip(&others).enumerate() {
                let mut weight = Multivariate::constant(variables, candidate.output_weights[*t][j].clone());
                for (c, vector) in basis.iter().enumerate() {
                    weight.add(&vector[j], &Multivariate::variable(variables, vectors.len() + place * outputs + c));
                }
                fit.iter_mut().zip(entries).for_each(|(y, entry)| y.add(&minus, &weight.times(entry)));
            }
            let mut variable = vectors.len() + weights.weighted.len() * outputs;
            for group in &self.spread {
                let h = group.neurons.first().map(|l| candidate.output_weights[*l][j].clone()).unwrap_or_default();
                for m in &group.moves {
                    let mut weight = Multivariate::constant(variables, h.clone());
                    for (c, vector) in group.basis.iter().enumerate() {
                        weight.add(&vector[j], &Multivariate::variable(variables, variable + 1 + c));
                    }
                    let weight = weight.times(&Multivariate::variable(variables, variable));
                    fit.iter_mut().zip(heights(m)).for_each(|(y, height)| y.add(&-height, &weight));
                    variable += outputs;
                }
            }
            let last: Vec<Multivariate> = phi.iter().map(|column| inner(column, &fit)).collect();
            let mut bordered = gram.clone();
            bordered.iter_mut().zip(&last).for_each(|(row, entry)| row.push(entry.clone()));
            bordered.push(last.into_iter().chain([inner(&fit, &fit)]).collect());
            sum.add(&Rational::one(), &determinant(&bordered, variables));
        }
        sum.add(&-square, &determinant(&gram, variables));
        sum
    }
}
