"""What was measured: the results as lines of JSON, and docs/benchmarks.md made of them."""

import json
from math import exp, log
from statistics import median

from environment import HERE

RESULTS = HERE / "results"
PEERS = ("z3", "cvc5", "yices")
# Below this even the fastest peer needs so little that its ratio says more about overhead than about mathematics.
SLOW = 0.5


# ---- Files
def write_rows(name, rows):
    """results/NAME.jsonl"""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def read_rows(name):
    """results/NAME.jsonl, nothing if it isn't there."""
    path = RESULTS / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def write_run(about):
    """results/run.json: machine, versions, limits."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "run.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def read_run():
    """results/run.json"""
    path = RESULTS / "run.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


# ---- One question
def fastest(row):
    """(seconds of the fastest peer, whether that is only a limit that none of them met)."""
    replies = row["peers"].values()
    answered = [reply["seconds"] for reply in replies if not reply["limited"]]
    return (min(answered), False) if answered else (min(reply["seconds"] for reply in replies), True)


def our_seconds(row):
    """(deciding, certificate and check) in seconds, None where there is no answer.

    A refutation is a vector, which deciding gives and which is checked by one evaluation: it has no time of its own.
    """
    reply = row["relucert"]
    if not reply or reply["answer"] == "limit":
        return None
    return reply["decide"], reply["certify"] + (reply.get("check") or 0)


def ratios(row):
    """(deciding, with certificate and check): fastest peer over relucert, 0 where relucert has no answer."""
    seconds, peer = our_seconds(row), fastest(row)[0]
    return tuple(peer / own for own in seconds) if seconds else (0.0, 0.0)


def contradiction(row):
    """Who disagrees about a question, in words, or None."""
    answers = {"relucert": (row["relucert"] or {}).get("answer"), "its making": row["expected"]}
    answers.update((name, reply["answer"]) for name, reply in row["peers"].items())
    said = [(who, answer) for who, answer in answers.items() if answer in ("yes", "no")]
    other = next(((who, answer) for who, answer in said if answer != said[0][1]), None)
    return f"{said[0][0]} says {said[0][1]}, {other[0]} says {other[1]}" if other else None


def one_line(row):
    """For the terminal."""
    peers = ", ".join(f"{name} {shown(reply['seconds'], reply['limited'])}" for name, reply in row["peers"].items())
    own = our_seconds(row)
    times = f"{shown(own[0])} + {shown(own[1])}" if own else "no answer"
    answer = row["relucert"]["answer"] if row["relucert"] else "-"
    return f"{row['id']}: {answer}; relucert {times}; {peers}; ratios {ratios(row)[0]:.0f}, {ratios(row)[1]:.0f}"


# ---- Growth
def exponent(points):
    """The slope of log seconds over log x, least squares over the upper half of x and at least three points."""
    return slope([(log(x), log(seconds)) for x, seconds in points])


def factor_per_step(points):
    """By what the seconds are multiplied when x grows by 1, fitted in the same way."""
    found = slope([(x, log(seconds)) for x, seconds in points])
    return None if found is None else exp(found)


def slope(points):
    """The slope of the line of least squares through the upper half of some points.

    None for fewer than three, or if they don't lie near a line: it explains less than nine tenths of their variance.
    """
    points = sorted(points)[-max(3, (len(points) + 1) // 2):]
    if len(points) < 3:
        return None
    mean_x, mean_y = (sum(column) / len(points) for column in zip(*points))
    both = sum((x - mean_x) * (y - mean_y) for x, y in points)
    in_x, in_y = (sum((entry - mean) ** 2 for entry in column) for column, mean in zip(zip(*points), (mean_x, mean_y)))
    return both / in_x if both**2 >= 0.9 * in_x * in_y > 0 else None


# ---- Tables
def shown(seconds, limited=False):
    """A time for people, `>=` where it is a limit."""
    for unit, factor in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1 or unit == "us":
            number = seconds * factor
            return f"{'>= ' if limited else ''}{number:.{0 if number >= 100 else 1}f} {unit}"


def count(number):
    """A ratio for people: two digits, blanks between thousands."""
    if number < 100:
        return f"{number:.2g}"
    digits = len(str(int(number))) - 2
    return f"{round(number / 10**digits) * 10**digits:,}".replace(",", " ")


def summary(rows):
    """(median, least) of the ratios for deciding and with certificate and check, as texts with `>=`."""
    texts = []
    for which in (0, 1):
        # No answer of ours is a ratio of 0, whatever the peers would still have taken.
        found = sorted((ratios(row)[which], fastest(row)[1] and ratios(row)[which] > 0) for row in rows)
        middle = median([ratio for ratio, _ in found])
        # A median is a lower bound if one of those from it upwards stands in its place only because of a limit.
        open_ended = any(limited for ratio, limited in found if ratio <= middle)
        texts += [f"{'>= ' if open_ended else ''}{count(middle)}", f"{'>= ' if found[0][1] else ''}{count(found[0][0])}"]
    return texts


def table(head, lines):
    """A table in Markdown."""
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
            *("| " + " | ".join(map(str, line)) + " |" for line in lines), ""]


def question_tables(rows):
    """The questions by whether the fastest peer is slow: a summary, and then by family and size."""
    groups = [(f"the fastest peer takes {SLOW} s or more", [row for row in rows if fastest(row)[0] >= SLOW]),
              ("the fastest peer takes less", [row for row in rows if fastest(row)[0] < SLOW])]
    groups = [(name, group) for name, group in groups if group]
    head = ["questions where", "count", "deciding: median", "least", "below 100", "with certificate and check: median", "least",
            "below 100", "no answer"]
    lines = table(head, [overview_line(name, group) for name, group in groups])
    for name, group in groups:
        lines += [f"### Where {name}", ""]
        sizes = {}
        for row in group:
            sizes.setdefault((row["family"], row["dimension"], row["lines"], row["concave"], row["zero_linear"]), []).append(row)
        head = ["family", "d, lines, concave", "count", *PEERS, "decide", "certify", "check", "ratio deciding: median",
                "least", "with certificate and check: median", "least"]
        lines += table(head, [size_line(size, sizes[size]) for size in sorted(sizes)])
    return lines


def overview_line(name, rows):
    """One line of the first table: medians, least ratios, and how many are below 100."""
    below = [sum(ratios(row)[which] < 100 for row in rows) for which in (0, 1)]
    texts = summary(rows)
    return [name, len(rows), *texts[:2], below[0], *texts[2:], below[1], sum(our_seconds(row) is None for row in rows)]


def size_line(size, rows):
    """One line of a table: questions of one family and size."""
    family, dimension, lines, concave, zero_linear = size
    name = f"{family}, a = 0" if zero_linear else family
    times = []
    for peer in PEERS:
        replies = sorted((row["peers"][peer]["seconds"], row["peers"][peer]["limited"]) for row in rows)
        times.append(shown(median([seconds for seconds, _ in replies]), replies[-1][1]))
    for key in ("decide", "certify", "check"):
        found = [row["relucert"][key] for row in rows if row["relucert"] and row["relucert"].get(key) is not None]
        times.append(shown(median(found)) if found else "-")
    return [name, f"{dimension}, {lines}, {concave}", len(rows), *times, *summary(rows)]
