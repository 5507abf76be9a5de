"""Personal data is found in every disguise, and what belongs to an organ or a firm is left alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.statute.identifiers import identity_check_digit
from publication.checks import CheckInput, Piece, check, load_lists
from publication.checks.mask import apply, mask
from publication.checks.scan import scan

TODAY = date(2026, 11, 24)
LISTS = load_lists()
ADULT, SYNTHETIC, MINOR = "11010519491231002X", "999999198001010011", "999999201001010016"
CREDIT_CODE = "113701020041953192"


def identity(born: str, order: str = "001") -> str:
    return f"370102{born}{order}" + identity_check_digit(f"370102{born}{order}")


def found(body: str, **given):
    edition = CheckInput("关于公开信息的公告", body, **given)
    return [finding for finding in check(edition, LISTS, TODAY) if finding.category == "personal"]


def rules(body: str, **given) -> list[str]:
    return [finding.rule_id for finding in found(body, **given)]


@pytest.mark.parametrize(
    "written",
    [
        ADULT,
        ADULT.lower(),
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
        "110105-19491231-002X",
        "110105\u200b19491231\u200b002X",
        "**110105**19491231002X".replace("**", ""),
        SYNTHETIC,
    ],
)
def test_an_identity_number_is_found_however_it_is_written(written):
    (finding,) = found(f"当事人证件号码{written}，已核实。")

    assert (finding.rule_id, finding.severity) == ("pd.identity", "must")
    assert "个人信息保护法" in finding.why
    assert f"当事人证件号码{written}，已核实。"[finding.start : finding.end] == written


def test_a_credit_code_is_tested_first_and_is_no_identity_number():
    assert rules(f"统一社会信用代码：{CREDIT_CODE}，索引号{CREDIT_CODE}/2026-00037。") == []
    assert rules("统一社会信用代码：11330782051348517D。") == []


def test_an_identity_number_that_passes_as_a_credit_code_is_excused_by_its_context_only():
    both = "370102198001011253"

    assert rules(f"当事人{both}。") == ["pd.identity"]
    assert rules(f"统一社会信用代码：{both}。") == []
    assert rules(f"代码{both}。", organ_uscc=both) == []


def test_the_code_of_a_sole_trader_is_only_noted():
    from gongkai.statute.identifiers import organisation_check_character, uscc_check_character

    organisation = "MA3C1234"
    first17 = "92370102" + organisation + organisation_check_character(organisation)
    code = first17 + uscc_check_character(first17)

    (finding,) = found(f"经营者信用代码{code}。")

    assert (finding.rule_id, finding.severity) == ("pd.sole-trader", "note")


def test_a_child_is_blocked_and_cannot_be_kept():
    (finding,) = found(f"学生证件{identity('20150301')}。")

    assert (finding.rule_id, finding.severity) == ("pd.identity-child", "must")
    assert "keep" not in [choice.id for choice in finding.choices]
    assert "第三十一条" in finding.why


def test_a_minor_is_named_with_the_article_that_protects_them():
    (finding,) = found(f"证件{MINOR}。")

    assert finding.rule_id == "pd.identity-minor"
    assert "《未成年人保护法》第一百零三条" in finding.why


@pytest.mark.parametrize(
    ("born", "rule"),
    [("20121124", "pd.identity-minor"), ("20121125", "pd.identity-child"), ("20081124", "pd.identity")],
)
def test_age_is_counted_on_the_day_of_the_check(born, rule):
    assert rules(f"证件{identity(born)}。") == [rule]


def test_a_mask_that_leaves_seventeen_digits_is_a_leak():
    assert rules("证件11010519491231002*。") == ["pd.identity-leak"]
    assert rules("证件1101051949123100×X。") == ["pd.identity-leak"]
    assert rules("证件110105194912310***。") == ["pd.identity-birth"]
    assert rules(r"证件110105\*\*\*\*\*\*\*\*002X。") == []
    assert rules("证件110105********002X。") == []


def test_a_mistyped_identity_number_still_identifies():
    (finding,) = found("身份证号：110105194912310021。")

    assert (finding.rule_id, finding.severity) == ("pd.identity-doubtful", "must")


def test_the_organs_own_phones_are_left_alone():
    body = "咨询电话：0531-12345678、13800001111，热线12345，监督13912345678。"

    (finding,) = found(body, organ_phones=("0531-12345678", "138 0000 1111"))

    assert body[finding.start : finding.end] == "13912345678"
    assert finding.excerpt == "139****5678"


@pytest.mark.parametrize("text", ["金额13912345678元", "金额13912345678.50", "编号2023139123456780", "ABC13912345678"])
def test_numbers_that_only_look_like_mobiles_are_left_alone(text):
    assert rules(text) == []


def test_bank_cards_are_told_by_their_check_digit():
    assert rules("收款账号：6222029999999999992。") == ["pd.bank-card"]
    assert rules("收款账号：6217 0000 0000 0000 004。") == ["pd.bank-card"]
    assert rules("收款账号：6222029999999999993。") == []
    assert found("编号6222029999999999992。")[0].severity == "judge"


def test_mail_plate_and_passport_are_found_and_government_mail_is_not():
    body = "邮箱zhang.san@example.com、sw@jinan.gov.cn，车牌鲁A·D12345，护照号：E12345678，文号G20230501。"

    assert rules(body) == ["pd.email", "pd.plate", "pd.passport"]
    assert rules(body, organ_emails=("zhang.san@example.com",)) == ["pd.plate", "pd.passport"]


def test_a_home_is_found_down_to_its_door_and_an_office_is_not():
    home = "申请人：张三丰，男，住济南市历下区泉城路12号3号楼2单元501室。"
    office = "联系地址：济南市历下区龙鼎大道1号龙奥大厦9层901室，邮编250099。居民住宅小区3号楼加装电梯。"

    (finding,) = found(home)

    assert finding.rule_id == "pd.address"
    assert home[finding.start : finding.end].endswith("501室")
    assert rules(office) == []
    assert rules("家住山东省济南市历城区王村镇12号。") == ["pd.address"]


def test_a_birth_date_beside_a_name_must_go_and_a_year_of_service_may_stay():
    assert rules("申请人：张三丰，1990年5月6日出生。") == ["pd.birth-date"]
    assert rules("王某，1970年5月生，中共党员。本办法自1990年5月6日起施行。") == []


def test_illness_is_a_matter_of_judgement_only_beside_a_name():
    (finding,) = found("救助对象：张三丰，患有糖尿病。")

    assert (finding.rule_id, finding.severity, finding.excerpt) == ("pd.illness", "judge", "张**")
    assert rules("加强糖尿病、肿瘤等慢性病防治。患者张某某患有糖尿病。") == []


@pytest.mark.parametrize(
    "text",
    [
        "申请人应当提交身份证明；负责人应当在场。",
        "法定代表人的姓名、住所；当事人的姓名或者名称、地址；",
        "低保户、特困人员和孤儿由民政部门救助。",
        "请与商务局联系（地址：观山湖区金融城7号楼22楼，电话：87973162）。",
    ],
)
def test_rules_about_people_in_general_name_nobody(text):
    assert rules(text) == []


def test_nothing_of_the_number_is_in_a_finding_and_no_fingerprint_can_test_a_guess():
    twin = next(
        number
        for day in range(1, 29)
        if (number := f"110105195001{day:02d}002" + identity_check_digit(f"110105195001{day:02d}002")).endswith("X")
    )

    (one,), (other,) = found(f"证件{ADULT}。"), found(f"证件{twin}。")

    assert one.excerpt == other.excerpt == "110105********002X"
    assert one.fingerprint == other.fingerprint
    assert ADULT not in repr(one)


def test_excerpts_of_other_findings_hide_the_numbers_beside_them():
    edition = CheckInput("公告", f"攻府{ADULT}攻府")

    for finding in check(edition, LISTS, TODAY):
        assert "19491231" not in finding.excerpt


def test_a_fingerprint_holds_while_the_text_around_it_is_edited():
    before = {finding.fingerprint for finding in found(f"第一段。\n证件{ADULT}，电话13912345678。")}

    after = {
        finding.fingerprint
        for finding in found(f"新写的第一段，长了不少。\n另一段。\n证件{ADULT}，电话13912345678。完")
    }

    assert after == before


def test_default_masks_leave_nothing_to_find():
    body = f"张三丰，男，证件{ADULT}，电话13912345678，卡号6222029999999999992，邮箱zhang@example.com，住济南市历下区泉城路1号2单元501室。"
    edition = CheckInput("公告", body)

    masked = apply(body, check(edition, LISTS, TODAY))

    assert masked == (
        "张三丰，男，证件110105********002X，电话139****5678，卡号6222***********9992，邮箱z***@example.com，住济南市历下区***。"
    )
    assert rules(masked) == []


@pytest.mark.parametrize(
    ("kind", "value", "hidden"),
    [
        ("identity", "110105491231002", "110105******002"),
        ("landline", "0531-81234567", "0531-8123****"),
        ("plate", "鲁A12345", "鲁A***45"),
        ("passport", "E12345678", "E*****678"),
        ("birth-date", "1990年5月6日", "1990年**月**日"),
        ("birth-date", "1990-05-06", "1990-**-**"),
        ("name", "张三丰", "张**"),
    ],
)
def test_each_kind_has_its_mask(kind, value, hidden):
    assert mask(kind, value) == hidden


def test_what_lies_in_a_file_is_found_and_must_be_mended_in_the_file():
    piece = Piece("attachment:a.docx:docx-comment:批注1", "docx-comment", "附件“a.docx”批注1", f"证件{ADULT}")

    (finding,) = found("正文。", pieces=(piece,))

    assert (finding.piece, finding.where) == (piece.id, "附件“a.docx”批注1")
    assert [choice.id for choice in finding.choices] == ["keep"]


def test_a_list_of_thousands_is_told_by_its_first_entries():
    body = "\n".join(identity("19800101", f"{number:03d}") for number in range(1, 300))

    findings = found(body)

    assert len(findings) == 200
    assert "后面还有99处" in findings[-1].title


@given(st.text(alphabet="０1９Ｘ*\\\u200b甲 ", max_size=60))
def test_offsets_lead_back_to_the_original(text):
    scanned = scan(text)

    for at in range(len(scanned.text)):
        start, end = scanned.source_span(at, at + 1)
        assert scan(text[start:end]).text in {scanned.text[at], text[start:end]}
        assert end == start + 1


@pytest.mark.parametrize(
    "body",
    [
        "1" * 60_000,
        "张三，男，" * 12_000,
        "110105194912310021 " * 3_000,
        "住" * 60_000,
        "a@" * 30_000,
        "攻府中华人民大和国" * 6_000,
    ],
)
def test_hostile_text_is_checked_in_bounded_time(body):
    assert len(found(body)) <= 2_000
