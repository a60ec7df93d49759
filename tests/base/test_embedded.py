"""The embedded PostgreSQL: it survives what happens to servers, and keeps others out."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from enfilade.base.binaries import program_of
from enfilade.base.embedded import ADMINISTRATOR, Cluster, ClusterFailed, DataInUse, claimed, place, temporary


@pytest.fixture(scope="module")
def folder() -> Generator[Path]:
    """Not tmp_path, which PostgreSQL's user may not enter when the tests run as root."""
    made = Path(tempfile.mkdtemp(prefix="enfilade-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def cluster(folder: Path) -> Generator[Cluster]:
    made = Cluster(folder / "data", folder / "s")
    made.prepare()
    yield made
    made.stop()


def connect(cluster: Cluster) -> psycopg.Connection:
    return psycopg.connect(cluster.address(ADMINISTRATOR, "postgres"), autocommit=True)


def test_what_was_committed_survives_a_kill(cluster: Cluster) -> None:
    cluster.start()
    with connect(cluster) as conn:
        assert conn.execute("show fsync").fetchone() == ("on",)
        conn.execute("create table kept (n int)")
        conn.execute("insert into kept select generate_series(1, 100)")
    pid = cluster.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while cluster.running():
        pass
    cluster.start()
    assert cluster.pid() != pid
    with connect(cluster) as conn:
        assert conn.execute("select count(*) from kept").fetchone() == (100,)


def test_it_listens_on_a_private_socket_only(cluster: Cluster) -> None:
    cluster.start()
    with connect(cluster) as conn:
        assert conn.execute("show listen_addresses").fetchone() == ("",)
        assert conn.execute(
            "select datlocale, datlocprovider from pg_database where datname = 'postgres'"
        ).fetchone() == (
            "C.UTF-8",
            "b",
        )
    assert stat.S_IMODE(cluster.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700


def test_another_process_finds_the_server_and_stops_it(cluster: Cluster) -> None:
    cluster.start()
    other = Cluster(cluster.data, cluster.socket)
    pid = other.pid()
    other.start()
    assert pid is not None and other.pid() == pid
    other.stop()
    assert not cluster.running()


def test_a_number_left_behind_does_not_stop_the_start(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    # The number of a process that runs, and is not PostgreSQL.
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n1\n5432\n\n\n\nready\n")
    assert not cluster.running()
    cluster.start()
    with connect(cluster) as conn:
        assert conn.execute("select 1").fetchone() == (1,)


def test_an_interrupted_set_up_is_begun_again(folder: Path) -> None:
    half = folder / "half.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    cluster = Cluster(folder / "half", folder / "s2", fleeting=True)
    cluster.prepare()
    cluster.start()
    try:
        assert cluster.running()
    finally:
        cluster.stop()


def test_a_cluster_of_another_version_is_left_alone(folder: Path) -> None:
    old = folder / "old"
    old.mkdir()
    (old / "PG_VERSION").write_text("15\n")
    with pytest.raises(ClusterFailed, match="PostgreSQL 15"):
        Cluster(old, folder / "s3").prepare()
    assert [entry.name for entry in old.iterdir()] == ["PG_VERSION"]


def test_a_socket_path_too_long_is_refused_before_anything_is_made(folder: Path) -> None:
    with pytest.raises(ClusterFailed, match="100 bytes"):
        Cluster(folder / "deep", folder / ("s" * 90)).prepare()
    assert not (folder / "deep").exists()


def test_a_temporary_cluster_leaves_nothing_and_sweeps_what_was_left() -> None:
    # A process that starts one and is killed before it can clean up.
    script = (
        "from enfilade.base.embedded import temporary; import os, signal\n"
        "with temporary() as c: print(c.data.parent, c.pid(), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    left, pid = killed.stdout.split()
    assert killed.returncode == -signal.SIGKILL and Path(left).exists() and program_of(int(pid)) == "postgres"
    with temporary() as cluster:
        assert not Path(left).exists()
        with connect(cluster) as conn:
            assert conn.execute("select 1").fetchone() == (1,)
    assert not cluster.running() and not cluster.data.parent.exists()


def test_a_data_folder_has_one_holder_until_it_dies(tmp_path: Path) -> None:
    script = (
        "from enfilade.base.embedded import claimed; from pathlib import Path; import sys, time\n"
        "with claimed(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(DataInUse, match=str(holder.pid)), claimed(tmp_path):
            raise AssertionError("two hold the same folder")
        holder.kill()
    with claimed(tmp_path):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_two_data_folders_never_share_a_socket(tmp_path: Path) -> None:
    first = place({"ENFILADE_DATA": str(tmp_path / "a")})
    second = place({"ENFILADE_DATA": str(tmp_path / "b" / ("deep" * 40))})
    usual = place({})
    assert len({first.socket, second.socket, usual.socket}) == 3
    assert max(len(str(p.socket / ".s.PGSQL.5432")) for p in (first, second, usual)) <= 100
