"""Pydantic's errors as Chinese sentences: what is wrong and what is allowed."""

from collections.abc import Mapping
from typing import Any, Final

_FIXED: Final = {
    "missing": "这一项必须填写",
    "string_type": "这里要填文字",
    "int_type": "这里要填整数",
    "int_parsing": "这里要填整数",
    "int_from_float": "这里要填整数",
    "float_type": "这里要填数字",
    "float_parsing": "这里要填数字",
    "bool_type": "这里只能是“是”或“否”",
    "bool_parsing": "这里只能是“是”或“否”",
    "uuid_type": "编号的格式不对",
    "uuid_parsing": "编号的格式不对",
    "uuid_version": "编号的格式不对",
    "date_type": "日期请写成 2025-02-27 的样子",
    "date_parsing": "没有这样的日期，请写成 2025-02-27 的样子",
    "date_from_datetime_parsing": "没有这样的日期，请写成 2025-02-27 的样子",
    "datetime_type": "时间请写成 2025-02-27T09:00:00+08:00 的样子",
    "datetime_parsing": "时间请写成 2025-02-27T09:00:00+08:00 的样子",
    "datetime_from_date_parsing": "时间请写成 2025-02-27T09:00:00+08:00 的样子",
    "timezone_aware": "时间要带时区，例如 +08:00",
    "list_type": "这里要填一组内容",
    "tuple_type": "这里要填一组内容",
    "dict_type": "这里要填一个对象",
    "model_type": "这里要填一个对象",
    "model_attributes_type": "这里要填一个对象",
    "extra_forbidden": "没有这一项，请检查名称",
    "json_invalid": "内容不是有效的 JSON",
    "json_type": "内容不是有效的 JSON",
    "string_pattern_mismatch": "写法不对",
    "url_parsing": "网址不完整，请以 https:// 开头",
    "value_error": "写法不对",
    "too_long": "太多了",
    "too_short": "太少了",
}


def sentence_of(error: Mapping[str, Any]) -> str:
    """Return one Chinese sentence for a pydantic error; our own validators' sentences pass unchanged."""
    context: Mapping[str, Any] = error.get("ctx") or {}
    kind = str(error.get("type", ""))
    match kind:
        case "string_too_long":
            return f"最多 {context['max_length']} 个字"
        case "string_too_short":
            return "这一项必须填写" if context["min_length"] == 1 else f"至少 {context['min_length']} 个字"
        case "greater_than_equal":
            return f"不能小于 {context['ge']}"
        case "greater_than":
            return f"要大于 {context['gt']}"
        case "less_than_equal":
            return f"不能大于 {context['le']}"
        case "less_than":
            return f"要小于 {context['lt']}"
        case "too_long" if isinstance(error.get("input"), str):
            return f"最多 {context.get('max_length')} 个字"
        case "too_short" if isinstance(error.get("input"), str):
            return "这一项必须填写" if context.get("min_length") == 1 else f"至少 {context.get('min_length')} 个字"
        case "too_long":
            return f"最多 {context.get('max_length')} 项"
        case "too_short":
            return f"至少 {context.get('min_length')} 项"
        case "literal_error" | "enum":
            return f"只能是：{context.get('expected', '').replace(' or ', '、').replace(chr(39), '')}"
        case "value_error":
            said = str(context.get("error", ""))
            return said if any("\u4e00" <= char <= "\u9fff" for char in said) else _FIXED[kind]
        case _:
            return _FIXED.get(kind, "写法不对")
