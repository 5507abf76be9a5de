"""One story on one installation: from cold, through the main job, through blows, to the end. In this order."""

import asyncio
import json
import re
import ssl
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from tests.compose.conftest import IMAGE, SERVICES
from tests.compose.engine import Project, docker
from tests.support.eventually import eventually

from gongkai.local.demo import play, seed
from gongkai.local.demo.applying import APPLICATION, read
from gongkai.local.demo.office import Office, Passwords

DATABASES = {name: f"gongkai_{name.replace('-', '_')}" for name in SERVICES}
MEGABYTE = 1024 * 1024


@pytest.fixture
async def citizen(site: str, trust: ssl.SSLContext) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site, verify=trust, trust_env=False, timeout=30.0) as client:
        yield client


async def played(project: Project, site: str, trust: ssl.SSLContext, desk: Path) -> list[str]:
    said: list[str] = []
    code = await play(
        site,
        sandbox_url=f"http://127.0.0.1:{project.settings['GONGKAI_SANDBOX_PORT']}",
        folder=desk,
        inner="http://newmedia-sync:8080",
        trust=trust,
        tell=said.append,
    )
    assert code == 0, "\n".join(said)
    return said


async def applied(citizen: httpx.AsyncClient, words: str) -> httpx.Response:
    """Ask for a document as anybody may, without signing in."""
    story = read(seed.folder())
    entry = next(one for one in story["cases"] if one["channel"] == "online")
    body = {name: entry[name] for name in APPLICATION if name in entry} | {"applicant_kind": entry["kind"]}
    organ = seed.read(seed.folder(), date(2026, 1, 5)).organ["slug"]
    body |= {"title": words, "description": f"{words}，请公开全文。"}
    return await citizen.post(f"/request/api/organs/{organ}/applications", json=body)


def crash(project: Project, service: str, index: int = 1) -> None:
    """Kill every process of a container from inside: killed from outside it would count as stopped on purpose."""
    project.inside(service, "python", "-c", "import os; os.kill(-1, 9)", index=index, check=False)


def leading(project: Project, index: int) -> bool:
    said = project.inside("request", "python", "-c", ASK_NUMBERS, index=index, check=False)
    return re.search(r'^gongkai_relay_leading\{service="request"\} 1\.0$', said, re.MULTILINE) is not None


OVERDUE = """SELECT count(*) FROM clock WHERE fired_at IS NULL AND stopped_at IS NULL
             AND greatest(due_at, not_before) < now() - interval '30 seconds'"""
ASK_NUMBERS = (
    "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8080/request/metrics', timeout=5).read().decode())"
)


def test_everything_comes_up_from_cold_and_is_healthy(project: Project) -> None:
    assert {
        name: project.healthy(name) for name in (*SERVICES, "gateway", "postgres", "kafka", "sandbox")
    } == dict.fromkeys((*SERVICES, "gateway", "postgres", "kafka", "sandbox"), True)


def test_our_containers_run_without_rights_and_cannot_change_themselves(project: Project) -> None:
    for name in SERVICES:
        assert project.inside(name, "id", "-u") == "10001"
        assert "Read-only file system" in project.inside(name, "sh", "-c", "echo x > /opt/gongkai/x", check=False)
        tools = (
            "for t in cc gcc make uv git; do command -v $t; done; ls /opt/gongkai/bin | grep -E '^(pip|pytest|ruff)'"
        )
        assert project.inside(name, "sh", "-c", tools, check=False) == ""


def test_the_image_adds_at_most_400_megabytes_to_its_base() -> None:
    whole, base = (int(docker("image", "inspect", "-f", "{{.Size}}", image)) for image in (IMAGE, "python:3.13-slim"))

    assert whole - base <= 400 * MEGABYTE, f"{(whole - base) / MEGABYTE:.0f} MB"


def test_nothing_secret_shows_when_a_container_is_inspected(project: Project) -> None:
    secret = {project.inside("postgres", "cat", "/run/secrets/password")}
    for name in SERVICES:
        dsn = project.inside(name, "cat", "/run/secrets/database-url")
        secret.add(dsn.split(":")[2].split("@")[0])
    shown = docker("inspect", *project.compose("ps", "-aq").split())

    assert len(secret) == len(SERVICES) + 1
    assert all(len(one) >= 32 for one in secret)
    assert [one for one in secret if one in shown] == []


def test_a_service_sees_no_secret_of_another(project: Project) -> None:
    assert project.inside("portal", "ls", "/run/secrets").split() == ["database-url"]


def test_a_role_enters_its_own_database_and_no_other(project: Project) -> None:
    for name in SERVICES:
        dsn = project.inside(name, "cat", "/run/secrets/database-url")
        for database in (*DATABASES.values(), "postgres"):
            said = project.inside(
                "postgres", "psql", re.sub(r"/[^/]*$", f"/{database}", dsn), "-AtXc", "SELECT 'in'", check=False
            )
            if database == DATABASES[name]:
                assert said == "in"
            else:
                assert "permission denied for database" in said


async def test_the_gateway_speaks_tls_and_keeps_numbers_inside(
    project: Project, site: str, citizen: httpx.AsyncClient
) -> None:
    page = await citizen.get("/identity/first-start")
    numbers = [(await citizen.get(path)).status_code for path in ("/metrics", "/request/metrics", "/identity/metrics")]
    plain = await citizen.get(f"http://localhost:{project.settings['GONGKAI_HTTP_PORT']}/feeds?x=1")

    assert page.status_code == 200
    assert page.headers["strict-transport-security"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "server" not in page.headers
    assert numbers == [404, 404, 404]
    assert (plain.status_code, plain.headers["location"]) == (301, f"{site}/feeds?x=1")


@pytest.mark.timeout(900)
async def test_the_main_job_is_done_through_the_gateway(
    project: Project, site: str, trust: ssl.SSLContext, desk: Path
) -> None:
    code = project.inside("identity", "cat", "/data/setup-code")
    (desk / "data").mkdir()
    (desk / "data" / "setup-code").write_text(code)

    said = await played(project, site, trust, desk)

    assert any("已发布" in line for line in said)
    assert project.inside("identity", "ls", "/data/setup-code", check=False).startswith("ls:")


def test_the_database_refuses_to_change_or_remove_a_recorded_fact(project: Project) -> None:
    for name, database in DATABASES.items():
        dsn = project.inside(name, "cat", "/run/secrets/database-url")
        assert int(project.sql(database, "SELECT count(*) FROM register")) > 0
        for statement in (
            "UPDATE register SET actor = 'nobody'",
            "DELETE FROM register",
            "TRUNCATE register",
            "DELETE FROM register_seal",
            "ALTER TABLE register DISABLE TRIGGER ALL",
            "DROP TABLE register",
            "DELETE FROM migration",
            "CREATE TABLE mine (x int)",
        ):
            said = project.inside("postgres", "psql", dsn, "-AtXc", statement, check=False)
            assert "permission denied" in said or "must be owner" in said, (name, statement, said)
        kept = project.inside(
            "postgres", "psql", "-U", "postgres", "-d", database, "-AtXc", "DELETE FROM register", check=False
        )
        assert "append-only" in kept


async def test_a_service_that_is_killed_comes_back_by_itself(project: Project, citizen: httpx.AsyncClient) -> None:
    container = project.containers("request")[0]
    crash(project, "request")

    await eventually(lambda: project.state(container, ".RestartCount") == "1", timeout=60, poll=0.5)
    await eventually(lambda: project.healthy("request"), timeout=90, poll=0.5)
    assert (await applied(citizen, "遭重启之后的申请")).status_code == 201


async def test_work_goes_on_while_kafka_is_away_and_is_told_when_it_comes_late(
    project: Project, site: str, trust: ssl.SSLContext, desk: Path
) -> None:
    known = officers_known(project)
    project.compose("stop", "kafka")
    boss = seed.read(seed.folder(), date(2026, 1, 5)).administrator.login
    async with Office(site, Passwords(desk), trust) as office:
        body = {"name": "晚来的", "login": "late", "unit": "办公室", "roles": ["drafter"], "must_change": False}
        await office.ask(boss, "POST", "/identity/api/people", body | {"password": office.passwords.of("late")})
    assert unsent(project, "identity") > 0
    await asyncio.to_thread(project.compose, "restart", "publication")
    await eventually(lambda: project.healthy("publication"), timeout=90, poll=0.5)
    assert officers_known(project) == known

    project.compose("start", "kafka")

    await eventually(lambda: project.healthy("kafka"), timeout=120, poll=0.5)
    await eventually(lambda: officers_known(project) == known + 1, timeout=60, poll=0.5)
    await eventually(lambda: unsent(project, "identity") == 0, timeout=10)


def officers_known(project: Project) -> int:
    return int(project.sql(DATABASES["publication"], "SELECT count(*) FROM officer"))


def unsent(project: Project, service: str) -> int:
    return int(project.sql(DATABASES[service], "SELECT last_seq - published_seq FROM outbox_head"))


async def test_services_find_a_restarted_database_again(project: Project, citizen: httpx.AsyncClient) -> None:
    project.compose("restart", "postgres")

    await eventually(lambda: all(project.healthy(name) for name in ("postgres", *SERVICES)), timeout=120, poll=0.5)
    assert (await applied(citizen, "数据库重启之后的申请")).status_code == 201


async def test_of_two_instances_one_leads_and_the_other_takes_over(
    project: Project, citizen: httpx.AsyncClient
) -> None:
    project.compose("up", "--detach", "--no-recreate", "--wait", "--scale", "request=2")
    leaders = [index for index in (1, 2) if leading(project, index)]
    assert len(leaders) == 1
    other = 3 - leaders[0]

    before = int(project.sql(DATABASES["request"], "SELECT count(*) FROM case_row"))
    answers = [await applied(citizen, f"两个实例时的申请第{number}件") for number in range(4)]
    crash(project, "request", leaders[0])
    answers += [await applied(citizen, f"领头的被杀之后第{number}件") for number in range(4)]

    await eventually(lambda: leading(project, other), timeout=60, poll=0.5)
    taken = [answer for answer in answers if answer.status_code == 201]
    assert len(taken) >= 4
    assert len({answer.json()["id"] for answer in taken}) == len(taken)
    await eventually(lambda: project.healthy("request"), timeout=90, poll=0.5)
    now = int(project.sql(DATABASES["request"], "SELECT count(*) FROM case_row"))
    assert len(taken) <= now - before <= len(answers)
    await eventually(lambda: unsent(project, "request") == 0, timeout=60, poll=0.5)


async def test_a_service_that_is_made_anew_has_everything_it_had(
    project: Project, site: str, trust: ssl.SSLContext, desk: Path
) -> None:
    project.compose("up", "--detach", "--wait", "--force-recreate", "--no-deps", "publication", "portal")

    said = await played(project, site, trust, desk)

    assert any("已经发布过，不重复" in line for line in said)


def test_at_the_end_every_register_is_whole_and_nothing_is_parked(project: Project) -> None:
    verified = project.inside("identity", "gongkai", "register", "verify")
    status = json.loads(project.inside("identity", "gongkai", "status", "--json"))

    assert verified
    assert status
    for name, database in DATABASES.items():
        assert project.sql(database, "SELECT count(*) FROM quarantine WHERE state = 'parked'") == "0", name
        assert project.sql(database, OVERDUE) == "0", name
