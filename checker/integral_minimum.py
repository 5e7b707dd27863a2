"""Curves of descent and local minima, for integral.py (docs/certificate-integral.md, docs/theory-integral.md).

A polynomial in several variables is a dict from tuples of exponents to coefficients, as in polynomial.py; a polynomial
in x whose coefficients are such polynomials is a list of them in rising powers. `t` is what check.py defines."""
from fractions import Fraction
from itertools import product
from math import factorial
from polynomial import add, check_near_zero, determinant, times

# ---- Integrals between breakpoints that move
def lifted(count, terms):  # sum of c times the polynomial, for terms (c, dict)
    total = {}
    for factor, form in terms:
        add(total, Fraction(factor), form)
    return total
def constant(count, value):
    return {(0,) * count: Fraction(value)} if value else {}
def variable(count, place):
    return {tuple(int(v == place) for v in range(count)): Fraction(1)}
def multiplied(t, g, h):  # polynomials in x
    total = [{} for _ in range(len(g) + len(h))]
    for (i, a), (j, b) in product(enumerate(g), enumerate(h)):
        add(total[i + j], 1, times(t, a, b))
    return total
def integral(t, g, left, right):
    """The integral over x from left to right, two polynomials."""
    total = {}
    for end, sign in ((right, 1), (left, -1)):
        power = end
        for k, coefficient in enumerate(g):
            add(total, Fraction(sign, k + 1), times(t, coefficient, power))
            power = times(t, power, end)
    return total

class Strips:
    """What lies between neighbouring marks: pairs of a place and a neuron, or None for a breakpoint of the data. Those
    before T0 and after T1 are passed over. `sides[s][j]`: whether strip s is right of the breakpoint of neuron j."""
    def __init__(self, t, instance, count, marks):
        self.t, self.places, self.densities, self.targets, self.sides = t, [], [], [], []
        data, passed = -1, set()
        for (place, neuron), (following, _) in zip(marks, marks[1:]):
            if neuron is None:
                data += 1
            else:
                passed.add(neuron)
            if 0 <= data < len(instance.data) - 1:
                p, f = instance.pieces_at(instance.data[data])
                self.places.append((place, following))
                self.densities.append([constant(count, c) for c in p])
                self.targets.append([constant(count, c) for c in f])
                self.sides.append(frozenset(passed))
    def inner(self, left, right):  # int p g h, for lists of one polynomial in x for each strip
        total = {}
        for p, ends, g, h in zip(self.densities, self.places, left, right):
            add(total, 1, integral(self.t, multiplied(self.t, p, multiplied(self.t, g, h)), *ends))
        return total

# ---- Descent
def lead(terms):  # a list from its first entry that is not 0
    return next((terms[place:] for place, term in enumerate(terms) if term), [])
def keeps_sign(terms, t0):
    terms = lead(terms)
    return sum(abs(c) * t0 ** j for j, c in enumerate(terms) if j) <= abs(terms[0]) if terms else True
def subtract(g, h):
    length = max(len(g), len(h))
    return [a - b for a, b in zip(g + [0] * (length - len(g)), h + [0] * (length - len(h)))]
def in_t(terms):
    return {(power,): Fraction(c) for power, c in enumerate(terms) if c}

def check_descent(t, instance, t0, changes):
    """Accepts a curve P + t D_1 + t^2 D_2 + ... along which L is smaller than at P for 0 < t <= t0."""
    t.demand(t0 > 0, "curve-t0", "t0 is not positive")
    points, paths, crossings = [instance.candidate, *changes], [], [([x], None) for x in instance.data]
    for j in range(instance.candidate.width()):
        w, b, v = ([point[part][j] for point in points] for part in range(3))
        ends = [[x * c + d for c, d in zip(w, b)] for x in (instance.start, instance.end)]
        signs = {c > 0 for c, *_ in filter(None, map(lead, ends))}
        if len(signs) < 2 and all(keeps_sign(end, t0) for end in ends):
            slope = Fraction(1) if True in signs else instance.gamma
            paths.append((w, b, v, (slope, slope)))  # left and right of its breakpoint
        else:
            a = next((power for power, c in enumerate(w) if c), 0)
            single = sum(map(bool, w)) == 1 and not any(b[:a])
            t.demand(single, "curve-breakpoint", "a breakpoint on the curve is no polynomial in t")
            crossings.append(([-c / w[a] for c in b[a:]], j))
            paths.append((w, b, v, (instance.gamma, Fraction(1)) if w[a] > 0 else (Fraction(1), instance.gamma)))
    for place, (q, _) in enumerate(crossings):
        for other, _ in crossings[:place]:
            t.demand(keeps_sign(subtract(q, other), t0), "curve-crosses", "a breakpoint can meet another before t0")
    pad = max(len(q) for q, _ in crossings)
    crossings.sort(key=lambda crossing: crossing[0] + [0] * (pad - len(crossing[0])))
    strips = Strips(t, instance, 1, [(in_t(q), j) for q, j in crossings])
    residuals = []
    for right_of, f in zip(strips.sides, strips.targets):
        residual = [in_t([point.c for point in points]), {}] + [{} for _ in f]
        for power, c in enumerate(f):
            add(residual[power], -1, c)
        for j, (w, b, v, slopes) in enumerate(paths):
            for power, c in enumerate((b, w)):
                add(residual[power], slopes[j in right_of], times(t, in_t(v), in_t(c)))
        residuals.append(residual)
    loss = strips.inner(residuals, residuals)
    terms = lead([loss.get((power,), 0) for power in range(1, 1 + max((power for power, in loss), default=0))])
    falls = terms and sum(max(c, 0) * t0 ** j for j, c in enumerate(terms) if j) < -terms[0]
    t.demand(falls, "curve-not-descending", "the loss is not proved to fall")

# ---- Second order
def definite(matrix, strict):
    """Whether a quadratic form is positive definite, or semidefinite if not `strict`."""
    matrix = [list(row) for row in matrix]
    while matrix:
        pivot, *row = matrix[0]
        if pivot < 0 or (pivot == 0 and (strict or any(row))):
            return False
        matrix = minimised(matrix)
    return True
def minimised(matrix):  # over the first variable; its row is 0 if its pivot is
    pivot, rest = matrix[0][0], [row[1:] for row in matrix[1:]]
    if pivot == 0:
        return rest
    return [[entry - row[0] * above / pivot for entry, above in zip(left, matrix[0][1:])]
            for row, left in zip(matrix[1:], rest)]

def is_visible(model, neuron, right):
    """Whether anything is seen of a neuron where p is not 0, when its breakpoint moves a little to one side."""
    if neuron.eps > 0:
        reached = [c for c in model.cells if c.left >= neuron.q or (not right and c.right == neuron.q)]
    else:
        reached = [c for c in model.cells if c.right <= neuron.q or (right and c.left == neuron.q)]
    return model.gamma != 0 or any(map(any, (c.p for c in reached)))

def check_second_order(t, model, stationary, evidence):
    """Accepts a local minimum: a form in the shifts s_j, for each choice of sides, is positive definite."""
    cells, neurons = t.expect(list, t.record(evidence, ["cells"])["cells"]), model.neurons
    fit = stationary and all(not neuron.degenerate and (not neuron.flat or model.is_decoupled(neuron)) for neuron in neurons)
    t.demand(fit, "second-order-unfit", "not stationary, a degenerate neuron, or a flat one that lets the loss fall")
    kinks = [(j, neuron) for j, neuron in enumerate(neurons) if neuron.is_kink]
    features = [[[1]] * len(model.cells)]
    if any(neuron.is_affine for neuron in neurons):
        features.append([[0, 1]] * len(model.cells))
    features += [model.activation(neuron) for _, neuron in kinks if not neuron.flat]
    dependable = len(features)
    features += [model.activation(neuron) for _, neuron in kinks if neuron.flat]
    moving, tangents = {}, []
    for j, neuron in kinks:
        factor = (1 - model.gamma) * neuron.kappa
        mu = [factor * model.pe(neuron.q, right) if is_visible(model, neuron, right) else None for right in (True, False)]
        if not neuron.flat:
            moving[j] = mu
            tangents.append(model.on_side(neuron, [-neuron.kappa * neuron.eps]))
    form = [[model.inner(g, h) for h in features + tangents] for g in features + tangents]
    for place in range(len(features)):
        t.demand(form[0][0] or place < dependable, "dependent-features", "the feature of a flat neuron depends on others")
        form = minimised(form)
    split = [j for j in moving if moving[j][0] != moving[j][1]]
    t.demand(len(cells) == 2 ** len(split), "second-order-cell", "not one cell for each choice of sides")
    for entries, sides in zip(cells, product((0, 1), repeat=len(split))):
        side = dict(zip(split, sides))
        here = {j: mu[side.get(j, 0)] for j, mu in moving.items()}
        left, place, pairs = [row[:] for row in form], {j: place for place, j in enumerate(moving)}, set()
        for j, mu in here.items():
            left[place[j]][place[j]] += mu or 0
        for entry in t.expect(list, entries):
            t.demand(len(t.expect(list, entry)) == 3, "malformed", "expected three entries")
            i, k, n = t.index(entry[0]), t.index(entry[1]), t.rational(entry[2])
            fits = i < k and n > 0 and (i, k) not in pairs and all(j in side and here[j] is not None for j in (i, k))
            t.demand(fits, "second-order-cell", "an entry names no two split neurons, or is not positive")
            pairs.add((i, k))
            for a, b in ((i, k), (k, i)):
                left[place[a]][place[b]] -= n if side[i] == side[k] else -n
        kept = [place[j] for j, mu in here.items() if mu is not None]
        positive = definite([[left[a][b] for b in kept] for a in kept], strict=True)
        t.demand(positive, "not-positive", "a form is not proved to be positive definite")

# ---- Elimination
def check_elimination(t, model, evidence):
    """Accepts a local minimum: Gram(Phi, y) - L Gram(Phi) is nonnegative near 0 for each order of the breakpoints."""
    neurons, data = model.neurons, model.instance.data
    t.record(evidence, ["basis", "cells"])
    t.demand(not any(neuron.degenerate for neuron in neurons), "elimination-unfit", "a neuron is degenerate")
    kinks = [j for j, neuron in enumerate(neurons) if neuron.is_kink]
    basis = t.each(t.index, evidence["basis"])
    fits = all(i < k for i, k in zip(basis, basis[1:])) and all(j in kinks for j in basis)
    t.demand(fits, "neuron-order", "the basis does not rise, or names no kink neuron")
    places = sorted({neurons[j].q for j in kinks})
    groups = [[j for j in kinks if neurons[j].q == q] + [None] * (q in data) for q in places]
    expected, seen = 1, []
    for group in groups:
        expected *= factorial(len(group))
    for cell in t.expect(list, evidence["cells"]):
        orders = t.each(lambda order: t.each(lambda j: None if j is None else t.index(j), order),
                        t.record(cell, ["order", "proof"])["order"])
        counted = [{j: order.count(j) for j in order} for order in orders]
        fits = counted == [dict.fromkeys(group, 1) for group in groups] and orders not in seen
        t.demand(fits, "cell-order", "a cell has no order of the groups, or that of another cell")
        seen.append(orders)
        nodes = t.expect(list, cell["proof"])
        check_near_zero(t, *polynomial(t, model, basis, dict(zip(places, orders))), nodes)
    t.demand(len(seen) == expected, "cell-order", "not all orders of the groups are there")

def polynomial(t, model, basis, orders):
    """Gram(Phi, y) - L Gram(Phi) for breakpoints in this order, and which of its variables are free."""
    neurons, data = model.neurons, model.instance.data
    weighted = [j for order in orders.values() for j in order if j is not None and j not in basis]
    free = []
    for q, order in orders.items():
        free += [True] * (q not in data) + [False] * (len(order) - 1)
    shifts, count = len(free), len(free) + len(weighted)
    free += [True] * len(weighted)
    marks, unused = [], iter(range(shifts))
    for q in sorted({*data, *orders}):
        order, shift = orders.get(q, [None]), {}
        if q not in data:
            shift = variable(count, next(unused))
        steps = [{}] + [variable(count, next(unused)) for _ in order[1:]]
        for step in steps[:order.index(None) + 1] if q in data else []:
            add(shift, -1, step)
        for j, step in zip(order, steps):
            shift = lifted(count, [(1, shift), (1, step)])
            marks.append((lifted(count, [(1, shift), (q, constant(count, 1))]), j))
    strips, place_of = Strips(t, model.instance, count, marks), {j: place for place, j in marks}
    def profile(j):  # r_j = rho(eps (x - q - s))
        found = []
        for right_of in strips.sides:
            slope = neurons[j].eps * (1 if (neurons[j].eps > 0) == (j in right_of) else model.gamma)
            found.append([lifted(count, [(-slope, place_of[j])]), constant(count, slope)])
        return found
    features = [[[constant(count, 1)]] * len(strips.sides)]
    if any(neuron.is_affine for neuron in neurons):
        features.append([[{}, constant(count, 1)]] * len(strips.sides))
    features += map(profile, basis)
    y = [[dict(c) for c in f + [{}, {}]] for f in strips.targets]
    for number, j in enumerate(sorted(weighted)):
        factor = lifted(count, [(neurons[j].kappa, constant(count, 1)), (1, variable(count, shifts + number))])
        for part, own in zip(y, profile(j)):
            for power, c in enumerate(own):
                add(part[power], -1, times(t, factor, c))
    one, everything = (0,) * count, features + [y]
    matrix = [[strips.inner(g, h) for h in everything] for g in everything]
    gram = determinant(t, [row[:-1] for row in matrix[:-1]], one)
    t.demand(one in gram, "dependent-features", "the features of the basis are dependent")
    total = {}
    add(total, 1, determinant(t, matrix, one))
    add(total, -model.loss, gram)
    return total, free
