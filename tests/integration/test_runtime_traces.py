"""Traces leave the process by OTLP over HTTP, whole from the click to its effect, and only while somebody listens."""

import asyncio
import os
import signal
import subprocess
import sys
from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest
from tests.integration.test_runtime_host import Shop
from tests.support.collector import a_collector
from tests.support.eventually import eventually
from tests.support.hosted import serving, settings_for

from gongkai.hosting.host import hosted
from gongkai.local import ports
from gongkai.runtime import telemetry
from gongkai.runtime.kit import Service
from gongkai.runtime.listening import Listening


async def test_a_click_in_one_service_and_its_effect_in_another_reach_the_collector_as_one_trace(
    postgres, kafka, tmp_path
):
    shop, title = Shop([]), f"书 {uuid4()}"
    services = [
        Service("publication", "/publication", "gongkai.runtime", shop.writer),
        Service("portal", "", "gongkai.runtime", shop.reader),
    ]
    telemetry.shutdown()  # whoever set it up before in this process named it
    with a_collector() as collector:
        settings = await settings_for(
            postgres, kafka, tmp_path, ["publication", "portal"], otlp_endpoint=collector.url
        )
        try:
            async with hosted(services, settings) as host:
                await eventually(lambda: telemetry._State.exporting)
                transport = httpx.ASGITransport(app=host.app)
                async with httpx.AsyncClient(transport=transport, base_url="http://test") as browser:
                    await browser.post(f"/publication/api/shelves/{title}")
                await eventually(lambda: title in shop.heard, timeout=20)
        finally:
            telemetry.shutdown()

    [click] = [span for span in collector.spans if span.name == "POST publication"]
    [effect] = [span for span in collector.spans if span.name == "handle ReleaseCancelled"]
    assert click.process == effect.process == "gongkai"
    assert effect.trace == click.trace
    assert effect.parent == click.span
    assert click.parent == ""
    assert title not in str(collector.spans)


async def test_a_question_to_another_service_goes_on_with_the_trace_and_one_to_a_stranger_does_not(
    postgres, kafka, tmp_path
):
    shop = Shop([])
    services = [
        Service("publication", "/publication", "gongkai.runtime", shop.writer),
        Service("portal", "", "gongkai.runtime", shop.reader),
    ]
    settings = await settings_for(postgres, kafka, tmp_path, ["publication", "portal"])
    async with serving(services, settings) as system:
        with telemetry.captured_spans() as spans, telemetry.span("asking"):
            asking = telemetry.current_traceparent()
            await system.kit("portal").http.get(f"{system.url}/publication/openapi.json")
            with a_collector() as stranger:
                answer = await system.kit("portal").http.get(f"{stranger.url}/whatever")

    [answered] = [span for span in spans.get_finished_spans() if span.name == "GET publication"]
    assert asking is not None
    assert f"{answered.context.trace_id:032x}-{answered.parent.span_id:016x}" == asking[3:-3]
    assert not {"traceparent", "authorization"} & {name.lower() for name in answer.request.headers}


async def test_a_process_that_is_stopped_sends_what_it_still_holds(postgres, kafka, tmp_path):
    port = ports.free_port()
    settings = await settings_for(postgres, kafka, tmp_path, ["portal"], bind_port=port)
    with a_collector() as collector:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gongkai.cli.main", "serve", "portal",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={
                **os.environ, "GONGKAI_DATABASE_URL": settings.dsn("portal"), "GONGKAI_KAFKA": kafka,
                "GONGKAI_KAFKA_PREFIX": settings.kafka_prefix, "GONGKAI_DATA_DIR": str(tmp_path),
                "GONGKAI_BIND_PORT": str(port), "GONGKAI_OTLP_ENDPOINT": collector.url,
            },
        )  # fmt: skip
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as browser:

                async def answers() -> bool:
                    try:
                        return (await browser.get("/feeds")).status_code < 500
                    except httpx.TransportError:
                        return False

                await eventually(answers, timeout=60)
                await browser.get("/feeds")
        finally:
            process.send_signal(signal.SIGTERM)
            _, said = await asyncio.wait_for(process.communicate(), 40)

    assert process.returncode == 0, said[-3000:]
    assert b"traces-are-sent" in said
    pages = [span for span in collector.spans if span.name == "GET portal"]
    assert {span.process for span in pages} == {"portal"}
    assert len(pages) >= 2


async def test_spans_are_made_again_when_the_collector_comes_back(monkeypatch):
    monkeypatch.setattr(telemetry, "Listening", lambda url, changed: Listening(url, changed, every=0.02))
    port = ports.free_port()
    try:
        telemetry.setup("portal", SimpleNamespace(otlp_endpoint=f"http://127.0.0.1:{port}"))
        with telemetry.span("unheard"):
            traced = telemetry.current_traceparent()
        with a_collector(port) as collector:
            await eventually(lambda: telemetry._State.exporting)
            with telemetry.span("heard"):
                pass
            assert telemetry._State.provider is not None
            telemetry._State.provider.force_flush()
        await eventually(lambda: not telemetry._State.exporting)
    finally:
        telemetry.shutdown()

    assert traced is not None
    assert [span.name for span in collector.spans] == ["heard"]


@pytest.mark.parametrize("wrong", ["collector:4318", "ftp://collector", "http://"])
def test_an_address_that_is_none_stops_the_start(monkeypatch, wrong):
    from gongkai.runtime.settings import WrongSettings, load

    monkeypatch.setenv("GONGKAI_OTLP_ENDPOINT", wrong)

    with pytest.raises(WrongSettings, match="GONGKAI_OTLP_ENDPOINT 不对"):
        load()
