"""What is looked at before a file is opened, and how much of it may be unpacked. Every no is a sentence to act on."""

import re
from typing import Final

from gongkai.runtime.zips import VIRUS_TEST, Bounds, Trouble, Zip
from gongkai.statute.refusal import Refused

MAX_BYTES: Final = 20_000_000
MAX_CHARACTERS: Final = 500_000
BOUNDS: Final = Bounds(most_parts=2_000, largest_part=30_000_000, largest_whole=100_000_000, largest_ratio=150)
_BOMB: Final = "文件展开后过大，疑似压缩炸弹，已拒绝。"
_ODD: Final = "文件内部的部件过多或者重名，结构异常，已拒绝。"
SAID: Final[dict[Trouble, str]] = {
    "broken": "文件已损坏，无法打开，请在原软件中重新保存后再上传。",
    "locked": "文件加了密码，请去掉密码后再上传。",
    "crowded": _ODD,
    "twins": _ODD,
    "outside": "文件内部部件的名称指向外部路径，结构异常，已拒绝。",
    "ratio": _BOMB,
    "swollen": _BOMB,
    "swollen-part": _BOMB,
}
"""What is said of a zip that is not opened."""
_TYPES: Final = {"docx": b"PK\x03\x04", "pdf": b"%PDF-", "txt": b"", "md": b"", "markdown": b""}
_INSTEAD: Final = {
    "doc": "旧版Word文件（.doc）请先在Word或者WPS中另存为.docx。",
    "wps": "WPS文字文件请先另存为.docx。",
    "rtf": "RTF文件请先另存为.docx。",
    "odt": "ODT文件请先另存为.docx。",
    "ofd": "OFD版式文件请改用.docx原稿或者带文字层的PDF。",
    "docm": "含有宏的文件不能处理，请另存为不含宏的.docx。",
    "xls": "表格请先把要提供的工作表另存为.docx或者PDF。",
    "xlsx": "表格请先把要提供的工作表另存为.docx或者PDF。",
    "et": "表格请先把要提供的工作表另存为.docx或者PDF。",
    "zip": "压缩包请先解压，逐个文件处理。",
    "rar": "压缩包请先解压，逐个文件处理。",
    "7z": "压缩包请先解压，逐个文件处理。",
}
_PICTURES: Final = frozenset({"png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff"})
_OTHERS: Final = (
    b"PK\x03\x04", b"PK\x05\x06", b"%PDF-", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"MZ", b"\x7fELF", b"\x89PNG",
    b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b",
)  # fmt: skip


def looked_at(name: str, data: bytes) -> str:
    """Return the extension to read by, after the name and the first bytes were found to agree."""
    base = re.split(r"[/\\]", name)[-1].strip(" .")
    ending = base.lower().rpartition(".")[2] if "." in base else ""
    if not data:
        raise Refused("文件是空的。")
    if len(data) > MAX_BYTES:
        raise Refused(f"文件有{len(data) / 1e6:.1f} MB，超过{MAX_BYTES // 1_000_000} MB的上限，请拆分后再处理。")
    if VIRUS_TEST in data:
        raise Refused("文件含有病毒特征，已拒绝，请先杀毒再上传。")
    if ending in _INSTEAD:
        raise Refused(_INSTEAD[ending])
    if ending in _PICTURES:
        raise Refused("图片里的文字不能逐处标记，请使用.docx原稿或者带文字层的PDF。")
    if ending not in _TYPES:
        what = f"“.{ending[:12]}”格式" if ending else "没有扩展名的文件"
        raise Refused(f"不能处理{what}，请使用.docx、.pdf、.txt或者.md文件。")
    start = _TYPES[ending]
    if start == b"%PDF-":
        agrees = start in data[:1024]
    else:
        agrees = data.startswith(start) if start else not data.startswith(_OTHERS)
    if not agrees:
        if ending == "docx" and data.startswith(b"\xd0\xcf\x11\xe0"):
            raise Refused("文件加了打开密码，或者是改了扩展名的旧版文件，请去掉密码并另存为.docx。")
        raise Refused(f"文件内容与扩展名“.{ending}”不符，可能被改过名，请上传原格式的文件。")
    return ending


class Package(Zip):
    """A zip whose parts were counted and weighed before the first is read; declared sizes are not believed."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data, BOUNDS, _refusal)


def _refusal(trouble: Trouble, _parts: int) -> Refused:
    return Refused(SAID[trouble])
