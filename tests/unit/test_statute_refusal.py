"""A refusal says why in Chinese and cites the article."""

import copy
import pickle

from gongkai.statute import rules
from gongkai.statute.refusal import Refused


def test_a_refusal_reads_as_its_reason_and_its_article():
    refused = Refused("已过期。", "《政府信息公开条例》第三十三条")

    assert str(refused) == "已过期。（《政府信息公开条例》第三十三条）"
    assert refused.reason == "已过期。"


def test_a_refusal_takes_the_article_of_its_rule_unless_another_is_given():
    assert Refused("已过期。", rule=rules.REPLY).article == rules.REPLY.article
    assert Refused("已过期。", "《民法典》第二百零一条", rule=rules.REPLY).article == "《民法典》第二百零一条"
    assert str(Refused("已过期。")) == "已过期。"


def test_a_refusal_keeps_its_article_when_it_crosses_a_process():
    refused = Refused("已过期。", rule=rules.REPLY)

    for twin in (pickle.loads(pickle.dumps(refused)), copy.copy(refused)):
        assert (twin.reason, twin.article, twin.rule) == (refused.reason, refused.article, rules.REPLY)
