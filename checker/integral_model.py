"""Instances with an integral loss and networks on their cells, for integral.py (docs/certificate-integral.md).

A polynomial is a list of coefficients in rising powers, a function that is a polynomial on each cell the list of these.
`t` is what check.py defines."""
from collections import namedtuple
from fractions import Fraction

# ---- Polynomials in one variable
def at(g, x):
    total = Fraction(0)
    for coefficient in reversed(g):
        total = total * x + coefficient
    return total
def plus(g, h, factor=1):
    pad = [Fraction(0)] * abs(len(g) - len(h))
    return [a + factor * b for a, b in zip(g + pad, h + pad)]
def times(g, h):
    total = [Fraction(0)] * (len(g) + len(h))
    for i, a in enumerate(g):
        for j, b in enumerate(h):
            total[i + j] += a * b
    return total
def primitive(g):
    return [Fraction(0)] + [coefficient / (power + 1) for power, coefficient in enumerate(g)]
def shifted(g, a, b=1):  # g(a + b y) as a polynomial in y
    total = []
    for coefficient in reversed(g):
        total = plus(times(total, [a, b]), [coefficient])
    return total
def trimmed(g):
    while g and g[-1] == 0:
        g = g[:-1]
    return g

# ---- The instance
class Network(namedtuple("Network", "w b v c")):  # N(x) = c + sum_j v_j rho(w_j x + b_j), or a change of one
    def width(self):
        return len(self.w) if len(self.w) == len(self.b) == len(self.v) else None
def read_network(t, value, number, bias=None):
    t.record(value, ["input_weights", "input_biases", "output_weights", "output_bias"])
    lists = [t.each(number, value[key]) for key in ("input_weights", "input_biases", "output_weights")]
    return Network(*lists, number(value.get("output_bias", bias) if bias else value["output_bias"]))
def read_pieces(t, value, left, end):
    pieces = []
    for piece in t.expect(list, t.record(value, ["pieces"])["pieces"]):
        right = t.free_number(t.record(piece, ["to", "coefficients"])["to"])
        pieces.append((left, right, t.free_row(piece["coefficients"])))
        t.demand(left < right and 1 <= len(pieces[-1][2]) <= 65, "malformed", "a piece without length, or of which degree?")
        left = right
    t.demand(1 <= len(pieces) <= 1000 and left == end, "malformed", "the last piece ends where the interval does")
    return pieces

class Instance:
    """`target`, `density`: pieces (left, right, polynomial). `affine`: the slope of f if f is affine and p = 1."""
    def __init__(self, t, document):
        t.record(document, "format id title source activation integral candidate witnesses expected".split())
        name, activation = t.expect(str, document["id"]), document["activation"]
        slopes = t.record(t.ACTIVATIONS.get(str(activation), activation), ["positive", "negative"])
        positive, self.gamma = t.free_number(slopes["positive"]), t.free_number(slopes["negative"])
        integral = t.record(document["integral"], ["interval", "target", "density"])
        ends, target = t.free_row(integral["interval"]), t.expect(t.Record, integral["target"])
        t.demand(len(ends) == 2 and ends[0] < ends[1], "malformed", "an interval has two ends, the smaller one first")
        self.start, self.end = ends
        if "pieces" in target:
            self.target = read_pieces(t, target, *ends)
        else:
            t.record(target, ["slope", "intercept"])
            self.target = [(*ends, [t.free_number(target["intercept"]), t.free_number(target["slope"])])]
        self.has_density = "density" in integral
        self.density = read_pieces(t, integral["density"], *ends) if self.has_density else [(*ends, [Fraction(1)])]
        self.candidate = read_network(t, document["candidate"], t.free_number, "0")
        t.demand(t.re.fullmatch("[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name), "malformed", "not an id")
        t.demand(any(map(any, (g for *_, g in self.density))), "malformed", "the density is zero")
        t.demand(positive == 1 and 0 <= self.gamma != 1, "malformed", "slopes 1 and gamma >= 0, gamma not 1")
        t.demand(self.candidate.width(), "malformed", "no neurons, or lists of several lengths")
        self.id, self.data = name, sorted({*ends, *(right for _, right, _ in self.target + self.density)})
        first, ones = trimmed(self.target[0][2]), all(trimmed(g) == [1] for *_, g in self.density)
        affine = ones and len(first) <= 2 and all(trimmed(g) == first for *_, g in self.target)
        self.affine = (first + [Fraction(0)] * 2)[1] if affine else None
    def pieces_at(self, x):  # p and f as polynomials right of x, T0 <= x < T1
        return [next(g for left, right, g in pieces if left <= x < right) for pieces in (self.density, self.target)]

# ---- The network on the cells
class Neuron:
    def __init__(self, instance, w, b, v):
        self.w, self.b, self.v, self.q = w, b, v, -b / w if w else None
        self.degenerate, self.flat, self.eps, self.kappa = not w and not b, not v, (w > 0) - (w < 0), v * abs(w)
        self.is_kink = bool(w) and instance.start <= self.q <= instance.end
        on_ends = [w * x + b for x in (instance.start, instance.end)]
        self.is_silent = instance.gamma == 0 and max(on_ends) <= 0  # rho(w x + b) = 0 on [T0, T1]
        self.is_affine = not self.is_kink and not self.is_silent
Cell = namedtuple("Cell", "left right p f e moments D")

class Model:
    """`cells`: with p, f, e = N - f, D as polynomials, and the integrals of p x^k as a list. `loss`: L. `m0`, `m1`."""
    def __init__(self, instance, network):
        self.instance, self.gamma, self.cells = instance, instance.gamma, []
        self.neurons = [Neuron(instance, w, b, v) for w, b, v in zip(*network[:3])]
        points = sorted({*instance.data, *(neuron.q for neuron in self.neurons if neuron.is_kink)})
        value, speed = Fraction(0), Fraction(0)  # D and D' at the right end: D'' = p e, and both are continuous
        for left, right in reversed([*zip(points, points[1:])]):
            p, f = instance.pieces_at(left)
            e = plus([network.c], f, -1)
            for neuron in self.neurons:
                s = neuron.v * self.slope(neuron, (left + right) / 2)
                e = plus(e, [s * neuron.b, s * neuron.w])
            integrals = [primitive([Fraction(0)] * k + p) for k in range(2 * max(len(e), 2))]
            moments = [at(g, right) - at(g, left) for g in integrals]
            first = primitive(times(p, e))
            first[0] = speed - at(first, right)
            second = primitive(first)
            second[0] = value - at(second, right)
            value, speed = at(second, left), at(first, left)
            self.cells.insert(0, Cell(left, right, p, f, e, moments, second))
        self.residual = [cell.e for cell in self.cells]
        self.loss = self.inner(self.residual, self.residual)
        self.m0, self.m1 = self.against([[1]] * len(self.cells)), self.against([[0, 1]] * len(self.cells))
    def slope(self, neuron, x):
        return Fraction(1) if neuron.w * x + neuron.b > 0 else self.gamma
    def inner(self, g, h):  # int p g h
        return sum(a * b * cell.moments[i + j] for cell, g, h in zip(self.cells, g, h)
                   for i, a in enumerate(g) if a for j, b in enumerate(h) if b)
    def against(self, g):  # int p e g
        return Fraction(self.inner(self.residual, g))
    def on_side(self, neuron, g):  # s_j g
        return [[self.slope(neuron, (cell.left + cell.right) / 2) * a for a in g] for cell in self.cells]
    def activation(self, neuron):
        return self.on_side(neuron, [neuron.b, neuron.w])
    def slants(self, neuron):  # int p e s_j x, int p e s_j
        return self.against(self.on_side(neuron, [0, 1])), self.against(self.on_side(neuron, [1]))
    def beside(self, q, right):  # the cell on this side of q, or None
        return next((cell for cell in self.cells if (cell.left if right else cell.right) == q), None)
    def limit(self, q, right, g):  # g(q+) or g(q-), for a breakpoint q
        cell = self.beside(q, right)
        return at(g(cell), q) if cell else Fraction(0)
    def pe(self, q, right):
        return self.limit(q, right, lambda cell: times(cell.p, cell.e))
    def is_smooth(self, neuron):
        continuous = all(self.limit(neuron.q, True, g) == self.limit(neuron.q, False, g)
                         for g in (lambda cell: cell.p, lambda cell: times(cell.p, cell.f)) if neuron.is_kink)
        return not neuron.degenerate and continuous
    def moment(self, q):  # D(q) for q in [T0, T1]
        return next(at(cell.D, q) for cell in self.cells if cell.left <= q <= cell.right)
    def turned(self, neuron, right):
        """D_+ or D_- on one side of the breakpoint q of a neuron, as a polynomial in x - q."""
        cell, line = self.beside(neuron.q, right), [self.m1 - neuron.q * self.m0, -self.m0]
        D = shifted(cell.D, neuron.q) if cell else line if neuron.q <= self.instance.start else [Fraction(0)]
        if neuron.eps > 0:
            return plus(D, plus(line, D, -1), self.gamma)
        return plus(plus(D, line, -1), D, -self.gamma)
    def is_decoupled(self, neuron):
        """Whether v' phi(w', b') >= 0 near a neuron of a stationary candidate."""
        if neuron.q is None:
            return not neuron.flat if neuron.degenerate else neuron.is_silent or self.m1 == 0
        for right in (True, False):
            power, first = next(((k, a) for k, a in enumerate(self.turned(neuron, right)) if a), (0, 0))
            sign = first if right or power % 2 == 0 else -first
            if sign != 0 if neuron.flat else neuron.v * sign < 0:
                return False
        return True
