"""The lettered rows of the law: grounds, heads, outcomes, themes, articles, kinds of documents."""

from typing import get_args

import pytest

from gongkai.contracts import values
from gongkai.statute import articles, documents, exemptions, heads, outcomes, rules, themes
from gongkai.statute.refusal import Refused


def test_table_three_has_its_twenty_five_rows_in_the_printed_order():
    assert " ".join(outcomes.BY_KEY) == "new cin g p d1 d2 d3 d4 d5 d6 d7 d8 u1 u2 u3 n1 n2 n3 n4 n5 o1 o2 o3 t cout"
    assert len(outcomes.APPLICANTS) == 7


def test_only_refusals_of_articles_14_to_16_and_partial_replies_go_to_reconsideration_first():
    first = {key for key, row in outcomes.BY_KEY.items() if row.remedy is outcomes.Remedy.RECONSIDER_FIRST}

    assert first == {"p", "d1", "d2", "d3", "d4", "d5", "d6", "d7"}


def test_the_rows_that_sum_to_the_total_are_the_decisions():
    assert sum(row.is_decision for row in outcomes.OUTCOMES) == 21


def test_every_ground_is_a_row_of_the_table_with_the_same_words():
    for ground in exemptions.EXEMPTIONS:
        row = outcomes.BY_KEY[ground.row]
        assert row.printed_zh.endswith(ground.name_zh)
        assert row.basis == ground.article


def test_a_third_party_is_asked_for_one_ground_only_and_a_register_query_closes_nothing():
    assert [ground.row for ground in exemptions.EXEMPTIONS if ground.asks_third_party] == ["d4"]
    assert exemptions.REGISTER_QUERY not in exemptions.CLOSING_GROUNDS
    assert exemptions.BY_ROW["d5"].force.name_zh == "可以不予公开"


def test_every_ground_and_outcome_names_articles_that_are_registered():
    named = {ground.article_id for ground in exemptions.EXEMPTIONS}
    named |= {article for row in outcomes.OUTCOMES for article in row.articles}

    assert named <= articles.ARTICLES.keys()


def test_article_twenty_has_fifteen_heads_cited_in_chinese():
    assert [head.number for head in heads.HEADS] == list(range(1, 16))
    assert heads.head(13).article == "《政府信息公开条例》第二十条第十三项"
    assert heads.head(1).id == "A20-1"
    assert len(heads.LOCAL_ADDITIONS) == 6


def test_there_are_twenty_two_classes_of_themes():
    assert len(themes.THEMES) == 22
    assert themes.THEMES["商贸、海关、旅游"] == (
        "对外经贸合作",
        "国内贸易（含供销）",
        "海关",
        "检验、检疫",
        "旅游",
        "其他",
    )
    assert len(themes.THEMES["国务院组织机构"]) == 10


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("商贸、海关、旅游\\国内贸易（含供销）", ("商贸、海关、旅游", "国内贸易（含供销）")),
        ("综合政务-文秘工作", ("综合政务", "文秘工作")),
        (" 国防 ", ("国防",)),
        ("综合政务-海关", None),
        ("天气", None),
        ("", None),
    ],
)
def test_a_theme_is_read_either_way_it_is_written(text, path):
    assert themes.theme_path(text) == path


def test_a_theme_is_written_the_national_way_and_found_by_a_word():
    assert themes.written(("综合政务", "文秘工作")) == "综合政务\\文秘工作"
    assert "综合政务\\政务公开" in themes.suggestions("公开")
    assert themes.suggestions(" ") == ()


def test_an_article_is_found_by_its_short_id_and_tells_its_numbers():
    article = articles.find("a26")

    assert article.citation == "《政府信息公开条例》第二十六条"
    assert rules.PROACTIVE in article.rules
    assert articles.find("26") is article
    with pytest.raises(Refused, match="没有登记条文"):
        articles.find("A999")


@pytest.mark.parametrize(
    "rule", [rule for rule in rules.all_rules().values() if "条例》第" in rule.article or "法》第" in rule.article]
)
def test_every_article_of_a_law_that_sets_a_number_can_be_explained(rule):
    assert articles.cited_as(rule.article) is not None


def test_a_cited_paragraph_finds_its_article_and_article_twenty_one_is_not_article_twenty():
    assert articles.cited_as("《政府信息公开条例》第十六条第二款") is articles.ARTICLES["A16"]
    assert articles.cited_as("《政府信息公开条例》第二十一条") is articles.ARTICLES["A21"]
    assert articles.cited_as("某规定第一条") is None


def test_every_article_says_in_one_sentence_what_it_asks():
    assert all(article.summary_zh.endswith("。") and article.title for article in articles.ARTICLES.values())


def test_there_are_fifteen_official_kinds():
    assert len(set(documents.OFFICIAL_KINDS)) == 15


def test_the_kinds_and_values_agree_with_the_published_language():
    assert {kind.id for kind in documents.PUBLICATION_KINDS} == set(get_args(values.DocumentKind))
    assert documents.OPENNESS.keys() == set(get_args(values.Openness))
    assert documents.VALIDITY.keys() == set(get_args(values.Validity))


def test_policy_documents_need_an_interpretation_and_news_does_not():
    needing = {kind.id for kind in documents.PUBLICATION_KINDS if kind.needs_interpretation}

    assert needing == {"normative", "policy", "decision"}


def test_every_divergence_says_what_was_chosen_and_when_to_look_again():
    assert len({item.id for item in rules.DIVERGENCES}) == len(rules.DIVERGENCES)
    assert all(item.question_zh and item.chosen_zh and item.revisit_when for item in rules.DIVERGENCES)
