"""The embedded servers: started beside each other, ended with their parent, taken over when left behind."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from conduct.kernel.engines import Engines, EnginesBusy, remove_instance
from conduct.kernel.engines.instance import write_environment_file
from conduct.kernel.engines.places import checkout_hash
from conduct.kernel.engines.processes import wait_until

ROOT = Path(__file__).resolve().parents[3]
INSTANCE = f"engines-{os.getpid()}"

# A runner as `make demo` is one: it starts the servers, says so, and waits.
RUNNER = """
import sys, time
from pathlib import Path
from conduct.kernel.engines import Engines
engines = Engines(Path(sys.argv[1]), sys.argv[2], durable=False)
engines.start()
print(engines.superuser_url, flush=True)
time.sleep(600)
"""


@pytest.fixture
def own_engines() -> Iterator[Engines]:
    engines = Engines(ROOT, INSTANCE, durable=False)
    yield engines
    engines.stop()
    remove_instance(ROOT, INSTANCE)


def ask(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


def start_runner() -> tuple[subprocess.Popen[str], str]:
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(ROOT), INSTANCE], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert runner.stdout is not None
    with runner.stdout:
        return runner, runner.stdout.readline().strip()


def server_pid(engines_folder: Path) -> int | None:
    try:
        return int((engines_folder / "postgres" / "postmaster.pid").read_text().split()[0])
    except FileNotFoundError:
        return None


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_an_instance_starts_with_three_roles_and_the_builtin_locale(own_engines: Engines) -> None:
    own_engines.start()
    application = own_engines.environment()["DATABASE_URL"]
    owner = own_engines.owner_environment()["DATABASE_OWNER_URL"]

    assert ask(application, "SELECT current_user") == "cm_app"
    assert ask(owner, "SELECT current_user") == "cm_owner"
    assert ask(own_engines.postgres.url("cm_read"), "SELECT current_user") == "cm_read"
    assert ask(application, "SELECT 'ĐẶNG' ILIKE 'đặng'") is True
    locale = "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = 'conduct'"
    assert ask(application, locale) == "b C.UTF-8"
    with closing(own_engines.valkey.client()) as client:
        assert client.ping()


def test_an_application_process_gets_no_other_password(own_engines: Engines) -> None:
    given = " ".join(own_engines.environment().values())

    for role in ("cm_owner", "cm_read", "postgres"):
        password = own_engines.postgres.url(role).split(":")[2].split("@")[0]
        assert len(password) > 20
        assert password not in given


def test_two_processes_cannot_hold_one_instance(own_engines: Engines) -> None:
    with pytest.raises(EnginesBusy):
        Engines(ROOT, INSTANCE)
    with pytest.raises(EnginesBusy):
        remove_instance(ROOT, INSTANCE)


def test_data_and_passwords_outlive_a_restart(own_engines: Engines) -> None:
    own_engines.start()
    address = own_engines.environment()["DATABASE_URL"]
    with psycopg.connect(own_engines.owner_environment()["DATABASE_OWNER_URL"]) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 7 AS n")
        owner.execute("GRANT SELECT ON kept TO cm_app")
    own_engines.stop()

    again = Engines(ROOT, INSTANCE, durable=False)
    try:
        again.start()
        assert again.environment()["DATABASE_URL"] == address
        assert ask(address, "SELECT n FROM kept") == 7
    finally:
        again.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux signals the death of a parent")
@pytest.mark.parametrize("postmaster_too", [False, True])
def test_a_killed_runner_is_taken_over(postmaster_too: bool) -> None:
    runner, address = start_runner()
    with psycopg.connect(address, autocommit=True) as superuser:
        superuser.execute("CREATE TABLE committed AS SELECT 1 AS n")
    folder = Path(str(ask(address, "SHOW data_directory"))).parent
    pid = server_pid(folder)
    assert pid

    runner.kill()
    if postmaster_too:
        os.kill(pid, signal.SIGKILL)
    runner.wait()
    engines = Engines(ROOT, INSTANCE, durable=False)
    try:
        engines.start()
        assert ask(address, "SELECT n FROM committed") == 1
        assert wait_until(lambda: not is_running(pid), seconds=10)
    finally:
        engines.remove()
    assert not folder.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux signals the death of a parent")
def test_servers_end_with_their_parent() -> None:
    runner, address = start_runner()
    folder = Path(str(ask(address, "SHOW data_directory"))).parent
    pid = server_pid(folder)
    assert pid
    assert is_running(pid)

    runner.kill()
    runner.wait()

    assert wait_until(lambda: server_pid(folder) is None, seconds=10), "PostgreSQL did not shut down"
    remove_instance(ROOT, INSTANCE)


def test_a_deep_checkout_gets_a_short_socket_path(tmp_path: Path) -> None:
    deep = tmp_path / ("very-long-folder-name/" * 6)
    deep.mkdir(parents=True)
    engines = Engines(deep, "demo", durable=False)
    try:
        assert len(str(engines.place.sockets / ".s.PGSQL.5432")) <= 107
        engines.start()
        assert ask(engines.environment()["DATABASE_URL"], "SELECT 1") == 1
    finally:
        engines.remove()
        # pytest's folders are for root alone, so as root this one lay outside, with a copy of the servers.
        shutil.rmtree(engines.place.base)
    assert not engines.place.sockets.exists()


def test_checkouts_have_names_of_their_own(tmp_path: Path) -> None:
    assert checkout_hash(tmp_path / "a") != checkout_hash(tmp_path / "b")


def test_addresses_are_written_for_us_alone(tmp_path: Path) -> None:
    file = tmp_path / "engines.env"
    file.write_text("old")
    file.chmod(0o644)

    write_environment_file(file, {"DATABASE_URL": "postgresql://cm_app:s@/conduct", "REDIS_URL": "unix:///v"})

    assert file.read_text() == "DATABASE_URL=postgresql://cm_app:s@/conduct\nREDIS_URL=unix:///v\n"
    assert file.stat().st_mode & 0o777 == 0o600
