"""Kinds of official documents (文种), kinds of publications, and the values their metadata may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OFFICIAL_KINDS: Final = (
    "决议", "决定", "命令（令）", "公报", "公告", "通告", "意见", "通知",
    "通报", "报告", "请示", "批复", "议案", "函", "纪要",
)  # fmt: skip
"""The fifteen kinds of 《党政机关公文处理工作条例》."""

OPENNESS: Final = {"proactive": "主动公开", "on-request": "依申请公开", "closed": "不予公开"}
VALIDITY: Final = {
    "valid": "有效",
    "changed": "已修改",
    "repealed": "已废止",
    "void": "已失效",
    "withdrawn": "已撤回",
}
INTERPRETATION_FORMS: Final = {
    "text": "文字解读",
    "chart": "图解",
    "video": "视频解读",
    "animation": "动漫解读",
    "qa": "简明问答",
    "live": "互动直播",
    "demonstration": "现场演示",
}
LIBRARY_SHELVES: Final = ("规章", "行政规范性文件", "其他文件")


@dataclass(frozen=True, slots=True)
class PublicationKind:
    """A kind of thing that is published. `needs_interpretation` is the scope of 三同步."""

    id: str
    name_zh: str
    shelf: str = ""
    needs_interpretation: bool = False
    needs_document_number: bool = False
    heads: tuple[int, ...] = ()


PUBLICATION_KINDS: Final = (
    PublicationKind("normative", "行政规范性文件", "行政规范性文件", True, True, (1,)),
    PublicationKind("policy", "政策文件", "其他文件", True, True, (3,)),
    PublicationKind("decision", "重大行政决策", "其他文件", True, False, (3,)),
    PublicationKind("notice", "通知公告", heads=(15,)),
    PublicationKind("announcement", "公示公告", heads=(15,)),
    PublicationKind("news", "商务要闻"),
    PublicationKind("interpretation", "政策解读", heads=(15,)),
    PublicationKind("plan", "规划计划", heads=(3,)),
    PublicationKind("report", "工作报告", heads=(15,)),
    PublicationKind("work-dynamics", "工作动态"),
    PublicationKind("statistics", "统计信息", heads=(4,)),
    PublicationKind("penalty", "行政处罚决定", heads=(6,)),
    PublicationKind("licence", "行政许可结果", heads=(5,)),
    PublicationKind("annual-report", "政府信息公开工作年度报告", heads=(15,)),
    PublicationKind("guide", "政府信息公开指南", heads=(2,)),
    PublicationKind("other", "其他信息", heads=(15,)),
)
KIND_BY_ID: Final = {kind.id: kind for kind in PUBLICATION_KINDS}

LIBRARY_ELEMENTS: Final = (
    "索引号", "主题分类", "发文机关", "成文日期", "发布日期", "标题", "发文字号", "有效性",
)  # fmt: skip
"""What a page of the policy library shows about a document."""
