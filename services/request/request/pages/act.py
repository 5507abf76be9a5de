"""One act of an officer as data: which command it gives, what must be typed, what it does."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from gongkai.runtime.tx import Tx
from gongkai.web.forms import Form
from gongkai.web.permissions import Action
from gongkai.web.session import Officer
from gongkai.web.texts import printable
from gongkai.web.typed import on_record, read_date, sensible
from request.domain import commands as c
from request.domain.allowed import allowed
from request.domain.case import Case
from request.domain.ladder import USUAL, Practice
from request.pages.desk import Bench

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One control. `kind` is text, day, number, choice, boxes or check; `options` may depend on the case."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    rows: int = 0
    optional: bool = False
    options: Options | Callable[["Doing"], Options] = ()
    lasting: bool = True
    """Whether the words stand in the register for ever, where no personal number may stand."""
    most: int = 500
    when: Callable[[Case], bool] | None = None
    """Whether this case needs the field at all."""
    initial: Callable[[Case], str] | None = None


@dataclass(slots=True)
class Typed:
    """What was typed, read field by field; a wrong one is an error of the form."""

    form: Form
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return str(self.values.get(name) or "")

    def picked(self, name: str) -> Any:
        """Return a choice; that it is one of those offered was seen when it was read."""
        return self.values.get(name) or ""

    def day(self, name: str) -> date:
        found: date = self.values[name]
        return found

    def maybe_day(self, name: str) -> date | None:
        return self.values.get(name) or None

    def number(self, name: str) -> int:
        return int(self.values[name])

    def lines(self, name: str) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.text(name).splitlines() if line.strip())

    def ticked(self, name: str) -> bool:
        return self.text(name) == "1"

    def id(self, name: str) -> UUID:
        return UUID(self.text(name))


@dataclass(frozen=True, slots=True)
class OtherCase:
    """Another case of the same applicant, as it is offered for a choice."""

    id: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Doing:
    """The case in front of the officer while an act is shown or done."""

    bench: Bench
    officer: Officer
    case_id: UUID
    case: Case
    version: int
    colleagues: Options = ()
    others: Sequence[OtherCase] = ()
    """The other cases of the same applicant, the newest first."""


Perform = Callable[[Doing, Tx, Typed], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Act:
    key: str
    label: str
    verb: str
    action: Action
    command: type[c.Command]
    perform: Perform
    fields: tuple[Field, ...] = ()
    text: str = ""
    article: str = ""
    danger: bool = False
    group: str = "办理"
    done: str = "已记下。"

    def possible(self, case: Case, practice: Practice = USUAL) -> bool:
        """Ask the domain, so that a button stands exactly where its command is lawful."""
        return self.command in allowed(case, practice)


async def perform(here: Doing, tx: Tx, command: c.Command) -> None:
    """Carry out the command of an act: most acts are no more than that."""
    await here.bench.desks.desk.perform(tx, here.case_id, command, organ_id=here.officer.organ_id)


def read(act: Act, doing: Doing, form: Form) -> Typed:
    """Read every field of the act."""
    typed = Typed(form)
    for each in fields_of(act, doing.case):
        raw = form.value(each.name).strip()
        if not raw:
            if not each.optional and each.kind != "check":
                verb = "选择" if each.kind == "choice" else "填写"
                form.add(each.name, f"请{verb}{each.label}", each.label)
            continue
        try:
            typed.values[each.name] = _value(each, doing, raw)
        except ValueError as wrong:
            form.add(each.name, str(wrong), each.label)
    return typed


def fields_of(act: Act, case: Case) -> list[Field]:
    """Return the fields that this case needs."""
    return [each for each in act.fields if each.when is None or each.when(case)]


def initial_of(act: Act, case: Case) -> Form:
    """Show what is known already."""
    return Form.of({each.name: each.initial(case) for each in act.fields if each.initial is not None})


def options_of(each: Field, doing: Doing) -> Options:
    return each.options(doing) if callable(each.options) else each.options


def _value(each: Field, doing: Doing, raw: str) -> Any:
    match each.kind:
        case "day":
            return sensible(read_date(raw))
        case "number":
            if not raw.isascii() or not raw.isdigit() or len(raw) > 6:
                raise ValueError("请填写整数")
            return int(raw)
        case "choice":
            if raw not in {value for value, _ in options_of(each, doing)}:
                raise ValueError("请从列出的选项中选择")
            return raw
        case "check":
            return "1"
        case _:
            if len(raw) > each.most:
                raise ValueError(f"有 {len(raw)} 个字，超过 {each.most} 个字，请精简")
            return on_record(raw) if each.lasting else printable(raw)
