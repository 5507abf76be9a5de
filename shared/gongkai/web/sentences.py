"""Pydantic's errors beside a form's field: the general sentences, but calling the field by its name."""

from collections.abc import Mapping
from typing import Any

from gongkai.runtime.sentences import sentence_of as general


def sentence_of(error: Mapping[str, Any], label: str) -> str:
    """Say what is wrong and how to mend it, for the person who filled in this field."""
    context = error.get("ctx") or {}
    match error.get("type"):
        case "missing" | "string_type":
            return f"请填写{label or '这一项'}"
        case "string_too_short" if context["min_length"] == 1:
            return f"请填写{label or '这一项'}"
        case "string_too_long":
            return f"最多 {context['max_length']} 个字，请删短"
        case "string_pattern_mismatch":
            return f"{label or '这一项'}的写法不对，请对照说明再看一遍"
        case "literal_error" | "enum":
            return "请从给出的选项里选择"
        case "too_short" if context["min_length"] == 1:
            return "请至少选择一项"
        case "uuid_parsing" | "uuid_type":
            return "请从列表里重新选择"
        case _:
            return general(error)
