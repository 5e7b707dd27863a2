"""relucert from Python: networks and data become instance files, and the `relucert` binary says what they are.

    import relucert
    relucert.export_instance(model, x, y, "point.json")     # a PyTorch model, or arrays
    relucert.check("point.json")                            # a dict; in a notebook a table

One file, standard library only; numpy arrays and PyTorch models and tensors are taken where they are given. A float is
written as the exact rational that it is, never as a rounded decimal. Python 3.9 or newer.
"""

import decimal
import fractions
import html
import json
import os
import re
import shutil
import subprocess
import tempfile

__all__ = ["export_instance", "check", "Report", "RelucertError"]

ARRAYS = ("input_weights", "output_weights", "input_biases", "output_bias")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,5})?|-?(0|[1-9][0-9]*)/[1-9][0-9]*")


class RelucertError(Exception):
    """What relucert, or this module, can't make sense of."""


def export_instance(model_or_arrays, x, y, path, *, activation=None, id=None, title=None, decimal_data=False):
    """Writes a network and its data as an instance file and returns the path.

    model_or_arrays: a PyTorch model with exactly two linear layers (and ReLU, LeakyReLU or nothing else that counts between
        them), or a dict with `input_weights` (m x d), `output_weights` (m x J, or of length m for one output) and optionally
        `input_biases` (m) and `output_bias` (J); or None: data only, as `relucert train` reads them.
    x, y: inputs (n x d) and targets (n x J, or of length n for one output).
    activation: "relu", "absolute-value" or a pair of slopes (positive, negative); otherwise that of the model, or "relu".
    id, title: of the instance; id is the file's name without its ending if it is left out.
    decimal_data: floats of x and y stand for the shortest decimal that gives them: 0.28 is 7/25, and not the double.

    Numbers may be floats, integers, Fractions, Decimals or texts such as "7/25"; floats are exact.
    """
    arrays, found_activation = _network(model_or_arrays)
    activation = _activation(activation if activation is not None else found_activation or "relu")
    data = _shortest if decimal_data else _exact
    inputs, targets = _matrix(x, "x", data), _matrix(y, "y", data, column=True)
    if not inputs or len(inputs) != len(targets):
        raise RelucertError(f"{len(inputs)} inputs and {len(targets)} targets; there must be as many, and at least one")
    samples = {"inputs": inputs, "targets": targets}
    name = id if id is not None else os.path.splitext(os.path.basename(os.fspath(path)))[0]
    instance = {"format": "relucert.instance/1", "id": name}
    if title is not None:
        instance["title"] = title
    instance["activation"] = activation
    instance["samples"] = samples
    if arrays is not None:
        instance["candidate"] = _candidate(arrays, samples)
    _write_whole(path, json.dumps(instance, indent=1) + "\n")
    return path


def check(path, *, binary=None, arguments=()):
    """Lets `relucert check` decide an instance and returns its report (docs/report.md) as a dict, with `exit_code`.

    binary: where relucert is; otherwise the variable RELUCERT, or the one on the PATH. arguments: more for the command line,
    such as ["--certificate", "point.certificate.json"].
    """
    binary = binary or os.environ.get("RELUCERT") or shutil.which("relucert")
    if binary is None:
        raise RelucertError("no relucert binary: put it on the PATH, set RELUCERT, or give binary=")
    command = [os.fspath(binary), "check", os.fspath(path), "--format", "json", *arguments]
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError as error:
        raise RelucertError(f"{binary} can't be run: {error}") from error
    lines = result.stdout.decode("utf-8").splitlines()
    said = result.stderr.decode("utf-8", "replace").strip()
    if len(lines) != 1:
        raise RelucertError(said or f"expected one report, found {len(lines)}")
    report = Report(json.loads(lines[0]))
    if "error" in report:
        error = report["error"]
        place = [f"line {error['line']}, column {error['column']}"] if error.get("line") else []
        place += [f"at {error['pointer']}"] if error.get("pointer") else []
        raise RelucertError(": ".join([report["path"], *place, error["text"]]))
    if result.returncode not in (0, 10, 20):
        raise RelucertError(said or f"relucert ended with exit code {result.returncode}")
    report["exit_code"] = result.returncode
    return report


class Report(dict):
    """A report on an instance; a notebook shows it as a table."""

    def _rows(self):
        yield "loss", self["loss"], self["loss_definition"]
        yield "mean squared error", self["mean_squared_error"], ""
        for key, verdict in self["verdicts"].items():
            if isinstance(verdict, list):
                verdict = ", ".join(map(str, verdict)) or "none"
            verdict = "undefined" if verdict is None else verdict
            yield key.replace("_", " "), verdict, self["reasons"].get(key, {}).get("text", "")
        for difference in self["differences"]:
            yield "differs: " + difference["property"], difference["found"], "expected " + difference["expected"]

    def _repr_html_(self):
        def shorten(text):
            return text if len(text) <= 60 else text[:28] + " ... " + text[-28:]

        cells = "".join(
            "<tr>" + "".join(f'<td style="text-align:left">{html.escape(text)}</td>' for text in row) + "</tr>"
            for row in ((name, shorten(value), why) for name, value, why in self._rows())
        )
        return f"<table><caption>{html.escape(self['id'])}, certificate verified</caption>{cells}</table>"


def _network(given):
    if given is None:
        return None, None
    if isinstance(given, dict):
        unknown = set(given) - set(ARRAYS)
        if unknown or not {"input_weights", "output_weights"} <= set(given):
            raise RelucertError(f"expected {', '.join(ARRAYS)} (the last two optional), found {', '.join(map(str, given))}")
        return {name: value for name, value in given.items() if value is not None}, None
    if hasattr(given, "modules"):
        return _from_torch(given)
    raise RelucertError(f"expected a PyTorch model or a dict of arrays, found {type(given).__name__}")


def _from_torch(model):
    leaves = [module for module in model.modules() if next(iter(module.children()), None) is None]
    layers = [module for module in leaves if hasattr(module, "in_features") and hasattr(module, "weight")]
    others = [module for module in leaves if module not in layers]
    names = [type(module).__name__ for module in others]
    if len(layers) != 2:
        raise RelucertError(f"a model with exactly two linear layers is needed; this one has {len(layers)}")
    first, second = layers
    if first.out_features != second.in_features:
        raise RelucertError(f"{first.out_features} outputs of the first layer don't fit {second.in_features} inputs of the second")
    activation = None
    for module, name in zip(others, names):
        if name == "ReLU":
            found = "relu"
        elif name == "LeakyReLU":
            # The slope that was written down: 0.01 is 1/100, as the model means it.
            found = ("1", _shortest(module.negative_slope))
        elif name in ("Identity", "Flatten"):
            continue
        else:
            raise RelucertError(f"a layer {name}: only ReLU and LeakyReLU are known; give arrays instead of the model")
        if activation is not None:
            raise RelucertError("more than one activation")
        activation = found
    arrays = {"input_weights": first.weight, "output_weights": second.weight.T}
    if first.bias is not None:
        arrays["input_biases"] = first.bias
    if second.bias is not None:
        arrays["output_bias"] = second.bias
    return arrays, activation


def _candidate(arrays, samples):
    inputs, outputs = len(samples["inputs"][0]), len(samples["targets"][0])
    weights = _matrix(arrays["input_weights"], "input_weights", _exact)
    output_weights = _matrix(arrays["output_weights"], "output_weights", _exact, column=True)
    width = len(weights)
    expected = [("input_weights", weights, inputs), ("output_weights", output_weights, outputs)]
    for name, rows, length in expected:
        if len(rows) != width or len(rows[0]) != length:
            raise RelucertError(f"{name} is {len(rows)} x {len(rows[0])}; expected {width} x {length}")
    candidate = {"input_weights": weights, "output_weights": output_weights}
    if "input_biases" in arrays:
        biases = _vector(arrays["input_biases"], "input_biases", width)
        for row, bias in zip(weights, biases):
            row.append(bias)
        samples["hidden_bias"] = True
    if "output_bias" in arrays:
        candidate["output_bias"] = _vector(arrays["output_bias"], "output_bias", outputs)
    return candidate


def _activation(activation):
    if activation in ("relu", "absolute-value"):
        return activation
    if isinstance(activation, (tuple, list)) and len(activation) == 2:
        positive, negative = (_shortest(slope) for slope in activation)
        return {"positive": positive, "negative": negative}
    raise RelucertError(f"an activation {activation!r}; expected relu, absolute-value or (positive slope, negative slope)")


def _lists(values):
    """Nested lists of numbers from nested sequences, numpy arrays and tensors (floats become Python's, exactly)."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        values = values.double() if values.is_floating_point() else values
    if hasattr(values, "tolist"):
        return values.tolist()
    if isinstance(values, (list, tuple)):
        return [_lists(value) for value in values]
    return values


def _matrix(values, name, number, column=False):
    rows = _lists(values)
    if not isinstance(rows, list):
        raise RelucertError(f"{name}: expected rows of numbers, found {type(values).__name__}")
    if column and rows and not any(isinstance(row, list) for row in rows):
        rows = [[row] for row in rows]
    if any(not isinstance(row, list) or len(row) != len(rows[0]) or not row for row in rows):
        raise RelucertError(f"{name}: expected rows of equally many numbers")
    return [[number(value, f"{name}[{i}][{j}]") for j, value in enumerate(row)] for i, row in enumerate(rows)]


def _vector(values, name, length):
    row = _lists(values)
    row = row if isinstance(row, list) else [row]
    if len(row) != length:
        raise RelucertError(f"{name} has {len(row)} numbers; expected {length}")
    return [_exact(value, f"{name}[{i}]") for i, value in enumerate(row)]


def _exact(value, place="a number"):
    """The text of a number, exactly."""
    if isinstance(value, str):
        if NUMBER.fullmatch(value):
            return value
    elif isinstance(value, bool):
        pass
    elif isinstance(value, (int, float, fractions.Fraction, decimal.Decimal)):
        try:
            top, bottom = value.as_integer_ratio()
            return str(top) if bottom == 1 else f"{top}/{bottom}"
        except (OverflowError, ValueError):
            raise RelucertError(f"{place} is {value}: the network has diverged, or the data have gaps") from None
    raise RelucertError(f"{place}: not a number: {value!r}")


def _shortest(value, place="a number"):
    """The text of a number, a float by the shortest decimal that gives it."""
    exact = _exact(value, place)
    return repr(value) if isinstance(value, float) else exact


def _write_whole(path, text):
    """The file appears under its name only once it is whole."""
    folder = os.path.dirname(os.path.abspath(os.fspath(path)))
    handle, temporary = tempfile.mkstemp(prefix=".relucert-", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
