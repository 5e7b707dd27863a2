"""How far a proof of a local minimum with escape neurons reaches, for check.py (docs/theory.md, section 7.19): with every
parameter changed by at most r, everything that has to be small in the proof is bounded, and small enough."""
from fractions import Fraction
from second_order import activations, reduced_rows

MAX_SETS, MAX_HALVINGS = 5_000, 4_096  # sets of boundary lines of one neuron; below 2^-4096 sizes are not told apart

def check(t, instance, residuals, neurons, claims, evidence):
    """Checks the proofs by second_order.py and elimination.py: for a radius that is claimed, or near by."""
    reach = Reach(t, instance, residuals, neurons, t.rational(claims["radius"])) if "radius" in claims else None
    for name in ("second_order", "elimination"):
        if name in evidence:
            __import__(name).check(t, instance, residuals, neurons, reach, evidence[name])

def ensure_reached(t, holds):
    t.demand(holds, "unproved-radius", "the proof does not reach as far as is claimed")
def largest(vector):
    return max(map(abs, vector), default=Fraction(0))
def total(vector):  # |x|_1
    return sum(map(abs, vector), Fraction(0))
def inverse(rows):  # its rows, of a square matrix
    count = len(rows)
    bordered = [list(row) + [Fraction(r == c) for c in range(count)] for r, row in enumerate(rows)]
    return [row[count:] for _, row in sorted(reduced_rows(bordered))]

class Reach:
    """What a change of every parameter by at most r can do. For each neuron: `speeds`, |z_i(u)|_1 <= S_i |u|_1, and `pulls`,
    the same with the sizes of the residuals as factors; `distances`, c_i such that each u is k + v in one cell, k in K_i and
    |v|_1 <= c_i g_i(u); `moved`, what |z_i(k_i)|_1 is at most; `cones`, what |k_i|_1 is at most."""
    def __init__(self, t, instance, residuals, neurons, r):
        self.t, self.instance, self.residuals, self.neurons, self.r = t, instance, residuals, neurons, r
        samples = [(abs(s) * largest(p), abs(s) * total(p)) for p, s in instance.samples]
        keeps_signs = all(not z or r * one_norm <= abs(z) for n in neurons for z, (_, one_norm) in zip(n.z, samples))
        ensure_reached(t, r > 0)
        ensure_reached(t, keeps_signs)
        steepest = largest(instance.slopes)
        self.speeds, self.pulls, self.distances, self.cones = [], [], [], []
        for neuron in neurons:
            sizes = [size * (abs(instance.slope(z)) if z else steepest) for z, (size, _) in zip(neuron.z, samples)]
            self.speeds.append(sum(sizes))
            self.pulls.append([t.dot(map(abs, e), sizes) for e in residuals])
            self.distances.append(self.distance(neuron))
            # |u|_1 + |v|_1, where g_i(u) is at most the largest value of its terms on the unit vectors times |u|_1.
            slope = max(abs(a) + sum(abs(weight * p[axis]) for p, weight in neuron.g.kinks)
                        for axis, a in enumerate(neuron.g.linear))
            self.cones.append(instance.dimension * r * (1 + self.distances[-1] * slope))
        self.moved = [speed * cone for speed, cone in zip(self.speeds, self.cones)]

    def distance(self, neuron):
        """max |v|_1 / g(v) over the directions v with g(v) > 0 that generate the cells of the boundary lines, modulo the
        directions that lie on all of them: each is what all but one of a basis of the lines leave."""
        lines = sorted({p for z, (p, _) in zip(neuron.z, self.instance.samples) if z == 0})
        leads = [lead for lead, _ in reduced_rows([[Fraction(entry) for entry in p] for p in lines])]
        if not leads:
            return Fraction(0)
        parts, sets = [[Fraction(p[lead]) for lead in leads] for p in lines], [(0, [])]
        for size in range(len(leads) - 1):  # sets of independent lines, each continued by later ones
            longer = []
            for start, rows in sets:
                for place in range(start, len(parts)):
                    more = reduced_rows([parts[place]], rows)
                    longer += [(place + 1, more)] if len(more) > size else []
                    ensure_reached(self.t, len(longer) <= MAX_SETS)
            sets = longer
        found = Fraction(0)
        for _, rows in sets:
            rows = dict(rows)
            free = next(c for c in range(len(leads)) if c not in rows)
            direction = [Fraction(0)] * self.instance.dimension
            for c, lead in enumerate(leads):
                direction[lead] = -rows[c][free] if c in rows else Fraction(1)
            for v in (direction, [-entry for entry in direction]):
                value = neuron.g.value(v)
                found = max(found, total(v) / value) if value > 0 else found
        return found

    def weight(self, i, j):
        return abs(self.instance.candidate.output_weights[i][j])
    def functional(self, neurons, functional):
        """What a functional of the directions of some neurons, one after the other, is at most on the critical cones."""
        width = self.instance.dimension
        return sum((largest(functional[place * width:(place + 1) * width]) * self.cones[i]
                    for place, i in enumerate(neurons)), Fraction(0))
    def weights(self, h, basis, rescaling):
        """What the coordinates of (1 + a)(h + Dh) - h are at most, |a| <= rescaling."""
        change = [rescaling * abs(entry) + 2 * self.r for entry in h]
        return [sum(abs(row[c]) * size for row, size in zip(inverse(basis), change)) for c in range(len(basis))]
    def spread(self, weights, h, basis, move):
        """What c_r and its delta_rc are at most: `move` is what the directions contribute to a move, times sum_l t_l, with
        h_l + Dh_l = t_l (h + sum_c delta_lc b_c), t_l between half and three halves of h_l / h."""
        columns = [total(column) for column in zip(*inverse([h] + basis))]
        shares = [self.t.dot(other, h) / self.t.dot(h, h) for other in weights]
        ensure_reached(self.t, 2 * columns[0] * self.r <= min(shares))
        return [move * Fraction(3, 2) * sum(shares)] + [2 * column * self.r / min(shares) for column in columns[1:]]

    def check_distances(self, sizes):
        """What leads away from the critical cones costs more than it gains, where the output changes that the loss is
        compared with are at most `sizes` long."""
        for i, (distance, speed, pulls) in enumerate(zip(self.distances, self.speeds, self.pulls)):
            push = sum((self.weight(i, j) + self.r) * size for j, size in enumerate(sizes))
            ensure_reached(self.t, distance * (self.r * sum(pulls) + speed * push) <= 1)

    def check_elimination(self, complement, eliminated):
        """Theorem 7.25: S stays independent, and what the other output weights leave is small."""
        t, count = self.t, len(self.instance.samples)
        features = [activations(self.instance, neuron) for neuron in self.neurons]
        def combined(factors, vectors):
            return [sum((f * v[k] for f, v in zip(factors, vectors)), Fraction(0)) for k in range(count)]
        norms = [t.dot(y, y) for y in complement]
        chosen = [combined([t.dot(y, features[i]) / n for y, n in zip(complement, norms)], complement) for i in eliminated]
        duals = [combined(row, chosen) for row in inverse([[t.dot(l, r) for r in chosen] for l in chosen])]
        quickest = max((self.moved[i] for i in eliminated), default=Fraction(0))
        ensure_reached(t, quickest * sum(map(largest, duals)) <= Fraction(1, 2))
        back, others = 2 * quickest * sum(map(total, duals)), [rho for i, rho in enumerate(features) if i not in eliminated]
        self.check_distances([
            largest(e) * back + self.r * sum(map(total, others))
            + sum((self.weight(i, j) + self.r) * moved for i, moved in enumerate(self.moved))
            for j, e in enumerate(self.residuals)])

    def check_second_order(self, features, quiet, kept, moving, margin):
        """Theorem 7.26. `features`: what spans W, complement and duals; `margin`: the least one."""
        t, duals, half = self.t, features.duals, Fraction(1, 2)
        if len(kept) == len(duals) == 1:
            [i], [(_, tau)] = kept, duals
            ensure_reached(t, self.moved[i] * largest(tau) <= half)
            self.check_distances([self.moved[i] * (2 * largest(e) * total(tau) + self.weight(i, j))
                                  for j, e in enumerate(self.residuals)])
            return
        # z_i(k_i) = a_i rho_i + N_i(k_i) modulo W; a last entry tells how much of rho_i is in a row.
        rescaling, remainders, count = Fraction(0), {}, len(self.instance.samples)
        for i in kept:
            remainders[i] = self.moved[i]
            if i in moving:
                feature = activations(self.instance, self.neurons[i])
                rows = reduced_rows([[*w, Fraction(0)] for w in features.span] + [[*feature, Fraction(1)]])
                marks = [row[count] for lead, row in rows if lead < count]
                rescaling = max(rescaling, largest(marks) * self.moved[i])
                remainders[i] *= 2 * (1 + max((total(row[:count]) for _, row in rows), default=0))
        far, taus = max(remainders.values(), default=Fraction(0)), sum(total(tau) for _, tau in duals)
        ensure_reached(t, rescaling <= half)
        ensure_reached(t, taus * far <= half)
        sizes, loss = [], Fraction(0)
        for j, e in enumerate(self.residuals):
            weights = sum(self.weight(i, j) for i in moving)
            # |r_j| <= a nu and |s_j| <= b nu K
            a = len(features.complement) * weights + sum(total(tau) for i, tau in duals if not quiet[i]) * total(e)
            b = 2 * a * taus
            changes = sum(rescaling * self.weight(i, j) + 2 * self.r for i in moving if i not in dict(duals))
            loss += (weights + a) * b * far + (b * far) ** 2 / 2 + changes * (a + b * far)
            sizes.append((a + b * far) * sum(remainders[i] for i in moving))
        ensure_reached(t, loss <= margin)
        self.check_distances(sizes)

class Sizes:
    """What the variables of a polynomial are at most: |x_v| <= 2^-s_v. Where no radius is claimed nothing is known but that
    they are as small as needed: `halvings` is None, and bounds are 0."""
    def __init__(self, t, bounds=None, halvings=None):
        self.t = t
        self.halvings = halvings if bounds is None else [self.of(bound) for bound in bounds]
    def of(self, bound):  # the largest s with bound <= 2^-s
        ensure_reached(self.t, bound <= 1)
        found = (bound.denominator // bound.numerator).bit_length() - 1 if bound else MAX_HALVINGS
        return min(found, MAX_HALVINGS)
    def monomial(self, gamma):  # what prod |x_v|^gamma_v is at most
        if self.halvings is None:
            return Fraction(0)
        return Fraction(1, 1 << min(MAX_HALVINGS, int(sum(s * g for s, g in zip(self.halvings, gamma) if g))))
    def bound(self, form):
        return sum((abs(value) * self.monomial(exponents) for exponents, value in form.items()), Fraction(0))
    def keep_positive(self, form):  # whether it is positive at 0, and as far as the variables go
        at_origin = next((value for exponents, value in form.items() if not any(exponents)), 0)
        return 2 * at_origin > self.bound(form)
    def moved(self, place, by):  # after x = x' + by or x = by - x'
        if self.halvings is None:
            return self
        now = self.of(self.bound(by) + Fraction(1, 1 << self.halvings[place]))
        return Sizes(self.t, None, self.halvings[:place] + [now] + self.halvings[place + 1:])
    def rooted(self, place, exponent):  # after x = x'^exponent
        if self.halvings is None:
            return self
        return Sizes(self.t, None, [s // exponent if v == place else s for v, s in enumerate(self.halvings)])
    def named(self, names):  # with new variables that stand for polynomials
        if self.halvings is None:
            return self
        return Sizes(self.t, None, self.halvings + [self.of(self.bound(name)) for name in names])
