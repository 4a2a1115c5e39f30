"""Make the environment, then hand over to it. The one file that runs before there is an environment:

any Python from 3.8 on, standard library only, never imported by the application.

    python3 conduct/kernel/bootstrap.py demo            # make demo
    python3 conduct/kernel/bootstrap.py reset           # make demo-reset
    python3 conduct/kernel/bootstrap.py test …          # make test
    python3 conduct/kernel/bootstrap.py lock            # make lock
    python3 conduct/kernel/bootstrap.py exec COMMAND…   # anything else, inside the environment

Every step leaves a stamp of its inputs under var/stamps and is skipped while they are the same.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = ROOT / "var" / "stamps"
OLDEST = (3, 12)


class SetUpError(Exception):
    """What is missing, and what to do about it, in one sentence."""


def say(text):
    """One line of progress."""
    print("· " + text, flush=True)


def digest(paths, *extra):
    """A hash over the names and contents of files."""
    total = hashlib.sha256(repr(extra).encode())
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def is_fresh(step, inputs):
    """Whether a step was done with these inputs."""
    try:
        return (STAMPS / step).read_text() == inputs
    except OSError:
        return False


def stamp(step, inputs):
    """Note that a step is done."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / step).write_text(inputs)


def run(command, failure):
    """Run a command with its output in sight; a failure is our sentence."""
    done = subprocess.run([str(part) for part in command], cwd=str(ROOT), env=quiet_environment())
    if done.returncode:
        raise SetUpError(failure)


def succeeds(command):
    """Run a command silently; whether it worked."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=str(ROOT),
            env=quiet_environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return False
    return done.returncode == 0


def quiet_environment():
    """The environment without a foreign virtual environment, which uv would warn about."""
    return {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}


def find_uv():
    """The machine's uv, or one of our own in var/uv."""
    own = ROOT / "var" / "uv" / "bin" / "uv"
    if own.exists() and succeeds([own, "--version"]):
        return own
    found = shutil.which("uv")
    if found:
        return Path(found)
    say("Installing uv into var/uv …")
    shutil.rmtree(str(own.parent.parent), ignore_errors=True)
    if not succeeds([sys.executable, "-m", "venv", own.parent.parent]):
        raise SetUpError(
            "Python's venv module is missing: install it (Debian: apt-get install python3-venv)."
        )
    run(
        [own.parent / "pip", "install", "--quiet", "--disable-pip-version-check", "uv"],
        "uv could not be installed with pip: check the network (or install uv yourself) and try again.",
    )
    return own


def venv_version():
    """The version of the environment's Python, or None when it does not run."""
    try:
        text = subprocess.check_output(
            [str(PYTHON), "-c", "import sys; print(*sys.version_info[:2])"], stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(int(part) for part in text.split())


def make_venv(uv):
    """Create .venv from this machine's Python 3.13, else its 3.12 or newer, else from a downloaded one."""
    if (venv_version() or (0, 0)) >= OLDEST:
        return
    say("Creating the Python environment .venv …")
    wanted = (ROOT / ".python-version").read_text().strip()
    clear = ["--clear"] if VENV.exists() else []
    for choice in (
        ["--no-python-downloads", "--python", wanted],
        ["--no-python-downloads", "--python", ">=3.12"],
        ["--python", wanted],
    ):
        if succeeds([uv, "venv", "--quiet", *clear, *choice, VENV]):
            return
    raise SetUpError(
        "Python 3.12 or newer is needed and could neither be found nor downloaded: install Python 3.13 "
        "(for example with pyenv, or your system's packages) and try again."
    )


def install_python_packages(uv):
    """Make .venv hold exactly what requirements-dev.lock says."""
    lock = ROOT / "requirements-dev.lock"
    inputs = digest([lock], venv_version(), PYTHON.resolve())
    if is_fresh("python", inputs):
        return
    say("Installing the Python packages …")
    run(
        [uv, "pip", "sync", "--quiet", "-p", VENV, "--require-hashes", "--compile-bytecode", lock],
        "The Python packages could not be installed (see above): check the network and try again.",
    )
    stamp("python", inputs)


def install_npm_packages():
    """Make node_modules hold exactly what package-lock.json says."""
    inputs = digest([ROOT / "package.json", ROOT / "package-lock.json"])
    if is_fresh("npm", inputs) and (ROOT / "node_modules").is_dir():
        return
    npm = shutil.which("npm")
    if not npm:
        raise SetUpError("npm is missing: install Node.js with npm (Debian: apt-get install npm).")
    say("Installing the npm packages …")
    run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        "The npm packages could not be installed (see above): check the network and try again.",
    )
    stamp("npm", inputs)


def compile_translations():
    """Compile every catalogue whose text changed; a fresh machine has no gettext, so Babel does it."""
    for folder in sorted((ROOT / "locale").iterdir()):
        sources = sorted(folder.glob("*/LC_MESSAGES/*.po"))
        if not sources:
            continue
        step = "locale-" + folder.name
        inputs = digest(sources)
        if is_fresh(step, inputs) and all(source.with_suffix(".mo").exists() for source in sources):
            continue
        say("Compiling the translations of %s …" % folder.name)
        for domain in sorted({source.stem for source in sources}):
            run(
                [VENV / "bin" / "pybabel", "--quiet", "compile", "-D", domain, "-d", folder],
                "The translations in locale/%s could not be compiled (see above)." % folder.name,
            )
        stamp(step, inputs)


def install_chromium():
    """Install Debian's Chromium where it is missing and we may; elsewhere browser tests are skipped."""
    names = ("chromium", "chromium-browser", "google-chrome")
    if os.environ.get("CHROMIUM") or any(shutil.which(name) for name in names):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    say("Installing Debian's chromium for the browser tests …")
    if succeeds(["apt-get", "update", "-qq"]):
        succeeds(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])


def prepare():
    """Everything up to the point where commands run inside the environment."""
    began = time.monotonic()
    if not sys.platform.startswith(("linux", "darwin")):
        raise SetUpError("The embedded servers need Linux or macOS: use docker-compose.yml here.")
    uv = find_uv()
    make_venv(uv)
    install_python_packages(uv)
    install_npm_packages()
    compile_translations()
    if time.monotonic() - began > 2:
        say("The environment is ready (%.0f s)." % (time.monotonic() - began))


def lock(uv):
    """Lock the packages of pyproject.toml anew, both files in agreement and without any address."""
    say("Locking the Python packages …")
    options = "--quiet --upgrade --universal --generate-hashes --no-header --python-version 3.12"
    compile_ = [uv, "pip", "compile", *options.split(), "pyproject.toml"]
    failure = "The packages could not be locked (see above)."
    run([*compile_, "-o", "requirements.lock"], failure)
    run([*compile_, "--group", "dev", "-c", "requirements.lock", "-o", "requirements-dev.lock"], failure)


def become(action, rest):
    """Replace this process by the command, inside the environment. Does not return."""
    commands = {
        "demo": [PYTHON, "-m", "conduct.kernel.run", "demo"],
        "reset": [PYTHON, "-m", "conduct.kernel.run", "reset"],
        # Two processes with servers of their own; a file's tests stay together.
        "test": [PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadfile"],
        "exec": [],
    }
    command = [str(part) for part in commands[action]] + rest
    environment = quiet_environment()
    environment["PATH"] = str(VENV / "bin") + os.pathsep + environment.get("PATH", os.defpath)
    os.chdir(str(ROOT))
    os.execvpe(command[0], command, environment)


def main(arguments):
    """Prepare, then become the command."""
    action, rest = arguments[0], arguments[1:]
    try:
        if action == "lock":
            lock(find_uv())
            return 0
        prepare()
        if action == "test":
            install_chromium()
    except SetUpError as error:
        print("\n%s" % error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    become(action, rest)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
