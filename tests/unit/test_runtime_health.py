"""Probes answer at their exact path, at once, and say which part is away."""

import asyncio

import httpx
from fastapi import FastAPI

from gongkai.runtime.health import Check, health_router
from gongkai.runtime.metrics import Metrics


async def fine():
    return Check(ok=True, detail="12 连接")


async def kafka_away():
    return Check(ok=False, detail="连不上", critical=False)


async def broken():
    raise ConnectionRefusedError("secret address")


async def hanging():
    await asyncio.Event().wait()


async def ask(path, metrics=None, **checks):
    app = FastAPI()
    app.include_router(health_router(checks, metrics or Metrics(), timeout=0.05), prefix="/portal")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as http:
        return await http.get(f"/portal{path}")


async def test_a_living_process_says_so_whatever_is_broken_around_it():
    answer = await ask("/health/live", database=broken)

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


async def test_ready_means_everything_critical_works():
    answer = await ask("/health/ready", database=fine, kafka=kafka_away)

    assert answer.status_code == 200
    assert answer.json()["ok"] is True
    assert answer.json()["checks"]["kafka"] == {"ok": False, "detail": "连不上", "critical": False}


async def test_a_check_that_fails_or_hangs_is_named_and_the_others_still_answer():
    answer = await ask("/health/ready", database=broken, disk=hanging, pool=fine)

    checks = answer.json()["checks"]
    assert answer.status_code == 503
    assert checks["database"]["detail"] == "ConnectionRefusedError"
    assert checks["disk"]["detail"] == "0.05 秒内没有答复"
    assert checks["pool"]["ok"] is True


async def test_metrics_are_plain_text():
    metrics = Metrics()
    metrics.clocks_due.labels("portal").set(2)

    answer = await ask("/metrics", metrics)

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'gongkai_clocks_due{service="portal"} 2.0' in answer.text


async def test_with_a_token_metrics_are_for_those_who_show_it():
    app = FastAPI()
    app.include_router(health_router({}, Metrics(), metrics_token="a-token-of-the-house"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as http:
        nobody = await http.get("/metrics")
        wrong = await http.get("/metrics", headers={"Authorization": "Bearer a-token-of-the-hous"})
        right = await http.get("/metrics", headers={"Authorization": "Bearer a-token-of-the-house"})
        probe = await http.get("/health/live")

    assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")
    assert (wrong.status_code, right.status_code, probe.status_code) == (401, 200, 200)
    assert "gongkai_" not in nobody.text + wrong.text
