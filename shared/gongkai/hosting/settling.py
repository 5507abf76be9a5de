"""What is done once everything is in its place."""

import gc


def settle() -> None:
    """Let the garbage collector leave alone what stays for as long as the process: routes, models, templates.

    It walks through all of it again and again otherwise, 150 milliseconds each time, in which no page is answered.
    """
    gc.collect()
    gc.freeze()
