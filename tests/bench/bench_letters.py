"""A letter from its data to PDF and to Word, in a worker process as the service does it. `python -m tests.bench letters`."""

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.bench.ground import Ground
from tests.bench.report import Measured
from tests.support.request_letters import SPECIMENS

from request.letters.compose import compose
from request.letters.typeset import typeset
from request.letters.word import to_word

AIM_MS = 300


def rounds(count: int) -> tuple[float, list[float], list[float]]:
    """Milliseconds of the first PDF, which reads the fonts, of every form after it, and of every form in Word."""
    first, pdfs, words = 0.0, [], []
    for _ in range(count):
        for data in SPECIMENS.values():
            began = time.perf_counter()
            letter = compose(data)
            typeset(letter)
            made = time.perf_counter()
            to_word(letter)
            words.append((time.perf_counter() - made) * 1_000)
            taken = (made - began) * 1_000
            if first:
                pdfs.append(taken)
            else:
                first = taken
    return first, pdfs, words


async def run(ground: Ground) -> list[Measured]:
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        first, pdfs, words = await loop.run_in_executor(pool, rounds, ground.rounds)
    note = f"{len(SPECIMENS)} forms of one to three pages"

    def measured(name: str, values: list[float]) -> Measured:
        return Measured(f"letters: {name}", "ms", "lower", tuple(values), limit=AIM_MS, limit_is="value", note=note)

    return [
        measured("first PDF in a process", [first]),
        measured("every PDF after it", pdfs),
        measured("the same as Word", words),
    ]
