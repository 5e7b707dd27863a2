"""The second order on the critical cones, for check.py: local minima with escape neurons (docs/theory.md, section 7).

`check` accepts a proof that a stationary candidate is a local minimum. Some neurons that are no escape neurons are
projected away; of the kept ones, those that move are followed on the cones where g_i is zero, cut into pieces by the
nodes of a tree; on each piece a quadratic form is written as a sum of terms that are nonnegative there."""
from fractions import Fraction
from itertools import product

def check(tools, instance, residuals, neurons, reach, evidence):
    """`tools`: what check.py defines. `neurons`: its neurons, with what is proved of each; `reach`: a Reach of radius.py, or
    None if no radius is claimed."""
    t, demand = tools, tools.demand
    t.record(evidence, "projected tangents complement duals bounds nodes".split())
    projected, quiet = read_projected(t, neurons, evidence), [neuron.is_quiet() for neuron in neurons]
    features = Features(t, instance, neurons, projected, evidence)

    # On the critical cones of the projected neurons nothing moves along the complement and the duals.
    bounds = t.expect(list, evidence["bounds"])
    demand(len(bounds) == len(projected), "wrong-shape", "one bound is needed for each projected neuron")
    for l, bound in zip(projected, bounds):
        neurons[l].check_bound(features.complement + [tau for _, tau in features.duals], bound)

    kept = [i for i in range(len(neurons)) if i not in projected]
    resting = [i for i in kept if quiet[i] and not any(instance.candidate.output_weights[i])]
    has_dual = {i for i, _ in features.duals}
    # A neuron without output weight may move freely only if all features are independent.
    enough = all(i in has_dual or (quiet[i] and not resting) for i in kept)
    demand(enough, "no-dual", "a feature is not proved to be independent of the others")
    moving = [i for i in kept if i not in resting]
    proof = Proof(t, instance, neurons, moving)
    form = Form(proof, residuals, features, len(kept) == 1)
    proof.check(t.expect(list, evidence["nodes"]), form.check_leaf)
    if reach:
        reach.check_second_order(features, quiet, kept, moving, min(form.margins))

def read_projected(t, neurons, evidence):
    """The projected neurons: no escape neurons, in rising order."""
    projected = t.each(t.index, evidence["projected"])
    t.demand(projected == sorted({*projected}), "neuron-order", "projected neurons are not in rising order")
    are_quiet = all(l < len(neurons) and neurons[l].is_quiet() for l in projected)
    t.demand(are_quiet, "projected-escape", "a projected neuron is not proved to be no escape neuron")
    return projected

def activations(instance, neuron):  # rho(w_i.x_k)
    return [instance.slope(z) * z for z in neuron.z]

def speeds(t, instance, neuron, u):  # rho'(w_i.x_k; u.x_k)
    along = [s * t.dot(p, u) for p, s in instance.samples]
    return [instance.slope(z or a) * a for z, a in zip(neuron.z, along)]

class Features:
    """`span`: what spans W, the span of all that is projected away; `complement`: vectors orthogonal to W and to all
    features; `duals`: pairs (i, tau_i) with tau_i.rho_i = 1, tau_i orthogonal to W and to the other features."""
    def __init__(self, t, instance, neurons, projected, evidence):
        demand, count = t.demand, len(instance.samples)
        self.span = [[Fraction(1)] * count] if instance.trained[2] else []
        self.span += [activations(instance, neurons[l]) for l in projected]
        features = [(None, w) for w in self.span]
        features += [(i, activations(instance, n)) for i, n in enumerate(neurons) if i not in projected]
        for tangent in t.expect(list, evidence["tangents"]):
            l, k = t.index(t.record(tangent, ["neuron", "direction"])["neuron"]), t.rationals(tangent["direction"])
            demand(len(k) == instance.dimension, "wrong-shape", "a direction has the wrong length")
            is_critical = l in projected and neurons[l].g.value(k) == 0
            demand(is_critical, "tangent-not-critical", "not a direction with g = 0 of a projected neuron")
            self.span.append(speeds(t, instance, neurons[l], k))
        def is_orthogonal(y, own=None):  # 1 with its own feature, if it has one, and 0 with all others
            return len(y) == count and all(
                t.dot(y, rho) == (own is not None and i == own) for i, rho in features)
        self.complement = t.each(t.rationals, evidence["complement"])
        is_complement = all(is_orthogonal(y) and any(y) for y in self.complement)
        demand(is_complement, "not-orthogonal", "a vector of the complement is zero or not orthogonal")
        self.duals = t.each(lambda dual: (t.index(t.record(dual, ["neuron", "vector"])["neuron"]),
                                          t.rationals(dual["vector"])), evidence["duals"])
        rising = all(left[0] < right[0] for left, right in zip(self.duals, self.duals[1:]))
        demand(rising, "neuron-order", "dual vectors are not in the order of their neurons")
        are_dual = all(i < len(neurons) and i not in projected and is_orthogonal(tau, i) for i, tau in self.duals)
        demand(are_dual, "not-orthogonal", "a dual vector is not 1 with its own feature and 0 with the others")

class Branch:
    """What is known of the directions u of all moving neurons, one after the other in one vector: functionals that are
    nonnegative, functionals that are zero, and the sign (1, -1, 0) of each boundary line (neuron, p) as far as known."""
    def __init__(self, inequalities=(), zeros=(), signs=()):
        self.inequalities, self.zeros, self.signs = list(inequalities), list(zeros), dict(signs)
    def copy(self):
        return Branch(self.inequalities, self.zeros, self.signs)

class Proof:
    """The pieces of the critical cones of some neurons, one below the other."""
    def __init__(self, t, instance, neurons, moving):
        self.t, self.instance, self.neurons, self.moving = t, instance, neurons, moving
        self.dimension = len(moving) * instance.dimension
        # The boundary lines of each moving neuron in rising order.
        self.lines = {i: sorted({p for z, (p, s) in zip(neurons[i].z, instance.samples) if z == 0 and s})
                      for i in moving}

    def embed(self, i, functional):  # a functional of u_i as one of all directions
        before = self.moving.index(i) * self.instance.dimension
        return [0] * before + list(functional) + [0] * (self.dimension - before - self.instance.dimension)

    def combine(self, entries, vectors):  # sum_a value_a vectors_a
        self.t.demand(all(a < len(vectors) for a, _ in entries), "cone-index", "there is no such inequality or zero")
        return [sum(value * vectors[a][c] for a, value in entries) for c in range(self.dimension)]

    def check(self, nodes, check_leaf):  # what is no node of the pieces is a leaf
        t, demand = self.t, self.t.demand
        waiting = [Branch()]
        for node in nodes:
            demand(waiting, "tree-trailing", "nodes follow after the proof is complete")
            branch, keys = waiting.pop(), node if isinstance(node, t.Record) else ()
            if "line" in keys:
                line = self.line(t.record(node, ["line", "neuron"]), "line")
                demand(line not in branch.signs, "cone-line", "the sign of the line is known")
                waiting += [self.noted(branch, line, -1), self.noted(branch, line, 1)]
            elif "ratio" in keys:
                pair = t.each(t.index, t.record(node, ["ratio", "factors"])["ratio"])
                factors = t.rationals(node["factors"])
                demand(len(pair) == len(factors) == 2, "wrong-shape", "a ratio has two inequalities and two factors")
                functional = self.combine([(pair[0], factors[0]), (pair[1], -factors[1])], branch.inequalities)
                other = branch.copy()
                branch.inequalities.append(functional)
                other.inequalities.append([-entry for entry in functional])
                waiting += [other, branch]
            elif "implied" in keys:
                waiting.append(self.implied(branch, node))
            elif "tight" in keys:
                waiting.append(self.tight(branch, node))
            else:
                check_leaf(branch, node)
        demand(not waiting, "tree-incomplete", "the proof ends before all its branches do")

    def neuron(self, node):
        i = self.t.index(node["neuron"])
        self.t.demand(i in self.moving, "cone-line", f"neuron {i} does not move")
        return i
    def line(self, node, key):
        i, place = self.neuron(node), self.t.index(node[key])
        self.t.demand(place < len(self.lines[i]), "cone-line", "the neuron has no such boundary line")
        return i, self.lines[i][place]

    def noted(self, branch, line, sign):  # the branch on which p.u has a sign
        branch = branch.copy()
        functional = self.embed(*line)
        if sign:
            branch.inequalities.append([sign * entry for entry in functional])
        else:
            branch.zeros.append(functional)
        branch.signs[line] = sign
        return branch

    def implied(self, branch, node):
        """A sign that follows: p (+), -p (-), or for zero the opposite of what is known to be nonnegative (p, if nothing
        is) is sum_a nu_a l_a + sum_z xi_z l_z with nu >= 0."""
        t, demand = self.t, self.t.demand
        line = self.line(t.record(node, ["implied", "neuron", "sign", "nu", "xi"]), "implied")
        known, text = branch.signs.get(line), t.expect(str, node["sign"])
        demand(text in ("+", "-", "0"), "malformed", "expected +, - or 0")
        sign = {"+": 1, "-": -1, "0": 0}[text]
        demand(known is None or (known and not sign), "cone-line", "the sign of the line is known")
        nu, xi = self.sparse(node["nu"]), self.sparse(node["xi"])
        zeros, inequalities = self.combine(xi, branch.zeros), self.combine(nu, branch.inequalities)
        in_range = all(value >= 0 for _, value in nu) and (not nu or sign or known)
        demand(in_range, "multiplier-range", "a multiplier is outside its range")
        side = sign or -(known or -1)
        target = [side * entry for entry in self.embed(*line)]
        demand([a + b for a, b in zip(zeros, inequalities)] == target, "multiplier-identity", "not the line")
        return self.noted(branch, line, sign)
    def sparse(self, value):  # [[index, number], ...]
        return self.t.each(self.pair, value)
    def pair(self, entry):
        self.t.demand(len(self.t.expect(list, entry)) == 2, "malformed", "expected an index and a number")
        return self.t.index(entry[0]), self.t.rational(entry[1])

    def tight(self, branch, node):
        """With a + sum_signed kappa_l sigma_l p_l = sum_open lambda_l kappa_l p_l + sum_signed mu_l sigma_l p_l + sum_zero
        mu_l p_l, g(u) = sum_open kappa_l (|p_l.u| + lambda_l p_l.u) + sum_signed mu_l sigma_l p_l.u, and where g is zero
        each term is: where |lambda| < 1 or mu > 0 p.u is zero, where |lambda| = 1 it has the sign of -lambda."""
        t, demand = self.t, self.t.demand
        multipliers = t.rationals(t.record(node, ["tight", "neuron"])["tight"])
        i = self.neuron(node)
        g, weights = self.neurons[i].g, dict(self.neurons[i].g.kinks)
        demand(len(multipliers) == len(self.lines[i]), "multiplier-count", "a multiplier is needed for each line")
        in_range, terms, found = True, [], []
        for p, value in zip(self.lines[i], multipliers):
            sign, kappa = branch.signs.get((i, p)), weights.get(p, 0)
            if sign is None:
                in_range = in_range and kappa >= 0 and abs(value) <= (kappa > 0)
                terms.append((value * kappa, p))
                if kappa > 0:
                    found.append((p, 0 if abs(value) < 1 else -1 if value > 0 else 1))
            elif sign == 0:
                terms.append((value, p))
            else:
                in_range = in_range and value >= 0
                terms.append(((value - kappa) * sign, p))
                if value > 0:
                    found.append((p, 0))
        demand(in_range, "multiplier-range", "a multiplier is outside its range")
        identity = [sum(factor * p[c] for factor, p in terms) for c in range(self.instance.dimension)] == g.linear
        demand(identity, "multiplier-identity", "the multipliers do not give the derivative")
        for p, sign in found:
            branch = self.noted(branch, (i, p), sign)
        return branch

    def speeds(self, branch, i):
        """z_k of neuron i where all signs are known: for each sample a functional of all directions."""
        found = []
        for z, (p, s) in zip(self.neurons[i].z, self.instance.samples):
            side = z or (branch.signs[i, p] * s if s else 0)
            slope = self.instance.slope(side) if side else 0
            found.append(self.embed(i, [slope * s * entry for entry in p]))
        return found

    def ensure_known(self, branch):
        known = all((i, p) in branch.signs for i in self.moving for p in self.lines[i])
        self.t.demand(known, "cone-open", "the sign of a boundary line is not known")

class Form:
    """The quadratic form on a product of pieces. It may be zero if one neuron is kept (Theorem 7)."""
    def __init__(self, proof, residuals, features, may_vanish):
        self.proof, self.residuals, self.features, self.may_vanish, self.margins = proof, residuals, features, may_vanish, []

    def check_leaf(self, branch, node):
        """Q(u) - margin M(u) = sum c l_a(u) l_b(u) + sum c (v.u)^2 + sum_z l_z(u) (c_z.u) with c >= 0, where
        Q = sum_j ( p_j.r_j - |r_j|^2 / 2 ) is what the best output weights leave,
        p_j = sum_i h_ij z_i,  r_j = sum_y (y.p_j / |y|^2) y - sum_i d_ij tau_i  (i no quiet neuron),
        and M = sum_i |N_i|^2, N_i what z_i is modulo W and rho_i."""
        proof, t, demand, instance = self.proof, self.proof.t, self.proof.t.demand, self.proof.instance
        margin = t.rational(t.record(node, ["margin", "products", "squares", "zeros"])["margin"])
        proof.ensure_known(branch)
        demand(margin > 0 or (self.may_vanish and margin == 0), "cone-margin", "the margin has to be positive")
        self.margins.append(margin)
        dimension = proof.dimension
        form = [[Fraction(0)] * dimension for _ in range(dimension)]
        def add_product(factor, left, right):
            for a, b in product(*([c for c, entry in enumerate(v) if entry] for v in (left, right))):
                form[a][b] += factor * left[a] * right[b]
        def total(terms):
            terms = [(factor, vector) for factor, vector in terms if factor]
            return [sum(factor * vector[c] for factor, vector in terms) for c in range(dimension)]
        z = {i: proof.speeds(branch, i) for i in proof.moving}
        duals = dict(self.features.duals)
        for j, e in enumerate(self.residuals):
            p = [total((instance.candidate.output_weights[i][j], z[i][k]) for i in proof.moving) for k in range(len(e))]
            back = [([entry / t.dot(y, y) for entry in y], total(zip(y, p))) for y in self.features.complement]
            back += [([-entry for entry in duals[i]], total(zip(e, z[i])))
                     for i in proof.moving if not proof.neurons[i].is_quiet()]
            for k in range(len(e)):
                r = total((y[k], height) for y, height in back)
                add_product(1, p[k], r)
                add_product(-Fraction(1, 2), r, r)
        for i in proof.moving:
            rows = reduced_rows([*self.features.span, activations(instance, proof.neurons[i])])
            columns = [reduce_by(rows, [row[c] for row in z[i]]) for c in range(dimension)]
            for row in zip(*columns):
                add_product(-margin, row, row)
        def functional(value):
            vector = t.rationals(value)
            demand(len(vector) == dimension, "wrong-shape", "a functional has the wrong length")
            return vector
        def parts(key, count):
            for entry in t.expect(list, node[key]):
                demand(len(t.expect(list, entry)) == count, "malformed", f"expected {count} entries")
                yield entry
        nonnegative = True
        for a, b, factor in parts("products", 3):
            a, b, factor = t.index(a), t.index(b), t.rational(factor)
            demand(max(a, b) < len(branch.inequalities), "cone-index", "there is no such inequality")
            nonnegative = nonnegative and factor >= 0
            add_product(-factor, branch.inequalities[a], branch.inequalities[b])
        for factor, vector in parts("squares", 2):
            factor, vector = t.rational(factor), functional(vector)
            nonnegative = nonnegative and factor >= 0
            add_product(-factor, vector, vector)
        for place, vector in parts("zeros", 2):
            place, vector = t.index(place), functional(vector)
            demand(place < len(branch.zeros), "cone-index", "there is no such zero")
            add_product(-1, branch.zeros[place], vector)
        demand(nonnegative, "multiplier-range", "a coefficient is negative")
        vanishes = not any(form[a][b] + form[b][a] for a, b in product(range(dimension), repeat=2))
        demand(vanishes, "cone-identity", "the decomposition does not give the quadratic form")

def reduced_rows(rows, reduced=()):
    """The reduced row echelon form, each row with the place of its leading 1; `reduced`: that of the rows before."""
    for row in rows:
        row = reduce_by(reduced, row)
        lead = next((c for c, entry in enumerate(row) if entry), None)
        if lead is not None:
            row = [entry / row[lead] for entry in row]
            reduced = [*((place, reduce_by([(lead, row)], other)) for place, other in reduced), (lead, row)]
    return reduced
def reduce_by(rows, vector):
    for lead, row in rows:
        factor = vector[lead]
        vector = [entry - factor * other for entry, other in zip(vector, row)]
    return vector
