"""Routers side by side: the same addresses as if they were included, asked once."""

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from gongkai.web.routing import beside


class Thing(BaseModel):
    number: int


def things() -> APIRouter:
    routes = APIRouter(prefix="/things", tags=["things"])

    @routes.get("/{number}")
    async def thing(number: int) -> Thing:
        return Thing(number=number)

    @routes.post("/{number}", status_code=201)
    async def make(number: int) -> Thing:
        return Thing(number=number + 1)

    return routes


def at(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://site.test")


async def test_routes_keep_their_addresses_answers_and_place_in_the_description() -> None:
    included, side_by_side = FastAPI(), FastAPI()
    included.include_router(things(), prefix="/api")
    side_by_side.router.routes.extend(beside([things()], prefix="/api").routes)

    async with at(side_by_side) as client:
        assert (await client.get("/api/things/7")).json() == {"number": 7}
        assert (await client.post("/api/things/7")).json() == {"number": 8}
        answers = [await client.request(*call) for call in (("GET", "/api/things/x"), ("PUT", "/api/things/7"), ("GET", "/things/7"))]
        assert [answer.status_code for answer in answers] == [422, 405, 404]

    assert side_by_side.openapi() == included.openapi()


async def test_a_router_may_be_moved_twice_and_left_out_of_the_description() -> None:
    app, original = FastAPI(), things()
    app.router.routes.extend(beside([beside([original], prefix="/b")], prefix="/a", include_in_schema=False).routes)

    async with at(app) as client:
        assert (await client.get("/a/b/things/7")).json() == {"number": 7}
    assert app.openapi()["paths"] == {}
    assert [route.path for route in original.routes] == ["/things/{number}", "/things/{number}"]  # type: ignore[attr-defined]


def test_what_is_no_plain_route_is_not_moved() -> None:
    odd = APIRouter(routes=[Mount("/files", PlainTextResponse("x"))])

    with pytest.raises(TypeError, match="Mount"):
        beside([odd])
