"""Body to HTML that is safe to show, to plain text, and to an outline."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize as emphasis
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from publication.markup.blocks import Block, blocks

_BLOB: Final = re.compile(r"/blobs/sha256:[0-9a-f]{64}")
_ANCHOR: Final = re.compile(r"[a-z][a-z0-9-]{0,40}")
# A paragraph longer than this is shown without inline markup, so that hostile nesting cannot cost seconds.
_INLINE_LIMIT: Final = 20_000
#: A body longer than this takes so long to render that it is done beside the loop.
LONG: Final = 10_000


@dataclass(frozen=True, slots=True)
class OutlineItem:
    level: int
    anchor: str
    label: str
    text: str


def _stars_only(state: StateInline, silent: bool) -> bool:
    """Underscores are blanks to fill in (姓名____), never emphasis."""
    return state.src[state.pos] != "_" and emphasis(state, silent)


def _image(_: RendererHTML, tokens: Any, at: int, __: OptionsDict, ___: Any) -> str:
    token: Token = tokens[at]
    alt = html.escape(token.content, quote=True)
    if _BLOB.fullmatch(str(token.attrGet("src") or "")):
        return f'<img src="{token.attrGet("src")}" alt="{alt}">'
    return f"［图片：{alt}］"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    parser.disable(["code", "reference", "html_block", "html_inline", "lheading", "heading"])
    parser.inline.ruler.at("emphasis", _stars_only)
    parser.add_render_rule("image", _image)
    return parser


_PARSER: Final = _parser()
_HEADINGS: Final = {"h2", "h3", "h4"}


def _attribute(_: str, name: str, value: str) -> str | None:
    if name == "id":
        return value if _ANCHOR.fullmatch(value) else None
    if name == "src":
        return value if _BLOB.fullmatch(value) else None
    if name == "href" and (re.match(r"[/\\]{2}", value) or "\\" in value):
        return None  # `//host` leaves the site while it looks relative
    return value


_CLEANER: Final = nh3.Cleaner(
    tags=_HEADINGS
    | {"p", "ol", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "a", "img", "strong", "em", "sup", "sub"}
    | {"blockquote", "pre", "code", "hr", "br"},
    attributes={
        **{tag: {"id"} for tag in (*_HEADINGS, "p")},
        "a": {"href", "title"},
        "img": {"src", "alt"},
        "th": {"scope"},
        "ol": {"start"},
    },
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer",
)


def to_html(markdown: str) -> str:
    """Sanitised HTML: headings h2–h4 with stable ids, paragraphs, lists, tables, links, images of own blobs."""
    return _html_of(blocks(markdown))


def _html_of(cut: Sequence[Block]) -> str:
    return _CLEANER.clean("\n".join(_html(block) for block in cut))


def _inline(text: str) -> str:
    if len(text) > _INLINE_LIMIT:
        return html.escape(text, quote=False)
    return str(_PARSER.renderInline(text))


def _html(block: Block) -> str:
    identity = f' id="{block.anchor}"' if block.anchor else ""
    match block.kind:
        case "heading":
            head = f"<h{block.level}{identity}>{_inline(block.source)}</h{block.level}>"
            return head + (f"\n<p>{_inline(block.rest)}</p>" if block.rest else "")
        case "paragraph":
            if block.label.endswith("条") and block.anchor:
                rest = block.source[len(block.label) :].lstrip(" \u3000")
                return f"<p{identity}><strong>{block.label}</strong>\u3000{_inline(rest)}</p>"
            return f"<p{identity}>{_inline(block.source)}</p>"
        case "table":
            return _table(block.source)
        case "rule":
            return "<hr>"
        case "code":
            return f"<pre><code>{html.escape(block.source)}</code></pre>"
        case "list" | "quote":
            if len(block.source) > _INLINE_LIMIT * 5:
                return "".join(f"<p>{html.escape(line)}</p>" for line in block.source.split("\n"))
            return str(_PARSER.render(block.source))


def cells(row: str) -> list[str]:
    """Cut one table line into cells; a bar after a backslash belongs to its cell."""
    row = row.strip()
    row = row.removeprefix("|")
    if row.endswith("|") and not row.endswith("\\|"):
        row = row[:-1]
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)]


def table_rows(source: str) -> list[list[str]]:
    """Header first; the line of dashes is left out; every row as wide as the header."""
    lines = source.split("\n")
    header = cells(lines[0])
    rows = [cells(line) for line in lines[2:]]
    return [header, *((row + [""] * len(header))[: max(len(header), 1)] for row in rows)]


def _table(source: str) -> str:
    header, *rows = table_rows(source)
    head = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def plain(text: str) -> str:
    """One line of Markdown without its marks."""
    if len(text) > _INLINE_LIMIT or not re.search(r"[\\*`\[<&]", text):
        return text
    return "".join(_text_of(token) for token in _PARSER.parseInline(text)[0].children or [])


def _text_of(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    if token.type == "image":
        return f"［图片：{token.content}］" if token.content else "［图片］"
    return token.content


def text_lines(block: Block) -> list[str]:
    """Give the block as lines of plain text: a table gives a line per row, a list a line per item."""
    match block.kind:
        case "table":
            return ["\t".join(plain(cell) for cell in row) for row in table_rows(block.source)]
        case "list":
            items = (re.sub(r"^[ ]*[-*+][ \t]+", "· ", line) for line in block.source.split("\n"))
            return [plain(item.strip()) for item in items if item.strip()]
        case "quote":
            quoted = (line.lstrip("> \u3000") for line in block.source.split("\n"))
            return [plain(line) for line in quoted if line]
        case "code":
            return [line for line in block.source.split("\n") if line.strip()]
        case "rule":
            return []
        case "heading" | "paragraph":
            return [plain(block.source) + plain(block.rest)]


def to_text(markdown: str) -> str:
    """Plain text, one paragraph a line, for search and for channels that take no markup."""
    return _text_of_all(blocks(markdown))


def _text_of_all(cut: Sequence[Block]) -> str:
    return "\n".join(line for block in cut for line in text_lines(block))


def shown(markdown: str) -> tuple[str, str]:
    """Return the HTML and the plain text of a body.

    Those of a short one are kept: it is rendered when it is checked, and the sign-off finds it made.
    """
    return _kept(markdown) if len(markdown) <= LONG else _shown(markdown)


def _shown(markdown: str) -> tuple[str, str]:
    cut = blocks(markdown)
    return _html_of(cut), _text_of_all(cut)


_kept = lru_cache(maxsize=256)(_shown)


def outline(markdown: str) -> list[OutlineItem]:
    return [
        OutlineItem(block.level, block.anchor, block.label, plain(block.source).rstrip("。"))
        for block in blocks(markdown)
        if block.kind == "heading"
    ]
