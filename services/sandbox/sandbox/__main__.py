"""`python -m sandbox`: the sandbox as its own process."""

import os
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from sandbox.app import create_app


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  this is the composition root


def main() -> None:
    folder = os.environ.get("GONGKAI_SANDBOX_DIR")
    app = create_app(_now, Path(folder) if folder else None)
    host = os.environ.get("GONGKAI_SANDBOX_HOST", "127.0.0.1")
    port = int(os.environ.get("GONGKAI_SANDBOX_PORT", "8090"))
    # Longer than our own clients keep an idle connection: otherwise both may let go of it in the same instant.
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, timeout_keep_alive=30)


if __name__ == "__main__":
    main()
