"""Default masks of personal data, and their application to a text."""

import re
from collections.abc import Iterable
from typing import Literal

from publication.checks.model import Finding

PersonalKind = Literal[
    "identity",
    "mobile",
    "landline",
    "bank-card",
    "email",
    "address",
    "plate",
    "passport",
    "birth-date",
    "name",
    "other",
]


def mask(kind: PersonalKind, value: str) -> str:
    """Hide what identifies a person and leave what lets the person recognise the entry."""
    match kind:
        case "identity":
            characters = [at for at, char in enumerate(value) if char.isalnum() or char in "*×●"]
            if len(characters) < 15:
                return _hidden(value, characters[3:])
            return _hidden(value, characters[6:-4] if len(characters) > 15 else characters[6:12])
        case "mobile":
            digits = [at for at, char in enumerate(value) if char.isdigit()]
            return _hidden(value, digits[-8:-4])
        case "bank-card":
            digits = [at for at, char in enumerate(value) if char.isdigit()]
            return _hidden(value, digits[4:-4])
        case "landline":
            digits = [at for at, char in enumerate(value) if char.isdigit()]
            return _hidden(value, digits[-4:])
        case "email":
            name, _, domain = value.partition("@")
            return f"{name[:1]}***@{domain}"
        case "address":
            found = re.match(r".{0,60}?(?:路|街|巷|村|社区|小区|街道|镇|乡|区|县)", value)
            return (found[0] if found and found.end() < len(value) else value[:2]) + "***"
        case "plate":
            return value[:2] + "*" * (len(value) - 4) + value[-2:]
        case "passport":
            return value[:1] + "*" * (len(value) - 4) + value[-3:]
        case "birth-date":
            value = re.sub(r"(?<=年)\d{1,2}月(?:\d{1,2}日)?", "**月**日", value)
            return re.sub(r"([-./])\d{1,2}([-./])\d{1,2}", r"\1**\2**", value)
        case "name":
            return value[:1] + "*" * (len(value) - 1)
        case "other":
            return "***"


def _hidden(value: str, positions: list[int]) -> str:
    hide = set(positions)
    return "".join("*" if at in hide else char for at, char in enumerate(value))


def apply(text: str, findings: Iterable[Finding], piece: str = "body") -> str:
    """Put the default mask over every finding of one piece that offers a mask. Overlapping ones are merged outwards."""
    spans: list[tuple[int, int, str]] = []
    for finding in findings:
        choice = next((choice for choice in finding.choices if choice.id == "mask"), None)
        if finding.piece == piece and choice is not None and choice.replacement is not None:
            spans.append((finding.start, finding.end, choice.replacement))
    result, last = [], 0
    for start, end, replacement in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start < last:
            continue
        result += [text[last:start], replacement]
        last = end
    return "".join([*result, text[last:]])
