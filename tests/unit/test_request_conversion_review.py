"""What a review promises: it is readable, it forgets no secret and no person, and it never depends on chance."""

import json
from dataclasses import replace
from datetime import date
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.request_conversion import TODAY, considered, labelled_cases

from request.conversion.facts import BASES_ZH, PERSONAL_ZH, all_facts
from request.conversion.inputs import ColumnSeen, EarlierReview, Known, PersonalData
from request.conversion.kinds import KINDS, fit, named
from request.conversion.proposal import column_for, title_of
from request.conversion.review import cited, review
from request.conversion.rules import built_in, read_rulebook

OPENNESS = {"ask": 0, "keep": 0, "redact": 1, "publish": 2}
REFUSING = ("state-secret", "forbidden", "three-securities", "third-party", "internal-affairs", "process", "enforcement-files")
SECRETS = {"state-secret", "forbidden", "three-securities"}
SENSITIVE = {"bank-account", "medical", "minor"}
REFUSED_ROW = dict(zip(REFUSING, ("d1", "d2", "d3", "d4", "d5", "d6", "d7"), strict=True))



def test_a_review_reads_as_rule_facts_and_result():
    case = considered(
        "预付卡发卡企业违规的行政处罚决定书", impact="yes", redaction="yes",
        personal=(PersonalData("address", "正文首部", 1), PersonalData("name", "正文首部", 2)),
    )  # fmt: skip

    text = review(case, built_in(), TODAY).text_zh

    assert "结论：隐去部分内容后转为主动公开" in text
    assert (
        "《政府信息公开条例》第二十条第六项：有一定社会影响的行政处罚决定应当主动公开。→ 答复结果：予以公开（答复书）；" in text
    )
    assert "处罚决定有一定社会影响：是（案卷） → 应当主动公开" in text
    assert "应当隐去：住址，正文首部，1处" in text
    assert "行政处罚决定的用词" in text


def test_a_review_also_says_which_rules_were_asked_in_vain():
    found = review(considered(), built_in(), TODAY)

    asked = {link.rule for link in found.chain} | set(found.passed_over)
    assert asked == {rule.id for rule in built_in().rules}
    assert "state-secret" in found.passed_over


def test_only_what_has_to_go_is_hidden():
    case = considered(
        "拍卖企业经营许可审批结果", redaction="yes",
        personal=(PersonalData("name", "附件", 3), PersonalData("phone", "附件", 3)),
    )  # fmt: skip

    found = review(case, built_in(), TODAY)

    assert found.advice == "redact"
    assert [item.kind for item in found.hide] == ["phone"]


def test_a_closed_period_ends_on_its_own_day_before_or_after_the_regular_one():
    for until in (date(2026, 12, 5), date(2028, 1, 1)):
        found = review(considered("2026年部门预算", closed_until=until), built_in(), TODAY)
        assert (found.advice, found.relook_on) == ("keep", until)

    assert review(considered("2026年部门预算", closed_until=TODAY), built_in(), TODAY).advice == "publish"


def test_a_refused_case_whose_secrecy_ends_is_looked_at_on_that_day_or_earlier():
    found = review(considered(row="d1", closed_until=date(2027, 1, 15)), built_in(), TODAY)
    later = review(considered(row="d1", closed_until=date(2030, 1, 15)), built_in(), TODAY)

    assert (found.relook_on, later.relook_on) == (date(2027, 1, 15), date(2027, 5, 20))


def test_a_later_decision_on_the_same_information_takes_the_place_of_an_earlier_one():
    kept = EarlierReview("一", date(2025, 1, 2), "ask", "keep", accepted=True)
    opened = EarlierReview("二", date(2025, 6, 2), "publish", "publish", accepted=True)
    undecided = EarlierReview("三", date(2026, 6, 2), "publish")
    kept_as_advised = EarlierReview("四", date(2026, 1, 2), "keep", "keep", accepted=True)

    def advice(*earlier):
        return review(considered("2026年部门预算", earlier=earlier), built_in(), TODAY).advice

    assert advice(kept) == "ask"
    assert advice(opened, kept) == "keep"
    assert advice(undecided) == advice(kept_as_advised) == "publish"


def test_a_rule_counts_only_from_the_day_it_is_in_force():
    case = considered("电商直播培训讲义", applicants=3, personal=(PersonalData("email", "末页", 1),), redaction="yes")

    assert review(case, built_in(), date(2021, 10, 31)).advice == "publish"
    assert review(case, built_in(), date(2021, 11, 1)).advice == "redact"


def test_a_proposal_has_a_title_without_asking_and_the_column_that_fits():
    column = ColumnSeen("tjxx", "统计信息", "《政府信息公开条例》第二十条第（四）项")
    case = considered("申请公开2025年社会消费品零售总额统计数据的相关信息", column=column)

    proposal = review(case, built_in(), TODAY).proposal

    assert proposal is not None
    assert (proposal.title, proposal.column) == ("2025年社会消费品零售总额统计数据", "tjxx")
    assert review(considered(), built_in(), TODAY).proposal is None


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("请求提供展位分配结果（电子版）", "展位分配结果"),
        ("部门预算", "部门预算"),
        ("再次申请公开关于消费券的有关信息", "消费券"),
        ("信息", "信息"),
    ],
)
def test_the_words_of_an_application_become_those_of_a_document(words, title):
    assert title_of(words) == title


def test_a_column_is_found_by_its_legal_basis_however_the_item_is_written():
    columns = (
        ColumnSeen("zcwj", "政策文件", "《政府信息公开条例》第二十条第（一）项"),
        ColumnSeen("gfxwj", "行政规范性文件", "《政府信息公开条例》第二十条第（一）项"),
        ColumnSeen("dtyw", "商务动态", "《政府信息公开条例》第十九条"),
    )

    found = column_for(fit("行政规范性文件文本"), columns)

    assert found is not None
    assert found[0].id == "gfxwj"
    assert column_for(fit("消费券发放规则"), columns) is None
    assert column_for(fit("2025年部门决算"), columns) is None


def test_an_article_id_of_a_review_can_be_cited():
    articles = {article for case in labelled_cases() for article in review(case.case, built_in(), TODAY).articles}

    assert cited("A20-5") == "《政府信息公开条例》第二十条第五项"
    assert all(cited(article).startswith("《") for article in articles)


# ── Properties over everything that may be known ──────────────────────────

_PERSONAL = st.lists(
    st.builds(PersonalData, st.sampled_from(sorted(PERSONAL_ZH)), st.just("附件"), st.integers(1, 9)), max_size=3
).map(tuple)


def _one(name):
    return st.sampled_from(sorted(all_facts()[name].values))


CASES = st.builds(
    considered,
    kind=st.sampled_from(sorted([*KINDS, "unknown"])),
    row=_one("row"),
    bases=st.lists(st.sampled_from(sorted(BASES_ZH)), min_size=1, max_size=3, unique=True).map(tuple),
    applicants=st.integers(1, 5),
    suggested=st.booleans(),
    third_party=_one("third_party"),
    opinion=_one("opinion"),
    public_interest=st.booleans(),
    formed_on=st.none() | st.dates(date(2008, 1, 1), TODAY),
    due_on=st.none() | st.dates(date(2020, 1, 1), date(2027, 1, 1)),
    in_force=st.sampled_from(["yes", "no", "not-applicable"]),
    stage=_one("stage"),
    closed_until=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 1)),
    permalink=st.sampled_from(["", "", "", "/d/jnsw-2026-00001"]),
    column=st.sampled_from([None, ColumnSeen("tjxx", "统计信息")]),
    personal=_PERSONAL,
    redaction=_one("redaction"),
    consent=_one("consent"),
    secrecy=st.lists(st.sampled_from(sorted(all_facts()["secrecy"].values)), max_size=2, unique=True).map(tuple),
    secrecy_review=_one("secrecy_review"),
    maker=_one("maker"),
    required_by=st.sampled_from(["", "《预算法》第十四条"]),
    compiled=st.booleans(),
    about_self=st.booleans(),
    impact=st.sampled_from(["yes", "no", "unknown"]),
    changed=st.lists(st.sampled_from(sorted(all_facts()["changed"].values)), max_size=2, unique=True).map(tuple),
)
# Most random cases fall at the first ground; these are given, clean, and open to most of the rules.
GIVEN = CASES.map(
    lambda case: replace(
        case,
        row=Known("g", "答复书"), bases=Known(("given",), "答复书"), secrecy=Known((), "案卷"), permalink=Known("", "网站"),
        secrecy_review=Known("cleared", "案卷"), stage=Known("finished", "案卷"), maker=Known("ours", "案卷"),
        about_self=Known(False, "案卷"), compiled=Known(False, "案卷"), closed_until=Known(None, "案卷"),
        third_party=Known("none", "案卷"),
    )
)  # fmt: skip


@given(CASES | GIVEN, st.sampled_from([("secrecy", flag) for flag in ("state-secret", "forbidden", "securities")]
                                       + [("row", row) for row in ("d1", "d2", "d3")]
                                       + [("bases", basis) for basis in sorted(SECRETS)]))  # fmt: skip
def test_what_article_14_closes_is_never_published_nor_redacted(case, secret):
    name, value = secret
    held = getattr(case, name)
    secret_case = replace(case, **{name: Known(value if name == "row" else (*held.value, value), held.source)})

    assert review(secret_case, built_in(), TODAY).advice in {"keep", "ask"}


def test_without_the_rules_of_article_14_a_secret_would_be_published():
    open_rules = replace(built_in(), rules=tuple(rule for rule in built_in().rules if rule.article != "A14"))
    secret = considered("2025年外资统计数据", secrecy=("state-secret",))

    assert review(secret, open_rules, TODAY).advice == "publish"
    assert review(secret, built_in(), TODAY).advice == "keep"


def _with_ground(case, ground):
    row = "p" if ground[0] == "part" else REFUSED_ROW[ground[1]] if ground[0] == "whole" else case.row.value
    match ground:
        case ("part" | "whole", basis):
            bases = (*case.bases.value, basis) if ground[0] == "part" else (basis,)
            return replace(case, row=Known(row, "答复书"), bases=Known(bases, "答复书"))
        case ("secrecy", flag):
            return replace(case, secrecy=Known((*case.secrecy.value, flag), "案卷"))
        case ("third-party", opinion):
            return replace(
                case, third_party=Known("trade-secret", "案卷"), opinion=Known(opinion, "案卷"),
                public_interest=Known(False, "案卷"),
            )  # fmt: skip
        case ("personal", kind):
            return replace(case, personal=Known((*case.personal.value, PersonalData(kind, "附件", 1)), "案卷"))
        case (name, value):
            return replace(case, **{name: Known(value, "案卷")})


GROUNDS = st.sampled_from(
    [(how, basis) for how in ("part", "whole") for basis in REFUSING]
    + [("secrecy", flag) for flag in sorted(all_facts()["secrecy"].values)]
    + [("third-party", opinion) for opinion in ("objects", "silent", "not-asked", "partly")]
    + [("personal", kind) for kind in sorted(PERSONAL_ZH)]
    + [("secrecy_review", "unsure"), ("maker", "other"), ("maker", "joint"), ("about_self", True), ("compiled", True)]
)


@given(GIVEN, GROUNDS)
def test_one_more_ground_against_it_never_makes_the_advice_more_open(case, ground):
    before = review(case, built_in(), TODAY).advice
    after = review(_with_ground(case, ground), built_in(), TODAY).advice

    assert OPENNESS[after] <= OPENNESS[before]


@given(CASES | GIVEN)
def test_what_is_published_whole_holds_no_personal_data_that_has_to_go(case):
    found = review(case, built_in(), TODAY)

    if found.advice == "publish":
        kinds = {item.kind for item in case.personal.value}
        assert not kinds & SENSITIVE
        assert case.consent.value == "given" or kinds <= {"name"}
    if found.advice == "redact":
        left = {item.kind for item in case.personal.value} - {item.kind for item in found.hide}
        assert not left & SENSITIVE
        assert case.consent.value == "given" or left <= {"name"}


@given(CASES | GIVEN)
def test_every_review_has_a_deciding_rule_and_only_a_kept_case_a_next_look(case):
    found = review(case, built_in(), TODAY)

    assert any(link.decides for link in found.chain)
    assert found.because
    assert found.relook_on is None or (found.advice == "keep" and found.relook_on > TODAY)
    assert (found.proposal is not None) == (found.advice in {"publish", "redact"})


@given(CASES | GIVEN)
def test_the_same_case_is_reviewed_the_same_whatever_order_the_rules_are_written_in(case):
    assert review(case, built_in(), TODAY) == review(case, built_in(), TODAY)
    assert review(case, _BACKWARDS, TODAY).chain == review(case, built_in(), TODAY).chain


def _backwards():
    data = json.loads((resources.files("request.conversion") / "rules.json").read_text("utf-8"))
    return read_rulebook(json.dumps({**data, "rules": data["rules"][::-1]}))


_BACKWARDS = _backwards()


def test_a_person_who_names_the_kind_is_believed():
    case = considered("某某材料一份")
    asked = review(case, built_in(), TODAY)

    answered = review(replace(case, about=named("statistics", "经办人确认")), built_in(), TODAY)

    assert (asked.advice, answered.advice) == ("ask", "publish")
