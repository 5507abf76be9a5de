"""Cuts a body into blocks, line by line: in Chinese official writing every line is a paragraph of its own.

A line indented with spaces is an indented paragraph here, never the code block that Markdown would make of it.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from publication.markup.clauses import Clause, clause

BlockKind = Literal["heading", "paragraph", "table", "list", "quote", "code", "rule"]

_INDENT: Final = " \t\u3000\xa0"
_CONTROL: Final = {c: None for c in range(32) if chr(c) not in "\n\t"} | {0x7F: None, 0xFEFF: None}
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\x0b\x0c\x85]")
_FENCE = re.compile(r"(`{3,}|~{3,})[^`]*")
_DELIMITER = re.compile(r"\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?")
_BULLET = re.compile(r"[-*+][ \t]+\S")
_RULE = re.compile(r"-{3,}|\*{3,}|(?:\*[ ]+){2,}\*|(?:-[ ]+){2,}-")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_SENTENCE_END = re.compile(r"[。！？]")
_RUN_IN_LIMIT: Final = 50
_HEADING_LIMIT: Final = 60


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the body. `rest` is the text that runs on after a heading in the same line (（一）标题。正文…)."""

    kind: BlockKind
    source: str
    line: int
    level: int = 0
    anchor: str = ""
    label: str = ""
    rest: str = ""


def normalise(markdown: str) -> str:
    """One kind of line end, no control characters, no trailing space: equal texts get equal digests."""
    text = _LINE_ENDS.sub("\n", markdown).translate(_CONTROL)
    lines = [line.rstrip(_INDENT) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def escape(text: str, *, cell: bool = False) -> str:
    """Plain text as Markdown that shows exactly that text."""
    text = re.sub(r"([\\*`])", r"\\\1", text)
    text = re.sub(r"\[(?=[^\[\]]*\]\()", r"\\[", text)
    text = re.sub(r"<(?=[A-Za-z])", r"\\<", text)
    text = re.sub(r"&(?=#?\w{1,32};)", r"\\&", text)
    if cell:
        return text.replace("|", "\\|").replace("\n", " ")
    return re.sub(r"^([#>|~]|[-+](?=[ \t])|-{3,}$)", r"\\\1", text)


def blocks(markdown: str) -> list[Block]:
    return _settle(_cut(normalise(markdown).split("\n")))


@dataclass(frozen=True, slots=True)
class _Draft:
    block: Block
    clause: Clause | None = None
    heads: bool = False
    explicit: bool = False  # written with #, so it stays a heading


def _cut(lines: list[str]) -> list[_Draft]:
    drafts: list[_Draft] = []
    at = 0
    while at < len(lines):
        text = lines[at].strip(_INDENT)
        end = at + 1
        if not text:
            at = end
            continue
        if fence := _FENCE.fullmatch(text):
            while end < len(lines) and not lines[end].strip(_INDENT).startswith(fence[1]):
                end += 1
            drafts.append(_Draft(Block("code", "\n".join(lines[at + 1 : end]), at)))
            at = end + 1
            continue
        if "|" in text and end < len(lines) and _DELIMITER.fullmatch(lines[end].strip(_INDENT)):
            end = _while(lines, end, lambda line: "|" in line)
            drafts.append(_Draft(Block("table", _joined(lines[at:end]), at)))
        elif text.startswith(">"):
            end = _while(lines, end, lambda line: line.strip(_INDENT).startswith(">"))
            drafts.append(_Draft(Block("quote", _joined(lines[at:end]), at)))
        elif _RULE.fullmatch(text):
            drafts.append(_Draft(Block("rule", text, at)))
        elif _BULLET.match(text):
            end = _while(lines, end, lambda line: bool(_BULLET.match(line) or re.match(r" {2,}\S", line)))
            drafts.append(_Draft(Block("list", "\n".join([text, *lines[at + 1 : end]]), at)))
        else:
            drafts.append(_line(text, at))
        at = end
    return drafts


def _while(lines: list[str], at: int, holds: Callable[[str], bool]) -> int:
    while at < len(lines) and lines[at].strip(_INDENT) and holds(lines[at]):
        at += 1
    return at


def _joined(lines: list[str]) -> str:
    return "\n".join(line.strip(_INDENT) for line in lines)


def _line(text: str, at: int) -> _Draft:
    if heading := _HEADING.fullmatch(text):
        title = heading[2].rstrip("# ").strip(_INDENT)
        if not title:
            return _Draft(Block("paragraph", "\\" + text, at))
        inner = clause(title)
        level = min(len(heading[1]) + 1, 4)
        block = Block("heading", title, at, level, label=inner.label if inner else "")
        return _Draft(block, inner, heads=True, explicit=True)
    found = clause(text)
    if found is None:
        return _Draft(Block("paragraph", text, at))
    if found.kind in {"chapter", "section"}:
        return _Draft(Block("heading", text, at, found.level + 1, label=found.label), found, heads=True)
    if found.kind == "article":
        return _Draft(Block("paragraph", text, at, label=found.label), found)
    return _numbered(text, at, found)


def _numbered(text: str, at: int, found: Clause) -> _Draft:
    """Make a heading of a numbered line that reads like one; an item of a list (…；) stays a paragraph."""
    level = min(found.level + 1, 4)
    end = _SENTENCE_END.search(text)
    head = text[: end.end()] if end else text
    paragraph = Block("paragraph", text, at, label=found.label)
    if "；" in head or head.endswith(("：", ":", "，", ";")):
        return _Draft(paragraph, found)
    if end and end.end() < len(text):
        if found.level <= 2 and len(head) <= _RUN_IN_LIMIT:
            rest = text[end.end() :].strip(_INDENT)
            return _Draft(Block("heading", head, at, level, label=found.label, rest=rest), found, heads=True)
        return _Draft(paragraph, found)
    if len(head) > _HEADING_LIMIT or (end and found.level > 2):
        return _Draft(paragraph, found)
    return _Draft(Block("heading", text, at, level, label=found.label), found, heads=True)


def _settle(drafts: list[_Draft]) -> list[Block]:
    """Second pass: anchors, articles that are real, and lists of bare items turned back into paragraphs."""
    anchors, parents = _anchors(drafts)
    bare: Counter[tuple[str, int]] = Counter()
    full: Counter[tuple[str, int]] = Counter()
    for at, draft in enumerate(drafts):
        if draft.heads and draft.clause and draft.clause.kind == "clause":
            group = (parents[at], draft.clause.level)
            (full if draft.block.rest or _has_content(drafts, at) else bare)[group] += 1
    settled = []
    for at, draft in enumerate(drafts):
        block = draft.block
        item = draft.clause is not None and draft.clause.kind == "clause" and draft.clause.level > 1
        if draft.heads and item and draft.clause and not draft.explicit:
            group = (parents[at], draft.clause.level)
            if bare[group] >= max(full[group], 1) or parents[at].startswith("t"):
                block = Block("paragraph", block.source + block.rest, block.line, label=block.label)
        settled.append(replace(block, anchor=anchors[at]))
    return settled


def _has_content(drafts: list[_Draft], at: int) -> bool:
    if at + 1 >= len(drafts):
        return False
    mine, following = drafts[at].clause, drafts[at + 1]
    if mine is None or following.clause is None:
        return following.block.kind != "heading"
    return following.clause.kind == "clause" and following.clause.level > mine.level


def _anchors(drafts: list[_Draft]) -> tuple[list[str], list[str]]:
    """Anchors follow the numbers (c2-3 is 二、（三）), so they hold while other parts are edited."""
    used: Counter[str] = Counter()
    anchors: list[str] = []
    parents: list[str] = []
    path: dict[int, int] = {}
    root = "c"
    spaced = any(draft.clause and draft.clause.kind == "article" and draft.clause.spaced for draft in drafts)
    last_article = 0
    for draft in drafts:
        found, anchor, parent = draft.clause, "", root
        if found is None:
            if draft.block.kind == "heading":
                anchor = "s-" + hashlib.sha256(draft.block.source.encode()).hexdigest()[:8]
        elif found.kind == "chapter":
            root, path = "c", {}
            anchor = f"z{found.ordinal}"
            path[0] = found.ordinal
        elif found.kind == "section":
            anchor = f"z{path.get(0, 0)}-{found.ordinal}"
        elif found.kind == "article":
            # 第三条规定的… is a sentence about article 3 unless articles are written without a space here.
            if found.spaced or (not spaced and found.ordinal == last_article + 1):
                last_article = found.ordinal
                root, path = f"t{found.ordinal}", {0: path.get(0, 0)}
                anchor = root
        else:
            if found.level == 1:
                root = "c"
            path = {step: number for step, number in path.items() if step < found.level}
            steps = [str(path.get(step, 0)) for step in range(1, found.level)]
            if root.startswith("t"):
                steps = steps[1:]
            parent = "-".join([root, *steps])
            path[found.level] = found.ordinal
            anchor = f"{root}{'-' if root != 'c' else ''}{'-'.join([*steps, str(found.ordinal)])}"
        if anchor:
            used[anchor] += 1
            if used[anchor] > 1:
                anchor = f"{anchor}--{used[anchor]}"
        anchors.append(anchor)
        parents.append(parent)
    return anchors, parents
