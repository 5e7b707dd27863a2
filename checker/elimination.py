"""Elimination of output weights, for check.py: local minima with escape neurons (docs/theory.md, section 7).

`check` accepts a proof that a stationary candidate is a local minimum. Some neurons that are no escape neurons are
projected away; the best output weights of others are put in; what is left on each piece of the critical cones is a
polynomial, and it is proved to be nonnegative near 0."""
from fractions import Fraction
from polynomial import add, check_near_zero, determinant, times
from radius import ensure_reached
from second_order import Proof, activations, read_projected, reduced_rows

def check(tools, instance, residuals, neurons, reach, evidence):
    """`tools`: what check.py defines. `neurons`: its neurons, with what is proved of each; `reach`: a Reach of radius.py, or
    None if no radius is claimed."""
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
    weights = read_weights(t, instance, kept, eliminated, evidence["weighted"])
    apart = sorted(projected + loose + kept) == list(range(len(neurons)))
    demand(apart, "neuron-order", "a neuron is spread twice, or projected too")
    proof = Proof(t, instance, neurons, kept)
    spread = [read_spread(t, instance, neurons, residuals, complement, reach, *group) for group in zip(groups, members)]
    elimination = Elimination(proof, residuals, complement, kept, weights, spread, reach)
    proof.check(t.expect(list, evidence["nodes"]), elimination.check_leaf)

def read_weights(t, instance, kept, eliminated, value):
    """S, given or what T leaves of the kept neurons, and T, pairs of a neuron and a basis of the space of its output weight."""
    weighted = t.each(lambda entry: (t.index(t.record(entry, ["neuron", "basis"])["neuron"]),
                                     t.each(t.rationals, entry["basis"])), value)
    neurons = [i for i, _ in weighted]
    eliminated = [i for i in kept if i not in neurons] if eliminated is None else eliminated
    t.demand(sorted(eliminated + neurons) == kept, "neuron-order", "eliminated and weighted neurons are not the kept ones")
    outputs = instance.outputs
    bases = all(t.rectangle(basis, outputs, outputs) and len(reduced_rows(basis)) == outputs for _, basis in weighted)
    t.demand(bases, "wrong-shape", "coordinates of an output weight are no basis")
    return eliminated, weighted

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

def read_spread(t, instance, neurons, residuals, complement, reach, group, members):
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
    known, proof, farthest = [heights(m) for m in moves], Proof(t, instance, neurons, members[:1]), [Fraction(0)]
    def is_covered(z):
        return not any(z) or any(parallel(z, m) for m in known)
    def factor(z):  # of the move, forward or back, that it is a multiple of
        return max((abs(t.dot(m, z) / t.dot(m, m)) for m in known
                    if t.dot(m, z) and len(reduced_rows([m, z])) == 1), default=Fraction(0))
    def check_leaf(branch, leaf):
        rays, lines = coordinates(proof, branch, t.record(leaf, ["rays", "lines", "zeros"]))
        speeds = proof.speeds(branch, members[0])
        moved = [heights([t.dot(z, v) for z in speeds]) for v in [r for _, r in rays] + [v for _, v in lines]]
        moved += [[-height for height in z] for z in moved[len(rays):]]
        demand(all(map(is_covered, moved)), "not-covered", "a spread neuron can do what is no combination of its moves")
        if reach:
            functionals = [branch.inequalities[a] for a, _ in rays] + [f for f, _ in lines]
            farthest.append(sum(reach.functional(members, f) * factor(z) for f, z in zip(functionals, moved)))
    proof.check(t.expect(list, group["cover"]), check_leaf)
    return h[0], moves, basis, reach.spread(h, h[0], basis, max(farthest)) if reach else []

class Elimination:
    """`complement`: vectors orthogonal to each other and to what is projected away, with all residuals in their span;
    `kept`: A; `weights`: S and T where a leaf does not say otherwise; `spread`: triples of an output weight h, moves m_r and
    b_c, which change output j by at most sum_r c_r (h_j + sum_c delta_rc b_cj) m_r, c_r >= 0."""
    def __init__(self, proof, residuals, complement, kept, weights, spread, reach):
        self.reach, self.sizes = reach, [size for *_, moves, _, sizes in spread for _ in moves for size in sizes]
        self.proof, self.residuals, self.complement, self.kept, self.weights = proof, residuals, complement, kept, weights
        self.moves = [(h, m, basis) for h, moves, basis, _ in spread for m in moves]

    def check_leaf(self, branch, leaf):
        """Coordinates of the branch, and a proof in them."""
        proof, t = self.proof, self.proof.t
        rays, lines = coordinates(proof, branch, t.record(leaf, ["rays", "lines", "zeros", "weighted", "proof"]))
        own = "weighted" in leaf
        eliminated, weighted = read_weights(t, proof.instance, self.kept, None, leaf["weighted"]) if own else self.weights
        # Along its own input weight a neuron is only rescaled, which a change of its output weight makes up for; its
        # other coordinates are divided by a positive number. So none of them may move another neuron too.
        weights, width = proof.instance.candidate.input_weights, proof.instance.dimension
        moved = [{place // width for place, entry in enumerate(v) if entry} for _, v in rays + lines]
        separate = all(len(neurons) <= 1 for neurons in moved)
        rescalings = [proof.embed(i, weights[i]) for i in proof.moving] if separate else []
        vectors = [r for _, r in rays] + [v for _, v in lines if v not in rescalings]
        form, outputs = self.polynomial(branch, vectors, eliminated, weighted), proof.instance.outputs
        free = [False] * len(rays) + [True] * (len(vectors) - len(rays) + len(weighted) * outputs)
        free += [place > 0 for _ in self.moves for place in range(outputs)]
        reach, bounds = self.reach, None
        if reach:
            reach.check_elimination(self.complement, eliminated)
            rescaling = sum(reach.functional(self.kept, f) for f, v in lines if v in rescalings)
            ensure_reached(t, rescaling <= Fraction(1, 2))
            # A direction that is divided by 1 + a, |a| <= 1/2, gets at most twice as long.
            functionals = [branch.inequalities[a] for a, _ in rays] + [f for f, v in lines if v not in rescalings]
            bounds = [2 * reach.functional(self.kept, functional) for functional in functionals]
            for i, basis in weighted:
                bounds += reach.weights(proof.instance.candidate.output_weights[i], basis, rescaling)
            bounds += self.sizes
        check_near_zero(t, form, free, t.expect(list, leaf["proof"]), bounds)

    def polynomial(self, branch, vectors, eliminated, weighted):
        """sum_j Gram(Phi, ytil_j) - |e|^2 Gram(Phi), Phi the features rho_i + z_i(u_i), i in S, and ytil_j = sum_A h_ij rho_i
        - e_j - sum_T (h_tj + zeta_tj)(rho_t + z_t(u_t)) - sum_r c_r (h_j + sum_c delta_rc b_cj) m_r, inner products in the span
        of the complement: 2 det G times the least loss difference over the eliminated output weights. Variables: the factors
        of the vectors, those of the bases, then c and the delta of each move."""
        proof, t, instance = self.proof, self.proof.t, self.proof.instance
        outputs, weights = instance.outputs, instance.candidate.output_weights
        first_move = len(vectors) + len(weighted) * outputs
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
        phi = [features[i] for i in eliminated]
        gram = [[inner(left, right) for right in phi] for left in phi]
        gram_determinant = determinant(t, gram, monomial())
        t.demand(monomial() in gram_determinant, "dependent-features", "eliminated neurons have dependent features")
        total = {}
        for j, e in enumerate(self.residuals):
            target = [sum(weights[i][j] * rho[i][k] for i in proof.moving) - e[k] for k in range(len(e))]
            ytil = [{monomial(): height} if height else {} for height in heights(target)]
            for place, (i, basis) in enumerate(weighted):
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
