"""Polynomials in several variables, and proofs that one is nonnegative near 0, for check.py (docs/theory.md, section 7.13).

A polynomial is a dict from tuples of exponents to numbers; `t` is what check.py defines."""
from fractions import Fraction
from radius import Sizes, ensure_reached

MAX_EXPONENT, MAX_PRODUCTS = 10_000, 4_000_000  # of a variable; in one multiplication of polynomials

def add(total, factor, other):
    for exponents, value in other.items():
        value = total.pop(exponents, 0) + (value if factor == 1 else factor * value)
        if value:
            total[exponents] = value
def times(t, left, right):
    t.demand(len(left) * len(right) <= MAX_PRODUCTS, "polynomial-size", "a polynomial gets too large")
    small = all(x + y <= MAX_EXPONENT for x, y in zip(*([*map(max, zip(*p))] for p in (left, right))))
    t.demand(small, "polynomial-size", "a polynomial gets too large")
    (left_factors, left_scale), (right_factors, right_scale) = (t.line_of([*p.values()]) for p in (left, right))
    total = {}  # of integers, which are added faster
    for a, l in zip(left, left_factors):
        for b, r in zip(right, right_factors):
            exponents = tuple(map(int.__add__, a, b))
            total[exponents] = total.get(exponents, 0) + l * r
    scale = left_scale * right_scale
    return {exponents: scale * value for exponents, value in total.items() if value}
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

def check_near_zero(t, form, free, nodes, bounds=None):
    """Accepts a proof that a polynomial is nonnegative near 0, or for variables up to `bounds`, where those that are not free
    are nonnegative: nodes in depth-first order. A term is good if its coefficient is positive and its monomial even, otherwise bad."""
    sizes = Sizes(t, bounds)
    demand, waiting, kind = t.demand, [(form, free, sizes)], "there is no such variable, or it is not of the kind it has to be"
    def plus(by, sign, place):
        total = dict(by)
        add(total, sign, {tuple(int(v == place) for v in range(count)): Fraction(1)})
        return total
    for node in nodes:
        demand(waiting, "tree-trailing", "nodes follow after the proof is complete")
        (form, free, sizes), keys = waiting.pop(), node if isinstance(node, t.Record) else ()
        count, one = len(free), (0,) * len(free)
        def variable(key, expected):
            place = t.index(node[key])
            demand(place < count and expected in (None, free[place]), "polynomial-node", kind)
            return place
        def polynomial(key, place, fits):
            demand(not any(exponents[place] for exponents in by) and one not in by and fits, "polynomial-node", key)
        if "eliminate" in keys:
            t.record(node, ["eliminate", "content"])
            place, content = variable("eliminate", None), read_exponents(t, node["content"], count)
            waiting.append((eliminate(t, form, free, sizes, place, content), free, sizes))
        elif "content" in keys:
            content = read_exponents(t, t.record(node, ["content"])["content"], count)
            quotient = divided(form, content)
            demand(quotient is not None and is_even(free, content), "polynomial-node", "the monomial does not divide")
            waiting.append((quotient, free, sizes))
        elif "signs" in keys:
            place = variable("signs", True)
            t.record(node, ["signs"])
            now = free[:place] + [False] + free[place + 1:]
            waiting += [(substitute(t, form, place, plus({}, -1, place)), now, sizes), (form, now, sizes)]
        elif "shift" in keys:
            by = read_polynomial(t, t.record(node, ["shift", "by"])["by"], count)
            place = variable("shift", True)
            polynomial("a shift contains its variable, or is not zero at 0", place, True)
            waiting.append((substitute(t, form, place, plus(by, 1, place)), free, sizes.moved(place, by)))
        elif "factor" in keys:  # f = U p^2 g
            t.record(node, ["factor", "root", "rest"])
            unit, root, rest = (read_polynomial(t, node[key], count) for key in ("factor", "root", "rest"))
            product = times(t, times(t, times(t, root, root), unit), rest)
            fits = unit.get(one, 0) > 0 and product == form
            demand(fits, "polynomial-node", "a factor is not positive at 0, or the product is another polynomial")
            ensure_reached(t, sizes.keep_positive(unit))
            waiting.append((rest, free, sizes))
        elif "names" in keys:  # U(x) f(x) = F(x, p(x)), U(0) > 0, p(0) = 0
            names = t.each(lambda p: read_polynomial(t, p, count), t.record(node, ["names", "unit", "form"])["names"])
            unit = read_polynomial(t, node["unit"], count)
            more = (0,) * len(names)
            named = unnamed = read_polynomial(t, node["form"], count + len(more))
            for place, p in enumerate(names, count):
                unnamed = substitute(t, unnamed, place, {exponents + more: value for exponents, value in p.items()})
            product = {e + more: value for e, value in times(t, unit, form).items()}
            fits = unit.get(one, 0) > 0 and not any(one in p for p in names) and unnamed == product
            demand(fits, "polynomial-node", "a name is not zero at 0, or with the names put in the form is another one")
            ensure_reached(t, sizes.keep_positive(unit))
            waiting.append((named, free + [True] * len(more), sizes.named(names)))
        elif "power" in keys:
            place, exponent = variable("power", False), t.index(t.record(node, ["power", "exponent"])["exponent"])
            demand(exponent > 0, "polynomial-node", "a power has the exponent 0")
            form = {e[:place] + (e[place] * exponent,) + e[place + 1:]: value for e, value in form.items()}
            small = all(e[place] <= MAX_EXPONENT for e in form)
            demand(small, "polynomial-size", "a polynomial gets too large")
            waiting.append((form, free, sizes.rooted(place, exponent)))
        elif "bend" in keys:
            by = read_polynomial(t, t.record(node, ["bend", "at"])["at"], count)
            place = variable("bend", False)
            nonnegative = all(value > 0 and is_even(free, exponents) for exponents, value in by.items())
            polynomial("a bend contains its variable, or has a bad term or a constant", place, nonnegative)
            sizes = sizes.moved(place, by)
            waiting += [(substitute(t, form, place, plus(by, sign, place)), free, sizes) for sign in (-1, 1)]
        elif "ray" in keys:  # x >= c y, then x <= c y
            ratio = t.rational(t.record(node, ["ray", "other", "ratio"])["ratio"])
            x, y = variable("ray", False), variable("other", False)
            demand(x != y and ratio > 0, "polynomial-node", "a ray needs two variables and a positive ratio")
            for place, other, factor in ((y, x, 1 / ratio), (x, y, ratio)):
                along = {tuple(int(v == other) for v in range(count)): factor}
                waiting.append((substitute(t, form, place, plus(along, 1, place)), free, sizes))
        else:
            check_local_leaf(t, form, free, sizes, t.record(node, ["squares", "absorptions"]))
    demand(not waiting, "tree-incomplete", "the proof ends before all its branches do")

def eliminate(t, form, free, sizes, place, content):
    """f = m (A x^2 + B x) + C, m even, A(0) > 0, B(0) = 0: near 0, f is nonnegative if 4 A C - m B^2 is, because
    4 A f = m (2 A x + B)^2 + 4 A C - m B^2."""
    constant, linear, square, *more = parts(form, place) + [{}] * 3
    even = is_even(free, content) and not content[place] and not any(more)
    linear, square, one = divided(linear, content), divided(square, content), (0,) * len(free)
    fits = even and linear is not None and square is not None and square.get(one, 0) > 0 and one not in linear
    t.demand(fits, "polynomial-node", "the variable cannot be eliminated")
    ensure_reached(t, sizes.keep_positive(square))
    left = {}
    add(left, 4, times(t, square, constant))
    add(left, -1, times(t, {content: Fraction(1)}, times(t, linear, linear)))
    return left

def check_local_leaf(t, form, free, sizes, leaf):
    """Accepts a polynomial of which, after subtraction of squares c m p^2 (c >= 0, m even), each bad term x^b is absorbed:
    b = sum lambda_a a + gamma over good a, lambda >= 0, sum lambda = 1, gamma >= 0 and not 0, so that near 0
    |x^b| <= |x|^gamma sum lambda_a |x|^a is as small a part of the good terms as needed; as far as `sizes` says, they are at most
    the good terms."""
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
    loads = {}
    for b, absorption in zip(bad, absorptions):
        holds, total, gamma, shares = True, 0, list(b), []
        for a, factor in read_entries(t, absorption, 2):
            a, factor = read_exponents(t, a, count), t.rational(factor)
            holds, total = holds and factor >= 0 and is_good(a), total + factor
            shares.append((a, factor))
            gamma = [entry - factor * power for entry, power in zip(gamma, a)]
        holds = holds and total == 1 and all(entry >= 0 for entry in gamma) and any(gamma)
        demand(holds, "polynomial-leaf", "a bad term is not absorbed")
        for a, factor in shares:
            loads[a] = loads.get(a, 0) + factor * abs(form[b]) * sizes.monomial(gamma)
    ensure_reached(t, all(load <= form[a] for a, load in loads.items()))
