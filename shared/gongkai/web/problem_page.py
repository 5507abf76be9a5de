"""Problems as pages: what could not be done, why, and what to do instead. Must render when the database is away."""

from functools import cache
from typing import Final
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from jinja2 import Environment
from starlette.responses import HTMLResponse

from gongkai.runtime.problem import Problem, Renderer
from gongkai.web.cookies import SESSION_COOKIE, SIZE_COOKIE
from gongkai.web.csrf import SAFE_METHODS
from gongkai.web.security import HEADERS
from gongkai.web.templating import environment

SIGN_IN: Final = "/identity/sign-in"
#: What a person can do now, by kind of problem.
ADVICE: Final[dict[str, str]] = {
    "refused": "这一步没有办理，您填写的内容没有改动。按上面的说明处理后，可以再办一次。",
    "changed-meanwhile": "您这次的修改没有保存。请用浏览器的“后退”把写好的内容复制下来，打开最新的一稿核对后再改。",
    "not-found": "可能是地址抄错了，或者这项内容已经移走。",
    "gone": "这项内容已经撤回或者废止，说明见公开的更正和撤回栏目。",
    "invalid": "请用浏览器的“后退”回到表单，改好下面几处再提交，其余内容还在。",
    "forbidden": "如果这是您的职责，请联系系统管理员核对角色。",
    "unauthenticated": "登录后可以接着办。您填写的内容可以用浏览器的“后退”找回。",
    "too-many": "为了安全，请过一会儿再试。",
    "too-large": "请压缩文件或者分几次提交。",
    "unavailable": "已经保存的内容都在。请过几分钟再试，仍然不行的，请联系系统管理员。",
    "accident": "已经保存的内容都在。请过几分钟再试，仍然不行的，请把下面的编号告诉系统管理员。",
}
#: The same for citizens, who know of no roles and no administrator.
_PUBLIC_ADVICE: Final[dict[str, str]] = {
    "refused": "这一步没有办理，您填写的内容没有改动。",
    "forbidden": "请用浏览器的“后退”回到上一页，重新打开以后再试；仍然不行的，请与我们联系。",
    "unavailable": "已经保存的内容都在。请过几分钟再试，仍然不行的，请与我们联系。",
    "accident": "已经保存的内容都在。请过几分钟再试，仍然不行的，请把下面的编号告诉我们。",
}
_TITLES: Final[dict[str, str]] = {
    "refused": "这一步现在不能办",
    "changed-meanwhile": "这项内容刚被别人改过",
    "not-found": "没有找到这个页面",
    "gone": "这项内容已经不在了",
    "invalid": "有几处需要修改",
    "forbidden": "您不能办理这一项",
    "unauthenticated": "请先登录",
    "too-many": "试得太频繁了",
    "too-large": "内容太大",
    "unavailable": "系统的一部分暂时联系不上",
    "accident": "系统出了差错",
}


@cache
def _templates() -> Environment:
    """Compile the templates once, not for each address that does not exist."""
    return environment()


def renderer(*, public: bool = False) -> Renderer:
    """Make the hook for `runtime.problem.install`. `public` is for a site without officers."""
    env = _templates()

    async def render(request: Request, problem: Problem) -> Response | None:
        if problem.kind == "unauthenticated" and request.method in SAFE_METHODS:
            here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"{SIGN_IN}?next={quote(here, safe='')}", status_code=303)
        title = _TITLES.get(problem.kind, problem.title)
        citizen = public or _is_a_visitor(request, problem)
        advice = _PUBLIC_ADVICE if citizen else {}
        html = env.get_template("problem.html").render(
            title=title,
            sentence="" if problem.title in {title, "没有这个页面"} else problem.title,
            article=problem.article,
            errors=problem.errors,
            advice=advice.get(problem.kind) or ADVICE.get(problem.kind, ""),
            reference=str(problem.extra.get("reference", "")),
            sign_in=problem.kind == "unauthenticated",
            sign_in_href=SIGN_IN,
            public=citizen,
            home="/" if citizen else "/publication/",
            home_label="返回首页" if citizen else "返回我的待办",
            retry=request.url.path if request.method in SAFE_METHODS and problem.status >= 500 else "",
            kind=problem.kind,
            large_type=request.cookies.get(SIZE_COOKIE) == "large",
        )
        # An accident is answered outside the middleware, so the page carries its headers itself.
        return HTMLResponse(html, problem.status, headers=HEADERS)

    return render


def _is_a_visitor(request: Request, problem: Problem) -> bool:
    """Tell whether a citizen stands here: some offices have pages for everybody beside those for officers."""
    at_the_officers_door = problem.kind == "unauthenticated" or request.url.path.startswith("/identity/")
    return SESSION_COOKIE not in request.cookies and not at_the_officers_door
