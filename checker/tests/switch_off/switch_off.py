#!/usr/bin/env python3
"""usage: switch_off.py [rust] [python] [--all]

Switches off each acceptance condition of the two checkers, one after the other, and demands that a refusal test notices:
a checker that has lost a condition must not pass. Prints a table of condition, place, the file of tests/refused or
tests/unreadable that noticed, and what the crippled checker said there; without --all only the rows in which it did not
accept what it should have refused. Exit code 1 if nobody notices, unless docs/trust.md lists the condition as implied by
others. Needs Unix, and cargo for rust.

The conditions of check.py and the files beside it are found in the syntax tree, those of the Rust checker that stand
in `ensure` and `demand` in its text; the others, and parts of conditions, are written down in switches.py, those for
integral losses in switches_integral.py. After a change of the Rust checker this script says which row fits no longer,
which refusal has no switch near it, and which condition of docs/trust.md has none: add a row there. After NOBODY
NOTICES add a case to tests/refused or tests/unreadable that a checker without the condition accepts; or, if no file can
be such a case because other conditions imply this one, a row with the reason under "Conditions that others imply" in
docs/trust.md."""
import ast, concurrent.futures, json, os, py_compile, re, resource, shutil, subprocess, sys, tempfile, time  # noqa: E401
from collections import namedtuple
from pathlib import Path

sys.dont_write_bytecode = True
from switches import RUST as SAMPLES  # noqa: E402
from switches_integral import INTEGRAL  # noqa: E402

CHECKER = Path(__file__).resolve().parents[2]
ROOT = CHECKER.parent
TESTS, TRUST = ROOT / "tests", ROOT / "docs" / "trust.md"
RUST = SAMPLES + INTEGRAL
SECONDS = 20  # for all cases, which take one; a checker that has lost a limit may never end
Case = namedtuple("Case", "name instance certificate expected")
# What is off: the condition of docs/trust.md or a code, file, line, the code, and how to switch it off.
Switch = namedtuple("Switch", "condition file line text patch")

# ---- Cases
class Cases(list):
    """Some cases, and their index for the programs that run them: two files and the last line of each."""
    def __init__(self, some, index):
        super().__init__(some)
        self.index = index
        index.write_text("".join(f"{case.instance}\t{case.certificate}\t{case.expected}\n" for case in some), encoding="utf-8")

def cases(folder):
    """Those of tests/, and some that are too big to keep: two lists, since the second takes its time."""
    def write(name, text):
        path = folder / name.replace("/", ".")
        path.write_bytes(text.encode("utf-8"))
        return path
    def pair(file):
        case = json.loads((TESTS / file).read_text(encoding="utf-8"))
        texts = {key: case.get(f"{key}_text") or json.dumps(case[key]) for key in ("instance", "certificate")}
        return Case(file, *(write(f"{file}.{key}", text) for key, text in texts.items()), case["expect"])
    def listed(verdict):
        return sorted(str(path.relative_to(TESTS)) for path in (TESTS / verdict).glob("*/*.json*"))
    good = pair("accepted/shape/the-certificate-that-is-spoilt-here.json")
    def spoilt(name, kind, path, code):
        return good._replace(**{"name": name, "expected": f"s UNREADABLE {code}", kind: path})
    def with_number(name, kind, list_key, number):
        text, spelt = getattr(good, kind).read_text(encoding="utf-8"), f'"{list_key}": ["{number}"]'
        return write(name, re.sub(f'"{list_key}": \\[[^]]*\\]', spelt, text, count=1))
    quick = [pair(file) for verdict in ("refused", "accepted") for file in listed(verdict)]
    quick += [spoilt(file, file.removesuffix(".gz").split(".")[-2], TESTS / file, file.split("/")[1]) for file in listed("unreadable")]
    nines = "9" * 10_001
    numbers = {"10001 digits": nines, "10001 decimals": f"0.{nines}", "a denominator of 10001 digits": f"1/{nines}"}
    slow = [spoilt(name, "instance", with_number(name, "instance", "targets", number), "instance")
            for name, number in numbers.items()]
    for name, number in (("1000001 digits", "9" * 1_000_001), ("a denominator of 1000001 digits", "1/" + "9" * 1_000_001)):
        slow.append(spoilt(name, "certificate", with_number(name, "certificate", "lambda", number), "limit"))
    many = pair("accepted/local_minimum/elimination-squares.json")
    terms = json.dumps([[[power, 0, 0], "1"] for power in range(2, 2_003)])
    text = many.certificate.read_text(encoding="utf-8").replace('[[[0, 0, 1], "1"], [[1, 0, 0], "-2"]]', terms)
    slow.append(many._replace(name="a square of 2001 terms", certificate=write("a square of 2001 terms", text),
                              expected="s REJECTED polynomial-size"))
    slow.append(spoilt("no file", "certificate", folder / "missing", "io"))
    slow.append(spoilt("a folder", "instance", folder, "io"))
    with open(folder / "large", "wb") as file:
        file.truncate((256 << 20) + 1)  # a sparse file takes no room
    slow.append(spoilt("256 MiB and a byte", "certificate", folder / "large", "limit"))
    return Cases(quick, folder / "quick"), Cases(slow, folder / "slow")

def answers(command, some, environment=None):
    """The last line for each case, up to the first wrong acceptance; the checker may also die, or its time be over."""
    def limits():
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    process = subprocess.Popen([*command, some.index], env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, preexec_fn=limits)
    try:
        output, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
    lines = output.decode("utf-8", "replace").splitlines()
    return lines + ["no answer"] * (len(some) - len(lines))

def reached(command, all_cases):
    """Runs everything with all switches on. For each switch the cases that come by it: no other can notice."""
    found = {}
    for place, some in enumerate(all_cases):
        for case, line in zip(some, answers(command, some)):
            numbers, _, answer = line.rpartition("\t")
            if answer != case.expected:
                sys.exit(f"switch_off.py: with everything switched on a test fails: {case}: {answer}")
            for number in map(int, numbers.split()):
                found.setdefault(number, [[] for _ in all_cases])[place].append(case)
    return found

def notice(command, number, come_by):
    """The case that notices, and its answer: best of all a wrong acceptance, else another code, else a wrong refusal."""
    index = Path(f"{command[-1]}.{number}")
    environment = {"SWITCHED_OFF": str(number)}
    def weight(pair):
        return pair[0].name.startswith("accepted"), not pair[1].startswith("s VERIFIED")
    for some in come_by.get(number, []):
        some = Cases(some, index)
        found = zip(some, answers(command, some, environment))
        wrong = [(case, answer) for case, answer in found if answer != case.expected]
        if wrong:
            return min(wrong, key=weight)
    return None

# ---- check.py
RUN_PYTHON = """
import builtins, os, sys
number, reached = int(os.environ.get("SWITCHED_OFF", "-1")), set()
def off(switch):
    reached.add(switch)
    return switch == number
builtins.off = off
sys.path.insert(0, sys.argv[1])
import check
codes = {"VERIFIED": 0, "REJECTED": 20, "UNREADABLE": 2}
for line in open(sys.argv[2]).read().splitlines():
    instance, certificate, expected = line.split("\\t")
    reached.clear()
    try:
        answer, code, _ = check.outcome(instance, certificate, read=check.read_file)
        answer = answer.split("\\n")[0] if codes.get(answer.split()[1]) == code else f"wrong exit code {code}"
    except Exception as error:
        answer = "crash: " + type(error).__name__
    if number < 0:
        answer = " ".join(map(str, reached)) + "\\t" + answer
    os.write(1, (answer + "\\n").encode("utf-8", "backslashreplace"))
    if answer.startswith("s VERIFIED") and not expected.startswith("s VERIFIED"):
        break
"""
# In these a verdict follows from a condition that holds, and another one if it does not.
VERDICTS = {"conclude", "describe", "outcome"}
# In these only `demand` is a condition, and the rest is convenience.
CONVENIENCE = {None, "main", "read_file", "dot", "combine", "line_of"}

def python_switches(file, tree):
    """Every demand; and every operand of `and` and `or`, comparison, all and any: true, or false if `not` stands before
    it, and where verdicts are made both. Patches are (number of the node in the tree, what it becomes)."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    def called(node, *names):
        return isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", None)) in names
    for number, node in enumerate(ast.walk(tree)):
        if called(node, "demand", "ensure_reached"):
            code = "unproved-radius" if called(node, "ensure_reached") else getattr(node.args[1], "value", "not-json")
            yield Switch(code, file, node.lineno, ast.unparse(node.args[0]), (number, None))
        if not isinstance(node, ast.expr) or isinstance(node, (ast.Constant, ast.List)):
            continue
        # `inputs or [[]]` is no condition.
        outer = parents[node]
        operand = isinstance(outer, ast.BoolOp) and not isinstance(outer.values[-1], (ast.List, ast.Constant))
        if not (isinstance(node, ast.Compare) or operand or called(node, "all", "any")):
            continue
        path = [node]
        while path[-1] in parents:
            path.append(parents[path[-1]])
        demand = next((place for place, outer in enumerate(path) if called(outer, "demand", "ensure_reached")), None)
        function = next((outer.name for outer in path if isinstance(outer, ast.FunctionDef)), None)
        if demand == 1 or (demand is None and function in CONVENIENCE):
            continue
        negated = sum(isinstance(outer, ast.UnaryOp) for outer in path[1:demand]) % 2 == 1
        for value in (True, False) if function in VERDICTS and demand is None else [not negated]:
            yield Switch(str(value).lower(), file, node.lineno, ast.unparse(node), (number, value))

def with_switches(tree, switches):
    """The source with all switches of it, pairs of a number and a switch; off(number) says which one is off."""
    here = {}
    nodes = [*ast.walk(tree)]
    for number, switch in switches:
        here.setdefault(nodes[switch.patch[0]], []).append((number, switch.patch[1]))
    class Replace(ast.NodeTransformer):
        def visit(self, node):
            new = self.generic_visit(node)
            for number, value in here.get(node, []):
                new = ast.IfExp(ast.parse(f"off({number})", mode="eval").body, ast.Constant(value), new)
            return new
    return ast.unparse(ast.fix_missing_locations(Replace().visit(tree)))

def run_python(all_cases, folder):
    sources = {path.name: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(CHECKER.glob("*.py"))}
    switches = [switch for file, tree in sources.items() for switch in python_switches(file, tree)]
    copy = folder / "python"
    copy.mkdir()
    for file, tree in sources.items():
        here = [(number, switch) for number, switch in enumerate(switches) if switch.file == file]
        (copy / file).write_text(with_switches(tree, here), encoding="utf-8")
        py_compile.compile(copy / file, doraise=True)
    command = [sys.executable, "-B", "-S", "-c", RUN_PYTHON, copy]
    come_by = reached(command, all_cases)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [*zip(switches, pool.map(lambda number: notice(command, number, come_by), range(len(switches))))]

# ---- The Rust checker
RUN_RUST = """
use relucert_checker::{MAX_INPUT, Outcome, reached, read_certificate, read_file, verify};

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    let index = std::env::args().nth(1).and_then(|path| std::fs::read_to_string(path).ok()).unwrap();
    for line in index.lines() {
        let [instance, certificate, expected] = line.split('\\t').collect::<Vec<_>>().try_into().unwrap();
        let answer = std::panic::catch_unwind(|| {
            let files = read_file(instance.as_ref(), MAX_INPUT)
                .and_then(|i| Ok((i, read_certificate(certificate.as_ref(), MAX_INPUT)?)));
            let outcome = files.map_or_else(|refusal| Outcome(Err(refusal)), |(i, c)| verify(&i, &c));
            let line = outcome.status_line();
            let code = match line.split(' ').nth(1) { Some("VERIFIED") => 0, Some("REJECTED") => 20, _ => 2 };
            if code == outcome.exit_code() { line } else { "wrong exit code".to_owned() }
        });
        let answer = answer.unwrap_or_else(|_| "crash".to_owned());
        println!("{}{answer}", reached());
        if answer.starts_with("s VERIFIED") && !expected.starts_with("s VERIFIED") {
            break;
        }
    }
}
"""
SWITCH = """
pub(crate) static NOTHING: json::Json = json::Json::List(Vec::new());
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
static REACHED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
fn number() -> Option<usize> {
    static OFF: std::sync::OnceLock<Option<usize>> = std::sync::OnceLock::new();
    *OFF.get_or_init(|| std::env::var("SWITCHED_OFF").ok()?.parse().ok())
}
#[allow(clippy::indexing_slicing)]
pub(crate) fn off(switch: usize) -> bool {
    REACHED[switch].store(true, Relaxed);
    number() == Some(switch)
}
/// The switches that were asked since the last time, if none is off.
pub fn reached() -> String {
    let found = REACHED.iter().enumerate().filter(|(_, flag)| flag.swap(false, Relaxed));
    let found: Vec<String> = found.map(|(switch, _)| switch.to_string()).collect();
    if number().is_none() { found.join(" ") + "\\t" } else { String::new() }
}
"""

def closing(text, start):
    """Where the first argument ends that begins at `start`."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth < 0 or (depth == 0 and text[place] == ","):
            return place
    sys.exit("switch_off.py: a bracket is not closed")

def rust_switches(sources):
    """Patches are (start, end, what stands there instead)."""
    def line(file, place):
        return sources[file].count("\n", 0, place) + 1
    taken, plain_code = set(), [(file, re.sub("[«»‹›]", "", old)) for _, file, old, *_ in RUST]
    moved = [f"{file}: {plain}" for file, plain in dict.fromkeys(plain_code) if sources[file].count(plain) != 1]
    if moved:
        sys.exit("\n".join(["switch_off.py: this code is not there exactly once, correct switches.py:", *moved]))
    for (condition, file, old, *new), (_, plain) in zip(RUST, plain_code):
        start = sources[file].index(plain)
        if new:
            # Only what differs is replaced, so that more patches fit into one program.
            same = len(os.path.commonprefix([plain, new[0]]))
            tail = len(os.path.commonprefix([plain[same:][::-1], new[0][same:][::-1]]))
            patch, text = (start + same, start + len(plain) - tail, new[0][same:len(new[0]) - tail]), plain
        else:
            before, text, _ = re.split("[«»‹›]", old)
            form = f"(OFF || ({text}))" if "«" in old else f"(!OFF && ({text}))"
            patch = (start + len(before), start + len(before) + len(text), form)
            taken.add((file, *patch[:2]))
        yield Switch(condition, file, line(file, patch[0]), text, patch)
    # Whole conditions of ensure and demand. A helper hands on a condition that is switched off at its source.
    for file, text in sources.items():
        for found in re.finditer(r"(?<!fn )\b(ensure|demand)\(", text):
            start, end = found.end(), closing(text, found.end())
            if text[start:end] != "holds" and (file, start, end) not in taken:
                yield Switch(found[1], file, line(file, start), text[start:end], (start, end, f"(OFF || ({text[start:end]}))"))

WITHOUT_NUMBER = ["ensure", "demand", "canonical-form"]

def uncovered(sources, switches):
    """Where the checker refuses, and no switch stands near; and the conditions of docs/trust.md that have none."""
    for file, text in sources.items():
        for found in re.finditer(r"Refusal::(rejected|unreadable|malformed)\((?!code, text|\"malformed\", text)", text):
            line = text.count("\n", 0, found.start()) + 1
            if not any(switch.file == file and -8 <= switch.line - line <= 3 for switch in switches):
                yield f"the refusal at {file}:{line}"
    listed = set(re.findall(r"^\| ([A-Z]\d+) \|", section("## Acceptance conditions"), re.M))
    named = {name for switch in switches for name in switch.condition.split()}
    yield from (f"the condition {name} of docs/trust.md" for name in sorted(listed - named))
    yield from (f"{name}, which docs/trust.md doesn't have" for name in sorted(named - listed - {*WITHOUT_NUMBER}))

def programs(switches):
    """As many switches as possible in one program, those that do not overlap: lists of (number, switch)."""
    def fits(switch, program):
        start, end, new = switch.patch
        def alternative(text):
            return re.match(r"&& |\|\| ", text) or text.endswith("|| ")
        def apart(other):
            beside = (start, end) == other.patch[:2] and start == end and alternative(new) and alternative(other.patch[2])
            return switch.file != other.file or end < other.patch[0] or other.patch[1] < start or beside
        return all(apart(other) for _, other in program)
    found = []
    for number, switch in enumerate(switches):
        program = next((program for program in found if fits(switch, program)), None)
        if program is None:
            found.append(program := [])
        program.append((number, switch))
    return found

def build(copy, target, sources, program, count):
    """Writes the sources with the switches of a program, of which the variable SWITCHED_OFF chooses one; compiles."""
    for file, text in sources.items():
        here = [(switch.patch, number) for number, switch in program if switch.file == file]
        for (start, end, new), number in sorted(here, key=lambda patch: -patch[0][0]):
            text = text[:start] + re.sub(r"\bOFF\b", f"crate::off({number})", new) + text[end:]
        (copy / "checker" / "src" / file).write_text(text + (SWITCH.replace("COUNT", str(count)) if file == "lib.rs" else ""), encoding="utf-8")
    command = ["cargo", "build", "--quiet", "--locked", "-p", "relucert-checker", "--example", "answers"]
    built = subprocess.run([*command, "--target-dir", target], cwd=copy, stderr=subprocess.PIPE, text=True)
    if built.returncode:
        sys.exit(f"switch_off.py: the crippled checker can't be built\n{built.stderr}")
    return target / "debug" / "examples" / "answers"

def run_rust(all_cases, folder):
    paths = sorted((CHECKER / "src").glob("**/*.rs"))
    sources = {path.relative_to(CHECKER / "src").as_posix(): path.read_text(encoding="utf-8") for path in paths}
    switches = [*rust_switches(sources)]
    missing = [*uncovered(sources, switches)]
    if missing:
        sys.exit("\n".join(f"switch_off.py: add a row to switches.py for {what}" for what in missing))
    copy, target = folder / "copy", Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).absolute() / "switch-off"
    for name in ("Cargo.toml", "Cargo.lock", "src", "tests/outside_judge.rs", "benches/questions.rs", "benches/cells.rs",
                 "checker/Cargo.toml", "checker/src"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, copy / name)
    (copy / "checker" / "examples").mkdir()
    (copy / "checker" / "examples" / "answers.rs").write_text(RUN_RUST)
    found = {}
    for place, program in enumerate(programs(switches)):
        command = [shutil.copy(build(copy, target, sources, program, len(switches)), folder / f"answers-{place}")]
        come_by = reached(command, all_cases)
        def run(number):
            return number, notice(command, number, come_by)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            found.update(pool.map(run, [number for number, _ in program]))
    return [(switch, found[number]) for number, switch in enumerate(switches)]

# ---- The table
def section(heading):
    """A section of docs/trust.md."""
    _, page = TRUST.read_text(encoding="utf-8").split(f"\n{heading}\n")
    return page.split("\n## ")[0]

def implied():
    """The conditions that docs/trust.md lists as implied by others: pairs of file and code, one for each."""
    rows = re.findall(r"^\| ([a-z_/]+\.(?:rs|py)) \| `(.+?)` \|", section("### Conditions that others imply"), re.M)
    return [(file, code.replace(r"\|", "|")) for file, code in rows]  # a table needs the backslash

def report(rows, listed, everything):
    """Prints the table; tells how many switches nobody noticed. Takes from `listed` those that others imply."""
    tally, unnoticed = {}, 0
    for switch, noticed in rows:
        text = " ".join(switch.text.split())
        case, answer = noticed or (None, "")
        if noticed is None:
            kind = "implied by others" if (switch.file, text) in listed else "NOBODY NOTICES"
            unnoticed += kind == "NOBODY NOTICES"
            if kind == "implied by others":
                listed.remove((switch.file, text))
        elif case.name.startswith("accepted"):
            kind = "refuses what is accepted"
        else:
            kind = "accepts what is refused" if answer.startswith("s VERIFIED") else "refuses with another word"
        tally[kind] = tally.get(kind, 0) + 1
        if everything or kind != "accepts what is refused":
            name = re.sub(r"^(refused|unreadable)/|\.json$", "", case.name) if case else "-"
            place = f"{switch.file}:{switch.line}"
            print(f"{switch.condition:19} {place:15} {text[:64]:64} {name:64} {answer[:40] or kind}")
    for kind, count in sorted(tally.items()):
        print(f"{count:5} {kind}")
    return unnoticed

def main(arguments):
    if set(arguments) - {"rust", "python", "--all"}:
        sys.exit(__doc__)
    unnoticed, listed, stale = 0, implied(), []
    with tempfile.TemporaryDirectory(prefix="relucert-switch-off-") as folder:
        all_cases = cases(Path(folder))
        for part in [part for part in ("rust", "python") if part in arguments] or ["rust", "python"]:
            began = time.monotonic()
            rows = (run_rust if part == "rust" else run_python)(all_cases, Path(folder))
            print(f"== {part}: {len(rows)} conditions switched off in {time.monotonic() - began:.0f} seconds")
            unnoticed += report(rows, listed, "--all" in arguments)
            stale += [row for row in listed if row[0].endswith(".py") == (part == "python")]
    if unnoticed:
        sys.exit(f"switch_off.py: nobody notices {unnoticed}; {__file__} says at its top what to do")
    if stale:
        sys.exit(f"switch_off.py: docs/trust.md calls implied what is noticed, or not there: {stale}")

if __name__ == "__main__":
    main(sys.argv[1:])
