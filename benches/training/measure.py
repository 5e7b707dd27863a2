"""Steps of training per second: relucert, the same loop in numpy, and PyTorch on the CPU, side by side in one run.

    cargo build --release && python3 benches/training/measure.py

It makes a virtual environment in the folder that --venv names (default: target/training-venv) and installs numpy and, if
it can be had, the CPU build of PyTorch there. Each candidate runs the three experiments of Wu, Simsek and Ged (width 50,
double precision, one thread) from the same weights; times are processor time for the steps alone, the best of several
repetitions, taken in turn. All look at the loss in every step; the losses after 20 steps show that they do the same.
"""

import argparse
import json
import math
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPETITIONS = 3
WIDTH = 50

EXPERIMENTS = {
    "E1": dict(
        scale=8e-6, rate=1e-3,
        inputs=[[-1, 1], [-0.6, 1], [-0.1, 1], [0.3, 1], [0.7, 1]],
        targets=[[0.28], [-0.1], [0.03], [0.23], [-0.22]],
    ),
    "E2": dict(
        scale=9.05e-12, rate=1e-3,
        inputs=[[-0.3, -0.75, -0.5], [-0.2, -0.2, 0.4], [-0.6, 1, -1], [-0.4, 0.4, 0.3], [0.6, -0.1, -0.7],
                [0.4, -0.9, 0.3], [0.2, 0.2, -0.5]],
        targets=[[-0.5], [0.1], [-0.6], [0.3], [0.8], [-0.3], [-0.1]],
    ),
    "E3": dict(
        scale=9.05e-12, rate=2e-3,
        inputs=[[-0.3, 0.5], [1, 1], [-0.6, -1], [0.4, -0.4]],
        targets=[[0.6, -0.5], [0.5, -1], [-0.4, 0.6], [0.8, 0.2]],
    ),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venv", type=pathlib.Path, default=ROOT / "target" / "training-venv")
    parser.add_argument("--relucert", type=pathlib.Path, default=None, help="the binary (default: the release build)")
    parser.add_argument("--no-torch", action="store_true", help="leave PyTorch out")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        measure(arguments)
        return
    python = make_environment(arguments)
    sys.exit(subprocess.run([python, __file__, "--inside", *sys.argv[1:]]).returncode)


def make_environment(arguments):
    python = arguments.venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", arguments.venv], check=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([python, "-c", "import numpy"], capture_output=True).returncode != 0:
        subprocess.run([*pip, "numpy"], check=True)
    if not arguments.no_torch and subprocess.run([python, "-c", "import torch"], capture_output=True).returncode != 0:
        wheels = "https://download.pytorch.org/whl/cpu"
        if subprocess.run([*pip, "torch", "--index-url", wheels]).returncode != 0:
            print("PyTorch can't be installed from", wheels, "- it is left out", file=sys.stderr)
    return python


def measure(arguments):
    import numpy

    candidates = {"relucert": (relucert, 600_000), "numpy": (with_numpy, 10_000)}
    try:
        import torch
        torch.set_num_threads(1)
        candidates["PyTorch autograd"] = (with_torch_autograd, 1_000)
        candidates["PyTorch formulas"] = (with_torch_formulas, 3_000)
        print("numpy", numpy.__version__, "- torch", torch.__version__)
    except ImportError:
        print("numpy", numpy.__version__, "- no PyTorch")
    print(f"{'':4}{'':20}{'microseconds a step':>20}{'times relucert':>16}{'loss after 20 steps':>24}")
    for name, experiment in EXPERIMENTS.items():
        best = {candidate: float("inf") for candidate in candidates}
        losses = {}
        for _ in range(REPETITIONS):
            for candidate, (run, steps) in candidates.items():
                seconds, losses[candidate] = run(experiment, steps, arguments)
                best[candidate] = min(best[candidate], seconds / steps)
        for candidate, seconds in best.items():
            ratio = seconds / best["relucert"]
            print(f"{name:4}{candidate:20}{seconds * 1e6:20.3f}{ratio:16.1f}{losses[candidate]:24.15f}")


def relucert(experiment, steps, arguments):
    binary = arguments.relucert or ROOT / "target" / "release" / "relucert"
    data = {
        "format": "relucert.instance/1", "id": "data", "activation": "relu",
        "samples": {"inputs": experiment["inputs"], "targets": experiment["targets"]},
    }
    _, _, w, h, _ = start(experiment)
    data["candidate"] = {"input_weights": w.tolist(), "output_weights": h.tolist()}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "data.json")
        pathlib.Path(path).write_text(json.dumps(data))

        def run(count):
            command = [binary, "train", path, "--from-candidate", "--step-size", str(experiment["rate"]),
                       "--steps", str(count), "--format", "json"]
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            output = subprocess.run(command, check=True, capture_output=True).stdout
            after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            return after - before, json.loads(output)["mean_squared_error"]

        # What starting and reading cost isn't counted.
        started, loss = run(20)
        whole, _ = run(steps)
        return whole - started, loss


def start(experiment):
    import numpy
    random = numpy.random.default_rng(1)
    x, y = numpy.array(experiment["inputs"], float), numpy.array(experiment["targets"], float)
    w = experiment["scale"] * random.standard_normal((WIDTH, x.shape[1]))
    h = experiment["scale"] * random.standard_normal((WIDTH, y.shape[1]))
    return x, y, w, h, experiment["rate"] * 2 / y.size


def with_numpy(experiment, steps, _):
    import numpy
    x, y, w, h, rate = start(experiment)

    def run(count, w, h):
        for _ in range(count):
            z = x @ w.T
            a = numpy.maximum(z, 0)
            e = a @ h - y
            if not numpy.isfinite((e * e).mean()):
                raise ArithmeticError("diverged")
            to_h = a.T @ e
            to_w = ((e @ h.T) * (z > 0)).T @ x
            w = w - rate * to_w
            h = h - rate * to_h
        return w, h

    before = time.process_time()
    run(steps, w, h)
    seconds = time.process_time() - before
    w, h = run(20, w, h)
    return seconds, float(numpy.mean((numpy.maximum(x @ w.T, 0) @ h - y) ** 2))


def with_torch_formulas(experiment, steps, _):
    import torch
    x, y, w, h, rate = start(experiment)
    x, y, w, h = (torch.from_numpy(array) for array in (x, y, w, h))

    @torch.no_grad()
    def run(count, w, h):
        w, h = w.clone(), h.clone()
        for _ in range(count):
            z = x @ w.T
            a = torch.relu(z)
            e = a @ h - y
            if not math.isfinite((e * e).mean().item()):
                raise ArithmeticError("diverged")
            to_h = a.T @ e
            to_w = ((e @ h.T) * (z > 0)).T @ x
            w.sub_(to_w, alpha=rate)
            h.sub_(to_h, alpha=rate)
        return w, h

    before = time.process_time()
    run(steps, w, h)
    seconds = time.process_time() - before
    w, h = run(20, w, h)
    return seconds, float(((torch.relu(x @ w.T) @ h - y) ** 2).mean())


def with_torch_autograd(experiment, steps, _):
    import torch
    x, y, w, h, _ = start(experiment)
    x, y = torch.from_numpy(x), torch.from_numpy(y)

    def run(count):
        model = torch.nn.Sequential(
            torch.nn.Linear(x.shape[1], WIDTH, bias=False), torch.nn.ReLU(),
            torch.nn.Linear(WIDTH, y.shape[1], bias=False),
        ).double()
        with torch.no_grad():
            model[0].weight.copy_(torch.from_numpy(w))
            model[2].weight.copy_(torch.from_numpy(h.T))
        optimiser = torch.optim.SGD(model.parameters(), lr=experiment["rate"])
        before = time.process_time()
        for _ in range(count):
            optimiser.zero_grad()
            torch.nn.functional.mse_loss(model(x), y).backward()
            optimiser.step()
        seconds = time.process_time() - before
        with torch.no_grad():
            return seconds, float(torch.nn.functional.mse_loss(model(x), y))

    seconds, _ = run(steps)
    return seconds, run(20)[1]


if __name__ == "__main__":
    main()
