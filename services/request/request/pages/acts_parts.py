"""When acts are possible, said once."""

from request.domain.case import Case, Handling


def handling(case: Case) -> bool:
    return isinstance(case, Handling)


def free(case: Case) -> bool:
    """Tell whether it is handled and nothing is awaited from outside."""
    return isinstance(case, Handling) and case.awaits is None
