"""The seal of the organ: uploaded in a page or by a program, told to every service, shown to everybody."""

import json

import pytest
from tests.support.identity_office import Office, an_office, browse_as, csrf_in
from tests.support.pictures import a_png, chunk

from gongkai.contracts.identity import OrganDescribed


@pytest.fixture
async def office(postgres, tmp_path):
    async with an_office(postgres, tmp_path) as office:
        await office.hire("nigao", "drafter")
        yield office


async def upload(browser, data: bytes, **fields: str):
    page = await browser.get("/identity/organ")
    return await browser.post(
        "/identity/organ/seal", data={"csrf": csrf_in(page.text), **fields}, files={"seal": ("seal.png", data, "image/png")}
    )


async def seal_of(office: Office) -> str:
    described = [json.loads(data) for kind, data in await office.told() if kind.endswith("OrganDescribed.v1")]
    return OrganDescribed.model_validate(described[-1]).seal


async def test_a_seal_is_uploaded_in_a_page_told_and_shown_to_everybody(office: Office):
    secret = chunk(b"tEXt", "Author\0张三".encode())
    async with browse_as(office, "guanli") as browser:
        answer = await upload(browser, a_png(extra=secret))
        page = await browser.get("/identity/organ")
    digest = await seal_of(office)
    address = f"/identity/seals/{digest.removeprefix('sha256:')}.png"
    async with office.browser() as anybody:
        shown = await anybody.get(address)
        other = await anybody.get(f"/identity/seals/{'0' * 64}.png")
        odd = await anybody.get("/identity/seals/..%2f..%2fkeys")

    assert answer.status_code == 303
    assert address in page.text
    assert shown.content == a_png()
    assert (shown.headers["content-type"], "immutable" in shown.headers["cache-control"]) == ("image/png", True)
    assert (other.status_code, odd.status_code) == (404, 404)


async def test_a_file_that_is_no_seal_is_named_and_nothing_changes(office: Office):
    async with browse_as(office, "guanli") as browser:
        small = await upload(browser, a_png(20, 20))
        script = await upload(browser, b"<svg onload='alert(1)'/>")
        page = await browser.get("/identity/organ")
        nothing = await browser.post("/identity/organ/seal", data={"csrf": csrf_in(page.text)})
        forged = await browser.post("/identity/organ/seal", files={"seal": ("seal.png", a_png(), "image/png")})

    assert (small.status_code, script.status_code, nothing.status_code, forged.status_code) == (422, 422, 422, 403)
    assert "20×20 像素" in small.text
    assert "PNG" in script.text
    assert "请选择印章图片" in nothing.text
    assert await seal_of(office) == ""


async def test_describing_the_organ_leaves_its_seal_and_removing_takes_it_down(office: Office):
    organ = office.ids["organ"]
    put = await office.api("PUT", f"/organs/{organ}/seal", by="guanli", files={"seal": ("s.png", a_png(), "image/png")})
    described = await office.api("GET", f"/organs/{organ}", by="guanli")
    body = {name: described.json()[name] for name in ("name", "short_name", "slug", "credit_code", "version")} | {"hours": "全天"}
    changed = await office.api("PUT", f"/organs/{organ}", by="guanli", json=body)
    async with browse_as(office, "guanli") as browser:
        removed = await upload(browser, b"", act="remove")
    async with office.browser() as anybody:
        gone = await anybody.get(f"/identity/seals/{put.json()['seal'].removeprefix('sha256:')}.png")

    assert (put.status_code, changed.status_code, removed.status_code) == (200, 200, 303)
    assert changed.json()["seal"] == put.json()["seal"] != ""
    assert await seal_of(office) == ""
    assert gone.status_code == 404


async def test_who_may_not_describe_the_organ_may_not_change_its_seal(office: Office):
    organ = office.ids["organ"]
    files = {"seal": ("s.png", a_png(), "image/png")}
    refused = await office.api("PUT", f"/organs/{organ}/seal", by="nigao", files=files)
    dropped = await office.api("DELETE", f"/organs/{organ}/seal", by="nigao")
    wrong = await office.api("PUT", f"/organs/{organ}/seal", by="guanli", files={"seal": ("s.png", a_png(20, 20), "image/png")})
    other = await office.api("DELETE", f"/organs/{office.ids['nigao']}/seal", by="guanli")

    assert (refused.status_code, dropped.status_code, wrong.status_code, other.status_code) == (403, 403, 422, 404)
    assert wrong.json()["errors"][0]["path"] == "seal"
