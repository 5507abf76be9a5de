"""The conformance kit of the clock: our clock keeps to it, and a clock with a fault is noticed."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from gongkai.statute import rules
from gongkai.statute.calendar import DayKind, WorkCalendar, built_in
from gongkai.statute.clock import Edges, Reading, Waiting
from gongkai.statute.happenings import Happened, follow
from gongkai.statute.notices import Block, MakeUp, Notice
from gongkai.statute.refusal import Refused
from gongkai.statute.terms import Term

KIT = Path(__file__).parents[1] / "conformance" / "clock"
UNITS = {"working-days": "工作日", "days": "日", "months": "个月", "years": "年"}
ARTICLES = {"A30": "《政府信息公开条例》第三十条", "A33": "《政府信息公开条例》第三十三条"}


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


FILES = {path.stem: read(path) for path in sorted(KIT.glob("*.json")) if path.stem != "schema"}
CALENDAR_FILES = {path.stem: read(path) for path in sorted((KIT / "calendars").glob("*.json"))}
CASES = [case for file in FILES.values() for case in file["cases"]]


def calendar_of(file: dict[str, Any], *, with_make_up: bool = True) -> WorkCalendar:
    return WorkCalendar(
        tuple(
            Notice(
                notice["year"],
                tuple(Block("节日", day(block["first"]), day(block["last"])) for block in notice["off"]),
                tuple(MakeUp("节日", day(on)) for on in notice["make_up"]) if with_make_up else (),
            )
            for notice in file["notices"]
        )
    )


def day(text: str) -> date:
    return date.fromisoformat(text)


CALENDARS = {name: calendar_of(file) for name, file in CALENDAR_FILES.items()}


def rule_of(case: dict[str, Any]) -> Term:
    found = rules.by_id(case["rule"].get("id", "reply"))
    assert isinstance(found, Term)
    counted = replace(found, length=case["rule"]["length"], unit=UNITS[case["rule"]["unit"]])
    assert "id" not in case["rule"] or counted == found
    return counted


def happened(event: dict[str, Any]) -> Happened:
    return Happened(event["kind"], day(event["on"]), event.get("working_days", 0), event.get("letter", ""))


@dataclass(frozen=True)
class Clockwork:
    """A clock to check: which calendar it uses for a case, and what it does with the settings and the start."""

    calendars: dict[str, WorkCalendar]
    edges: Callable[[Edges], Edges] = lambda edges: edges
    starts: Callable[[date], date] = lambda start: start
    hears: Callable[[Happened], bool] = lambda _: True

    def reading(self, case: dict[str, Any]) -> Reading:
        told = [one for one in map(happened, case["events"]) if self.hears(one)]
        told = [replace(one, on=self.starts(one.on)) if one.kind == "received" else one for one in told]
        edges = self.edges(Edges(**case["settings"]))
        return follow(rule_of(case), told, self.calendars[case["calendar"]], edges)[-1].reading

    def answer(self, case: dict[str, Any]) -> dict[str, Any]:
        """Say in the words of the kit what this clock makes of a case."""
        try:
            reading = self.reading(case)
        except Refused as refused:
            known = {text: number for number, text in ARTICLES.items()}
            return {"refused": {"article": known.get(refused.article, refused.article)}}
        if isinstance(reading, Waiting):
            return {"waiting": {"since": reading.since.isoformat(), "used": reading.used, "left": reading.left}}
        due = reading.due
        told = {"due": due.on.isoformat(), "provisional": due.provisional}
        if case["rule"]["unit"] != "working-days":
            return told | {"moved_from": due.moved_from.isoformat() if due.moved_from else None}
        days = reading.explanation.days
        return told | {
            "counted": [one.on.isoformat() for one in days if one.state == "counted"],
            "skipped": [
                {"on": one.on.isoformat(), "why": self._why(case, one.on, one.state)} for one in days if one.state != "counted"
            ],
        }

    def _why(self, case: dict[str, Any], on: date, state: str) -> str:
        return "excluded" if state == "excluded" else str(self.calendars[case["calendar"]].why(on).kind)

    def failures(self) -> set[str]:
        return {case["id"] for case in CASES if self.answer(case) != case["expect"]}


OURS = Clockwork(CALENDARS)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_our_clock_gives_the_date_and_every_day_of_the_kit(case):
    assert OURS.answer(case) == case["expect"]


@pytest.mark.parametrize("name", FILES)
def test_every_file_of_cases_keeps_to_the_schema(name):
    schema = read(KIT / "schema.json")

    assert [error.message for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(FILES[name])] == []


@pytest.mark.parametrize("name", CALENDAR_FILES)
def test_every_calendar_keeps_to_the_schema(name):
    schema = read(KIT / "schema.json") | {"$ref": "#/$defs/calendarFile"}

    assert [error.message for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(CALENDAR_FILES[name])] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda case: case["expect"].pop("due"),
        lambda case: case.update(remark="?"),
        lambda case: case["events"][0].update(on="26.9.2025"),
        lambda case: case["events"].append({"kind": "extend", "on": "2025-10-20"}),
        lambda case: case["rule"].update(unit="fortnights"),
    ],
)
def test_the_schema_notices_a_spoilt_case(spoil):
    spoilt = json.loads(json.dumps(FILES["working-days"]))
    spoil(spoilt["cases"][0])

    assert not jsonschema_rs.Draft202012Validator(read(KIT / "schema.json")).is_valid(spoilt)


def test_the_kit_is_as_large_as_its_readme_says_and_no_case_is_told_twice():
    ids = [case["id"] for case in CASES]

    assert f"{len(ids)} cases" in (KIT / "README.md").read_text("utf-8")
    assert len(ids) == len(set(ids))
    assert all(f"`{name}.json`" in (KIT / "README.md").read_text("utf-8") for name in FILES)


def test_every_case_lists_each_day_once_and_as_many_counted_days_as_its_length():
    for case in CASES:
        expect = case["expect"]
        if "counted" not in expect:
            continue
        listed = sorted([*expect["counted"], *(one["on"] for one in expect["skipped"])])
        start = max(day(event["on"]) for event in case["events"] if event["kind"] in {"received", "corrected", "paid"})
        whole = [(start + timedelta(n)).isoformat() for n in range(1, (day(expect["due"]) - start).days + 1)]
        restarted = [event["on"] for event in case["events"] if event["kind"] in {"corrected", "paid"}]
        extra = sum(
            event.get("working_days", 0) for event in case["events"] if not restarted or event["on"] > max(restarted)
        )
        assert listed == whole, case["id"]
        assert len(expect["counted"]) == case["rule"]["length"] + extra, case["id"]


def test_the_calendar_of_the_kit_is_the_one_we_ship_day_by_day():
    ours, kit = built_in(), CALENDARS["2023-2026"]

    for n in range((date(2027, 12, 31) - date(2023, 1, 1)).days + 1):
        on = date(2023, 1, 1) + timedelta(n)
        assert (ours.is_working_day(on), ours.is_provisional(on)) == (kit.is_working_day(on), kit.is_provisional(on)), on


def test_the_holidays_fixed_by_law_are_those_the_kit_lists():
    listed = CALENDAR_FILES["2023-2026"]["fixed_holidays_without_notice"]
    calendar = CALENDARS["2023-2026"]
    days = [date(2027, 1, 1) + timedelta(n) for n in range(365)]

    assert [on.isoformat() for on in days if calendar.why(on).kind is DayKind.HOLIDAY] == listed


def without_make_up() -> dict[str, WorkCalendar]:
    return {name: calendar_of(file, with_make_up=False) for name, file in CALENDAR_FILES.items()}


FAULTS = {
    "make-up days forgotten": (Clockwork(without_make_up()), "2024-04-28-15"),
    "the day of receipt counted": (Clockwork(CALENDARS, starts=lambda on: on - timedelta(1)), "2025-09-26-20"),
    "the day of the answer counted": (
        Clockwork(CALENDARS, edges=lambda edges: replace(edges, answer_day_counts=True)),
        "one-consultation-issue-in-answer-out",
    ),
    "the day of issue taken out": (
        Clockwork(CALENDARS, edges=lambda edges: replace(edges, issue_day_counts=False)),
        "one-consultation-issue-in-answer-out",
    ),
    "extensions not heard of": (Clockwork(CALENDARS, hears=lambda one: one.kind != "extend"), "consultation-then-extension"),
    "next year guessed silently": (
        Clockwork(dict.fromkeys(CALENDARS, CALENDARS["2023-2027-invented"])),
        "over-the-fixed-spring-festival",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_clock_with_a_fault_does_not_pass(fault):
    faulty, noticed_by = FAULTS[fault]

    assert noticed_by in faulty.failures()


def test_our_clock_passes_the_whole_kit():
    assert OURS.failures() == set()
