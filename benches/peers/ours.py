"""relucert's answers and times, from the bench targets that measure inside one process (benches/*.rs)."""

import json
import subprocess
import sys
import tempfile

from environment import ROOT


# Where the compiled programs are: {bench target: path}.
PROGRAMS = {}


def build():
    """Compiles, so that no measurement waits for it. Ends the program if that fails."""
    command = ["cargo", "bench", "--locked", "--package", "relucert", "--bench", "questions", "--bench", "cells",
               "--no-run", "--message-format", "json-render-diagnostics"]
    built = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if built.returncode:
        sys.exit("the benchmarks can't be compiled")
    for line in built.stdout.splitlines():
        message = json.loads(line)
        if message.get("executable"):
            PROGRAMS[message["target"]["name"]] = message["executable"]


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
        process = subprocess.Popen([PROGRAMS[target], file.name], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            print(f"relucert: no end after {limit} seconds", file=sys.stderr)
        else:
            if process.returncode:
                sys.exit(f"the benchmark {target} ended with {process.returncode}")
    # A process that was ended may leave half a line.
    return [json.loads(line) for line in output.splitlines(keepends=True) if line.endswith("\n")]
