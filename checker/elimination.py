"""Elimination of output weights, for check.py: local minima with escape neurons (docs/theory.md, section 7).

`check` accepts a proof that a stationary candidate is a local minimum. Some neurons that are no escape neurons are
projected away; the best output weights of others are put in; what is left on each piece of the critical cones is a
polynomial, and it is proved to be nonnegative near 0. A polynomial is a dict from tuples of exponents to numbers."""
from fractions import Fraction
from second_order import Proof, activations, read_projected, reduced_rows

MAX_EXPONENT, MAX_PRODUCTS = 10_000, 4_000_000  # of a variable; in one multiplication of polynomials

def check(tools, instance, residuals, neurons, evidence):
    """`tools`: what check.py defines. `neurons`: its neurons, with what is proved of each."""
    t, demand, count = tools, tools.demand, len(instance.samples)
    t.record(evidence, "projected complement bounds eliminated weighted spread nodes".split())
    projected = read_projected(t, neurons, evidence)
    groups = [t.record(group, "neurons moves basis cover".split()) for group in t.expect(list, evidence.get("spread", []))]
    members = [t.each(t.index, group["neurons"]) for group in groups]
    loose = [l for group in members for l in group]
    are_quiet = all(l < len(neurons) and neurons[l].is_quiet() for l in loose)
    demand(are_quiet, "projected-escape", "a spread neuron is not proved to be no escape neuron")
    span = [[Fraction(1)] * count] if instance.trained[2] else []
    span += [activations(instance, neurons[l]) for l in projected + loose]
    complement = t.each(t.rationals, evidence["complement"])
    orthogonal = all(len(y) == count and any(y) and not any(t.dot(y, other) for other in span + complement[:place])
                     for place, y in enumerate(complement))
    demand(orthogonal, "not-orthogonal", "a vector of the complement is zero or not orthogonal")
    for e in residuals:
        heights = [t.dot(y, e) / t.dot(y, y) for y in complement]
        inside = [sum(height * y[k] for height, y in zip(heights, complement)) for k in range(count)] == e
        demand(inside, "residual-outside", "a residual is not in the span of the complement")
    bounds = t.expect(list, evidence["bounds"])
    demand(len(bounds) == len(projected), "wrong-shape", "one bound is needed for each projected neuron")
    for l, bound in zip(projected, bounds):
        neurons[l].check_bound(complement, bound)

    kept = [i for i in range(len(neurons)) if i not in projected + loose]
    eliminated = t.each(t.index, evidence["eliminated"])
    weighted = t.each(lambda entry: (t.index(t.record(entry, ["neuron", "basis"])["neuron"]),
                                     t.each(t.rationals, entry["basis"])), evidence["weighted"])
    partition = sorted(eliminated + [i for i, _ in weighted]) == kept
    demand(partition, "neuron-order", "eliminated and weighted neurons are not the kept ones")
    apart = sorted(projected + loose + kept) == list(range(len(neurons)))
    demand(apart, "neuron-order", "a neuron is spread twice, or projected too")
    outputs = instance.outputs
    bases = all(t.rectangle(basis, outputs, outputs) and len(reduced_rows(basis)) == outputs for _, basis in weighted)
    demand(bases, "wrong-shape", "coordinates of an output weight are no basis")
    proof = Proof(t, instance, neurons, kept)
    spread = [read_spread(t, instance, neurons, residuals, complement, *group) for group in zip(groups, members)]
    elimination = Elimination(proof, residuals, complement, eliminated, weighted, spread)
    proof.check(t.expect(list, evidence["nodes"]), elimination.check_leaf)

def coordinates(proof, branch, leaf):
    """Reads u = sum_a l_a(u) r_a + sum_b f_b(u) v_b + sum_z l_z(u) c_z, for all u, of a branch on which every sign is known."""
    t, demand, dimension = proof.t, proof.t.demand, proof.dimension
    proof.ensure_known(branch)
    def pairs(key, first):
        for entry in t.expect(list, leaf[key]):
            demand(len(t.expect(list, entry)) == 2, "malformed", "expected two entries")
            found = first(entry[0]), t.rationals(entry[1])
            demand(len(found[1]) == dimension, "wrong-shape", "a vector has the wrong length")
            yield found
    def functional(value):
        vector = t.rationals(value)
        demand(len(vector) == dimension, "wrong-shape", "a functional has the wrong length")
        return vector
    rays, lines, zeros = [*pairs("rays", t.index)], [*pairs("lines", functional)], [*pairs("zeros", t.index)]
    exist = all(a < len(branch.inequalities) for a, _ in rays) and all(z < len(branch.zeros) for z, _ in zeros)
    demand(exist, "cone-index", "there is no such inequality or zero")
    terms = [(branch.inequalities[a], r) for a, r in rays] + [(branch.zeros[z], c) for z, c in zeros] + lines
    complete = all(sum(l[axis] * vector[other] for l, vector in terms) == (axis == other)
                   for axis in range(dimension) for other in range(dimension))
    demand(complete, "cone-identity", "the coordinates do not give every direction back")
    return rays, lines

def read_spread(t, instance, neurons, residuals, complement, group, members):
    """Accepts moves of some neurons: orthogonal to all residuals, and on each piece of the critical cone what the neurons do
    is, modulo W, a nonnegative combination of them."""
    candidate, outputs, demand = instance.candidate, instance.outputs, t.demand
    moves, basis = t.each(t.rationals, group["moves"]), t.each(t.rationals, group["basis"])
    fits = all(len(m) == len(instance.samples) and not any(t.dot(e, m) for e in residuals) for m in moves)
    demand(fits, "residual-outside", "a move is not orthogonal to the residuals")
    def parallel(x, y):  # x = c y, c > 0
        return t.dot(x, y) > 0 and len(reduced_rows([x, y])) == 1
    w, h = ([weights[l] for l in members] for weights in (candidate.input_weights, candidate.output_weights))
    replicas = members and all(other == w[0] for other in w) and all(parallel(other, h[0]) for other in h)
    demand(replicas, "spread-neurons", "neurons that are spread together are not replicas")
    fits = t.rectangle(basis, outputs - 1, outputs) and len(reduced_rows(basis + h[:1])) == outputs
    demand(fits, "wrong-shape", "coordinates of an output weight are no basis")
    def heights(vector):
        return [t.dot(y, vector) for y in complement]
    known, proof = [heights(m) for m in moves], Proof(t, instance, neurons, members[:1])
    def is_covered(z):
        return not any(z) or any(parallel(z, m) for m in known)
    def check_leaf(branch, leaf):
        rays, lines = coordinates(proof, branch, t.record(leaf, ["rays", "lines", "zeros"]))
        speeds = proof.speeds(branch, members[0])
        moved = [heights([t.dot(z, v) for z in speeds]) for v in [r for _, r in rays] + [v for _, v in lines]]
        moved += [[-height for height in z] for z in moved[len(rays):]]
        demand(all(map(is_covered, moved)), "not-covered", "a spread neuron can do what is no combination of its moves")
    proof.check(t.expect(list, group["cover"]), check_leaf)
    return h[0], moves, basis

class Elimination:
    """`complement`: vectors orthogonal to each other and to what is projected away, with all residuals in their span;
    `eliminated`: S; `weighted`: T, pairs of a neuron and a basis of the space of its output weight; `spread`: triples of an
    output weight h, moves m_r and b_c, which change output j by at most sum_r c_r (h_j + sum_c delta_rc b_cj) m_r, c_r >= 0."""
    def __init__(self, proof, residuals, complement, eliminated, weighted, spread):
        self.proof, self.residuals, self.complement = proof, residuals, complement
        self.eliminated, self.weighted, self.spread = eliminated, weighted, spread
        self.moves = [(h, m, basis) for h, moves, basis in spread for m in moves]

    def check_leaf(self, branch, leaf):
        """Coordinates of the branch, and a proof in them."""
        proof, t = self.proof, self.proof.t
        rays, lines = coordinates(proof, branch, t.record(leaf, ["rays", "lines", "zeros", "proof"]))
        # Along its own input weight a neuron is only rescaled, which a change of its output weight makes up for; its
        # other coordinates are divided by a positive number. So none of them may move another neuron too.
        weights, width = proof.instance.candidate.input_weights, proof.instance.dimension
        moved = [{place // width for place, entry in enumerate(v) if entry} for _, v in rays + lines]
        separate = all(len(neurons) <= 1 for neurons in moved)
        rescalings = [proof.embed(i, weights[i]) for i in proof.moving] if separate else []
        vectors = [r for _, r in rays] + [v for _, v in lines if v not in rescalings]
        form, outputs = self.polynomial(branch, vectors), proof.instance.outputs
        free = [False] * len(rays) + [True] * (len(vectors) - len(rays) + len(self.weighted) * outputs)
        free += [place > 0 for _ in self.moves for place in range(outputs)]
        check_near_zero(t, form, free, t.expect(list, leaf["proof"]))

    def polynomial(self, branch, vectors):
        """sum_j Gram(Phi, ytil_j) - |e|^2 Gram(Phi), Phi the features rho_i + z_i(u_i), i in S, and ytil_j = sum_A h_ij rho_i
        - e_j - sum_T (h_tj + zeta_tj)(rho_t + z_t(u_t)) - sum_r c_r (h_j + sum_c delta_rc b_cj) m_r, inner products in the span
        of the complement: 2 det G times the least loss difference over the eliminated output weights. Variables: the factors
        of the vectors, those of the bases, then c and the delta of each move."""
        proof, t, instance = self.proof, self.proof.t, self.proof.instance
        outputs, weights = instance.outputs, instance.candidate.output_weights
        first_move = len(vectors) + len(self.weighted) * outputs
        count = first_move + len(self.moves) * outputs
        def monomial(place=None):
            return tuple(int(v == place) for v in range(count))
        def heights(vector):
            return [t.dot(y, vector) for y in self.complement]
        def inner(left, right):
            total = {}
            for y, l, r in zip(self.complement, left, right):
                add(total, 1 / t.dot(y, y), times(t, l, r))
            return total
        rho = {i: activations(instance, proof.neurons[i]) for i in proof.moving}
        features = {}
        for i in proof.moving:
            speeds = proof.speeds(branch, i)
            features[i] = [{monomial(): height} if height else {} for height in heights(rho[i])]
            for x, vector in enumerate(vectors):
                for entry, height in zip(features[i], heights([t.dot(z, vector) for z in speeds])):
                    add(entry, height, {monomial(x): Fraction(1)})
        phi = [features[i] for i in self.eliminated]
        gram = [[inner(left, right) for right in phi] for left in phi]
        gram_determinant = determinant(t, gram, monomial())
        t.demand(monomial() in gram_determinant, "dependent-features", "eliminated neurons have dependent features")
        total = {}
        for j, e in enumerate(self.residuals):
            target = [sum(weights[i][j] * rho[i][k] for i in proof.moving) - e[k] for k in range(len(e))]
            ytil = [{monomial(): height} if height else {} for height in heights(target)]
            for place, (i, basis) in enumerate(self.weighted):
                factor = {monomial(): weights[i][j]} if weights[i][j] else {}
                for c, vector in enumerate(basis):
                    add(factor, vector[j], {monomial(len(vectors) + place * outputs + c): Fraction(1)})
                for y, entry in zip(ytil, features[i]):
                    add(y, -1, times(t, factor, entry))
            for place, (h, m, basis) in enumerate(self.moves):
                factor, c = {monomial(): h[j]} if h[j] else {}, first_move + place * outputs
                for delta, vector in enumerate(basis):
                    add(factor, vector[j], {monomial(c + 1 + delta): Fraction(1)})
                for y, height in zip(ytil, heights(m)):
                    add(y, -height, times(t, factor, {monomial(c): Fraction(1)}))
            last = [inner(column, ytil) for column in phi]
            bordered = [row + [entry] for row, entry in zip(gram, last)] + [last + [inner(ytil, ytil)]]
            add(total, 1, determinant(t, bordered, monomial()))
        add(total, -sum(t.dot(e, e) for e in self.residuals), gram_determinant)
        return total

# ---- Polynomials
def add(total, factor, other):
    for exponents, value in other.items():
        value = total.pop(exponents, 0) + factor * value
        if value:
            total[exponents] = value
def times(t, left, right):
    t.demand(len(left) * len(right) <= MAX_PRODUCTS, "polynomial-size", "a polynomial gets too large")
    total = {}
    for a, l in left.items():
        for b, r in right.items():
            exponents = tuple(x + y for x, y in zip(a, b))
            t.demand(max(exponents, default=0) <= MAX_EXPONENT, "polynomial-size", "a polynomial gets too large")
            add(total, 1, {exponents: l * r})
    return total
def determinant(t, rows, one):  # by expansion along the first row
    if not rows:
        return {one: Fraction(1)}
    total = {}
    for column, entry in enumerate(rows[0]):
        if entry:
            minor = determinant(t, [row[:column] + row[column + 1:] for row in rows[1:]], one)
            add(total, (-1) ** column, times(t, entry, minor))
    return total
def parts(form, variable):  # the coefficients of the powers of a variable
    found = [{} for _ in range(max((exponents[variable] + 1 for exponents in form), default=0))]
    for exponents, value in form.items():
        found[exponents[variable]][exponents[:variable] + (0,) + exponents[variable + 1:]] = value
    return found
def substitute(t, form, variable, by):
    total = {}
    for part in reversed(parts(form, variable)):
        total = times(t, total, by)
        add(total, 1, part)
    return total
def divided(form, content):  # by a monomial; None if it does not divide
    found = {tuple(e - c for e, c in zip(exponents, content)): value for exponents, value in form.items()}
    return found if all(min(exponents, default=0) >= 0 for exponents in found) else None
def read_exponents(t, value, count):
    exponents = tuple(t.each(t.index, value))
    t.demand(len(exponents) == count, "wrong-shape", "a monomial has too many or too few exponents")
    t.demand(max(exponents, default=0) <= MAX_EXPONENT, "polynomial-size", "an exponent is too large")
    return exponents
def read_entries(t, value, count):
    for entry in t.expect(list, value):
        t.demand(len(t.expect(list, entry)) == count, "malformed", f"expected {count} entries")
        yield entry
def read_polynomial(t, value, count):
    total = {}
    for exponents, factor in read_entries(t, value, 2):
        add(total, 1, {read_exponents(t, exponents, count): t.rational(factor)})
    return total
def is_even(free, exponents):  # in every free variable
    return all(power % 2 == 0 for power, is_free in zip(exponents, free) if is_free)

def check_near_zero(t, form, free, nodes):
    """Accepts a proof that a polynomial is nonnegative near 0, where the variables that are not free are nonnegative:
    nodes in depth-first order. A term is good if its coefficient is positive and its monomial even, otherwise bad."""
    demand, count, waiting = t.demand, len(free), [(form, free)]
    one, kind = (0,) * count, "there is no such variable, or it is not of the kind it has to be"
    def plus(by, sign, place):
        total = dict(by)
        add(total, sign, {tuple(int(v == place) for v in range(count)): Fraction(1)})
        return total
    for node in nodes:
        demand(waiting, "tree-trailing", "nodes follow after the proof is complete")
        (form, free), keys = waiting.pop(), node if isinstance(node, t.Record) else ()
        def variable(key, expected):
            place = t.index(node[key])
            demand(place < count and expected in (None, free[place]), "polynomial-node", kind)
            return place
        def polynomial(key, place, fits):
            demand(not any(exponents[place] for exponents in by) and one not in by and fits, "polynomial-node", key)
        if "eliminate" in keys:
            t.record(node, ["eliminate", "content"])
            place, content = variable("eliminate", None), read_exponents(t, node["content"], count)
            waiting.append((eliminate(t, form, free, place, content), free))
        elif "content" in keys:
            content = read_exponents(t, t.record(node, ["content"])["content"], count)
            quotient = divided(form, content)
            demand(quotient is not None and is_even(free, content), "polynomial-node", "the monomial does not divide")
            waiting.append((quotient, free))
        elif "signs" in keys:
            place = variable("signs", True)
            t.record(node, ["signs"])
            now = free[:place] + [False] + free[place + 1:]
            waiting += [(substitute(t, form, place, plus({}, -1, place)), now), (form, now)]
        elif "shift" in keys:
            by = read_polynomial(t, t.record(node, ["shift", "by"])["by"], count)
            place = variable("shift", True)
            polynomial("a shift contains its variable, or is not zero at 0", place, True)
            waiting.append((substitute(t, form, place, plus(by, 1, place)), free))
        elif "factor" in keys:  # f = U p^2 g
            t.record(node, ["factor", "root", "rest"])
            unit, root, rest = (read_polynomial(t, node[key], count) for key in ("factor", "root", "rest"))
            product = times(t, times(t, times(t, root, root), unit), rest)
            fits = unit.get(one, 0) > 0 and product == form
            demand(fits, "polynomial-node", "a factor is not positive at 0, or the product is another polynomial")
            waiting.append((rest, free))
        elif "power" in keys:
            place, exponent = variable("power", False), t.index(t.record(node, ["power", "exponent"])["exponent"])
            demand(exponent > 0, "polynomial-node", "a power has the exponent 0")
            form = {e[:place] + (e[place] * exponent,) + e[place + 1:]: value for e, value in form.items()}
            small = all(e[place] <= MAX_EXPONENT for e in form)
            demand(small, "polynomial-size", "a polynomial gets too large")
            waiting.append((form, free))
        elif "bend" in keys:
            by = read_polynomial(t, t.record(node, ["bend", "at"])["at"], count)
            place = variable("bend", False)
            nonnegative = all(value > 0 and is_even(free, exponents) for exponents, value in by.items())
            polynomial("a bend contains its variable, or has a bad term or a constant", place, nonnegative)
            waiting += [(substitute(t, form, place, plus(by, sign, place)), free) for sign in (-1, 1)]
        elif "ray" in keys:  # x >= c y, then x <= c y
            ratio = t.rational(t.record(node, ["ray", "other", "ratio"])["ratio"])
            x, y = variable("ray", False), variable("other", False)
            demand(x != y and ratio > 0, "polynomial-node", "a ray needs two variables and a positive ratio")
            for place, other, factor in ((y, x, 1 / ratio), (x, y, ratio)):
                along = {tuple(int(v == other) for v in range(count)): factor}
                waiting.append((substitute(t, form, place, plus(along, 1, place)), free))
        else:
            check_local_leaf(t, form, free, t.record(node, ["squares", "absorptions"]))
    demand(not waiting, "tree-incomplete", "the proof ends before all its branches do")

def eliminate(t, form, free, place, content):
    """f = m (A x^2 + B x) + C, m even, A(0) > 0, B(0) = 0: near 0, f is nonnegative if 4 A C - m B^2 is, because
    4 A f = m (2 A x + B)^2 + 4 A C - m B^2."""
    constant, linear, square, *more = parts(form, place) + [{}] * 3
    even = is_even(free, content) and not content[place] and not any(more)
    linear, square, one = divided(linear, content), divided(square, content), (0,) * len(free)
    fits = even and linear is not None and square is not None and square.get(one, 0) > 0 and one not in linear
    t.demand(fits, "polynomial-node", "the variable cannot be eliminated")
    left = {}
    add(left, 4, times(t, square, constant))
    add(left, -1, times(t, {content: Fraction(1)}, times(t, linear, linear)))
    return left

def check_local_leaf(t, form, free, leaf):
    """Accepts a polynomial of which, after subtraction of squares c m p^2 (c >= 0, m even), each bad term x^b is absorbed:
    b = sum lambda_a a + gamma over good a, lambda >= 0, sum lambda = 1, gamma >= 0 and not 0, so that near 0
    |x^b| <= |x|^gamma sum lambda_a |x|^a is as small a part of the good terms as needed."""
    demand, count, form = t.demand, len(free), dict(form)
    for factor, monomial, base in read_entries(t, leaf["squares"], 3):
        factor, monomial = t.rational(factor), read_exponents(t, monomial, count)
        base = read_polynomial(t, base, count)
        is_square = factor >= 0 and is_even(free, monomial)
        demand(is_square, "polynomial-leaf", "a square has a negative factor or a monomial that is not even")
        add(form, -factor, times(t, {monomial: Fraction(1)}, times(t, base, base)))
    def is_good(exponents):
        return form.get(exponents, 0) > 0 and is_even(free, exponents)
    bad = sorted(exponents for exponents in form if not is_good(exponents))
    absorptions = t.expect(list, leaf["absorptions"])
    demand(len(absorptions) == len(bad), "polynomial-leaf", "one absorption is needed for each bad term")
    for b, absorption in zip(bad, absorptions):
        holds, total, gamma = True, 0, list(b)
        for a, factor in read_entries(t, absorption, 2):
            a, factor = read_exponents(t, a, count), t.rational(factor)
            holds, total = holds and factor >= 0 and is_good(a), total + factor
            gamma = [entry - factor * power for entry, power in zip(gamma, a)]
        holds = holds and total == 1 and all(entry >= 0 for entry in gamma) and any(gamma)
        demand(holds, "polynomial-leaf", "a bad term is not absorbed")
