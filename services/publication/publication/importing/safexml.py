"""XML of strangers: no entities, no document types, no network, bounded depth. The only place that knows lxml."""

import io
import posixpath
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

from publication.importing.archive import Archive
from publication.importing.model import UnreadableFileError

Element = Any  # lxml has no types of its own

_DECLARED: Final = "文件内部的 XML 含有实体或文档类型声明，疑似攻击文件，已拒绝。"
_SAFE: Final = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def parse(content: bytes) -> Element:
    """Parse one part; a document type is refused, for Office parts never have one and bombs always do."""
    _refuse_declarations(content)
    try:
        root = etree.fromstring(content, etree.XMLParser(**_SAFE))
    except etree.XMLSyntaxError as error:
        raise UnreadableFileError(_sentence(error)) from error
    except ValueError as error:
        raise UnreadableFileError("文件内部的 XML 已损坏，请在原软件中重新保存后再导入。") from error
    _refuse_doctype(root)
    return root


def _refuse_declarations(content: bytes) -> None:
    """Look before parsing, so that the sentence is the same however the parser would stumble over a bomb."""
    head = content[:4096].replace(b"\x00", b"").upper()  # without the zeroes of UTF-16
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise UnreadableFileError(_DECLARED)


def _refuse_doctype(root: Element) -> None:
    if root.getroottree().docinfo.doctype:
        raise UnreadableFileError(_DECLARED)


def _sentence(error: Exception) -> str:
    if "depth" in str(error).lower():
        return "文件内部的 XML 嵌套过深，疑似攻击文件，已拒绝。"
    return "文件内部的 XML 已损坏，请在原软件中重新保存后再导入。"


def stream(content: bytes, *names: str) -> Iterator[Element]:
    """Yield finished elements by local name and forget them afterwards, so that memory stays flat."""
    _refuse_declarations(content)
    try:
        seen = False
        for _, element in etree.iterparse(io.BytesIO(content), events=("end",), **_SAFE):
            if not seen:
                _refuse_doctype(element)
                seen = True
            if local(element) in names:
                yield element
                element.clear()
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]
    except etree.XMLSyntaxError as error:
        raise UnreadableFileError(_sentence(error)) from error


def local(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """Read an attribute by its local name, whatever namespace the writer chose."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: Element, *path: str) -> Element | None:
    for name in path:
        element = next((inner for inner in element if local(inner) == name), None)
        if element is None:
            return None
    return element


def descendants(element: Element, name: str) -> Iterator[Element]:
    return (inner for inner in element.iter() if local(inner) == name)


def relations(archive: Archive, part: str) -> dict[str, str]:
    """Targets by relation id; targets inside the container are given as part names, outside ones as they are."""
    folder, _, file = part.rpartition("/")
    rels = f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"
    if rels not in archive:
        return {}
    targets = {}
    for relation in parse(archive.read(rels)):
        target = relation.get("Target", "")
        if relation.get("TargetMode") != "External":
            target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        targets[relation.get("Id", "")] = target
    return targets


def file_properties(archive: Archive) -> dict[str, str]:
    """Read what the writing program recorded about people: author, last_modified_by, company and the like."""
    wanted = {
        "creator": "author", "lastModifiedBy": "last_modified_by", "title": "title", "subject": "subject",
        "description": "description", "keywords": "keywords", "category": "category", "Company": "company",
        "Manager": "manager",
    }  # fmt: skip
    found: dict[str, str] = {}
    for part in ("docProps/core.xml", "docProps/app.xml"):
        if part in archive:
            for element in parse(archive.read(part)):
                text = (element.text or "").strip()
                if text and local(element) in wanted:
                    found[wanted[local(element)]] = text[:500]
    if "docProps/custom.xml" in archive:
        for element in parse(archive.read("docProps/custom.xml")):
            text = "".join(element.itertext()).strip()
            if text:
                found[f"custom:{element.get('name', '')}"[:100]] = text[:500]
    return found
