"""A column of the site, which is an item of the basic catalogue, and what makes a tree of them sound."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from gongkai.statute import rules

UpdateRule = Literal["on-change", "weekly", "monthly", "quarterly", "yearly", "news", "static"]
ReleasePolicy = Literal["all-or-hold", "site-first"]

ARTICLE: Final = "《政府信息公开条例》第十二条、第二十条"
DEEPEST: Final = 4
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

RULE_NAMES: Final[dict[UpdateRule, str]] = {
    "on-change": "随时更新",
    "weekly": "每周更新",
    "monthly": "每月更新",
    "quarterly": "每季度更新",
    "yearly": "每年更新",
    "news": "动态要闻，两周内更新",
    "static": "长期有效",
}
#: Days after which a column is idle: two of its periods, or what the site inspection says.
IDLE_AFTER: Final[dict[UpdateRule, int | None]] = {
    "news": 7 * rules.NEWS_COLUMN_IDLE.length,
    "on-change": 183,
    "weekly": 14,
    "monthly": 62,
    "quarterly": 184,
    "yearly": 397,
    "static": None,
}


@dataclass(frozen=True, slots=True)
class Column:
    id: str
    name: str
    parent_id: str | None = None
    position: int = 0
    kinds: tuple[str, ...] = ()
    legal_basis: str = ""
    owner_unit: str = ""
    time_limit: str = ""
    update_rule: UpdateRule = "on-change"
    description: str = ""
    release_policy: ReleasePolicy = "all-or-hold"
    in_navigation: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    path: str
    sentence: str


Columns = tuple[Column, ...]


def faults(columns: Columns) -> tuple[Fault, ...]:
    """Return what is wrong with a tree, each with the path of the field; an empty result is a sound tree."""
    if not columns:
        return (Fault("columns", "目录里至少要有一个栏目"),)
    found: list[Fault] = []
    by_id: dict[str, Column] = {}
    for index, column in enumerate(columns):
        path = f"columns.{index}"
        if not _ID.fullmatch(column.id):
            found.append(Fault(f"{path}.id", "栏目代码用小写字母、数字和连字符，最长60个字符"))
        if column.id in by_id:
            found.append(Fault(f"{path}.id", f"栏目代码“{column.id}”用了两次"))
        if not column.name.strip():
            found.append(Fault(f"{path}.name", "写上栏目名称"))
        by_id.setdefault(column.id, column)
    for index, column in enumerate(columns):
        if column.parent_id is not None and column.parent_id not in by_id:
            found.append(Fault(f"columns.{index}.parent_id", f"上级栏目“{column.parent_id}”不在目录里"))
    return tuple(found) or _shape(columns, by_id)


def _shape(columns: Columns, by_id: dict[str, Column]) -> tuple[Fault, ...]:
    found: list[Fault] = []
    names: set[tuple[str | None, str]] = set()
    for index, column in enumerate(columns):
        depth = depth_of(column, by_id)
        if depth is None:
            found.append(Fault(f"columns.{index}.parent_id", f"栏目“{column.name}”的上级绕成了圈"))
        elif depth > DEEPEST:
            found.append(Fault(f"columns.{index}.parent_id", f"栏目最多{DEEPEST}级，“{column.name}”在第{depth}级"))
        if (column.parent_id, column.name.strip()) in names:
            found.append(Fault(f"columns.{index}.name", f"同一级已经有“{column.name.strip()}”"))
        names.add((column.parent_id, column.name.strip()))
    return tuple(found)


def depth_of(column: Column, by_id: dict[str, Column]) -> int | None:
    """Return the level of a column, counted from 1, or None when its parents go in a circle."""
    seen: set[str] = set()
    depth = 1
    while column.parent_id is not None:
        if column.id in seen:
            return None
        seen.add(column.id)
        column = by_id[column.parent_id]
        depth += 1
    return depth


def leaves(columns: Columns) -> Columns:
    """Return the columns that hold documents: those without columns below them."""
    parents = {column.parent_id for column in columns}
    return tuple(column for column in columns if column.id not in parents)


@dataclass(frozen=True, slots=True)
class Health:
    """How alive a column is. `idle_since` is the day from which it has been too old."""

    column: Column
    documents: int
    last_on: date | None
    state: Literal["alive", "idle", "blank"]
    idle_since: date | None
    sentence: str


def health(column: Column, *, documents: int, last_on: date | None, founded_on: date, today: date) -> Health:
    """Tell whether a column is blank, idle or alive on a day."""
    if not documents or last_on is None:
        return Health(column, 0, None, "blank", founded_on, "空白栏目，还没有发布过内容")
    allowed = IDLE_AFTER[column.update_rule]
    if allowed is None:
        return Health(column, documents, last_on, "alive", None, "长期有效的内容，不按更新时间检查")
    idle_since = last_on + timedelta(days=allowed + 1)
    if today >= idle_since:
        days = (today - last_on).days
        return Health(
            column,
            documents,
            last_on,
            "idle",
            idle_since,
            f"已有{days}天没有更新，要求{RULE_NAMES[column.update_rule]}",
        )
    return Health(column, documents, last_on, "alive", None, f"最近更新于{last_on}")
