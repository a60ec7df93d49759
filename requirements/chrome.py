"""Find the Chrome or Chromium that the browser tests drive; install Debian's where that is possible."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find() -> str | None:
    """The path of a browser: ENFILADE_CHROME if given, else the first one installed."""
    named = os.environ.get("ENFILADE_CHROME")
    if named:
        return named if Path(named).exists() else None
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return next((path for path in MAC if Path(path).exists()), None)


def find_or_install() -> str | None:
    if found := find():
        return found
    if os.environ.get("ENFILADE_CHROME"):
        print(
            f"setup: ENFILADE_CHROME names {os.environ['ENFILADE_CHROME']}, which is not there",
            file=sys.stderr,
        )
        return None
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("setup: no Chrome or Chromium here; installing Debian's chromium", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "-qq", "update"], ["apt-get", "-qq", "install", "-y", "chromium"]):
            done = subprocess.run(
                command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            if done.returncode:
                print(done.stdout[-1500:], file=sys.stderr)
                break
    found = find()
    if found is None:
        print(what_to_install(), file=sys.stderr)
    return found


def what_to_install() -> str:
    return (
        "The browser tests need Chrome or Chromium, and none was found.\n"
        "  Debian, Ubuntu: sudo apt-get install -y chromium      macOS: brew install --cask google-chrome\n"
        "  ENFILADE_CHROME=/path/to/chrome names one that is elsewhere. bin/test --quick does without."
    )


if __name__ == "__main__":
    path = find()
    print(path or what_to_install(), file=sys.stdout if path else sys.stderr)
    sys.exit(0 if path else 1)
