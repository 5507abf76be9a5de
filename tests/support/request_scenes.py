"""Cases in every state, so that each page has something real to show."""

from datetime import timedelta
from uuid import UUID

from tests.support.eventually import eventually
from tests.support.request_office import Office, desks_of

GIVEN = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项"}
SOURCE = "2024年外贸展会补贴名单\n\n联系人：计划测试丙，手机13912345678。\n\n补贴总额三百万元，展位三十个。\n"


async def scenes(office: Office) -> dict[str, str]:
    """Make the cases; returns their ids and the code of the one that its applicant follows."""
    ids: dict[str, str] = {}
    receipt = await office.apply(title="2024年外贸展会补贴名单")
    ids["waiting"], ids["code"] = receipt["id"], receipt["code"]
    await office.do("drafter", "POST", f"/cases/{ids['waiting']}/receipt", {"receipt": {"confirmed_on": office.today}, "topic": "外贸展会补贴"})
    by = (office.clock.at + timedelta(days=24)).date().isoformat()
    await office.do("drafter", "POST", f"/cases/{ids['waiting']}/correction", {"what": ["写明年度", "写明企业范围"], "answer_by": by})
    await office.do("drafter", "POST", f"/cases/{ids['waiting']}/letters", {"kind": "correction"})
    async with office.kit.transaction() as tx:
        await desks_of(office).objecting.raise_one(tx, UUID(ids["waiting"]), "dates", "收到之日应当是我提交的当天。")
    counted = await office.apply(title="会展业发展资金分配结果")
    ids["counted"] = counted["code"]
    await office.do("drafter", "POST", f"/cases/{counted['id']}/receipt", {"receipt": {"confirmed_on": office.today}, "topic": "会展资金"})
    ids["answered"] = await office.received("消费券发放数据")
    digest = await office.give(ids["answered"])
    await office.drafted(ids["answered"], [GIVEN | {"blobs": [digest]}])
    issued = await office.do("drafter", "POST", f"/cases/{ids['answered']}/letters", {"kind": "reply-given"})

    async def reviewed() -> list[dict[str, str]]:
        found: list[dict[str, str]] = (await office.case(ids["answered"]))["conversions"]
        return found

    await eventually(reviewed)
    ids["review"] = (await reviewed())[0]["id"]
    letters = (await office.case(ids["answered"]))["letters"]
    ids["letter"] = next(one["id"] for one in letters if one["number"] == issued["number"])
    ids["running"] = await office.received("“电商直播基地”认定标准和名单")
    answer = await office.call(
        "drafter", "POST", f"/cases/{ids['running']}/files?kind=source",
        files={"file": ("补贴名单.txt", SOURCE.encode(), "text/plain")},
    )  # fmt: skip
    ids["file"] = answer.json()["id"]
    await office.do("openness_officer", "POST", f"/cases/{ids['running']}/extension", {"working_days": 10, "reason": "需要检索的档案较多"})
    await office.do("drafter", "POST", f"/cases/{ids['running']}/letters", {"kind": "extension"})
    ids["drafted"] = await office.received("家电以旧换新补贴标准")
    digest = await office.give(ids["drafted"])
    await office.do("drafter", "POST", f"/cases/{ids['drafted']}/draft", {"decisions": [GIVEN | {"blobs": [digest]}]})
    ids["again"] = await office.received("消费券发放数据")

    async def compared() -> bool:
        kept = await office.do("drafter", "GET", "/library?q=消费券发放")
        alike = await office.do("drafter", "GET", f"/cases/{ids['again']}/similar")
        return bool(kept["cases"] and alike["duplicates"])

    await eventually(compared)
    ids["consulted"] = await office.received("展会补贴明细")
    party = {"name": "济南某某展览有限公司", "contact": "计划测试己", "phone": "0531-66660001", "address": "历下区不存在路8号"}
    case = await office.do("drafter", "POST", f"/cases/{ids['consulted']}/opinions", {"whom": "third-party", "party": party})
    asked = case["consultations"][0]
    ids["party"] = asked["party"]
    words = {"kind": "third-party", "consultation": asked["letter"], "content": "补贴明细", "why": "可能涉及商业秘密"}
    await office.do("drafter", "POST", f"/cases/{ids['consulted']}/letters", words)
    await office.do("drafter", "POST", f"/cases/{ids['consulted']}/opinions/{asked['letter']}/received", {"received_on": office.today})
    answer = {"opinion": "objects", "answered_on": office.today, "words": "涉及我公司的报价", "reasonable": True}
    await office.do("drafter", "POST", f"/cases/{ids['consulted']}/opinions/{asked['letter']}/answer", answer)
    await office.do("drafter", "POST", f"/cases/{ids['consulted']}/withdraw")
    ladder = {"rungs": ["section-head", "deputy-head"], "from_on": by, "reason": "新的办理规程"}
    await office.do("openness_officer", "POST", "/settings/ladder", ladder)
    ids["fresh"] = (await office.apply())["id"]
    return ids
