"""Ask a broker the smallest question there is, so that health means an answer and not an open port."""

import asyncio
import struct
from typing import Final

API_VERSIONS: Final = 18


async def answers(host: str, port: int, within: float = 3.0) -> bool:
    """Tell whether a Kafka broker answers `ApiVersions` there."""
    try:
        async with asyncio.timeout(within):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                request = struct.pack(">hhih", API_VERSIONS, 0, 1, -1)
                writer.write(struct.pack(">i", len(request)) + request)
                await writer.drain()
                (size,) = struct.unpack(">i", await reader.readexactly(4))
                if not 6 <= size <= 1_000_000:
                    return False
                correlation, error = struct.unpack(">ih", (await reader.readexactly(size))[:6])
                return bool(correlation == 1 and error == 0)
            finally:
                writer.close()
    except (OSError, asyncio.IncompleteReadError, TimeoutError, struct.error):
        return False
