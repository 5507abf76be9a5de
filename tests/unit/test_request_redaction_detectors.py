from datetime import date
from itertools import pairwise

import pytest

from request.redaction.detect import find, flat


def found(text: str) -> list[tuple[str, str]]:
    return [(f.kind, text[f.start : f.end]) for f in find(text)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("身份证号11010519491231002X。", "identity", "11010519491231002X"),
        ("身份证号１１０１０５１９４９１２３１００２Ｘ。", "identity", "１１０１０５１９４９１２３１００２Ｘ"),
        ("号码110105 19491231 002x，", "identity", "110105 19491231 002x"),
        ("号码110105-19491231-002X，", "identity", "110105-19491231-002X"),
        ("号码11010519491231\n002X，", "identity", "11010519491231\n002X"),
        ("号码1101\u200b0519491231002X，", "identity", "1101\u200b0519491231002X"),
        ("旧身份证110105491231002", "identity", "110105491231002"),
        ("电话13900000001", "mobile", "13900000001"),
        ("电话139 0000 0001", "mobile", "139 0000 0001"),
        ("电话139-0000-0001", "mobile", "139-0000-0001"),
        ("电话+86 13900000001", "mobile", "13900000001"),
        ("电话一三九〇〇〇〇〇〇〇一", "mobile", "一三九〇〇〇〇〇〇〇一"),
        ("电话①③⑨00000001", "mobile", "①③⑨00000001"),
        ("邮箱zhang.san@example.com", "email", "zhang.san@example.com"),
        ("邮箱ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "email", "ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
        ("开户银行及卡号6222029999999999992", "bank-card", "6222029999999999992"),
        ("6217 0000 0000 0000 004", "bank-card", "6217 0000 0000 0000 004"),
        ("账号：1602001009014400018", "account", "1602001009014400018"),
        ("护照号E12345678", "passport", "E12345678"),
        ("车牌鲁A12345", "plate", "鲁A12345"),
        ("车牌鲁AD12345", "plate", "鲁AD12345"),
        ("出生日期：1980年1月2日", "birth-date", "1980年1月2日"),
        ("家庭电话0531-88888888", "landline", "0531-88888888"),
        ("住址：济南市历下区某街道5号楼2单元301室，", "address", "济南市历下区某街道5号楼2单元301室"),
        ("申请人：欧阳若兰，女", "name", "欧阳若兰"),
        ("联系人 李明 ", "name", "李明"),
        ("王秀英女士反映", "name", "王秀英"),
        ("陈建华，男，", "name", "陈建华"),
        ("联系人：于海涛，", "name", "于海涛"),
    ],
)
def test_what_identifies_a_person_is_found_however_it_is_written(text, kind, words):
    assert (kind, words) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "统一社会信用代码113701020041953192",
        "统一社会信用代码11330782051348517D",
        "咨询电话0531-66605000，热线12345",
        "邮箱swj@jinan.gov.cn",
        "资金13900000001元",
        "共计13812345678.50元",
        "索引号 JNSWJ-2023-00012345678901",
        "申请人应当在20个工作日内",
        "联系人和联系电话请填写在申请表中",
        "负责人应当到场，",
        "申请人于收到通知后，",
        "时在2023年12月",
        "项目编号370100202300012345",
        "高新区老字号认定名单",
        "全年进出口总额2,158.6亿元",
    ],
)
def test_what_is_not_personal_is_left_alone(text):
    assert found(text) == []


def test_a_name_beside_a_number_is_found_without_a_label():
    assert found("郭子豪 13900000001") == [("name", "郭子豪"), ("mobile", "13900000001")]


def test_an_address_right_after_a_name_is_found():
    assert ("address", "山东省济南市槐荫区经七路28号3单元201室") in found("申请人：孙宏伟，男，山东省济南市槐荫区经七路28号3单元201室。")


def test_a_wrong_check_digit_is_still_a_finding_but_for_a_person_to_judge():
    (slip,) = find("身份证号110105194912310021")

    assert (slip.kind, slip.certain) == ("identity", False)


def test_the_number_of_a_child_is_told_apart_when_the_day_is_known():
    (child,) = find("999999201001010016", date(2026, 11, 25))
    (unknown,) = find("999999201001010016")

    assert (child.minor, unknown.minor) == (True, False)


def test_flat_text_keeps_every_character_in_its_place():
    text = "ＡＢ㎏①一三九〇〇〇〇〇〇〇一　“引号”ﬁ"

    assert len(flat(text)) == len(text)
    assert flat(text).startswith("AB㎏1139")


def test_findings_never_overlap_and_stand_in_order():
    text = "申请人：李明，身份证号11010519491231002X，手机13900000001，住址：济南市市中区某路1号2单元，卡号6222029999999999992。" * 20

    findings = find(text)

    assert len(findings) == 100
    assert all(a.end <= b.start for a, b in pairwise(findings))
