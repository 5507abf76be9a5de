"""The table of readers in docs/events.md is read from the source; here it is held against who really listens."""

from tests.support.hosted import a_system

from gongkai.contracts import docs
from gongkai.contracts.catalog import ENTRIES


async def test_the_readers_in_the_documents_are_those_who_listen(postgres, kafka, tmp_path):
    async with a_system(postgres, kafka, tmp_path) as hosted:
        listening = {name: running.bus.inbox.types for name, running in hosted.host.running.items()}
    written = docs.readers_in(docs.ROOT)

    for entry in ENTRIES:
        hear = {name for name, types in listening.items() if entry.type in types}
        said = set(written.get(entry.event.__name__, []))
        assert hear == (set(listening) if "every service" in said else said), entry.type
