"""python/relucert.py, with the binary that the variable RELUCERT names; numpy and PyTorch are tried where they are there."""

import fractions
import json
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "python"))
import relucert  # noqa: E402

DEAD = {"input_weights": [[-1.0]], "output_weights": [[1.0]]}


class Layer:
    """What a linear layer of PyTorch looks like from outside."""

    def __init__(self, weight, bias=None):
        self.weight, self.bias = weight, bias
        self.out_features, self.in_features = len(weight.rows), len(weight.rows[0])

    def children(self):
        return iter(())

    def modules(self):
        return [self]


class ReLU(Layer):
    def __init__(self):
        pass


class LeakyReLU(ReLU):
    negative_slope = 0.01


class Tanh(ReLU):
    pass


class Model(Layer):
    def __init__(self, *layers):
        self.layers = layers

    def children(self):
        return iter(self.layers)

    def modules(self):
        return [self, *self.layers]


class Matrix:
    def __init__(self, rows):
        self.rows = rows

    @property
    def T(self):
        return Matrix([list(column) for column in zip(*self.rows)])

    def tolist(self):
        return self.rows


class Tests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "point.json")

    def written(self):
        with open(self.path, encoding="utf-8") as file:
            return json.load(file)

    def test_exports_and_checks(self):
        self.assertEqual(relucert.export_instance(DEAD, [[1]], [1], self.path, title="<dead>"), self.path)
        report = relucert.check(self.path)
        self.assertEqual((report["verdicts"]["local_minimum"], report["loss"], report["exit_code"]), ("yes", "1/2", 0))
        shown = report._repr_html_()
        self.assertIn("<td style=\"text-align:left\">local minimum</td>", shown)
        self.assertEqual(os.listdir(os.path.dirname(self.path)), ["point.json"])

    def test_floats_are_exact(self):
        relucert.export_instance({"input_weights": [[0.1]], "output_weights": [fractions.Fraction(1, 3)]}, [["0.28"]], [2], self.path)
        found = self.written()
        self.assertEqual(found["candidate"]["input_weights"], [["3602879701896397/36028797018963968"]])
        self.assertEqual(found["candidate"]["output_weights"], [["1/3"]])
        self.assertEqual(found["samples"], {"inputs": [["0.28"]], "targets": [["2"]]})
        relucert.export_instance(None, [[0.28]], [0.1], self.path, decimal_data=True)
        self.assertEqual(self.written()["samples"], {"inputs": [["0.28"]], "targets": [["0.1"]]})
        self.assertNotIn("candidate", self.written())

    def test_models_with_two_layers(self):
        model = Model(Layer(Matrix([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), Matrix([7.0, 8.0, 9.0])), LeakyReLU(),
                      Layer(Matrix([[1.0, 2.0, 3.0]]), Matrix([0.5])))
        relucert.export_instance(model, [[1, 2]], [3], self.path)
        found = self.written()
        self.assertEqual(found["candidate"]["input_weights"][2], ["5", "6", "9"])
        self.assertEqual(found["candidate"]["output_weights"], [["1"], ["2"], ["3"]])
        self.assertEqual(found["candidate"]["output_bias"], ["1/2"])
        self.assertEqual((found["activation"], found["samples"]["hidden_bias"]), ({"positive": "1", "negative": "0.01"}, True))
        self.assertIn(relucert.check(self.path)["verdicts"]["stationary"], ["yes", "no"])

    def test_what_makes_no_sense_is_refused(self):
        one, two = Matrix([[1.0]]), Matrix([[1.0], [2.0]])
        for model, x, y, words in [
            (DEAD, [[1]], [1, 2], "2 targets"),
            (DEAD, [[1, 2]], [1], "1 x 1"),
            (DEAD, [[1], [1, 2]], [1, 2], "equally many"),
            (DEAD, [[float("nan")]], [1], "diverged"),
            (DEAD, [["1/0"]], [1], "not a number"),
            (DEAD, [[True]], [1], "not a number"),
            ({"input_weights": [[1]]}, [[1]], [1], "output_weights"),
            ({**DEAD, "biases": [1]}, [[1]], [1], "biases"),
            (7, [[1]], [1], "PyTorch model"),
            (Model(Layer(one)), [[1]], [1], "has 1"),
            (Model(Layer(two), Layer(one)), [[1]], [1], "don't fit"),
            (Model(Layer(one), Tanh(), Layer(one)), [[1]], [1], "Tanh"),
        ]:
            with self.assertRaises(relucert.RelucertError) as refused:
                relucert.export_instance(model, x, y, self.path)
            self.assertIn(words, str(refused.exception))
            self.assertFalse(os.path.exists(self.path))
        relucert.export_instance(None, [[1]], [1], self.path)
        with self.assertRaises(relucert.RelucertError) as refused:
            relucert.check(self.path)
        self.assertIn("candidate", str(refused.exception))
        for arguments, words in [({"binary": "/nowhere/relucert"}, "can't be run"), ({"arguments": ["--nonsense"]}, "nonsense")]:
            with self.assertRaises(relucert.RelucertError) as refused:
                relucert.check(self.path, **arguments)
            self.assertIn(words, str(refused.exception))

    def test_numpy(self):
        try:
            import numpy
        except ImportError:
            self.skipTest("numpy isn't installed")
        arrays = {"input_weights": numpy.float32([[0.1]]), "output_weights": numpy.array([[1.0]])}
        relucert.export_instance(arrays, numpy.array([[1.0]]), numpy.array([1.0]), self.path)
        self.assertEqual(self.written()["candidate"]["input_weights"], [["13421773/134217728"]])

    def test_torch(self):
        try:
            import torch
        except ImportError:
            self.skipTest("PyTorch isn't installed")
        model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1, bias=False))
        relucert.export_instance(model, torch.tensor([[1.0, 2.0]]), torch.tensor([1.0]), self.path)
        found = self.written()
        self.assertEqual(len(found["candidate"]["input_weights"][0]), 3)
        self.assertEqual(float(fractions.Fraction(found["candidate"]["output_weights"][1][0])), model[2].weight[0, 1].item())
        self.assertEqual(relucert.check(self.path)["verdicts"]["global_minimum"] in ("yes", "no", "undecided"), True)


if __name__ == "__main__":
    unittest.main()
