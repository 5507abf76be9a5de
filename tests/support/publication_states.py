"""Prints the state tables of publication into docs/states. `python -m tests.support.publication_states` writes them."""

from collections.abc import Callable, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

from tests.support import publication_releases, publication_worlds

from gongkai.statute.refusal import Refused
from publication.domain import decide as document
from publication.domain.dossier import STATE_NAMES as DOCUMENT_STATES
from publication.domain.evolve import evolve as evolve_document
from publication.release import decide as release
from publication.release.evolve import evolve as evolve_release
from publication.release.states import STATE_NAMES as RELEASE_STATES

FOLDER = Path(__file__).parents[2] / "docs" / "states"
HEAD = """# {title}

Rows are commands, columns are states, a cell is the state after. `—` is a refusal, `=` means that nothing changes.
Printed by `python -m tests.support.publication_states` from the code itself; a test fails when this page is stale.

"""


def table(
    title: str,
    states: Sequence[type],
    commands: Sequence[Any],
    state_names: dict[Any, str],
    command_names: dict[Any, str],
    sample: Callable[[Any, Any], Any],
    decide: Callable[[Any, Any], list[Any]],
    evolve: Callable[[Any, Any], Any],
) -> str:
    """Return one table, found by carrying out every command in every state."""

    def cell(state: type, command: Any) -> str:
        before = sample(state, command)
        try:
            facts = decide(before, command)
        except Refused:
            return "—"
        return state_names[type(reduce(evolve, facts, before))] if facts else "="

    lines = [
        "| | " + " | ".join(state_names[state] for state in states) + " |",
        "|---|" + "---|" * len(states),
        "| | " + " | ".join(f"`{state.__name__}`" for state in states) + " |",
    ]
    for command in commands:
        name = f"{command_names[type(command)]} `{type(command).__name__}`"
        lines.append(f"| {name} | " + " | ".join(cell(state, command) for state in states) + " |")
    return HEAD.format(title=title) + "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """Return every page by file name."""
    return {
        "publication-document.md": table(
            "文件 · a document",
            publication_worlds.STATES,
            publication_worlds.COMMANDS,
            DOCUMENT_STATES,
            document.COMMAND_NAMES,
            publication_worlds.a_document_in,
            document.decide,
            evolve_document,
        ),
        "publication-release.md": table(
            "发布 · a release",
            publication_releases.STATES,
            publication_releases.COMMANDS,
            RELEASE_STATES,
            release.COMMAND_NAMES,
            publication_releases.a_release_in,
            release.decide,
            evolve_release,
        ),
    }


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, "utf-8")
