#!/usr/bin/env python3
"""What relucert costs as d, lines, n, m and J grow: measured, drawn, and with fitted exponents.

    python3 benches/peers/scaling.py        some minutes, writes docs/figures/*.svg and docs/benchmarks.md

d and lines: the verdict on one kink form, its proof and the check (families of questions.py). n, m, J: whole runs of
`relucert check`, certificate and check included, on members of the families of docs/families.md; what starting takes is
in them and is measured beside them.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

import ours
import record
from environment import ROOT, enter
from questions import Cell, make

SEEDS = (1, 2, 3)
# A series ends after a value that takes so long.
PATIENCE = 4

# (what grows, its values, the cell of questions for a value)
QUESTIONS = {
    "d": ("d, at 20 lines, 10 of them concave", range(2, 10), lambda d: Cell("below", d, 20, 10)),
    "lines": ("lines at d = 4, half of them concave", range(12, 53, 8), lambda lines: Cell("below", 4, lines, lines // 2)),
    "convex": ("lines at d = 4, 4 of them concave", range(12, 53, 8), lambda lines: Cell("below", 4, lines, 4)),
    "mixed": ("lines at d = 4, half of them mixed", range(12, 53, 8), lambda lines: Cell("mixed", 4, lines, lines // 2)),
}
AFFINE = "affine-fit --dimension 4 --spare semi-dead --seed {seed}"
# (what grows, its values, the command that makes an instance)
INSTANCES = {
    "n": ("samples n, d = 4, one output, one neuron to spare", [50 * 2**i for i in range(8)],
          AFFINE + " --samples {value}"),
    "m": ("neurons m, d = 4, n = 50, one output", [4 * 2**i for i in range(7)],
          AFFINE + " --samples 50 --neurons {value}"),
    "J": ("outputs J, d = 4, n = 50, J + 1 neurons", [2**i for i in range(6)], AFFINE + " --samples 50 --outputs {value}"),
    "zonotope": ("generators of the outer zonotope, d = 4", range(8, 65, 8),
                 "zonotope --dimension 4 --generators {value} --seed {seed}"),
    "partition": ("numbers of PARTITION, 2^N leaves or so", range(4, 17), "partition --numbers {value} --seed {seed}"),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draw", action="store_true", help="measure nothing, draw the results that are there")
    arguments = parser.parse_args()
    enter("requirements.txt")
    if not arguments.draw:
        ours.build()
        rows = []
        for row in chain(instances(), questions()):
            rows.append(row)
            record.write_rows("scaling", rows)
    draw(record.read_rows("scaling"))


def draw(rows):
    """The figures and the page."""
    import figures
    import page
    figures.draw_all(rows, ROOT / "docs" / "figures")
    (ROOT / "docs" / "benchmarks.md").write_text(page.text(), encoding="utf-8")


def questions():
    """Rows {"series", "title", "x", "decide", "certify", "check"}: medians over the seeds."""
    for series, (title, values, cell) in QUESTIONS.items():
        for value in values:
            asked = [make(cell(value), seed) for seed in SEEDS]
            replies = list(ours.answers(asked, 20 * PATIENCE).values())
            if len(replies) < len(asked):
                break
            row = {"series": series, "title": title, "x": value}
            for key in ("decide", "certify", "check"):
                found = [reply[key] for reply in replies if key in reply]
                row[key] = statistics.median(found) if found else None
            print(row, file=sys.stderr)
            yield row
            if row["certify"] > PATIENCE:
                break


def instances():
    """Rows {"series", "title", "x", "whole", "start"}: medians over the seeds."""
    subprocess.run(["cargo", "build", "--quiet", "--release", "--locked"], cwd=ROOT, check=True)
    program = Path(ours.target_folder()) / "release" / "relucert"
    start = statistics.median(seconds([program, "--version"]) for _ in range(21))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "instance.json"
        for series, (title, values, arguments) in INSTANCES.items():
            for value in values:
                whole = []
                for seed in SEEDS:
                    made = arguments.format(value=value, seed=seed).split()
                    command = [program, "instances", "generate", *made, "--output", path]
                    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
                    once = seconds([program, "check", path])
                    again = [seconds([program, "check", path]) for _ in range(2 if once < 1 else 0)]
                    whole.append(statistics.median([once, *again]))
                row = {"series": series, "title": title, "x": value, "whole": statistics.median(whole), "start": start}
                print(row, file=sys.stderr)
                yield row
                if row["whole"] > PATIENCE:
                    break


def seconds(command):
    """The wall clock of a program that succeeds."""
    before = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - before


if __name__ == "__main__":
    main()
