"""The values that the templates' components show. Made by code that knows; templates never count."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from urllib.parse import urlencode

from gongkai.web.officers import OrganView


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str = ""
    current: Literal["", "page", "true"] = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ClockChip:
    """A deadline in few words; `why` opens and tells how it was counted and by which article."""

    state: Literal["", "soon", "late", "paused", "done"]
    text: str
    why: str = ""
    href: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class DayCell:
    """One date of the day-by-day table; `classes` are of: event on todo off rest make gone now end."""

    label: str
    classes: str
    ordinal: int | None = None
    note: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Days counted without a break, and the total after them."""

    first: date
    last: date
    days: int
    total: int


@dataclass(frozen=True, slots=True)
class DocItem:
    title: str
    href: str
    on: date | datetime | None = None
    facts: Sequence[str] = ()
    validity: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    when: str = ""
    past: bool = False
    current: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class FileItem:
    name: str
    href: str
    size: int


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Links to the pages of a list: the first, the last and those near the current one."""

    current: int
    last: int
    href: Callable[[int], str]
    words: str = ""

    @classmethod
    def over(cls, path: str, query: Sequence[tuple[str, str]], *, current: int, size: int, total: int) -> "PageLinks":
        """Make links to `path` that keep the query; page 1 carries no number."""
        last = max(1, -(-total // size))

        def href(page: int) -> str:
            kept = [(name, value) for name, value in query if name != "page"]
            if page > 1:
                kept.append(("page", str(page)))
            return f"{path}?{urlencode(kept)}" if kept else path

        first = (current - 1) * size + 1
        words = f"第 {first} 至 {min(current * size, total)} 条，共 {total:,} 条" if total else ""
        return cls(current, last, href, words)

    @property
    def numbers(self) -> list[int | None]:
        near = sorted({1, self.last, *range(max(1, self.current - 2), min(self.last, self.current + 2) + 1)})
        out: list[int | None] = []
        for page in near:
            if out and out[-1] is not None and page - out[-1] > 1:
                out.append(None)
            out.append(page)
        return out


@dataclass(frozen=True, slots=True)
class SiteFrame:
    """What the public frame shows around a page: the organ, its main columns, the footer."""

    organ: OrganView
    navigation: Sequence[Link] = ()
    strip: Sequence[Link] = ()
    footer: Sequence[Link] = ()
    home: str = "/"
    search: str = "/search"
    notice: str = ""


@dataclass(frozen=True, slots=True)
class NavEntry:
    key: str
    label: str
    icon: str
    href: str


@dataclass(frozen=True, slots=True)
class NavSection:
    title: str
    entries: Sequence[NavEntry]


@dataclass(frozen=True, slots=True)
class ConsoleFrame:
    """What the officers' frame shows: who is signed in, in what capacity, and where work waits."""

    name: str
    standing: str
    organ_name: str
    sections: Sequence[NavSection]
    counts: dict[str, int] = field(default_factory=dict)
    #: Whether documents may be looked for at all.
    finds: bool = True
