"""What things are called on the pages. Chinese data, nothing else."""

from typing import Final

from gongkai.statute.documents import INTERPRETATION_FORMS, OPENNESS, PUBLICATION_KINDS

KINDS: Final = {kind.id: kind.name_zh for kind in PUBLICATION_KINDS}
KIND_ORDER: Final = {kind.id: place for place, kind in enumerate(PUBLICATION_KINDS)}
#: Short words of the badge, as the frame's `ui.validity` writes them.
VALIDITIES: Final = {"valid": "有效", "changed": "已修改", "void": "失效", "repealed": "废止", "withdrawn": "已撤回"}
OPENNESSES: Final = OPENNESS
FORMS: Final = INTERPRETATION_FORMS
#: Kinds whose validity says something; a piece of news is not in force.
IN_FORCE: Final = frozenset({"normative", "policy", "decision", "plan"})
LIBRARY: Final = ("normative", "policy", "decision", "plan")
SHELVES: Final = {
    "normative": ("行政规范性文件", ("normative",)),
    "other": ("其他政策文件", ("policy", "decision")),
    "plan": ("规划计划", ("plan",)),
}
CHANGES: Final = {"publish": "发布", "correct": "更正", "withdraw": "撤回", "repeal": "废止或者失效"}
RELATIONS: Final = {
    "interprets": "解读的文件", "interpreted-by": "政策解读", "replaces": "替代的文件", "replaced-by": "替代它的文件",
    "attachment-of": "主文件", "see-also": "相关内容",
}
REVERSED: Final = {
    "interprets": "interpreted-by", "interpreted-by": "interprets", "replaces": "replaced-by",
    "replaced-by": "replaces", "attachment-of": "see-also", "see-also": "see-also",
}
UPDATE_RULES: Final = {
    "on-change": "形成或者变更后更新", "weekly": "每周更新", "monthly": "每月更新", "quarterly": "每季度更新",
    "yearly": "每年更新", "news": "及时更新", "static": "变动时更新",
}
CHANNELS: Final = {"website": "网站", "wechat": "微信公众号", "weibo": "微博"}


def format_of(name: str, media_type: str) -> str:
    """DOCX, PDF, … from the name; the media type when the name has none."""
    suffix = name.rpartition(".")[2] if "." in name else media_type.rpartition("/")[2]
    return suffix.upper()[:8]
