"""The people of a case: in which role, what is still held of them, looking at one of them, and erasing one of them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.runtime.vault import ErasedError
from gongkai.web.filters import date_zh
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from request import reading
from request.domain.file import CaseFile
from request.domain.values import PERSON_ROLES
from request.erasing import OPEN, somebody
from request.pages.answering import note, typed
from request.pages.desk import ANSWERED, BASE, Bench
from request.pages.story import OPINIONS
from request.people import ERASED

Reader = Annotated[Officer, Depends(require("request.see"))]
Looker = Annotated[Officer, Depends(require("request.personal-data"))]
Eraser = Annotated[Officer, Depends(require("request.erase"))]
_LONGEST: Final = 500
#: What is destroyed with each of them.
_GOES: Final = {
    "applicant": "申请人的姓名、证件、联系方式，申请的原文，文书和附件都不能再打开，查询码不再有效。",
    "agent": "代表人、联系人的姓名和联系方式不能再打开，申请的其他内容保留。",
    "third-party": "第三方的名称和联系方式、意见原文、发给第三方的文书、第三方的材料都不能再打开。",
    "co-maker": "共同制作机关的意见原文、发给它的文书、它的材料都不能再打开。",
    "other-organ": "其他机关的意见原文、发给它的文书、它的材料都不能再打开。",
}


def asked_of(file: CaseFile | None, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return whose opinion was asked and what became of it; who was erased is called so."""
    erased = {row["person_id"] for row in rows if row["erased_at"]}
    by_letter = {row["consultation"]: row["person_id"] for row in rows if row["consultation"]}
    found = []
    for one in file.consultations if file else ():
        person = one.party or by_letter.get(one.letter)
        gone = f"，资料{ERASED}" if person in erased else ""
        answer = f"{OPINIONS[one.opinion]}，{date_zh(one.answered_on)}" if one.opinion else "还没有答复"
        who = f"{one.organ or PERSON_ROLES[one.whom]}{gone}"
        found.append({"who": who, "asked": date_zh(one.asked_on), "answer": answer})
    return found


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    desks = bench.desks

    async def found_in(case_id: UUID, officer: Officer, person_id: UUID) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the row of the case and of one person in it."""
        async with desks.reading() as db:
            row = await reading.case(db, officer.organ_id, case_id)
            found = await somebody(db, case_id, person_id)
        return row, found | {"name": PERSON_ROLES[found["role"]]}

    @routes.get("/cases/{case_id}/people")
    async def people(request: Request, case_id: UUID, officer: Reader) -> Response:
        async with desks.reading() as db:
            row = await reading.case(db, officer.organ_id, case_id)
            rows = await reading.people(db, case_id)
        return await bench.show(
            request, "desk_people.html", officer, base=f"{BASE}/cases/{case_id}", topic=row["topic"],
            people=[each | {"name": PERSON_ROLES[each["role"]]} for each in rows],
            looks=officer.may("request.personal-data"),
            erases=officer.may("request.erase") and row["state"] not in OPEN,
            done=request.query_params.get("done", ""),
        )  # fmt: skip

    @routes.get("/cases/{case_id}/people/{person_id}")
    async def person(request: Request, case_id: UUID, person_id: UUID, officer: Looker) -> Response:
        """Show a third party and what they wrote. The look is recorded."""
        row, found = await found_in(case_id, officer, person_id)
        if found["role"] in {"applicant", "agent"}:
            return see_other(f"{BASE}/cases/{case_id}/person")
        if found["erased_at"] is not None:
            raise ErasedError
        async with desks.changing(officer) as tx:
            loaded = await desks.desk.load(tx, case_id, officer.organ_id)
            pairs: list[tuple[str, str]] = []
            if found["role"] == "third-party":
                party = await desks.people.read_third_party(tx, case_id, person_id, "handling")
                pairs = [("名称或者姓名", party.name), ("联系人", party.contact), ("电话", party.phone),
                         ("通信地址", party.address), ("电子邮箱", party.email)]  # fmt: skip
            for one in loaded.file.consultations:
                if one.reason_item is not None and (one.party or found["consultation"]) in {person_id, one.letter}:
                    said = await desks.people.words(tx, one.reason_item, "handling")
                    pairs.append(("意见原文", said["words"]))
        return await bench.show(
            request, "desk_party.html", officer, base=f"{BASE}/cases/{case_id}", topic=row["topic"],
            name=found["name"], pairs=[(label, text) for label, text in pairs if text],
        )  # fmt: skip

    async def erase_page(
        request: Request, officer: Officer, case_id: UUID, person_id: UUID, form: Form, status: int = 200
    ) -> Response:
        row, found = await found_in(case_id, officer, person_id)
        return await bench.show(
            request, "desk_erase_other.html", officer, status=status, form=form, base=f"{BASE}/cases/{case_id}",
            topic=row["topic"], person=found, goes=_GOES[found["role"]], open=row["state"] in OPEN,
        )  # fmt: skip

    @routes.get("/cases/{case_id}/people/{person_id}/erase")
    async def ask_erase(request: Request, case_id: UUID, person_id: UUID, officer: Eraser) -> Response:
        return await erase_page(request, officer, case_id, person_id, Form())

    @routes.post("/cases/{case_id}/people/{person_id}/erase")
    async def erase(request: Request, case_id: UUID, person_id: UUID, officer: Eraser) -> Response:
        form = await read_form(request)
        here = f"{BASE}/cases/{case_id}/people"
        if form.value("confirm") != "1":
            return see_other(f"{here}/{person_id}/erase")
        reason = typed(form, "reason", "理由", _LONGEST)
        if form.errors:
            return await erase_page(request, officer, case_id, person_id, form, 422)
        try:
            async with desks.changing(officer) as tx:
                await desks.erasing.erase(tx, case_id, officer.organ_id, person_id, reason, officer.person_id)
        except ANSWERED as trouble:
            return await erase_page(request, officer, case_id, person_id, form, note(form, trouble))
        return see_other(f"{here}?done=erased")

    return routes
