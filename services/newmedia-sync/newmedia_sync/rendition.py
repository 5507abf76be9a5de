"""One edition as each platform will show it, within that platform's limits. Pure.

Every limit that is passed gives one sentence for the officer: what, where, how to mend it.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from html import escape, unescape
from typing import Final, Literal

from newmedia_sync.domain.account import Platform
from newmedia_sync.domain.delivery import Change
from newmedia_sync.wechat_html import convert, squeezed, text_of

WECHAT_TITLE: Final = 32
WECHAT_AUTHOR: Final = 16
WECHAT_DIGEST: Final = 128
WECHAT_CONTENT: Final = 20_000
WECHAT_CONTENT_BYTES: Final = 1_000_000
WECHAT_LINK_BYTES: Final = 1_024
WEIBO_LENGTH: Final = 140
WEIBO_LINK: Final = 10
#: Room for the sentence that says where the whole text is, when a long text is cut.
_ROOM_FOR_END: Final = 600
_LINK: Final = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_STOPS: Final = "。！？；"
_PREFIX: Final[dict[Change, str]] = {"publish": "", "correct": "更正：", "withdraw": "撤回：", "repeal": "废止："}


@dataclass(frozen=True, slots=True)
class Edition:
    """What of an edition matters to a channel; made from the manifest at the edge."""

    title: str
    short_title: str
    organ_name: str
    summary: str
    body_html: str
    body_text: str
    permalink: str
    document_number: str
    index_number: str
    explanation: str
    cover: str
    attachments: tuple[str, ...]
    change: Change


@dataclass(frozen=True, slots=True)
class Problem:
    """`refuses` False: shown to the officer, but no reason to hold the release."""

    code: str
    sentence: str
    field: str
    refuses: bool = True


@dataclass(frozen=True, slots=True)
class WeChatRendition:
    """`images` and `cover` are digests of own blobs; an empty cover means that one is drawn."""

    title: str
    author: str
    digest: str
    content: str
    source_url: str
    cover: str
    cover_label: str
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeiboRendition:
    text: str
    link: str
    picture: str


Rendition = WeChatRendition | WeiboRendition


@dataclass(frozen=True, slots=True)
class Rendered:
    rendition: Rendition
    problems: tuple[Problem, ...]

    @property
    def refusals(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.refuses)


def render(edition: Edition, platform: Platform, site: str) -> Rendered:
    """Make the rendition of one platform; `site` is the public address without a closing slash."""
    match platform:
        case "wechat":
            return _wechat(edition, site)
        case "weibo":
            return _weibo(edition, site)


def canonical(rendition: Rendition) -> str:
    """Return the rendition as JSON whose bytes are the same each time."""
    kind: Literal["wechat", "weibo"] = "wechat" if isinstance(rendition, WeChatRendition) else "weibo"
    return json.dumps({"kind": kind} | asdict(rendition), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(stored: str) -> Rendition:
    """Read back what `canonical` wrote."""
    fields = json.loads(stored)
    if fields.pop("kind") == "wechat":
        return WeChatRendition(**fields | {"images": tuple(fields["images"])})
    return WeiboRendition(**fields)


def digest_of(rendition: Rendition) -> str:
    return f"sha256:{hashlib.sha256(canonical(rendition).encode()).hexdigest()}"


def shown_text(rendition: Rendition) -> str:
    """Return what a reader sees, in the form in which read-back compares it."""
    match rendition:
        case WeChatRendition(title=title, content=content):
            return squeezed(title) + "\n" + text_of(content)
        case WeiboRendition(text=text):
            return plain_status(text)


def plain_status(text: str) -> str:
    """Return a status without its links: 微博 replaces each by a short one of its own."""
    return squeezed(_LINK.sub("", unescape(text)))


def text_digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def first_difference(expected: str, seen: str) -> str:
    """Return where two texts part, with a few words around it."""
    for position, (left, right) in enumerate(zip(expected, seen, strict=False)):
        if left != right:
            return f"批准的是“…{_around(expected, position)}…”，看到的是“…{_around(seen, position)}…”"
    shorter = min(len(expected), len(seen))
    tail = (expected if len(expected) > len(seen) else seen)[shorter : shorter + 20]
    return f"结尾{'少了' if len(expected) > len(seen) else '多了'}“{tail}”"


def _around(text: str, position: int) -> str:
    return text[max(0, position - 8) : position + 12].replace("\n", "")


# ── 公众号 ──────────────────────────────────────────────────────────────────


def _wechat(edition: Edition, site: str) -> Rendered:
    problems: list[Problem] = []
    title = _title(edition, WECHAT_TITLE)
    if len(title) > WECHAT_TITLE:
        problems.append(
            Problem(
                "wechat-title",
                f"标题有{len(title)}字，微信公众号限{WECHAT_TITLE}字，请填写不超过{WECHAT_TITLE}字的短标题",
                "title",
            )
        )
    body = convert(edition.body_html)
    if body.foreign_images:
        problems.append(
            Problem(
                "foreign-image",
                f"正文有{body.foreign_images}张图片引自别的网站，微信公众号不显示，请改为上传图片",
                "body_html",
            )
        )
    if not text_of(body.html) and not body.images:
        problems.append(Problem("empty", "正文没有内容，微信公众号不能发布空文章，请补充正文", "body_html"))
    source = f"{site}{edition.permalink}"
    if len(source.encode()) > WECHAT_LINK_BYTES:
        problems.append(Problem("wechat-link", "原文链接超过1024字节，请检查网站地址设置", "permalink"))
    content, images, cut = _wechat_content(edition, body.blocks, tuple(body.images), source)
    if cut:
        problems.append(
            Problem(
                "wechat-excerpt",
                f"正文转换后超过{WECHAT_CONTENT:,}个字符，微信公众号只登节选，文末写明全文在网站",
                "body_html",
                refuses=False,
            )
        )
    rendition = WeChatRendition(
        title=title,
        author=edition.organ_name[:WECHAT_AUTHOR],
        digest=_shortened(edition.summary or edition.body_text, WECHAT_DIGEST),
        content=content,
        source_url=source,
        cover=edition.cover,
        cover_label=edition.index_number.rpartition("/")[2],
        images=images,
    )
    if edition.summary and len(edition.summary) > WECHAT_DIGEST:
        problems.append(
            Problem(
                "wechat-digest",
                f"摘要有{len(edition.summary)}字，微信公众号限{WECHAT_DIGEST}字，将在句末截短",
                "summary",
                refuses=False,
            )
        )
    return Rendered(rendition, tuple(problems))


def _wechat_content(
    edition: Edition, blocks: list[str], images: tuple[str, ...], source: str
) -> tuple[str, tuple[str, ...], bool]:
    """Return the article, the pictures still in it, and whether it had to be cut."""
    note = ""
    if edition.explanation and edition.change != "publish":
        label = {"correct": "更正说明", "repeal": "废止说明", "withdraw": "撤回说明"}[edition.change]
        note = f"<blockquote><p><strong>{label}</strong>：{escape(edition.explanation, quote=False)}</p></blockquote>"
    head = f"<p>{escape(edition.document_number, quote=False)}</p>" if edition.document_number else ""
    files = ""
    if edition.attachments:
        names = "".join(f"<li>{escape(name, quote=False)}</li>" for name in edition.attachments)
        files = f"<p>附件请到网站原文下载：</p><ul>{names}</ul>"
    whole = note + head + "".join(blocks) + files
    if _fits(whole):
        return whole, images, False
    kept, room = [note + head], WECHAT_CONTENT - _ROOM_FOR_END - len(note + head)
    for block in blocks:
        room -= len(block)
        if room < 0:
            break
        kept.append(block)
    end = f"<p>（节选）全文请点“阅读原文”，或到网站查看：{escape(source, quote=False)}</p>"
    content = "".join(kept) + end
    return content, tuple(digest for digest in images if digest in content), True


def _fits(content: str) -> bool:
    # Picture addresses of the platform are longer than our digests; leave room for them.
    longer = content.count("<img ") * 160
    return len(content) + longer < WECHAT_CONTENT and len(content.encode()) + longer < WECHAT_CONTENT_BYTES


# ── 微博 ────────────────────────────────────────────────────────────────────


def _weibo(edition: Edition, site: str) -> Rendered:
    problems: list[Problem] = []
    link = f"{site}{edition.permalink}"
    title = f"【{_title(edition, WEIBO_LENGTH - WEIBO_LINK - 4)}】"
    # `#话题#` is refused through the interface; the full-width sign says the same to a reader.
    title = title.replace("#", "＃")
    spare = WEIBO_LENGTH - weibo_length(f"{title} {link}")
    if spare < 0:
        problems.append(
            Problem(
                "weibo-length",
                f"标题加网站链接共{weibo_length(f'{title} {link}')}字，微博限{WEIBO_LENGTH}字，请填写短标题",
                "title",
            )
        )
    said = edition.explanation if edition.change != "publish" and edition.explanation else edition.summary
    summary = _weibo_summary((said or edition.body_text).replace("#", "＃"), spare)
    text = f"{title}{summary} {link}"
    return Rendered(WeiboRendition(text, link, edition.cover), tuple(problems))


def weibo_length(text: str) -> int:
    """Count as 微博 does: a Han character 1, ASCII ½, any link 10; halves round up."""
    links = len(_LINK.findall(text))
    halves = sum(1 if char.isascii() else 2 for char in _LINK.sub("", text))
    return links * WEIBO_LINK + -(-halves // 2)


def _weibo_summary(text: str, spare: int) -> str:
    flat = " ".join(_LINK.sub("", text).split())
    if weibo_length(flat) <= spare:
        return flat
    kept, halves = "", 2
    for char in flat:
        halves += 1 if char.isascii() else 2
        if halves > spare * 2:
            break
        kept += char
    return f"{kept}…" if kept else ""


# ── Both ────────────────────────────────────────────────────────────────────


def _title(edition: Edition, limit: int) -> str:
    """Return the title with its prefix; the short one only where the whole does not fit."""
    prefix = _PREFIX[edition.change]
    whole = prefix + edition.title
    if len(whole) <= limit:
        return whole
    if edition.short_title:
        return prefix + edition.short_title
    # The account's own name already says whose it is.
    bare = edition.title.removeprefix(edition.organ_name)
    return prefix + bare if len(prefix + bare) <= limit else whole


def _shortened(text: str, limit: int) -> str:
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    cut = flat[:limit]
    stop = max(cut.rfind(mark) for mark in _STOPS)
    return cut[: stop + 1] if stop >= limit // 2 else f"{cut[: limit - 1]}…"
