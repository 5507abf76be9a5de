"""A real Prometheus reads the running services: every panel and every alert finds its numbers, and one really fires."""

import json
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tests.support.eventually import eventually
from tests.support.shelf import an_event
from tests.telemetry.conftest import Watched
from tests.telemetry.prometheus import TELEMETRY
from tests.telemetry.test_telemetry_alerts import RULES

from newmedia_sync import store
from newmedia_sync.connecting import keep_secrets
from newmedia_sync.domain.account import Card, KeepCredentials, OpenAccount
from newmedia_sync.service import Desk

BOARD = json.loads((TELEMETRY / "grafana" / "boards" / "gongkai.json").read_text("utf-8"))
PANELS = [(panel["title"], target["expr"]) for panel in BOARD["panels"] for target in panel.get("targets", ())]
OURS = re.compile(r"\b(?:gongkai_[a-z_]+|process_[a-z_]+|up\b|ALERTS\b)")
JOBS = {"identity", "publication", "newmedia-sync", "request", "portal"}


def plain(expression: str) -> str:
    """Put in what Grafana would: every service, and a rate over a few scrapes."""
    return expression.replace("$service", ".*").replace("$__rate_interval", "30s")


async def work(watched: Watched) -> None:
    """Let the services do what has numbers: pages, events, a clock, and a platform that does not answer."""
    for hosted in watched.services.values():
        prefix = next(iter(hosted.host.services)).prefix
        for path in ("/", "/openapi.json", "/nowhere"):
            await hosted.browser.get(prefix + path)
    async with watched.services["publication"].kit("publication").transaction() as tx:
        tx.tell(an_event(uuid4(), "没有人等的"))
    newmedia = watched.services["newmedia-sync"].kit("newmedia-sync")
    account_id, desk = uuid4(), Desk(wake=lambda: None)
    card = Card(
        UUID(int=1), "wechat", "泉城商务", "wx0123456789abcdef", "automatic", "济南市商务局", "", uuid4(),
        "http://127.0.0.1:1", "http://127.0.0.1:1",
    )  # fmt: skip
    secrets = {"secret": "s", "callback_token": "t", "aes_key": "a" * 43}
    async with newmedia.transaction() as tx:
        await desk.administer(tx, account_id, OpenAccount(card, tx.now))
    async with newmedia.transaction() as tx:
        item = await keep_secrets(tx.db, newmedia, account_id, secrets, tx.now, tx.new_id)
        await desk.administer(tx, account_id, KeepCredentials(tx.now - timedelta(seconds=1)))
        await store.name_credentials(tx.db, account_id, item, tx.now)


@pytest.fixture(scope="module")
async def worked(watched: Watched) -> Watched:
    await work(watched)
    return watched


async def test_each_service_is_scraped_at_its_own_address(scraped: Watched) -> None:
    found = await scraped.ask("gongkai_sampled_timestamp_seconds")

    assert {(one["metric"]["job"], one["metric"]["service"]) for one in found} == {
        (f"gongkai-{name}", name) for name in JOBS
    }


async def test_every_panel_of_the_board_finds_its_numbers(worked: Watched, scraped: Watched) -> None:
    for name in ("gongkai_channel_errors_total", "gongkai_http_request_seconds_count"):
        await eventually(lambda name=name: scraped.ask(f"{name} > 0"), timeout=60, poll=0.2)
    known = await scraped.names() | {"ALERTS"}
    nothing = []
    for title, expression in PANELS:
        assert set(OURS.findall(expression)) <= known, title
        if "ALERTS{" not in expression:

            async def answers(expression: str = expression) -> bool:
                return bool(await scraped.ask(plain(expression)))

            try:
                await eventually(answers, timeout=20, poll=0.5)
            except AssertionError:
                nothing.append((title, expression))

    assert len(PANELS) > 40
    assert nothing == []


async def test_every_alert_asks_for_numbers_that_there_are(worked: Watched, scraped: Watched) -> None:
    await eventually(lambda: scraped.ask("gongkai_channel_errors_total"), timeout=60, poll=0.2)
    known = await scraped.names()

    wanted = {name for rule in RULES.values() for name in OURS.findall(rule["expr"])}

    assert len(wanted) > 15
    assert wanted <= known


async def test_no_rule_fails_to_be_evaluated(scraped: Watched) -> None:
    groups = (await scraped.prometheus.get("/api/v1/rules")).json()["data"]["groups"]
    rules = {rule["name"]: rule for group in groups for rule in group["rules"]}

    assert rules.keys() == RULES.keys()
    await eventually(lambda: _healthy(scraped), timeout=30, poll=0.5)


async def _healthy(scraped: Watched) -> None:
    groups = (await scraped.prometheus.get("/api/v1/rules")).json()["data"]["groups"]
    assert {rule["health"] for group in groups for rule in group["rules"]} == {"ok"}


async def test_what_is_done_to_the_system_is_an_alert_within_seconds(scraped: Watched) -> None:
    """Last, because it breaks the outbox of a service for good."""
    assert not await scraped.ask('ALERTS{alertname="GongkaiOutboxBroken"}')
    kit = scraped.services["identity"].kit("identity")
    async with kit.transaction() as tx:
        tx.tell(an_event(uuid4(), "前面少了一号的"))
        await tx.db.execute("UPDATE outbox_head SET last_seq = last_seq + 1")

    await eventually(
        lambda: scraped.ask('ALERTS{alertname="GongkaiOutboxBroken", alertstate="firing", service="identity"}'),
        timeout=40, poll=0.5,
    )  # fmt: skip
    for title, expression in PANELS:
        if "ALERTS{" in expression:
            assert await scraped.ask(plain(expression)), title
    alerts = (await scraped.prometheus.get("/api/v1/alerts")).json()["data"]["alerts"]
    [broken] = [alert for alert in alerts if alert["labels"]["alertname"] == "GongkaiOutboxBroken"]
    assert broken["annotations"]["summary"] == "identity 的发件箱编号不连续，已停止发送"
