"""Central arrangements with known counts of cells, as lists of integer normal vectors."""

from itertools import combinations, product
from math import comb
from random import Random
from typing import NamedTuple


class Arrangement(NamedTuple):
    """Hyperplanes line.u = 0, and how many cells they cut the space into."""

    id: str
    lines: list
    cells: int


def unit(dimension, place):
    """A unit vector."""
    return [int(i == place) for i in range(dimension)]


def difference(dimension, first, second, sign=-1):
    """e_first - e_second, or with another sign."""
    return [int(i == first) + sign * int(i == second) for i in range(dimension)]


def braid(letters, cells):
    """x_i = x_j for so many letters, the last one 0: a cell for each of their orders."""
    d = letters - 1
    lines = [unit(d, i) for i in range(d)] + [difference(d, i, j) for i, j in combinations(range(d), 2)]
    return Arrangement(f"braid {letters}", lines, cells)


def resonance(dimension, cells):
    """All vectors of zeros and ones but 0."""
    lines = [list(v) for v in product((0, 1), repeat=dimension) if any(v)]
    return Arrangement(f"resonance {dimension}", lines, cells)


def threshold(inputs, cells):
    """All (1, signs): a cell for each threshold function of so many inputs."""
    return Arrangement(f"threshold {inputs}", [[1, *v] for v in product((-1, 1), repeat=inputs)], cells)


def type_b(dimension, cells):
    """x_i = 0 and x_i = +-x_j: a cell for each order with signs."""
    lines = [unit(dimension, i) for i in range(dimension)]
    lines += [difference(dimension, i, j, sign) for i, j in combinations(range(dimension), 2) for sign in (-1, 1)]
    return Arrangement(f"B{dimension}", lines, cells)


def general(dimension, count):
    """Drawn vectors, any d of them independent: 2 sum_{i<d} C(m-1, i) cells."""
    random = Random(f"general {dimension} {count}")
    lines = [[random.randint(-999, 999) for _ in range(dimension)] for _ in range(count)]
    return Arrangement(f"general {dimension}, {count}", lines, 2 * sum(comb(count - 1, i) for i in range(dimension)))


def known():
    """Those of docs/benchmarks.md."""
    return [
        braid(6, 720), braid(7, 5040), resonance(4, 370), resonance(5, 11_292), resonance(6, 1_066_044),
        threshold(4, 1882), type_b(5, 3840), type_b(6, 46_080),
        general(3, 40), general(4, 30), general(5, 30), general(6, 24), general(8, 16),
    ]
