"""The basic catalogue: the tree with how alive each column is, one column's form, and what each revision changed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from gongkai.runtime.errors import Invalid, NotFound
from gongkai.web.filters import date_plain
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from publication import cataloguing, reading
from publication.callers import officer_of
from publication.catalogue.columns import RULE_NAMES, Column, Columns, Health, leaves
from publication.domain.content import KIND_NAMES
from publication.pages.acts import Act, Field, show_act
from publication.pages.console import ANSWERED, BASE, Console, done, note
from publication.pages.inputs import ColumnInput, RevisionInput
from publication.pages.matrix import POLICY_NAMES

Seer = Annotated[Officer, Depends(require("catalogue.see"))]
Reviser = Annotated[Officer, Depends(require("catalogue.revise"))]
DONE: Final = {"revised": "目录已修订，网站从生效日起按新目录显示。"}
_HEALTH: Final = {
    "alive": ("正常", "ok", "done"),
    "idle": ("很久没有更新", "warn", "clock"),
    "blank": ("空白", "bad", "stop"),
}
LABELS: Final = {
    "name": "名称",
    "parent_id": "上级",
    "position": "顺序",
    "kinds": "文件类型",
    "legal_basis": "依据",
    "owner_unit": "责任处室",
    "time_limit": "时限",
    "update_rule": "更新要求",
    "description": "说明",
    "release_policy": "同步发布规则",
    "in_navigation": "主栏目",
}


@dataclass(frozen=True, slots=True)
class TreeRow:
    column: Column
    depth: int
    leaf: bool
    documents: int
    rule: str
    policy: str
    words: str = ""
    kind: str = ""
    icon: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    number: int
    label: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class RevisionRow:
    revision: int
    effective_on: date
    recorded_at: datetime
    who: str
    note: str
    changes: Sequence[str]


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/catalogue")
    async def catalogue(request: Request, officer: Seer) -> Response:
        async with console.desks.reading() as db:
            found = await reading.catalogue(db, officer.organ_id)
            healths = await reading.columns_health(db, officer.organ_id, console.kit.now())
        rows = tree(found["columns"], {health.column.id: health for health in healths})
        states = Counter(health.state for health in healths)
        return await console.show(
            request,
            "catalogue.html",
            officer,
            nav="catalogue",
            nav_current="page",
            revision=found["revision"],
            effective_on=found["effective_on"],
            rows=rows,
            figures=[
                Count(len(healths), "栏目"),
                Count(states["blank"], "空白", "bad"),
                Count(states["idle"], "很久没有更新", "warn"),
            ],
            may=officer.may("catalogue.revise"),
            said=done(request, DONE),
        )

    @routes.get("/catalogue/revisions")
    async def revisions(request: Request, officer: Seer) -> Response:
        async with console.desks.reading() as db:
            rows = await reading.revisions(db, officer.organ_id)
            whole = [await reading.catalogue(db, officer.organ_id, row["revision"]) for row in rows[:50]]
        names = await console.names(row["revised_by"] for row in rows)
        shown = [
            RevisionRow(
                each["revision"],
                each["effective_on"],
                each["recorded_at"],
                names.get(each["revised_by"], ""),
                each["note"],
                changes(whole[at + 1]["columns"] if at + 1 < len(whole) else (), each["columns"]),
            )
            for at, each in enumerate(whole)
        ]
        return await console.show(request, "revisions.html", officer, nav="catalogue", revisions=shown)

    @routes.get("/catalogue/new")
    async def new_form(request: Request, officer: Reviser) -> Response:
        initial = {
            "update_rule": "on-change",
            "release_policy": "all-or-hold",
            "position": 100,
            "time_limit": "自信息形成或者变更之日起20个工作日内",
            "effective_on": date_plain(console.today()),
        }
        return await _page(console, request, officer, Form.of(initial), None)

    @routes.post("/catalogue/new")
    async def add(request: Request, officer: Reviser) -> Response:
        form = await read_form(request)
        return await _revise(console, request, officer, form, None)

    @routes.get("/catalogue/columns/{column_id}")
    async def column_form(request: Request, column_id: str, officer: Reviser) -> Response:
        async with console.looking(officer) as tx:
            standing = await cataloguing.standing(tx, officer.organ_id)
        column = _one(standing.columns, column_id)
        initial = {each.name: getattr(column, each.name) for each in fields(column)}
        form = Form.of({**initial, "effective_on": date_plain(console.today())})
        return await _page(console, request, officer, form, column_id)

    @routes.post("/catalogue/columns/{column_id}")
    async def change(request: Request, column_id: str, officer: Reviser) -> Response:
        form = await read_form(request)
        return await _revise(console, request, officer, form, column_id)

    @routes.get("/catalogue/columns/{column_id}/retire")
    async def retire_form(request: Request, column_id: str, officer: Reviser) -> Response:
        form = Form.of({"effective_on": date_plain(console.today())})
        return await _retire_page(console, request, officer, form, column_id)

    @routes.post("/catalogue/columns/{column_id}/retire")
    async def retire(request: Request, column_id: str, officer: Reviser) -> Response:
        form = await read_form(request)
        typed = form.parse(RevisionInput)
        status = 422
        if typed is not None:
            try:
                async with console.changing(officer) as tx:
                    standing = await cataloguing.standing(tx, officer.organ_id)
                    kept = tuple(column for column in standing.columns if column.id != column_id)
                    await _put(tx, officer, typed, kept)
                return see_other(f"{BASE}/catalogue?done=revised")
            except ANSWERED as trouble:
                status = note(form, trouble)
        return await _retire_page(console, request, officer, form, column_id, status)

    return routes


async def _put(tx: Any, officer: Officer, typed: RevisionInput, columns: Columns) -> None:
    await cataloguing.revise(
        tx,
        officer_of(officer),
        officer.organ_id,
        revision=typed.revision,
        columns=columns,
        effective_on=typed.effective_on,
        note=typed.note,
    )


async def _revise(console: Console, request: Request, officer: Officer, form: Form, column_id: str | None) -> Response:
    typed = form.parse(ColumnInput)
    if column_id is None and not form.value("id").strip():
        form.add("id", "请填写栏目代码", "栏目代码")
    status = 422
    if typed is not None and not form.errors:
        try:
            async with console.changing(officer) as tx:
                standing = await cataloguing.standing(tx, officer.organ_id)
                column = Column(id=column_id or form.value("id").strip(), **_values(typed))
                others = tuple(each for each in standing.columns if each.id != column_id)
                at = next((n for n, each in enumerate(standing.columns) if each.id == column_id), len(others))
                await _put(tx, officer, typed, (*others[:at], column, *others[at:]))
            return see_other(f"{BASE}/catalogue?done=revised")
        except ANSWERED as trouble:
            status = note(form, _at_fields(trouble))
    return await _page(console, request, officer, form, column_id, status)


def _at_fields(trouble: Exception) -> Exception:
    """Faults of the tree are named by path (columns.3.name); in the form of one column the last part is the field."""
    if not isinstance(trouble, Invalid):
        return trouble
    return Invalid([(path.rpartition(".")[2], sentence) for path, sentence in trouble.errors])


def _values(typed: ColumnInput) -> dict[str, Any]:
    return {
        "name": typed.name,
        "parent_id": typed.parent_id or None,
        "position": typed.position,
        "kinds": typed.kinds,
        "legal_basis": typed.legal_basis,
        "owner_unit": typed.owner_unit,
        "time_limit": typed.time_limit,
        "update_rule": cast("Any", typed.update_rule),
        "description": typed.description,
        "release_policy": cast("Any", typed.release_policy),
        "in_navigation": typed.in_navigation,
    }


def _one(columns: Columns, column_id: str) -> Column:
    found = next((column for column in columns if column.id == column_id), None)
    if found is None:
        raise NotFound("目录里没有这个栏目")
    return found


async def _page(
    console: Console, request: Request, officer: Officer, form: Form, column_id: str | None, status: int = 200
) -> HTMLResponse:
    async with console.looking(officer) as tx:
        standing = await cataloguing.standing(tx, officer.organ_id)
    name = _one(standing.columns, column_id).name if column_id else ""
    below = _below(standing.columns, column_id)
    return await console.show(
        request,
        "column_edit.html",
        officer,
        nav="catalogue",
        status=status,
        form=form,
        heading=f"修订栏目：{name}" if column_id else "增加栏目",
        new=column_id is None,
        column_id=column_id,
        revision=form.value("revision") or standing.revision,
        action=f"{BASE}/catalogue/columns/{column_id}" if column_id else f"{BASE}/catalogue/new",
        verb="保存修订" if column_id else "增加栏目",
        parents=[(row.column.id, "　" * (row.depth - 1) + row.column.name) for row in tree(standing.columns, {})
                 if row.column.id not in below],
        kinds=list(KIND_NAMES.items()),
        rules=list(RULE_NAMES.items()),
        policies=[
            ("all-or-hold", POLICY_NAMES["all-or-hold"], "有一个渠道没有就绪就暂缓，等人处理"),
            ("site-first", POLICY_NAMES["site-first"], "到准备截止，网站先放出，其余补发"),
        ],
    )  # fmt: skip


async def _retire_page(
    console: Console, request: Request, officer: Officer, form: Form, column_id: str, status: int = 200
) -> HTMLResponse:
    async with console.looking(officer) as tx:
        standing = await cataloguing.standing(tx, officer.organ_id)
    column = _one(standing.columns, column_id)
    act = Act(
        heading="停用栏目",
        title=column.name,
        verb="停用这个栏目",
        action=f"{BASE}/catalogue/columns/{column_id}/retire",
        back=f"{BASE}/catalogue",
        text="停用以后，新文件不能再选它。里面还有公开内容的栏目不能停用，先把内容移到别的栏目。",
        fields=(
            Field("effective_on", "生效日期", hint="不早于今天。", short=True),
            Field("note", "修订说明", hint="为什么停用，原来的内容去了哪里。"),
        ),
        hidden={"revision": form.value("revision") or standing.revision},
        danger=True,
    )
    return await show_act(console, request, officer, act, form, nav="catalogue", status=status)


def _below(columns: Columns, column_id: str | None) -> set[str]:
    """Return a column and everything under it: none of these may become its parent."""
    found = {column_id} if column_id else set()
    while more := {column.id for column in columns if column.parent_id in found} - found:
        found |= more
    return found


def tree(columns: Columns, healths: Mapping[str, Health]) -> list[TreeRow]:
    """List the columns as they hang below each other."""
    ends = {column.id for column in leaves(columns)}
    rows: list[TreeRow] = []

    def walk(parent: str | None, depth: int) -> None:
        for column in sorted(columns, key=lambda each: each.position):
            if column.parent_id == parent:
                rows.append(_row(column, depth, healths.get(column.id), column.id in ends))
                walk(column.id, depth + 1)

    walk(None, 1)
    return rows


def _row(column: Column, depth: int, health: Health | None, leaf: bool) -> TreeRow:
    rule, policy = RULE_NAMES[column.update_rule], POLICY_NAMES[column.release_policy]
    if health is None:
        return TreeRow(column, depth, leaf=False, documents=0, rule=rule, policy=policy)
    words, kind, icon = _HEALTH[health.state]
    return TreeRow(column, depth, leaf, health.documents, rule, policy, words, kind, icon, health.sentence)


def changes(before: Columns, after: Columns) -> list[str]:
    """Say what one revision changed against the one before it."""
    if not before:
        return [f"首次建立，{len(after)} 个栏目"]
    old = {column.id: column for column in before}
    kept = {column.id for column in after}
    found = [f"增加“{column.name}”" for column in after if column.id not in old]
    for column in after:
        was = old.get(column.id)
        if was is not None and was != column:
            names = [each.name for each in fields(column)]
            touched = [LABELS[name] for name in names if getattr(was, name) != getattr(column, name)]
            found.append(f"修改“{column.name}”的{'、'.join(touched)}")
    return found + [f"停用“{column.name}”" for column in before if column.id not in kept]
