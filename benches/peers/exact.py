"""Kink forms in exact integers: the rays that decide them, and the critical size of their concave part.

The formulas are those of docs/theory.md, section 2. A form is f(u) = linear.u + sum_l weight_l |line_l.u| with
rational entries. Plain loops over all rays, written without use of the program that they are held against.
"""

from fractions import Fraction
from itertools import combinations
from math import gcd, lcm
from typing import NamedTuple


class Kink(NamedTuple):
    """weight |line.u|: convex where the weight is positive, concave where it is negative."""

    weight: Fraction
    line: tuple


class Form(NamedTuple):
    """f(u) = linear.u + sum of kinks."""

    linear: tuple
    kinks: tuple

    def value(self, u):
        """f(u)"""
        return dot(self.linear, u) + sum(weight * abs(dot(line, u)) for weight, line in self.kinks)


def dot(left, right):
    """left.right"""
    return sum(a * b for a, b in zip(left, right))


def integers(vector):
    """(integer vector, factor > 0): the shortest integer vector that is factor times a rational one."""
    common = lcm(*(Fraction(entry).denominator for entry in vector))
    entries = [int(entry * common) for entry in vector]
    content = gcd(*entries) or 1
    return [entry // content for entry in entries], Fraction(common, content)


def rank(rows):
    """The rank of some rational vectors."""
    rows, found = [list(map(Fraction, row)) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for row in rows[found + 1:]:
            factor = row[column] / rows[found][column]
            if factor:
                row[:] = [entry - factor * other for entry, other in zip(row, rows[found])]
        found += 1
    return found


def rays(lines):
    """One vector of each ray u, -u of the arrangement of integer lines that span the space; some come repeatedly.

    A ray is orthogonal to d-1 independent lines, so its entries are their minors. These are expanded one line at a time
    for all choices with a common beginning. Cost: d (d-1) multiplications for each of the C(m, d-1) choices, and less
    for the beginnings.
    """
    d = len(lines[0])
    subsets = [list(combinations(range(d), size)) for size in range(d)]
    # The minor of columns c is sum_i (-1)^i line[c_i] times the minor without column c_i (first rows, last row new).
    steps = []
    for size in range(1, d):
        place = {columns: i for i, columns in enumerate(subsets[size - 1])}
        steps.append([
            [((-1) ** (size - 1 - i), column, place[columns[:i] + columns[i + 1:]]) for i, column in enumerate(columns)]
            for columns in subsets[size]
        ])

    def extend(first, size, minors):
        if size == d - 1:
            # Columns without column i stand at place d-1-i.
            yield [(-1) ** i * minors[d - 1 - i] for i in range(d)]
            return
        for next_line in range(first, len(lines) - (d - 2 - size)):
            line = lines[next_line]
            more = [sum(sign * line[c] * minors[p] for sign, c, p in terms) for terms in steps[size]]
            if any(more):
                yield from extend(next_line + 1, size + 1, more)

    yield from extend(0, 0, [1])


def split(form):
    """(a, convex kinks, concave kinks) of s f for some s > 0, all in integers: each kink is (weight > 0, line)."""
    kinks = []
    for weight, line in form.kinks:
        entries, factor = integers(line)
        kinks.append((Fraction(weight) / factor, entries))
    common = lcm(*(Fraction(entry).denominator for entry in form.linear), *(w.denominator for w, _ in kinks))
    linear = [int(entry * common) for entry in form.linear]
    scaled = [(int(weight * common), line) for weight, line in kinks]
    convex = [(weight, line) for weight, line in scaled if weight > 0]
    return linear, convex, [(-weight, line) for weight, line in scaled if weight < 0]


def critical_size(form):
    """The largest s such that f with its concave weights times s is nonnegative, or None if there is none >= 0.

    By Proposition 2.10 it is the least (sum_convex kappa |p.u| - |a.u|) / sum_concave |kappa| |p.u| over the rays u of
    the convex kinks' arrangement, which have to span the space. Cost: see `rays`, and m d for each ray.
    """
    linear, convex, concave = split(form)
    if rank([line for _, line in convex]) < len(linear):
        raise ValueError("the convex kinks don't span the space")
    best = None
    for u in rays([line for _, line in convex]):
        room = sum(weight * abs(dot(line, u)) for weight, line in convex) - abs(dot(linear, u))
        need = sum(weight * abs(dot(line, u)) for weight, line in concave)
        if room < 0:
            return None
        if need and (best is None or room * best[1] < best[0] * need):
            best = (room, need)
    return Fraction(*best) if best else None


def is_nonnegative(form):
    """Whether f >= 0 everywhere: on the rays of the convex kinks' arrangement, which have to span the space."""
    linear, convex, concave = split(form)
    if rank([line for _, line in convex]) < len(linear):
        raise ValueError("the convex kinks don't span the space")

    def least(u):
        kinks = sum(w * abs(dot(p, u)) for w, p in convex) - sum(w * abs(dot(p, u)) for w, p in concave)
        return kinks - abs(dot(linear, u))
    return all(least(u) >= 0 for u in rays([line for _, line in convex]))
