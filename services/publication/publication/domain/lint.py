"""Metadata of one edition against the rules of the catalogue: each problem names its field and says how to mend it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from gongkai.statute import identifiers
from publication.domain import themes
from publication.domain.content import POLICY_KINDS, Content, Kind

GUIDE: Final = "《政府信息公开目录系统实施指引（试行）》"
FORMAT: Final = "《党政机关公文格式》GB/T 9704—2012"
POLICY_INSTRUCTION: Final = "国办发〔2016〕80号"
TITLE_LIMIT: Final = 200
#: What a 公众号 takes; longer titles are refused by the platform.
SHORT_TITLE_LIMIT: Final = 32
SUMMARY_LIMIT: Final = 1_000
#: Kinds whose date of document is part of the public record.
DATED_KINDS: Final[frozenset[Kind]] = frozenset(
    {
        "normative",
        "policy",
        "notice",
        "announcement",
        "plan",
        "report",
        "decision",
        "penalty",
        "licence",
        "annual-report",
    },
)


@dataclass(frozen=True, slots=True)
class Problem:
    path: str
    sentence: str
    article: str = GUIDE


def lint(content: Content, *, today: date, column_known: bool) -> tuple[Problem, ...]:
    """Return every problem of the metadata, in the order of the form."""
    return (
        *_title(content),
        *_short_title(content),
        *([] if column_known else [Problem("column_id", "栏目不存在或者已停用，请重新选择栏目")]),
        *_number(content),
        *_dates(content, today),
        *_openness(content),
        *_subjects(content),
        *_substance(content),
    )


def _title(content: Content) -> list[Problem]:
    title = content.title.strip()
    if not title:
        return [Problem("title", "写上标题")]
    if len(title) > TITLE_LIMIT:
        return [Problem("title", f"标题有{len(title)}个字，请控制在{TITLE_LIMIT}个字以内")]
    if "\n" in title or "\r" in title:
        return [Problem("title", "标题写成一行，不要换行")]
    return []


def _short_title(content: Content) -> list[Problem]:
    short = content.short_title.strip()
    if len(short) > SHORT_TITLE_LIMIT:
        return [Problem("short_title", f"短标题有{len(short)}个字，请控制在{SHORT_TITLE_LIMIT}个字以内")]
    if "\n" in short or "\r" in short:
        return [Problem("short_title", "短标题写成一行，不要换行")]
    return []


def _number(content: Content) -> list[Problem]:
    if not content.document_number:
        if content.kind in POLICY_KINDS:
            return [Problem("document_number", "规范性文件和政策文件要有发文字号", FORMAT)]
        return []
    found = identifiers.check_document_number(content.document_number)
    return [Problem("document_number", sentence, FORMAT) for sentence in found.problems]


def _dates(content: Content, today: date) -> list[Problem]:
    problems = []
    if content.formed_on is None:
        if content.kind in DATED_KINDS:
            problems.append(Problem("formed_on", "写上成文日期，主动公开的期限从这一天起算"))
    elif content.formed_on > today:
        problems.append(Problem("formed_on", f"成文日期{content.formed_on}还没有到"))
    if content.valid_until and content.formed_on and content.valid_until < content.formed_on:
        problems.append(Problem("valid_until", "有效期止于成文日期之前"))
    return problems


def _openness(content: Content) -> list[Problem]:
    if content.openness != "proactive" and not content.openness_reason.strip():
        return [Problem("openness_reason", "不主动公开的，写明法律依据和理由", POLICY_INSTRUCTION)]
    return []


def _subjects(content: Content) -> list[Problem]:
    if content.kind in POLICY_KINDS and not content.themes:
        return [Problem("themes", "选择主题分类")]
    return [
        Problem(f"themes.{index}", f"主题分类里没有“{theme}”，请从列表里选")
        for index, theme in enumerate(content.themes)
        if not themes.is_theme(theme)
    ]


def _substance(content: Content) -> list[Problem]:
    problems = []
    if len(content.summary) > SUMMARY_LIMIT:
        problems.append(Problem("summary", f"摘要有{len(content.summary)}个字，请控制在{SUMMARY_LIMIT}个字以内"))
    if not content.body.strip() and not content.attachments:
        problems.append(Problem("body", "正文和附件都是空的"))
    if content.kind == "interpretation" and content.form is None:
        problems.append(Problem("form", "选择解读形式：文字、图解、视频、问答等"))
    return problems
