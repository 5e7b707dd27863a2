"""Usage: python3 -c DRIVER CHECK_PY. Answers for many certificates of one instance in one process.

Reads, each after a line with its length in bytes, the instance and then the certificates. Writes one line of JSON,
[line, exit code], once check.py is loaded and then for each certificate."""
import importlib.util, json, os, sys  # noqa: E401


def answer(line, code):
    print(json.dumps([line, code]), flush=True)


def request():
    length = sys.stdin.buffer.readline()
    return sys.stdin.buffer.read(int(length)) if length else None


sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[1])))
try:
    spec = importlib.util.spec_from_file_location("check", sys.argv[1])
    check = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check)
    check.outcome
except Exception as error:
    answer(f"{type(error).__name__}: {error}", 101)
    sys.exit(1)
answer("ready", 0)
instance = request()
while (certificate := request()) is not None:
    try:
        line, code, _ = check.outcome(instance, certificate)
    except Exception as error:  # neither an acceptance nor a refusal, whatever it is
        line, code = f"{type(error).__name__}: {error}", 101
    answer(line, code)
