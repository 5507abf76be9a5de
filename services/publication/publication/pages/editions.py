"""Editions side by side, and the printable record of who signed which of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.runtime.errors import NotFound
from gongkai.web.session import Officer, require
from publication import reading
from publication.domain import disclosure, steps
from publication.domain import facts as f
from publication.domain.people import ROLE_NAMES
from publication.pages.comparing import compare
from publication.pages.console import Console, document_tabs
from publication.pages.dossiers import Sheet, meta_of, open_sheet
from publication.pages.story import RESULTS, document_fact

Reader = Annotated[Officer, Depends(require("document.see"))]
_ON_PAPER: Final = {"索引号", "类型", "发文字号", "成文日期", "公开属性", "重要文件"}


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One signature, or one return, as it is printed."""

    step: str
    result: str
    who: str
    role: str
    at: datetime
    opinion: str
    errors_found: int
    edition: int
    digest: str
    voided: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    article: str
    question: str
    words: str
    reason: str
    who: str


@dataclass(frozen=True, slots=True)
class WaiverRow:
    title: str
    reason: str
    who: str


@dataclass(frozen=True, slots=True)
class Approval:
    who: str
    at: datetime
    detail: str
    digest: str


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/documents/{document_id}/compare")
    async def side_by_side(request: Request, document_id: UUID, officer: Reader) -> Response:
        async with console.desks.reading() as db:
            row = await reading.document(db, officer.organ_id, document_id)
            editions = await reading.editions(db, document_id)
        newest = editions[0]["edition"]
        new = _chosen(editions, request.query_params.get("to"), newest)
        old = _chosen(editions, request.query_params.get("from"), max(new["edition"] - 1, 1))
        before = await reading.content(console.kit.blobs, old["digest"])
        after = await reading.content(console.kit.blobs, new["digest"])
        names = await console.names([old["saved_by"], new["saved_by"]])
        editable = row["state"] in {"Drafting", "Reviewing"}
        return await console.show(
            request,
            "compare.html",
            officer,
            title=row["title"],
            tabs=document_tabs(document_id, "compare", officer, editable=editable),
            old=old,
            new=new,
            editions=editions,
            names=names,
            comparison=compare(before, after),
        )

    @routes.get("/documents/{document_id}/record")
    async def record(request: Request, document_id: UUID, officer: Reader) -> Response:
        async with console.looking(officer) as tx:
            sheet = await open_sheet(console, tx, officer, document_id)
            history = await reading.history(tx.db, officer.organ_id, document_id)
        signing = [entry for entry in history if isinstance(entry.fact, f.EditionApproved)]
        people = sheet.people() | {entry.fact.by for entry in signing if isinstance(entry.fact, f.EditionApproved)}
        names = await console.names(people)
        missing = steps.missing(sheet.dossier.marks, important=sheet.dossier.important)
        return await console.show(
            request,
            "record.html",
            officer,
            title=sheet.content.title,
            tabs=document_tabs(document_id, "record", officer, editable=sheet.editable),
            meta=[(term, words) for term, words in meta_of(sheet) if term in _ON_PAPER],
            digest=sheet.dossier.digest,
            rows=[record_row(mark, names) for mark in sheet.marks],
            missing=steps.named(missing),
            answers=_answers(sheet, names),
            waivers=_waivers(sheet, names),
            approval=_approval(signing[-1], names) if signing else None,
            facts=len(history),
            position=history[-1].position,
        )

    return routes


def _chosen(editions: Sequence[Mapping[str, Any]], asked: str | None, otherwise: int) -> Mapping[str, Any]:
    number = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 8 else otherwise
    found = next((edition for edition in editions if edition["edition"] == number), None)
    if found is None:
        raise NotFound("没有这一版")
    return found


def record_row(mark: Mapping[str, Any], names: Mapping[UUID, str]) -> RecordRow:
    behalf = f"（代{names.get(mark['on_behalf_of'], '')}）" if mark["on_behalf_of"] else ""
    return RecordRow(
        step=mark["step_zh"],
        result="通过" if mark["result"] == "passed" else "退回修改",
        who=names.get(mark["person"], "") + behalf,
        role=ROLE_NAMES.get(mark["role"], mark["role"]),
        at=mark["put_at"],
        opinion=mark["opinion"],
        errors_found=mark["errors_found"],
        edition=mark["edition"],
        digest=mark["digest"],
        voided="改稿后失效" if mark["voided_at"] else "",
    )


def _answers(sheet: Sheet, names: Mapping[UUID, str]) -> list[AnswerRow]:
    given = {answer.item: answer for answer in sheet.dossier.answers}
    rows = []
    for item in disclosure.ITEMS:
        answer = given.get(item.name)
        words = RESULTS[answer.result] if answer else "没有结论"
        who = names.get(answer.person, "") if answer else ""
        rows.append(AnswerRow(item.article, item.question, words, answer.reason if answer else "", who))
    return rows


def _waivers(sheet: Sheet, names: Mapping[UUID, str]) -> list[WaiverRow]:
    titles = {row["key"]: row["title"] for row in sheet.findings}
    return [
        WaiverRow(titles[waiver.key], waiver.reason, names.get(waiver.person, ""))
        for waiver in sheet.dossier.waivers
        if waiver.key in titles
    ]


def _approval(entry: Any, names: Mapping[UUID, str]) -> Approval:
    told = document_fact(entry.fact)
    who = names.get(told.person, "") if told.person else ""
    behalf = f"（代{names.get(told.on_behalf_of, '')}）" if told.on_behalf_of else ""
    return Approval(f"{told.what}　{who}{behalf}", entry.recorded_at, told.detail, told.digest)
