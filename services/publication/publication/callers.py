"""Who is calling, in the words of the domain: the session's officer with the colleagues they stand in for."""

from gongkai.web import session
from publication.domain.people import Officer, Principal


def officer_of(caller: session.Officer) -> Officer:
    """Return the person as the domain knows them. Roles were read from the officer table for this very request."""
    return Officer(
        caller.person_id,
        caller.roles,
        caller.unit,
        tuple(Principal(away.person_id, away.roles) for away in caller.stands_in),
    )
