"""One realistic letter of every form, from a bureau that is sample content and people who do not exist."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from gongkai.statute.calendar import WorkCalendar, built_in
from gongkai.statute.fees import charge_by_item
from request.domain.values import Basis, LetterKind
from request.letters.data import (
    Application,
    Approval,
    Consultation,
    Correction,
    Decision,
    Extension,
    Fee,
    Lapse,
    LetterData,
    Moved,
    Organ,
    Override,
    Reasons,
    Received,
    Search,
    Stated,
    Step,
    Transfer,
    Verification,
    Withdrawal,
    Withheld,
)
from request.letters.forms import FORMS
from request.letters.numbers import number_of
from request.letters.verification import verify_url

LETTER = UUID("01997d6c-5a3e-7b1f-8d2e-6f4a9c0b1d2e")
VERIFY = Verification(verify_url("https://gongkai.example.cn", LETTER))
BUREAU = Organ(
    name="济南市商务局",
    short_name="济商",
    office="济南市商务局政府信息公开办公室",
    address="济南市历下区龙鼎大道1号龙奥大厦",
    phone="0531-00000000",
    hours="工作日9:00—12:00、13:30—17:00",
    postcode="250099",
    government="济南市人民政府",
    reconsideration_url="https://fuyi.example.cn/jinan",
)
ASKED = "2024年一刻钟便民生活圈建设补助资金拨付情况"
TITLE = "2024年一刻钟便民生活圈建设补助资金拨付表"
CALENDAR: WorkCalendar = built_in()
RECEIVED = Received(date(2026, 9, 18), "online", "双方确认之日")


def due(start: date, count: int) -> Stated:
    return Stated.of(CALENDAR.explain(start, count))


def basic(kind: LetterKind, **parts: object) -> LetterData:
    form = FORMS[kind]
    given = LetterData(
        kind=kind,
        organ=BUREAU,
        issued_on=date(2026, 10, 16),
        addressee="赵晓禾",
        number=number_of(BUREAU.short_name, form.series, 2026, 12) if form.series else "",
        case_number="济商依申请〔2026〕37号",
        received=RECEIVED,
        subject=ASKED,
        verification=VERIFY,
    )
    return replace(given, **parts)  # type: ignore[arg-type]


def decided(basis: Basis, **parts: object) -> tuple[Decision, ...]:
    return (replace(Decision(1, ASKED, basis), **parts),)  # type: ignore[arg-type]


WORKFLOW = Withheld(
    "处室之间的资金审核流转单",
    "internal-affairs",
    "流转单记载的是本机关内部各处室之间审核、签批的流程，不对外产生效力",
)
SEARCHES = (
    Search(
        ("机关档案室电子档案系统", "流通业发展处业务台账"),
        ("便民生活圈", "补助资金"),
        "本机关流通业发展处",
        date(2026, 10, 9),
    ),
    Search(("财务处资金拨付系统",), ("一刻钟", "2024年"), "本机关财务处", date(2026, 10, 10)),
)


def refused(basis: Basis, reason: str, **parts: object) -> LetterData:
    return basic("reply-refused", decisions=decided(basis, reason=reason, **parts))


REFUSALS: dict[Basis, LetterData] = {
    "state-secret": refused("state-secret", "该文件已由有权机关依照法定程序确定密级，尚在保密期限内"),
    "forbidden": refused(
        "forbidden", "该信息属于统计调查中取得的单个调查对象资料", law="《统计法》关于单个统计调查对象资料的规定"
    ),
    "three-securities": refused("three-securities", "该信息涉及应急储备的具体点位，公开后可能危及公共安全"),
    "third-party": refused(
        "third-party",
        "该信息载有企业的进货渠道和供货价格，企业已采取保密措施",
        opinion="objects",
        public_interest="经衡量，不公开不会对公共利益造成重大影响",
    ),
    "internal-affairs": refused("internal-affairs", "该信息是本机关工作人员考勤和值班安排，属于人事管理、内部工作流程"),
    "process": refused("process", "该信息是尚未定稿的方案征求意见过程稿，方案仍在研究之中"),
    "enforcement-files": refused("enforcement-files", "该信息是单用途商业预付卡执法检查的案卷材料"),
}


def _consultation() -> Consultation:
    return Consultation(
        "《2024年一刻钟便民生活圈建设补助资金项目申报书》中贵方填报的投资明细和供货合同",
        "该内容记载了经营成本和供货价格",
        answer_by=date(2026, 10, 28),
        asked_on=date(2026, 10, 9),
    )


def _applications() -> dict[LetterKind, LetterData]:
    return {
        "application-form": basic(
            "application-form",
            issued_on=date(2026, 9, 18),
            application=Application(
                applicant_kind="np",
                name="赵晓禾",
                proof="居民身份证：999999198001010011",
                contact="电话 13900000000；电子邮箱 zhao@example.cn；济南市某区某路1号",
                description=(
                    "1．2024年一刻钟便民生活圈建设补助资金分区县、分项目的拨付金额和拨付日期；\n"
                    "2．资金拨付的审核流程材料。"
                ),
                supply_form="electronic",
                way="online",
            ),
        ),
        "receipt": basic("receipt", issued_on=date(2026, 9, 18), due=due(date(2026, 9, 18), 20)),
        "correction": basic(
            "correction",
            issued_on=date(2026, 9, 24),
            subject="便民生活圈有关材料",
            correction=Correction(
                ("写明所需信息的名称、文号，或者便于查询的其他特征，如年度、区县", "写明获取信息的方式、途径"),
                date(2026, 10, 15),
            ),
        ),
        "reasons": basic(
            "reasons",
            reasons=Reasons(
                "自2026年7月1日以来，您向本机关提出政府信息公开申请46件，内容多为同一事项的不同表述", date(2026, 11, 6)
            ),
        ),
        "extension": basic(
            "extension",
            issued_on=date(2026, 12, 30),
            received=Received(date(2026, 12, 3), "post-signed", "签收之日"),
            extension=Extension(
                20,
                "需要核对八个区县的拨付数据",
                "政府信息公开办公室主任",
                due(date(2026, 12, 3), 20),
                due(date(2026, 12, 3), 40),
            ),
        ),
        "withdrawn": basic("withdrawn", withdrawal=Withdrawal(date(2026, 10, 12), "通过互联网")),
        "fee": basic(
            "fee",
            issued_on=date(2026, 10, 12),
            fee=Fee(
                "items",
                41,
                charge_by_item(31, already=10).amount,
                "第11件至第30件每件100元，第31件至第40件每件200元，第41件300元，合计4300元",
                "凭本通知书所附缴款码，通过非税收入统一收缴平台缴入国库",
                "2026-10",
            ),
        ),
        "lapsed": basic(
            "lapsed",
            issued_on=date(2026, 10, 16),
            lapse=Lapse("济商公知〔2026〕8号", date(2026, 9, 24), date(2026, 9, 28), date(2026, 10, 15)),
        ),
    }


def _consultations() -> dict[LetterKind, LetterData]:
    asked = _consultation()
    firm, organ = "泉城便民服务有限公司", "济南市财政局"
    return {
        "third-party": basic(
            "third-party",
            addressee=firm,
            addressee_is="organisation",
            issued_on=date(2026, 10, 9),
            consultation=asked,
        ),
        "third-party-confirmation": basic(
            "third-party-confirmation",
            addressee=firm,
            addressee_is="organisation",
            number="济商公询〔2026〕3号",
            consultation=asked,
        ),
        "third-party-applicant": basic("third-party-applicant", issued_on=date(2026, 10, 9), consultation=asked),
        "third-party-decision": basic(
            "third-party-decision",
            addressee=firm,
            addressee_is="organisation",
            served_online=True,
            override=Override(
                "补助项目的名称、承担单位和拨付金额",
                "补助资金来自财政，其分配是否公平为公众普遍关注，贵方的意见没有说明公开金额会造成何种损害",
                date(2026, 10, 30),
            ),
        ),
        "co-maker": basic(
            "co-maker",
            addressee=organ,
            addressee_is="organ",
            consultation=replace(asked, content="《关于下达2024年便民生活圈建设补助资金的通知》"),
        ),
        "other-organ": basic(
            "other-organ",
            addressee=organ,
            addressee_is="organ",
            consultation=replace(asked, content="补助资金的预算指标文件", why="该文件由贵单位制发，本机关保存副本"),
        ),
        "co-handling": basic(
            "co-handling",
            addressee="流通业发展处",
            addressee_is="organ",
            consultation=replace(asked, content="2024年补助资金分区县、分项目的拨付金额和拨付日期", why=""),
        ),
    }


def _replies() -> dict[LetterKind, LetterData]:
    return {
        "reply-public": basic(
            "reply-public",
            decisions=decided(
                "already-public",
                column="本机关网站“政府信息公开—财政资金”栏目",
                public_at="https://gongkai.example.cn/d/0193",
                document_number="济商字〔2025〕21号",
            ),
        ),
        "reply-given": basic("reply-given", decisions=decided("given", given=(TITLE,), obtain="以电子文件形式，通过网上取件提供"), enclosures=(TITLE,)),
        "reply-partial": basic(
            "reply-partial",
            served_online=True,
            decisions=(
                Decision(1, "补助资金分区县、分项目的拨付金额", "given", given=(TITLE,), obtain="以电子文件形式提供"),
                Decision(
                    2,
                    "资金拨付的审核流程材料",
                    "given",
                    given=("2024年补助资金审核结果公示",),
                    withheld=(WORKFLOW,),
                ),
                Decision(
                    3,
                    "供货合同",
                    "third-party",
                    "合同载有企业的供货价格",
                    opinion="objects",
                    public_interest="经衡量，不公开不会对公共利益造成重大影响",
                ),
            ),
            enclosures=(TITLE, "2024年补助资金审核结果公示（已区分处理）"),
        ),
        "reply-refused": REFUSALS["internal-affairs"],
        "reply-register": basic(
            "reply-register",
            decisions=decided(
                "register-query",
                law="《不动产登记暂行条例》",
                obtain="持有效身份证明到不动产登记机构的查询窗口申请查询，办公时间为工作日",
            ),
        ),
        "reply-not-existing": basic("reply-not-existing", decisions=decided("not-existing"), searches=SEARCHES),
        "reply-not-ours": basic(
            "reply-not-ours",
            decisions=decided(
                "not-ours",
                reason="该信息由财政部门制作并保存",
                other_organ="济南市财政局",
                other_contact="政府信息公开办公室，电话0531-11111111",
            ),
        ),
        "reply-needs-making": basic(
            "reply-needs-making",
            decisions=decided("needs-making", reason="现有台账只按项目登记，没有按街道汇总的数据，需要逐项重新统计"),
        ),
        "reply-unclear": basic(
            "reply-unclear",
            received=replace(RECEIVED, corrected_on=date(2026, 9, 30)),
            decisions=decided("still-unclear", reason="补正后的申请仍未写明所需信息的年度和内容，不能据以检索"),
        ),
        "reply-petition": basic(
            "reply-petition",
            decisions=decided(
                "petition",
                reason="申请的内容是要求查处某商户未退还预付卡余额",
                channel_told="拨打12345市民服务热线，或者向商户所在地的商务主管部门投诉",
            ),
        ),
        "reply-repeated": basic(
            "reply-repeated",
            decisions=decided("repeated", earlier_number="济商公复〔2026〕5号", earlier_on=date(2026, 4, 20)),
        ),
        "reply-publications": basic(
            "reply-publications",
            subject="《济南商务年鉴（2024）》",
            decisions=decided("publications", channel_told="向出版单位或者书店购买，也可以到济南市图书馆借阅"),
        ),
        "reply-excessive": basic(
            "reply-excessive",
            decisions=decided("excessive", reason="您在2026年10月12日的说明中没有陈述需要上述信息的理由"),
        ),
        "reply-reissue": basic(
            "reply-reissue", decisions=decided("reissue", reason="该信息本机关已于2025年3月6日向您提供，内容没有变化")
        ),
    }


def _records() -> dict[LetterKind, LetterData]:
    return {
        "approval-slip": basic(
            "approval-slip",
            due=due(date(2026, 9, 18), 20),
            approval=Approval(
                "部分公开：公开拨付表；审核流转单不予公开。",
                "《政府信息公开条例》第十六条第一款、第三十六条第二项和第三项、第三十七条。",
                (
                    Step("拟办", "流通业发展处 钱某", date(2026, 10, 12), "拟同意部分公开"),
                    Step("合法性审查", "法规处 孙某", date(2026, 10, 13), "依据准确，救济途径正确"),
                    Step("负责人审核", "政府信息公开办公室 李某", date(2026, 10, 14), "同意"),
                    Step("签发", "", None, ""),
                ),
            ),
        ),
        "transfer-list": basic(
            "transfer-list",
            transfer=Transfer(
                "济南市商务局政府信息公开办公室",
                "济南市商务局机关档案室",
                "办结归档",
                (
                    Moved("政府信息公开申请表", "", 2),
                    Moved("政府信息公开申请答复书", "济商公复〔2026〕12号", 3),
                    Moved("送达回证", "", 1, "原件"),
                ),
            ),
        ),
    }


SPECIMENS: dict[LetterKind, LetterData] = {**_applications(), **_consultations(), **_replies(), **_records()}
PAGES_FEE = Fee("pages", 44, Decimal(140), "共44页，第31页至第44页每页10元", "到本机关财务窗口缴纳")
