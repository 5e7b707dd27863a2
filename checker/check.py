#!/usr/bin/env python3
"""usage: check.py INSTANCE CERTIFICATE        (one of the two may be -, the standard input)

Recomputes residuals and kink forms from the instance, exactly, and accepts the certificate only if its evidence proves
its claims. The last line is 's VERIFIED <claims>' (exit 0), 's REJECTED <code>' (20) or 's UNREADABLE <code>' (2)."""
import contextlib, json, math, os, re, sys, types  # noqa: E401
from collections import namedtuple
from fractions import Fraction
from functools import partial, reduce
from itertools import dropwhile, product

PROPERTIES = ("stationary differentiable escape_neurons local_minimum saddle spurious global_minimum "
              "global_minimum_any_width neurons radius").split()
CLAIMS = ["loss", "loss_definition", "mean_squared_error"] + PROPERTIES
MAX_INPUT, MAX_NESTING = 256 << 20, 64  # bytes of a file; lists and objects inside each other
getattr(sys, "set_int_max_str_digits", int)(0)  # the limits of digits stand below; Python's own is lower

class Refusal(Exception):
    """REJECTED or UNREADABLE, a code of docs/certificate.md, and why in words."""
def demand(condition, code, words, verdict="REJECTED"):
    if not condition:
        raise Refusal(verdict, code, words)

# ---- JSON
Number = namedtuple("Number", "text")  # the text as it stands: 4.0 is not 4, and neither is "4" or true
ESCAPE = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]|(\\u[dD][89a-fA-F])|\\.")  # surrogate pair, half of one, another
class Record(dict):  # a JSON object
    def __missing__(self, key):
        demand(False, "malformed", f"the key {key!r} is missing")
def parse(data, form):
    """The JSON value of a file, in UTF-8. json.loads takes NaN, equal keys, half surrogate pairs and any nesting."""
    code, depth, repeated = "not-utf8", 0, []
    def build(pairs):
        repeated.extend(pairs[len(dict(pairs)):])
        return Record(pairs)
    # int serves as parse_constant because it refuses NaN and Infinity.
    decoder = json.JSONDecoder(object_pairs_hook=build, parse_int=Number, parse_float=Number, parse_constant=int)
    try:
        text = data.decode("utf-8")
        code = "not-json"
        for bracket in re.finditer(r"[][{}]", re.sub(r'(?s)"(?:[^"\\]+|\\.)*"?', "", text)):
            depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
            demand(depth <= MAX_NESTING, "limit", f"nested more than {MAX_NESTING} deep", "UNREADABLE")
        value, end = decoder.raw_decode(text, len(text) - len(text.lstrip(" \t\n\r")))
    except ValueError as error:
        raise Refusal("UNREADABLE", code, str(error))
    # The json module takes the 0 of 01 and the 1 of 1. or 1e for a number and stops there.
    broken = re.fullmatch(r"-?(0[0-9]|[0-9]+\.|[0-9.]+[eE])", text[:end + 1].lstrip(" \t\n\r"))
    demand(not broken, code, "not a number", "UNREADABLE")
    demand(not text[end:].strip(" \t\n\r"), "trailing-data", "more follows after the value", "UNREADABLE")
    demand(not any(escape[1] for escape in ESCAPE.finditer(text)), code, "half a surrogate pair", "UNREADABLE")
    demand(not repeated, "duplicate-key", "a key stands twice in one object", "UNREADABLE")
    demand(isinstance(value, Record) and value.get("format") == form, "format", f"not {form}", "UNREADABLE")
    return value
def expect(kind, value):
    demand(isinstance(value, kind), "malformed", f"found a {type(value).__name__}, expected a {kind.__name__}")
    return value
def record(value, known):
    demand(set(expect(Record, value)) <= set(known), "malformed", f"unknown key, not one of {', '.join(known)}")
    return value
def each(read, value):
    return [read(item) for item in expect(list, value)]
def index(value):
    is_index = re.fullmatch("[0-9]{1,20}", expect(Number, value).text) and int(value.text) < 1 << 64
    demand(is_index, "malformed", f"not an index: {value.text[:40]}")
    return int(value.text)

# ---- Number text. Fraction reads far too much (" 1/2 ", "1_000", ".5", other scripts), so a pattern goes first.
FREE_NUMBER = re.compile(r"(?a)-?(0|[1-9]\d{0,9999})(/[1-9]\d{0,9999}|(\.\d{1,10000})?([eE][+-]?(0?\d{1,4}|10000))?)")
TOO_LONG = re.compile(r"(?as)-?(\d{1000001,}(/.*)?|[^/]*/\d{1000001,})")
def free_number(value):  # a number of an instance, as a user may write it, as a string or bare: -3, 2/4, 0.28, 1e-5
    text = value.text if isinstance(value, Number) else expect(str, value)
    demand(FREE_NUMBER.fullmatch(text), "malformed", f"not a rational, or too long: {text[:40]!r}")
    return Fraction(text)
def rational(value):  # a number of a certificate, which has one spelling: lowest terms, no -0, no /1, no exponent
    demand(not TOO_LONG.fullmatch(expect(str, value)), "limit", "a number of more than 1000000 digits", "UNREADABLE")
    number = Fraction(*map(int, value.split("/"))) if re.fullmatch("-?(0|[1-9][0-9]*)(/[1-9][0-9]*)?", value) else None
    demand(str(number) == value, "malformed", f"not a rational in its one spelling: {value[:40]!r}")
    return number
free_row, rationals = partial(each, free_number), partial(each, rational)

# ---- Vectors
def dot(left, right):
    return sum((a * b for a, b in zip(left, right) if a and b), Fraction(0))
def line_of(vector):
    """(p, s) with vector = s p, where p is a primitive integer vector whose first entry that is not 0 is positive."""
    common = math.lcm(*(entry.denominator for entry in vector))
    numerators = [entry.numerator * (common // entry.denominator) for entry in vector]
    content = math.gcd(*numerators) * (-1 if next(filter(None, numerators), 0) < 0 else 1)
    return tuple(entry // (content or 1) for entry in numerators), Fraction(content, common)
def combine(dimension, terms):  # sum_i factor_i vector_i, for integer vectors; line_of, as integers are added faster
    terms = [(factor, vector) for factor, vector in terms if factor]
    factors, scale = line_of([factor for factor, _ in terms])
    return [scale * sum(factor * v[i] for factor, (_, v) in zip(factors, terms)) for i in range(dimension)]
def rectangle(rows, count, length):
    return len(rows) == count and all(len(row) == length for row in rows)

# ---- The instance (section 1)
Network = namedtuple("Network", "input_weights output_weights output_bias")
PARTS = [*Network._fields]  # w_i, h_i, c (one row, or none) of yhat(x) = c + sum_i h_i rho(w_i.x)
ACTIVATIONS = {"relu": Record(positive="1", negative="0"), "absolute-value": Record(positive="1", negative="-1")}
def read_network(value, row, output_row):
    weights = each(row, record(value, PARTS)["input_weights"]), each(output_row, value["output_weights"])
    return Network(*weights, [output_row(value["output_bias"])] if "output_bias" in value else [])
def free_output_row(value):  # J numbers; with scalar output the brackets may be left out
    return free_row(value if isinstance(value, list) else [value])

class Instance:
    """Activation, samples, candidate, what is trained. Title, source, expectations and witnesses prove nothing."""
    def __init__(self, document):
        record(document, "format id title source activation samples candidate trained witnesses expected".split())
        self.id, activation = expect(str, document["id"]), document["activation"]
        slopes = record(ACTIVATIONS.get(str(activation), activation), ["positive", "negative"])
        self.slopes = [free_number(slopes["positive"]), free_number(slopes["negative"])]
        samples = record(document["samples"], ["inputs", "targets", "hidden_bias"])
        bias = [Fraction(1)] * expect(bool, samples.get("hidden_bias", False))
        inputs, self.targets = each(free_row, samples["inputs"]), each(free_output_row, samples["targets"])
        width, self.outputs = len((inputs or [[]])[0]), len((self.targets or [[]])[0])
        regular = rectangle(inputs, len(self.targets), width) and rectangle(self.targets, len(inputs), self.outputs)
        self.dimension, self.samples = width + len(bias), [line_of(x + bias) for x in inputs]  # x_k = s_k p_k
        self.candidate = read_network(document["candidate"], free_row, free_output_row)
        parts = PARTS[:2 + len(self.candidate.output_bias)]
        names = each(partial(expect, str), document.get("trained", parts))
        self.trained = [part in names for part in PARTS]
        demand(re.fullmatch("[A-Za-z0-9][A-Za-z0-9._-]{0,99}", self.id), "malformed", "not an id")
        fits = width and self.outputs and regular and self.candidate[0] and self.fits(self.candidate)
        demand(fits and any(self.slopes), "malformed", "shapes that do not fit together, or both slopes are zero")
        demand(names and sorted(names) == sorted({*names} & {*parts}), "malformed", "trained: which parts?")
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
        return dot(self.linear, u) + sum(weight * abs(dot(p, u)) for p, weight in self.kinks)
    def check_nonnegative(self, tree):
        """Accepts a proof of f >= 0 everywhere: a tree in depth-first order. Its inner nodes split space by the sign of
        p_m.u for a concave kink m, the side + first, or note a sign that others imply; its leaves carry multipliers."""
        waiting = [[]]  # the branches to come; each is a list of (m, sigma_m p_m)
        for node in expect(list, tree):
            demand(waiting, "tree-trailing", "nodes follow after the proof tree is complete")
            path, keys, conditions = waiting.pop(), node if isinstance(node, Record) else (), ()
            if "split" in keys:
                waiting += [path + [side] for side in reversed(self.sides(path, record(node, ["split"])["split"]))]
            elif "implied" in keys:
                sign = expect(str, record(node, ["implied", "sign", "multipliers"])["sign"])
                demand(sign in ("+", "-"), "malformed", "expected + or -")
                fixed, nu = self.sides(path, node["implied"])[sign != "+"], rationals(node["multipliers"])
                # sigma p.u >= 0 because sigma p = sum_m nu_m sigma_m p_m with nu_m >= 0
                implied = combine(len(self.linear), [(entry, signed) for entry, (_, signed) in zip(nu, path)])
                conditions = len(nu) == len(path), all(entry >= 0 for entry in nu), implied == fixed[1]
                waiting.append(path + [fixed])
            else:
                gamma = each(rationals, record(node, ["lambda", "gamma", "mu"])["gamma"])
                conditions = self.leaf(path, rationals(node["lambda"]), gamma, rationals(node["mu"]))
            for code, holds in zip(["count", "range", "identity"], conditions):
                demand(holds, "multiplier-" + code, "the multipliers of a node do not prove what they should")
        demand(not waiting, "tree-incomplete", "the proof tree ends before all its branches do")
    def sides(self, path, kink):
        m = index(kink)
        free = m < len(self.kinks) and self.kinks[m][1] < 0 and all(fixed[0] != m for fixed in path)
        demand(free, "tree-split", f"kink {m} is not a concave kink whose sign is open here")
        return (m, list(self.kinks[m][0])), (m, [-entry for entry in self.kinks[m][0]])
    def leaf(self, path, lambdas, gamma, mu):
        """Whether count, range and values are such that f(u) >= 0 where sigma_m p_m.u >= 0 for the fixed m:
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
        return counts_fit and rectangle(gamma, len(free), len(self.convex)), in_range, identity

# ---- First order (section 3)
def evaluate(instance, network):
    """The residuals e_jk = c_j + sum_i h_ij rho(w_i.x_k) - y_kj, J rows of length n, and L = 1/2 sum_k |e_k|^2."""
    bias = network.output_bias[0] if network.output_bias else [0] * instance.outputs
    residuals = [[c - y for y in column] for c, column in zip(bias, zip(*instance.targets))]
    for w, h in zip(network.input_weights, network.output_weights):
        rho = [instance.slope(z) * z for z in instance.preactivations(w)]
        residuals = [[e + factor * r for e, r in zip(row, rho)] for row, factor in zip(residuals, h)]
    return residuals, sum(dot(e, e) for e in residuals) / 2
def derivative_form(instance, z, e):
    """u -> sum_k e_k rho'(z_k; u.x_k): slope times u.x_k where z_k != 0, rho(t) = mean t + half |t| where z_k = 0."""
    mean, half = sum(instance.slopes) / 2, (instance.slopes[0] - instance.slopes[1]) / 2
    terms = [(z_k, e_k, p, s) for z_k, e_k, (p, s) in zip(z, e, instance.samples)]
    linear = [(e_k * s * (instance.slope(z_k) if z_k else mean), p) for z_k, e_k, p, s in terms]
    kinks = [(p, e_k * abs(s) * half) for z_k, e_k, p, s in terms if z_k == 0]
    return KinkForm(combine(instance.dimension, linear), kinks)

class Neuron:
    """The forms d_ij and g_i = h_i.d_i of neuron i, and what the evidence proves: g_i >= 0; a constant C_i such that
    C_i g_i + s d_ij >= 0 for every output j and both signs s; that some u has g_i(u) = 0 and d_i(u) != 0."""
    def __init__(self, instance, w, h, residuals):
        self.z, self.weight_is_zero = instance.preactivations(w), not any(w)
        self.residuals, self.weighted = residuals, [dot(h, column) for column in zip(*residuals)]
        self.form = partial(derivative_form, instance, self.z)  # it is linear in the residuals
        self.d, self.g = [self.form(e) for e in residuals], self.form(self.weighted)
        self.d_is_zero = all(d.is_zero for d in self.d)
        self.output_weight_rests = not any(d.value(w) for d in self.d)  # D_i = d_i(w_i) = 0
        self.nonnegative, self.constant, self.escapes = self.g.is_zero, None, False
    def check(self, evidence):
        if "nonnegative" in evidence:
            self.g.check_nonnegative(evidence["nonnegative"])
            self.nonnegative = True
        if "constant" in evidence:  # both signs add up to 2 C_i g_i; C_i = 0 leaves d_i = 0
            self.nonnegative, self.constant = True, self.check_bound(self.residuals, evidence["constant"])
        if "escape_direction" in evidence:
            u = rationals(evidence["escape_direction"])
            demand(len(u) == len(self.g.linear), "wrong-shape", "an escape direction has the wrong length")
            demand(self.g.value(u) == 0, "escape-not-tight", "g_i is not zero in the escape direction")
            demand(any(d.value(u) for d in self.d), "escape-not-escaping", "d_i is zero in the escape direction")
            self.escapes = True
    def check_bound(self, weights, bound):
        """The constant C of a proof that C g_i + s f >= 0 for the form f of each of the weights, and both signs s."""
        value = rational(record(bound, ["value", "plus", "minus"])["value"])
        demand(value >= 0, "negative-constant", "a constant C is negative")
        for sign, key in ((1, "plus"), (-1, "minus")):
            demand(len(expect(list, bound[key])) == len(weights), "wrong-shape", "two proofs for each form")
            for e, tree in zip(weights, bound[key]):
                self.form([value * a + sign * b for a, b in zip(self.weighted, e)]).check_nonnegative(tree)
        return value
    def is_quiet(self):  # proved to be no escape neuron; with scalar output |d_i| = g_i / |h_i| wherever h_i is not 0
        scalar_bound = len(self.d) == 1 and self.nonnegative and not self.g.is_zero
        return self.d_is_zero or self.constant is not None or scalar_bound

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
def lead(terms, t0, size=abs):  # the first coefficient q_r that is not 0, and sum_j size(q_{r+j}) t0^j over j >= 1
    first, *rest = [*dropwhile(lambda term: term == 0, terms)] or [Fraction(0)]
    return first, reduce(lambda total, term: (total + size(term)) * t0, reversed(rest), 0)
def check_descent(instance, t0, changes):
    """The lowest power of t in the loss difference along P + t D_1 + t^2 D_2 + ..., if it is < 0 for 0 < t <= t0."""
    demand(t0 > 0, "curve-t0", "t0 is not positive")
    points, activations = [instance.candidate, *changes], []
    for weights in zip(*(point.input_weights for point in points)):
        activations.append([])
        for z in zip(*map(instance.preactivations, weights)):
            # Up to t0 a preactivation keeps the sign of its first term, so that its activation is a polynomial.
            first, rest = lead(z, t0)
            demand(rest <= abs(first), "curve-crosses-kink", "a preactivation can change its sign")
            activations[-1].append([term * instance.slope(first) for term in z])
    twice_loss = [Fraction(0)] * (4 * len(changes) + 1)
    for (k, y), j in product(enumerate(instance.targets), range(instance.outputs)):
        residual = [-y[j]] + [Fraction(0)] * (2 * len(changes))
        add_product(residual, [c[j] for point in points for c in point.output_bias], [1])
        for i, rho in enumerate(activations):
            add_product(residual, [point.output_weights[i][j] for point in points], rho[k])
        add_product(twice_loss, residual, residual)
    first, rises = lead(twice_loss[1:], t0, lambda term: max(term, 0))
    demand(rises < -first, "curve-not-descending", "the loss is not proved to fall")
    return twice_loss.index(first, 1)

# ---- What is proved, and the claims
def check_claims(instance, claims, evidence):
    """Checks all evidence, needed or not, and then that every claim is what the evidence proves."""
    candidate, power, next_index = instance.candidate, None, 0
    residuals, loss = evaluate(instance, candidate)
    demand(claims.get("loss") == str(loss), "wrong-loss", "the loss of the candidate is another")
    demand(any(name in claims for name in PROPERTIES), "no-claim", "no property of the candidate is claimed")
    record(evidence, ["neurons", "descent", "second_order", "elimination", "better_network"])
    neurons = [Neuron(instance, w, h, residuals) for w, h in zip(candidate.input_weights, candidate.output_weights)]
    for entry in expect(list, evidence.get("neurons", [])):
        i = index(record(entry, ["neuron", "nonnegative", "constant", "escape_direction"])["neuron"])
        demand(next_index <= i < len(neurons), "neuron-order", f"neuron {i}: evidence of no neuron, or out of order")
        neurons[i].check(entry)
        next_index = i + 1
    if "descent" in evidence:
        t0 = rational(record(evidence["descent"], ["t0", "curve"])["t0"])
        power = check_descent(instance, t0, each(partial(read_change, instance, None), evidence["descent"]["curve"]))
    if "better_network" in evidence:
        _, better = evaluate(instance, read_change(instance, candidate, evidence["better_network"]))
        demand(better < loss, "not-better", "the loss of the better network is not smaller")
    curved = [name for name in ("second_order", "elimination") if name in evidence]
    if curved or "radius" in claims:  # files beside this one
        __import__("radius").check(types.SimpleNamespace(**globals()), instance, residuals, neurons, claims, evidence)
    proved = conclude(instance, residuals, neurons, power, curved, claims.get("radius"), "better_network" in evidence)
    proved["loss_definition"] = "half sum of squares"
    proved["mean_squared_error"] = str(2 * loss / (len(instance.targets) * instance.outputs))
    for name in filter(claims.__contains__, PROPERTIES + CLAIMS[1:3]):
        is_proved = name in proved and claims[name] == proved[name]
        demand(is_proved, "unproved-" + name.replace("_", "-"), f"the evidence does not prove what is claimed: {name}")
def conclude(instance, residuals, neurons, power, curved, radius, has_better):
    """The one claim about each property that is proved, if any. A verdict of None is one that is not proved."""
    (inputs_trained, outputs_trained, bias_trained), mixed = instance.trained, all(instance.trained[:2])
    bias_rests = not any(map(sum, residuals))
    rests = [(neuron.output_weight_rests or not outputs_trained) and (neuron.nonnegative or not inputs_trained)
             for neuron in neurons] + [bias_rests or not bias_trained]
    stationary = False if power == 1 else all(rests) or None
    settled = [neuron.escapes or neuron.is_quiet() for neuron in neurons]  # with one layer fixed, nothing escapes
    escapes_known = stationary and (all(settled) or not mixed)
    escaping = [Number(str(i)) for i, neuron in enumerate(neurons) if mixed and neuron.escapes]
    new_neuron = partial(derivative_form, instance, [0] * len(instance.samples))
    best_of_all_widths = (bias_rests or not instance.candidate[2]) and all(new_neuron(e).is_zero for e in residuals)
    # With fixed input weights the loss is convex in what is trained.
    best = best_of_all_widths or (stationary and not inputs_trained)
    with_regions = best or (escapes_known and not escaping)
    curved = bool(mixed and stationary and curved)
    minimum = False if power else with_regions or curved or None
    best = True if best else False if has_better or minimum is False else None
    saddle = False if minimum else stationary if minimum is False else None
    spurious = False if best or minimum is False else True if minimum and best is False else None
    differentiable = not inputs_trained or not any(neuron.g.kinks for neuron in neurons)
    verdicts = [stationary, differentiable, None, minimum, saddle, spurious, best, best_of_all_widths]
    proved = {name: "yes" if known else "no" for name, known in zip(PROPERTIES, verdicts) if known is not None}
    proved |= {"escape_neurons": escaping if stationary else None} if escapes_known or stationary is False else {}
    proved |= {"radius": radius} if curved else {}  # checked with what proves a local minimum, if one is claimed
    return {**proved, "neurons": [describe(instance, neuron, minimum and with_regions) for neuron in neurons]}
def describe(instance, neuron, is_minimum):
    """Kind and boundary samples of a neuron, and at a local minimum the changes for which the loss does not fall."""
    boundary = [k for k, z in enumerate(neuron.z) if z == 0]
    unfelt = not all(instance.slopes) and not any(z and instance.slope(z) for z in neuron.z)  # all on the flat side
    touched = any(instance.samples[k][1] for k in boundary)
    kind = "zero" if neuron.weight_is_zero else "active" if not unfelt else "semi-dead" if touched else "dead"
    # |Dw.x| <= max_j |Dw_j| * |x|_1, and this may be |w.x| at most.
    norms = [abs(z / s) / sum(map(abs, p)) for z, (p, s) in zip(neuron.z, instance.samples) if z]
    inputs = "fixed" if not instance.trained[0] else {"max_norm": str(min(norms))} if norms else "any"
    ball = {"l1_radius": str(1 / neuron.constant)} if instance.outputs > 1 and neuron.constant else "keeps sign"
    outputs = "any" if neuron.d_is_zero or not instance.trained[0] else ball
    regions = {"input_weight_region": inputs, "output_weight_region": outputs if instance.trained[1] else "fixed"}
    return {"kind": kind, "boundary_samples": [Number(str(k)) for k in boundary], **(regions if is_minimum else {})}

# ---- The command
def read_file(path, gzipped):  # a gzipped one, by its name, takes a file beside this one
    with open(0 if path == "-" else path, "rb") as file:
        data = file.read(MAX_INPUT + 1)
    data = __import__("gzipped").inflate(data, MAX_INPUT, demand) if gzipped and path.endswith(".gz") else data
    demand(len(data) <= MAX_INPUT, "limit", f"{path} is larger than {MAX_INPUT} bytes", "UNREADABLE")
    return data
def outcome(instance, certificate, read=lambda data, _: data):
    """The last line, the exit code, and for a refusal why, for two files as bytes, or a way to read them as such."""
    try:
        instance, certificate = read(instance, False), read(certificate, True)
        document, kind = parse(instance, "relucert.instance/1"), types.SimpleNamespace(**globals())
        kind = __import__("integral").using(kind) if "integral" in document else kind  # a file beside this one
        instance = kind.Instance(document)
        certificate = record(parse(certificate, "relucert.certificate/1"), "format id claims evidence made_by".split())
        demand(expect(str, certificate["id"]) == instance.id, "wrong-instance", f"the instance is {instance.id!r}")
        claims = record(certificate["claims"], kind.CLAIMS)
        kind.check_claims(instance, claims, certificate["evidence"])
    except OSError as error:
        return "s UNREADABLE io", 2, str(error)
    except Refusal as refusal:
        verdict, code, words = refusal.args
        if code == "malformed" and not hasattr(instance, "candidate"):
            verdict, code = "UNREADABLE", "instance"
        return f"s {verdict} {code}", 20 if verdict == "REJECTED" else 2, words
    line = "s VERIFIED"
    for name in filter(claims.__contains__, kind.CLAIMS):
        value = "null" if claims[name] is None else claims[name]
        value = value.replace(" ", "_") if isinstance(value, str) else f"[{','.join(map(''.join, value))}]"
        line += f" {name}" if name == "neurons" else f" {name}={value}"
    return line, 0, ""
def main(arguments):
    line, code, words = "", 2, __doc__
    if len(arguments) == 2 and arguments != ["-", "-"]:
        line, code, words = outcome(*arguments, read=read_file)
    elif arguments in (["--help"], ["-h"], ["--version"], ["-V"]):
        line, code, words = __doc__ if "h" in arguments[0] else "relucert-check 0.1.0 (check.py)", 0, ""
    for descriptor, text in ((2, words), (1, line)):
        with contextlib.suppress(OSError):  # a reader that has gone away doesn't change what was found
            os.write(descriptor, f"{text}\n".encode("utf-8", "backslashreplace") if text else b"")
    return code

if __name__ == "__main__":
    sys.excepthook = lambda *_: os._exit(101)  # out of memory, or interrupted: no traceback
    sys.exit(main(sys.argv[1:]))
