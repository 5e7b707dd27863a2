//! A reader of the questions that we write, at a given u: within the letter of QF_LRA, and no more of SMT-LIB than we use.

use num_traits::{One, Signed, Zero};
use relucert::rational::Rational;
use std::collections::BTreeMap;

#[derive(Debug)]
enum Term {
    Word(String),
    List(Vec<Term>),
}

/// The values of declared constants; `None` until they are determined.
struct Values(BTreeMap<String, Option<Rational>>);

/// Whether u answers the question, all auxiliary constants being determined by u in the order of the file.
pub fn holds_at(text: &str, u: &[Rational]) -> bool {
    let mut values = Values(BTreeMap::new());
    let mut holds = true;
    let commands = read(text);
    let ends = [["check-sat"], ["exit"]];
    for (command, end) in commands.iter().rev().zip(ends.iter().rev()) {
        assert!(matches!(command, Term::List(words) if words.len() == 1 && word(&words[0]) == end[0]), "{text}");
    }
    for command in &commands[..commands.len() - 2] {
        let Term::List(parts) = command else { panic!("not a command: {command:?}") };
        match (word(&parts[0]), &parts[1..]) {
            ("set-info", [_, ..]) => {}
            ("set-logic", [logic]) => assert_eq!(word(logic), "QF_LRA"),
            ("declare-const", [name, sort]) => {
                assert_eq!(word(sort), "Real");
                let index = word(name).strip_prefix("u_").map(|index| index.parse::<usize>().expect("an index"));
                let value = index.map(|index| u[index].clone());
                assert!(values.0.insert(word(name).to_owned(), value).is_none(), "declared twice: {name:?}");
            }
            ("assert", [statement]) => holds &= values.assert(statement),
            _ => panic!("unknown command: {command:?}"),
        }
    }
    assert!(values.0.values().all(Option::is_some), "not determined: {:?}", values.0);
    holds
}

fn read(text: &str) -> Vec<Term> {
    let text: String = text.lines().filter(|line| !line.starts_with(';')).map(|line| format!("{line}\n")).collect();
    // Quoted symbols stand in set-info only, which is not looked at.
    let quoted: String =
        text.split('|').enumerate().map(|(i, part)| if i % 2 == 0 { part } else { "quoted" }).collect();
    let spaced = quoted.replace('(', " ( ").replace(')', " ) ");
    let mut open: Vec<Vec<Term>> = vec![vec![]];
    for token in spaced.split_whitespace() {
        let done = match token {
            "(" => {
                open.push(vec![]);
                continue;
            }
            ")" => Term::List(open.pop().expect("an open list")),
            _ => Term::Word(token.to_owned()),
        };
        open.last_mut().expect("balanced parentheses").push(done);
    }
    assert_eq!(open.len(), 1, "balanced parentheses");
    open.remove(0)
}

fn word(term: &Term) -> &str {
    let Term::Word(word) = term else { panic!("not a word: {term:?}") };
    word
}

/// `3`, `(/ 1 3)`, `(- 3)`, `(- (/ 1 3))`
fn number(term: &Term) -> Option<Rational> {
    match term {
        Term::Word(word) => relucert::rational::read(word).filter(|value| !value.is_negative() && value.is_integer()),
        Term::List(parts) => match (word(parts.first()?), &parts[1..]) {
            ("-", [size]) => number(size).filter(Signed::is_positive).map(|value| -value),
            ("/", [Term::Word(n), Term::Word(d)]) => {
                let (n, d) = (relucert::rational::read(n)?, relucert::rational::read(d)?);
                (n.is_positive() && d > Rational::one()).then(|| n / d)
            }
            _ => None,
        },
    }
}

impl Values {
    fn value(&self, term: &Term) -> Rational {
        if let Some(value) = number(term) {
            return value;
        }
        match term {
            Term::Word(name) => {
                self.0.get(name).and_then(Clone::clone).unwrap_or_else(|| panic!("no value yet: {name}"))
            }
            Term::List(parts) => match (word(&parts[0]), &parts[1..]) {
                ("+", [_, _, ..]) => parts[1..].iter().map(|part| self.value(part)).sum(),
                ("-", [name]) => -self.value(&Term::Word(word(name).to_owned())),
                ("*", [factor, name]) => {
                    let factor = number(factor).expect("a number times a constant");
                    assert!(!factor.is_zero(), "a term that says nothing");
                    factor * self.value(&Term::Word(word(name).to_owned()))
                }
                _ => panic!("not in our part of QF_LRA: {term:?}"),
            },
        }
    }

    fn truth(&self, term: &Term) -> bool {
        let Term::List(parts) = term else { panic!("not a statement: {term:?}") };
        match (word(&parts[0]), &parts[1..]) {
            ("<", [a, b]) => self.value(a) < self.value(b),
            ("<=", [a, b]) => self.value(a) <= self.value(b),
            (">=", [a, b]) => self.value(a) >= self.value(b),
            ("=", [a, b]) => self.value(a) == self.value(b),
            ("not", [a]) => !self.truth(a),
            ("or", [_, _, ..]) => parts[1..].iter().any(|part| self.truth(part)),
            _ => panic!("not in our part of QF_LRA: {term:?}"),
        }
    }

    /// Whether a statement holds; one that determines a constant makes itself hold.
    fn assert(&mut self, statement: &Term) -> bool {
        let Term::List(parts) = statement else { panic!("not a statement: {statement:?}") };
        match (word(&parts[0]), &parts[1..]) {
            ("=>", [condition, consequence]) => !self.truth(condition) || self.assert(consequence),
            ("=", [Term::Word(name), value]) if self.0.get(name) == Some(&None) => {
                let value = self.value(value);
                self.0.insert(name.clone(), Some(value));
                true
            }
            _ => self.truth(statement),
        }
    }
}
