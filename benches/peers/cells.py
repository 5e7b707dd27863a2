"""Cells of central arrangements: relucert, and passagemath (a modular Sage), in a process that can be ended.

passagemath builds a polyhedron for each cell, with all its vertices, where relucert lists sign vectors: it does more than
is asked here, and nothing that can be installed by pip does less. As a program: python cells.py, with the hyperplanes
as JSON on standard input, prints the count of regions and the seconds.
"""

import json
import subprocess
import sys
import time

import ours
from arrangements import known

# A smaller one is not asked again once another has taken the limit.
PATIENCE = 3


def compare(python, limit):
    """Rows {"id", "dimension", "lines", "cells", "seconds", "passagemath", "limited"}; wrong counts end the program."""
    rows, times_out = [], 0
    for arrangement in sorted(known(), key=lambda arrangement: arrangement.cells):
        dimension = len(arrangement.lines[0])
        request = {"id": arrangement.id, "dimension": dimension, "lines": arrangement.lines}
        replies = ours.run("cells", [json.dumps(request)], 10 * limit)
        if replies and replies[0]["cells"] != arrangement.cells:
            sys.exit(f"{arrangement.id}: relucert counts {replies[0]['cells']} cells, there are {arrangement.cells}")
        found, seconds = (None, limit) if times_out >= PATIENCE else ask(python, arrangement.lines, limit)
        if found not in (None, arrangement.cells):
            sys.exit(f"{arrangement.id}: passagemath counts {found} cells, there are {arrangement.cells}")
        asked = times_out < PATIENCE
        times_out += found is None
        rows.append({"id": arrangement.id, "dimension": dimension, "lines": len(arrangement.lines),
                     "cells": arrangement.cells, "seconds": replies[0]["seconds"] if replies else None,
                     "passagemath": seconds if asked else None, "limited": found is None})
        print(rows[-1], file=sys.stderr)
    return rows


def ask(python, lines, limit):
    """(count of regions, seconds), or (None, limit)."""
    try:
        # Sage takes seconds to start; only the enumeration is timed.
        output = subprocess.run([python, "-B", __file__], input=json.dumps(lines), capture_output=True, text=True,
                                timeout=limit + 30, check=True).stdout
    except subprocess.TimeoutExpired:
        return None, limit
    count, seconds = json.loads(output.splitlines()[-1])
    return (count, seconds) if seconds <= limit else (None, limit)


def main():
    """The enumeration by passagemath."""
    import sage.all__sagemath_polyhedra as sage
    from sage.geometry.hyperplane_arrangement.arrangement import HyperplaneArrangements
    lines = json.loads(sys.stdin.read())
    space = HyperplaneArrangements(sage.QQ, tuple(f"x{i}" for i in range(len(lines[0]))))
    arrangement = space([[line, 0] for line in lines])
    start = time.perf_counter()
    regions = arrangement.regions()
    print(json.dumps([len(regions), time.perf_counter() - start]))


if __name__ == "__main__":
    main()
