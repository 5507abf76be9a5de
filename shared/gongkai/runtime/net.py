"""Small questions to the network."""

import asyncio
import contextlib


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
