"""Every address in the name of every role and of nobody: who may not is told so, and no other site can act for who may."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from uuid import uuid4

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from tests.support.hostile_world import PREFIXES, World, a_world, accidents

from gongkai.web.cookies import SESSION_COOKIE, VISIT_COOKIE
from gongkai.web.permissions import MATRIX, ROLES
from request.pages.acts import ACTS

OFFICES = ("identity", "publication", "newmedia-sync", "request")
#: What anybody may ask for at an office: probes, descriptions, the door for signed events, signing in.
OPEN = re.compile(
    r"/(health/|metrics$|openapi\.json|blobs/|events$|push/)|^/publication/find-errors(/status)?$|^/identity/seals/"
    r"|^/request/(api/(organs/|draft$|verify$|forwarded/)|$|apply$|form$|mine(/|$)|verify(/|$))"
    r"|^/identity/seals/|^/identity/(first-start|sign-in|sign-out|set-password|forgotten)$|^/identity/api/(first-start|sessions|password|calendar)$"
)
#: Read as the regulation has it, not as the code says: `METHOD path` → the action it takes. `D` stands for one id.
EXPECTED = """
GET    /{office}/api/ops/(status|quarantine|quarantine/N|clocks)                          quarantine.see
POST   /{office}/api/ops/quarantine/N/(replay|drop)                                       quarantine.replay
POST   /{office}/api/ops/register/(verify|seal)                                           audit.verify
GET    /publication/api/sources                                                           source.manage
POST   /publication/api/sources(|/renew|/change)                                          source.manage
GET    /publication/api/documents(|/D|/D/editions|/D/editions/N|/D/audit|/D/preview|/D/marks|/D/findings|/D/gates) document.see
POST   /publication/api/documents                                                         draft.create
PUT    /publication/api/documents/D                                                       draft.edit
GET    /publication/api/documents/D/autosave                                              draft.edit
PUT    /publication/api/documents/D/autosave                                              draft.edit
DELETE /publication/api/documents/D/autosave                                              draft.edit
POST   /publication/api/documents/D/(reopen|interpretations)                              draft.edit
DELETE /publication/api/documents/D/interpretations/D                                     draft.edit
POST   /publication/api/documents/D/submit                                                draft.submit
POST   /publication/api/documents/D/discard                                               draft.discard
POST   /publication/api/documents/D/(keep|openness-review)                                openness.decide
POST   /publication/api/documents/D/interpretation-exemption                              interpretation.except
POST   /publication/api/documents/D/assessment                                            impact.assess
POST   /publication/api/documents/D/findings/K/waive                                      finding.waive
POST   /publication/api/documents/D/(approve|proposal/approve)                            release.order
POST   /publication/api/documents/D/emergency                                             release.emergency
POST   /publication/api/documents/D/correction(|/drop)                                    document.correct
POST   /publication/api/documents/D/(withdrawal|proposal/drop|penalty-change)             document.withdraw
POST   /publication/api/documents/D/repeal                                                document.repeal
GET    /publication/api/(releases|releases/D|channels)                                    release.see
POST   /publication/api/releases/D/(hold|cancel)                                          release.cancel
POST   /publication/api/releases/D/(resume|reschedule)                                    release.order
POST   /publication/api/releases/D/go-without                                             release.proceed
POST   /publication/api/releases/D/retry                                                  delivery.act
GET    /publication/api/(catalogue|catalogue/revisions|catalogue/revisions/N|columns/health|themes) catalogue.see
PUT    /publication/api/catalogue                                                         catalogue.revise
GET    /publication/api/word-list                                                         document.see
PUT    /publication/api/word-list                                                         wordlist.edit
GET    /publication/api/site-errors(|/D)                                                  site-error.see
POST   /publication/api/site-errors/D/answer                                              site-error.answer
GET    /publication/api/queue                                                             work.see
POST   /publication/api/attachments                                                       attachment.add
POST   /publication/api/import                                                            draft.import
GET    /publication/api/files/B                                                           document.see
GET    /newmedia/api/accounts(|/D)                                                        account.see
POST   /newmedia/api/accounts                                                             account.open
PUT    /newmedia/api/accounts/D                                                           account.change
POST   /newmedia/api/accounts/D/filing                                                    account.file
POST   /newmedia/api/accounts/D/closing                                                   account.close
PUT    /newmedia/api/accounts/D/credentials                                               account.credential
POST   /newmedia/api/accounts/D/check                                                     account.credential
GET    /newmedia/api/deliveries(|/D)                                                      delivery.see
POST   /newmedia/api/deliveries/D/(probe|retry|give-up|post|retract|retracted)            delivery.act
POST   /newmedia/api/previews                                                             document.see
GET    /identity/api/people                                                               person.see
GET    /identity/api/people/D                                                             person.manage
POST   /identity/api/(people|people/D/leave|people/D/return|people/D/code|stand-ins)      person.manage
PATCH  /identity/api/people/D                                                             person.manage
DELETE /identity/api/people/D/(sessions|card|stand-ins/D)                                 person.manage
POST   /identity/api/organs                                                               organ.describe
PUT    /identity/api/organs/D(|/seal)                                                     organ.describe
DELETE /identity/api/organs/D/seal                                                        organ.describe
GET    /publication/documents(|/D|/D/compare|/D/record|/D/interpretations|/D/preview|/D/disclosure|/D/assessment|/D/sign) document.see
GET    /publication/documents/new                                                         draft.create
GET    /publication/documents/import                                                      draft.create|draft.import
GET    /publication/documents/D/edit                                                      draft.edit
GET    /publication/documents/D/emergency                                                 release.emergency
GET    /publication/releases(|/D)                                                         release.see
GET    /publication/catalogue(|/revisions)                                                catalogue.see
GET    /publication/catalogue/(new|columns/K|columns/K/retire)                            catalogue.revise
GET    /publication/site-errors(|/D)                                                      site-error.see
GET    /publication/words(|/new|/allow)                                                   wordlist.edit
POST   /publication/api/operating/rebuild                                                 audit.verify
POST   /identity/api/operating/rebuild                                                    audit.verify
POST   /identity/api/calendar(|/read)                                                     calendar.edit
GET    /identity/calendar                                                                 calendar.edit
GET    /identity/people/D                                                                 person.manage
GET    /publication/sources(|/one)                                                        source.manage
GET    /publication/clocks(|/D/D)                                                         document.see
GET    /publication/audit(|/D)                                                            audit.see
GET    /publication/(operations|quarantine|quarantine/S/N)                                quarantine.see
GET    /publication/                                                                      work.see
GET    /newmedia/(accounts/D|)                                                            account.see
GET    /newmedia/accounts/new                                                             account.open
GET    /newmedia/deliveries(|/D)                                                          delivery.see
GET    /identity/people                                                                   person.see
GET    /identity/people/new                                                               person.manage
GET    /identity/organ                                                                    organ.describe
GET    /request/api/sources                                                               source.manage
POST   /request/api/sources(|/renew|/change)                                              source.manage
POST   /request/api/operating/rebuild                                                     audit.verify
GET    /request/api/(queue|cases|cases/D|cases/D/timeline|cases/D/similar|cases/D/clock|cases/D/conversion/D|conversions|library|library/D|settings|settings/ladder) request.see
GET    /request/(api|desk)/messages                                                       request.messages
POST   /request/(api|desk)/messages/D/retry                                               request.messages
POST   /request/api/settings/ladder                                                       request.settings
GET    /request/desk/ladder                                                               request.settings
POST   /request/desk/ladder                                                               request.settings
POST   /request/desk/cases/D/people/D/erase                                               request.erase
PUT    /request/api/settings                                                              request.settings
POST   /request/api/(cases|cases/D/(receipt|number|topic|assign|split|join|separate|withdraw|archive|correction/received)) request.register
POST   /request/api/cases/D/(searches|similar|units|units/D/answer|files|redactions)      request.handle
POST   /request/api/cases/D/(correction|opinions|opinions/D/(received|answer)|reasons|reasons/judgement|notices/(dropped|received)) request.handle
POST   /request/api/cases/D/(draft|letters|letters/preview|letters/D/service)             request.handle
POST   /request/api/cases/D/draft/(pass|return)                                           request.approve
POST   /request/api/cases/D/receipt/correct                                               request.receipt
POST   /request/api/cases/D/extension                                                     request.extend
POST   /request/api/cases/D/fee(|/received|/payment|/exemption)                           request.fee
GET    /request/api/cases/D/(application|parties/D|opinions/D/words|files/D|files/D/proposals|draft|letters/D/F) request.personal-data
GET    /request/api/cases/D/reads                                                         audit.see
GET    /request/api/cases/D/people                                                        request.see
POST   /request/api/cases/D/(erase|people/D/erase)                                        request.erase
POST   /request/api/cases/D/remedies(|/D/(answer|decision))                               request.remedy
POST   /request/api/cases/D/rounds                                                        request.remedy
POST   /request/api/cases/D/conversion/(review|D/decision)                                request.convert
POST   /request/api/conversions/replay                                                    request.convert
POST   /request/api/library/D/comments                                                    request.handle
POST   /request/api/library/papers                                                        request.library
GET    /request/api/counting(|/years|/cases|/remedies)                                    request.count
GET    /request/api/imports/template                                                      request.import
POST   /request/api/imports                                                               request.import
GET    /request/desk(|/cases|/cases/D|/cases/D/(reply|letters|people))                           request.see
GET    /request/desk/cases/D/(person|people/D)                                            request.personal-data
GET    /request/desk/cases/D/people/D/erase                                               request.erase
GET    /request/desk/new                                                                  request.register
GET    /request/conversions/D                                                             request.see
POST   /request/api/cases/D/typical                                                       request.library
POST   /request/desk/new                                                                  request.register
GET    /request/desk/cases/D/split                                                        request.register|request.personal-data
POST   /request/desk/cases/D/split                                                        request.register|request.personal-data
GET    /request/desk/cases/D/do/correction                                                request.handle
POST   /request/desk/cases/D/do/correction                                                request.handle
POST   /request/desk/cases/D/(reply|letters|served|files|similar)                         request.handle
POST   /request/desk/cases/D/reply/decide                                                 request.approve
GET    /request/desk/cases/D/(letters/D[.](pdf|docx)|files/D)                              request.personal-data
GET    /request/desk/cases/D/(files|similar)                                              request.see
GET    /request/desk/cases/D/files/D/redact                                               request.handle|request.personal-data
POST   /request/desk/cases/D/files/D/redact                                               request.handle|request.personal-data
GET    /request/desk/(conversions|cases/D/conversion/D)                                   request.see
POST   /request/desk/cases/D/conversion/D(|/again)                                        request.convert
GET    /request/desk/library(|/D)                                                         request.see
POST   /request/desk/library/paper                                                        request.library
POST   /request/desk/library/D                                                            request.handle
GET    /request/desk/counts(|/table.csv|/cases)                                           request.count
GET    /request/desk/import(|/template.xlsx)                                              request.import
POST   /request/desk/import                                                               request.import
GET    /request/desk/(settings)                                                           request.settings
POST   /request/desk/(settings)                                                           request.settings
GET    /request/desk/cases/D/objections                                                   request.personal-data
POST   /request/desk/cases/D/objections                                                   request.handle|request.personal-data
GET    /request/api/cases/D/objections                                                    request.personal-data
POST   /request/api/cases/D/objections/D/answer                                           request.handle
GET    /request/desk/cases/D/erase                                                        request.erase
POST   /request/desk/cases/D/erase                                                        request.erase
POST   /identity/people/(new|D|D/code|D/sessions|D/stand-ins|D/stand-ins/D/end|D/leave|D/return|D/erase) person.manage
GET    /identity/people/D/T                                                               person.manage
POST   /identity/(calendar|calendar/read)                                                 calendar.edit
POST   /identity/organ(|/seal)                                                            organ.describe
POST   /identity/(tokens|tokens/D/withdraw)                                               token.issue
GET    /identity/tokens                                                                   token.issue
GET    /identity/api/tokens                                                               token.issue
POST   /identity/api/tokens                                                               token.issue
DELETE /identity/api/tokens/D                                                             token.issue
GET    /identity/api/(sessions/current|organs|organs/D|matrix|notices)                    anybody-signed-in
GET    /identity/(|me|me/password|notices|roles|components)                               anybody-signed-in
POST   /identity/me/(mail|password)                                                       anybody-signed-in
GET    /identity/api/directory                                                            anybody-signed-in
POST   /identity/api/notices                                                              a-service-alone
POST   /publication/documents/new                                                         draft.create
POST   /publication/documents/new/autosave                                                draft.create
POST   /publication/documents/import                                                      draft.create|draft.import
POST   /publication/documents/preview                                                     draft.edit
POST   /publication/documents/D/(edit|autosave|interpretations|interpretations/remove)    draft.edit
POST   /publication/documents/D/assessment                                                impact.assess
POST   /publication/documents/D/sign                                                      release.order
POST   /publication/documents/D/emergency                                                 release.emergency
POST   /publication/catalogue/(new|columns/K|columns/K/retire)                            catalogue.revise
POST   /publication/quarantine/S/N/(replay|drop)                                          quarantine.replay
POST   /publication/sources(|/one/change|/one/renew|/one/close|/one/open)                 source.manage
POST   /publication/words/(new|allow|remove)                                              wordlist.edit
POST   /publication/site-errors/D/answer                                                  site-error.answer
POST   /newmedia/accounts/new                                                             account.open
POST   /newmedia/accounts/D/change                                                        account.change
POST   /newmedia/accounts/D/filing                                                        account.file
POST   /newmedia/accounts/D/(credentials|check)                                           account.credential
POST   /newmedia/accounts/D/close                                                         account.close
POST   /newmedia/deliveries/D/W                                                           delivery.act
GET    /newmedia/accounts/D/T                                                             account.change
GET    /publication/documents/D/D                                                         document.withdraw
POST   /publication/documents/D/D                                                         document.withdraw
GET    /publication/releases/D/D                                                          release.cancel
POST   /publication/releases/D/D                                                          release.cancel
GET    /publication/documents/D/proposal                                                  document.withdraw
POST   /publication/documents/D/proposal                                                  document.withdraw
POST   /publication/documents/D/(mark|disclosure|findings)                                         document.see
POST   /publication/api/documents/D/(return|disclosure)                                   document.see
"""
RULES = [
    (method, re.compile(path.replace("{office}", "(identity|publication|newmedia|request)") + "$"), action.split("|"))
    for method, path, action in (line.split() for line in EXPECTED.strip().splitlines())
]
_SHORT = {
    "number": "N", "edition": "N", "revision": "N", "key": "K", "column_id": "K", "digest": "B", "service": "S", "form": "F",
    "step": "T", "way": "W",
}  # fmt: skip
_REAL = {"N": "1", "K": "tzgg", "B": "sha256:" + "0" * 64, "S": "portal", "F": "pdf"}
#: Addresses that end in a word of ours.
_WORDS = {"/{way}": "/retry", "/{step}": "/leave"}
#: What is no action of the matrix: anybody who is signed in; nobody but one of our own services.
BESIDE = {"anybody-signed-in": ROLES, "a-service-alone": ()}
#: Addresses whose action hangs on what is done there: the tests named beside each ask them.
BY_WHAT_IS_DONE = (
    ("POST", "/publication/api/documents/{document_id}/marks"),  # test_marks_are_checked_by_the_step_they_sign
)
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
async def world(postgres, kafka, tmp_path_factory) -> AsyncIterator[World]:
    async with a_world(postgres, kafka, tmp_path_factory.mktemp("access")) as world:
        for role in ROLES:
            await world.office.token(world.login(role))
        world.documents["draft"] = await world.draft("关于展会的通知")
        yield world
        assert accidents(world) == {}


def routes(world: World) -> Iterator[tuple[str, str]]:
    """Give every method and address that an office answers, as it was declared."""
    for service in OFFICES:
        for route in iter_route_contexts(world.system.host.running[service].app.routes):
            for method in sorted(set(getattr(route, "methods", None) or ()) - {"HEAD", "OPTIONS"}):
                yield method, f"{PREFIXES[service]}{route.path}"  # type: ignore[attr-defined]


def shape(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: _SHORT.get(found[1], "D"), path.replace("/do/{key}", "/do/correction"))


def filled(path: str) -> str:
    """Put an id in the place of each parameter: one that exists nowhere."""
    for end, word in {**_WORDS, "/do/{key}": "/do/correction", "/{kind}": "/hold" if "/releases/" in path else "/withdraw"}.items():
        path = path.replace(end, word)
    return re.sub(r"\{(\w+)\}", lambda found: _REAL.get(_SHORT.get(found[1], ""), str(uuid4())), path)


def actions_of(method: str, path: str) -> list[str]:
    return next((actions for wanted, pattern, actions in RULES if wanted == method and pattern.match(shape(path))), [])


async def test_nobody_is_let_in_anywhere_but_at_the_doors(world: World) -> None:
    tried = 0
    for method, path in routes(world):
        if OPEN.search(path):
            continue
        tried += 1
        answer = await world.ask(
            None, method, filled(path), headers={"Accept": "text/html"}, json=None if method == "GET" else {}
        )
        signs_in = answer.status_code == 303 and answer.headers["location"].startswith("/identity/sign-in")
        assert signs_in or answer.status_code in (401, 403), (
            method,
            path,
            answer.status_code,
            answer.headers.get("location"),
        )
        forged = await world.ask(
            None,
            method,
            filled(path),
            headers={"Authorization": "Bearer v4.public.AAAA"},
            json=None if method == "GET" else {},
        )
        assert forged.status_code in (401, 403), (method, path, forged.status_code)
    assert tried > 150


def test_every_address_of_an_office_is_a_door_or_has_a_row(world: World) -> None:
    """What has neither is checked by nothing: whoever adds an address says here who may use it."""
    without = [
        f"{method} {path}"
        for method, path in routes(world)
        if not OPEN.search(path) and not actions_of(method, path) and (method, path) not in BY_WHAT_IS_DONE
    ]
    assert without == []


def test_an_address_without_a_row_is_seen() -> None:
    assert actions_of("GET", "/request/desk/counts/cases") == ["request.count"]
    assert actions_of("POST", "/request/desk/counts/cases") == []
    assert not OPEN.search("/request/desk/counts/cases")


def who_may(actions: list[str]) -> set[str]:
    """Return the roles that may do all of these."""
    rows = [BESIDE[action] if action in BESIDE else MATRIX[action] for action in actions]  # type: ignore[index]
    return {role for role in ROLES if all(role in row for row in rows)}


async def test_every_role_may_do_what_the_matrix_says_and_nothing_else(world: World) -> None:
    wrong, covered = [], set()
    async with AsyncExitStack() as stack:
        browsers = {role: await stack.enter_async_context(world.browsing(role)) for role in ROLES}
        proofs = {role: proof_in(await browsers[role].get("/identity/me")) for role in ROLES}
        for method, path in routes(world):
            actions = actions_of(method, path)
            if not actions:
                continue
            covered.add((method, path))
            for role in ROLES:
                if method == "POST" and "/api/" not in path:
                    answer = await browsers[role].post(filled(path), data={"csrf": proofs[role]})
                else:
                    body = None if method == "GET" else {}
                    answer = await world.ask(role, method, filled(path), headers={"Accept": "text/html"}, json=body)
                may = role in who_may(actions)
                if (answer.status_code != 403) is not may or answer.status_code in (401, 500):
                    wrong.append(
                        f"{method} {path} as {role}: {answer.status_code}, {'may' if may else 'may not'} {actions}"
                    )
    assert not wrong, "\n".join(wrong)
    assert len(covered) > 250
    assert {method for method, _ in covered} == {"GET", "POST", "PUT", "PATCH", "DELETE"}
    unused = [
        f"{method} {pattern.pattern}"
        for method, pattern, _ in RULES
        if not any(m == method and pattern.match(shape(p)) for m, p in covered)
    ]
    assert unused == []


async def test_marks_are_checked_by_the_step_they_sign(world: World) -> None:
    steps = {
        "first-review": "mark.first-review", "first-proof": "mark.first-proof", "second-review": "mark.second-review",
        "second-proof": "mark.second-proof", "final-review": "mark.third-review", "final-proof": "mark.third-proof",
        "head-review": "mark.third-review-important",
    }  # fmt: skip
    for step, action in steps.items():
        for role in ROLES:
            answer = await world.ask(
                role, "POST", f"/publication/api/documents/{uuid4()}/marks", json={"edition": 1, "step": step}
            )
            assert (answer.status_code == 404) is (role in MATRIX[action]), (step, role, answer.status_code)  # type: ignore[index]
            assert answer.status_code in (403, 404)


async def test_what_is_done_with_a_case_is_checked_act_by_act(world: World) -> None:
    wrong = []
    for role in ROLES:
        async with world.browsing(role) as browser:
            proof = proof_in(await browser.get("/identity/me"))
            for act in ACTS:
                path = f"/request/desk/cases/{uuid4()}/do/{act.key}"
                for answer in (await browser.get(path), await browser.post(path, data={"csrf": proof})):
                    if answer.status_code != (404 if role in MATRIX[act.action] else 403):
                        wrong.append(f"{act.key} as {role}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


FORGERIES = (
    {"data": {"reason": "x"}},
    {"files": {"file": ("a.txt", b"a")}},
    {"content": b'{"reason":"x"}', "headers": {"content-type": "text/plain"}},
    {"content": b"", "headers": {}},
)


@pytest.mark.parametrize("role", ["drafter", "openness_officer", "head", "newmedia_operator", "administrator"])
async def test_no_other_site_can_act_with_an_officers_cookie(world: World, role: str) -> None:
    """What a browser sends along by itself is not enough for anything that changes something."""
    await world.settled()
    before = {service: await world.counts(service) for service in PREFIXES}
    abroad = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Referer": "https://evil.example/"}
    real = {"document_id": world.documents["draft"]["id"], "person_id": str(await world.person("supervisor"))}
    tried = 0
    async with world.browsing(role) as browser:
        for method, path in routes(world):
            if method == "GET" or "/events" in path or "/push/" in path:
                continue
            address = re.sub(r"\{(document_id|person_id)\}", lambda found: real[found[1]], path)
            for forged in FORGERIES:
                tried += 1
                how = {**forged, "headers": {**abroad, **forged.get("headers", {})}}  # type: ignore[dict-item]
                answer = await browser.request(method, filled(address), **how)
                # The doors for people without a session read the proof of a form, or JSON, and find neither.
                assert answer.status_code in (401, 403, 422), (method, path, answer.status_code, forged)
    assert tried > 300
    await world.settled()
    changed = {"throttle", "outbox", "clock", "vault_read"}  # the courier reads its credentials when it likes
    for service in PREFIXES:
        after = await world.counts(service)
        assert {name: n for name, n in after.items() if name not in changed} == {
            name: n for name, n in before[service].items() if name not in changed
        }
    assert (await world.ask(role, "GET", "/publication/api/queue")).status_code == 200


def proof_in(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text[:300]
    return found[1]


async def test_the_proof_of_one_session_is_worth_nothing_in_another(world: World) -> None:
    async with world.browsing("drafter") as mine, world.browsing("section_head") as theirs:
        stolen = proof_in(await theirs.get("/publication/documents/new"))
        for proof in (stolen, "", "x" * 43, stolen[:-1]):
            answer = await mine.post("/publication/documents/new", data={"csrf": proof, "title": "关于冒名的通知"})
            assert answer.status_code == 403
        kept = await world.fetch("publication", "SELECT 1 FROM document WHERE title = '关于冒名的通知'")
        assert kept == []


async def test_cookies_are_closed_to_scripts_and_other_sites_and_say_nothing(world: World) -> None:
    async with world.browsing(None) as browser:
        page = await browser.get("/identity/sign-in")
        login = world.login("supervisor")
        fields = {"csrf": proof_in(page), "login": login, "password": world.office.passwords.of(login)}
        entered = await browser.post("/identity/sign-in", data=fields)
        assert entered.status_code == 303, entered.text[:300]
        given = [each for answer in (page, entered) for each in answer.headers.get_list("set-cookie")]
        assert {each.partition("=")[0] for each in given} >= {SESSION_COOKIE, VISIT_COOKIE}
        for each in given:
            if '=""; expires=' in each:
                continue  # taken away again
            assert "httponly" in each.lower()
            assert "samesite=lax" in each.lower() or "samesite=strict" in each.lower()
            assert "path=/" in each.lower()
            assert "domain" not in each.lower()
            assert login not in each
        for target in (
            "//evil.example",
            "https://evil.example/",
            "/\\evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
        ):
            async with world.browsing(None) as other:
                form = await other.get("/identity/sign-in", params={"next": target})
                answer = await other.post("/identity/sign-in", data={**fields, "csrf": proof_in(form), "next": target})
                assert answer.headers["location"].startswith("/"), target
                assert not answer.headers["location"].startswith(("//", "/\\", "/\t")), target


async def test_what_an_officer_reads_is_kept_by_no_cache(world: World) -> None:
    tried = 0
    for method, path in routes(world):
        if method != "GET" or OPEN.search(path) or "{" in path:
            continue
        for role in ("openness_officer", "administrator"):
            answer = await world.ask(role, "GET", path, headers={"Accept": "text/html"})
            if answer.status_code != 200:
                continue
            tried += 1
            assert "no-store" in answer.headers.get("cache-control", ""), path
            assert answer.headers["x-content-type-options"] == "nosniff", path
            assert "content-security-policy" in answer.headers, path
            assert "etag" not in answer.headers or "/api/" in path, path
    assert tried > 40


async def test_another_service_cannot_be_played_by_a_person_nor_a_blob_be_read(world: World) -> None:
    (digest,) = await world.fetch("publication", "SELECT digest FROM edition LIMIT 1")
    for role in (None, *ROLES):
        blob = await world.ask(role, "GET", f"/publication/blobs/{digest['digest']}")
        assert blob.status_code == 403, role
        told = await world.ask(role, "POST", "/identity/api/notices", json={"notices": []})
        assert told.status_code == 403, role


async def test_guessing_is_slowed_down_and_learns_nothing(world: World) -> None:
    """The last test of this module: afterwards this address has to wait."""
    known = world.login("proofreader")
    answers: dict[str, list[tuple[int, str]]] = {}
    for login in (known, "nobody-here", "' OR 1=1 --", "\u202e", "a" * 80):
        for _ in range(7):
            answer = await world.ask(
                None, "POST", "/identity/api/sessions", json={"login": login, "password": "falsch-falsch-1"}
            )
            answers.setdefault(login, []).append((answer.status_code, re.sub(r"\d+", "9", answer.json()["title"])))
            if answer.status_code == 429:
                assert int(answer.headers["retry-after"]) > 0
    assert [status for status, _ in answers[known]].count(429) >= 1
    assert all(told == answers[known] for told in answers.values()), answers
    right = await world.ask(
        None, "POST", "/identity/api/sessions", json={"login": known, "password": world.office.passwords.of(known)}
    )
    assert right.status_code == 429
