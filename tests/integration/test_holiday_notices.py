"""A holiday notice loaded while the system runs: by whom, what every service makes of it, and what a restart keeps."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from tests.support.eventually import eventually
from tests.support.hosted import Hosted, serving, settings_for
from tests.support.identity_office import (
    ADMINISTRATOR,
    ORGAN,
    PASSWORD,
    a_credit_code,
    an_office,
    browse_as,
    submit,
)
from tests.support.kits import HeldClock

from gongkai.hosting.access import OPERATOR
from gongkai.hosting.host import installed_services
from gongkai.runtime import calendars
from gongkai.runtime.edge import system_ids
from gongkai.statute.calendar import built_in
from identity import setup

#: An arrangement of 2027 as it might be; the dates that the law fixes are in it.
NOTICE = {
    "year": 2027,
    "number": "国办发明电〔2026〕9号",
    "issued_on": "2026-03-09",
    "off": {
        "元旦": ["2027-01-01/2027-01-03"],
        "春节": ["2027-02-05/2027-02-12"],
        "清明节": ["2027-04-03/2027-04-05"],
        "劳动节": ["2027-05-01/2027-05-05"],
        "端午节": ["2027-06-09"],
        "中秋节": ["2027-09-15"],
        "国庆节": ["2027-10-01/2027-10-07"],
    },
    "make_up": {"2027-01-30": "春节", "2027-02-14": "春节", "2027-05-08": "劳动节", "2027-10-09": "国庆节"},
}
TEXT = """一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至12日（周五）放假调休，共8天。1月30日（周六）、2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天。
六、中秋节：9月15日（周三）放假1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。10月9日（周六）上班。"""


@pytest.fixture
async def office(postgres, tmp_path):
    async with an_office(postgres, tmp_path) as office:
        await office.hire("nigao", "drafter")
        await office.hire("gongkai", "openness_officer")
        yield office


async def test_only_who_keeps_the_calendar_loads_a_notice_and_anyone_reads_it(office):
    refused = await office.api("POST", "/calendar", by="nigao", json=NOTICE)
    nobody = await office.api("POST", "/calendar", json=NOTICE)
    loaded = await office.api("POST", "/calendar", by="gongkai", json=NOTICE)
    again = await office.api("POST", "/calendar", by="guanli", json=NOTICE)
    read = await office.api("GET", "/calendar")

    assert (refused.status_code, nobody.status_code) == (403, 401)
    assert (loaded.status_code, loaded.json()["changed"]) == (201, True)
    assert (again.status_code, again.json()["changed"]) == (200, False)
    assert read.json()["last_year"] == 2027
    assert read.json()["notices"][0]["off"]["端午节"] == ["2027-06-09"]
    assert [name for name, _ in await office.told()].count("gongkai.identity.HolidayNoticeLoaded.v1") == 1


async def test_the_operator_loads_a_notice_with_the_keys_of_the_installation(office):
    answer = await office.as_service("POST", "/calendar", name=OPERATOR, json=NOTICE)
    stranger = await office.as_service("POST", "/calendar", name="portal", json=NOTICE)

    assert (answer.status_code, stranger.status_code) == (201, 401)


async def test_another_organ_does_not_move_everybodys_deadlines(office):
    other = ORGAN | {"slug": "jnjt", "name": "济南市交通局", "credit_code": a_credit_code("00418881")}
    person = ADMINISTRATOR | {"login": "jiaotong"}
    made = await office.api("POST", "/organs", by="guanli", json={"organ": other, "administrator": person})
    assert made.status_code == 201, made.text
    await office.sign_in("jiaotong")

    refused = await office.api("POST", "/calendar", by="jiaotong", json=NOTICE)

    assert refused.status_code == 403
    assert "最先设置本系统的单位" in refused.text
    assert office.kit.calendar.version == built_in().version


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"off": {"元旦": ["2027-01-01"]}}, "法律规定这一天放假"),
        ({"off": {"元旦": ["2027-13-01"]}}, "放假安排读不懂"),
        ({"number": "第七号"}, "发文字号"),
        ({"make_up": {"2027-02-15": "春节"}}, "不是星期六或者星期日"),
        ({"issued_on": "2027-03-01"}, "还没有到"),
    ],
)
async def test_what_is_wrong_with_a_notice_is_said_and_nothing_changes(office, change, said):
    answer = await office.api("POST", "/calendar", by="guanli", json=NOTICE | change)

    assert answer.status_code in {409, 422}
    assert said in answer.text
    assert office.kit.calendar.version == built_in().version


async def test_an_officer_pastes_the_notice_checks_what_was_read_and_loads_it(office):
    async with browse_as(office, "gongkai") as browser:
        before = await browser.get("/identity/calendar")
        typed = {"year": "2027", "number": "国办发明电[2026]9号", "issued_on": "2026-03-09", "text": TEXT}
        wrong = await submit(browser, "/identity/calendar", "/identity/calendar/read", **typed | {"text": "见附件"})
        check = await submit(browser, "/identity/calendar", "/identity/calendar/read", **typed)
        loaded = await submit(browser, "/identity/calendar", "/identity/calendar", **typed)
        after = await browser.get(loaded.headers["location"])

    assert "已载入到 2026 年" in before.text
    assert 'href="/identity/calendar"' in before.text, "it is in the navigation"
    assert wrong.status_code == 422
    assert "没有读到放假安排" in wrong.text
    assert "见附件" in wrong.text, "what was typed is kept"
    assert "2月5日（周五）至2月12日（周五）" in check.text
    assert "国办发明电〔2026〕9号" in check.text
    assert "已载入到 2027 年" in after.text
    assert "重新计算" in after.text


async def found(system: Hosted) -> dict[str, str]:
    """Found the organ and hire a drafter; returns tokens."""
    body = {
        "setup_code": setup.read(system.settings.data_dir),
        "organ": ORGAN,
        "administrator": ADMINISTRATOR,
    }
    first = await system.browser.post("/identity/api/first-start", json=body)
    assert first.status_code == 201, first.text
    tokens = {"guanli": first.json()["token"]}
    person = {"name": "某甲", "login": "nigao", "unit": "办公室", "roles": ["drafter"], "password": PASSWORD}
    hired = await system.browser.post(
        "/identity/api/people", json=person | {"must_change": False}, headers=bearer(tokens["guanli"])
    )
    assert hired.status_code == 201, hired.text
    signed = await system.browser.post("/identity/api/sessions", json={"login": "nigao", "password": PASSWORD})
    return tokens | {"nigao": signed.json()["token"]}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def clock_of(system: Hosted, token: str, document_id: UUID) -> dict:
    sheet = await system.browser.get(f"/publication/api/documents/{document_id}", headers=bearer(token))
    return next(clock for clock in sheet.json()["clocks"] if clock["kind"] == "proactive")


async def test_every_service_counts_with_the_new_notice_and_still_does_after_a_restart(postgres, kafka, tmp_path: Path):
    clock = HeldClock(datetime(2027, 1, 20, 4, 0, tzinfo=UTC))
    names = ["identity", "portal", "publication"]
    settings = await settings_for(postgres, kafka, tmp_path, names)
    how = {"now": clock, "new_id": system_ids}
    async with serving(installed_services(names), settings, **how) as system:
        tokens = await found(system)
        draft = {"title": "关于年货展销的通知", "kind": "notice", "column_id": "tzgg", "formed_on": "2027-01-20"}

        async def made() -> UUID:
            answer = await system.browser.post(
                "/publication/api/documents", json=draft, headers=bearer(tokens["nigao"])
            )
            assert answer.status_code == 201, answer.text
            return UUID(answer.json()["id"])

        document_id = await eventually(made, timeout=30)
        provisional = await clock_of(system, tokens["nigao"], document_id)

        answer = await system.browser.post("/identity/api/calendar", json=NOTICE, headers=bearer(tokens["guanli"]))
        assert answer.status_code == 201, answer.text

        async def definite() -> dict:
            counted = await clock_of(system, tokens["nigao"], document_id)
            assert not counted["provisional"]
            return counted

        settled = await eventually(definite, timeout=30)

        def everyone_counts_with_it() -> None:
            assert {system.kit(name).calendar.version for name in names} == {answer.json()["version"]}

        await eventually(everyone_counts_with_it, timeout=30)
        page = await system.browser.get(
            f"/publication/clocks/{document_id}/proactive", headers=bearer(tokens["nigao"]) | {"Accept": "text/html"}
        )
        told = [row["kind"] for row in await facts_of(system, document_id)]

    assert provisional["provisional"]
    assert (provisional["due_on"], settled["due_on"]) == ("2027-02-19", "2027-02-23")
    assert "原来是2027年2月19日" in page.text
    assert told.count("ClockRecounted") == 2, "the warning and the deadline"

    async with serving(installed_services(names), settings, **how) as again:
        assert {again.kit(name).calendar.version for name in names} == {
            answer.json()["version"]
        }
        assert (await clock_of(again, tokens["nigao"], document_id))["due_on"] == "2027-02-23"


async def facts_of(system: Hosted, document_id: UUID) -> list:
    async with system.kit("publication").pool.acquire() as db:
        return await db.fetch("SELECT kind FROM register WHERE aggregate_id = $1 ORDER BY version", document_id)


async def test_another_process_of_the_same_service_finds_the_notice_in_the_database(office):
    """Only one process reads the event from Kafka; the others look."""
    await office.api("POST", "/calendar", by="guanli", json=NOTICE)
    office.kit.calendar = built_in()
    office.kit.wake.calendar.clear()

    async with office.kit.pool.acquire() as db:
        await calendars.refresh(office.kit, db)

    assert office.kit.calendar.last_year == 2027
    assert office.kit.wake.calendar.is_set()
