"""Ports: the default when it is free, another one when it is not, the same one next time."""

import errno
import socket

LOOPBACK = "127.0.0.1"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether we could listen there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as wrong:
            if wrong.errno in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
                return False
            raise
    return True


def free_port(host: str = LOOPBACK, avoid: frozenset[int] = frozenset()) -> int:
    """Return a port nobody listens on."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((host, 0))
            port = int(probe.getsockname()[1])
        if port not in avoid:
            return port


def choose(preferred: int, host: str = LOOPBACK, avoid: frozenset[int] = frozenset()) -> int:
    """Return the preferred port, else a free one."""
    if preferred not in avoid and is_free(preferred, host):
        return preferred
    return free_port(host, avoid)
