"""A page for one act: what it does, the fields it needs, one verb and a way back. Every act is described as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from gongkai.web.forms import Form
from gongkai.web.session import Officer
from publication.pages.console import Console


@dataclass(frozen=True, slots=True)
class Field:
    """One control of the form; `kind` is text, choices or select."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    rows: int = 0
    optional: bool = False
    short: bool = False
    options: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """Everything `act.html` shows."""

    heading: str
    title: str
    verb: str
    action: str
    back: str
    text: str = ""
    facts: Sequence[str] = ()
    fields: Sequence[Field] = ()
    hidden: Mapping[str, Any] = field(default_factory=dict)
    article: str = ""
    danger: bool = False


REASON = Field("reason", "理由", rows=3)


async def show_act(
    console: Console,
    request: Request,
    officer: Officer,
    act: Act,
    form: Form,
    *,
    nav: str = "documents",
    status: int = 200,
) -> HTMLResponse:
    return await console.show(
        request,
        "act.html",
        officer,
        nav=nav,
        status=status,
        form=form,
        heading=act.heading,
        title=act.title,
        verb=act.verb,
        action=act.action,
        back=act.back,
        text=act.text,
        facts=act.facts,
        fields=act.fields,
        hidden=act.hidden,
        article=act.article,
        danger=act.danger,
    )
