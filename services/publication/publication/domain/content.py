"""What one edition says. The canonical JSON of this is the blob whose digest every signature is bound to."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Kind = Literal[
    "normative",
    "policy",
    "notice",
    "announcement",
    "news",
    "interpretation",
    "plan",
    "report",
    "work-dynamics",
    "decision",
    "statistics",
    "penalty",
    "licence",
    "annual-report",
    "guide",
    "other",
]
Openness = Literal["proactive", "on-request", "closed"]
Form = Literal["text", "chart", "video", "animation", "qa", "live", "demonstration"]

KIND_NAMES: Final[dict[Kind, str]] = {
    "normative": "行政规范性文件",
    "policy": "政策文件",
    "notice": "通知",
    "announcement": "公告公示",
    "news": "新闻",
    "interpretation": "政策解读",
    "plan": "规划计划",
    "report": "报告",
    "work-dynamics": "工作动态",
    "decision": "决定",
    "statistics": "统计信息",
    "penalty": "行政处罚",
    "licence": "行政许可",
    "annual-report": "政府信息公开年度报告",
    "guide": "指南",
    "other": "其他",
}
OPENNESS_NAMES: Final[dict[Openness, str]] = {
    "proactive": "主动公开",
    "on-request": "依申请公开",
    "closed": "不予公开",
}
FORM_NAMES: Final[dict[Form, str]] = {
    "text": "文字解读",
    "chart": "图解",
    "video": "视频解读",
    "animation": "动漫解读",
    "qa": "简明问答",
    "live": "在线直播",
    "demonstration": "现场演示",
}
#: Kinds that are not signed off without interpretation (国办发〔2016〕80号；工作计划第三部分（二）).
POLICY_KINDS: Final[frozenset[Kind]] = frozenset({"normative", "policy"})


@dataclass(frozen=True, slots=True)
class File:
    """A file that belongs to an edition; its bytes lie in the blob store under the digest."""

    name: str
    digest: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Content:
    """One edition, whole. Fields keep the order in which an officer fills them in."""

    title: str
    kind: Kind
    column_id: str
    body: str = ""
    document_number: str = ""
    formed_on: date | None = None
    openness: Openness = "proactive"
    openness_reason: str = ""
    themes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    important: bool = False
    summary: str = ""
    legal_basis: str = ""
    valid_until: date | None = None
    form: Form | None = None
    cover: File | None = None
    attachments: tuple[File, ...] = ()
    #: For channels with a short limit; the whole title stands everywhere else.
    short_title: str = ""
