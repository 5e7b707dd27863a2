//! Proof trees of kink forms (docs/theory.md, section 2.5) as tables, a row for each node.

use super::super::numbers::{index, items, numbers};
use super::super::{Step, Table, Text};
use crate::kink::{Kink, KinkForm};
use serde_json::Value;

/// Most nodes of one tree that are shown; the certificate has them all.
const MOST_NODES: usize = 200;

/// What a form is, in canonical form (docs/theory.md, section 2.1).
pub(in super::super) fn form_steps(name: Text, form: &KinkForm) -> Vec<Step> {
    if form.is_zero() {
        return vec![Step::Sentence(name.words(" is identically zero."))];
    }
    if form.is_linear() {
        return vec![Step::Sentence(name.and(" = $a.u|a\\cdot u$ with $a$ = ").vector(&form.linear()).words("."))];
    }
    let kinks = " = $a.u + sum_l kappa_l abs(p_l.u)|a\\cdot u+\\sum_l\\kappa_l\\lvert p_l\\cdot u\\rvert$ with $a$ = ";
    let sentence = name.and(kinks).vector(&form.linear()).words(" and the kinks");
    let lines = form.lines();
    let row = |(l, kink): (usize, &Kink)| {
        vec![Text::plain(l.to_string()), Text::default().number(&form.weight(kink)), Text::default().vector(&lines[l])]
    };
    let header = ["$l$", "$kappa_l|\\kappa_l$", "$p_l$"].map(Text::of).into();
    let rows = form.kinks.iter().enumerate().map(row).collect();
    vec![Step::Sentence(sentence), Step::Table(Table { header, rows, left_out: 0 })]
}

/// A form and the tree that proves it nonnegative.
pub(in super::super) fn proof(name: Text, form: KinkForm, tree: &Value) -> Vec<Step> {
    let mut steps = form_steps(name, &form);
    let nodes = items(tree);
    if form.is_zero() {
        return steps;
    }
    let mut branches: Vec<Vec<String>> = vec![vec![]];
    let mut rows = Vec::new();
    for node in nodes {
        let Some(branch) = branches.pop() else { break };
        let fixed = if branch.is_empty() { Text::plain("everywhere") } else { Text::of(&branch.join(", ")) };
        let signed = |kink: usize, positive: bool| {
            let (plain, tex) = if positive { (">=", "\\ge") } else { ("<=", "\\le") };
            format!("$p_{kink}.u {plain} 0|p_{{{kink}}}\\cdot u {tex} 0$")
        };
        let with = |sign: String| branch.iter().cloned().chain([sign]).collect::<Vec<_>>();
        let step = if let Some(kink) = index(&node["split"]) {
            branches.push(with(signed(kink, false)));
            branches.push(with(signed(kink, true)));
            Text::of(&format!("split by the sign of $p_{kink}.u|p_{{{kink}}}\\cdot u$"))
        } else if let Some(kink) = index(&node["implied"]) {
            let positive = node["sign"].as_str() == Some("+");
            branches.push(with(signed(kink, positive)));
            Text::plain("implies ")
                .and(&signed(kink, positive))
                .and(" with $nu|\\nu$ = ")
                .vector(&numbers(&node["multipliers"]))
        } else {
            leaf(node)
        };
        rows.push(vec![fixed, step]);
    }
    let left_out = rows.len().saturating_sub(MOST_NODES);
    rows.truncate(MOST_NODES);
    let header = vec![Text::plain("where"), Text::plain("step")];
    steps.push(Step::Table(Table { header, rows, left_out }));
    steps
}

fn leaf(node: &Value) -> Text {
    let (lambda, mu) = (numbers(&node["lambda"]), numbers(&node["mu"]));
    let gamma: Vec<Vec<_>> = items(&node["gamma"]).iter().map(numbers).collect();
    let mut text = Text::plain("nonnegative");
    let mut with = " by ";
    for (name, vector) in [("$lambda|\\lambda$ = ", lambda), ("$mu|\\mu$ = ", mu)] {
        if !vector.is_empty() {
            text = text.words(with).and(name).vector(&vector);
            with = ", ";
        }
    }
    for row in gamma.into_iter().filter(|row| !row.is_empty()) {
        text = text.words(with).and("$gamma|\\gamma$ = ").vector(&row);
        with = ", ";
    }
    if with == " by " { text.words(": it is zero") } else { text }
}
