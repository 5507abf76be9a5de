"""What the library keeps of a closed case: typed values and neutral words, made from its facts. Pure.

De-identified by construction. Every field is an enumeration, a number, a day count, an article of the register or a
word that passed `neutral`; there is no field a name could stand in, and no id of a person is read from a fact. The
description is not kept as a text at all: only its tokens are, each once and sorted, so that no sentence can be put
together again.

For the store: keep a `CaseFeatures` as one row (JSON of `as_plain`), `tokens` besides as `text[]` with a GIN index,
`tokens_version` to know which rows to cut again. Make it when a case is archived or answered for good, and again when
a remedy is decided, a review of conversion is published or the case is marked typical: `features` is a pure function
of the facts, so making it twice does no harm. `description` is opened from the vault by the caller, given here, and
forgotten; the caller may also give `names` it knows from the vault.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from gongkai.statute.articles import ARTICLES, cited_as
from gongkai.statute.calendar import WorkCalendar
from request.domain import facts as f
from request.domain.outcomes import articles_of, bases_of
from request.domain.values import Basis, Consulted, LetterKind, Opinion, RemedyKind, RemedyResult, Row
from request.library.neutral import neutral
from request.library.words import TOKENS_VERSION, tokens

#: How a case counts as closed although nobody answered it in substance.
_ENDED: Final = (f.Answered, f.WithdrawnByApplicant, f.CorrectionLapsed, f.FeeLapsed, f.JoinedInto, f.CaseImported)


@dataclass(frozen=True, slots=True)
class CaseFeatures:
    case_id: UUID
    year: int = 0
    topic: str = ""
    tokens: tuple[str, ...] = ()
    tokens_version: str = TOKENS_VERSION
    items: int = 1
    row: Row | None = None
    bases: tuple[Basis, ...] = ()
    articles: tuple[str, ...] = ()
    """Short ids of the register (A15, A36); what is not in the register is left out."""
    letters: tuple[LetterKind, ...] = ()
    consulted: tuple[Consulted, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    corrected: bool = False
    extended_by: int = 0
    searches: int = 0
    passages_redacted: int = 0
    working_days: int | None = None
    """From the receipt that started the running clock to the answer; consultations are not taken off."""
    late: bool = False
    rounds: int = 1
    remedies: tuple[tuple[RemedyKind, RemedyResult | None], ...] = ()
    conversion: str = ""
    permalink: str = ""
    typical: bool = False
    sent_up: bool = False
    closed: bool = False


def features(
    case_id: UUID,
    happened: Iterable[f.Fact],
    calendar: WorkCalendar,
    description: str = "",
    names: Iterable[str] = (),
) -> CaseFeatures:
    """Make the features of one case. `happened` are its facts in order."""
    made = CaseFeatures(case_id)
    known = tuple(names)
    topic, started = "", None
    remedies: dict[UUID, tuple[RemedyKind, RemedyResult | None]] = {}
    for fact in happened:
        made = replace(made, closed=made.closed or isinstance(fact, _ENDED))
        match fact:
            case f.Registered(year, _, named, _):
                topic, made = named, replace(made, year=year)
            case f.TopicNamed(named, _):
                topic = named
            case f.ClockStarted(from_on=from_on):
                started = from_on
            case f.ReceiptCorrected(before=before, received_on=received_on) if started == before:
                started = received_on
            case f.RoundOpened(from_on=from_on):
                started, made = from_on, replace(made, closed=False)
            case f.Separated():
                made = replace(made, closed=False)
            case f.RemedyFiled(remedy, kind):
                remedies[remedy] = (kind, None)
            case f.RemedyDecided(remedy, result) if remedy in remedies:
                remedies[remedy] = (remedies[remedy][0], result)
            case f.Answered():
                made = _answered(made, fact, started, calendar)
            case _:
                made = _with(made, fact)
    neutral_topic = neutral(topic, known).text
    words = tokens(neutral_topic, neutral(description, known).text)
    return replace(
        made, topic=neutral_topic, tokens=tuple(sorted(words)), remedies=(*made.remedies, *remedies.values())
    )


def _answered(made: CaseFeatures, fact: f.Answered, started: date | None, calendar: WorkCalendar) -> CaseFeatures:
    cited = (cited_as(article) or ARTICLES.get(article) for article in articles_of(fact.decisions))
    articles = tuple(dict.fromkeys(article.id for article in cited if article is not None))
    used = calendar.working_days_between(started, fact.answered_on) if started else None
    return replace(
        made, row=fact.row, bases=bases_of(fact.decisions), articles=articles, working_days=used,
        late=made.late or fact.late, rounds=max(made.rounds, fact.round), items=max(made.items, len(fact.decisions)),
    )  # fmt: skip


def _with(made: CaseFeatures, fact: f.Fact) -> CaseFeatures:
    """Take from every other fact what is neither text nor person."""
    match fact:
        case f.ApplicationSubmitted(items=items):
            return replace(made, items=items)
        case f.CorrectionReceived():
            return replace(made, corrected=True)
        case f.CorrectionLapsed():
            return replace(made, row="o1", bases=("correction-lapsed",), articles=("A30",))
        case f.FeeLapsed():
            return replace(made, row="o2", bases=("fee-lapsed",), articles=("A42",))
        case f.WithdrawnByApplicant():
            return replace(made, row="o3", bases=("withdrawn",), articles=())
        case f.ReplyExtended(working_days=working_days):
            return replace(made, extended_by=made.extended_by + working_days)
        case f.OpinionAsked(whom=whom):
            return replace(made, consulted=tuple(dict.fromkeys((*made.consulted, whom))))
        case f.OpinionGiven(opinion=opinion):
            return replace(made, opinions=tuple(dict.fromkeys((*made.opinions, opinion))))
        case f.SearchRecorded():
            return replace(made, searches=made.searches + 1)
        case f.Redacted(passages=passages):
            return replace(made, passages_redacted=made.passages_redacted + passages)
        case f.LetterIssued(kind=kind):
            return replace(made, letters=tuple(dict.fromkeys((*made.letters, kind))))
        case f.ConversionReviewed(advice=advice) if advice in {"publish", "redact", "keep", "ask"}:
            return replace(made, conversion=advice)
        case f.ConversionPublished(permalink=permalink):
            return replace(made, permalink=permalink)
        case f.MarkedTypical(sent_up_on=sent_up_on):
            return replace(made, typical=True, sent_up=made.sent_up or sent_up_on is not None)
        case f.CaseImported(year=year, row=row, remedies=remedies):
            return replace(made, year=year, row=row, remedies=remedies)
        case _:
            return made


def as_plain(made: CaseFeatures) -> dict[str, Any]:
    """Give JSON values; `from_plain` leads back. Fields added later are filled with their defaults."""
    plain: dict[str, Any] = {}
    for field in fields(made):
        value = getattr(made, field.name)
        if isinstance(value, tuple):
            value = [list(item) if isinstance(item, tuple) else item for item in value]
        plain[field.name] = str(value) if isinstance(value, UUID) else value
    return plain


def from_plain(plain: Mapping[str, Any]) -> CaseFeatures:
    known = {field.name for field in fields(CaseFeatures)}
    values: dict[str, Any] = {
        name: tuple(tuple(item) if isinstance(item, list) else item for item in value)
        if isinstance(value, list)
        else value
        for name, value in plain.items()
        if name in known
    }
    return CaseFeatures(**{**values, "case_id": UUID(plain["case_id"])})
