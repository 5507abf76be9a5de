"""What must never reach a log or a trace: personal keys are dropped, personal numbers blotted out.

A last net under careful code, not a detector for documents; that one lives with the checks of publication.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

BLOT: Final = "[已隐去]"

_KEYS: Final = frozenset({
    "address", "answer", "applicant", "authorization", "body", "body_html", "body_text", "contact", "content",
    "cookie", "email", "fax", "full_name", "home_address", "id_card", "id_number", "identity_number",
    "mobile", "mobile_number", "name_of_person", "opinion", "passport", "password", "person_name", "phone",
    "phone_number", "plaintext", "secret", "set_cookie", "telephone", "token", "user_name", "username",
    "wrapped_key",
})  # fmt: skip
_PERSONAL: Final = re.compile(
    r"(?<![0-9A-Za-z-])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![0-9A-Za-z])"  # mobile number
    r"|(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])"  # identity number
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"  # e-mail
    r"|(?<=://)[^\s/@:]{1,128}:[^\s/@]{1,128}(?=@)"  # credentials inside a URL
)
_DEPTH: Final = 6


def is_personal_key(name: str) -> bool:
    return name.lower().replace("-", "_").rpartition(".")[2] in _KEYS


def blotted(value: Any, depth: int = 0) -> Any:
    """Return the value without personal keys and numbers, as deep as a log line goes."""
    if isinstance(value, str):
        return _PERSONAL.sub(BLOT, value) if len(value) > 5 else value
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if isinstance(value, int | float | None):
        return value
    if depth >= _DEPTH:
        return "…"
    if isinstance(value, Mapping):
        return {str(name): blotted(inner, depth + 1) for name, inner in value.items() if not is_personal_key(str(name))}
    if isinstance(value, list | tuple | set | frozenset):
        return [blotted(inner, depth + 1) for inner in value]
    return _PERSONAL.sub(BLOT, str(value))
