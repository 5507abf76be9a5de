"""三审三校 as data: six marks in order, and the head's when the document is important."""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from gongkai.statute import rules

ARTICLE: Final = "三审三校制度"

StepName = Literal[
    "first-review",
    "first-proof",
    "second-review",
    "second-proof",
    "final-review",
    "final-proof",
    "head-review",
]


@dataclass(frozen=True, slots=True)
class Step:
    """One mark: what it is called, who may give it, whether the giver must be of the drafting section."""

    name: StepName
    name_zh: str
    review: bool
    roles: tuple[str, ...]
    own_section: bool
    about: str
    errors_allowed: int | None = None


STEPS: Final[tuple[Step, ...]] = (
    Step("first-review", "初审", True, ("drafter",), True, "文字", rules.ERRORS_AT_FIRST_REVIEW.length),
    Step("first-proof", "初校", False, ("drafter", "proofreader"), False, "逐字校对"),
    Step(
        "second-review", "复审", True, ("section_head",), True, "事实、依据、格式", rules.ERRORS_AT_SECOND_REVIEW.length
    ),
    Step("second-proof", "复校", False, ("section_head", "proofreader"), False, "逐字校对"),
    Step(
        "final-review",
        "终审",
        True,
        ("deputy_head", "head"),
        False,
        "政治方向，决定发布",
        rules.ERRORS_AT_FINAL_REVIEW.length,
    ),
    Step("final-proof", "终校", False, ("deputy_head", "head", "proofreader"), False, "重要稿件通读"),
    Step("head-review", "审签", True, ("head",), False, "重要文件由主要负责人审定"),
)
BY_NAME: Final[dict[StepName, Step]] = {step.name: step for step in STEPS}


def steps_for(*, important: bool) -> tuple[Step, ...]:
    """Six marks; an important document also needs the head."""
    return STEPS if important else STEPS[:-1]


@dataclass(frozen=True, slots=True)
class Mark:
    """One signature under one edition."""

    step: StepName
    edition: int
    digest: str
    person: UUID
    role: str
    on_behalf_of: UUID | None
    opinion: str
    errors_found: int


def next_step(marks: tuple[Mark, ...], *, important: bool) -> Step | None:
    """Return the mark that is due, or None when all are there."""
    given = {mark.step for mark in marks}
    return next((step for step in steps_for(important=important) if step.name not in given), None)


def missing(marks: tuple[Mark, ...], *, important: bool) -> tuple[StepName, ...]:
    given = {mark.step for mark in marks}
    return tuple(step.name for step in steps_for(important=important) if step.name not in given)


def named(steps: tuple[StepName, ...]) -> str:
    return "、".join(BY_NAME[step].name_zh for step in steps)
