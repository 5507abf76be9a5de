"""Forms: every error a sentence at its field, nothing typed is lost, nothing foreign is taken in."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field
from starlette.requests import Request

from gongkai.runtime.errors import Forbidden, Invalid, TooLarge
from gongkai.web import csrf
from gongkai.web.cookies import SESSION_COOKIE, VISIT_COOKIE
from gongkai.web.forms import Chosen, Form, read_form, safe_path, see_other


class Draft(BaseModel):
    title: str = Field(title="标题", min_length=1, max_length=10)
    kind: Literal["notice", "news"] = Field(title="体裁")
    copies: int = Field(default=1, title="份数", ge=1, le=9)
    formed_on: date | None = Field(default=None, title="成文日期")
    owner: UUID | None = Field(default=None, title="承办人")
    themes: list[str] = Field(default_factory=list, title="主题", max_length=2)
    release_at: datetime | None = Field(default=None, title="发布时间")


def a_request(
    body: bytes = b"", content_type: str = "application/x-www-form-urlencoded", cookies: dict[str, str] | None = None,
    **headers: str,
) -> Request:
    lines = [(b"content-type", content_type.encode()), (b"host", b"gongkai.example")]
    if cookies:
        lines.append((b"cookie", "; ".join(f"{name}={value}" for name, value in cookies.items()).encode()))
    lines += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/x", "query_string": b"", "headers": lines, "state": {}}
    return Request(scope, receive)


def a_form(**fields: str | list[str]) -> Form:
    return Form({name: value if isinstance(value, list) else [value] for name, value in fields.items()})


class Placed(BaseModel):
    kind: Literal["notice", "news"] = Field(title="体裁")
    column: Annotated[str, Chosen()] = Field(title="栏目", min_length=1)
    title: str = Field(title="标题", min_length=1)


def test_what_is_picked_from_a_list_is_to_be_chosen_and_the_rest_to_be_filled_in():
    form = a_form(column="")

    assert form.parse(Placed) is None
    assert [error.sentence for error in form.errors] == ["请选择体裁", "请选择栏目", "请填写标题"]


def test_a_good_form_becomes_the_model_and_spaces_at_the_ends_are_dropped():
    form = a_form(title=" 通知 ", kind="notice", formed_on="2025-02-27", themes=["商贸", ""])

    draft = form.parse(Draft)

    assert draft == Draft(title="通知", kind="notice", formed_on=date(2025, 2, 27), themes=["商贸"])
    assert form.errors == []


@pytest.mark.parametrize(
    ("fields", "path", "sentence"),
    [
        ({"title": ""}, "title", "请填写标题"),
        ({"title": "　"}, "title", "请填写标题"),
        ({"title": "一" * 11}, "title", "最多 10 个字，请删短"),
        ({"kind": "law"}, "kind", "请从给出的选项里选择"),
        ({"copies": "many"}, "copies", "这里要填整数"),
        ({"copies": "0"}, "copies", "不能小于 1"),
        ({"copies": "10"}, "copies", "不能大于 9"),
        ({"formed_on": "27/2"}, "formed_on", "日期"),
        ({"formed_on": "2025-02-30"}, "formed_on", "日期"),
        ({"owner": "me"}, "owner", "请从列表里重新选择"),
        ({"themes": ["a", "b", "c"]}, "themes", "最多 2 项"),
        ({"release_at": "soon"}, "release_at", "时间"),
    ],
)
def test_every_kind_of_error_is_a_chinese_sentence_at_its_field(fields, path, sentence):
    form = a_form(**({"title": "通知", "kind": "notice"} | fields))

    assert form.parse(Draft) is None

    assert [error.path for error in form.errors] == [path]
    assert sentence in form.errors[0].sentence
    assert form.sentences(path) == [form.errors[0].sentence]


def test_after_an_error_everything_typed_is_still_there():
    form = a_form(title="", kind="news", themes=["商贸", "外资"])

    form.parse(Draft)

    assert form.value("kind") == "news"
    assert form.values("themes") == ["商贸", "外资"]


def test_two_models_in_one_form_keep_their_errors_apart():
    form = a_form(title="通知", kind="notice", second_title="", second_kind="news")

    assert form.parse(Draft) is not None
    assert form.parse(Draft, prefix="second_") is None
    assert [error.path for error in form.errors] == ["second_title"]


async def test_a_form_with_the_proof_of_its_session_is_read():
    cookies = {SESSION_COOKIE: "signed"}
    token = csrf.token_for(a_request(cookies=cookies))

    form = await read_form(a_request(f"title=a&csrf={token}".encode(), cookies=cookies))

    assert form.value("title") == "a"


@pytest.mark.parametrize("cookies", [{SESSION_COOKIE: "another"}, {VISIT_COOKIE: "signed"}, {}])
async def test_a_form_without_the_proof_of_this_very_session_is_refused(cookies):
    token = csrf.token_for(a_request(cookies={SESSION_COOKIE: "signed"}))

    with pytest.raises(Forbidden) as no:
        await read_form(a_request(f"title=a&csrf={token}".encode(), cookies=cookies))

    assert "重新打开页面" in no.value.sentence


async def test_a_form_without_any_proof_is_refused():
    with pytest.raises(Forbidden):
        await read_form(a_request(b"title=a", cookies={SESSION_COOKIE: "signed"}))


def test_a_visitor_is_given_one_token_for_the_whole_page():
    request = a_request()

    assert csrf.token_for(request) == csrf.token_for(request)
    assert csrf.token_for(a_request()) != csrf.token_for(request)


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "same-site"}, False),
        ({"origin": "http://gongkai.example"}, True),
        ({"origin": "http://evil.example"}, False),
        ({}, False),
    ],
)
def test_a_script_call_with_a_cookie_must_come_from_our_own_pages(headers, ours):
    assert csrf.same_origin(a_request(cookies={SESSION_COOKIE: "s"}, **headers)) is ours


async def test_a_body_over_the_limit_is_refused_whatever_its_length_says():
    body = b"a=" + b"x" * (2 * 1024 * 1024)

    with pytest.raises(TooLarge):
        await read_form(a_request(body, content_length=str(len(body))))
    with pytest.raises(TooLarge):
        await read_form(a_request(body, content_length="10"))


async def test_files_are_refused_where_none_are_asked_for():
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.pdf"\r\n\r\nx\r\n--b--\r\n'

    with pytest.raises(Invalid):
        await read_form(a_request(body, "multipart/form-data; boundary=b"))


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=b", "text/plain"])
async def test_a_broken_body_is_a_sentence_and_no_accident(content_type):
    with pytest.raises((Invalid, Forbidden)):
        await read_form(a_request(b"--b\r\nbroken", content_type))


async def an_upload(content: bytes) -> Form:
    token = csrf.token_for(a_request(cookies={SESSION_COOKIE: "s"}))
    part = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    body = (
        part % (b"csrf", b"", token.encode())
        + part % (b"proof", '; filename="C:/扫描/证明.pdf"'.encode(), content)
        + b"--b--\r\n"
    )
    return await read_form(
        a_request(body, "multipart/form-data; boundary=b", cookies={SESSION_COOKIE: "s"}), uploads=True
    )


@pytest.mark.parametrize(
    ("content", "kinds", "sentence"),
    [
        (b"x" * 4096, ["pdf"], "“证明.pdf”有 4 KB，超过 1 KB，请压缩或拆开再传"),
        (b"x", ["jpg", "png"], "“证明.pdf”的格式不能用，请换成 JPG、PNG"),
        (b"", ["pdf"], "“证明.pdf”是空的，请打开看一眼再传"),
    ],
)
async def test_a_bad_upload_is_named_with_what_is_wrong_and_how_to_mend_it(content, kinds, sentence):
    form = await an_upload(content)

    assert await form.file("proof", limit=1024, kinds=kinds) is None

    assert form.sentences("proof") == [sentence]


async def test_a_good_upload_comes_with_its_bare_name():
    form = await an_upload(b"%PDF-1.7")

    assert await form.file("proof", limit=1024, kinds=["pdf"]) == ("证明.pdf", b"%PDF-1.7")
    assert form.errors == []


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", None, "/a\r\nb", "a/b"]
)
def test_a_redirect_never_leaves_our_address(target):
    assert safe_path(target, "/home") == "/home"
    assert see_other(target, "/home").headers["location"] == "/home"


def test_a_redirect_to_our_own_page_keeps_its_query():
    assert see_other("/publication/documents?q=%E5%95%86").headers["location"] == "/publication/documents?q=%E5%95%86"
