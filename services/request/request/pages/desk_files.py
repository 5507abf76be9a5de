"""Files of a case: what came in and what was found, put in, taken out again, and made into clean copies."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.statute.legal_day import legal_date
from gongkai.web.downloads import attachment
from gongkai.web.filters import date_zh
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from request import filing, reading
from request.domain.values import PERSON_ROLES
from request.pages.answering import note
from request.pages.desk import ANSWERED, BASE, Bench

Reader = Annotated[Officer, Depends(require("request.see"))]
Handler = Annotated[Officer, Depends(require("request.handle"))]
Looker = Annotated[Officer, Depends(require("request.personal-data"))]
KINDS: Final = {
    "source": "检索到的文件", "redacted": "区分处理后的文件", "application": "申请材料", "proof": "身份证明",
    "remedy": "复议、诉讼材料", "other": "其他",
}  # fmt: skip
PUT_IN: Final = tuple((key, name) for key, name in KINDS.items() if key != "redacted")
#: What can be read as text, and so be made into a clean copy.
READABLE: Final = ("docx", "pdf", "txt", "md")


def owners_of(people: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return whose a file may be, the applicant first; nothing to choose where nobody else is in the case."""
    open_ones = [row for row in people if row["erased_at"] is None]
    others = [row for row in open_ones if row["role"] not in {"applicant", "agent"}]
    if not others:
        return []
    applicant = [(str(row["person_id"]), PERSON_ROLES["applicant"]) for row in open_ones if row["role"] == "applicant"]
    named = [f"{PERSON_ROLES[row['role']]}（{date_zh(legal_date(row['since']))}登记）" for row in others]
    return applicant + [(str(row["person_id"]), name) for row, name in zip(others, named, strict=True)]


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    desks = bench.desks

    async def page(request: Request, officer: Officer, case_id: UUID, form: Form, status: int = 200) -> Response:
        async with desks.changing(officer) as tx:
            loaded = await desks.desk.load(tx, case_id, officer.organ_id)
            rows = await reading.files(tx.db, case_id)
            owners = owners_of(await reading.people(tx.db, case_id))
        made = {row["digest"]: row["name"] for row in rows}
        if not form.value("kind"):
            form.fields["kind"] = ["source"]
        if owners and not form.value("person"):
            form.fields["person"] = [owners[0][0]]
        return await bench.show(
            request, "desk_files.html", officer, status=status, form=form, base=f"{BASE}/cases/{case_id}",
            topic=loaded.file.topic, kinds=PUT_IN, accept=",".join(f".{kind}" for kind in filing.KINDS),
            files=[
                {**row, "kind_zh": KINDS[row["kind"]], "origin": made.get(row["made_from"] or "", ""),
                 "readable": row["name"].lower().rpartition(".")[2] in READABLE and row["kind"] != "redacted"}
                for row in rows
            ],
            owners=owners, handles=officer.may("request.handle"), opens=officer.may("request.personal-data"),
            done=request.query_params.get("done", ""),
        )  # fmt: skip

    @routes.get("/cases/{case_id}/files")
    async def files(request: Request, case_id: UUID, officer: Reader) -> Response:
        return await page(request, officer, case_id, Form())

    @routes.post("/cases/{case_id}/files")
    async def add(request: Request, case_id: UUID, officer: Handler) -> Response:
        form = await read_form(request, uploads=True)
        kind = form.value("kind")
        if kind not in dict(PUT_IN):
            form.add("kind", "请选择文件的种类", "种类")
        try:
            owner = UUID(form.value("person")) if form.value("person") else None
        except ValueError:
            owner = None
            form.add("person", "请选择是谁的材料", "谁的材料")
        taken = await form.every_file("file", limit=filing.LIMIT, kinds=filing.KINDS)
        await form.close()
        if not taken and not form.errors:
            form.add("file", "请选择文件", "文件")
        if form.errors:
            return await page(request, officer, case_id, form, 422)
        try:
            looked = [await filing.looked_into(desks.workers, name, data) for name, data in taken]
            async with desks.changing(officer) as tx:
                loaded = await desks.desk.take(tx, case_id, officer.organ_id)
                for kept in looked:
                    await filing.add(desks.people, tx, loaded, kind, kept, officer.person_id, owner=owner)
        except ANSWERED as trouble:
            return await page(request, officer, case_id, form, note(form, trouble))
        return see_other(f"{BASE}/cases/{case_id}/files?done=added")

    @routes.get("/cases/{case_id}/files/{file_id}")
    async def download(case_id: UUID, file_id: UUID, officer: Looker) -> Response:
        """Give a file as a download that no browser runs; the look is recorded."""
        async with desks.changing(officer) as tx:
            await desks.desk.load(tx, case_id, officer.organ_id)
            row = await reading.file(tx.db, case_id, file_id)
            data = await desks.people.read_bytes(tx, row["item_id"], "handling")
        return attachment(data, row["name"])

    return routes
