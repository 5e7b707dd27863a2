//! A byte mutator for JSON: bits and bytes, tokens, numbers that are too large, nesting, truncation, and parts of other
//! files.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use std::ops::Range;

const BYTES: &[u8] = b"\"\\{}[]:,-+./0123456789eEu \t\n\r\x00\x7f\x80\xc3\xed\xef\xfftfnNI";

const WORDS: [&str; 34] = [
    "null", "true", "false", "[]", "{}", "\"\"", "0", "-0", "1", "-1", "\"1/0\"", "\"0/1\"", "\"2/4\"", "\"-1/3\"",
    "0.5", "1e3", "\"1e-3\"", "007", "+1", ".5", "1.", "NaN", "\"\\ud800\"", "\"\\u0000\"", "\"yes\"", "\"no\"",
    "\"relu\"", "\"absolute-value\"", "\"input_weights\"", "\"output_bias\"", "\"hidden_bias\":true", "\"trained\":[]",
    "\u{feff}", "\u{2028}",
];

/// Numbers at and beyond the limits of both formats.
fn huge(random: &mut ChaCha8Rng) -> String {
    let digits = |count: usize| "7".repeat(count);
    let near = 9_999 + random.random_range(0..3);
    match random.random_range(0..8) {
        0 => digits(near),
        1 => format!("\"-{}/{}\"", digits(near), digits(9_998)),
        2 => format!("1e{near}"),
        3 => format!("\"1e-{near}\""),
        4 => format!("0.{}", digits(near)),
        5 => format!("\"1/{}\"", digits(300)),
        6 => "18446744073709551616".to_owned(),
        _ => "1e99999".to_owned(),
    }
}

/// The tokens of a text that may or may not be JSON: strings, words and numbers, single other bytes.
fn tokens(file: &[u8]) -> Vec<Range<usize>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while start < file.len() {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-._".contains(byte);
        let rest = &file[start..];
        let length = match rest[0] {
            b'"' => {
                let close = rest.windows(2).position(|pair| pair[1] == b'"' && pair[0] != b'\\');
                close.map_or(rest.len(), |close| close + 2)
            }
            byte if is_word(&byte) => rest.iter().take_while(|byte| is_word(byte)).count(),
            _ => 1,
        };
        if !rest[0].is_ascii_whitespace() {
            tokens.push(start..start + length);
        }
        start += length;
    }
    tokens
}

/// A part of the file: from one token to a later one near it.
fn part(file: &[u8], random: &mut ChaCha8Rng) -> Range<usize> {
    let tokens = tokens(file);
    if tokens.is_empty() {
        return 0..file.len();
    }
    let first = random.random_range(0..tokens.len());
    let span = if random.random_bool(0.7) { 1 } else { random.random_range(1..20) };
    tokens[first].start..tokens[(first + span).min(tokens.len()) - 1].end
}

/// A string, word or number that is no key, if there is one.
fn value(file: &[u8], random: &mut ChaCha8Rng) -> Option<Range<usize>> {
    let tokens = tokens(file);
    let byte = |token: Option<&Range<usize>>| token.map_or(b' ', |token| file[token.start]);
    let is_value = |i: &usize| !b"[]{},:".contains(&byte(tokens.get(*i))) && byte(tokens.get(*i + 1)) != b':';
    let values: Vec<usize> = (0..tokens.len()).filter(is_value).collect();
    (!values.is_empty()).then(|| tokens[values[random.random_range(0..values.len())]].clone())
}

/// Changes a file in one to four places, with `others` to take parts from.
pub fn mutate(file: &mut Vec<u8>, others: &[Vec<u8>], random: &mut ChaCha8Rng) {
    let changes = [1, 1, 1, 2, 2, 3, 4][random.random_range(0..7)];
    let gentle = random.random_bool(0.7);
    for _ in 0..changes {
        match value(file, random) {
            Some(value) if gentle => change_value(file, value, others, random),
            _ => change(file, others, random),
        }
    }
}

/// Changes a value so that the file stays JSON, as a rule.
fn change_value(file: &mut Vec<u8>, here: Range<usize>, others: &[Vec<u8>], random: &mut ChaCha8Rng) {
    let other = match random.random_range(0..10) {
        0..=2 => {
            // One digit, or one sign.
            let mut bytes = file[here.clone()].to_vec();
            let places: Vec<usize> = (0..bytes.len()).filter(|place| b"-0123456789".contains(&bytes[*place])).collect();
            if !places.is_empty() {
                bytes[places[random.random_range(0..places.len())]] = b"-0123456789"[random.random_range(0..11)];
            }
            bytes
        }
        3 | 4 => {
            let other = &others[random.random_range(0..others.len())];
            value(other, random).map_or_else(Vec::new, |theirs| other[theirs].to_vec())
        }
        5 => value(file, random).map_or_else(Vec::new, |there| file[there].to_vec()),
        6 => [&file[here.clone()], b",", &file[here.clone()]].concat(),
        7 => huge(random).into_bytes(),
        8 => [b"[", &file[here.clone()], b"]"].concat(),
        _ => WORDS[random.random_range(0..WORDS.len())].into(),
    };
    drop(file.splice(here, other));
}

/// Changes bytes or parts in ways that mostly leave no JSON.
fn change(file: &mut Vec<u8>, others: &[Vec<u8>], random: &mut ChaCha8Rng) {
    if file.is_empty() {
        file.push(b'{');
    }
    let place = random.random_range(0..file.len());
    let byte = BYTES[random.random_range(0..BYTES.len())];
    let here = part(file, random);
    match random.random_range(0..14) {
        0 => file[place] ^= 1 << random.random_range(0..8),
        1 => file[place] = byte,
        2 => file.insert(place, byte),
        3 => drop(file.remove(place)),
        4 => drop(file.drain(here)),
        5 => file.truncate(place),
        6 => {
            let other = &others[random.random_range(0..others.len())];
            let theirs = part(other, random);
            drop(file.splice(here, other[theirs].iter().copied()));
        }
        7 => {
            let other = others[random.random_range(0..others.len())].clone();
            let cut = random.random_range(0..=other.len());
            file.truncate(place);
            file.extend_from_slice(&other[cut..]);
        }
        8 => {
            let count = [1, 2, 10, 200][random.random_range(0..4)];
            let repeated = [&file[here.clone()], b","].concat().repeat(count);
            drop(file.splice(here.start..here.start, repeated));
        }
        9 => drop(file.splice(here, huge(random).into_bytes())),
        10 => {
            let depth = [1, 2, 60, 64, 65, 5_000][random.random_range(0..6)];
            let (open, close): (&[u8], &[u8]) = if random.random_bool(0.7) { (b"[", b"]") } else { (b"{\"a\":", b"}") };
            let nested = [&open.repeat(depth), &file[here.clone()], &close.repeat(depth)].concat();
            drop(file.splice(here, nested));
        }
        11 => {
            let there = part(file, random);
            let copy = file[there].to_vec();
            drop(file.splice(here, copy));
        }
        _ => drop(file.splice(here, WORDS[random.random_range(0..WORDS.len())].bytes())),
    }
}
