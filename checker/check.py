#!/usr/bin/env python3
"""usage: check.py INSTANCE CERTIFICATE        (one of the two may be -, the standard input)

Recomputes residuals and kink forms from the instance, exactly, and accepts the certificate only if its evidence proves
its claims. The last line is 's VERIFIED <claims>' (exit 0), 's REJECTED <code>' (20) or 's UNREADABLE <code>' (2)."""
# The sections are those of docs/theory.md. On the same files relucert-check ends with the same line.
import functools, json, os, re, sys  # noqa: E401
from collections import namedtuple
from fractions import Fraction
from itertools import dropwhile, product
from math import gcd, lcm

MAX_INPUT, MAX_NESTING, MAX_DIGITS = 256 << 20, 64, 1_000_000  # bytes of a file, nested lists, digits of an integer
PARTS = ["input_weights", "output_weights", "output_bias"]
PROPERTIES = ("stationary differentiable escape_neurons local_minimum saddle spurious global_minimum "
              "global_minimum_any_width neurons").split()
CLAIMS = ["loss", "loss_definition", "mean_squared_error"] + PROPERTIES
getattr(sys, "set_int_max_str_digits", int)(0)  # Python's own limit is lower

class Refusal(Exception):
    """REJECTED or UNREADABLE, a code of docs/certificate.md, and why in words."""

def demand(condition, code, words, verdict="REJECTED"):
    if not condition:
        raise Refusal(verdict, code, words)

# ---- JSON
Number = namedtuple("Number", "text")  # the text as it stands: 4.0 is not 4, and neither is "4" or true
STRING = re.compile(r'"(?:[^"\\]+|\\.)*"?', re.DOTALL)
# The json module takes the 0 of 01 and the 1 of 1. or 1e for a number and stops there.
BROKEN_NUMBER = re.compile(r"[ \t\n\r]*-?(0[0-9]|(0|[1-9][0-9]*)(\.(?![0-9])|(\.[0-9]+)?[eE](?![+-]?[0-9])))")
# Every escape in turn: a surrogate pair, half of one (the group), anything else.
ESCAPE = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]|(\\u[dD][89a-fA-F])|\\.")

class Record(dict):
    """A JSON object; a key that it has not is malformed."""
    def __missing__(self, key):
        demand(False, "malformed", f"the key {key!r} is missing")

def parse(data, kind):
    """The JSON value of a file, in UTF-8. json.loads takes NaN, equal keys, half surrogate pairs and any nesting."""
    code, depth, repeated = "not-utf8", 0, []
    def build(pairs):
        repeated.extend(pairs[len(dict(pairs)):])
        return Record(pairs)
    try:
        text = data.decode("utf-8")
        code = "not-json"
        for bracket in re.finditer(r"[][{}]", STRING.sub("", text)):
            depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
            demand(depth <= MAX_NESTING, "limit", f"nested more than {MAX_NESTING} deep", "UNREADABLE")
        demand(not BROKEN_NUMBER.match(text), code, "not a number", "UNREADABLE")
        # int serves as parse_constant because it refuses NaN and Infinity.
        decoder = json.JSONDecoder(object_pairs_hook=build, parse_int=Number, parse_float=Number, parse_constant=int)
        value, end = decoder.raw_decode(text, len(text) - len(text.lstrip(" \t\n\r")))
    except ValueError as error:
        raise Refusal("UNREADABLE", code, str(error))
    demand(not text[end:].strip(" \t\n\r"), "trailing-data", "more follows after the value", "UNREADABLE")
    demand(not any(escape[1] for escape in ESCAPE.finditer(text)), code, "half a surrogate pair", "UNREADABLE")
    demand(not repeated, "duplicate-key", "a key stands twice in one object", "UNREADABLE")
    is_kind = isinstance(value, Record) and value.get("format") == f"relucert.{kind}/1"
    demand(is_kind, "format", f"not a file of format relucert.{kind}/1", "UNREADABLE")
    return value

def expect(kind, value):
    demand(isinstance(value, kind), "malformed", f"found a {type(value).__name__}, expected a {kind.__name__}")
    return value

def record(value, known):
    for key in expect(Record, value):
        demand(key in known, "malformed", f"unknown key {key!r}")
    return value

def each(read, value):
    return [read(item) for item in expect(list, value)]

def index(value):
    digits = expect(Number, value).text
    demand(re.fullmatch("[0-9]+", digits) and int(digits) < 1 << 64, "malformed", f"not an index: {digits[:40]}")
    return int(digits)

# ---- Number text. Fraction reads far too much (" 1/2 ", "1_000", ".5", other scripts), so a pattern goes first.
FREE_NUMBER = re.compile(r"-?(0|[1-9]\d{0,9999})(/[1-9]\d{0,9999}|(\.\d{1,10000})?"
                         r"([eE][+-]?(0\d{0,4}|[1-9]\d{0,3}|10000))?)", re.ASCII)
ONE_SPELLING = re.compile(r"-?(0|[1-9]\d*)(/[1-9]\d*)?", re.ASCII)

def free_number(value):  # a number of an instance, as a user may write it, as a string or bare: -3, 2/4, 0.28, 1e-5
    text = value.text if isinstance(value, Number) else expect(str, value)
    demand(FREE_NUMBER.fullmatch(text), "malformed", f"not a rational, or too long: {text[:40]!r}")
    return Fraction(text)

def rational(value):  # a number of a certificate, which has one spelling: lowest terms, no -0, no /1, no exponent
    for part in expect(str, value)[value.startswith("-"):].split("/", 1):
        too_long = len(part) > MAX_DIGITS and re.fullmatch("[0-9]+", part)
        demand(not too_long, "limit", f"a number of more than {MAX_DIGITS} digits", "UNREADABLE")
    number = Fraction(*map(int, value.split("/"))) if ONE_SPELLING.fullmatch(value) else None
    demand(str(number) == value, "malformed", f"not a rational in its one spelling: {value[:40]!r}")
    return number

free_row, rationals = functools.partial(each, free_number), functools.partial(each, rational)

# ---- Vectors
def dot(left, right):
    return sum((a * b for a, b in zip(left, right) if a and b), Fraction(0))

def line_of(vector):
    """(p, s) with vector = s p, where p is a primitive integer vector whose first entry that is not 0 is positive.
    Adding integers is much faster than adding fractions, so this goes before every long sum."""
    common = lcm(*(entry.denominator for entry in vector))
    numerators = [entry.numerator * (common // entry.denominator) for entry in vector]
    content = gcd(*numerators) * (-1 if next(filter(None, numerators), 0) < 0 else 1)
    return tuple(entry // (content or 1) for entry in numerators), Fraction(content, common)

def combine(dimension, terms):
    """sum_i factor_i vector_i, for integer vectors."""
    terms = [(factor, vector) for factor, vector in terms if factor]
    factors, scale = line_of([factor for factor, _ in terms])
    return [scale * sum(factor * v[i] for factor, (_, v) in zip(factors, terms)) for i in range(dimension)]

def rectangle(rows, count, length):
    return len(rows) == count and all(len(row) == length for row in rows)

# ---- The instance (section 1)
Network = namedtuple("Network", PARTS)  # w_i, h_i, c (one row, or none) of yhat(x) = c + sum_i h_i rho(w_i.x)
ACTIVATIONS = {"relu": {"positive": "1", "negative": "0"}, "absolute-value": {"positive": "1", "negative": "-1"}}

def read_network(value, row, output_row):
    weights = each(row, record(value, PARTS)["input_weights"]), each(output_row, value["output_weights"])
    return Network(*weights, [output_row(value["output_bias"])] if "output_bias" in value else [])

def free_output_row(value):  # J numbers; with scalar output the brackets may be left out
    return free_row(value if isinstance(value, list) else [value])

class Instance:
    """Activation, samples, candidate, what is trained. Title, source, expectations and witnesses prove nothing."""
    def __init__(self, document):
        record(document, "format id title source activation samples candidate trained witnesses expected".split())
        activation, samples, self.id = document["activation"], document["samples"], expect(str, document["id"])
        if activation in ("relu", "absolute-value"):
            activation = Record(ACTIVATIONS[activation])
        record(activation, ["positive", "negative"])
        self.slopes = [free_number(activation["positive"]), free_number(activation["negative"])]
        record(samples, ["inputs", "targets", "hidden_bias"])
        bias = [Fraction(1)] * expect(bool, samples.get("hidden_bias", False))
        inputs, self.targets = each(free_row, samples["inputs"]), each(free_output_row, samples["targets"])
        self.candidate = read_network(document["candidate"], free_row, free_output_row)
        width, self.outputs = len((inputs or [[]])[0]), len((self.targets or [[]])[0])
        self.dimension = width + len(bias)
        regular = rectangle(inputs, len(self.targets), width) and rectangle(self.targets, len(inputs), self.outputs)
        parts = PARTS[:2 + len(self.candidate.output_bias)]
        trained = each(functools.partial(expect, str), document.get("trained", parts))
        self.trained = [part in trained for part in PARTS]
        demand(re.fullmatch("[A-Za-z0-9][A-Za-z0-9._-]{0,99}", self.id), "malformed", "not an id")
        demand(any(self.slopes), "malformed", "both slopes are zero")
        demand(width and self.outputs and regular, "malformed", "no samples, or ragged ones")
        demand(self.candidate[0] and self.fits(self.candidate), "malformed", "the candidate does not fit the samples")
        demand(trained and sorted(trained) == sorted({*trained} & {*parts}), "malformed", "trained: which parts?")
        self.samples = [line_of(x + bias) for x in inputs]  # (p_k, s_k) with x_k = s_k p_k

    def fits(self, network):  # of the width of the candidate, and with a bias where it has one
        counts = len(self.candidate[0]), len(self.candidate[0]), len(self.candidate[2])
        return all(map(rectangle, network, counts, (self.dimension, self.outputs, self.outputs)))

    def slope(self, z):  # rho(z) / z; at 0 either would do, because it is multiplied by 0
        return self.slopes[z < 0]

    def preactivations(self, w):  # w.x_k for every sample k
        line, scale = line_of(w)
        return [scale * s * sum(map(int.__mul__, line, p)) for p, s in self.samples]

# ---- Kink forms, and proofs that one is nonnegative (section 2)
class KinkForm:
    """f(u) = a.u + sum_k kappa_k |p_k.u|, kappa_k != 0: the p_k are different lines (see line_of) in rising order."""
    def __init__(self, linear, terms):
        weights = {}
        for line, weight in terms:
            weights[line] = weights.get(line, 0) + weight
        self.linear, self.kinks = linear, [(line, weight) for line, weight in sorted(weights.items()) if weight]
        self.convex = [kink for kink in self.kinks if kink[1] > 0]
        self.is_zero = not self.kinks and not any(linear)

    def value(self, u):
        line, scale = line_of(u)
        bent = sum(weight * abs(dot(p, line)) for p, weight in self.kinks)
        return scale * dot(self.linear, line) + abs(scale) * bent

    def check_nonnegative(self, tree):
        """Accepts a proof of f >= 0 everywhere: a tree in depth-first order. Its inner nodes split space by the sign of
        p_m.u for a concave kink m, the side + first, or note a sign that others imply; its leaves carry multipliers."""
        waiting = [[]]  # the branches to come; each is a list of (m, sigma_m p_m)
        for node in expect(list, tree):
            demand(waiting, "tree-trailing", "nodes follow after the proof tree is complete")
            path, keys = waiting.pop(), node if isinstance(node, Record) else ()
            if "split" in keys:
                plus, minus = self.sides(path, record(node, ["split"])["split"])
                waiting += [path + [minus], path + [plus]]
            elif "implied" in keys:
                sign = expect(str, record(node, ["implied", "sign", "multipliers"])["sign"])
                fixed, nu = self.sides(path, node["implied"])[sign != "+"], rationals(node["multipliers"])
                # sigma p.u >= 0 because sigma p = sum_m nu_m sigma_m p_m with nu_m >= 0
                implied = combine(len(self.linear), [(entry, signed) for entry, (_, signed) in zip(nu, path)])
                check_multipliers(len(nu) == len(path), all(entry >= 0 for entry in nu), implied == fixed[1])
                waiting.append(path + [fixed])
            else:
                gamma = each(rationals, record(node, ["lambda", "gamma", "mu"])["gamma"])
                self.check_leaf(path, rationals(node["lambda"]), gamma, rationals(node["mu"]))
        demand(not waiting, "tree-incomplete", "the proof tree ends before all its branches do")

    def sides(self, path, kink):
        m = index(kink)
        free = m < len(self.kinks) and self.kinks[m][1] < 0 and all(fixed[0] != m for fixed in path)
        demand(free, "tree-split", f"kink {m} is not a concave kink whose sign is open here")
        return (m, list(self.kinks[m][0])), (m, [-entry for entry in self.kinks[m][0]])

    def check_leaf(self, path, lambdas, gamma, mu):
        """Where sigma_m p_m.u >= 0 for the fixed m, f(u) >= 0 follows from
            a = sum_c lambda_c kappa_c p_c + sum_fixed (mu_m + |kappa_m|) sigma_m p_m,   mu_m >= 0,
            |kappa_m| p_m = sum_c gamma_mc kappa_c p_c     for each concave m that is free,
            |lambda_c| + sum_m |gamma_mc| <= 1             for each convex c."""
        def generated(factors, more=()):
            terms = [(factor * weight, p) for factor, (p, weight) in zip(factors, self.convex) if factor]
            return combine(len(self.linear), [*terms, *more])
        fixed = {m for m, _ in path}
        free = [kink for m, kink in enumerate(self.kinks) if kink[1] < 0 and m not in fixed]
        counts_fit = len(lambdas) == len(self.convex) and len(mu) == len(path)
        loads = [sum(map(abs, filter(None, column))) for column in zip(lambdas, *gamma)]
        in_range = all(entry >= 0 for entry in mu) and all(load <= 1 for load in loads)
        sides = [(entry - self.kinks[m][1], signed) for entry, (m, signed) in zip(mu, path)]
        identity = generated(lambdas, sides) == self.linear and all(
            generated(row) == [-weight * entry for entry in p] for row, (p, weight) in zip(gamma, free))
        check_multipliers(counts_fit and rectangle(gamma, len(free), len(self.convex)), in_range, identity)

def check_multipliers(counts_fit, in_range, identity):
    demand(counts_fit, "multiplier-count", "a node has too many or too few multipliers")
    demand(in_range, "multiplier-range", "a multiplier is outside its range")
    demand(identity, "multiplier-identity", "the multipliers of a node do not give its vectors")

# ---- First order (section 3)
def residuals_of(instance, network):
    """e_jk = c_j + sum_i h_ij rho(w_i.x_k) - y_kj: J rows of length n."""
    bias = network.output_bias[0] if network.output_bias else [0] * instance.outputs
    residuals = [[c - y for y in column] for c, column in zip(bias, zip(*instance.targets))]
    for w, h in zip(network.input_weights, network.output_weights):
        rho = [instance.slope(z) * z for z in instance.preactivations(w)]
        residuals = [[e + factor * r for e, r in zip(row, rho)] for row, factor in zip(residuals, h)]
    return residuals

def loss_of(residuals):
    return sum(dot(e, e) for e in residuals) / 2  # L = 1/2 sum_k |e_k|^2

def derivative_form(instance, z, e):
    """u -> sum_k e_k rho'(z_k; u.x_k): slope times u.x_k where z_k != 0, rho(t) = mean t + half |t| where z_k = 0."""
    mean, half = sum(instance.slopes) / 2, (instance.slopes[0] - instance.slopes[1]) / 2
    terms = [(z_k, e_k, p, s) for z_k, e_k, (p, s) in zip(z, e, instance.samples)]
    linear = [(e_k * s * (instance.slope(z_k) if z_k else mean), p) for z_k, e_k, p, s in terms]
    kinks = [(p, e_k * abs(s) * half) for z_k, e_k, p, s in terms if z_k == 0]
    return KinkForm(combine(instance.dimension, linear), kinks)

class Neuron:
    """The forms d_ij and g_i = h_i.d_i of neuron i, and what the evidence proves of them."""
    def __init__(self, instance, w, h, residuals):
        self.z, self.weight_is_zero = instance.preactivations(w), not any(w)
        self.residuals, self.weighted = residuals, [dot(h, column) for column in zip(*residuals)]
        self.form = functools.partial(derivative_form, instance, self.z)  # it is linear in the residuals
        self.d, self.g = [self.form(e) for e in residuals], self.form(self.weighted)
        self.d_is_zero = all(d.is_zero for d in self.d)
        self.output_weight_rests = not any(d.value(w) for d in self.d)  # D_i = d_i(w_i) = 0
        self.nonnegative = self.g.is_zero  # g_i >= 0
        self.constant = None  # C_i with C_i g_i + s d_ij >= 0 for every output j and both signs s
        self.escapes = False  # some u has g_i(u) = 0 and d_i(u) != 0

    def check(self, evidence):
        if "nonnegative" in evidence:
            self.g.check_nonnegative(evidence["nonnegative"])
            self.nonnegative = True
        if "constant" in evidence:
            constant = record(evidence["constant"], ["value", "plus", "minus"])
            value = rational(constant["value"])
            demand(value >= 0, "negative-constant", "a constant C_i is negative")
            for sign, key in ((1, "plus"), (-1, "minus")):
                trees = expect(list, constant[key])
                demand(len(trees) == len(self.d), "wrong-shape", "a constant needs two proofs for each output")
                for e, tree in zip(self.residuals, trees):
                    self.form([value * a + sign * b for a, b in zip(self.weighted, e)]).check_nonnegative(tree)
            self.nonnegative, self.constant = True, value  # both signs add up to 2 C_i g_i; C_i = 0 leaves d_i = 0
        if "escape_direction" in evidence:
            u = rationals(evidence["escape_direction"])
            demand(len(u) == len(self.g.linear), "wrong-shape", "an escape direction has the wrong length")
            demand(self.g.value(u) == 0, "escape-not-tight", "g_i is not zero in the escape direction")
            demand(any(d.value(u) for d in self.d), "escape-not-escaping", "d_i is zero in the escape direction")
            self.escapes = True

# ---- Other networks: descent along a curve, a smaller loss (sections 5 and 6)
def read_change(instance, origin, value):
    """A network of the candidate's shape that differs from `origin` (or from zero) only in what is trained."""
    network = read_network(value, rationals, rationals)
    demand(instance.fits(network), "wrong-shape", "a network of the evidence has not the candidate's shape")
    for part, trained in enumerate(instance.trained):
        rests = network[part] == origin[part] if origin else not any(map(any, network[part]))
        demand(trained or rests, "moves-fixed", "parameters that are not trained are changed")
    return network

def add_product(total, left, right):  # polynomials are lists of their coefficients in rising powers of t
    for (i, a), (j, b) in product(enumerate(left), enumerate(right)):
        total[i + j] += a * b

def tail(terms, t0):
    """sum_{j >= 1} |q_j| t0^j: what the terms after the first can add up to on [0, t0]."""
    return functools.reduce(lambda total, term: (total + abs(term)) * t0, reversed(terms[1:]), Fraction(0))

def from_first(terms):
    return list(dropwhile(lambda term: term == 0, terms))

def check_descent(instance, t0, changes):
    """Accepts a curve P + t D_1 + t^2 D_2 + ... on which the loss is below L(P) for 0 < t <= t0, and tells the lowest
    power of t in the loss difference: 1 if the one-sided derivative along D_1 is negative."""
    demand(t0 > 0, "curve-t0", "t0 is not positive")
    points, activations = [instance.candidate, *changes], []
    for weights in zip(*(point.input_weights for point in points)):
        activations.append([])
        for z in zip(*map(instance.preactivations, weights)):
            # Up to t0 a preactivation keeps the sign of its first term, so that its activation is a polynomial.
            terms = from_first(z) or [0]
            demand(tail(terms, t0) <= abs(terms[0]), "curve-crosses-kink", "a preactivation can change its sign")
            activations[-1].append([term * instance.slope(terms[0]) for term in z])
    twice_loss = [Fraction(0)] * (4 * len(changes) + 1)
    for (k, y), j in product(enumerate(instance.targets), range(instance.outputs)):
        residual = [-y[j]] + [Fraction(0)] * (2 * len(changes))
        add_product(residual, [c[j] for point in points for c in point.output_bias], [1])
        for i, rho in enumerate(activations):
            add_product(residual, [point.output_weights[i][j] for point in points], rho[k])
        add_product(twice_loss, residual, residual)
    terms = from_first(twice_loss[1:])
    falls = terms and tail([max(term, 0) for term in terms], t0) < -terms[0]
    demand(falls, "curve-not-descending", "the loss is not proved to fall")
    return len(twice_loss) - len(terms)

# ---- What is proved, and the claims
def check_claims(instance, claims, evidence):
    """Checks all evidence, needed or not, and then that every claim is what the evidence proves."""
    candidate, power, next_index = instance.candidate, None, 0
    residuals = residuals_of(instance, candidate)
    loss = loss_of(residuals)
    demand(claims.get("loss") == str(loss), "wrong-loss", "the loss of the candidate is another")
    demand(any(name in claims for name in PROPERTIES), "no-claim", "no property of the candidate is claimed")
    record(evidence, ["neurons", "descent", "better_network"])
    neurons = [Neuron(instance, w, h, residuals) for w, h in zip(candidate.input_weights, candidate.output_weights)]
    for entry in expect(list, evidence.get("neurons", [])):
        i = index(record(entry, ["neuron", "nonnegative", "constant", "escape_direction"])["neuron"])
        demand(next_index <= i < len(neurons), "neuron-order", f"neuron {i}: evidence of no neuron, or out of order")
        neurons[i].check(entry)
        next_index = i + 1
    if "descent" in evidence:
        t0 = rational(record(evidence["descent"], ["t0", "curve"])["t0"])
        changes = each(functools.partial(read_change, instance, None), evidence["descent"]["curve"])
        power = check_descent(instance, t0, changes)
    if "better_network" in evidence:
        better = loss_of(residuals_of(instance, read_change(instance, candidate, evidence["better_network"])))
        demand(better < loss, "not-better", "the loss of the better network is not smaller")
    proved = conclude(instance, residuals, neurons, power, "better_network" in evidence)
    proved["loss_definition"] = "half sum of squares"
    proved["mean_squared_error"] = str(2 * loss / (len(instance.targets) * instance.outputs))
    for name in filter(claims.__contains__, PROPERTIES + CLAIMS[1:3]):
        is_proved = name in proved and claims[name] == proved[name]
        demand(is_proved, "unproved-" + name.replace("_", "-"), f"the evidence does not prove what is claimed: {name}")

def conclude(instance, residuals, neurons, power, has_better):
    """The one claim about each property that is proved, if any. A verdict of None is one that is not proved."""
    inputs_trained, outputs_trained, bias_trained = instance.trained
    bias_rests = not any(map(sum, residuals))
    rests = [(neuron.output_weight_rests or not outputs_trained) and (neuron.nonnegative or not inputs_trained)
             for neuron in neurons]
    stationary = False if power == 1 else (all(rests) and (bias_rests or not bias_trained)) or None
    # Without one of the two layers there are no mixed terms, and nothing escapes.
    mixed = inputs_trained and outputs_trained
    escaping = [Number(str(i)) for i, neuron in enumerate(neurons) if mixed and neuron.escapes]
    # With scalar output |d_i| = g_i / |h_i| wherever h_i is not 0.
    settled = [neuron.escapes or neuron.d_is_zero or neuron.constant is not None
               or (instance.outputs == 1 and neuron.nonnegative and not neuron.g.is_zero) for neuron in neurons]
    escapes_known = stationary and (all(settled) or not mixed)
    zeros = [0] * len(instance.samples)
    best_of_all_widths = ((bias_rests or not instance.candidate.output_bias)
                          and all(derivative_form(instance, zeros, e).is_zero for e in residuals))
    # With fixed input weights the loss is convex in what is trained.
    best = best_of_all_widths or (stationary and not inputs_trained)
    minimum = False if power else (best or (escapes_known and not escaping)) or None
    best = True if best else False if has_better or minimum is False else None
    saddle = False if minimum else stationary if minimum is False else None
    spurious = False if best or minimum is False else True if minimum and best is False else None
    differentiable = not inputs_trained or not any(neuron.g.kinks for neuron in neurons)
    verdicts = [stationary, differentiable, None, minimum, saddle, spurious, best, best_of_all_widths]
    proved = {name: "yes" if known else "no" for name, known in zip(PROPERTIES, verdicts) if known is not None}
    if escapes_known or stationary is False:
        proved["escape_neurons"] = escaping if stationary else None
    return {**proved, "neurons": [describe(instance, neuron, minimum) for neuron in neurons]}

def describe(instance, neuron, is_minimum):
    """Kind and boundary samples of a neuron, and at a local minimum the changes for which the loss does not fall."""
    boundary = [k for k, z in enumerate(neuron.z) if z == 0]
    # A sample on a side of slope 0 does not feel the neuron.
    unfelt = not all(instance.slopes) and not any(z and instance.slope(z) for z in neuron.z)
    touched = any(instance.samples[k][1] for k in boundary)
    kind = "zero" if neuron.weight_is_zero else "active" if not unfelt else "semi-dead" if touched else "dead"
    # |Dw.x| <= max_j |Dw_j| * |x|_1, and this may be |w.x| at most.
    norms = [abs(z / s) / sum(map(abs, p)) for z, (p, s) in zip(neuron.z, instance.samples) if z]
    input_region, output_region = {"max_norm": str(min(norms))} if norms else "any", "keeps sign"
    if neuron.d_is_zero or not instance.trained[0]:
        output_region = "any"
    elif instance.outputs > 1 and neuron.constant:
        output_region = {"l1_radius": str(1 / neuron.constant)}
    regions = {"input_weight_region": input_region if instance.trained[0] else "fixed",
               "output_weight_region": output_region if instance.trained[1] else "fixed"}
    return {"kind": kind, "boundary_samples": [Number(str(k)) for k in boundary], **(regions if is_minimum else {})}

# ---- The command
def verify(instance, certificate):
    """The claims of a certificate, all of them proved; both files as bytes."""
    document = parse(instance, "instance")
    try:
        instance = Instance(document)
    except Refusal as refusal:
        raise Refusal("UNREADABLE", "instance", refusal.args[2])
    certificate = record(parse(certificate, "certificate"), ["format", "id", "claims", "evidence", "made_by"])
    belongs = expect(str, certificate["id"]) == instance.id
    demand(belongs, "wrong-instance", f"for {certificate['id']!r}, but the instance is {instance.id!r}")
    claims = record(certificate["claims"], CLAIMS)
    check_claims(instance, claims, certificate["evidence"])
    return claims

def read_file(path):
    try:
        with open(0 if path == "-" else path, "rb") as file:
            data = file.read(MAX_INPUT + 1)
    except OSError as error:
        raise Refusal("UNREADABLE", "io", str(error))
    demand(len(data) <= MAX_INPUT, "limit", f"{path} is larger than {MAX_INPUT} bytes", "UNREADABLE")
    return data

def show(name, value):
    if isinstance(value, list):
        return f"{name}=[{','.join(i.text for i in value)}]" if name == "escape_neurons" else name
    return name + "=" + ("null" if value is None else value.replace(" ", "_"))

def outcome(instance, certificate, read=bytes):
    """The last line, the exit code, and for a refusal why."""
    try:
        claims = verify(read(instance), read(certificate))
    except Refusal as refusal:
        verdict, code, words = refusal.args
        return f"s {verdict} {code}", 20 if verdict == "REJECTED" else 2, words
    return " ".join(["s VERIFIED", *(show(name, claims[name]) for name in CLAIMS if name in claims)]), 0, ""

def main(arguments):
    line, code, words = "", 2, __doc__
    if len(arguments) == 2 and arguments != ["-", "-"]:
        line, code, words = outcome(*arguments, read=read_file)
    elif arguments in (["--help"], ["-h"], ["--version"], ["-V"]):
        line, code, words = "relucert-check 0.1.0 (check.py)" if arguments[0].lower() in ("--version", "-v") else __doc__, 0, ""
    for descriptor, text in ((2, words), (1, line)):
        try:
            os.write(descriptor, f"{text}\n".encode("utf-8", "backslashreplace") if text else b"")
        except OSError:
            pass  # a reader that has gone away doesn't change what was found
    return code

if __name__ == "__main__":
    sys.excepthook = lambda *_: os._exit(101)  # out of memory, or interrupted: no traceback
    sys.exit(main(sys.argv[1:]))
