"""How a form answers when a command came to nothing: what was typed stays, and the reason stands above it."""

from gongkai.runtime.errors import Invalid
from gongkai.runtime.problem import of as problem_of
from gongkai.statute.refusal import Refused
from gongkai.web.forms import Form


def note(form: Form, trouble: Exception) -> int:
    """Put the outcome of a command into its form, and return the status of the answer."""
    match trouble:
        case Refused():
            form.add("", trouble.reason + (f"（{trouble.article}）" if trouble.article else ""))
        case Invalid():
            for path, sentence in trouble.errors:
                form.add(path.rpartition(".")[2], sentence)
        case _:
            form.add("", getattr(trouble, "sentence", "") or str(trouble))
    return problem_of(trouble).status
