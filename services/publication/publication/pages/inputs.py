"""What officers type into the forms, read into values of the domain; every error is a sentence at its field.

A draft may be saved unfinished: what is missing is said by the gates, not by the editor.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from gongkai.web.filters import SHANGHAI
from gongkai.web.forms import Chosen, Form
from gongkai.web.texts import printable
from gongkai.web.typed import on_record, read_date, sensible
from publication.catalogue.columns import ReleasePolicy, UpdateRule
from publication.checks.model import Category, Severity
from publication.domain.content import Content, File, Kind, Openness
from publication.domain.content import Form as InterpretationForm
from publication.domain.lint import SHORT_TITLE_LIMIT

THEMES_AT_ONCE: Final = 3
_TIME: Final = re.compile(r"(\d{1,2})\s*[:：时点]\s*(\d{1,2})?\s*分?")
_SEPARATORS: Final = re.compile(r"[、,，;；\s]+")


def read_time(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise ValueError("时间用24小时制，写作“09:00”")
    hour, minute = int(found.group(1)), int(found.group(2) or 0)
    if hour > 23 or minute > 59:  # a clock knows no more
        raise ValueError("时间用24小时制，从 00:00 到 23:59")
    return time(hour, minute)


def read_words(value: Any) -> Any:
    """Keywords are typed in one line, with any separator an officer would use."""
    texts = value if isinstance(value, list | tuple) else [str(value)]
    words = [word for text in texts for word in _SEPARATORS.split(str(text)) if word]
    return tuple(dict.fromkeys(words))


Line = Annotated[str, AfterValidator(printable)]
Picked = Annotated[str, AfterValidator(printable), Chosen()]
OnRecord = Annotated[str, AfterValidator(on_record), Field(max_length=2_000)]
Day = Annotated[date, BeforeValidator(read_date), AfterValidator(sensible)]
Clock = Annotated[time, BeforeValidator(read_time)]
Words = Annotated[tuple[Annotated[str, Field(max_length=40)], ...], BeforeValidator(read_words)]


class EditionInput(BaseModel):
    """The editor: one edition as it is typed."""

    title: Line = Field(min_length=1, max_length=200, title="标题")
    kind: Kind = Field(title="类型")
    column_id: Picked = Field(min_length=1, max_length=60, title="栏目")
    body: Line = Field(default="", max_length=1_000_000, title="正文")
    document_number: Line = Field(default="", max_length=60, title="发文字号")
    formed_on: Day | None = Field(default=None, title="成文日期")
    openness: Openness = Field(default="proactive", title="公开属性")
    openness_reason: Line = Field(default="", max_length=500, title="公开属性的理由")
    theme: tuple[str, ...] = Field(default=(), max_length=THEMES_AT_ONCE, title="主题分类")
    keywords: Words = Field(default=(), max_length=20, title="关键词")
    important: bool = Field(default=False, title="重要文件")
    summary: Line = Field(default="", max_length=1_000, title="摘要")
    legal_basis: Line = Field(default="", max_length=500, title="法律依据")
    valid_until: Day | None = Field(default=None, title="有效期至")
    form: InterpretationForm | None = Field(default=None, title="解读形式")
    short_title: Line = Field(default="", max_length=SHORT_TITLE_LIMIT, title="短标题")

    def content(self, cover: File | None, attachments: Sequence[File]) -> Content:
        return Content(
            title=self.title,
            kind=self.kind,
            column_id=self.column_id,
            body=self.body,
            document_number=self.document_number,
            formed_on=self.formed_on,
            openness=self.openness,
            openness_reason=self.openness_reason,
            themes=tuple(dict.fromkeys(self.theme)),
            keywords=self.keywords,
            important=self.important,
            summary=self.summary,
            legal_basis=self.legal_basis,
            valid_until=self.valid_until,
            form=self.form if self.kind == "interpretation" else None,
            cover=cover,
            attachments=tuple(attachments),
            short_title=self.short_title,
        )


class ImportInput(BaseModel):
    kind: Kind = Field(title="类型")
    column_id: Picked = Field(min_length=1, max_length=60, title="栏目")


class DecisionInput(BaseModel):
    """A reviewer's or proofreader's decision about one step."""

    edition: int = Field(ge=1, title="版次")
    step: str = Field(min_length=1, max_length=20, title="审校步骤")
    decision: Literal["pass", "back"] = Field(title="决定")
    opinion: OnRecord = Field(default="", title="意见")
    errors_found: int = Field(default=0, ge=0, le=9_999, title="差错数")


class ReasonInput(BaseModel):
    reason: OnRecord = Field(min_length=1, title="理由")


class ExplanationInput(BaseModel):
    explanation: OnRecord = Field(min_length=1, title="公开说明")


class CorrectionInput(ExplanationInput):
    changed_on: Day | None = Field(default=None, title="信息变更的日期")


class RepealInput(ExplanationInput):
    validity: Literal["repealed", "void", "changed"] = Field(title="废止后的效力")
    repealed_on: Day = Field(title="废止日期")
    replaced_by: str = Field(default="", max_length=300, title="替代它的文件")


class EditionInputOnly(BaseModel):
    edition: int = Field(ge=1, le=1_000_000, title="版次")


class OpennessInput(ReasonInput):
    agreed: str = Field(pattern="^(yes|no)$", title="结论")


class PenaltyInput(BaseModel):
    changed_on: Day = Field(title="变动的日期")


class RevisionInput(BaseModel):
    """What every revision of the catalogue says of itself."""

    revision: int = Field(ge=1, le=1_000_000, title="修订次数")
    effective_on: Day = Field(title="生效日期")
    note: OnRecord = Field(min_length=1, title="修订说明")


class ColumnInput(RevisionInput):
    name: Line = Field(min_length=1, max_length=60, title="栏目名称")
    parent_id: Line = Field(default="", max_length=60, title="上级栏目")
    position: int = Field(default=0, ge=0, le=100_000, title="同级顺序")
    kinds: tuple[Kind, ...] = Field(default=(), max_length=20, title="文件类型")
    legal_basis: Line = Field(default="", max_length=500, title="法律依据")
    owner_unit: Line = Field(default="", max_length=60, title="责任处室")
    time_limit: Line = Field(default="", max_length=100, title="公开时限")
    update_rule: UpdateRule = Field(title="更新要求")
    description: Line = Field(default="", max_length=500, title="内容说明")
    release_policy: ReleasePolicy = Field(title="同步发布规则")
    in_navigation: bool = Field(default=False, title="主栏目")


class AllowInput(BaseModel):
    """A word that the checks shall leave in peace."""

    revision: int = Field(ge=0, le=1_000_000, title="修订次数")
    text: Line = Field(min_length=2, max_length=100, title="词语")


class RemoveWordInput(BaseModel):
    revision: int = Field(ge=0, le=1_000_000, title="修订次数")
    sort: str = Field(max_length=20, title="种类")
    text: str = Field(min_length=1, max_length=300, title="词语")


class NewWordInput(AllowInput):
    sort: Literal["word", "phrase", "organ", "law"] = Field(title="种类")
    rights: Words = Field(default=(), max_length=5, title="正确写法")
    category: Category = Field(title="类别")
    severity: Severity = Field(title="程度")
    since: Day | None = Field(default=None, title="从哪天起")
    source: Line = Field(default="", max_length=100, title="出处")


class LinkInput(BaseModel):
    interpretation: UUID = Field(title="解读")


class NothingInput(BaseModel):
    """An act that needs nothing but its button."""


class ChannelInput(BaseModel):
    channel: Line = Field(min_length=1, max_length=60, title="渠道")


class WhenInput(BaseModel):
    """At once when all are ready, or at a day and a time."""

    when: str = Field(pattern="^(now|at)$", title="放出时间")
    on: Day | None = Field(default=None, title="日期")
    at: Clock | None = Field(default=None, title="时间")


def number_of(text: str, otherwise: int = 0) -> int:
    """Read a number that our own page put into the form; what somebody else put there may be no number of ours."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def scheduled_at(form: Form, wanted: WhenInput) -> datetime | None:
    """Return the instant that was asked for; what is missing is noted in the form."""
    if wanted.when == "now":
        return None
    if wanted.on is None:
        form.add("on", "请填写放出的日期", "日期")
    if wanted.at is None:
        form.add("at", "请填写放出的时间", "时间")
    if wanted.on is None or wanted.at is None:
        return None
    return datetime.combine(wanted.on, wanted.at, SHANGHAI)


def initial_of(content: Content) -> dict[str, Any]:
    """Fill the editor with an edition."""
    return {
        "title": content.title,
        "short_title": content.short_title,
        "kind": content.kind,
        "column_id": content.column_id,
        "body": content.body,
        "document_number": content.document_number,
        "formed_on": content.formed_on,
        "openness": content.openness,
        "openness_reason": content.openness_reason,
        "theme": list(content.themes),
        "keywords": "、".join(content.keywords),
        "important": content.important,
        "summary": content.summary,
        "legal_basis": content.legal_basis,
        "valid_until": content.valid_until,
        "form": content.form,
    }
