"""What a text that people will read may not hold, said once for forms and programs."""

import re
from typing import Final

#: Marks that turn the direction of writing: in Chinese they only serve to make a text look like another one.
_TURNED: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def printable(text: str) -> str:
    """Return the text, or say which hidden characters have to go."""
    if _CONTROL.search(text):
        raise ValueError("里面有不能显示的控制字符，请删掉")
    if _TURNED.search(text):
        raise ValueError("里面有改变文字方向的隐藏字符，请删掉后重新输入")
    return text


def bare_name(raw: str, most: int = 120) -> str:
    """Return the name of a file as people may see it: no folders, nothing hidden, the suffix kept when it is cut."""
    name = raw.replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in name if char.isprintable()).strip().lstrip(".")
    stem, dot, suffix = name.rpartition(".")
    if len(name) > most and dot and len(suffix) < 20:
        name = stem[: most - len(suffix) - 1] + dot + suffix
    return name[:most] or "未命名"
