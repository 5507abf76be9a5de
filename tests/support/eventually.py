"""Wait for a fact about the world, with a deadline, instead of sleeping and hoping."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(
    fn: Callable[[], T | Awaitable[T]], timeout: float = 10.0, poll: float = 0.02, because: str = ""
) -> T:
    """Call `fn` until it returns something true, or returns without an AssertionError when it returns None.

    The last answer or the last failed assertion is what the test shows when the time is over.
    """
    deadline = time.monotonic() + timeout
    while True:
        failure: AssertionError | None = None
        answer: T | None = None
        try:
            asked = fn()
            answer = await asked if inspect.isawaitable(asked) else asked  # type: ignore[assignment]
        except AssertionError as wrong:
            failure = wrong
        if failure is None and (answer is None or bool(answer)):
            return answer  # type: ignore[return-value]
        if time.monotonic() >= deadline:
            if failure is not None:
                raise failure
            raise AssertionError(f"not true within {timeout} s: {because or fn!r}; last answer {answer!r}")
        await asyncio.sleep(poll)
