"""Families of questions "is this kink form nonnegative everywhere?", the same for everyone and every run.

    random   lines and weights drawn, the concave part about as large as the convex one: true or false
    mixed    concave generators mixed from the convex ones with exact shares, used up entirely: true by construction
             (Proposition 2.5 of docs/theory.md)
    below    drawn, and the concave part scaled to 2 % below its critical size, with four digits: true
    above    the same, 2 % above: false
    huge     as `mixed` and `above`, with entries up to 10^30

`name` says all parameters: family, d, lines, concave lines, a zero linear part, seed.
"""

import json
from fractions import Fraction
from math import ceil, floor
from random import Random
from typing import NamedTuple, Optional

from exact import Form, Kink, critical_size, integers, rank

FAMILIES = ("random", "mixed", "below", "above", "huge-mixed", "huge-above")


class Cell(NamedTuple):
    """A family and a size: questions that differ in their seed only."""

    family: str
    dimension: int
    lines: int
    concave: int
    zero_linear: bool = False

    @property
    def name(self):
        """For people and for ids."""
        zero = "-a0" if self.zero_linear else ""
        return f"{self.family}-d{self.dimension}-l{self.lines}-c{self.concave}{zero}"


class Question(NamedTuple):
    """A form, where it comes from, and the answer where it follows from how the form was made."""

    id: str
    cell: Cell
    form: Form
    expected: Optional[str]

    def to_json(self):
        """One line for everyone who answers: numbers are exact texts."""
        kinks = [{"weight": str(weight), "line": [str(entry) for entry in line]} for weight, line in self.form.kinks]
        document = {"id": self.id, "family": self.cell.family, "dimension": self.cell.dimension}
        return json.dumps({**document, "linear": [str(entry) for entry in self.form.linear], "kinks": kinks})


def make(cell, seed):
    """The question of a cell with a seed."""
    name = f"{cell.name}-s{seed}"
    random = Random(name)
    shape = random, cell.dimension, cell.lines - cell.concave
    huge, kind = cell.family.startswith("huge-"), cell.family.split("-")[-1]
    size = 10**30 if huge else random.choice([9, 99, 999])
    convex = draw_convex(*shape, size)
    linear = inside(random, convex, cell.zero_linear)
    if kind == "mixed":
        form, expected = mix(random, linear, convex, cell.concave), "yes"
    else:
        concave = draw_concave(random, cell.dimension, convex, cell.concave, size)
        if kind == "random":
            factor, expected = Fraction(random.randint(5, 60), 100), None
        else:
            factor = near(critical_size(Form(linear, convex + concave)), kind == "below")
            expected = "yes" if kind == "below" else "no"
        form = Form(linear, convex + tuple(Kink(factor * weight, line) for weight, line in concave))
    kinks = list(form.kinks)
    random.shuffle(kinks)  # the order gives nothing away
    return Question(name, cell, Form(form.linear, tuple(kinks)), expected)


def near(critical, below):
    """A number of four digits some 2 % below a critical size, or above it: by rounding it is at most 0.1 % farther away."""
    exact = critical * Fraction(49 if below else 51, 50)
    step = Fraction(1)
    while exact / step < 1000:
        step /= 10
    while exact / step >= 10_000:
        step *= 10
    return step * (floor(exact / step) if below else ceil(exact / step))


def primitive_line(vector):
    """What is the same for all vectors of one line: the primitive one whose first entry that is not 0 is positive."""
    primitive, _ = integers(vector)
    sign = -1 if next(filter(None, primitive)) < 0 else 1
    return tuple(sign * entry for entry in primitive)


def draw_lines(random, dimension, count, size, taken=()):
    """Integer vectors, no two of them, or of them and `taken`, on one line."""
    lines, seen = [], {primitive_line(line) for line in taken}
    while len(lines) < count:
        line = tuple(random.randint(-size, size) for _ in range(dimension))
        if any(line) and primitive_line(line) not in seen:
            lines.append(line)
            seen.add(primitive_line(line))
    return lines


def draw_weight(random):
    """A positive number of up to three digits over one digit."""
    return Fraction(random.randint(1, 999), random.randint(1, 9))


def draw_convex(random, dimension, count, size):
    """Convex kinks that span the space."""
    while True:
        lines = draw_lines(random, dimension, count, size)
        if rank(lines) == dimension:
            return tuple(Kink(draw_weight(random), line) for line in lines)


def draw_concave(random, dimension, convex, count, size):
    """Concave kinks that weigh together about as much as the convex ones: sum of kappa |p|_1."""
    lines = draw_lines(random, dimension, count, size, [line for _, line in convex])
    weights = [draw_weight(random) for _ in lines]

    def mass(kinks):
        return sum(weight * sum(map(abs, line)) for weight, line in kinks)
    ratio = mass(convex) / mass(zip(weights, lines))
    ratio = Fraction(round(ratio * 1000), 1000) or Fraction(1, 1000)  # short numbers
    return tuple(Kink(-ratio * weight, line) for weight, line in zip(weights, lines))


def inside(random, convex, zero):
    """A linear part sum_l lambda_l kappa_l p_l with |lambda_l| <= 1/4, or 0."""
    dimension = len(convex[0].line)
    if zero:
        return (Fraction(0),) * dimension
    shares = [Fraction(random.randint(-4, 4), 16) for _ in convex]
    return tuple(sum(s * weight * line[i] for s, (weight, line) in zip(shares, convex)) for i in range(dimension))


def mix(random, linear, convex, count):
    """Concave kinks |kappa_m| p_m = sum_l Gamma_lm kappa_l p_l with |lambda_l| + sum_m |Gamma_lm| <= 1 for each l.

    Each concave kink is made of three convex ones (all, if there are fewer). Those who share a convex kink share what
    the linear part, which takes up to a quarter, leaves of it: all of it where the linear part is 0.
    """
    dimension = len(linear)
    room = Fraction(3, 4) if any(linear) else Fraction(1)
    taken = {primitive_line(line) for _, line in convex}
    while True:
        made_of = [random.sample(range(len(convex)), min(3, len(convex))) for _ in range(count)]
        parts = {(m, l): random.randint(1, 4) for m, chosen in enumerate(made_of) for l in chosen}
        whole = {l: sum(part for (_, other), part in parts.items() if other == l) for _, l in parts}
        generators = [[Fraction(0)] * dimension for _ in range(count)]
        for (m, l), part in parts.items():
            share = random.choice([-1, 1]) * room * Fraction(part, whole[l])
            for i, entry in enumerate(convex[l].line):
                generators[m][i] += share * convex[l].weight * entry
        if all(map(any, generators)) and len(taken | {primitive_line(g) for g in generators}) == len(convex) + count:
            break
    shortest = [integers(generator) for generator in generators]
    concave = tuple(Kink(-1 / factor, tuple(line)) for line, factor in shortest)
    return Form(linear, convex + concave)
