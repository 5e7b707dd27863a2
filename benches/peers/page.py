"""docs/benchmarks.md from the results: what was measured and how, tables, figures, what was left out."""

import record

HEAD = """# Benchmarks

Made by benches/peers/measure.py and benches/peers/scaling.py; the numbers behind it are in
[benches/peers/results](../benches/peers/results). Ratios are comparable between machines, times are not.

```sh
python3 benches/peers/measure.py --full      # the questions, below 25 minutes
python3 benches/peers/measure.py --cells     # cell enumeration; installs 0.7 GB
python3 benches/peers/scaling.py             # costs and figures
python3 benches/peers/measure.py --quick     # two minutes, prints tables
```

## Against SMT solvers

**The question.** Is the kink form f(u) = a.u + sum_l kappa_l |p_l.u| nonnegative everywhere? ([theory.md](theory.md),
section 2.) Everything that relucert says about the first order is made of such questions.

**The families**, each with seeds (benches/peers/questions.py):

| family | how a question is made | answer |
|---|---|---|
| `random` | lines with entries of one to three digits and weights drawn, the concave part scaled at random | yes or no |
| `mixed` | each concave generator mixed from three convex ones, their shares used up (Proposition 2.5) | yes |
| `below` | drawn, the concave part 2 % below its critical size, which is computed exactly from all rays, and rounded to four digits | yes |
| `above` | the same, 2 % above | no |
| `huge-` | as `mixed` and `above`, with entries up to 10^30 | yes, no |

The linear part is a point of the convex zonotope with multipliers up to 1/4, or 0 ("a = 0").

**How it is measured.** All get the same questions on the same machine in one run, one after the other. relucert decides
inside one process, medians over batches (benches/questions.rs): *decide* is the verdict alone, *certify* the verdict
with its proof written as JSON text, *check* what the independent checker takes to read that text and accept it. A
refutation is a vector u with f(u) < 0: it needs no proof, and checking it is one evaluation. The solvers are called
through their Python interfaces, in a process of their own that is ended at the limit; building the formula is not
counted, on either side, and times below 0.2 s are medians of three. As the machine has other work to do, a solver's time is
that of the processor, where it waits for nobody; relucert's is that of the clock. A ratio is the time of the fastest solver over that
of relucert. Where a solver reaches its limit, this counts as its time and is marked `>=`; once one solver has answered,
the others get half as long again and at least a second. A question that relucert does not finish counts as ratio 0.

**The formula.** A variable y_l for max(p_l.u, 0), so that |p_l.u| = 2 y_l - p_l.u; y_l >= 0 and y_l >= p_l.u for all kinks,
and for concave ones also y_l <= 0 or y_l <= p_l.u; then f < 0. In trials with d = 3 to 6 and 16 to 22 lines a variable
for |p_l.u| itself took z3 1 to 3 times and cvc5 0.8 to 1.7 times as long; for Yices there was no difference but luck where
the answer is no. ite in the concave kinks, or in all, took z3 two to five times as long. The solvers run with their settings
for QF_LRA: z3 `SolverFor`, cvc5 `setLogic`, Yices a one-shot context with `simplex-prop`, which makes it up to a quarter
faster where the answer is yes; f <= -1 in place of f < 0, integers in place of fractions, other modes and cached lemmas
changed nothing that could be told from noise.
"""

AIMS = """Where the fastest peer takes 0.5 s or more, the aims are a median ratio of 3000 deciding and of 1000 with certificate and
check, and none below 100. The first table says what was reached.
"""

CELLS = """## Cells of central arrangements

The signs of all cells, one of each pair of opposite ones, against the regions that passagemath enumerates. It builds a
polyhedron for each region, with its vertices: it does more than is asked here. So does polymake, which isn't measured. The
counts are known, and a wrong one ends the run.
"""

COST = """## What it costs

Whole runs of `relucert check` include reading, deciding, the certificate and the check of it. Exponents are fitted to the
upper half of each series (least squares of logarithms); where cost grows exponentially, in d and in the numbers of
PARTITION, it is the factor for each more. No growth is told where the points don't lie near a line: between one proof with
one leaf and a tree, or between one width of integers and the next, cost jumps by more than it grows. Medians of three seeds.
"""

LEFT_OUT = """## What was left out, and why

- Solvers for nonlinear arithmetic, and the mixed-integer programs that rest on floating-point numbers: their answers are
  not exact.
- d above 8, and more than 60 lines: from some 40 lines in d = 8 on no solver answers within minutes, so that there is no
  ratio to tell; the last lines of the table show some.
- The time to build a formula and to start a process: for the solvers it is far above what relucert takes in all.
- Parallel runs: every process has one core, except that relucert may use the other one where it decides with several
  threads.
"""


def text():
    """The whole page."""
    run, rows = record.read_run(), record.read_rows("questions")
    lines = [HEAD]
    if rows:
        lines += [*about(run), "", AIMS, *record.question_tables(rows)]
    cells = record.read_rows("cells")
    if cells:
        lines += [CELLS, *cell_table(cells)]
    scaling = record.read_rows("scaling")
    if scaling:
        lines += [COST, *scaling_table(scaling)]
    return "\n".join([*lines, LEFT_OUT])


def about(run):
    """Machine, versions, limits, in one paragraph, and what a person has written into results/run.json as "note"."""
    versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
    seeds = "seed 1" if run["seeds"] == 1 else f"seeds 1 to {run['seeds']}"
    return [f"**This run**: {run['date']}, {run['processor']}, {run['cores']} cores, shared with other work, "
            f"{run['system']}; relucert {run['commit']}, {run['rustc']}; Python {run['python']}, {versions}; "
            f"{run['limit']:.0f} seconds for each question and solver; {seeds}. {run.get('note', '')}".rstrip()]


def cell_table(rows):
    """One line for each arrangement."""
    lines = []
    for row in rows:
        own, theirs = row["seconds"], row["passagemath"]
        lines.append([
            row["id"], row["dimension"], row["lines"], f"{row['cells']:,}".replace(",", " "),
            record.shown(own) if own is not None else "-",
            record.count(row["cells"] / own) if own else "-",
            record.shown(theirs, row["limited"]) if theirs is not None else "not asked",
            ("" if not row["limited"] else ">= ") + record.count(theirs / own) if own and theirs else "-",
        ])
    head = ["arrangement", "d", "hyperplanes", "cells", "relucert", "cells per second", "passagemath", "ratio"]
    return record.table(head, lines)


def scaling_table(rows):
    """One line for each series and figure: first and last value, and how cost grows."""
    lines = []
    for series in dict.fromkeys(row["series"] for row in rows):
        here = [row for row in rows if row["series"] == series]
        for key in ("decide", "certify", "check", "whole"):
            points = [(row["x"], row[key]) for row in here if row.get(key)]
            if points:
                lines.append([here[0]["title"], key, *(f"{x}: {record.shown(seconds)}" for x, seconds in
                                                       (points[0], points[-1])), growth(series, points)])
    figures = [f"![{series}](figures/cost-{series}.svg)" for series in dict.fromkeys(row["series"] for row in rows)]
    return [*record.table(["what grows", "time", "first", "last", "growth"], lines), *figures, ""]


def growth(series, points):
    """An exponent, or for d a factor."""
    exponential = series in ("d", "partition")
    found = record.factor_per_step(points) if exponential else record.exponent(points)
    return "-" if found is None else f"x {found:.1f} each" if exponential else f"x^{found:.1f}"
