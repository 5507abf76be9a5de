"""Zip containers (docx, xlsx) of files to import, with the sentences of an import."""

from gongkai.runtime.zips import Bounds, Trouble, Zip
from publication.importing.guards import refuse_infected
from publication.importing.model import Limits, UnreadableFileError


class Archive(Zip):
    """A zip whose entries were counted and weighed before the first is read."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        super().__init__(
            data, Bounds(limits.max_entries, limits.max_part, limits.max_unpacked, limits.max_ratio), _refusal
        )

    def read(self, name: str) -> bytes:
        content = super().read(name)
        refuse_infected(content)
        return content


def _refusal(trouble: Trouble, parts: int) -> UnreadableFileError:
    match trouble:
        case "broken":
            said = "文件已损坏，无法打开（压缩结构不完整），请在原软件中重新保存后再导入。"
        case "locked":
            said = "文件加了密码，请去掉密码后再导入。"
        case "crowded":
            said = f"文件内部有 {parts} 个部件，超过上限，疑似压缩炸弹，已拒绝。"
        case "twins":
            said = "文件内部有同名部件，结构异常，已拒绝。"
        case "outside":
            said = "文件内部部件的名称指向外部路径，结构异常，已拒绝。"
        case "ratio":
            said = "文件内部有压缩比异常的部件，疑似压缩炸弹，已拒绝。"
        case "swollen":
            said = "文件展开后过大，疑似压缩炸弹，已拒绝。"
        case "swollen-part":
            said = "文件内部有部件展开后过大，疑似压缩炸弹，已拒绝。"
    return UnreadableFileError(said)
