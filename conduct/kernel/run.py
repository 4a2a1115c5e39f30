"""The demo: `make demo` starts everything, Ctrl-C ends everything, the next start takes over after a crash.

Runs inside the environment that bootstrap.py made. The processes it starts are the production ones (Granian,
a Celery worker, Celery beat), connected as ``cm_app``; only the servers below them are embedded, and those
only where ``DATABASE_URL`` and ``REDIS_URL`` do not name others.
"""

import contextlib
import fcntl
import hashlib
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from .children import ChildFailed, Children, stop_leftovers
from .engines import Engines, EnginesBusy, EnginesUnavailable, remove_instance
from .engines.instance import write_environment_file
from .engines.processes import spawn, stop, tail, wait_until

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
FOLDER = VAR / "demo"
ENGINES_FILE = VAR / "engines.env"
INSTANCE = "demo"
_OURS = {"PostgreSQL": "DATABASE_URL", "Valkey": "REDIS_URL"}
_WEB_SECONDS = 60
_PACKAGES = ("conduct", "models_catalog", "surveys")

# What a web process, a worker or beat must never hold: they are cm_app.
_OWNER_ONLY = ("DATABASE_OWNER_URL", "DATABASE_ROLE")


class DemoError(Exception):
    """Why the demo cannot run, in one sentence that says what to do."""


def say(text: str) -> None:
    """One line of progress."""
    print(f"· {text}", flush=True)


def demo() -> None:
    """Run the demo until Ctrl-C."""
    began = time.monotonic()
    port = _chosen_port()
    with _only_one(port):
        if left := stop_leftovers(FOLDER):
            say(f"Stopped {left} processes that an earlier start had left.")
        _check_port(port)
        with _servers() as (application, owner, filled):
            _serve(_web_environment(application, port), {**os.environ, **owner}, filled, began)


def _serve(
    environment: Mapping[str, str], owner: Mapping[str, str], filled: Path | None, began: float
) -> None:
    children = Children(FOLDER, environment, root=ROOT)
    try:
        _fill_once(environment, owner, filled)
        signins = subprocess.Popen(
            [sys.executable, "manage.py", "demo_signins"],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        _start(children, int(environment["PORT"]))
        seconds = time.monotonic() - began
        print(f"\n  Chuẩn Mực: {environment['SITE_URL']}   (up in {seconds:.0f} s)\n", flush=True)
        print(signins.communicate()[0], flush=True)
        print("  Ctrl-C ends it; the data stay. `make demo-reset` begins anew.\n", flush=True)
        while True:
            for name in children.check():
                say(f"{name} ended by itself and was started again; its log is {FOLDER / name}.log")
            time.sleep(1)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        say("Stopping …")
        children.stop()


def reset() -> None:
    """Delete the demo's data, and what a killed demo left running on it."""
    if os.environ.get("DATABASE_URL"):
        raise DemoError("DATABASE_URL names a server of your own: empty it yourself, or unset the variable.")
    with _only_one(0):
        stop_leftovers(FOLDER)
        say("Deleting the demo's data …")
        try:
            remove_instance(ROOT, INSTANCE)
        except EnginesBusy as busy:
            raise DemoError("The demo's servers are still running: stop them first.") from busy
        for folder in ("media", "keys"):
            shutil.rmtree(VAR / folder, ignore_errors=True)
    shutil.rmtree(FOLDER, ignore_errors=True)


def _chosen_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise DemoError(f"PORT={text} is no port: choose 1024 to 65535, as in PORT=8123 make demo.")
    return int(text)


def _check_port(port: int) -> None:
    """Granian shares its port, so a second server would start and take half of the requests: look before."""
    taken = DemoError(
        f"Port {port} is taken by another program: choose another, as in PORT={port + 1} make demo."
    )
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with contextlib.suppress(OSError), socket.socket(family) as probe:
            probe.settimeout(1)
            probe.connect((host, port))
            raise taken
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise DemoError(f"Port {port} needs root: choose one from 1024 on.") from error
        except OSError as error:
            raise taken from error


@contextmanager
def _only_one(port: int) -> Iterator[None]:
    """One demo per checkout. The kernel's lock ends with the process, however that ended."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            where = lock.read().strip() or "another terminal"
            raise DemoError(
                f"The demo of this checkout is already running ({where}): stop it there with Ctrl-C first."
            ) from error
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, port {port}\n" if port else f"process {os.getpid()}\n")
        lock.flush()
        yield


@contextmanager
def _servers() -> Iterator[tuple[dict[str, str], dict[str, str], Path | None]]:
    """Start embedded servers where none is named.

    Gives the environment of an application process, that of a migration, and the file that says what the
    embedded database was filled with (None: the database is not ours to remember things about).
    """
    named = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    owner_url = os.environ.get("DATABASE_OWNER_URL", "")
    if "DATABASE_URL" in named and not owner_url:
        raise DemoError("DATABASE_URL is set: set DATABASE_OWNER_URL too, the same database as cm_owner.")
    with contextlib.ExitStack() as stack:
        filled = None
        if len(named) == 2:
            say("Using the servers that the environment names …")
            application = {"SECRET_KEY": _own_secret_key(), **named}
        else:
            engines = _engines()
            stack.callback(engines.stop)
            filled = _start_engines(engines, named)
            application = {**engines.environment(), **named}
            if filled:
                owner_url = engines.owner_environment()["DATABASE_OWNER_URL"]
        if secret_key := os.environ.get("SECRET_KEY"):
            application["SECRET_KEY"] = secret_key
        by_hand = {**application, "DATABASE_OWNER_URL": owner_url}
        stack.callback(ENGINES_FILE.unlink, missing_ok=True)
        write_environment_file(ENGINES_FILE, by_hand)
        yield application, {**by_hand, "DATABASE_ROLE": "owner"}, filled


def _engines() -> Engines:
    try:
        return Engines(ROOT, INSTANCE)
    except EnginesBusy as busy:
        raise DemoError("The demo's servers are in use by another process: stop it first.") from busy


def _start_engines(engines: Engines, named: Collection[str]) -> Path | None:
    """Start those that the environment does not name; gives the file about the database if that is ours."""
    say("Starting " + " and ".join(name for name, url in _OURS.items() if url not in named) + " …")
    engines.start(postgres="DATABASE_URL" not in named, valkey="REDIS_URL" not in named)
    if "DATABASE_URL" in named:
        return None
    filled = engines.place.folder / "filled"
    if _unfinished(filled).exists():
        say("The last filling was interrupted: beginning anew …")
        engines.postgres.empty()
        filled.unlink(missing_ok=True)
    return filled


def _own_secret_key() -> str:
    """A key that outlives a restart, where no embedded servers keep one."""
    file = FOLDER / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return file.read_text(encoding="ascii")


def _web_environment(application: Mapping[str, str], port: int) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if key not in _OWNER_ONLY}
    site = os.environ.get("SITE_URL") or f"http://localhost:{port}"
    return {**inherited, **application, "DEMO": "1", "PORT": str(port), "SITE_URL": site}


def _fill_once(as_app: Mapping[str, str], as_owner: Mapping[str, str], filled: Path | None) -> None:
    """Fill the database unless it was filled by this very code: a second start is up in seconds."""
    total = _digest(path for package in _PACKAGES for path in (ROOT / package).rglob("*"))
    _collect_static(as_app)
    if filled and filled.exists() and filled.read_text() == total:
        return
    if filled and not filled.exists():
        _unfinished(filled).touch()
    _fill(as_app, as_owner)
    if filled:
        filled.write_text(total)
        _unfinished(filled).unlink(missing_ok=True)


def _unfinished(filled: Path) -> Path:
    """The note that a first filling has begun; it is there at the next start only after an interruption."""
    return filled.with_name("filling")


def _fill(as_app: Mapping[str, str], as_owner: Mapping[str, str]) -> None:
    """Bring schema, catalogue, schemes and demo data up to date. Every command is idempotent."""
    _manage("Migrating the database as cm_owner", as_owner, "migrate", "--no-input", "--verbosity=0")
    _manage("Loading the catalogue", as_app, "load_library", "--verbosity=0")
    _manage("Loading the scoring schemes", as_app, "load_schemes", "--verbosity=0")
    _manage("Loading the rating schemes", as_app, "load_rating_schemes", "--verbosity=0")
    _manage("Loading the questionnaires", as_app, "load_questionnaires", "--verbosity=0")
    _manage("Loading the consent texts", as_app, "load_consent_texts", "--verbosity=0")
    _manage("Filling the demo province", as_app, "fill_demo", "--if-empty")


def _collect_static(environment: Mapping[str, str]) -> None:
    """Collect static files when one of them, the packages or the rules of collecting changed."""
    total = _digest(
        [
            *(ROOT / "static").rglob("*"),
            *(ROOT / "conduct/kernel").glob("static_*.py"),
            *(ROOT / "package-lock.json", ROOT / "conduct/settings.py"),
        ]
    )
    stamp = VAR / "stamps" / "static"
    if (VAR / "static").is_dir() and stamp.exists() and stamp.read_text() == total:
        return
    _manage("Collecting the static files", environment, "collectstatic", "--no-input", "--verbosity=0")
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(total)


def _digest(paths: Iterable[Path]) -> str:
    """A hash over names and contents; what Python or Babel compiled does not count."""
    total = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file() and path.suffix not in {".pyc", ".mo"}:
            total.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return total.hexdigest()


def _manage(title: str, environment: Mapping[str, str], *arguments: str) -> None:
    """One step of setting up, its progress in sight. It ends with us, Ctrl-C and SIGKILL included."""
    say(f"{title} …")
    process = spawn(
        [sys.executable, "manage.py", *arguments],
        log=None,
        environment=environment,
        death_signal=signal.SIGTERM,
        folder=ROOT,
    )
    try:
        code = process.wait()
    except BaseException:
        stop(process, signal.SIGTERM)
        raise
    if code:
        raise DemoError(f"{title} failed (see above): `manage.py {' '.join(arguments)}` ended with {code}.")


def _start(children: Children, port: int) -> None:
    say("Starting web, worker and beat …")
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "conduct.celery"]
    web = children.start(
        "web",
        [
            *(*python, "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "2", "--blocking-threads", "4", "--no-access-log", "conduct.wsgi:application"),
        ],
    )
    # One takes receipts, mail and closings only, so that these never wait for a roll-up in hand.
    for name, more in (
        ("worker", ["--concurrency", "2"]),
        ("receipts", ["--concurrency", "1", "-Q", "celery"]),
    ):
        worker = [*celery, "worker", "--pool", "prefork", "--hostname", f"{name}-{port}@%h", *more]
        children.start(name, [*worker, "--loglevel", "INFO"])
    children.start("beat", [*celery, "beat", "--pidfile", "", "--loglevel", "INFO"])
    wait_until(lambda: web.process.poll() is not None or _answers(port), seconds=_WEB_SECONDS, pause=0.1)
    children.check()
    if not _answers(port):
        raise DemoError(f"The web process does not answer; its log is {web.log}:\n{tail(web.log, 15)}")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """``demo`` or ``reset`` (which deletes, then runs the demo)."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        if arguments == ["reset"]:
            reset()
        demo()
    except KeyboardInterrupt:
        return 0
    except (DemoError, EnginesUnavailable, ChildFailed) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
