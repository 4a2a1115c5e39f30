"""PostgreSQL of an instance: created once, started as a child, with the three roles of the house."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from .places import EnginesUnavailable, Place
from .processes import spawn, stop, tail, wait_until

SUPERUSER = "postgres"
OWNER, APP, READ = ROLES = ("cm_owner", "cm_app", "cm_read")
DATABASE = "conduct"
_LOCK_PATIENCE_SECONDS = 10
_START_PATIENCE_SECONDS = 60

# A test's database need not survive a power cut; a killed server must keep what it acknowledged all the same,
# so synchronous_commit stays on.
_THROWAWAY = ("fsync=off", "full_page_writes=off")


class Postgres:
    """One PostgreSQL server, on a socket of its own."""

    def __init__(self, place: Place, passwords: Mapping[str, str], *, durable: bool) -> None:
        self.place = place
        self._passwords = passwords
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address for a role, password included."""
        host = quote(str(self.place.sockets), safe="/")
        return f"postgresql://{role}:{self._passwords[role]}@/{database}?host={host}"

    def start(self) -> None:
        """Start the server; create the cluster, the roles and the database where they are missing."""
        self.stop_leftover()
        if not self.place.data.exists():
            self._create_cluster()
        deadline = time.monotonic() + _LOCK_PATIENCE_SECONDS
        # A killed postmaster stays a zombie for seconds, and its lock file counts for as long.
        while not self._try_start():
            if time.monotonic() > deadline:
                raise EnginesUnavailable(f"PostgreSQL did not start:\n{tail(self._log)}")
            time.sleep(0.5)
        self._create_roles()
        self._create_database(DATABASE)

    def empty(self) -> None:
        """Delete the database and create it anew, without a table."""
        with self._connect() as connection:
            connection.execute("DROP DATABASE IF EXISTS conduct WITH (FORCE)")
        self._create_database(DATABASE)

    def stop(self) -> None:
        """Shut the server down; open connections are closed, committed work is kept."""
        if self._process:
            stop(self._process, signal.SIGINT)
            self._process = None

    def kill(self) -> None:
        """End the server as a crash would (for tests of faults)."""
        if self._process:
            stop(self._process, signal.SIGKILL, patience=5)
            self._process = None

    def alive(self) -> bool:
        """Whether the server we started still runs."""
        return self._process is not None and self._process.poll() is None

    def stop_leftover(self) -> None:
        """Shut down a server that somebody else's end left running on our data."""
        try:
            pid = int((self.place.data / "postmaster.pid").read_text(encoding="ascii").split()[0])
            name = Path(f"/proc/{pid}/comm")
            if name.parent.parent.joinpath("self").exists() and name.read_text().strip() != "postgres":
                return  # the number is another program's by now; PostgreSQL sees through that itself
        except (OSError, ValueError, IndexError):
            return
        self._run(self.place.binaries.pg_ctl, "stop", "-D", self.place.data, "-m", "fast", "-t", "30")

    @property
    def _log(self) -> Path:
        return self.place.folder / "postgres.log"

    def _run(self, program: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        account = self.place.account
        return subprocess.run(
            [str(program), *map(str, arguments)],
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            cwd="/",
            env=_small_environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def _create_cluster(self) -> None:
        fresh = self.place.folder / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self.place.make_folder(fresh)
        password = self.place.folder / "superuser.password"
        password.touch(mode=0o600)
        password.write_text(self._passwords[SUPERUSER], encoding="ascii")
        self.place.give(password)
        try:
            made = self._run(
                self.place.binaries.initdb,
                *("-D", fresh, "-U", SUPERUSER, "--auth=scram-sha-256", f"--pwfile={password}"),
                *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                "--no-sync",
            )
        finally:
            password.unlink()
        if made.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise EnginesUnavailable(f"initdb could not create the database cluster:\n{made.stderr.strip()}")
        fresh.rename(self.place.data)

    def _try_start(self) -> bool:
        """Start once; false when it ended at once because of a lock that a dead server left."""
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.place.sockets}",
            "unix_socket_permissions=0700",
            "max_connections=100",
            "shared_buffers=256MB",
            "timezone=UTC",
            "log_min_messages=warning",
            *(() if self._durable else _THROWAWAY),
        ]
        process = spawn(
            [
                str(self.place.binaries.postgres),
                *("-D", str(self.place.data)),
                *(part for setting in settings for part in ("-c", setting)),
            ],
            log=self._log,
            environment=_small_environment(),
            death_signal=signal.SIGINT,
            account=self.place.account,
        )
        self._process = process
        answered = wait_until(
            lambda: process.poll() is not None or self._answers(), seconds=_START_PATIENCE_SECONDS
        )
        if process.poll() is None and answered:
            return True
        self.stop()
        if "postmaster.pid" in tail(self._log):
            return False
        raise EnginesUnavailable(f"PostgreSQL did not start:\n{tail(self._log)}")

    def _connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.url(SUPERUSER, database), autocommit=True, connect_timeout=5)

    def _answers(self) -> bool:
        try:
            with self._connect():
                return True
        except psycopg.OperationalError:
            return False

    def _create_roles(self) -> None:
        with self._connect() as connection:
            known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
            for role in ROLES:
                verb = sql.SQL("ALTER" if role in known else "CREATE")
                statement = sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}")
                connection.execute(
                    statement.format(verb, sql.Identifier(role), sql.Literal(self._passwords[role]))
                )

    def _create_database(self, name: str) -> None:
        """Create the database of the owner; what future tables grant is the first migration's business."""
        with self._connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return
            statement = sql.SQL(
                "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' "
                "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
            )
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(OWNER)))
            connection.execute(
                sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
            )
            connection.execute(
                sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                    sql.Identifier(name), sql.Identifier(APP)
                )
            )
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    sql.Identifier(name), sql.Identifier(READ)
                )
            )
        with self._connect(name) as connection:
            connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(OWNER)))
            connection.execute("GRANT USAGE ON SCHEMA public TO cm_app, cm_read")


def _small_environment() -> dict[str, str]:
    """No variable of ours (PGHOST, a password) reaches a server."""
    return {"LC_ALL": "C", "PATH": os.defpath}
