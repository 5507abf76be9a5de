"""The template environment: a service's own templates, then the shared frames and components."""

from typing import Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

from gongkai.web.filters import FILTERS
from gongkai.web.static import url_for_static

#: What a frame asks about but a page need not say.
DEFAULTS: Final = {
    "form": None,
    "organ": None,
    "crumbs": (),
    "html_theme": False,
    "body_class": "",
    "large_type": False,
    "day_kind": "",
    "nav": "",
    "print_view": False, "public": False,
}


def environment(*packages: str) -> Environment:
    """Make the templates of these packages, then the shared ones; a name that is not given is an error."""
    env = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in (*packages, "gongkai.web")]),
        autoescape=select_autoescape(("html", "xml"), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters.update(FILTERS)
    env.globals.update(DEFAULTS)
    env.globals["url_for_static"] = url_for_static
    env.globals["icon"] = env.get_template("icons.html").make_module().icon  # type: ignore[attr-defined]
    env.globals["ui"] = env.get_template("macros.html").make_module()
    return env
