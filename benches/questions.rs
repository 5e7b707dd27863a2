//! Times questions about kink forms inside one process: `cargo bench --bench questions -- FILE [--repeat N]`.
//!
//! FILE has a question on each line: `{"id": "q1", "dimension": 2, "linear": ["0", "1/2"], "kinks": [{"weight": "-1",
//! "line": ["1", "2"]}]}`. Is `f(u) = linear.u + sum_l weight_l |line_l.u|` nonnegative everywhere? For each a line is
//! printed with the answer, the median seconds to decide it, to decide it with a proof as JSON text, and of the
//! independent checker with that text; the nodes of the proof and its bytes.

use relucert::certificate::proof_text;
use relucert::kink::{Answer, KinkForm, Options, decide_nonnegative};
use relucert::rational::{Rational, read};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A batch is repeated until it has taken this long.
const BATCH: Duration = Duration::from_millis(2);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(path) = arguments.next() else {
        eprintln!("usage: cargo bench --bench questions -- FILE [--repeat N]");
        return Ok(());
    };
    let repeat: usize = match (arguments.next().as_deref(), arguments.next()) {
        (Some("--repeat"), Some(count)) => count.parse()?,
        _ => 5,
    };
    for line in std::fs::read_to_string(path)?.lines() {
        println!("{}", measure(line, repeat)?);
    }
    Ok(())
}

fn measure(line: &str, repeat: usize) -> Result<Value, Box<dyn std::error::Error>> {
    let question: Value = serde_json::from_str(line)?;
    let number = |value: &Value| value.as_str().and_then(read).ok_or(format!("{value} is not an exact number"));
    let vector = |value: &Value| -> Result<Vec<Rational>, Box<dyn std::error::Error>> {
        Ok(value.as_array().ok_or("a list is missing")?.iter().map(number).collect::<Result<_, _>>()?)
    };
    let mut kinks = Vec::new();
    for kink in question["kinks"].as_array().ok_or("kinks are missing")? {
        kinks.push((number(&kink["weight"])?, vector(&kink["line"])?));
    }
    let terms = kinks.iter().map(|(weight, line)| (weight.clone(), line.as_slice()));
    let form = KinkForm::new(vector(&question["linear"])?, terms);

    let fast = Options { prove: false, ..Options::default() };
    let decide = median(repeat, || decide_nonnegative(&form, &fast));
    let with_text = || match decide_nonnegative(&form, &Options::default()) {
        Answer::Nonnegative(tree) => Some((proof_text(&tree), tree.len())),
        _ => None,
    };
    let certify = median(repeat, with_text);
    let answer = match decide_nonnegative(&form, &Options::default()) {
        Answer::Nonnegative(_) => "yes",
        Answer::Negative(_) => "no",
        Answer::Limit => "limit",
    };
    let mut result = json!({ "id": question["id"], "answer": answer, "decide": decide, "certify": certify });
    if let Some((text, nodes)) = with_text() {
        let accepted = || relucert_checker::verify_nonnegative(line.as_bytes(), text.as_bytes());
        accepted().map_err(|refusal| format!("{}: {}", refusal.code, refusal.text))?;
        result["check"] = json!(median(repeat, accepted));
        result["nodes"] = json!(nodes);
        result["bytes"] = json!(text.len());
    }
    Ok(result)
}

/// The median over some batches of the mean seconds of one call.
#[allow(clippy::float_arithmetic)]
fn median<T>(repeat: usize, mut call: impl FnMut() -> T) -> f64 {
    let start = Instant::now();
    std::hint::black_box(call());
    let once = start.elapsed();
    if once > BATCH * 500 {
        return once.as_secs_f64();
    }
    let calls = (BATCH.as_nanos() / once.as_nanos().max(1)).clamp(1, 100_000);
    let mut means: Vec<f64> = (0..repeat)
        .map(|_| {
            let start = Instant::now();
            (0..calls).for_each(|_| drop(std::hint::black_box(call())));
            start.elapsed().as_secs_f64() / calls as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    means[repeat / 2]
}
