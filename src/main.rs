//! bin
use relucert::*;
fn main() {
    for path in std::env::args().skip(1) {
        let instance = problem::Instance::read(std::fs::read(&path).unwrap()).unwrap();
        match certificate::certify(&instance, &kink::Options::default()) {
            Ok(c) => {
                let mut bad = String::new();
                if let Some(e) = &instance.expected {
                    for (p, v) in &e.verdicts { let f = c.findings.verdicts[p]; if f != *v { bad += &format!(" {}: expected {v} found {f} ({})", p.key(), c.findings.reasons[p].code); } }
                    if let Some(x) = &e.escape_neurons { bad += &match (&c.findings.escape_neurons, x) { (empirical::EscapeNeurons::Found(l), Some(m)) if l == m => String::new(), (a,b) => format!(" escape {a:?} {b:?}") } }
                    if e.loss.as_ref().is_some_and(|l| *l != c.findings.loss) { bad += " loss"; }
                }
                println!("{} {} bytes {}", instance.id, c.certificate.len(), bad);
            }
            Err(e) => println!("{}: BUG {e}", instance.id),
        }
    }
}
