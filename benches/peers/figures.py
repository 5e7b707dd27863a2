"""The figures of docs/benchmarks.md: seconds over what grows, both logarithmic. The same rows give the same bytes."""

KEYS = {"decide": "verdict", "certify": "verdict and proof", "check": "check", "whole": "relucert check"}


def draw_all(rows, folder):
    """One SVG for each series: folder/cost-SERIES.svg."""
    import matplotlib
    matplotlib.use("svg")
    # No date, no random names.
    matplotlib.rcParams.update({"svg.hashsalt": "relucert", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot
    folder.mkdir(exist_ok=True)
    for series in dict.fromkeys(row["series"] for row in rows):
        here = [row for row in rows if row["series"] == series]
        figure, axes = pyplot.subplots(figsize=(4.5, 3), layout="constrained")
        for (key, name), marker in zip(KEYS.items(), "osx^"):
            points = [(row["x"], row[key]) for row in here if row.get(key)]
            if points:
                axes.plot(*zip(*points), marker=marker, markersize=4, linewidth=1, label=name)
        if here[0].get("start"):
            axes.axhline(here[0]["start"], linewidth=1, linestyle=":", color="gray", label="starting the program")
        axes.set(xscale="log", yscale="log", xlabel=here[0]["title"], ylabel="seconds")
        ticks = [row["x"] for row in here]
        axes.set_xticks(ticks[::max(1, len(ticks) // 6)], minor=False)
        axes.get_xaxis().set_major_formatter(matplotlib.ticker.ScalarFormatter())
        axes.get_xaxis().set_minor_formatter(matplotlib.ticker.NullFormatter())
        axes.grid(True, which="major", linewidth=0.3)
        axes.legend(frameon=False)
        figure.savefig(folder / f"cost-{series}.svg", metadata={"Date": None, "Creator": None})
        pyplot.close(figure)
