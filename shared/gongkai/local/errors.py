"""What can go wrong on this machine, as sentences: what happened and what to do."""


class StackError(Exception):
    """The local stack cannot go on. `sentence` says what happened, `advice` what a person can do."""

    def __init__(self, sentence: str, advice: str = "") -> None:
        super().__init__(f"{sentence}\n{advice}" if advice else sentence)
        self.sentence = sentence
        self.advice = advice


class InUse(StackError):
    """Another copy of the system owns this folder."""


class PortTaken(StackError):
    """Somebody else listens where we were told to listen."""


class DiskFull(StackError):
    """There is no room left where our state lies."""


class CannotFetch(StackError):
    """A package could not be fetched, or is not the one we pinned."""
