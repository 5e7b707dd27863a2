"""The logic of the scripts beside this file, with the standard library only: python3 -m unittest discover benches/peers"""

import json
import sys
import unittest
import unittest.mock
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent))

from arrangements import braid, general, resonance, threshold, type_b  # noqa: E402
from exact import Form, Kink, critical_size, dot, is_nonnegative, rank, rays  # noqa: E402
from questions import FAMILIES, Cell, make, near, primitive_line  # noqa: E402
from record import contradiction, exponent, factor_per_step, fastest, ratios, shown, summary  # noqa: E402
from solvers import Solver, constraints  # noqa: E402


def naive_rays(lines):
    """All rays u by Fractions: each choice of d-1 independent lines, and a vector orthogonal to them by elimination."""
    d = len(lines[0])
    for chosen in combinations(lines, d - 1):
        rows, pivots = [list(map(Fraction, line)) for line in chosen], []
        for column in range(d):
            row = next((i for i in range(len(pivots), len(rows)) if rows[i][column]), None)
            if row is None:
                continue
            at = len(pivots)
            rows[at], rows[row] = rows[row], rows[at]
            rows[at] = [entry / rows[at][column] for entry in rows[at]]
            for i in range(len(rows)):
                if i != at:
                    rows[i] = [entry - rows[i][column] * other for entry, other in zip(rows[i], rows[at])]
            pivots.append(column)
        if len(pivots) == d - 1:
            free = next(column for column in range(d) if column not in pivots)
            u = [Fraction(0)] * d
            u[free] = Fraction(1)
            for row, pivot in zip(rows, pivots):
                u[pivot] = -row[free]
            yield u


def naive_is_nonnegative(form):
    """On both sides of all rays of the arrangement of all kinks: no theorem about the convex ones is used."""
    return all(form.value(u) >= 0 and form.value([-entry for entry in u]) >= 0
               for u in naive_rays([line for _, line in form.kinks]))


class Exact(unittest.TestCase):
    def test_rays_are_those_of_elimination(self):
        for seed in range(20):
            random = Random(seed)
            d = random.randint(2, 5)
            lines = [[random.randint(-2, 2) for _ in range(d)] for _ in range(random.randint(d, d + 3))]
            self.assertEqual({primitive_line(u) for u in rays(lines)}, {primitive_line(u) for u in naive_rays(lines)}, seed)

    def test_rays_are_orthogonal_to_their_lines(self):
        lines = [[1, 2, 3], [4, 5, 6], [7, 8, 10]]
        for u in rays(lines):
            self.assertEqual(sorted(dot(line, u) == 0 for line in lines), [False, True, True])

    def test_a_critical_size_known_by_hand(self):
        # |x| + |y| - s |x + y|: at (1, 0) 1 - s, at (1, 1) 2 - 2 s.
        form = Form((0, 0), (Kink(Fraction(1), (1, 0)), Kink(Fraction(1), (0, 1)), Kink(Fraction(-1), (1, 1))))
        self.assertEqual(critical_size(form), 1)
        # with 1/2 x the ray (-1, 0) has room for 1/2 only
        self.assertEqual(critical_size(form._replace(linear=(Fraction(1, 2), 0))), Fraction(1, 2))
        self.assertIsNone(critical_size(form._replace(linear=(2, 0))))

    def test_lines_that_do_not_span_are_refused(self):
        form = Form((0, 0), (Kink(Fraction(1), (1, 0)), Kink(Fraction(-1), (0, 1))))
        self.assertRaises(ValueError, is_nonnegative, form)
        self.assertRaises(ValueError, critical_size, form)

    def test_rank(self):
        self.assertEqual([rank([[1, 2], [2, 4]]), rank([[1, 2], [2, 5]]), rank([[0, 0]]), rank([])], [1, 2, 0, 0])


class Questions(unittest.TestCase):
    def test_what_is_true_by_construction_is_true(self):
        answers = {"yes": 0, "no": 0}
        for family in FAMILIES:
            for dimension in (2, 3):
                for zero in (False, True):
                    for seed in range(4):
                        question = make(Cell(family, dimension, 8, 3, zero), seed)
                        found = naive_is_nonnegative(question.form)
                        self.assertEqual(found, is_nonnegative(question.form), question.id)
                        if question.expected:
                            self.assertEqual(question.expected == "yes", found, question.id)
                        answers["yes" if found else "no"] += 1
        self.assertGreater(min(answers.values()), 20, answers)

    def test_near_a_critical_size(self):
        for critical in (Fraction(1, 3), Fraction(123456789, 1000), Fraction(7, 10**9), Fraction(1)):
            below, above = near(critical, True), near(critical, False)
            self.assertTrue(Fraction(979, 1000) <= below / critical <= Fraction(98, 100), critical)
            self.assertTrue(Fraction(102, 100) <= above / critical <= Fraction(1022, 1000), critical)
        self.assertEqual(near(Fraction(1, 3), True), Fraction(3266, 10_000))

    def test_sizes_are_those_of_the_cell(self):
        for family in FAMILIES:
            question = make(Cell(family, 4, 12, 7), 1)
            concave = [kink for kink in question.form.kinks if kink.weight < 0]
            self.assertEqual((len(question.form.kinks), len(concave)), (12, 7), family)
            self.assertEqual({len(line) for _, line in question.form.kinks}, {4})
            self.assertEqual(len({primitive_line(line) for _, line in question.form.kinks}), 12, "no two on one line")

    def test_the_same_seed_gives_the_same_question(self):
        cell = Cell("below", 3, 9, 4)
        self.assertEqual(make(cell, 5).to_json(), make(cell, 5).to_json())
        self.assertNotEqual(make(cell, 5).form, make(cell, 6).form)


class Records(unittest.TestCase):
    def row(self, peers, relucert, expected=None):
        replies = {name: {"answer": "limit" if limited else "yes", "seconds": seconds, "limited": limited}
                   for name, (seconds, limited) in peers.items()}
        return {"id": "q", "family": "below", "dimension": 3, "lines": 9, "concave": 4, "zero_linear": False,
                "expected": expected, "peers": replies, "relucert": relucert}

    def ours(self, answer="yes"):
        return {"answer": answer, "decide": 0.001, "certify": 0.003, "check": 0.001}

    def test_the_fastest_peer_counts(self):
        row = self.row({"z3": (4.0, True), "cvc5": (8.0, False), "yices": (2.0, False)}, self.ours())
        self.assertEqual((fastest(row), ratios(row)), ((2.0, False), (2000, 500)))

    def test_where_all_are_out_of_time_the_limit_counts_and_is_marked(self):
        row = self.row({"z3": (20.0, True), "cvc5": (20.0, True)}, self.ours())
        self.assertEqual(fastest(row), (20.0, True))
        self.assertEqual(summary([row]), [">= 20 000", ">= 20 000", ">= 5 000", ">= 5 000"])

    def test_what_we_do_not_finish_has_ratio_0(self):
        for reply in (None, self.ours("limit")):
            row = self.row({"yices": (2.0, False)}, reply)
            self.assertEqual(ratios(row), (0, 0))
            answered = self.row({"yices": (2.0, False)}, self.ours())
            self.assertEqual(summary([row, answered, answered]), ["2 000", "0", "500", "0"])
            self.assertEqual(summary([self.row({"yices": (20.0, True)}, reply)])[:2], ["0", "0"])

    def test_a_refutation_has_no_proof_to_check(self):
        row = self.row({"yices": (2.0, False)}, {"answer": "no", "decide": 0.001, "certify": 0.002})
        self.assertEqual(ratios(row), (2000, 1000))

    def test_disagreement_is_named(self):
        row = self.row({"yices": (2.0, False)}, self.ours("no"))
        self.assertEqual(contradiction(row), "relucert says no, yices says yes")
        self.assertEqual(contradiction(self.row({"z3": (2.0, True)}, self.ours(), "no")),
                         "relucert says yes, its making says no")
        self.assertIsNone(contradiction(self.row({"z3": (2.0, True), "yices": (1.0, False)}, None, "yes")))

    def test_growth(self):
        self.assertAlmostEqual(exponent([(x, 5e-6 * x**3) for x in (1, 2, 4, 8, 16)]), 3)
        self.assertAlmostEqual(factor_per_step([(x, 1e-6 * 4**x) for x in range(2, 9)]), 4)
        self.assertIsNone(exponent([(1, 1), (2, 2)]))
        self.assertIsNone(exponent([(1, 1), (2, 9), (3, 2), (4, 7), (5, 1)]), "no law")

    def test_times_for_people(self):
        self.assertEqual([shown(2.0), shown(20.0, True), shown(0.00512), shown(3.21e-6), shown(0.123)],
                         ["2.0 s", ">= 20.0 s", "5.1 ms", "3.2 us", "123 ms"])


class Arrangements(unittest.TestCase):
    def test_small_ones_have_as_many_cells_as_they_say(self):
        for arrangement in (braid(4, 24), resonance(3, 32), type_b(3, 48), general(3, 7), threshold(3, 104)):
            self.assertEqual(self.count(arrangement.lines), arrangement.cells, arrangement.id)

    def count(self, lines):
        """Whitney: the sum over all subsets S of lines of (-1)^(|S| - rank S)."""
        return sum((-1) ** (size - rank(chosen)) for size in range(len(lines) + 1) for chosen in combinations(lines, size))


class Constraints(unittest.TestCase):
    def test_a_point_fits_exactly_if_the_form_is_negative_there(self):
        for encoding in ("max", "absolute"):
            for seed in range(4):
                question = make(Cell("above", 2, 6, 2), seed)
                count, bounds, choices, objective = constraints(json.loads(question.to_json()), encoding)
                random = Random(seed)
                for _ in range(50):
                    u = [random.randint(-9, 9) for _ in range(2)]
                    t = [dot(line, u) for _, line in question.form.kinks]
                    x = u + [max(entry, 0) if encoding == "max" else abs(entry) for entry in t]
                    self.assertEqual(len(x), count)

                    def at(terms):
                        return sum(factor * x[i] for factor, i in terms)
                    self.assertTrue(all(at(terms) >= 0 for terms in bounds))
                    self.assertTrue(all(at(one) >= 0 or at(other) >= 0 for one, other in choices))
                    self.assertEqual(at(objective), question.form.value(u))


class Processes(unittest.TestCase):
    """`Solver`, with programs in the place of solvers."""

    def solver(self, program):
        solver = Solver("test")
        solver.command = [sys.executable, "-c", program]
        self.addCleanup(solver.end)
        return solver

    def test_one_that_answers(self):
        solver = self.solver("import sys\nfor _ in sys.stdin: print('{\"answer\": \"yes\", \"seconds\": 0.5}', flush=True)")
        self.assertEqual([solver.ask({}, 1), solver.measure({}, 1), solver.ask({}, 0.4)],
                         [("yes", 0.5), ("yes", 0.5), ("limit", 0.4)])

    def test_one_that_never_ends_is_ended(self):
        for program in ("import time\ntime.sleep(600)",
                        "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 9))\nwhile True: pass"):
            solver = self.solver(program)
            with unittest.mock.patch("solvers.BUILDING", 10 if "while" in program else 0):
                self.assertEqual(solver.ask({}, 0.2), ("limit", 0.2))
            self.assertIsNone(solver.process)

    def test_one_that_dies_is_an_error(self):
        self.assertRaisesRegex(RuntimeError, "without an answer", self.solver("input()").ask, {}, 5)


if __name__ == "__main__":
    unittest.main()
