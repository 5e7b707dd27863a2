"""The integral loss, for check.py: networks with one input, trained on the integral of p (N - f)^2 over an interval.

The format is docs/certificate-integral.md; the instance and the network are in integral_model.py, curves and local minima
in integral_minimum.py. `t` is what check.py defines."""
from fractions import Fraction
from functools import partial
from math import comb, factorial, isqrt
from types import SimpleNamespace
from integral_minimum import check_descent, check_elimination, check_second_order, definite
from integral_model import Instance, Model, plus, read_network, shifted, times, trimmed

PROPERTIES = ("stationary differentiable c1 c2 escape_neurons local_minimum saddle strict_saddle spurious global_minimum "
              "global_minimum_any_width avoided_by_gradient_descent step_size below_threshold neurons").split()
CLAIMS = ["loss", "loss_definition", "mean_squared_error"] + PROPERTIES
EVIDENCE = "density moment moment_at strict_direction descent second_order elimination step_size better_network".split()
DEFINITION = "integral of density times squared residual"

def using(tools):
    """What check.py needs to know of these instances."""
    return SimpleNamespace(CLAIMS=CLAIMS, Instance=partial(Instance, tools), check_claims=partial(check_claims, tools))

# ---- Signs on an interval
def check_interval(t, g, left, right, proof):
    """Accepts g >= 0 on [left, right]: a square times what has nonnegative Bernstein coefficients between the cuts."""
    t.record(proof, ["square", "rest", "cuts"])
    square, rest, cuts = t.rationals(proof["square"]), trimmed(t.rationals(proof["rest"])), t.rationals(proof["cuts"])
    product = times(times(square, square), rest)
    t.demand(trimmed(product) == trimmed(g), "interval-proof", "the factors are not those of the polynomial")
    n = len(rest) - 1
    for a, b in zip([left] + cuts, cuts + [right]):
        t.demand(a < b, "interval-proof", "the cuts do not rise within the interval")
        c = shifted(rest, a, b - a)
        bernstein = [sum(Fraction(comb(k, i), comb(n, i)) * c[i] for i in range(k + 1)) for k in range(n + 1)]
        t.demand(all(beta >= 0 for beta in bernstein), "interval-proof", "a Bernstein coefficient is negative")

# ---- The Hessian in c and the parameters of smooth neurons
def gradient(model, neuron):  # of N in w, b, v
    return [model.on_side(neuron, [0, neuron.v]), model.on_side(neuron, [neuron.v]), model.activation(neuron)]
def block(model, neuron):
    """The part of the Hessian in w, b, v that comes from the second derivatives of N."""
    (first, zeroth), turn = model.slants(neuron), Fraction(0)
    if neuron.is_kink:  # at the ends p e is 0, if the neuron is smooth
        turn = 2 * (1 - model.gamma) * neuron.v * model.pe(neuron.q, True) / abs(neuron.w)
    q = neuron.q or 0
    return [[turn * q * q, turn * q, 2 * first], [turn * q, turn, 2 * zeroth], [2 * first, 2 * zeroth, Fraction(0)]]
def check_direction(t, model, change):
    moved = [(neuron, r) for neuron, *r in zip(model.neurons, *change[:3]) if any(r)]
    t.demand(all(model.is_smooth(neuron) for neuron, _ in moved), "not-smooth", "L is not smooth near what is moved")
    output, bent = [[change.c] for _ in model.cells], 0
    for neuron, r in moved:
        for factor, feature in zip(r, gradient(model, neuron)):
            output = [plus(total, part, factor) for total, part in zip(output, feature)]
        bent += sum(a * b * entry for a, row in zip(r, block(model, neuron)) for b, entry in zip(r, row))
    second = 2 * model.inner(output, output) + bent
    t.demand(second < 0, "not-negative", "the second derivative is not negative")
def hessian(model, neurons):  # in c and w, b, v of these neurons
    features = [[[1]] * len(model.cells)] + [feature for neuron in neurons for feature in gradient(model, neuron)]
    matrix = [[2 * model.inner(g, h) for h in features] for g in features]
    for place, neuron in enumerate(neurons):
        for i, row in enumerate(block(model, neuron)):
            for k, entry in enumerate(row):
                matrix[1 + 3 * place + i][1 + 3 * place + k] += entry
    return matrix
def is_semidefinite(model):
    return definite(hessian(model, [neuron for neuron in model.neurons if model.is_smooth(neuron)]), strict=False)

# ---- Gradient descent with a given step size
def determinant(matrix):
    total, rows = Fraction(1), [list(map(Fraction, row)) for row in matrix]
    while rows:
        pivot = next((row for row in rows if row[0]), None)
        if pivot is None:
            return Fraction(0)
        rows.remove(pivot)  # up to the sign
        total *= pivot[0]
        rows = [[entry - row[0] / pivot[0] * above for entry, above in zip(row[1:], pivot[1:])] for row in rows]
    return total
def cell_of(t, model):
    """What each neuron is on the interval, and the order of the breakpoints inside."""
    start, end, inside = model.instance.start, model.instance.end, []
    for j, neuron in enumerate(model.neurons):
        fits = neuron.q not in (None, start, end, *(q for q, _ in inside))
        t.demand(fits, "step-size-cells", "a sample with w = 0, or a breakpoint at an end, or at that of another neuron")
        if neuron.is_kink:
            inside.append((neuron.q, j))
    signs = ["+" if neuron.w * start + neuron.b > 0 else "-" for neuron in model.neurons]
    states = ["from " + sign if neuron.is_kink else sign for neuron, sign in zip(model.neurons, signs)]
    return tuple(states), tuple(j for _, j in sorted(inside))
def check_step_size(t, model, evidence, network):
    """Accepts one sample in each cell of analyticity at which I - eta H is not singular; for gamma = 0 all but one."""
    eta, instance, m = t.rational(t.record(evidence, ["eta", "samples"])["eta"]), model.instance, len(model.neurons)
    t.demand(instance.affine is not None, "step-size-unfit", "the target is not affine, or the density is not 1")
    t.demand(eta > 0, "step-size-unfit", "eta is not positive")
    t.demand(m <= 6, "step-size-cells", "more than 6 neurons")
    seen = {(("-",) * m, ())} if model.gamma == 0 else set()
    for sample in t.each(network, evidence["samples"]):
        here = Model(instance, sample)
        cell = cell_of(t, here)
        t.demand(cell not in seen, "step-size-cells", "the cell of another sample, or the one that needs none")
        seen.add(cell)
        step = [[(i == k) - eta * entry for k, entry in enumerate(row)] for i, row in enumerate(hessian(here, here.neurons))]
        t.demand(determinant(step) != 0, "singular-step", "I - eta H is singular at a sample")
    expected = sum(comb(m, k) * 2 ** k * factorial(k) * 2 ** (m - k) for k in range(m + 1))
    t.demand(len(seen) == expected, "step-size-cells", "not all cells have a sample")

# ---- The threshold
def is_below(instance, loss):
    """Whether L < thr(m) = A / (12 S^4), for an affine target and density 1."""
    gamma, m, slope, length = instance.gamma, instance.candidate.width(), instance.affine, instance.end - instance.start
    if slope == 0:
        return True
    if gamma == 0:
        return 12 * loss * (2 * (m // 2) + 1) ** 4 < slope ** 2 * length ** 3
    # S is a sum of roots of these. If a root in S^2 is irrational, so is S^4, because nothing cancels.
    squares = [(m - 1) ** 2 * (1 + gamma)] + ([Fraction(1), gamma] if m % 2 else [4 * max(Fraction(1), gamma)])
    products = [a * b for place, a in enumerate(squares) for b in squares[:place]]
    bits = 8
    while True:
        low = high = sum(squares)
        for r in products:
            unit = Fraction(1, r.denominator << bits)
            root = isqrt(r.numerator * r.denominator << 2 * bits) * unit
            low, high = low + 2 * root, high + 2 * (root if root * root == r else root + unit)
        numerator = slope ** 2 * (1 - gamma) ** 2 * length ** 3
        if 12 * loss * high ** 2 < numerator or 12 * loss * low ** 2 >= numerator:
            return 12 * loss * high ** 2 < numerator
        bits *= 2

# ---- What is proved, and the claims
def check_claims(t, instance, claims, evidence):
    """Checks all evidence, needed or not, and then that every claim is what the evidence proves."""
    model = Model(instance, instance.candidate)
    t.demand(claims.get("loss") == str(model.loss), "wrong-loss", "the loss of the candidate is another")
    t.demand(any(name in claims for name in PROPERTIES if name != "step_size"), "no-claim", "no property of the candidate is claimed")
    t.record(evidence, EVIDENCE)
    t.demand(instance.has_density or "density" not in evidence, "malformed", "the instance has no density")
    if instance.has_density:
        proofs = t.expect(list, evidence["density"])
        t.demand(len(proofs) == len(instance.density), "wrong-shape", "one proof for each piece of the density")
        for (left, right, p), proof in zip(instance.density, proofs):
            check_interval(t, p, left, right, proof)
    stationary = decide_stationary(t, model, evidence)
    def network(value):
        found = read_network(t, value, t.rational)
        t.demand(found.width() == len(model.neurons), "wrong-shape", "a network has not the candidate's width")
        return found
    if "strict_direction" in evidence:
        check_direction(t, model, network(evidence["strict_direction"]))
    if "descent" in evidence:
        t0 = t.rational(t.record(evidence["descent"], ["t0", "curve"])["t0"])
        check_descent(t, instance, t0, t.each(network, evidence["descent"]["curve"]))
    if "second_order" in evidence:
        check_second_order(t, model, stationary, evidence["second_order"])
    if "elimination" in evidence:
        check_elimination(t, model, evidence["elimination"])
    if "step_size" in evidence:
        check_step_size(t, model, evidence["step_size"], network)
    if "better_network" in evidence:
        better = Model(instance, network(evidence["better_network"])).loss
        t.demand(better < model.loss, "not-better", "the loss of the better network is not smaller")
    proved = conclude(t, model, stationary, evidence, claims)
    proved["loss_definition"] = DEFINITION
    proved["mean_squared_error"] = str(model.loss / sum(cell.moments[0] for cell in model.cells))
    for name in filter(claims.__contains__, PROPERTIES + CLAIMS[1:3]):
        is_proved = name in proved and claims[name] == proved[name]
        t.demand(is_proved, "unproved-" + name.replace("_", "-"), f"the evidence does not prove what is claimed: {name}")

def decide_stationary(t, model, evidence):
    lifted = [neuron.v * (1 - model.gamma) for neuron in model.neurons if neuron.degenerate and not neuron.flat]
    rests = model.m0 == 0 and (model.m1 == 0 or not lifted)
    for neuron in model.neurons:
        rests = rests and model.against(model.activation(neuron)) == 0
        rests = rests and (neuron.degenerate or neuron.flat or not any(model.slants(neuron)))
    sign = None
    if "moment" in evidence:
        moment = t.record(evidence["moment"], ["sign", "cells"])
        t.demand(t.expect(str, moment["sign"]) in ("+", "-"), "malformed", "expected + or -")
        sign, proofs = 1 if moment["sign"] == "+" else -1, t.expect(list, moment["cells"])
        t.demand(len(proofs) == len(model.cells), "wrong-shape", "one proof for each cell")
        for cell, proof in zip(model.cells, proofs):
            check_interval(t, [sign * coefficient for coefficient in cell.D], cell.left, cell.right, proof)
    if "moment_at" in evidence:
        q = t.rational(evidence["moment_at"])
        inside = model.instance.start <= q <= model.instance.end
        falls = rests and inside and any(weight * model.moment(q) < 0 for weight in lifted)
        t.demand(falls, "moment-at", "no degenerate neuron lets the loss fall there, or others do")
        return False
    rises = sign is not None and all(sign * weight > 0 for weight in lifted)
    return False if not rests else True if model.loss == 0 or not lifted or rises else None

def conclude(t, model, stationary, evidence, claims):
    """The one claim about each property that is proved, if any. A verdict of None is one that is not proved."""
    neurons, loss, affine = model.neurons, model.loss, model.instance.affine
    strict = True if stationary and "strict_direction" in evidence else None
    if stationary is False or strict or "descent" in evidence:
        minimum = False
    else:
        decoupled = stationary and all(map(model.is_decoupled, neurons))
        minimum = loss == 0 or "second_order" in evidence or "elimination" in evidence or decoupled or None
    saddle = False if minimum else stationary if minimum is False else None
    if saddle is False or (saddle and not strict and "strict_saddle" in claims and is_semidefinite(model)):
        strict = False
    best = True if loss == 0 else False if minimum is False or "better_network" in evidence else None
    spurious = False if best or minimum is False else True if minimum and best is False else None
    escaping = [j for j, neuron in enumerate(neurons)
                if neuron.flat and (loss != 0 if neuron.degenerate else any(model.slants(neuron)))]
    verdicts = {
        "stationary": stationary, "local_minimum": minimum, "saddle": saddle, "strict_saddle": strict,
        "spurious": spurious, "global_minimum": best, "global_minimum_any_width": loss == 0,
        "differentiable": loss == 0 or all(neuron.flat for neuron in neurons if neuron.degenerate),
        "c1": not any(neuron.degenerate for neuron in neurons), "c2": all(map(model.is_smooth, neurons)),
        "avoided_by_gradient_descent": saddle and (is_avoided(model, strict) or None),
        "below_threshold": affine is not None and is_below(model.instance, loss),
    }
    proved = {name: "yes" if known else "no" for name, known in verdicts.items() if known is not None}
    if affine is None:
        proved.update(dict.fromkeys(["avoided_by_gradient_descent", "below_threshold"], "not applicable"))
    if proved.get("avoided_by_gradient_descent") == "yes" and "step_size" in evidence:
        proved["step_size"] = evidence["step_size"]["eta"]
    if stationary is not None:
        proved["escape_neurons"] = [t.Number(str(j)) for j in escaping] if stationary else None
    return {**proved, "neurons": [describe(model, neuron) for neuron in neurons]}

def is_avoided(model, strict):
    """Whether gradient descent avoids a saddle for almost every start; the density is 1."""
    fit = all(not neuron.degenerate and (neuron.is_silent or model.is_smooth(neuron)) for neuron in model.neurons)
    start, end = model.instance.start, model.instance.end
    # With density 1 a kink at an end is not smooth, and so its neuron is silent if all are fit.
    turning = [neuron for neuron in model.neurons
               if neuron.q in (start, end) and neuron.v * model.pe(neuron.q, neuron.q == start) < 0]
    return fit and bool(strict or turning)

def describe(model, neuron):
    """The type of a neuron and its breakpoint."""
    if neuron.degenerate:
        kind = "degenerate"
    elif neuron.w == 0:
        kind = "inactive" if neuron.is_silent else "semi-active"
    elif model.instance.start < neuron.q < model.instance.end:
        kind = "type-2-active"
    elif neuron.is_silent:
        kind = "semi-inactive" if neuron.is_kink else "inactive"
    else:
        kind = "type-1-active"
    return {"type": kind, "breakpoint": None if neuron.q is None else str(neuron.q)}
