"""The words of the checks: what the system brings, what the organ added, and what it wants left in peace."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from gongkai.runtime.errors import Invalid
from gongkai.web.filters import date_plain
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from publication import reading, wording
from publication.checking import EDITS
from publication.checks import ListEdits, load_lists
from publication.checks.model import (
    CATEGORY_LABELS,
    SEVERITY_LABELS,
    Category,
    Leader,
    Outdated,
    Phrase,
    RepealedDocument,
    Severity,
    Word,
)
from publication.pages.acts import Act, Field, show_act
from publication.pages.console import ANSWERED, BASE, Console, done, note
from publication.pages.inputs import AllowInput, NewWordInput, RemoveWordInput

Editor = Annotated[Officer, Depends(require("wordlist.edit"))]
HOME: Final = f"{BASE}/words"
FOUND_AT_ONCE: Final = 50
DONE: Final = {
    "added": "已加入词表，从下一次检查起提示。",
    "allowed": "以后不再提示这个词。",
    "removed": "已从词表里去掉，从下一次检查起不再适用。",
}
#: The groups of the edits, by the word the form uses for each.
GROUPS: Final = {
    "word": "words",
    "phrase": "phrases",
    "organ": "organs",
    "law": "laws",
    "leader": "leaders",
    "document": "repealed_documents",
    "host": "known_hosts",
    "allowed": "allowed",
}
SORTS: Final = (
    ("word", "错误写法", "照这样写就是错的，提示改成正确写法"),
    ("phrase", "固定名称", "与它相差一个字就提示，不用填正确写法"),
    ("organ", "更名或撤销的机关", "从变更之日起提示用新名称"),
    ("law", "更名或废止的法规", "从变更之日起提示用新名称"),
)
CATEGORIES: Final[tuple[Category, ...]] = (
    "common",
    "state-name",
    "organ-name",
    "leader",
    "formula",
    "territory",
    "ethnic-religious",
    "place-name",
    "law-name",
)


@dataclass(frozen=True, slots=True)
class WordRow:
    """One entry of a list, of ours or of the organ's."""

    category: Category
    sort: str
    text: str
    rights: str = ""
    severity: str = ""
    since: date | None = None
    source: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class ClassRow:
    label: str
    ours: int
    own: int


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/words")
    async def words(request: Request, officer: Editor) -> Response:
        async with console.desks.reading() as db:
            row = await reading.word_list(db, officer.organ_id)
        edits = EDITS.validate_python(row["edits"])
        lists = load_lists()
        own = sorted(rows_of(edits, own=True), key=lambda each: list(CATEGORY_LABELS).index(each.category))
        ours = list(rows_of(lists, own=False))
        looked_for = request.query_params.get("q", "").replace("\x00", "").strip()[:40]
        found = [each for each in (*own, *ours) if looked_for and looked_for in each.text + each.rights]
        who = (await console.names([row["changed_by"]])).get(row["changed_by"], "")
        return await console.show(
            request,
            "words.html",
            officer,
            nav="words",
            nav_current="page",
            revision=row["revision"],
            changed="，".join(part for part in (who, date_plain(row["changed_at"])) if part),
            as_of=lists.as_of,
            classes=_classes(ours, own),
            own=own,
            labels=CATEGORY_LABELS,
            allowed=edits.allowed,
            q=looked_for,
            found=found[:FOUND_AT_ONCE],
            found_total=len(found),
            said=done(request, DONE),
        )

    @routes.get("/words/new")
    async def new_form(request: Request, officer: Editor) -> Response:
        initial = {"sort": "word", "category": "common", "severity": "judge"}
        return await _new_page(console, request, officer, Form.of(initial))

    @routes.post("/words/new")
    async def add(request: Request, officer: Editor) -> Response:
        form = await read_form(request)
        typed = form.parse(NewWordInput)
        if typed is not None:
            _complete(form, typed)
        status = 422
        if typed is not None and not form.errors:
            group = GROUPS[typed.sort]
            try:
                await _edit(console, officer, typed.revision, lambda edits: _plus(edits, group, _entry(typed)))
                return see_other(f"{HOME}?done=added#own")
            except ANSWERED as trouble:
                status = note(form, _at(trouble, "text"))
        return await _new_page(console, request, officer, form, status)

    @routes.get("/words/allow")
    async def allow_form(request: Request, officer: Editor) -> Response:
        text = request.query_params.get("text", "").replace("\x00", "")[: wording.LONGEST]
        return await _allow_page(console, request, officer, Form.of({"text": text}))

    @routes.post("/words/allow")
    async def allow(request: Request, officer: Editor) -> Response:
        form = await read_form(request)
        typed = form.parse(AllowInput)
        status = 422
        if typed is not None:
            try:
                await _edit(console, officer, typed.revision, lambda edits: _plus(edits, "allowed", typed.text))
                return see_other(f"{HOME}?done=allowed#allowed")
            except ANSWERED as trouble:
                status = note(form, _at(trouble, "text"))
        return await _allow_page(console, request, officer, form, status)

    @routes.post("/words/remove")
    async def remove(request: Request, officer: Editor) -> Response:
        form = await read_form(request)
        typed = form.parse(RemoveWordInput)
        if typed is None or typed.sort not in GROUPS:
            raise Invalid([("text", "没有说明去掉哪个词，请回到词表再选")])
        group = GROUPS[typed.sort]
        await _edit(console, officer, typed.revision, lambda edits: _minus(edits, group, typed.text))
        return see_other(f"{HOME}?done=removed#{'allowed' if group == 'allowed' else 'own'}")

    return routes


async def _edit(console: Console, officer: Officer, revision: int, change: Any) -> None:
    async with console.changing(officer) as tx:
        row = await reading.word_list(tx.db, officer.organ_id)
        edits = change(EDITS.validate_python(row["edits"]))
        await wording.change(tx, officer.organ_id, officer.person_id, revision, edits)


def _plus(edits: ListEdits, group: str, entry: Any) -> ListEdits:
    return replace(edits, **{group: (*getattr(edits, group), entry)})


def _minus(edits: ListEdits, group: str, text: str) -> ListEdits:
    kept = tuple(entry for entry in getattr(edits, group) if wording.name_of(group, entry) != text)
    return replace(edits, **cast("Any", {group: kept}))


def _entry(typed: NewWordInput) -> Word | Phrase | Outdated:
    if typed.sort == "phrase":
        return Phrase(typed.text, typed.category, typed.severity)
    if typed.sort == "word":
        return Word(typed.text, typed.rights, typed.category, typed.severity, typed.source, typed.since)
    return Outdated(typed.text, "、".join(typed.rights), cast("date", typed.since))


def _complete(form: Form, typed: NewWordInput) -> None:
    """Ask for what this sort of word needs and the others do not."""
    if typed.sort != "phrase" and not typed.rights:
        form.add("rights", "请填写正确写法", "正确写法")
    if typed.sort in {"organ", "law"} and typed.since is None:
        form.add("since", "请填写从哪天起变更", "从哪天起")


def _at(trouble: Exception, name: str) -> Exception:
    """Faults are named by their place in the whole list; in the form of one word they belong to that word."""
    if not isinstance(trouble, Invalid):
        return trouble
    return Invalid([(name, sentence) for _, sentence in trouble.errors])


async def _revision(console: Console, officer: Officer, form: Form) -> str | int:
    async with console.desks.reading() as db:
        row = await reading.word_list(db, officer.organ_id)
    return form.value("revision") or cast("int", row["revision"])


async def _new_page(
    console: Console, request: Request, officer: Officer, form: Form, status: int = 200
) -> HTMLResponse:
    act = Act(
        heading="增加词条",
        title="只在本单位的检查里起作用",
        verb="加入词表",
        action=f"{HOME}/new",
        back=HOME,
        fields=(
            Field("sort", "种类", "choices", options=SORTS),
            Field("text", "词语", hint="错误写法、固定名称或者原来的名称，至少两个字；固定名称至少四个字。"),
            Field("rights", "正确写法", hint="现在的名称。有几种写法的，用顿号隔开。固定名称不填。", optional=True),
            Field("category", "类别", "select", options=[(each, CATEGORY_LABELS[each]) for each in CATEGORIES]),
            Field("severity", "程度", "select", options=list(SEVERITY_LABELS.items())),
            Field(
                "since", "从哪天起", hint="从这天起提示，机关和法规必填。如2025年3月1日。", optional=True, short=True
            ),
            Field("source", "出处", hint="依据哪份文件或者哪次会议。", optional=True),
        ),
        hidden={"revision": await _revision(console, officer, form)},
    )
    return await show_act(console, request, officer, act, form, nav="words", status=status)


async def _allow_page(
    console: Console, request: Request, officer: Officer, form: Form, status: int = 200
) -> HTMLResponse:
    act = Act(
        heading="不再提示一个词",
        title="本单位的检查遇到它就放过",
        verb="以后不提示",
        action=f"{HOME}/allow",
        back=HOME,
        text="单位名、品牌名、活动名被误认为差错时使用，如“泉城购”。只在一份文件里保留的，到那份文件的审校页写明理由。",
        fields=(Field("text", "词语", hint="写完整的词，系统自带词表里的同名词条和包在这个词里的词条都不再提示。"),),
        hidden={"revision": await _revision(console, officer, form)},
    )
    return await show_act(console, request, officer, act, form, nav="words", status=status)


def rows_of(lists: Any, *, own: bool) -> Iterator[WordRow]:
    """Lay lists or edits out as rows of one kind."""
    for word in lists.words:
        rights = "、".join(word.rights)
        yield WordRow(
            word.category, "word", word.wrong, rights, SEVERITY_LABELS[word.severity], word.since, word.source, own
        )
    for phrase in lists.phrases:
        yield WordRow(phrase.category, "phrase", phrase.text, "", SEVERITY_LABELS[phrase.severity], own=own)
    yield from _dated(lists.organs, "organ", own=own)
    yield from _dated(lists.laws, "law", own=own)
    for leader in cast("Sequence[Leader]", lists.leaders):
        posts = "、".join(post.name for post in leader.posts if post.held_until is None)
        yield WordRow("leader", "leader", leader.name, posts, SEVERITY_LABELS["must"], own=own)
    for document in cast("Sequence[RepealedDocument]", lists.repealed_documents):
        judged: Severity = "judge"
        yield WordRow(
            "obsolete", "document", document.title, document.replaced_by, SEVERITY_LABELS[judged], document.since,
            own=own,
        )  # fmt: skip
    for host in sorted(lists.known_hosts):
        yield WordRow("link", "host", host, own=own)


def _dated(entries: Sequence[Outdated], sort: str, *, own: bool) -> Iterator[WordRow]:
    for entry in entries:
        yield WordRow("obsolete", sort, entry.name, entry.now, SEVERITY_LABELS["judge"], entry.since, own=own)


def _classes(ours: Sequence[WordRow], own: Sequence[WordRow]) -> list[ClassRow]:
    of_ours, of_own = Counter(row.category for row in ours), Counter(row.category for row in own)
    return [
        ClassRow(label, of_ours[category], of_own[category])
        for category, label in CATEGORY_LABELS.items()
        if of_ours[category] or of_own[category]
    ]
