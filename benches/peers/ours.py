"""relucert's answers and times, from the bench targets that measure inside one process (benches/*.rs)."""

import json
import os
import signal
import subprocess
import sys
import tempfile

from environment import ROOT


def build():
    """Compiles, so that no measurement waits for it. Ends the program if that fails."""
    if subprocess.run([*cargo("questions"), "--no-run"], cwd=ROOT, stdout=subprocess.DEVNULL).returncode or \
            subprocess.run([*cargo("cells"), "--no-run"], cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
        sys.exit("the benchmarks can't be compiled")


def cargo(target):
    """The command that runs a bench target."""
    return ["cargo", "bench", "--quiet", "--locked", "--package", "relucert", "--bench", target]


def target_folder():
    """Where cargo puts what it builds."""
    command = ["cargo", "metadata", "--format-version", "1", "--no-deps", "--locked"]
    output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(output)["target_directory"]


def answers(questions, limit):
    """{id: {"answer", "decide", "certify", "check", "leaves", "bytes"}} for as many as get an answer in `limit` seconds.

    decide is the verdict alone; certify the verdict with its proof written as JSON; check what the independent checker
    takes to read and accept that text: medians over batches, in seconds.
    """
    return {reply["id"]: reply for reply in run("questions", [question.to_json() for question in questions], limit)}


def run(target, lines, limit):
    """What a bench target prints for lines of JSON, as far as it comes in `limit` seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))
        file.flush()
        # Cargo starts the program in a process of its own: a group of both can be ended together.
        process = subprocess.Popen([*cargo(target), "--", file.name], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                                   start_new_session=True)
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            print(f"relucert: no end after {limit} seconds", file=sys.stderr)
        else:
            if process.returncode:
                sys.exit(f"the benchmark {target} ended with {process.returncode}")
    # A process that was ended may leave half a line.
    return [json.loads(line) for line in output.splitlines(keepends=True) if line.endswith("\n")]
