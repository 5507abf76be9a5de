"""`python -m gongkai.hosting.probe /identity`: is the service in this container ready? For health checks."""

import http.client
import os
import sys


def main() -> int:
    """Return 0 when the service below this prefix says that it is ready."""
    asked = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("GONGKAI_BIND_PORT", "8080")), timeout=4)
    try:
        asked.request("GET", f"{sys.argv[1] if len(sys.argv) > 1 else ''}/health/ready")
        answer = asked.getresponse()
        sys.stdout.write(answer.read(2000).decode(errors="replace"))
    except OSError as wrong:
        sys.stdout.write(str(wrong))
        return 1
    return 0 if answer.status == http.client.OK else 1


if __name__ == "__main__":
    sys.exit(main())
