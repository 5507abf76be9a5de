"""Things known and reviews as plain JSON values and back, so that a review kept today is read in ten years.

Every kept value names its format. A format is never changed: a new one is added and the old one stays readable.
"""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

from request.conversion.inputs import Considered, Known
from request.conversion.review import Review

CONSIDERED_FORMAT: Final = "conversion-considered/1"
REVIEW_FORMAT: Final = "conversion-review/1"
_T = TypeVar("_T")


class Unreadable(ValueError):
    """A kept value that is not what it says it is; the path tells where."""


def considered_to_plain(considered: Considered) -> dict[str, Any]:
    return {"format": CONSIDERED_FORMAT, **_plain(considered)}


def considered_from_plain(data: Mapping[str, Any]) -> Considered:
    return _read(Considered, _body(data, CONSIDERED_FORMAT), "considered")


def review_to_plain(review: Review) -> dict[str, Any]:
    return {"format": REVIEW_FORMAT, **_plain(review)}


def review_from_plain(data: Mapping[str, Any]) -> Review:
    return _read(Review, _body(data, REVIEW_FORMAT), "review")


def _body(data: Mapping[str, Any], expected: str) -> dict[str, Any]:
    if data.get("format") != expected:
        raise Unreadable(f"格式是“{data.get('format')}”，应当是“{expected}”")
    return {key: value for key, value in data.items() if key != "format"}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _read(wanted: type[_T], data: Any, path: str) -> _T:
    made: _T = _as(wanted, data, path)
    return made


def _as(wanted: Any, data: Any, path: str) -> Any:
    origin = get_origin(wanted)
    if origin is Literal:
        holds = any(data == value and type(data) is type(value) for value in get_args(wanted))
        return _checked(data, path, holds=holds)
    if origin is types.UnionType or str(origin) == "typing.Union":
        return _one_of(get_args(wanted), data, path)
    if origin is tuple:
        _checked(data, path, holds=isinstance(data, list))
        return tuple(_as(get_args(wanted)[0], item, f"{path}[{place}]") for place, item in enumerate(data))
    if origin is Known:
        return _instance(Known, {"value": get_args(wanted)[0], "source": str}, data, path)
    if wanted is date:
        return _date(data, path)
    if isinstance(wanted, type) and is_dataclass(wanted):
        return _instance(wanted, _hints(wanted), data, path)
    return _checked(data, path, holds=type(data) is wanted)


def _one_of(choices: tuple[Any, ...], data: Any, path: str) -> Any:
    for choice in choices:
        if choice is type(None):
            if data is None:
                return None
            continue
        try:
            return _as(choice, data, path)
        except Unreadable as unreadable:
            last = unreadable
    raise last


def _instance(wanted: Any, hints: Mapping[str, Any], data: Any, path: str) -> Any:
    _checked(data, path, holds=isinstance(data, dict))
    optional = {field.name for field in fields(wanted) if field.default is not MISSING}
    missing, unknown = set(hints) - optional - set(data), set(data) - set(hints)
    if missing or unknown:
        raise Unreadable(f"{path}：缺少{sorted(missing)}，多出{sorted(unknown)}")
    return wanted(**{name: _as(hints[name], value, f"{path}.{name}") for name, value in data.items()})


@cache
def _hints(wanted: type[Any]) -> Mapping[str, Any]:
    return get_type_hints(wanted)


def _date(data: Any, path: str) -> date:
    try:
        return date.fromisoformat(data)
    except (TypeError, ValueError) as error:
        raise Unreadable(f"{path}：“{data}”不是日期") from error


def _checked(data: Any, path: str, *, holds: bool) -> Any:
    if not holds:
        raise Unreadable(f"{path}：不能是“{data}”")
    return data
