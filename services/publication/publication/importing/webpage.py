"""Reads .html: the sanitiser repairs the markup, then the main part is walked into Markdown. Nothing is fetched."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

import nh3

from publication.importing import pictures
from publication.importing.model import Limits, Picture, UnreadableFileError
from publication.importing.plain import decode, tidy
from publication.importing.word import markdown_table, without_marks, written
from publication.markup.clauses import clause

_BLOCKS: Final = frozenset({
    "p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "ul", "ol", "li", "blockquote", "pre",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "td", "th", "caption", "dl", "dt", "dd", "figure", "figcaption",
})  # fmt: skip
_KEPT: Final = _BLOCKS | {"a", "img", "br", "hr", "thead", "tbody", "tfoot", "span", "sup", "sub"}
_DROPPED: Final = {
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "object",
    "svg",
    "math",
    "select",
    "textarea",
    "title",
}
_NESTING: Final = re.compile(
    r"<(/?)(div|span|section|article|table|ul|ol|blockquote|b|i|u|em|strong|font|a|dl)\b", re.IGNORECASE
)
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
# Names under which Chinese government sites keep the text of a page.
_MAIN: Final = re.compile(
    r"ucap-content|trs_(?:uedit|editor)|zoom|article[-_]?(?:con|content|body|text)|news[-_]?content|pages_content"
    r"|view|content[-_]?(?:box|text)?|main[-_]?text|con_con|text_con", re.IGNORECASE
)  # fmt: skip
_ASIDE: Final = frozenset({"nav", "aside", "footer"})
_SUP: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUB: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(slots=True)
class _Node:
    tag: str
    marks: str = ""
    link: str = ""
    children: list["_Node | str"] = field(default_factory=list)


@dataclass(slots=True)
class Webpage:
    title: str = ""
    lines: list[str] = field(default_factory=list)
    images: dict[str, Picture] = field(default_factory=dict)
    left_out: int = 0
    relative_links: int = 0
    links: list[str] = field(default_factory=list)


class _Tree(HTMLParser):
    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("div")
        self._open = [self.root]
        self._limits = limits

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        marks = f"{given.get('id') or ''} {given.get('class') or ''}".strip()
        if tag == "img":
            marks = given.get("alt") or ""
        node = _Node(tag, marks, given.get("href") or given.get("src") or "")
        self._open[-1].children.append(node)
        if tag not in {"br", "hr", "img"}:
            self._open.append(node)
            if len(self._open) > self._limits.max_nesting:
                raise UnreadableFileError("网页嵌套过深，疑似攻击文件，已拒绝。")

    def handle_endtag(self, tag: str) -> None:
        if len(self._open) > 1 and self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(without_marks(data))


def read_webpage(data: bytes, limits: Limits) -> Webpage:
    declared = _CHARSET.search(data[:4096])
    encoding = declared[1].decode("ascii").lower() if declared else None
    source = decode(data, "gb18030" if encoding in {"gb2312", "gbk"} else encoding)
    _refuse_nesting(source, limits)
    page = Webpage()
    if found := re.search(r"<title[^>]{0,200}>([^<]{1,300})</title>", source, re.IGNORECASE):
        page.title = re.sub(r"\s+", " ", found[1]).strip()
    clean = nh3.clean(
        source,
        tags=set(_KEPT),
        clean_content_tags=_DROPPED,
        attributes={"*": {"id", "class"}, "a": {"href"}, "img": {"src", "alt"}},
        url_schemes={"http", "https", "mailto", "data"},
    )
    tree = _Tree(limits)
    tree.feed(clean)
    tree.close()
    _Writer(page, limits).write(_main(tree.root))
    return page


def _refuse_nesting(source: str, limits: Limits) -> None:
    """Count open containers before any parser does: repair of deep nesting costs time that grows with its square."""
    depth = 0
    for found in _NESTING.finditer(source):
        depth = max(0, depth - 1) if found[1] else depth + 1
        if depth > limits.max_nesting * 5:
            raise UnreadableFileError("网页嵌套过深，疑似攻击文件，已拒绝。")


def _weigh(node: _Node, weights: dict[int, int], named: list[_Node]) -> int:
    weight = 0
    for inner in node.children:
        if isinstance(inner, str):
            weight += len(inner.strip())
        elif inner.tag not in _ASIDE:
            weight += _weigh(inner, weights, named)
    weights[id(node)] = weight
    if node.tag in {"article", "main"} or (node.marks and any(_MAIN.fullmatch(m) for m in node.marks.split())):
        named.append(node)
    return weight


def _main(root: _Node) -> _Node:
    """Choose the named container with most text when it holds a fair part of the page, else the whole page."""
    weights: dict[int, int] = {}
    named: list[_Node] = []
    whole = _weigh(root, weights, named)
    likely = [node for node in named if weights[id(node)] >= max(1, whole // 4)]
    return min(likely, key=lambda node: weights[id(node)]) if likely else root


class _Writer:
    def __init__(self, page: Webpage, limits: Limits) -> None:
        self.page = page
        self.limits = limits
        self._line: list[str] = []
        self._prefix = ""

    def write(self, node: _Node) -> None:
        self._walk(node)
        self._flush()

    def _flush(self, prefix: str = "") -> None:
        for line in "".join(self._line).split("\n"):
            text = tidy(re.sub(r"[ \t\r\xa0]+", " ", line))
            if text:
                prefix = self._prefix or prefix
                if prefix.startswith("#") and clause(text) is not None:
                    prefix = ""  # the number itself makes the heading
                self.page.lines.append(prefix + written(text))
                self._prefix = ""
        self._line = []

    def _walk(self, node: _Node) -> None:
        items = 0
        for inner in node.children:
            if isinstance(inner, str):
                self._line.append(re.sub(r"\s+", " ", inner) if node.tag != "pre" else inner)
            elif inner.tag in _ASIDE:
                continue
            elif inner.tag == "br":
                self._line.append("\n")
            elif inner.tag == "img":
                self._image(inner)
            elif inner.tag == "table":
                self._flush()
                self._table(inner)
            elif inner.tag in _BLOCKS:
                items += inner.tag == "li"
                self._block(inner, node, items)
            else:
                self._span(inner)

    def _block(self, inner: _Node, parent: _Node, place: int) -> None:
        self._flush()
        if re.fullmatch(r"h[1-6]", inner.tag):
            self._prefix = "#" * max(1, min(int(inner.tag[1]) - 1, 3)) + " "
        elif inner.tag == "li":
            self._prefix = f"{place}. " if parent.tag == "ol" else "- "
        self._walk(inner)
        self._flush()
        self._prefix = ""

    def _span(self, inner: _Node) -> None:
        before = len(self._line)
        self._walk(inner)
        text = "".join(self._line[before:])
        if inner.tag in {"sup", "sub"} and text.strip().isdigit():
            self._line[before:] = [text.strip().translate(_SUP if inner.tag == "sup" else _SUB)]
        elif inner.tag == "a" and inner.link and text.strip() and "\n" not in text:
            if re.match(r"(?:https?|mailto):", inner.link):
                self.page.links.append(inner.link)
                self._line[before:] = [f"\ue000{text.strip()}\ue001{inner.link}\ue002"]
            elif not inner.link.startswith("#"):
                self.page.relative_links += 1

    def _image(self, inner: _Node) -> None:
        picture = self._picture(inner.link)
        if picture is None:
            self.page.left_out += 1
            self._line.append(f"［图片：{inner.marks}］" if inner.marks else "")
        else:
            self._line.append(f"\n\ue003{inner.marks}\ue001{picture.digest}\ue002\n")

    def _picture(self, source: str) -> Picture | None:
        found = re.match(r"data:image/[a-z+.-]{2,20};base64,", source)
        if not found or len(self.page.images) >= self.limits.max_pictures:
            return None
        try:
            data = base64.b64decode(source[found.end() :], validate=False)
        except (binascii.Error, ValueError):
            return None
        kind, size = pictures.media_type(data), pictures.size(data)
        if kind is None or size is None or size[0] * size[1] > self.limits.max_pixels:
            return None
        picture = Picture(f"图片{len(self.page.images) + 1}.{kind.rpartition('/')[2]}", kind, data)
        return self.page.images.setdefault(picture.digest, picture)

    def _table(self, table: _Node) -> None:
        rows: list[list[str]] = []
        self._rows(table, rows)
        rows = [row[: self.limits.max_columns] for row in rows[: self.limits.max_rows] if any(row)]
        if rows and max(len(row) for row in rows) > 1:
            self.page.lines.append(markdown_table(rows))
        else:
            self.page.lines.extend(written(line) for row in rows for line in row[0].split("\n") if line)

    def _rows(self, node: _Node, rows: list[list[str]]) -> None:
        for inner in node.children:
            if isinstance(inner, str):
                continue
            if inner.tag == "tr":
                cells = [c for c in inner.children if isinstance(c, _Node) and c.tag in {"td", "th"}]
                rows.append([self._cell(cell) for cell in cells])
            elif inner.tag in {"thead", "tbody", "tfoot"}:
                self._rows(inner, rows)
            elif inner.tag == "caption":
                self.page.lines.append(written(self._cell(inner)))

    def _cell(self, cell: _Node) -> str:
        writer = _Writer(self.page, self.limits)
        kept = len(self.page.lines)
        writer.write(cell)
        texts = self.page.lines[kept:]
        del self.page.lines[kept:]
        return "\n".join(re.sub(r"\\([\\*`|#>~\[<&])", r"\1", text) for text in texts)
