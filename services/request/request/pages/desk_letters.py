"""Letters of a case: which may be issued, what they need besides the record, preview, issue, serve, download."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.statute.refusal import Refused
from gongkai.web.downloads import attachment, shown_pdf
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from gongkai.web.texts import printable
from gongkai.web.typed import read_date, sensible
from request import reading
from request.domain import commands as c
from request.domain.case import file_of
from request.domain.decide import decide
from request.domain.decided import NOTICE_OF, OpinionDecided
from request.domain.values import LetterKind
from request.letters.forms import FORMS
from request.pages.answering import note, seen
from request.pages.desk import ANSWERED, BASE, Bench
from request.pages.desk_case import SERVED
from request.replytext import NoticeText
from request.service import Loaded

Reader = Annotated[Officer, Depends(require("request.see"))]
Handler = Annotated[Officer, Depends(require("request.handle"))]
Looker = Annotated[Officer, Depends(require("request.personal-data"))]
TO_CONSULTED: Final[dict[str, LetterKind]] = {
    "third-party": "third-party", "co-maker": "co-maker", "other-organ": "other-organ",
}  # fmt: skip
#: Papers of the house that are drawn up as often as they are needed.
AGAIN: Final[frozenset[LetterKind]] = frozenset({"application-form", "approval-slip", "transfer-list"})
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def offered(bench: Bench, here: Loaded) -> list[tuple[str, str, str]]:
    """Return the letters that the domain would let out now: kind, consultation and name."""
    file = file_of(here.case)
    if file is None:
        return []
    # What waits for its letter is the domain's own matter; a second extension is offered where a second was agreed.
    done = {letter.kind for letter in file.letters if letter.round == file.round} - AGAIN - NOTICE_OF.keys()
    found: list[tuple[LetterKind, UUID | None]] = [
        (TO_CONSULTED[asked.whom], asked.letter) for asked in file.decided if isinstance(asked, OpinionDecided)
    ]
    found += [(kind, None) for kind in FORMS if kind not in TO_CONSULTED and kind not in done]
    return [
        (kind, str(consulted or ""), FORMS[kind].name_zh)
        for kind, consulted in found
        if _lawful(bench, here, kind, consulted)
    ]


def _lawful(bench: Bench, here: Loaded, kind: LetterKind, consulted: UUID | None) -> bool:
    """Ask the domain: a letter is offered exactly where it may be issued."""
    today = bench.today()
    command = c.IssueLetter(consulted or here.id, kind, "稿", today.year, 1, "稿", today, here.id)
    try:
        decide(here.case, command, bench.calendar, bench.desks.desk.practice)
    except Refused:
        return False
    return True


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    desks = bench.desks

    async def page(request: Request, officer: Officer, case_id: UUID, form: Form, status: int = 200) -> Response:
        async with desks.changing(officer) as tx:
            loaded = await desks.desk.load(tx, case_id, officer.organ_id)
            letters = await reading.letters(tx.db, case_id)
        choices = [(f"{kind}:{asked}", name) for kind, asked, name in offered(bench, loaded)]
        return await bench.show(
            request, "desk_letters.html", officer, status=status, form=form, base=f"{BASE}/cases/{case_id}",
            topic=loaded.file.topic, version=loaded.version, choices=choices, served_choices=list(SERVED.items()),
            letters=[{**row, "name": FORMS[row["kind"]].name_zh} for row in letters],
            unserved=[
                (str(row["id"]), f"{FORMS[row['kind']].name_zh} {row['number']}")
                for row in letters
                if not row["served"]
            ],
            handles=officer.may("request.handle"),
        )  # fmt: skip

    @routes.get("/cases/{case_id}/letters")
    async def letters(request: Request, case_id: UUID, officer: Reader) -> Response:
        return await page(request, officer, case_id, Form())

    @routes.post("/cases/{case_id}/letters")
    async def issue(request: Request, case_id: UUID, officer: Handler) -> Response:
        form = await read_form(request)
        wanted = _wanted(form)
        if wanted is None:
            return await page(request, officer, case_id, form, 422)
        kind, consulted, words = wanted
        try:
            opening = desks.opening(officer)
            if form.value("do") == "preview":
                made = await desks.lettering.preview(opening, case_id, officer.organ_id, kind, consulted, words)
                return shown_pdf(made, f"{FORMS[kind].name_zh}（稿）")
            await desks.lettering.issue(
                opening, case_id, officer.organ_id, kind, consulted, words, officer.person_id, seen(form)
            )
        except ANSWERED as trouble:
            return await page(request, officer, case_id, form, note(form, trouble))
        return see_other(f"{BASE}/cases/{case_id}?done=issued")

    @routes.post("/cases/{case_id}/served")
    async def serve(request: Request, case_id: UUID, officer: Handler) -> Response:
        form = await read_form(request)
        served: Any = form.value("served")
        if served not in SERVED:
            form.add("served", "请选择送达方式", "送达方式")
        try:
            letter, day = UUID(form.value("letter")), sensible(read_date(form.value("on") or "无"))
        except ValueError as wrong:
            form.add("on", str(wrong) if "日期" in str(wrong) or "年" in str(wrong) else "请选择文书，填写日期", "日期")
        received_on = None
        if text := form.value("received_on").strip():
            try:
                received_on = sensible(read_date(text))
            except ValueError as wrong:
                form.add("received_on", str(wrong), "对方收到的日期")
        if form.errors:
            return await page(request, officer, case_id, form, 422)
        try:
            async with desks.changing(officer) as tx:
                command = c.ServeLetter(letter, served, day, officer.person_id, desks.desk.today(tx), received_on)
                await desks.lettering.serve(
                    tx, case_id, officer.organ_id, letter, served, officer.person_id, command=command
                )
        except ANSWERED as trouble:
            return await page(request, officer, case_id, form, note(form, trouble))
        return see_other(f"{BASE}/cases/{case_id}?done=served")

    @routes.get("/cases/{case_id}/letters/{letter_id}.pdf")
    async def download(case_id: UUID, letter_id: UUID, officer: Looker) -> Response:
        async with desks.changing(officer) as tx:
            await desks.desk.load(tx, case_id, officer.organ_id)
            row = await reading.letter_file(tx.db, case_id, letter_id, "pdf")
            data = await desks.people.read_bytes(tx, row["item_id"], "serving")
        return shown_pdf(data, row["number"])

    @routes.get("/cases/{case_id}/letters/{letter_id}.docx")
    async def download_word(case_id: UUID, letter_id: UUID, officer: Looker) -> Response:
        async with desks.changing(officer) as tx:
            await desks.desk.load(tx, case_id, officer.organ_id)
            row = await reading.letter_file(tx.db, case_id, letter_id, "docx")
            data = await desks.people.read_bytes(tx, row["item_id"], "serving")
        return attachment(data, f"{row['number']}.docx", WORD)

    return routes


def _wanted(form: Form) -> tuple[LetterKind, UUID | None, NoticeText] | None:
    kind, _, consulted = form.value("letter_kind").partition(":")
    if kind not in FORMS:
        form.add("letter_kind", "请选择文书", "文书")
        return None
    found: Any = kind
    texts: dict[str, str] = {}
    days: dict[str, Any] = {}
    for name in ("content", "why", "public_interest", "paragraphs"):
        try:
            texts[name] = printable(form.value(name).strip())[:5_000]
        except ValueError as wrong:
            form.add(name, str(wrong))
    for name in ("release_on", "answer_by"):
        text = form.value(name).strip()
        try:
            days[name] = sensible(read_date(text)) if text else None
        except ValueError as wrong:
            form.add(name, str(wrong))
    try:
        asked = UUID(consulted) if consulted else None
    except ValueError:
        form.add("letter_kind", "请选择文书", "文书")
        return None
    if form.errors:
        return None
    paragraphs = tuple(line.strip() for line in texts["paragraphs"].splitlines() if line.strip())
    words = NoticeText(
        texts["content"], texts["why"], texts["public_interest"], days["release_on"], days["answer_by"], paragraphs
    )
    return found, asked, words
