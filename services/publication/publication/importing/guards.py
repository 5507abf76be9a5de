"""Looks at the name and the first bytes of a file before anything opens it."""

import re
from typing import Final

from gongkai.runtime.zips import VIRUS_TEST
from publication.importing.model import Limits, UnreadableFileError

_PROGRAMS: Final = frozenset({
    "exe", "com", "scr", "pif", "bat", "cmd", "msi", "msp", "dll", "sys", "cpl", "js", "jse", "vbs", "vbe", "wsf",
    "wsh", "ps1", "psm1", "sh", "bash", "jar", "app", "apk", "deb", "rpm", "lnk", "hta", "reg", "chm", "iso", "img",
    "php", "asp", "aspx", "jsp", "svg", "docm", "xlsm", "pptm", "dotm", "xltm",
})  # fmt: skip
_TYPES: Final = {
    "docx": "zip", "xlsx": "zip", "pdf": "pdf", "html": "text", "htm": "text", "txt": "text", "md": "text",
    "markdown": "text", "csv": "text",
}  # fmt: skip
_INSTEAD: Final = {
    "doc": "旧版 Word 格式（.doc）不能直接导入，请在 Word 或 WPS 中另存为 .docx 后再导入。",
    "wps": "WPS 专用格式不能直接导入，请在 WPS 中另存为 .docx 后再导入。",
    "xls": "旧版 Excel 格式（.xls）不能直接导入，请另存为 .xlsx 后再导入。",
    "et": "WPS 表格专用格式不能直接导入，请另存为 .xlsx 后再导入。",
    "rtf": "RTF 格式不能直接导入，请另存为 .docx 后再导入。",
    "ofd": "OFD 版式文件不能直接导入，请导入其 .docx 或带文字层的 .pdf 原稿。",
    "odt": "ODT 格式不能直接导入，请另存为 .docx 后再导入。",
    "pptx": "演示文稿不能作为正文导入，可以作为附件上传。",
    "zip": "压缩包不能导入，请解压后逐个导入。",
    "rar": "压缩包不能导入，请解压后逐个导入。",
    "7z": "压缩包不能导入，请解压后逐个导入。",
}
INFECTED: Final = "文件含有病毒特征（EICAR 测试特征），已拒绝。请先杀毒再上传。"
_PICTURES: Final = frozenset({"png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff"})
_MAGIC: Final = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"%PDF-", "pdf"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"), (b"MZ", "program"), (b"\x7fELF", "program"), (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"BM", "bitmap"), (b"RIFF", "media"), (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"), (b"\x1f\x8b", "archive"), (b"BZh", "archive"), (b"\xfd7zXZ", "archive"),
)  # fmt: skip


def base_name(name: str) -> str:
    """Keep the last part of a name that may come with a path, without control characters."""
    last = re.split(r"[/\\]", name)[-1]
    last = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", last)
    return last.strip(" .") or "未命名"


def extension(name: str) -> str:
    return base_name(name).lower().rpartition(".")[2] if "." in base_name(name) else ""


def magic(data: bytes) -> str:
    """Name the kind of bytes: zip, pdf, ole, rtf, program, picture, archive …, or text when nothing is recognised."""
    for start, kind in _MAGIC:
        if data.startswith(start):
            return kind if kind not in {"bitmap", "media"} or b"\x00" in data[:64] else "text"
    return "pdf" if b"%PDF-" in data[:1024] else "text"


def refuse_infected(data: bytes) -> None:
    if VIRUS_TEST in data:
        raise UnreadableFileError(INFECTED)


def refuse_name(name: str) -> None:
    """Refuse names that try to be a path or hide a program behind a second extension."""
    if "\x00" in name:
        raise UnreadableFileError("文件名含有空字符，请改名后再上传。")
    if re.search(r"[\u202a-\u202e\u2066-\u2069]", name):
        raise UnreadableFileError("文件名含有改变文字方向的隐藏字符，扩展名可能是伪装的，请改名后再上传。")
    if re.search(r"(?:^|[/\\])\.\.(?:[/\\]|$)", name):
        raise UnreadableFileError("文件名含有上级目录（..），请改名后再上传。")
    for part in base_name(name).lower().split(".")[1:]:
        if part.strip() in _PROGRAMS:
            raise UnreadableFileError(f"文件名含有程序或脚本的扩展名“.{part.strip()}”，不能上传。")


def kind_of(name: str, data: bytes, limits: Limits) -> str:
    """Return the extension to import by, after the name and the bytes were found to agree."""
    refuse_name(name)
    if not data:
        raise UnreadableFileError("文件是空的，没有内容可以导入。")
    if len(data) > limits.max_bytes:
        raise UnreadableFileError(
            f"文件有 {len(data) / 1e6:.1f} MB，超过 {limits.max_bytes / 1e6:.0f} MB 的上限，请精简后再导入。",
        )
    refuse_infected(data)
    ending, found = extension(name), magic(data)
    if found == "program":
        raise UnreadableFileError("文件内容是可执行程序，不能上传。")
    if ending in _INSTEAD:
        raise UnreadableFileError(_INSTEAD[ending])
    if ending in _PICTURES:
        raise UnreadableFileError("图片中的文字无法识别，请导入文字稿，图片可以作为附件上传。")
    if ending not in _TYPES:
        raise UnreadableFileError(
            f"不支持导入“.{ending}”格式。" if ending else "文件名没有扩展名，无法判断格式。",
        ) from None
    if found != _TYPES[ending]:
        if found == "ole" and ending in {"docx", "xlsx"}:
            raise UnreadableFileError("文件加了打开密码，或是改了扩展名的旧版文件，请去掉密码并另存后再导入。")
        raise UnreadableFileError(f"文件内容与扩展名“.{ending}”不符，可能被改过名，请用原格式的文件导入。")
    return ending
