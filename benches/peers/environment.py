"""A virtual environment beside the scripts, with the packages of a requirements file, made on first use."""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def python_with(requirements):
    """The interpreter of benches/peers/.venv, into which a requirements file has been installed as it stands now."""
    folder = HERE / ".venv"
    python, done = folder / "bin" / "python", folder / requirements
    wanted = (HERE / requirements).read_text(encoding="utf-8")
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        return str(python)
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    print(f"installing {requirements} into {folder}", file=sys.stderr)
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / requirements]
    if subprocess.run(command).returncode:
        sys.exit(f"pip can't install {HERE / requirements}; correct the versions there, or the settings of pip")
    done.write_text(wanted, encoding="utf-8")
    return str(python)


def enter(requirements):
    """Goes on in that environment: runs the program again with its interpreter, unless it is running in it."""
    python = python_with(requirements)
    if pathlib.Path(sys.prefix) != HERE / ".venv":
        sys.exit(subprocess.run([python, "-B", *sys.argv]).returncode)
