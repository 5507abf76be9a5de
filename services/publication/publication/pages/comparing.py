"""Two editions side by side: metadata that changed, and the paragraphs that changed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from gongkai.web.filters import date_plain
from publication.domain.content import FORM_NAMES, KIND_NAMES, OPENNESS_NAMES, Content
from publication.markup.diff import Row, diff


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Comparison:
    fields: Sequence[FieldChange]
    rows: Sequence[Row]
    same: int

    @property
    def changed(self) -> int:
        return len(self.fields) + len(self.rows)

    @property
    def words(self) -> str:
        if not self.changed:
            return "两版完全相同"
        return f"改动 {self.changed} 处，其余 {self.same} 段相同"


def compare(old: Content, new: Content) -> Comparison:
    rows = diff(old.body, new.body)
    before, after = as_words(old), as_words(new)
    return Comparison(
        fields=[
            FieldChange(label, before.get(label, ""), words)
            for label, words in after.items()
            if before.get(label, "") != words
        ],
        rows=[row for row in rows if row.kind != "same"],
        same=sum(row.kind == "same" for row in rows),
    )


def as_words(content: Content) -> dict[str, str]:
    """Give the metadata of an edition as an officer reads it; every label is there, also when it is empty."""
    return {
        "标题": content.title,
        "短标题": content.short_title,
        "类型": KIND_NAMES[content.kind],
        "栏目": content.column_id,
        "发文字号": content.document_number,
        "成文日期": date_plain(content.formed_on),
        "公开属性": OPENNESS_NAMES[content.openness],
        "公开属性理由": content.openness_reason,
        "主题分类": "；".join(content.themes),
        "关键词": "、".join(content.keywords),
        "重要文件": "是" if content.important else "否",
        "摘要": content.summary,
        "法律依据": content.legal_basis,
        "有效期至": date_plain(content.valid_until),
        "解读形式": FORM_NAMES[content.form] if content.form else "",
        "题图": content.cover.name if content.cover else "",
        "附件": "；".join(f"{file.name}（{file.digest[7:19]}）" for file in content.attachments),
    }
