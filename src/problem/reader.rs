//! Instance files, read strictly: every unknown key, ragged row and misspelled number is an error that says where.

use super::error::InstanceError;
use super::instance::{Data, Expected, Instance, Samples, Source, Trained, Witnesses};
use super::locate;
use super::{Activation, Network, Property, Verdict};
use crate::rational::{self, Rational};
use num_traits::{One, Zero};
use relucert_checker::instance::{FORMAT, is_id};
use relucert_checker::json::{self, Json};
use serde_json::value::RawValue;

pub(super) type Read<T> = Result<T, InstanceError>;

impl Instance {
    /// Reads an instance from the bytes of its file.
    pub fn read(file: Vec<u8>) -> Result<Instance, InstanceError> {
        let instance = read_document(&file, |document| document.instance())?;
        Ok(Instance { text: file, ..instance })
    }
}

impl Data {
    /// Reads an instance in which the candidate may be missing.
    pub fn read(file: &[u8]) -> Result<Data, InstanceError> {
        read_document(file, |document| document.data())
    }
}

/// Reads a JSON document; an error is given its line and column.
pub(super) fn read_document<T>(file: &[u8], read: impl Fn(&At<'_>) -> Read<T>) -> Read<T> {
    let document = json::parse(file).map_err(|refusal| syntax_error(file, &refusal.code, &refusal.text))?;
    read(&At { json: &document, pointer: String::new() }).map_err(|error| {
        let pointer = error.pointer.clone().unwrap_or_default();
        let text = std::str::from_utf8(file).unwrap_or_default();
        match locate::offset_of(text, &pointer) {
            Some(offset) => error.with_offset(file, offset),
            None => error,
        }
    })
}

fn syntax_error(file: &[u8], code: &str, text: &str) -> InstanceError {
    let utf8 = std::str::from_utf8(file);
    match (code, utf8) {
        ("not-utf8", Err(error)) => {
            let text = "a byte that isn't UTF-8; save the file as UTF-8";
            InstanceError::of_file("not-utf8", text).with_offset(file, error.valid_up_to())
        }
        ("duplicate-key", Ok(content)) => match locate::first_duplicate(content) {
            Some((pointer, offset)) => {
                let text = "this key stands twice in one object; keep one of the two";
                InstanceError::at("duplicate-key", &pointer, text).with_offset(file, offset)
            }
            None => InstanceError::of_file("duplicate-key", text),
        },
        ("limit", _) => InstanceError::of_file("limit", text),
        (_, Ok(content)) if content.starts_with('\u{feff}') => {
            let text = "not JSON: the file starts with a byte-order mark; save it as UTF-8 without one";
            InstanceError::of_file("not-json", text).with_offset(file, 0)
        }
        (_, Ok(content)) => {
            let code = if code == "trailing-data" { "trailing-data" } else { "not-json" };
            let found = serde_json::from_str::<&RawValue>(content).err();
            let reason = text.split(" at line ").next().unwrap_or(text);
            let error = InstanceError::of_file(code, format!("not JSON: {reason}"));
            match found {
                Some(found) => error.with_place(file, found.line(), found.column()),
                None => error,
            }
        }
        _ => InstanceError::of_file("not-json", text),
    }
}

/// A value and the pointer to it.
pub(super) struct At<'a> {
    pub(super) json: &'a Json,
    pub(super) pointer: String,
}

pub(super) fn describe(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(text) => shorten(text),
        Json::Text(text) => format!("{:?}", shorten(text)),
        Json::List(items) => format!("a list of {}", items.len()),
        Json::Object(_) => "an object".to_owned(),
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_owned() } else { text.chars().take(37).chain("...".chars()).collect() }
}

impl<'a> At<'a> {
    pub(super) fn error<T>(&self, code: &'static str, text: impl Into<String>) -> Read<T> {
        Err(InstanceError::at(code, &self.pointer, text))
    }

    pub(super) fn expected<T>(&self, what: &str) -> Read<T> {
        self.error("wrong-type", format!("expected {what}, found {}", describe(self.json)))
    }

    fn child(&self, token: &str, json: &'a Json) -> At<'a> {
        At { json, pointer: format!("{}/{}", self.pointer, locate::escape(token)) }
    }

    /// Refuses everything but an object with no keys beside `known`.
    pub(super) fn object(&self, known: &[&str]) -> Read<()> {
        let Json::Object(entries) = self.json else { return self.expected("an object") };
        match entries.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            Some((key, value)) => {
                let text = format!("unknown key {key:?}; known here: {}", known.join(", "));
                self.child(key, value).error("unknown-key", text)
            }
            None => Ok(()),
        }
    }

    pub(super) fn optional(&self, key: &str) -> Option<At<'a>> {
        self.json.get(key).map(|json| self.child(key, json))
    }

    pub(super) fn field(&self, key: &str) -> Read<At<'a>> {
        self.optional(key).map_or_else(|| self.error("missing-key", format!("the key {key:?} is missing")), Ok)
    }

    pub(super) fn items(&self) -> Read<Vec<At<'a>>> {
        let Json::List(items) = self.json else { return self.expected("a list") };
        Ok(items.iter().enumerate().map(|(i, item)| self.child(&i.to_string(), item)).collect())
    }

    fn text(&self) -> Read<String> {
        if let Json::Text(text) = self.json { Ok(text.clone()) } else { self.expected("a string") }
    }

    pub(super) fn optional_text(&self, key: &str) -> Read<Option<String>> {
        self.optional(key).map(|at| at.text()).transpose()
    }

    pub(super) fn number(&self) -> Read<Rational> {
        let (Json::Number(text) | Json::Text(text)) = self.json else { return self.expected("a number") };
        let found = describe(self.json);
        rational::read(text)
            .map_or_else(|| self.error("not-a-rational", format!("not a rational: {found}; {}", advice(text))), Ok)
    }

    pub(super) fn numbers(&self) -> Read<Vec<Rational>> {
        self.items()?.iter().map(At::number).collect()
    }

    /// A row of J numbers; with scalar output the brackets may be left out.
    fn output_row(&self) -> Read<Vec<Rational>> {
        if matches!(self.json, Json::List(_)) { self.numbers() } else { Ok(vec![self.number()?]) }
    }

    fn matrix(&self, row: impl Fn(&At<'a>) -> Read<Vec<Rational>>) -> Read<Vec<Vec<Rational>>> {
        self.items()?.iter().map(row).collect()
    }

    fn index(&self) -> Read<usize> {
        let index = if let Json::Number(text) = self.json { text.parse().ok() } else { None };
        index.map_or_else(|| self.expected("an index, counted from 0"), Ok)
    }

    /// An instance; without a candidate there can be no witnesses and no expectations either.
    fn data(&self) -> Read<Data> {
        if self.optional("candidate").is_some() {
            let Instance { id, title, source, activation, samples, candidate, trained, .. } = self.instance()?;
            return Ok(Data { id, title, source, activation, samples, candidate: Some(candidate), trained });
        }
        let id = self.head(&["trained"])?;
        let samples = self.field("samples")?.samples()?;
        let everything = Trained { input_weights: true, output_weights: true, output_bias: false };
        Ok(Data {
            id,
            title: self.optional_text("title")?,
            source: self.optional("source").map(|at| at.source()).transpose()?.unwrap_or_default(),
            activation: self.field("activation")?.activation()?,
            samples,
            candidate: None,
            // An output bias that is trained is one that the network is to have.
            trained: self.optional("trained").map(|at| at.trained(true)).transpose()?.unwrap_or(everything),
        })
    }

    /// Refuses a document of another format.
    pub(super) fn check_format(&self) -> Read<()> {
        let format = self.optional("format").and_then(|at| at.text().ok());
        if format.as_deref() == Some(FORMAT) {
            return Ok(());
        }
        let found = format.map_or_else(|| "no format".to_owned(), |format| format!("{:?}", shorten(&format)));
        let text = format!("expected \"format\": {FORMAT:?}, found {found}");
        self.optional("format").as_ref().unwrap_or(self).error("format", text)
    }

    /// The id of an instance with samples, with no keys but those that all of these have and some more.
    fn head(&self, more: &[&str]) -> Read<String> {
        self.check_format()?;
        if let Some(at) = self.optional("integral") {
            return at.error(
                "unknown-key",
                "an integral loss: only check, verify and instances take it, this needs samples",
            );
        }
        self.object(&[&["format", "id", "title", "source", "activation", "samples"][..], more].concat())?;
        self.id()
    }

    /// The name, if it can be one.
    pub(super) fn id(&self) -> Read<String> {
        let id = self.field("id")?;
        let name = id.text()?;
        if !is_id(&name) {
            let text = "an id has at most 100 letters, digits, '.', '_', '-' and starts with a letter or digit";
            return id.error("bad-id", format!("{}: {text}", describe(id.json)));
        }
        Ok(name)
    }

    fn instance(&self) -> Read<Instance> {
        let name = self.head(&["candidate", "trained", "witnesses", "expected"])?;
        let activation = self.field("activation")?.activation()?;
        let samples = self.field("samples")?.samples()?;
        let shape = Shape {
            width: None,
            inputs: samples.inputs[0].len(),
            outputs: samples.targets[0].len(),
            has_bias: None,
            hidden_bias: samples.hidden_bias,
        };
        let Some(candidate) = self.optional("candidate") else {
            let text = "the key \"candidate\" is missing: there is no network to judge; give one, or let `relucert train` \
                        make some from this data";
            return self.error("missing-key", text);
        };
        let candidate = candidate.network(&shape)?;
        let shape = Shape { width: Some(candidate.width()), has_bias: Some(candidate.output_bias.is_some()), ..shape };
        let has_bias = candidate.output_bias.is_some();
        let trained = match self.optional("trained") {
            Some(at) => at.trained(has_bias)?,
            None => Trained { input_weights: true, output_weights: true, output_bias: has_bias },
        };
        let witnesses = self.optional("witnesses").map(|at| at.witnesses(&shape)).transpose()?.unwrap_or_default();
        Ok(Instance {
            id: name,
            title: self.optional_text("title")?,
            source: self.optional("source").map(|at| at.source()).transpose()?.unwrap_or_default(),
            activation,
            samples,
            witnesses,
            expected: self
                .optional("expected")
                .map(|at| at.expectations(&Property::EMPIRICAL, candidate.width()))
                .transpose()?,
            candidate,
            trained,
            text: Vec::new(),
        })
    }

    pub(super) fn source(&self) -> Read<Source> {
        self.object(&["citation", "doi", "arxiv", "location", "claim"])?;
        Ok(Source {
            citation: self.optional_text("citation")?,
            doi: self.optional_text("doi")?,
            arxiv: self.optional_text("arxiv")?,
            location: self.optional_text("location")?,
            claim: self.optional_text("claim")?,
        })
    }

    pub(super) fn activation(&self) -> Read<Activation> {
        let (positive, negative) = match self.json {
            Json::Text(name) if name == "relu" => (Rational::one(), Rational::zero()),
            Json::Text(name) if name == "absolute-value" => (Rational::one(), -Rational::one()),
            Json::Object(_) => {
                self.object(&["positive", "negative"])?;
                (self.field("positive")?.number()?, self.field("negative")?.number()?)
            }
            _ => return self.expected("\"relu\", \"absolute-value\" or {\"positive\": slope, \"negative\": slope}"),
        };
        if positive.is_zero() && negative.is_zero() {
            return self.error("slopes", "both slopes are zero: such a network is constant; give one a value");
        }
        Ok(Activation { positive, negative })
    }

    fn samples(&self) -> Read<Samples> {
        self.object(&["inputs", "targets", "hidden_bias"])?;
        let (inputs_at, targets_at) = (self.field("inputs")?, self.field("targets")?);
        let mut inputs = inputs_at.matrix(At::numbers)?;
        let targets = targets_at.matrix(At::output_row)?;
        if inputs.is_empty() {
            return inputs_at.error("empty", "there are no samples; give at least one");
        }
        if inputs.len() != targets.len() {
            let text = format!("{} targets for {} inputs; each sample needs one target", targets.len(), inputs.len());
            return targets_at.error("ragged", text);
        }
        inputs_at.rectangular(&inputs, "inputs")?;
        targets_at.rectangular(&targets, "targets")?;
        let hidden_bias = match self.optional("hidden_bias") {
            None => false,
            Some(At { json: Json::Bool(value), .. }) => *value,
            Some(at) => return at.expected("true or false"),
        };
        if hidden_bias {
            inputs.iter_mut().for_each(|x| x.push(Rational::one()));
        }
        Ok(Samples { inputs, targets, hidden_bias })
    }

    /// Refuses rows of length 0 and rows of another length than the first.
    fn rectangular(&self, rows: &[Vec<Rational>], what: &str) -> Read<()> {
        let length = rows.first().map_or(0, Vec::len);
        if length == 0 {
            return self.error("empty", format!("{what} of length 0; there must be at least one number"));
        }
        match rows.iter().position(|row| row.len() != length) {
            Some(row) => {
                let found = rows[row].len();
                let text = format!("a row of {found} numbers, but row 0 has {length}; all rows must be equally long");
                self.items()?[row].error("ragged", text)
            }
            None => Ok(()),
        }
    }

    fn network(&self, shape: &Shape) -> Read<Network> {
        self.object(&["input_weights", "output_weights", "output_bias"])?;
        let (inputs_at, outputs_at) = (self.field("input_weights")?, self.field("output_weights")?);
        let input_weights = inputs_at.matrix(At::numbers)?;
        let output_weights = outputs_at.matrix(At::output_row)?;
        let bias_at = self.optional("output_bias");
        let output_bias = bias_at.as_ref().map(At::output_row).transpose()?;
        if input_weights.is_empty() {
            return inputs_at.error("empty", "there are no neurons; give at least one row of input weights");
        }
        for (at, rows, length, what) in [
            (&inputs_at, &input_weights, shape.inputs, shape.input_words()),
            (&outputs_at, &output_weights, shape.outputs, "outputs".to_owned()),
        ] {
            if let Some(row) = rows.iter().position(|row| row.len() != length) {
                let text = format!("a row of {} numbers, but there are {length} {what}", rows[row].len());
                return at.items()?[row].error("ragged", text);
            }
        }
        let width = shape.width.unwrap_or(input_weights.len());
        for (at, rows, what) in [(&inputs_at, &input_weights, "input"), (&outputs_at, &output_weights, "output")] {
            if rows.len() != width {
                let text = format!("{} rows of {what} weights for {width} neurons", rows.len());
                return at.error("ragged", text);
            }
        }
        if let (Some(at), Some(bias)) = (&bias_at, &output_bias)
            && bias.len() != shape.outputs
        {
            return at.error("ragged", format!("{} numbers, but there are {} outputs", bias.len(), shape.outputs));
        }
        match shape.has_bias {
            Some(true) if output_bias.is_none() => {
                self.error("missing-key", "the candidate has an output_bias, so this needs one")
            }
            Some(false) if output_bias.is_some() => self.error("unknown-key", "the candidate has no output_bias"),
            _ => Ok(Network { input_weights, output_weights, output_bias }),
        }
    }

    fn trained(&self, has_bias: bool) -> Read<Trained> {
        let mut trained = Trained { input_weights: false, output_weights: false, output_bias: false };
        let items = self.items()?;
        if items.is_empty() {
            return self.error("trained", "nothing is trained; leave the key out to train everything");
        }
        for item in items {
            let flag = match item.text()?.as_str() {
                "input_weights" => &mut trained.input_weights,
                "output_weights" => &mut trained.output_weights,
                "output_bias" if has_bias => &mut trained.output_bias,
                "output_bias" => return item.error("trained", "the candidate has no output_bias to train"),
                _ => return item.expected("input_weights, output_weights or output_bias"),
            };
            if std::mem::replace(flag, true) {
                return item.error("trained", "named twice");
            }
        }
        Ok(trained)
    }

    fn witnesses(&self, shape: &Shape) -> Read<Witnesses> {
        self.object(&["better_candidate", "descent"])?;
        let better_candidate = self.optional("better_candidate").map(|at| at.network(shape)).transpose()?;
        let curve = |at: At<'_>| -> Read<Vec<Network>> {
            let items = at.items()?;
            if items.is_empty() {
                return at.error("empty", "a curve needs at least one coefficient");
            }
            items.iter().map(|item| item.network(shape)).collect()
        };
        Ok(Witnesses { better_candidate, descent: self.optional("descent").map(curve).transpose()? })
    }

    pub(super) fn expectations(&self, properties: &[Property], width: usize) -> Read<Expected> {
        let known: Vec<&str> = properties.iter().map(|property| property.key()).collect();
        self.object(&[&known[..], &["loss", "mean_squared_error", "because"]].concat())?;
        let mut expected = Expected {
            loss: self.optional("loss").map(|at| at.number()).transpose()?,
            mean_squared_error: self.optional("mean_squared_error").map(|at| at.number()).transpose()?,
            because: self.optional_text("because")?,
            ..Expected::default()
        };
        for property in properties.iter().copied() {
            let Some(at) = self.optional(property.key()) else { continue };
            if property == Property::EscapeNeurons {
                expected.escape_neurons = Some(at.neurons(width)?);
                continue;
            }
            let verdict = match at.json {
                Json::Text(text) if text == "yes" => Verdict::Yes,
                Json::Text(text) if text == "no" => Verdict::No,
                Json::Text(text) if text == "not applicable" && property.may_not_apply() => Verdict::NotApplicable,
                _ => return at.expected("\"yes\" or \"no\" (leave a property out that nobody has decided)"),
            };
            expected.verdicts.insert(property, verdict);
        }
        Ok(expected)
    }

    fn neurons(&self, width: usize) -> Read<Option<Vec<usize>>> {
        if matches!(self.json, Json::Null) {
            return Ok(None);
        }
        let mut neurons = Vec::new();
        for item in self.items()? {
            let index = item.index()?;
            if index >= width {
                return item
                    .error("index", format!("there is no neuron {index}: they are counted from 0 to {}", width - 1));
            }
            neurons.push(index);
        }
        neurons.sort_unstable();
        neurons.dedup();
        Ok(Some(neurons))
    }
}

/// What a network must look like; `None`: not yet known.
struct Shape {
    width: Option<usize>,
    inputs: usize,
    outputs: usize,
    has_bias: Option<bool>,
    hidden_bias: bool,
}

impl Shape {
    fn input_words(&self) -> String {
        if self.hidden_bias { "inputs, the hidden bias included".to_owned() } else { "inputs".to_owned() }
    }
}

/// What to do about a text that isn't a number.
fn advice(text: &str) -> &'static str {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let plain = unsigned.bytes().all(|byte| byte.is_ascii_digit() || b"./eE+-".contains(&byte)) && !unsigned.is_empty();
    match unsigned.split_once('/') {
        Some((_, denominator)) if plain && denominator.bytes().all(|byte| byte == b'0') && !denominator.is_empty() => {
            "the denominator is zero"
        }
        _ if plain && unsigned.len() > 10_000 => "at most 10000 digits a part are read",
        _ if plain && unsigned.contains(['e', 'E']) && !unsigned.contains('/') => {
            "write -1.25e-3, with an exponent of at most 10000 either way"
        }
        _ => "write 3, -0.28, 1e-6 or 7/25, without blanks, leading zeros or a plus sign",
    }
}
