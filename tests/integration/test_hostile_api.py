"""Generated requests to every documented address of every service, in the name of every role and of nobody."""

import asyncio
import os
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky, Unsatisfiable
from schemathesis.generation import GenerationMode
from tests.support.hostile_world import PREFIXES, World, a_world
from tests.support.request_office import APPLICATION

from gongkai.web.permissions import MATRIX, ROLES

#: More for a long run: GONGKAI_TEST_EXAMPLES=1000 and GONGKAI_TEST_SEED for other dice.
EXAMPLES = int(os.environ.get("GONGKAI_TEST_EXAMPLES", "10"))
SEED = os.environ.get("GONGKAI_TEST_SEED")
CALLERS = (None, *ROLES)
#: Longer than anything may take, much shorter than the limit of the test.
HANG = 20.0
_CHINESE = re.compile("[\u4e00-\u9fff]")
pytestmark = [
    pytest.mark.timeout(max(300, EXAMPLES * 12)),
    # The server rolls dice too, in the same process, while requests are made up.
    pytest.mark.filterwarnings("ignore:Do not use the `random` module"),
]


@dataclass(slots=True)
class Ground:
    """What exists and may be named, and how the callers show who they are."""

    world: World
    known: Mapping[str, tuple[Any, ...]]
    loop: asyncio.AbstractEventLoop
    people: Mapping[str, UUID]
    sessions: dict[str, str] = field(default_factory=dict)

    def headers(self, role: str | None) -> dict[str, str]:
        """Called from the thread of the generator. Signing in would be throttled: wrong passwords are made up here too."""
        return asyncio.run_coroutine_threadsafe(self._headers(role), self.loop).result(HANG)

    async def _headers(self, role: str | None) -> dict[str, str]:
        if role is None:
            return {}
        if role not in self.sessions:
            kit = self.world.system.kit("identity")
            person = self.people[role]
            (row,) = await self.world.fetch(
                "identity", "SELECT organ_id, epoch FROM officer WHERE person_id = $1", person
            )
            self.sessions[role] = kit.tokens.issue_session(
                person, row["organ_id"], row["epoch"], timedelta(days=1), kit.now()
            )
        return {"Authorization": f"Bearer {self.sessions[role]}"}

    def forget(self, role: str) -> None:
        """A session that was ended is begun again."""
        self.sessions.pop(role, None)


async def _ids(world: World, service: str, query: str) -> tuple[str, ...]:
    return tuple(str(row[0]) for row in await world.fetch(service, query))


@pytest.fixture(scope="module")
async def ground(postgres, kafka, tmp_path_factory) -> AsyncIterator[Ground]:
    async with a_world(postgres, kafka, tmp_path_factory.mktemp("api")) as world:
        file = await world.attach("报名表.txt", "姓名、单位".encode())
        await world.published("关于组织参加展会的通知", attachments=[file])
        await world.published("关于展会延期的通知")
        await world.ready("关于夜间经济的通知")
        await world.draft("关于老字号的通知")
        await world.draft("市级流通体系建设办法", kind="normative", column_id="gfxwj")
        await world.draft("流通体系建设办法解读", kind="interpretation", column_id="zcjd", form="text")
        spare = []
        for number in range(4):
            person = {"name": f"某甲{number}", "login": f"spare{number}", "unit": "办公室", "roles": ["drafter"]}
            made = await world.ask("administrator", "POST", "/identity/api/people", json=person)
            assert made.status_code == 201, made.text
            spare.append(made.json()["person_id"])
        source = {"source": "https://oa.example", "name": "OA", "types": ["gongkai.inbound.DocumentSubmitted.v1"]}
        await world.ask("administrator", "POST", "/publication/api/sources", json=source)
        documents = await _ids(world, "publication", "SELECT id FROM document")
        organs = await _ids(world, "identity", "SELECT slug FROM organ")
        cases = await _applications(world, organs[0])
        yield Ground(
            world,
            {
                "document_id": documents,
                "interpretation_id": documents,
                "release_id": await _ids(world, "publication", "SELECT id FROM release"),
                "digest": (file["digest"], *await _ids(world, "publication", "SELECT digest FROM edition")),
                "edition": (1, 1, 2),
                "revision": (1,),
                "case_id": cases,
                "case": cases,
                "earlier": cases,
                "slug": organs + tuple(each.removeprefix("/d/") for each in await _ids(world, "publication", "SELECT permalink FROM document WHERE permalink IS NOT NULL")),
                "column_id": ("tzgg", "gfxwj", "zcjd"),
                "column": ("tzgg",),
                "person_id": tuple(spare),
                "away_id": tuple(spare),
                "organ_id": await _ids(world, "identity", "SELECT organ_id FROM organ"),
                "account_id": await _ids(world, "newmedia-sync", "SELECT account_id FROM account"),
                "delivery_id": await _ids(world, "newmedia-sync", "SELECT delivery_id FROM delivery"),
                "channel": ("website", *await _ids(world, "publication", "SELECT id FROM channel")),
                "login": ("nigao", "spare1"),
                "source": ("https://oa.example",),
                "number": (1,),
                "name": ("报名表.txt",),
            },
            asyncio.get_running_loop(),
            {role: await world.person(role) for role in ROLES},
        )  # fmt: skip


async def _applications(world: World, slug: str) -> tuple[str, ...]:
    """Let a few made-up people apply; one of the cases is received and assigned."""
    made = []
    for _ in range(5):
        answer = await world.system.browser.post(f"/request/api/organs/{slug}/applications", json=APPLICATION)
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["id"])
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    for case_id in made[:4]:
        body = {"receipt": {"confirmed_on": today}, "topic": "补贴"}
        received = await world.ask("drafter", "POST", f"/request/api/cases/{case_id}/receipt", json=body)
        assert received.status_code == 200, received.text
    return tuple(made)


def _seasoned(value: Any, known: Mapping[str, tuple[Any, ...]], dice: random.Random) -> Any:
    """Put what exists in the place of what was made up, here and there."""
    if isinstance(value, dict):
        return {
            name: dice.choice(known[name]) if known.get(name) and dice.random() < 0.6 else _seasoned(inner, known, dice)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_seasoned(inner, known, dice) for inner in value]
    return value


def _media(answer: Any) -> str:
    return str(answer.headers.get("content-type", [""])[0])


def _wrong(answer: Any, path: str) -> str:
    """Say what is wrong with an answer, or nothing."""
    if answer.status_code >= 500:
        return f"an accident: {answer.status_code}"
    if answer.status_code < 400:
        return ""
    if (media := _media(answer)) != "application/problem+json":
        if "/api/" not in path and media == "application/json":
            return "" if _is_an_answer_about_events(answer) else "neither a problem nor an answer about events"
        return f"{answer.status_code} as "
    problem = answer.json()
    if problem.get("status") != answer.status_code or not str(problem.get("type", "")).startswith("/problems/"):
        return "the problem contradicts its status"
    if not _CHINESE.search(str(problem.get("title", ""))):
        return "a title nobody here can read"
    if not all(_CHINESE.search(error["sentence"]) for error in problem.get("errors", [])):
        return "an error without a sentence"
    return ""


def _is_an_answer_about_events(answer: Any) -> bool:
    return all(_CHINESE.search(one["reason"]) for one in answer.json()["results"] if one["outcome"] != "accepted")


@dataclass(slots=True)
class Report:
    """What came of many requests. Nothing is raised while they are made: the world changes, a second try proves nothing."""

    sent: Counter[str] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def _try(ground: Ground, service: str, operation: Any, mode: GenerationMode, report: Report) -> None:
    session = requests.Session()
    session.trust_env = False

    def ask(case: Any, role: str | None) -> Any:
        return case.call(
            base_url=ground.world.system.url + PREFIXES[service], session=session, headers=ground.headers(role),
            timeout=HANG, allow_redirects=False,
        )  # fmt: skip

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=SEED is None, print_blob=False,
        phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode), role=st.sampled_from(CALLERS), throw=st.integers(0, 2**32))
    def send(case: Any, role: str | None, throw: int) -> None:
        dice = random.Random(throw)
        if case.path_parameters:
            case.path_parameters = _seasoned(dict(case.path_parameters), ground.known, dice)
        if isinstance(case.body, dict | list) and case.media_type != "multipart/form-data":
            case.body = _seasoned(case.body, ground.known, dice)
        answer = ask(case, role)
        if answer.status_code == 401 and role is not None:
            ground.forget(role)
            answer = ask(case, role)
        if answer.status_code == 403 and (able := MATRIX.get(answer.json().get("action", ""))):
            role = dice.choice(able)
            answer = ask(case, role)
        report.sent[operation.label] += 1
        report.answered[answer.status_code] += 1
        trouble = _wrong(answer, case.operation.path)
        if trouble:
            report.failures.append(f"{trouble} as {role}: {case.as_curl_command()}\n{answer.text[:600]}")

    if SEED is not None:
        send = seed(int(SEED))(send)
    # The generator complains when the same question has other answers than before; here that is the rule.
    with suppress(Unsatisfiable, Flaky):
        send()


@pytest.mark.parametrize("service", PREFIXES)
async def test_no_generated_request_makes_an_accident(ground: Ground, service: str) -> None:
    described = await ground.world.system.browser.get(f"{PREFIXES[service]}/openapi.json")
    schema = schemathesis.openapi.from_dict(described.json())
    report = Report()

    def run() -> None:
        for found in schema.get_all_operations():
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                _try(ground, service, found.ok(), mode, report)

    await asyncio.to_thread(run)

    documented = {f"{method.upper()} {path}" for path, each in described.json()["paths"].items() for method in each}
    assert set(report.sent) == documented

    assert not report.failures, f"{len(report.failures)} wrong answers\n" + "\n\n".join(report.failures[:20])
