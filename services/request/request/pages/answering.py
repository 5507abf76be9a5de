"""How a form is read and answers: what was typed stays, and what is wrong with it stands at its field or above it."""

from collections.abc import Callable
from typing import Final

from gongkai.runtime.errors import Invalid
from gongkai.runtime.problem import of as problem_of
from gongkai.statute.refusal import Refused
from gongkai.web.forms import Form
from gongkai.web.typed import on_record

#: More digits than any version has.
_DIGITS: Final = 12


def seen(form: Form) -> int | None:
    """Return which version was on the page when the form was filled in, if the form says so."""
    text = form.value("seen")
    return int(text[:_DIGITS]) if text.isascii() and text.isdigit() else None


def typed(form: Form, name: str, label: str, most: int, clean: Callable[[str], str] = on_record) -> str:
    """Return the words of a field, which are to stand in the register for ever unless `clean` says otherwise.

    What is wrong with them is noted at their field.
    """
    try:
        text = clean(form.value(name).strip())
    except ValueError as wrong:
        form.add(name, str(wrong), label)
        return ""
    if len(text) > most:
        form.add(name, f"有 {len(text)} 个字，超过 {most} 个字，请精简", label)
    return text


def note(form: Form, trouble: Exception) -> int:
    """Put the outcome of a command into its form, and return the status of the answer."""
    match trouble:
        case Refused():
            form.add("", trouble.reason + (f"（{trouble.article}）" if trouble.article else ""))
        case Invalid():
            for path, sentence in trouble.errors:
                form.add(path.rpartition(".")[2], sentence)
        case _:
            form.add("", getattr(trouble, "sentence", "") or str(trouble))
    return problem_of(trouble).status
