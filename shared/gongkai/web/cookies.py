"""The names of our cookies. None of them holds a name, a role or anything else about a person."""

from typing import Final

from gongkai.runtime.settings import Settings

SESSION_COOKIE: Final = "gongkai_session"
#: Before sign-in: nothing but a random value that binds a form to a browser.
VISIT_COOKIE: Final = "gongkai_visit"
#: 大字版, on the public site.
SIZE_COOKIE: Final = "gongkai_size"


def secure(settings: Settings) -> bool:
    """Tell whether cookies may travel over TLS only: by setting, and always where the public address is https."""
    return settings.secure_cookies or settings.public_url.startswith("https://")
