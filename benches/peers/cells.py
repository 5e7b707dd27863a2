"""Cells of central arrangements: relucert, and passagemath (a modular Sage), in a process that can be ended.

passagemath builds a polyhedron for each cell, with all its vertices, where relucert lists sign vectors: it does more than
is asked here, and nothing that can be installed by pip does less. As a program: python cells.py LIMIT, with the hyperplanes
as JSON on standard input, prints the count of regions and the seconds of the processor, or is ended at the limit.
"""

import json
import math
import resource
import signal
import subprocess
import sys
import time

import ours
from arrangements import known


def compare(python, limit):
    """Rows {"id", "dimension", "lines", "cells", "seconds", "passagemath", "limited"}; wrong counts end the program."""
    rows, asks = [], True
    for arrangement in sorted(known(), key=lambda arrangement: arrangement.cells):
        dimension = len(arrangement.lines[0])
        request = {"id": arrangement.id, "dimension": dimension, "lines": arrangement.lines}
        replies = ours.run("cells", [json.dumps(request)], 10 * limit)
        # What has more cells than one that took the limit isn't asked.
        found, seconds = ask(python, arrangement.lines, limit) if asks else (None, None)
        for who, count in (("relucert", replies[0]["cells"] if replies else None), ("passagemath", found)):
            if count not in (None, arrangement.cells):
                sys.exit(f"{arrangement.id}: {who} counts {count} cells, there are {arrangement.cells}")
        rows.append({"id": arrangement.id, "dimension": dimension, "lines": len(arrangement.lines),
                     "cells": arrangement.cells, "seconds": replies[0]["seconds"] if replies else None,
                     "passagemath": seconds, "limited": found is None})
        asks = asks and found is not None
        print(rows[-1], file=sys.stderr)
    return rows


def ask(python, lines, limit):
    """(count of regions, seconds), or (None, limit)."""
    done = subprocess.run([python, "-B", __file__, str(limit)], input=json.dumps(lines), capture_output=True, text=True)
    if done.returncode == -signal.SIGXCPU:
        return None, limit
    if done.returncode:
        sys.exit(f"passagemath ended with {done.returncode}: {done.stderr[-500:]}")
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def main():
    """The enumeration by passagemath."""
    import sage.all__sagemath_polyhedra as sage
    from sage.geometry.hyperplane_arrangement.arrangement import HyperplaneArrangements
    lines = json.loads(sys.stdin.read())
    space = HyperplaneArrangements(sage.QQ, tuple(f"x{i}" for i in range(len(lines[0]))))
    arrangement = space([[line, 0] for line in lines])
    # Sage takes seconds to start; only the enumeration is timed.
    start = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(start + float(sys.argv[1])), resource.RLIM_INFINITY))
    regions = arrangement.regions()
    print(json.dumps([len(regions), time.process_time() - start]))


if __name__ == "__main__":
    main()
