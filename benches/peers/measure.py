#!/usr/bin/env python3
"""relucert against z3, cvc5 and Yices: is this kink form nonnegative everywhere?

    python3 benches/peers/measure.py --quick        less than two minutes, prints the tables
    python3 benches/peers/measure.py --full         less than 25 minutes, writes docs/benchmarks.md
    python3 benches/peers/measure.py --cells        cell enumeration against passagemath (0.7 GB to install)
    python3 benches/peers/measure.py --render       docs/benchmarks.md again, from benches/peers/results

Needs Python 3.9 or newer and cargo; the solvers are installed into benches/peers/.venv, pinned in requirements.txt. Each
question goes to everyone, one after the other on the same machine, and all answers must agree: exit code 1 if two
don't, or if one contradicts how the question was made. Costs of cells, d, n, m, J: scaling.py.
"""

import argparse
import datetime
import json
import sys
import time

import ours
import page
import record
from environment import ROOT, enter, python_with
from questions import Cell, make
from solvers import SOLVERS, Solver, versions

# (family, d, lines, concave lines, a = 0); seeds 1, 2, ... of each.
QUICK = [
    ("random", 3, 20, 10, False), ("random", 5, 20, 4, True), ("mixed", 2, 40, 20, False), ("mixed", 3, 24, 12, False),
    ("mixed", 4, 20, 10, True), ("mixed", 6, 14, 7, False), ("below", 3, 24, 12, True), ("below", 4, 18, 6, False),
    ("above", 3, 24, 12, False), ("above", 6, 16, 8, True), ("huge-mixed", 3, 14, 6, False),
    ("huge-above", 3, 14, 6, False),
]
FULL = [
    *QUICK,
    ("random", 4, 32, 16, False), ("random", 6, 20, 10, True), ("random", 8, 20, 6, False),
    ("mixed", 3, 44, 22, False), ("mixed", 3, 60, 10, False), ("mixed", 4, 28, 14, True), ("mixed", 5, 24, 12, False),
    ("mixed", 5, 22, 16, False), ("mixed", 6, 20, 10, False), ("mixed", 7, 20, 9, True), ("mixed", 8, 20, 6, False),
    ("mixed", 8, 20, 10, False),
    ("below", 3, 44, 22, False), ("below", 3, 60, 30, False), ("below", 3, 40, 30, True), ("below", 4, 28, 14, False),
    ("below", 4, 40, 8, False), ("below", 5, 24, 12, True), ("below", 6, 18, 9, False), ("below", 6, 24, 6, False),
    ("below", 6, 18, 12, False), ("below", 7, 18, 9, False), ("below", 8, 20, 6, True), ("below", 8, 20, 10, False),
    ("above", 3, 44, 22, True), ("above", 4, 32, 16, False), ("above", 5, 26, 13, False), ("above", 6, 24, 12, True),
    ("above", 7, 22, 11, False), ("above", 8, 22, 8, False),
    ("huge-mixed", 3, 28, 12, False), ("huge-mixed", 4, 20, 8, True), ("huge-above", 3, 28, 12, False),
]
# No solver is expected to finish these: one question each, for which the limit is shown.
BEYOND = [("mixed", 8, 40, 20, False), ("below", 6, 40, 20, True)]


def main():
    arguments = parse()
    enter("requirements.txt")
    if arguments.cells:
        import cells
        ours.build()
        record.write_rows("cells", cells.compare(python_with("requirements-cells.txt"), arguments.limit))
    elif not arguments.render:
        ours.build()
        if arguments.full:
            record.write_run(machine_and_versions(arguments))
        rows = run(arguments)
        if arguments.quick:
            print("\n".join(record.question_tables(rows)))
    if not arguments.quick:
        (ROOT / "docs" / "benchmarks.md").write_text(page.text(), encoding="utf-8")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--quick", action="store_true", help="few and easy questions")
    what.add_argument("--full", action="store_true", help="those of docs/benchmarks.md")
    what.add_argument("--cells", action="store_true", help="cell enumeration")
    what.add_argument("--render", action="store_true", help="write docs/benchmarks.md from the results that are there")
    parser.add_argument("--limit", type=float, default=None, metavar="SECONDS",
                        help="for one question and solver (20; --quick 5; --cells 120)")
    parser.add_argument("--seeds", type=int, default=2, metavar="COUNT", help="questions of each family and size (2)")
    parser.add_argument("--only", nargs="+", metavar="FAMILY", help="ask these families, keep the other results")
    arguments = parser.parse_args()
    if arguments.limit is None:
        arguments.limit = 5 if arguments.quick else 120 if arguments.cells else 20
    return arguments


def run(arguments):
    """Asks everyone; one row for each question. Ends the program at the first disagreement."""
    solvers = [Solver(name) for name in SOLVERS[::-1]]
    plan = [(Cell(*cell), seed) for cell in (QUICK if arguments.quick else FULL) for seed in range(1, arguments.seeds + 1)]
    plan += [(Cell(*cell), 1) for cell in ([] if arguments.quick else BEYOND)]
    rows, began = [], time.monotonic()
    if arguments.only:
        plan = [(cell, seed) for cell, seed in plan if cell.family in arguments.only]
        rows = [row for row in record.read_rows("questions") if row["family"] not in arguments.only]
    for cell, seed in plan:
        question = make(cell, seed)
        reply = ours.answers([question], 2 * arguments.limit + 60).get(question.id)
        row = {"id": question.id, **cell._asdict(), "seed": seed, "expected": question.expected, "relucert": reply,
               "peers": ask(solvers, json.loads(question.to_json()), arguments.limit)}
        disagreement = record.contradiction(row)
        if disagreement:
            sys.exit(f"{question.id}: {disagreement}\n{question.to_json()}")
        rows.append(row)
        if arguments.full:
            record.write_rows("questions", rows)
        # Who was fastest is asked first next time, since the others then need not wait as long.
        solvers.sort(key=lambda solver: row["peers"][solver.name]["seconds"])
        print(f"{time.monotonic() - began:6.0f} s  {record.one_line(row)}", file=sys.stderr)
    for solver in solvers:
        solver.end()
    return rows


def ask(solvers, document, limit):
    """{solver: {"answer", "seconds", "limited"}}. Once one has answered, the others get half as long again."""
    found = {}
    for solver in solvers:
        fastest = [reply["seconds"] for reply in found.values() if not reply["limited"]]
        patience = min([limit, *(max(1.0, 1.5 * seconds) for seconds in fastest)])
        answer, seconds = solver.measure(document, patience)
        found[solver.name] = {"answer": answer, "seconds": seconds, "limited": answer == "limit"}
    return found


def machine_and_versions(arguments):
    """What the page says about the run."""
    processor = "unknown"
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            processor = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    import os
    import platform
    import subprocess
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True).stdout
    return {
        "date": datetime.date.today().isoformat(), "processor": processor, "cores": os.cpu_count(),
        "system": platform.system(), "python": platform.python_version(), "rustc": rustc.strip(),
        "commit": commit.strip(), "limit": arguments.limit, "seeds": arguments.seeds, "versions": versions(),
    }


if __name__ == "__main__":
    main()
