"""`python -m tests.bench [name …] [--quick] [--write]`: measure beside the floor; `--write` renews docs/benchmarks.md."""

import argparse
import asyncio
import importlib
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

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


async def measure(names: list[str], *, quick: bool) -> list[Measured]:
    results: list[Measured] = []
    async with ground(rounds=1 if quick else 3, quick=quick) as stand:
        for place, name in enumerate(names, start=1):
            print(f"[{place}/{len(names)}] {name} …", flush=True)
            found = await importlib.import_module(f"tests.bench.bench_{name}").run(stand)
            print(report.table(found), flush=True)
            results += found
    return results


def write(results: list[Measured], *, quick: bool, load: float) -> None:
    (DOCS / "benchmarks.svg").write_text(report.chart(results), "utf-8")
    (DOCS / "benchmarks.md").write_text(
        "\n".join(
            [
                "# Benchmarks",
                "",
                "Made by `make bench`. Each line ran beside its floor in one run, rounds alternating; a floor is a bare",
                "aiokafka and asyncpg program that makes the same hops and commits. The machine is small and noisy: read",
                "the ratios, not the seconds.",
                "",
                (f"Measured {datetime.now(UTC):%Y-%m-%d} on {platform.machine()}, {os.cpu_count()} cores, Python "
                f"{platform.python_version()}, load average {load:.1f} at the start"
                f"{', one short round (`python -m tests.bench --quick --write`)' if quick else ', three rounds'}."),
                "",
                "![Ratios beside the floor](benchmarks.svg)",
                "",
                report.table(results),
                "",
            ]
        ),
        "utf-8",
    )


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
    load = os.getloadavg()[0]
    began = time.monotonic()
    results = asyncio.run(measure(asked.names or known(), quick=asked.quick))
    print(f"{report.verdict(results)}\n({time.monotonic() - began:.0f} s)", flush=True)
    if asked.write or not (asked.names or asked.quick or asked.no_write):
        write(results, quick=asked.quick, load=load)
    return 0


if __name__ == "__main__":
    sys.exit(main())
