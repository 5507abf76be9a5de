"""The folder of one copy, the packages it fetches, and what the command line says when something is wrong."""

import hashlib
import http.server
import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.eventually import eventually
from tests.support.stack import scratch_folder
from tests.support.system import environment, gongkai

from gongkai.local import folders, jars
from gongkai.local.errors import CannotFetch, DiskFull, InUse, StackError
from gongkai.local.process import started_at
from gongkai.local.state import State, read_json, write_json


@pytest.fixture
def state(tmp_path: Path) -> State:
    state = State(tmp_path / "home")
    state.prepare()
    return state


def test_a_password_is_made_once_and_read_by_its_owner_only(state: State) -> None:
    first, again, other = state.password("a"), state.password("a"), state.password("b")

    assert first == again != other
    assert len(first) >= 32
    assert stat.S_IMODE((state.folder / "passwords.json").stat().st_mode) == 0o600


def test_a_folder_has_one_owner_at_a_time(state: State) -> None:
    with state.locked(), pytest.raises(InUse, match="正在被另一份系统使用"), State(state.folder).locked():
        pytest.fail("two owners")

    with state.locked():
        assert state.is_locked()
    assert not state.is_locked()


def test_too_little_room_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="至少需要"):
        State(tmp_path / "home").prepare(room_needed=2**60)


def test_a_write_that_fails_in_the_middle_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    write_json(file, {"kafka": 1})

    with pytest.raises(TypeError):
        write_json(file, {"kafka": 2, "postgres": object()})

    assert read_json(file) == {"kafka": 1}
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"用不了 .*ports\.json"):
        write_json(tmp_path / "absent" / "ports.json", {"kafka": 2})


def test_a_spoilt_file_is_named(state: State) -> None:
    (state.folder / "ports.json").write_text("{half")

    with pytest.raises(StackError, match=r"读不懂文件 .*ports\.json"):
        state.known_ports()


def test_state_lies_where_it_is_told_else_one_folder_per_checkout() -> None:
    told = folders.state_folder({"GONGKAI_HOME": "/srv/gongkai"})
    one = folders.state_folder({"HOME": "/home/li"}, Path("/src/a/gongkai"))
    other = folders.state_folder({"HOME": "/home/li"}, Path("/src/b/gongkai"))

    assert told == Path("/srv/gongkai")
    assert one != other
    assert one.name.startswith("gongkai-")


def test_the_lock_of_the_jars_holds_names_and_digests_and_no_address() -> None:
    text = (Path(jars.__file__).parent / jars.LOCK).read_text()

    assert len(jars.locked()) == 45
    assert all(len(jar.sha256) == 64 for jar in jars.locked())
    assert "://" not in text


class Depot(http.server.BaseHTTPRequestHandler):
    """A package host on this machine that serves one body for every path."""

    body = b"not what was locked"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def depot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Depot)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    config = tmp_path / "jgo.conf"
    config.write_text(f"[repositories]\ninside = {address}\n")
    monkeypatch.setenv("JGO_CONFIG_FILE", str(config))
    monkeypatch.setenv("M2_REPO", str(tmp_path / "empty"))
    yield address
    server.shutdown()
    server.server_close()
    thread.join()


def only(monkeypatch: pytest.MonkeyPatch, jar: jars.Jar, tmp_path: Path) -> Path:
    """Make a cache in which every jar but this one is already right."""
    cache = tmp_path / "cache" / f"kafka-{jars.VERSION}"
    cache.mkdir(parents=True)
    for known in jars.fetch(folders.cache_folder()):
        if known.name != jar.file:
            (cache / known.name).symlink_to(known)
    return tmp_path / "cache"


def test_a_jar_that_differs_from_the_lock_is_refused_and_not_kept(
    depot: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jar = jars.locked()[0]
    cache = only(monkeypatch, jar, tmp_path)

    with pytest.raises(CannotFetch, match="与锁定的摘要不一致"):
        jars.fetch(cache)

    assert not (cache / f"kafka-{jars.VERSION}" / jar.file).exists()


def test_a_spoilt_jar_is_fetched_again_from_the_configured_host(
    depot: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jar = jars.locked()[0]
    good = (folders.cache_folder() / f"kafka-{jars.VERSION}" / jar.file).read_bytes()
    cache = only(monkeypatch, jar, tmp_path)
    (cache / f"kafka-{jars.VERSION}" / jar.file).write_bytes(good[:-1])
    monkeypatch.setattr(Depot, "body", good)

    found = jars.fetch(cache)

    assert hashlib.sha256(next(file for file in found if file.name == jar.file).read_bytes()).hexdigest() == jar.sha256


def test_an_unreachable_host_is_a_sentence_with_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "jgo.conf"
    config.write_text("[repositories]\nnowhere = http://127.0.0.1:9\n")
    monkeypatch.setenv("JGO_CONFIG_FILE", str(config))
    monkeypatch.setenv("M2_REPO", str(tmp_path / "empty"))
    jar = jars.locked()[0]
    cache = only(monkeypatch, jar, tmp_path)

    with pytest.raises(CannotFetch, match=jar.artifact) as wrong:
        jars.fetch(cache)

    assert "请检查网络" in wrong.value.advice


def test_mirrors_of_mavens_own_settings_are_used(tmp_path: Path) -> None:
    settings = tmp_path / "settings.xml"
    settings.write_text(
        """<settings xmlns="http://maven.apache.org/SETTINGS/1.0.0"><mirrors>
        <mirror><id>inside</id><mirrorOf>central</mirrorOf><url>http://127.0.0.1:1/maven/</url></mirror>
        <mirror><id>other</id><mirrorOf>jboss</mirrorOf><url>http://127.0.0.1:2/</url></mirror>
        </mirrors></settings>"""
    )

    assert jars.maven_mirrors(settings) == {"inside": "http://127.0.0.1:1/maven"}
    assert jars.maven_mirrors(tmp_path / "absent.xml") == {}


@pytest.mark.parametrize("command", [(), ("up",), ("demo",), ("status",), ("quarantine", "list"), ("events", "tail")])
def test_help_speaks_both_languages_and_names_the_exit_codes(command: tuple[str, ...], tmp_path: Path) -> None:
    shown = gongkai(tmp_path, *command, "--help")

    assert shown.returncode == 0
    assert "用法 usage:" in shown.stdout
    assert "选项 options" in shown.stdout
    assert "help" in shown.stdout


def test_a_wrong_command_line_says_how_to_ask(tmp_path: Path) -> None:
    shown = gongkai(tmp_path, "publish")

    assert shown.returncode == 2
    assert "gongkai --help" in shown.stderr


@pytest.mark.parametrize(
    "command", [("status",), ("quarantine", "list"), ("register", "verify"), ("events", "tail"), ("topics",)]
)
def test_without_a_running_system_every_question_says_how_to_start_one(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    shown = gongkai(tmp_path / "home", *command)

    assert shown.returncode == 7
    assert "make up" in shown.stdout + shown.stderr


def test_status_can_be_read_by_a_program_when_nothing_runs(tmp_path: Path) -> None:
    shown = gongkai(tmp_path / "home", "status", "--json")

    found = json.loads(shown.stdout)
    assert found["running"] is False
    assert found["versions"]["kafka"] == jars.VERSION


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)

    refused = gongkai(closed / "home", "up", "--bare")

    assert refused.returncode == 1
    assert "没有写" in refused.stderr


def launched(command: list[str], folder: Path, output: Path) -> "subprocess.Popen[bytes]":
    with output.open("wb") as out:
        return subprocess.Popen(command, cwd=folder, env=environment(scratch_folder()), stdout=out, stderr=out)


async def test_a_killed_test_run_leaves_no_server_behind(tmp_path: Path) -> None:
    root = folders.checkout()
    note = tmp_path / "pids"
    source = f"""
import os, pathlib, asyncio
async def test_wait(postgres, kafka, stack_folder):
    import json
    pids = [json.loads(r.read_text())["pid"] for r in (stack_folder / "run").glob("*.json")]
    pathlib.Path({str(note)!r}).write_text(json.dumps(pids))
    await asyncio.sleep(100)
"""
    probe = tmp_path / "test_probe.py"
    probe.write_text(source)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.conftest",
        "-c",
        str(root / "pyproject.toml"),
        str(probe),
    ]
    run = launched(command, root, tmp_path / "out")
    await eventually(note.exists, timeout=60)
    pids = await eventually(lambda: json.loads(note.read_text() or "[]"), timeout=10)
    assert pids
    assert all(started_at(pid) for pid in pids)

    run.send_signal(signal.SIGKILL)
    run.wait(10)

    await eventually(lambda: all(started_at(pid) is None for pid in pids), timeout=30)
