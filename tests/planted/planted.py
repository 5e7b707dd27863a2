#!/usr/bin/env python3
"""usage: planted.py [number ...]

Plants bugs into the program and the checkers, one at a time, in a copy of the sources, and demands that the tests notice:
that the code still compiles, and that a test fails, or never ends, in the test target that a bug names. Without numbers
all bugs are planted. Prints a table; exit code 1 if a bug is not noticed, or can't be planted because the code has
changed. Needs Unix, cargo and python3; takes about half a minute for each bug, and once the time that all dependencies take.
Builds go to the folder planted in CARGO_TARGET_DIR or target: cargo must never take one with a bug for a real one."""
import os, re, shutil, signal, subprocess, sys, tempfile, time  # noqa: E401
from collections import namedtuple
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300  # for the tests of one bug
# What is wrong, the file, the code in it (which stands there once), the code with the bug, the test target.
Bug = namedtuple("Bug", "what file old new target")

BUGS = [Bug(*row) for row in [
    # The program
    ("the line of a vector keeps its sign, so that p and -p are two kinks", "src/linear/vector.rs",
     "*entry = &*entry / &content * &sign", "*entry = &*entry / &content * sign.abs()", "kink_nonnegative"),
    ("wrong sign of a bound on the second side of a split", "src/kink/branch.rs",
     "false => Bounds { low: None, high: Some(-least) }", "false => Bounds { low: None, high: Some(least) }", "kink_nonnegative"),
    ("one leaf fewer than allowed", "src/kink/branch.rs", "if self.leaves > self.max_leaves", "if self.leaves >= self.max_leaves",
     "kink_nonnegative"),
    ("mu of a leaf without the part of the kink itself", "src/kink/branch.rs",
     "membership.value(*m).excess(&weights[*m].abs(),", "membership.value(*m).excess(&Integer::zero(),", "kink_nonnegative"),
    ("concave kinks across the span of the convex ones are skipped", "src/kink/span.rs",
     ".or_else(|| kernel.iter().find(on_concave).cloned())", ".or_else(|| kernel.iter().find(on_concave).cloned().filter(|_| false))",
     "kink_nonnegative"),
    ("names: the squares of the multipliers are added", "src/empirical/several_outputs/squares.rs",
     "rest.add(&-w.recip(), &shift.times(&shift));", "rest.add(&w.recip(), &shift.times(&shift));", "several_outputs"),
    ("names: the form isn't multiplied by U", "src/empirical/several_outputs/relations.rs",
     "form = form.times(&extended(factor, total));", "", "several_outputs"),
    ("names: squares that are kept have names as well", "src/empirical/several_outputs/relations.rs",
     "form.add(&-share, &names.times(&names));", "", "several_outputs"),
    ("rescaled coordinates keep their functionals", "src/empirical/several_outputs/reduced.rs",
     "dual[..lines.len()].iter().cloned().zip(lines)", "self.lines.iter().map(|(f, _)| f.clone()).zip(lines)", "several_outputs"),
    ("the least point goes the whole way although a variable reaches its bound", "src/linear/quadratic.rs",
     "(Some(whole), Some((step, s))) if step < whole => (step, Some(s)),", "", "lib"),
    ("a refutation from a value that is too high has the wrong sign", "src/linear/dictionary.rs",
     "if too_low { value } else { -value }", "value", "kink_nonnegative"),
    ("an upper bound is compared without the common denominator", "src/linear/dictionary.rs",
     "range.high.as_ref().is_some_and(|high| compare(high)", "range.high.as_ref().is_some_and(|high| value.cmp(high)", "kink_nonnegative"),
    ("a sample on the negative side gets the slope of the positive one", "src/empirical/model.rs",
     "factors.push(e * instance.activation.slope(z))", "factors.push(e * instance.activation.slope(&z.abs()))", "random_instances"),
    ("C_i is larger than the least one", "src/empirical/escape.rs",
     "max().unwrap_or_default() / rise;", "max().unwrap_or_default() / rise + Rational::one();", "random_instances"),
    ("wrong sign of the output weight's part of a ray", "src/empirical/rays.rs",
     "s.iter().map(|s| -s / &k)", "s.iter().map(|s| s / &k)", "random_instances"),
    ("t0 is rounded up", "src/empirical/descent.rs", "t0.recip().ceil()", "t0.recip().floor()", "random_instances"),
    ("kinks are looked for where g_i is zero instead of linear", "src/empirical/conclude.rs",
     "!model.neurons[*i].g.is_linear()", "!model.neurons[*i].g.is_zero()", "random_instances"),
    ("a local minimum that is not global is not called spurious", "src/empirical/conclude.rs",
     'decided(Verdict::Yes, "local-not-global"', 'decided(Verdict::No, "local-not-global"', "verdicts"),
    ("the residuals' sum is forgotten where there is an output bias", "src/empirical/global.rs",
     "output_bias.is_some() && !is_zero(", "output_bias.is_some() && model.loss.is_zero() && !is_zero(", "verdicts"),
    ("an index equal to the width is taken", "src/problem/reader.rs", "if index >= width", "if index > width", "broken_instances"),
    ("the pivot row is not taken out of the others", "src/cone/orthant.rs",
     "let factor = -(&row[*b] * &inverse);", "let factor = &row[*b] * &inverse;", "several_outputs"),
    ("the square of r_j is added to Q", "src/empirical/several_outputs/form.rs", "add_multiple(&mut p, &-&half, r);",
     "add_multiple(&mut p, &half, r);", "several_outputs"),
    ("a negative value is looked for outside the cone too", "src/cone/guess.rs",
     "let low = if v < free { -1.0 } else { 0.0 };", "let low = -1.0;", "lib"),
    ("fourth order: the bend has the wrong sign", "src/empirical/several_outputs/fourth.rs",
     "self.regular.iter().map(|v| -&slopes[*v]).collect();", "self.regular.iter().map(|v| slopes[*v].clone()).collect();", "lib"),
    ("signs that lambda implies are exchanged", "src/empirical/several_outputs/critical.rs", "} else if lambda.is_positive() {",
     "} else if lambda.is_negative() {", "several_outputs"),
    ("the discriminant has the wrong sign", "src/polynomial/eliminate.rs", ".scaled(&-Rational::one(), &self.content)",
     ".scaled(&Rational::one(), &self.content)", "several_outputs"),
    ("a ray is written with its ratio upside down", "src/certificate/several_outputs.rs", '"ratio": number(ratio)',
     '"ratio": number(&ratio.recip())', "several_outputs"),
    ("a quotient of 64 bits isn't looked at", "src/linear/width.rs", "if (numerator.unsigned_abs() >> 62) as u64 >= q.size {",
     "if false {", "kink_nonnegative"),
    ("a ray of negative value is taken for a zero", "src/linear/width.rs",
     "sum < i128::from(last.unsigned_abs())))", "sum < -i128::from(last.unsigned_abs())))", "kink_nonnegative"),
    ("what is left of a convex kink is rounded up", "src/rational/ratio.rs", ".div_ceil(", ".div_floor(", "kink_nonnegative"),
    ("a line on a hyperplane has the sign of its pivot", "src/patterns/cells.rs", "if leads_down != pivot_is_negative {",
     "if leads_down == pivot_is_negative {", "patterns"),
    ("a new point of a cell may cross another line", "src/patterns/coordinate.rs", "        1 + (self / other).abs()\n    }\n    fn larger(self, other: i64)",
     "        (self / other).abs()\n    }\n    fn larger(self, other: i64)", "patterns"),
    ("the splits of a parallel tree are one too few", "src/kink/branch.rs", "place.trailing_zeros() as usize };",
     "place.trailing_zeros() as usize - 1 };", "kink_nonnegative"),
    # relucert-check
    ("the range of lambda is forgotten", "checker/src/kink.rs", "value.abs() + load(l) <=", "value * load(l) <=", "refusals"),
    ("the constant's second proofs are for the same sign", "checker/src/facts.rs",
     '(-Rational::one(), "minus")', '(Rational::one(), "minus")', "refusals"),
    ("t0 = 0 is a curve", "checker/src/curve.rs", "ensure(t0.is_positive(),", "ensure(!t0.is_negative(),", "refusals"),
    ("wrong sign of the targets along a curve", "checker/src/curve.rs", "add(vec![-y], bias)", "add(vec![y.clone()], bias)", "refusals"),
    ("a number of 1 000 000 digits is too long", "checker/src/number.rs",
     "part.len() > MAX_CERTIFICATE_DIGITS", "part.len() >= MAX_CERTIFICATE_DIGITS", "checker/numbers"),
    ("a number of 10 000 digits is too long", "checker/src/number.rs", "(1..=limit).contains", "(1..limit).contains", "checker/numbers"),
    ("claims are not compared, only looked for", "checker/src/facts.rs",
     "claims.get(property) != proved.as_ref()", "proved.is_none()", "refusals"),
    ("a margin may be zero with several kept neurons", "checker/src/second_order.rs",
     "margin.is_positive() || (self.may_vanish && margin.is_zero())", "!margin.is_negative()", "refusals"),
    ("gamma of an absorption may be zero", "checker/src/polynomial.rs", "&& gamma.iter().any(Signed::is_positive);", ";", "refusals"),
    ("a radius: what pulls at the residuals is forgotten", "checker/src/radius.rs",
     "distance * (pull + speed * push.sum::<Rational>())", "distance * (&pull - &pull + speed * push.sum::<Rational>())", "refusals"),
    ("a radius: the critical cone is as near as the change is large", "checker/src/radius.rs",
     "(Rational::one() + &distance * steepest)", "(Rational::one() + &distance * steepest * Rational::zero())", "refusals"),
    ("a radius: the bad terms of a leaf get no smaller", "checker/src/radius.rs",
     "g * Rational::from_integer((*s).into())", "g * Rational::from_integer((*s + 1).into())", "refusals"),
    ("a radius: a shift leaves the size of its variable", "checker/src/radius.rs",
     "halvings(&(bound + halved(*size)))?", "halvings(&(bound.clone() - bound + halved(*size)))?", "refusals"),
    ("a radius: the last set of boundary lines is left out", "checker/src/radius.rs",
     "for (_, rows) in sets {", "for (_, rows) in sets.into_iter().skip(1) {", "refusals"),
    ("a radius: moves are half as long", "checker/src/radius.rs",
     "move_size * (Rational::one() + half())", "move_size * half()", "refusals"),
    ("a radius: an output weight has the coordinates of a change by r", "checker/src/radius.rs",
     "rescaling * h.abs() + two() * &self.radius", "two() * &self.radius", "refusals"),
    ("the ratio of a ray may be negative", "checker/src/polynomial.rs", "x != y && ratio.is_positive(),", "x != y && !ratio.is_zero(),",
     "refusals"),
    # check.py and the files beside it
    ("gamma of an absorption may be zero", "checker/polynomial.py", "all(entry >= 0 for entry in gamma) and any(gamma)",
     "all(entry >= 0 for entry in gamma)", "refusals"),
    ("any margin will do", "checker/second_order.py", "margin > 0 or (self.may_vanish and margin == 0)", "margin >= 0", "refusals"),
    ("a ray splits a variable by itself", "checker/polynomial.py", "x != y and ratio > 0", "ratio > 0", "refusals"),
    ("the range of gamma is forgotten", "checker/check.py", "zip(lambdas, *gamma)", "zip(lambdas)", "refusals"),
    ("t0 = 0 is a curve", "checker/check.py", "demand(t0 > 0,", "demand(t0 >= 0,", "refusals"),
    ("slopes exchanged", "checker/check.py", "self.slopes[z < 0]", "self.slopes[z > 0]", "refusals"),
    ("a file is cut off at the limit", "checker/check.py", "file.read(MAX_INPUT + 1)", "file.read(MAX_INPUT)", "refusals"),
    ("only the loss is compared", "checker/check.py", "name in proved and claims[name] == proved[name]", "name in proved", "refusals"),
    # The integral loss: the program and both checkers
    ("D left of a breakpoint is taken for D right of it", "src/integral/nearby.rs",
     "if right { Rational::one() } else { -Rational::one() }", "if right { Rational::one() } else { Rational::one() }", "verdicts"),
    ("a neuron is seen from the side that it does not reach", "src/integral/second_order.rs",
     "to_right != neuron.w.is_positive() &&", "to_right == neuron.w.is_positive() &&", "verdicts"),
    ("the threshold of a leaky network without the factor (1 - gamma)^2", "src/integral/threshold.rs",
     "scale * &sigma * &sigma", "scale * &sigma", "verdicts"),
    ("the first derivatives of the squared residual are counted once", "checker/src/integral/hessian.rs",
     "Rational::from_integer(2.into())", "Rational::from_integer(1.into())", "refusals"),
    ("Bernstein coefficients that are not divided by the binomials of the degree", "checker/src/integral/interval.rs",
     "row.push(coefficient / &binomial)", "row.push(coefficient.clone())", "refusals"),
    ("gaps to the left of a breakpoint of the data open to the right", "checker/integral_minimum.py",
     "add(shift, -1, step)", "add(shift, 1, step)", "refusals"),
]]

def cargo(copy, target, *more):
    """Exit code and output of cargo test; the code is None if it didn't end."""
    package, _, target = target.rpartition("/")
    tests_of = ["--lib"] if target == "lib" else ["--test", target]  # the unit tests beside the code
    command = ["cargo", "test", "--locked", "--package", f"relucert-{package}" if package else "relucert", *tests_of, *more]
    target_folder = os.path.abspath(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    environment = {**os.environ, "CARGO_TARGET_DIR": os.path.join(target_folder, "planted")}
    process = subprocess.Popen(command, cwd=copy, env=environment, start_new_session=True, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    try:
        output, _ = process.communicate(timeout=None if more else SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return None, output
    return process.returncode, output

def tests(copy, target):
    """What became of the tests: "", or what failed. Compile errors are no failure of a test."""
    code, output = cargo(copy, target, "--no-run")
    if code:
        sys.exit(f"planted.py: this can't be compiled\n{output}")
    code, output = cargo(copy, target)
    if code is None:
        return "no end"
    failed = re.findall(r"^test (\S+) \.\.\. FAILED$", output, re.M)
    return ", ".join(dict.fromkeys(failed)) or ("" if code == 0 else "no answer")

def main(arguments):
    chosen = [int(number) for number in arguments] or range(1, len(BUGS) + 1)
    unnoticed = 0
    # The same path each time, since tests have it compiled in. All files are new, so that nothing of an older run is used.
    copy = Path(tempfile.gettempdir()) / "relucert-planted"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("target", ".git", "__pycache__"), copy_function=shutil.copy)
    for target in sorted({BUGS[number - 1].target for number in chosen}):
        if failed := tests(copy, target):
            sys.exit(f"planted.py: without a bug {target} fails: {failed}")
    for number in chosen:
        bug, began = BUGS[number - 1], time.monotonic()
        path = copy / bug.file
        text = path.read_text(encoding="utf-8")
        if text.count(bug.old) != 1:
            sys.exit(f"planted.py: this code is not in {bug.file} exactly once: {bug.old}")
        path.write_text(text.replace(bug.old, bug.new), encoding="utf-8")
        noticed = tests(copy, bug.target)
        path.write_text(text, encoding="utf-8")
        unnoticed += not noticed
        print(f"{number:2} {bug.file:27} {bug.what:67} {noticed or 'NOBODY NOTICES'} ({time.monotonic() - began:.0f} s)",
              flush=True)
    shutil.rmtree(copy)
    if unnoticed:
        sys.exit(f"planted.py: {unnoticed} bugs are not noticed: add tests")
    print(f"{len(chosen)} bugs planted, each noticed")

if __name__ == "__main__":
    main(sys.argv[1:])
