"""`python -m gongkai.local.jarlock VERSION`: resolve a version of Kafka and print its lock. For maintainers only."""

import sys
import tempfile
from pathlib import Path
from typing import Final

from gongkai.local.jars import digest_of

BROKER: Final = "org.apache.kafka:kafka_2.13"
# The broker logs through slf4j 1.7 and brings no binding that writes. Resolved by itself: in one resolution with
# the broker, the parent of the binding would choose another version of the Kafka client.
BINDING: Final = "org.apache.logging.log4j:log4j-slf4j-impl"
LOG4J: Final = "log4j-core"


def lock(version: str) -> str:
    """Return the text of the lock for a version of Kafka."""
    from jgo.maven import MavenContext  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as scratch:
        context = MavenContext(repo_cache=Path(scratch))
        broker = context.create_dependency(f"{BROKER}:{version}")
        inputs, others = context.resolver.resolve([broker])
        chosen = {(found.groupId, found.artifactId): found for found in (*inputs, *others) if found.type == "jar"}
        log4j = next(found.version for (_, artifact), found in chosen.items() if artifact == LOG4J)
        group, artifact = BINDING.split(":")
        chosen[group, artifact] = context.create_dependency(f"{BINDING}:{log4j}")
        lines = sorted(
            f"{found.groupId}:{found.artifactId}:{found.version} sha256:{digest_of(Path(found.artifact.resolve()))}"
            for found in chosen.values()
        )
    head = (
        f"# Apache Kafka {version} and its logger. "
        "A coordinate and the SHA-256 of its jar a line; nothing else is loaded."
    )
    return "\n".join([head, *lines]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(lock(sys.argv[1]))
