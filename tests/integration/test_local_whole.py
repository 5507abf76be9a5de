"""The whole system, started once as a person starts it: looked at, asked, hurt."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaProducer
from tests.support.eventually import eventually
from tests.support.stack import scratch_folder
from tests.support.system import System, family, gongkai

from gongkai.local.process import started_at

pytestmark = pytest.mark.timeout(300)  # the whole system starts within the first test
SERVICES = ["identity", "newmedia-sync", "portal", "publication", "request"]
LOGIN, DRAFTER, PASSWORD = "wang.admin", "li.jing", "lantern-harbour-47-quill"
ORGAN = {
    "name": "济南市商务局",
    "short_name": "市商务局",
    "slug": "jnsw",
    "region": "济南市",
    "credit_code": "11370100MB28485741",
}


@pytest.fixture(scope="module")
async def system() -> AsyncIterator[System]:
    system = System(scratch_folder() / "home", "up")
    await system.start(within=110)
    yield system
    assert await system.stop() == 0, system.said


async def told(system: System, *arguments: str, **more: Any) -> Any:
    """Run a command beside the running system."""
    return await asyncio.to_thread(gongkai, system.home, *arguments, **more)


async def status(system: System) -> dict[str, Any]:
    shown = await told(system, "status", "--json")
    found: dict[str, Any] = json.loads(shown.stdout)
    return {service["service"]: service for service in found["services"]}


async def everything_is_ready(system: System) -> None:
    found = await status(system)
    assert sorted(found) == SERVICES
    assert all(service["ready"] for service in found.values()), found


@pytest.fixture(scope="module")
async def founded(system: System) -> str:
    """Set the system up as its first administrator and let a drafter in; return the drafter's login."""
    code = (system.home / "data" / "setup-code").read_text().strip()
    boss = {"name": "王明", "login": LOGIN, "password": PASSWORD}
    drafter = {"name": "李静", "login": DRAFTER, "password": PASSWORD, "unit": "消费处", "roles": ["drafter"]}
    async with httpx.AsyncClient(trust_env=False, base_url=system.about["internal_url"], timeout=30) as client:
        first = {"setup_code": code, "organ": ORGAN, "administrator": boss}
        made = await client.post("/identity/api/first-start", json=first)
        assert made.status_code == 201, made.text
        headers = {"Authorization": f"Bearer {made.json()['token']}"}
        person = {**drafter, "must_change": False}
        joined = await client.post("/identity/api/people", json=person, headers=headers)
        assert joined.status_code == 201, joined.text
    return DRAFTER


async def test_the_first_screen_says_where_to_go_and_how_to_set_up(system: System) -> None:
    await eventually(lambda: "系统已启动" in system.said)
    code = (system.home / "data" / "setup-code").read_text().strip()

    assert f"{system.about['url']}/identity/first-start" in system.said
    assert code in system.said


async def test_status_shows_every_service_and_what_waits(system: System) -> None:
    await everything_is_ready(system)
    shown = await told(system, "status")

    assert shown.returncode == 0
    assert all(name in shown.stdout for name in [*SERVICES, "kafka 4.4.0", system.about["url"]])


async def test_what_cannot_be_read_is_parked_shown_and_given_up(system: System) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=system.about["settings"]["GONGKAI_KAFKA"])
    await producer.start()
    await producer.send_and_wait("gongkai.identity.v1", b"\xff\xfe", headers=[("ce_type", b"\xff")])
    await producer.stop()

    async def parked() -> list[dict[str, Any]]:
        listed = await told(system, "quarantine", "list", "--service", "portal", "--json")
        rows: list[dict[str, Any]] = json.loads(listed.stdout)
        return rows

    rows = await eventually(parked, timeout=30)
    number = str(rows[0]["number"])
    shown = await told(system, "quarantine", "show", number, "--service", "portal", "--json")
    replayed = await told(system, "quarantine", "replay", number, "--service", "portal")
    dropped = await told(system, "quarantine", "drop", number, "--service", "portal", "--reason", "测试消息")
    left = await told(system, "quarantine", "list", "--service", "portal")
    absent = await told(system, "quarantine", "show", "999", "--service", "portal")

    assert rows[0]["cause"] == json.loads(shown.stdout)["cause"] == "unreadable"
    assert replayed.returncode == 8
    assert "无法读懂" in replayed.stdout
    assert dropped.returncode == 0, dropped.stderr
    assert "空的" in left.stdout
    assert absent.returncode == 1
    assert "999" in absent.stderr


async def test_a_killed_service_process_comes_back(system: System) -> None:
    killed = system.kill("services")

    await eventually(lambda: system.children().get("services", killed) != killed, timeout=30)
    await eventually(lambda: system.said.count("服务进程 已恢复") == 1, timeout=60)
    await everything_is_ready(system)


async def test_a_reader_who_hangs_up_ends_no_server(system: System) -> None:
    before = system.children()["services"]

    for name in ("services", None):
        system.kill(name, signal.SIGPIPE)  # what writing to a closed connection or pipe sends

    await everything_is_ready(system)
    assert system.children()["services"] == before
    assert system.exit_code is None


async def test_a_deaf_kafka_stops_no_page(system: System) -> None:
    pid = system.kill("kafka", signal.SIGSTOP)

    async with httpx.AsyncClient(trust_env=False) as client:
        page = await client.get(f"{system.about['internal_url']}/identity/first-start")
    os.kill(pid, signal.SIGCONT)

    assert page.status_code == 200
    await everything_is_ready(system)


async def test_a_flipped_byte_in_the_register_is_named(system: System, founded: str) -> None:
    whole = await told(system, "register", "verify")
    assert whole.returncode == 0, whole.stdout + whole.stderr

    connection = await asyncpg.connect(system_dsn(system))
    await connection.execute("SET session_replication_role = replica")
    row = await connection.fetchrow("SELECT position, aggregate_id, version, data::text AS data FROM register LIMIT 1")
    changed = row["data"].replace("2", "3", 1) if "2" in row["data"] else row["data"].replace("a", "b", 1)
    await connection.execute("UPDATE register SET data = $1 WHERE position = $2", changed, row["position"])
    found = await told(system, "register", "verify", "--service", "identity")
    await connection.execute("UPDATE register SET data = $1 WHERE position = $2", row["data"], row["position"])
    await connection.close()
    again = await told(system, "register", "verify", "--service", "identity")

    assert found.returncode == 8
    assert str(row["aggregate_id"]) in found.stdout
    assert again.returncode == 0, again.stdout


def system_dsn(system: System) -> str:
    """Return the database of identity as its superuser sees it: what an intruder on the machine would have."""
    password = json.loads((system.home / "passwords.json").read_text())["postgres"]
    port = system.about["ports"]["postgres"]
    return f"postgresql://gongkai:{password}@127.0.0.1:{port}/gongkai_identity"


async def test_a_file_becomes_a_draft_in_somebodys_name(system: System, founded: str, tmp_path: Path) -> None:
    file = tmp_path / "通知.txt"
    file.write_text("关于举办泉城购车节的通知\n\n一、活动时间\n\n5 月 1 日至 5 月 31 日。\n", encoding="utf-8")
    whose = ("--login", founded)
    knowing = {"env": {"GONGKAI_PASSWORD": PASSWORD}}

    async def imported(*arguments: str, **more: Any) -> Any:
        return await told(system, "import", str(file), "--kind", "通知公告", *arguments, **more)

    async def accepted() -> Any:
        made = await imported("--column", "通知公告", *whose, "--json", **knowing)
        assert made.returncode == 0, made.stderr
        return made

    made = await eventually(accepted, timeout=30)
    nobody = await imported("--column", "通知公告")
    guessed = await imported("--column", "通知公告", *whose, env={"GONGKAI_PASSWORD": "guess"})
    nowhere = await imported("--column", "没有的栏目", *whose, **knowing)
    file.unlink()
    absent = await imported("--column", "通知公告", *whose, **knowing)

    assert json.loads(made.stdout)["title"] == "关于举办泉城购车节的通知"
    assert nobody.returncode == guessed.returncode == nowhere.returncode == absent.returncode == 1
    assert "--login" in nobody.stderr
    assert "identity：" in guessed.stderr
    assert "没有栏目“没有的栏目”" in nowhere.stderr
    assert "读不了文件" in absent.stderr


async def test_a_killed_supervisor_takes_every_process_with_it(system: System, founded: str, tmp_path: Path) -> None:
    file = tmp_path / "小结.md"
    file.write_text("# 工作小结\n\n完成。\n", encoding="utf-8")
    arguments = ("--column", "通知公告", "--kind", "通知公告", "--login", founded)

    async def workers_are_busy() -> None:
        made = await told(system, "import", str(file), *arguments, env={"GONGKAI_PASSWORD": PASSWORD})
        assert made.returncode == 0, made.stderr

    await eventually(workers_are_busy, timeout=30)
    everybody = family(system.about["pid"])
    assert len(everybody) > len(system.children()) + 1

    system.kill()
    await eventually(lambda: [pid for pid in everybody if started_at(pid)] == [], timeout=40)
    await system.start(within=110)

    await everything_is_ready(system)
