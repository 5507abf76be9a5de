"""The review: every rule in force is asked, and what follows is a chain rule → facts → result that anybody can read.

The same things known, rules and day give the same review, letter for letter; nothing is looked up and nothing guessed.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gongkai.statute import articles, heads
from gongkai.statute.deadlines import MONTHS_IN_A_YEAR
from gongkai.statute.terms import Term
from request.conversion.conditions import Used, evaluate
from request.conversion.facts import PERSONAL_ZH, Value, all_facts
from request.conversion.inputs import ADVICE_ZH, Advice, Considered, Known, PersonalData
from request.conversion.proposal import Proposal, propose
from request.conversion.rules import EFFECTS_ZH, Effect, Rule, Rulebook

# The first of these effects that a rule in the chain has decides.
_WEIGHT: Final[tuple[Effect, ...]] = ("exclude", "until", "ask", "must", "support", "fallback")


@dataclass(frozen=True, slots=True)
class FactUsed:
    name: str
    name_zh: str
    value_zh: str
    source: str
    hits: tuple[str, ...] = ()
    """Those of several values that met the rule."""


@dataclass(frozen=True, slots=True)
class Link:
    """One rule that applied: what it says, on which facts, and what followed."""

    rule: str
    version: int
    article: str
    citation: str
    sentence: str
    effect: Effect
    facts: tuple[FactUsed, ...]
    decides: bool

    @property
    def text_zh(self) -> str:
        facts = "；".join(f"{fact.name_zh}：{fact.value_zh}（{fact.source}）" for fact in self.facts)
        return f"{self.citation}：{self.sentence}→ {facts or '无须事实'} → {EFFECTS_ZH[self.effect]}"


@dataclass(frozen=True, slots=True)
class HeadFit:
    """A head of article 20 that the information may fall under, and why."""

    number: int
    citation: str
    name_zh: str
    why_zh: str


@dataclass(frozen=True, slots=True)
class Review:
    case: str
    round: int
    on: date
    rules_version: str
    advice: Advice
    because: str
    chain: tuple[Link, ...]
    passed_over: tuple[str, ...]
    """Rules that were asked and did not apply."""
    articles: tuple[str, ...]
    """Ids of the articles in the chain, the deciding ones first."""
    heads: tuple[HeadFit, ...]
    hide: tuple[PersonalData, ...]
    relook_on: date | None
    proposal: Proposal | None

    @property
    def text_zh(self) -> str:
        """The whole review as an officer reads it."""
        lines = [f"结论：{ADVICE_ZH[self.advice]}。{self.because}"]
        lines += [f"{place}. {link.text_zh}" for place, link in enumerate(self.chain, 1)]
        lines += [f"可能属于{head.citation}：{head.name_zh}（{head.why_zh}）" for head in self.heads]
        lines += [f"应当隐去：{PERSONAL_ZH[item.kind]}，{item.place}，{item.count}处" for item in self.hide]
        if self.relook_on:
            lines.append(f"再次评估：{self.relook_on.isoformat()}")
        return "\n".join(lines)


def review(considered: Considered, rules: Rulebook, today: date) -> Review:
    """Advise whether what was given should be public for everyone, and why."""
    known = {name: kind.read(considered, today) for name, kind in all_facts().items()}
    values = {name: item.value for name, item in known.items()}
    fired: list[tuple[Rule, tuple[Used, ...]]] = []
    passed_over = []
    for rule in rules.on(today):
        answer = evaluate(rule.when, values, rules.lengths)
        if answer.holds:
            fired.append((rule, answer.used))
        else:
            passed_over.append(rule.id)
    deciding, advice = judged(frozenset(rule.effect for rule, _ in fired))
    if deciding != "fallback":
        fired = [(rule, used) for rule, used in fired if rule.effect != "fallback"]
    leads = _leading(deciding, advice)
    chain = tuple(_link(rule, used, known, decides=rule.effect in leads) for rule, used in fired)
    chain = tuple(sorted(chain, key=lambda link: not link.decides))
    return Review(
        case=considered.case,
        round=considered.round,
        on=today,
        rules_version=rules.version,
        advice=advice,
        because=_because(chain),
        chain=chain,
        passed_over=tuple(passed_over),
        articles=tuple(dict.fromkeys(link.article for link in chain)),
        heads=_heads(considered),
        hide=_hide(considered, chain) if advice == "redact" else (),
        relook_on=_relook(advice, deciding, fired, considered, rules.numbers, today),
        proposal=propose(considered) if advice in {"publish", "redact"} else None,
    )


def judged(effects: frozenset[Effect]) -> tuple[Effect, Advice]:
    """Tell which of the effects decides, and what that means. Where no rule speaks, a person is asked."""
    deciding: Effect = next((effect for effect in _WEIGHT if effect in effects), "ask")
    match deciding:
        case "must" | "support":
            return deciding, "redact" if "redact" in effects else "publish"
        case "exclude" | "until" | "fallback":
            return deciding, "keep"
        case _:
            return deciding, "ask"


def _leading(deciding: Effect, advice: Advice) -> frozenset[Effect]:
    opening: frozenset[Effect] = frozenset({"must", "support"})
    match advice:
        case "publish":
            return opening
        case "redact":
            return opening | {"redact"}
        case _:
            return frozenset({deciding})


def _link(rule: Rule, used: tuple[Used, ...], known: Mapping[str, Known[Value]], *, decides: bool) -> Link:
    facts = []
    for item in used:
        kind, learnt = all_facts()[item.fact], known[item.fact]
        facts.append(FactUsed(item.fact, kind.name_zh, kind.shown(learnt.value), learnt.source, item.hits))
    return Link(
        rule.id, rule.version, rule.article_id, rule.citation, rule.sentence, rule.effect, tuple(facts), decides
    )


def _because(chain: tuple[Link, ...]) -> str:
    """Say the weightiest deciding rule, and what has to be hidden."""
    deciding = [link for link in chain if link.decides]
    if not deciding:
        return "没有规则能够决定，请人判断。"
    opening = [link for link in deciding if link.effect != "redact"]
    hiding = [link for link in deciding if link.effect == "redact"]
    return "".join(f"{link.sentence.removesuffix('。')}（{link.citation}）。" for link in (*opening[:1], *hiding[:1]))


def _heads(considered: Considered) -> tuple[HeadFit, ...]:
    why = considered.about.kind.source
    fits = (heads.head(number) for number in considered.about.heads.value)
    return tuple(HeadFit(head.number, head.article, head.name_zh, why) for head in fits)


def _hide(considered: Considered, chain: tuple[Link, ...]) -> tuple[PersonalData, ...]:
    hidden = {
        hit
        for link in chain
        if link.effect == "redact"
        for fact in link.facts
        if fact.name == "personal"
        for hit in fact.hits
    }
    return tuple(item for item in considered.personal.value if item.kind in hidden)


def _relook(
    advice: Advice,
    deciding: Effect,
    fired: list[tuple[Rule, tuple[Used, ...]]],
    considered: Considered,
    numbers: Mapping[str, Term],
    today: date,
) -> date | None:
    """Tell the day of the next look (A18), where the weightiest keeping rule leaves anything to look at."""
    if advice != "keep":
        return None
    rule = next(rule for rule, _ in fired if rule.effect == deciding)
    if not rule.relook:
        return None
    regular = later(today, numbers[rule.relook])
    until = considered.closed_until.value
    if until is not None and today < until < regular:
        return until
    # The date itself is named by whoever closed the information: nobody needs to look before it.
    return until if deciding == "until" and until is not None and until > today else regular


def later(day: date, interval: Term) -> date:
    """Count an interval on from a day, to the corresponding day or the last of its month."""
    match interval.unit:
        case "日":
            return day + timedelta(days=interval.length)
        case "周":
            return day + timedelta(days=7 * interval.length)
        case "个月" | "年":
            months = interval.length * (MONTHS_IN_A_YEAR if interval.unit == "年" else 1)
            year, month = divmod(day.year * MONTHS_IN_A_YEAR + day.month - 1 + months, MONTHS_IN_A_YEAR)
            return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    raise ValueError(f"“{interval.name_zh}”不是可以往后推算的间隔：{interval.text_zh}")


def cited(article_id: str) -> str:
    """Return the citation of an article id as reviews keep it, `A20-5` included."""
    base, _, number = article_id.partition("-")
    return heads.head(int(number)).article if number else articles.find(base).citation
