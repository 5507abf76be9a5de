"""Small questions to the network."""

import asyncio
import contextlib
import importlib.util
import sys

# httpcore tries `import sniffio` in every request and gets on without it. A name that is known to be absent is answered
# at once; otherwise each try searches the whole path again.
if importlib.util.find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]


async def reachable(servers: str, *, seconds: float = 1.0) -> bool:
    """Tell whether any `host:port` of a comma-separated list accepts connections."""
    for server in servers.split(","):
        host, _, port = server.strip().rpartition(":")
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), seconds)
        except (OSError, TimeoutError):
            continue
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True
    return False
