"""How aggregates and editions are kept: facts as JSON in the register, contents as canonical blobs."""

from typing import Final
from uuid import UUID, uuid5

from pydantic import TypeAdapter

from gongkai.runtime.register import Codec, canonical
from publication.catalogue import decide as catalogue
from publication.domain import dossier, facts
from publication.domain.content import Content
from publication.domain.evolve import evolve as evolve_document
from publication.release import facts as release_facts
from publication.release import states as release
from publication.release.evolve import evolve as evolve_release

DOCUMENT: Final[Codec[dossier.Document, facts.Fact]] = Codec("document", facts.Fact, dossier.INITIAL, evolve_document)
RELEASE: Final[Codec[release.Release, release_facts.Fact]] = Codec(
    "release", release_facts.Fact, release.INITIAL, evolve_release
)
CATALOGUE: Final[Codec[catalogue.Catalogue, catalogue.Fact]] = Codec(
    "catalogue", catalogue.Fact, catalogue.INITIAL, catalogue.evolve
)
CONTENT_TYPE: Final = "application/json"
_CONTENT: Final = TypeAdapter(Content)


def catalogue_id(organ_id: UUID) -> UUID:
    """Return the catalogue's own id: an organ's id may name other aggregates too."""
    return uuid5(organ_id, "catalogue")


def content_bytes(content: Content) -> bytes:
    """Return the canonical JSON of an edition: the same text gives the same digest."""
    data = _CONTENT.dump_python(content, mode="json")
    if not content.short_title:
        del data["short_title"]  # came later: texts that were written before it keep their digest
    return canonical(data).encode()


def read_content(data: bytes) -> Content:
    return _CONTENT.validate_json(data)
