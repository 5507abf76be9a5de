"""Reads .docx as a person sees it: paragraphs with their numbers, tables, text boxes, notes. The rest is counted."""

import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

from gongkai.statute.refusal import Refused
from request.redaction.guard import Package
from request.redaction.model import LineKind
from request.redaction.numbering import Numbering

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT: Final = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_SAFE: Final = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "remove_comments": True,
    "remove_pis": True,
}  # fmt: skip
_INLINE: Final = frozenset({
    "hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "dir", "bdo", "customXml",
})  # fmt: skip
_MAX_DEPTH: Final = 40

Read = tuple[list[tuple[str, LineKind, int]], list[str]]


def read_docx(data: bytes) -> Read:
    package = Package(data)
    if "word/document.xml" not in package.names:
        raise Refused("不是有效的Word文档（缺少正文部件），请在Word或者WPS中另存为.docx后再上传。")
    if any(name.endswith("vbaProject.bin") for name in package.names):
        raise Refused("文档含有宏程序，不能处理，请另存为不含宏的.docx。")
    return _Reader(package).read()


def _parsed(content: bytes) -> Any:
    head = content[:4096].replace(b"\x00", b"").upper()
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise Refused("文件内部的XML含有实体或者文档类型声明，疑似攻击文件，已拒绝。")
    try:
        root = etree.fromstring(content, etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("文件内部的XML已损坏或者嵌套过深，请在原软件中重新保存后再上传。") from error
    if root.getroottree().docinfo.doctype:
        raise Refused("文件内部的XML含有实体或者文档类型声明，疑似攻击文件，已拒绝。")
    if root.tag.startswith("{" + _STRICT):
        raise Refused("文档是“严格Open XML”格式，请另存为普通的.docx后再上传。")
    return root


def _name(element: Any) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


class _Reader:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.left_out = dict.fromkeys(("deleted", "hidden", "pictures", "inserted"), 0)
        self.numbering = Numbering(self._part("word/numbering.xml"), self._part("word/styles.xml"))

    def _part(self, name: str) -> Any | None:
        return _parsed(self.package.read(name)) if name in self.package.names else None

    def read(self) -> Read:
        body = _parsed(self.package.read("word/document.xml")).find(f"{_W}body")
        if body is None:
            raise Refused("Word文档没有正文，可能已损坏，请重新保存后再上传。")
        lines = list(self._blocks(body, 0))
        for part in ("word/footnotes.xml", "word/endnotes.xml"):
            if (root := self._part(part)) is not None:
                notes = [text for note in root for text in (self._flat_text(note),) if text]
                lines.extend((f"［注］{text}", "paragraph", 0) for text in notes)
        return lines, self._notes()

    def _notes(self) -> list[str]:
        names = self.package.names
        notes = []
        if self.left_out["pictures"]:
            notes.append(f"原文有{self.left_out['pictures']}幅图片或者图形，没有带入；其中如有应当提供的内容，请另行提供。")
        if "word/comments.xml" in names:
            count = len(_parsed(self.package.read("word/comments.xml")))
            if count:
                notes.append(f"原文有{count}条批注，没有带入。")
        if self.left_out["deleted"] or self.left_out["inserted"]:
            notes.append("原文有修订痕迹，已按接受全部修订读取，被删除的文字没有带入，请核对。")
        if self.left_out["hidden"]:
            notes.append(f"原文有{self.left_out['hidden']}处隐藏文字，没有带入。")
        if any(re.fullmatch(r"word/(?:header|footer)\d*\.xml", name) for name in names):
            notes.append("页眉页脚没有带入。")
        if any(name.startswith(("word/embeddings/", "word/activeX/")) for name in names):
            notes.append("原文嵌入的文件没有带入。")
        return notes

    def _blocks(self, container: Any, depth: int) -> Iterator[tuple[str, LineKind, int]]:
        if depth > _MAX_DEPTH:
            raise Refused("文件内部嵌套过深，结构异常，已拒绝。")
        for element in container:
            match _name(element):
                case "p":
                    yield from self._paragraph(element, depth)
                case "tbl":
                    yield from self._table(element)
                case "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo":
                    yield from self._blocks(element, depth + 1)

    def _paragraph(self, element: Any, depth: int) -> Iterator[tuple[str, LineKind, int]]:
        boxes: list[Any] = []
        level, label = self.numbering.describe(element.find(f"{_W}pPr"))
        text = "".join(self._inline(element, boxes, 0))
        if text.strip():
            first, *others = (label + text).split("\n")
            yield (first, "heading", level) if level else (first, "paragraph", 0)
            yield from ((line, "paragraph", 0) for line in others)
        for box in boxes:
            yield from self._blocks(box, depth + 1)

    def _table(self, table: Any) -> Iterator[tuple[str, LineKind, int]]:
        for row in table.iter(f"{_W}tr"):
            if next(row.iterancestors(f"{_W}tbl")) is not table:
                continue  # a table inside a cell is read with its cell
            yield "\t".join(self._flat_text(cell) for cell in row.iterchildren(f"{_W}tc")), "row", 0

    def _flat_text(self, element: Any) -> str:
        boxes: list[Any] = []
        texts = ("".join(self._inline(paragraph, boxes, 0)) for paragraph in element.iter(f"{_W}p"))
        return " ".join(re.sub(r"\s+", " ", text).strip() for text in texts if text.strip())

    def _inline(self, element: Any, boxes: list[Any], depth: int) -> Iterator[str]:
        if depth > _MAX_DEPTH:
            raise Refused("文件内部嵌套过深，结构异常，已拒绝。")
        for inner in element:
            name = _name(inner)
            if name == "r":
                yield from self._run(inner, boxes)
            elif name in {"del", "moveFrom"}:
                self.left_out["deleted"] += 1
            elif name in {"oMath", "oMathPara"}:
                yield "".join(t.text or "" for t in inner.iter() if _name(t) == "t")
            elif name in _INLINE:
                self.left_out["inserted"] += name in {"ins", "moveTo"}
                yield from self._inline(inner, boxes, depth + 1)

    def _run(self, run: Any, boxes: list[Any]) -> Iterator[str]:
        properties = run.find(f"{_W}rPr")
        vanish = properties.find(f"{_W}vanish") if properties is not None else None
        if vanish is not None and vanish.get(f"{_W}val") not in {"0", "false", "off"}:
            self.left_out["hidden"] += any(_name(inner) == "t" and inner.text for inner in run)
            return
        for inner in run:
            match _name(inner):
                case "t":
                    yield (inner.text or "").replace("\n", " ")
                case "tab":
                    yield " "
                case "br" | "cr":
                    yield "\n" if inner.get(f"{_W}type") not in {"page", "column"} else ""
                case "noBreakHyphen":
                    yield "-"
                case "drawing" | "pict" | "object" | "AlternateContent":
                    yield from self._drawn(inner, boxes)

    def _drawn(self, element: Any, boxes: list[Any]) -> Iterator[str]:
        """Keep the text boxes of a drawing, once: the fallback repeats what the choice holds."""
        found = [box for box in element.iter(f"{_W}txbxContent") if not self._in_fallback(box, element)]
        if found:
            boxes.extend(box for box in found if next(box.iterancestors(f"{_W}txbxContent"), None) is None)
        else:
            self.left_out["pictures"] += 1
        yield ""

    @staticmethod
    def _in_fallback(box: Any, top: Any) -> bool:
        has_choice = any(_name(inner) == "Choice" for inner in top.iter())
        return has_choice and any(_name(outer) == "Fallback" for outer in box.iterancestors())
