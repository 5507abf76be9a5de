"""`python -m tests.bench [name …] [--quick] [--write]`: measure beside the floor; `--write` renews docs/benchmarks.md."""

import argparse
import asyncio
import importlib
import os
import platform
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter
from tests.bench import report
from tests.bench.ground import ground
from tests.bench.report import Measured

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"


def known() -> list[str]:
    """Every `bench_*.py` that has an `async run(ground)`."""
    return [
        path.stem.removeprefix("bench_") for path in sorted(HERE.glob("bench_*.py")) if "async def run(ground" in path.read_text("utf-8")
    ]


@dataclass(frozen=True, slots=True)
class Run:
    """What one bench said, and how it stood around it. Kept beside the document, so that one may be measured again."""

    about: str
    measured_on: str
    machine: str
    rounds: int
    load: float
    results: list[Measured]

    def text(self) -> str:
        rounds = "one short round" if self.rounds == 1 else f"{self.rounds} rounds"
        when = f"Measured {self.measured_on} on {self.machine}, {rounds}, load average {self.load:.1f} at the start."
        return f"## {self.about}\n\n{when}\n\n{report.table(self.results)}\n"


RUNS: Final = TypeAdapter(dict[str, Run])


async def measure(names: list[str], *, quick: bool) -> dict[str, Run]:
    runs: dict[str, Run] = {}
    rounds = 1 if quick else 3
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    async with ground(rounds=rounds, quick=quick) as stand:
        for place, name in enumerate(names, start=1):
            print(f"[{place}/{len(names)}] {name} …", flush=True)
            load = os.getloadavg()[0]
            module = importlib.import_module(f"tests.bench.bench_{name}")
            about = (module.__doc__ or name).strip().partition("\n")[0].rstrip(".")
            found = await module.run(stand)
            print(report.table(found), flush=True)
            runs[name] = Run(about, f"{datetime.now(UTC):%Y-%m-%d}", machine, rounds, load, found)
    return runs


def write(runs: dict[str, Run]) -> None:
    """Renew what was measured now and leave the rest as it was measured before."""
    kept = DOCS / "benchmarks.json"
    before = RUNS.validate_json(kept.read_bytes()) if kept.is_file() else {}
    after = {name: run for name, run in sorted((before | runs).items()) if name in known()}
    kept.write_bytes(RUNS.dump_json(after, indent=1) + b"\n")
    results = [result for run in after.values() for result in run.results]
    (DOCS / "benchmarks.svg").write_text(report.chart(results), "utf-8")
    head = [
        "# Benchmarks",
        "",
        "Made by `make bench`; `python -m tests.bench NAME --write` measures one of them again. Each line ran beside its",
        "floor in one run, rounds alternating; a floor is a bare aiokafka and asyncpg program that makes the same hops",
        "and commits. The machine is small and noisy: read the ratios, not the seconds.",
        "",
        "![Ratios beside the floor](benchmarks.svg)",
        "",
    ]
    (DOCS / "benchmarks.md").write_text("\n".join([*head, *(run.text() for run in after.values())]), "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *known()] if not known() else None)
    parser.add_argument("--quick", action="store_true", help="one short round, for trying out")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md also after a short or partial run")
    parser.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(known())
    if unknown:
        print(f"unknown: {sorted(unknown)}; known: {known()}", file=sys.stderr)
        return 2
    began = time.monotonic()
    runs = asyncio.run(measure(asked.names or known(), quick=asked.quick))
    results = [result for run in runs.values() for result in run.results]
    print(f"{report.verdict(results)}\n({time.monotonic() - began:.0f} s)", flush=True)
    if asked.write or not (asked.names or asked.quick or asked.no_write):
        write(runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
