"""Rows of visible documents as the templates show them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from gongkai.web.components import DocItem
from gongkai.web.filters import SHANGHAI, date_plain
from portal.names import CHANGES, CHANNELS, FORMS, IN_FORCE, KINDS, RELATIONS, REVERSED, VALIDITIES

CSV_HEADER: Final = (
    "索引号", "标题", "发文字号", "发文机关", "体裁", "栏目", "主题分类", "成文日期", "发布日期", "有效性", "地址",
)


@dataclass(frozen=True, slots=True)
class Related:
    """A link to another document, shown only while that document can be read."""

    title: str
    href: str
    about: str = ""
    on: datetime | date | None = None


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    links: Sequence[Related]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where else the document was published at the same instant."""

    name: str
    url: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Moved:
    """One step of a document's life on this site."""

    label: str
    when: datetime
    why: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands above a document that is not what it was."""

    title: str
    text: str
    href: str = ""
    link: str = ""


def href(row: Mapping[str, Any]) -> str:
    return f"/d/{row['slug']}"


def item(row: Mapping[str, Any], *, kind: bool = False) -> DocItem:
    """Return one line of a list: number, validity and how many interpretations."""
    facts = []
    if kind and row["kind"] not in IN_FORCE:
        facts.append(KINDS[row["kind"]])
    if row["document_number"]:
        facts.append(row["document_number"])
    elif kind and row["kind"] in IN_FORCE:
        facts.append(KINDS[row["kind"]])
    if row["interpretations"]:
        facts.append(f"解读 {row['interpretations']} 篇")
    if row["change"] in {"correct", "repeal"} and row["explanation"]:
        word = CHANGES["correct"] if row["change"] == "correct" else VALIDITIES[row["validity"]]
        facts.append(f"{date_plain(row['release_at'])}{word}")
    shown = row["kind"] in IN_FORCE or row["validity"] != "valid"
    return DocItem(
        title=row["title"], href=href(row), on=row["first_release_at"], facts=facts,
        validity=row["validity"] if shown else "",
    )


def csv_row(row: Mapping[str, Any], base: str) -> tuple[object, ...]:
    return (
        row["index_number"], row["title"], row["document_number"], row["organ_name"], KINDS[row["kind"]],
        row["column_name"], "；".join(row["themes"]), row["formed_on"],
        row["first_release_at"].astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        VALIDITIES[row["validity"]] if row["kind"] in IN_FORCE else "", base + href(row),
    )


def groups(
    told: Sequence[Mapping[str, Any]], back: Sequence[Mapping[str, Any]], visible: Mapping[UUID, Mapping[str, Any]]
) -> list[Group]:
    """Gather the links of both sides by what they mean; what cannot be read at this instant is left out."""
    found: dict[str, dict[UUID, Related]] = {}
    for link in told:
        other = visible.get(UUID(link["document_id"]))
        if other is not None:
            found.setdefault(link["relation"], {})[other["document_id"]] = _related(other, link["form"])
    for link in back:
        relation = REVERSED.get(link["relation"], "see-also")
        found.setdefault(relation, {}).setdefault(link["document_id"], _related(link, link["form"]))
    order = list(RELATIONS)
    return [
        Group(RELATIONS[relation], list(links.values()))
        for relation, links in sorted(found.items(), key=lambda pair: order.index(pair[0]))
    ]


def _related(other: Mapping[str, Any], form: str | None) -> Related:
    words = [FORMS.get(form, form) if form else "", other.get("document_number") or ""]
    if other["validity"] != "valid":
        words.append(VALIDITIES[other["validity"]])
    return Related(other["title"], href(other), "，".join(word for word in words if word))


def elsewhere(published: Mapping[str, Any] | None, confirmed: Mapping[str, str] | None = None) -> list[Elsewhere]:
    """Return the other channels of the release, as publication closed it, with what platforms confirmed later."""
    if published is None:
        return []
    return [
        Elsewhere(
            f"{CHANNELS.get(outcome['channel']['kind'], '')}“{outcome['channel']['name']}”",
            _web((confirmed or {}).get(outcome["channel"].get("id", "")) or outcome.get("url")),
            datetime.fromisoformat(outcome["acted_at"]) if outcome.get("acted_at") else None,
        )
        for outcome in published["outcomes"]
        if outcome["channel"]["kind"] != "website" and outcome["state"] == "released"
    ]


def _web(url: str | None) -> str:
    """Links lead to pages only; whatever else an address says is not followed."""
    return quote(url, safe=":/?#[]@!$&'()*+,;=%-._~") if url and url.startswith(("https://", "http://")) else ""


def history(rows: Sequence[Mapping[str, Any]], slug: str = "") -> list[Moved]:
    """Return the steps of a document's life; those whose text was replaced lead to what became of it."""
    now = rows[-1]["edition"] if rows else 0
    return [
        Moved(
            _step(row, number), row["release_at"], row["explanation"] or "",
            f"/d/{slug}/editions/{row['edition']}" if slug and row["edition"] != now else "",
        )
        for number, row in enumerate(rows)
    ]  # fmt: skip


def _step(row: Mapping[str, Any], number: int) -> str:
    match row["change"]:
        case "publish":
            return "重新发布" if number else "首次发布"
        case "repeal":
            return VALIDITIES[row["validity"]]
        case other:
            return CHANGES[other]


def mark(edition: Mapping[str, Any], replaced: Related | None) -> Mark | None:
    """Say what became of the document; null when it is as it was published."""
    said: Mapping[str, Any] = edition["repealed"] or {}
    why = edition["explanation"] or said.get("explanation") or ""
    on = said.get("repealed_on")
    when = f"{date_plain(date.fromisoformat(on))}起" if on else ""
    link = (replaced.href, f"现行的是《{replaced.title}》") if replaced else ("", "")
    match edition["validity"]:
        case "repealed":
            return Mark("这件文件已经废止", f"{when}废止。{why}" if when else why or "不再执行，原文留作查考。", *link)
        case "void":
            return Mark("这件文件已经失效", f"{when}失效。{why}" if when else why or "不再执行，原文留作查考。", *link)
        case "changed":
            return Mark("这件文件已经修改", why or "下面是修改后的内容。", *link)
        case _ if edition["change"] == "correct" and why:
            return Mark("这件信息作过更正", why)
        case _ if replaced:
            return Mark("这件文件已有替代", "请看新的文件。", *link)
        case _:
            return None
