"""What tests need beside Python packages: a missing one skips and names the Debian package, and fails in CI."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

CHROMIUM = Path("/usr/bin/chromium")
NPM = Path(__file__).parent / "npm"


def missing(package: str) -> NoReturn:
    """Skip, or fail where nothing may be skipped."""
    text = f"needs the Debian package {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(text)
    pytest.skip(text)


def command(name: str, package: str) -> None:
    """Go on only where the command `name` is installed."""
    if shutil.which(name) is None:
        missing(package)


def chromium_path() -> Path:
    if not CHROMIUM.exists():
        missing("chromium")
    return CHROMIUM


def node_modules() -> Path:
    """The folder of the npm packages, installed by its lock file where it is not yet."""
    command("node", "nodejs")
    command("npm", "npm")
    modules = NPM / "node_modules"
    installed = modules / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < (NPM / "package-lock.json").stat().st_mtime:
        install = ["npm", "ci", "--ignore-scripts", "--prefer-offline"]
        subprocess.run(install, cwd=NPM, check=True, capture_output=True, timeout=600)
    return modules
