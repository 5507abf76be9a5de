"""HTML forms in: parsed within limits, into pydantic models, with every error a Chinese sentence at its field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import RedirectResponse

from gongkai.runtime.errors import Forbidden, Invalid, TooLarge
from gongkai.web import csrf
from gongkai.web.filters import filesize
from gongkai.web.sentences import sentence_of
from gongkai.web.texts import bare_name

M = TypeVar("M", bound=BaseModel)

MAX_BODY: Final = 2 * 1024 * 1024
MAX_UPLOAD_BODY: Final = 64 * 1024 * 1024
MAX_FIELDS: Final = 2_000
MAX_FILES: Final = 20
MAX_FIELD_SIZE: Final = 2 * 1024 * 1024
STALE_FORM: Final = "这个页面放得太久或者在别处退出过，请重新打开页面再提交。您填写的内容可以用浏览器的“后退”找回"


class Chosen:
    """Marks a text field that is picked from a list: left empty, it is to be chosen and not to be filled in."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong, where and how to mend. `path` is the field's name and the id of its control."""

    path: str
    sentence: str
    label: str = ""


@dataclass(slots=True)
class Form:
    """What was typed, kept so that nothing is lost after an error."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, list[UploadFile]] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)

    @classmethod
    def of(cls, initial: Mapping[str, Any] | BaseModel | None = None) -> "Form":
        """Make a form that shows what is stored."""
        stored = initial.model_dump(mode="json") if isinstance(initial, BaseModel) else dict(initial or {})
        return cls({name: _texts(value) for name, value in stored.items() if value is not None})

    def value(self, name: str) -> str:
        # A box that is stored as not ticked, or an empty list, holds no text at all.
        return (self.fields.get(name) or [""])[-1]

    def values(self, name: str) -> list[str]:
        return self.fields.get(name, [])

    def sentences(self, name: str) -> list[str]:
        return [error.sentence for error in self.errors if error.path == name]

    def add(self, path: str, sentence: str, label: str = "") -> None:
        self.errors.append(FieldError(path, sentence, label))

    def parse(self, model: type[M], prefix: str = "") -> M | None:
        """Read the fields as this model; on failure every error is added in Chinese and None returned.

        With a prefix one form holds two models: `admin_name` is the field `name` of the second.
        """
        try:
            return model.model_validate(self._raw(model, prefix))
        except ValidationError as wrong:
            self.errors.extend(
                FieldError(f"{prefix}{error.path}", error.sentence, error.label) for error in field_errors(wrong, model)
            )
            return None

    def _raw(self, model: type[BaseModel], prefix: str) -> dict[str, Any]:
        raw: dict[str, Any] = {}
        for name, info in model.model_fields.items():
            key = info.alias or name
            typed = [text.strip() for text in self.fields.get(f"{prefix}{key}", [])]
            if _is_many(info):
                raw[key] = [text for text in typed if text]
            elif typed and typed[-1]:
                raw[key] = typed[-1]
        return raw

    async def file(self, name: str, *, limit: int, kinds: Sequence[str]) -> tuple[str, bytes] | None:
        """Return the name and bytes of an uploaded file within the limit, or None with the error noted."""
        taken = await self.every_file(name, limit=limit, kinds=kinds)
        return taken[-1] if taken else None

    async def every_file(self, name: str, *, limit: int, kinds: Sequence[str]) -> list[tuple[str, bytes]]:
        """Return all good files of one field; each bad one is an error that names it. Files are taken once."""
        taken = []
        for upload in self.files.pop(name, []):
            if upload.filename:
                fault = _fault(upload, limit, kinds)
                if fault:
                    self.add(name, fault)
                else:
                    taken.append((_shown(upload), await upload.read()))
            await upload.close()
        return taken

    async def close(self) -> None:
        """Throw away uploads that nobody took."""
        for uploads in self.files.values():
            for upload in uploads:
                await upload.close()
        self.files.clear()


def _shown(upload: UploadFile) -> str:
    """Return the bare file name: what browsers say of folders is not ours to know."""
    return bare_name(upload.filename or "")


def _fault(upload: UploadFile, limit: int, kinds: Sequence[str]) -> str:
    shown, size = _shown(upload), upload.size or 0
    if shown.rpartition(".")[2].lower() not in kinds:
        return f"“{shown}”的格式不能用，请换成 {'、'.join(kind.upper() for kind in kinds)}"
    if size > limit:
        return f"“{shown}”有 {filesize(size)}，超过 {filesize(limit)}，请压缩或拆开再传"
    return "" if size else f"“{shown}”是空的，请打开看一眼再传"


def field_errors(wrong: ValidationError, model: type[BaseModel]) -> list[FieldError]:
    found = []
    for error in wrong.errors():
        path = str(error["loc"][0]) if error["loc"] else ""
        info = model.model_fields.get(path)
        label = (info.title if info else "") or ""
        sentence = f"请选择{label}" if _is_unchosen(error, info) else sentence_of(error, label)
        found.append(FieldError(path, sentence, label))
    return found


def _is_unchosen(error: Mapping[str, Any], info: FieldInfo | None) -> bool:
    if info is None or not info.title or error["type"] not in {"missing", "string_too_short"}:
        return False
    return get_origin(info.annotation) is Literal or any(isinstance(mark, Chosen) for mark in info.metadata)


def invalid(wrong: ValidationError) -> Invalid:
    """Turn a pydantic error into ours, with dotted paths, for the JSON API."""
    return Invalid([(".".join(str(part) for part in error["loc"]), sentence_of(error, "")) for error in wrong.errors()])


async def read_form(request: Request, *, uploads: bool = False, checked: bool = True) -> Form:
    """Read a posted form within limits and prove that it is ours.

    `uploads` raises the limit and allows files. `checked=False` is for forms whose proof is another one.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    limit = MAX_UPLOAD_BODY if uploads else MAX_BODY
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge(f"提交的内容有 {filesize(int(declared))}，超过 {filesize(limit)}，请分几次提交")
    stream = _limited(request, limit)
    try:
        if kind == "multipart/form-data":
            parser = MultiPartParser(
                request.headers,
                stream,
                max_files=MAX_FILES if uploads else 0,
                max_fields=MAX_FIELDS,
                max_part_size=MAX_FIELD_SIZE,
            )
            parsed = await parser.parse()
            _must_have_ended(parser, parsed)
        elif kind in {"application/x-www-form-urlencoded", ""}:
            parsed = await FormParser(request.headers, stream).parse()
        else:
            raise Invalid([("", f"不认识的提交格式 {kind[:60]}，请用表单提交")])
    except MultiPartException as wrong:
        raise Invalid([("", f"提交的内容不完整，请重新提交（{wrong.message}）")]) from wrong
    form = Form()
    for name, value in parsed.multi_items():
        if isinstance(value, UploadFile):
            form.files.setdefault(name, []).append(value)
        else:
            form.fields.setdefault(name, []).append(value.replace("\r\n", "\n").replace("\x00", ""))
    if len(form.fields) > MAX_FIELDS:
        await form.close()
        raise TooLarge(f"表单项超过 {MAX_FIELDS} 个，请分几次提交")
    if checked and not csrf.proves(request, form.value(csrf.FIELD)):
        await form.close()
        raise Forbidden(STALE_FORM, "csrf")
    return form


def _must_have_ended(parser: MultiPartParser, parsed: FormData) -> None:
    """Refuse a form that was cut off inside a file: the parser leaves such a file out and says nothing."""
    whole: list[Any] = [value.file for _, value in parsed.multi_items() if isinstance(value, UploadFile)]
    torn = [file for file in parser._files_to_close_on_error if file not in whole]  # noqa: SLF001
    if torn:
        for file in (*torn, *whole):
            file.close()
        raise MultiPartException("文件没有传完")


async def _limited(request: Request, limit: int) -> Any:
    """Stream the body and stop a sender that lied about its length."""
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > limit:
            raise TooLarge(f"提交的内容超过 {filesize(limit)}，请分几次提交")
        yield chunk


def safe_path(target: str | None, default: str) -> str:
    """Return a path of our own address, whatever was asked for."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return default
    if any(ord(char) < 0x20 or ord(char) == 0x7F for char in target):
        return default
    return target


def see_other(target: str | None, default: str = "/") -> RedirectResponse:
    """Answer a good form: go and look at the result (303, same origin only)."""
    return RedirectResponse(safe_path(target, default), status_code=303)


def _is_many(info: FieldInfo) -> bool:
    origin = get_origin(info.annotation)
    if origin in {list, tuple, set, frozenset}:
        return True
    return any(get_origin(part) in {list, tuple, set, frozenset} for part in get_args(info.annotation))


def _texts(value: Any) -> list[str]:
    if isinstance(value, list | tuple | set | frozenset):
        return [str(part) for part in value]
    if isinstance(value, bool):
        return ["1"] if value else []
    return [str(value)]
