"""Every number the law gives us, and where it gives it. One line per number, nothing computed.

When the law changes, a new term with its own `in_force_from` is added; old files keep the one they were
decided under. A `Setting` is a number that local rules choose or that nobody has proved: the organ may set
its own, with a basis.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from gongkai.statute.terms import Divergence, Law, Rule, Setting, Source, Term

__all__ = [
    "DIVERGENCES",
    "Divergence",
    "Rule",
    "Setting",
    "Source",
    "Term",
    "all_rules",
    "all_terms",
    "by_id",
]

_T, _E, _P, _M = Source.TEXT, Source.EXCERPT, Source.PRESS, Source.MEMORY

_OGI = Law("《政府信息公开条例》", date(2019, 5, 15), _T)
_OGI_PRACTICE = Law("《政府信息公开条例》", date(2019, 5, 15), _M)
_CIVIL_CODE = Law("《民法典》", date(2021, 1, 1), _T)
_HOLIDAYS = Law("《全国年节及纪念日放假办法》", date(2025, 1, 1), _T)
_PENALTY = Law("《行政处罚法》", date(2021, 7, 15), _T)
_RECONSIDERATION = Law("《行政复议法》", date(2024, 1, 1), _T)
_LITIGATION = Law("《行政诉讼法》", date(2015, 5, 1), _T)
_LITIGATION_NOTES = Law("《最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释》", date(2018, 2, 8), _T)
_FEES = Law("《政府信息公开信息处理费管理办法》", date(2021, 1, 1), _E)
_FEES_PRESS = Law("《政府信息公开信息处理费管理办法》", date(2021, 1, 1), _P)
_DECISIONS = Law("《重大行政决策程序暂行条例》", date(2019, 9, 1), _T)
_PARTICIPATION = Law("《山东省重大行政决策公众参与工作办法》", date(2025, 10, 1), _P)
_NORMATIVE = Law("山东省人民政府令第353号", date(2024, 2, 1), _M)
_PLAN = Law("济南市商务局2023年政务公开工作计划", date(2023, 1, 1), _T)
_OPENNESS = Law("国办发〔2016〕80号", None, _P)
_RESPONSE = Law("国务院办公厅关于在政务公开工作中进一步做好政务舆情回应的通知", None, _P)
_INTERPRETATION = Law("政策解读同步发布的地方通行做法", None, _M)
_SITES = Law("国办秘函〔2019〕19号《政府网站与政务新媒体检查指标》", None, _E)
_SITE_GUIDE = Law("国办发〔2017〕47号《政府网站发展指引》", None, _E)
_SITE_GUIDE_LOCAL = Law("辽宁省政府网站管理有关规定", None, _E)
_SITE_OPINIONS = Law("国办发〔2014〕57号的省级配套规定", None, _E)
_NEW_MEDIA = Law("国办秘函〔2019〕19号《政府网站与政务新媒体检查指标》", None, _P)
_NEW_MEDIA_LOCAL = Law("政务新媒体管理的地方规定", None, _E)
_REVIEWS = Law("三审三校制度", None, _E)
_PIPL = Law("《个人信息保护法》", date(2021, 11, 1), _T)
_MINORS = Law("《未成年人保护法》", date(2021, 6, 1), _T)

# Counting
COUNT_FROM_NEXT_DAY: Final = _CIVIL_CODE.rule("count-from-next-day", "期间开始的当日不计入", "第二百零一条")
WORKING_DAY: Final = _HOLIDAYS.rule("working-day", "工作日的认定：周一至周五除去放假日，加上调休上班日", "第六条")
END_ON_REST_DAY: Final = _CIVIL_CODE.rule("end-on-rest-day", "末日为法定休假日的顺延至次日", "第二百零三条")
MONTH_END: Final = _CIVIL_CODE.rule("month-end", "按月计算的期间止于对应日，无对应日的止于月末日", "第二百零二条")

# Proactive disclosure
PROACTIVE: Final = _OGI.term("proactive", "主动公开期限", "第二十六条", 20, "工作日", "自信息形成或者变更之日起")
PROACTIVE_WARNING: Final = _OGI_PRACTICE.setting("proactive-warning", "主动公开预警日", "第二十六条", 15, "工作日")
PENALTY_WITHDRAWAL: Final = _PENALTY.term("penalty-withdrawal", "撤回已公开的处罚决定", "第四十八条", 3, "工作日")

# On-request disclosure
CORRECTION_NOTICE: Final = _OGI.term("correction-notice", "一次性告知补正", "第三十条", 7, "工作日")
REPLY: Final = _OGI.term("reply", "答复期限", "第三十三条", 20, "工作日", "自收到申请之日起")
REPLY_EXTENSION: Final = _OGI.term("reply-extension", "延长答复期限的上限", "第三十三条", 20, "工作日")
REPLY_EXTENSIONS: Final = _OGI_PRACTICE.setting("reply-extensions", "可延长答复的次数", "第三十三条", 1, "次")
THIRD_PARTY_REPLY: Final = _OGI.term("third-party-reply", "第三方答复意见", "第三十二条", 15, "工作日")
CO_MAKER_REPLY: Final = _OGI.term("co-maker-reply", "共同制作机关答复意见", "第三十四条", 15, "工作日")
EXCLUSION_COUNTS_ISSUE_DAY: Final = _OGI_PRACTICE.setting(
    "exclusion-counts-issue-day",
    "征求意见书发出当日是否计入答复期限",
    "第三十三条",
    1,
    "日",
    "1为计入，0为扣除",
)
EXCLUSION_COUNTS_ANSWER_DAY: Final = _OGI_PRACTICE.setting(
    "exclusion-counts-answer-day",
    "收到征求意见答复当日是否计入答复期限",
    "第三十三条",
    0,
    "日",
    "1为计入，0为扣除",
)

# Conversion of what one applicant was given into proactive disclosure
CONVERSION_RELOOK: Final = _OGI_PRACTICE.setting(
    "conversion-relook", "不转为主动公开的再次评估", "第十八条", 6, "个月", "条例只规定定期评估，没有规定间隔"
)
CONVERSION_APPLICANTS: Final = _OGI_PRACTICE.setting(
    "conversion-applicants", "“多个申请人”的认定", "第四十四条", 3, "个", "条例没有规定人数"
)
CONVERSION_OLD: Final = _OGI_PRACTICE.setting(
    "conversion-old", "信息年代久远的认定", "第十九条", 10, "年", "条例没有规定年数"
)

# Supervision and remedies
REPORT_BY_DEPARTMENT: Final = _OGI.term("report-by-department", "部门公布年度报告", "第四十九条", 131, "月-日")
REPORT_BY_GOVERNMENT: Final = _OGI.term("report-by-government", "政府公布年度报告", "第四十九条", 331, "月-日")
RECONSIDERATION: Final = _RECONSIDERATION.term("reconsideration", "申请行政复议", "第二十条", 60, "日")
RECONSIDERATION_LONGEST: Final = _RECONSIDERATION.term(
    "reconsideration-longest", "未告知复议权利的最长期限", "第二十条", 1, "年"
)
RECONSIDER_FIRST: Final = _RECONSIDERATION.rule(
    "reconsider-first", "被告知不予公开的，应当先申请行政复议，决定中须予告知", "第二十三条"
)
RECONSIDERATION_BODY: Final = _RECONSIDERATION.rule(
    "reconsideration-body", "不服政府部门的，向本级人民政府申请行政复议", "第二十四条"
)
RECONSIDERATION_ONLINE: Final = _RECONSIDERATION.rule(
    "reconsideration-online", "通过互联网送达决定的，同时提供网上申请行政复议的渠道", "第二十二条"
)
SIMPLE_RECONSIDERATION: Final = _RECONSIDERATION.term(
    "simple-reconsideration", "简易程序复议决定", "第五十三条", 30, "日"
)
RESPONDENT_ANSWER: Final = _RECONSIDERATION.term("respondent-answer", "简易程序被申请人答复", "第五十四条", 5, "工作日")
SUIT: Final = _LITIGATION.term("suit", "直接提起行政诉讼", "第四十六条", 6, "个月")
SUIT_AFTER_RECONSIDERATION: Final = _LITIGATION.term(
    "suit-after-reconsideration", "不服复议决定提起诉讼", "第四十五条", 15, "日"
)
SUIT_LONGEST: Final = _LITIGATION_NOTES.term("suit-longest", "未告知起诉期限的最长期限", "第六十四条", 1, "年")

# Information-processing fee
FEE_ITEMS_FREE: Final = _FEES.term("fee-items-free", "按件计收：每月免费件数", "第四条", 10, "件")
FEE_ITEMS_FIRST_TIER: Final = _FEES.term("fee-items-first-tier", "按件计收：第一档止于", "第四条", 30, "件")
FEE_ITEMS_STEP: Final = _FEES.term("fee-items-step", "按件计收：此后每档件数", "第四条", 10, "件")
FEE_ITEM_PRICE: Final = _FEES.term("fee-item-price", "按件计收：第一档单价及每档增加额", "第四条", 100, "元")
FEE_PAGES_FREE: Final = _FEES.term("fee-pages-free", "按量计收：免费页数", "第五条", 30, "页")
FEE_PAGES_FIRST_TIER: Final = _FEES.term("fee-pages-first-tier", "按量计收：第一档止于", "第五条", 100, "页")
FEE_PAGES_SECOND_TIER: Final = _FEES.term("fee-pages-second-tier", "按量计收：第二档止于", "第五条", 200, "页")
FEE_PAGE_PRICE_FIRST: Final = _FEES.term("fee-page-price-first", "按量计收：第一档单价", "第五条", 10, "元")
FEE_PAGE_PRICE_SECOND: Final = _FEES.term("fee-page-price-second", "按量计收：第二档单价", "第五条", 20, "元")
FEE_PAGE_PRICE_THIRD: Final = _FEES.term("fee-page-price-third", "按量计收：第三档单价", "第五条", 40, "元")
FEE_PAYMENT: Final = _FEES_PRESS.term("fee-payment", "缴纳信息处理费", "", 20, "工作日", "自收到收费通知次日起")

# Major administrative decisions
CONSULTATION_MINIMUM: Final = _DECISIONS.term("consultation-minimum", "公开征求意见", "第十五条", 30, "日")
HEARING_PAPERS: Final = _DECISIONS.term("hearing-papers", "听证会材料送达参加人", "第十六条", 7, "日")
LEGALITY_REVIEW: Final = _DECISIONS.term("legality-review", "合法性审查", "第二十六条", 7, "工作日")
DECISION_CATALOGUE_BY: Final = _PARTICIPATION.term(
    "decision-catalogue-by", "公布重大行政决策事项目录", "", 630, "月-日"
)
HEARING_INTERESTED_SHARE: Final = _PARTICIPATION.term(
    "hearing-interested-share", "法定听证中利害关系人代表比例", "", 50, "%"
)
NORMATIVE_VALIDITY: Final = _NORMATIVE.setting("normative-validity", "行政规范性文件有效期", "", 5, "年")
NORMATIVE_TRIAL_VALIDITY: Final = _NORMATIVE.setting("normative-trial-validity", "试行文件有效期", "", 2, "年")

# The bureau's plan
ADOPTION_RESULT: Final = _PLAN.term("adoption-result", "公开意见收集采纳情况", "第二部分（二）", 10, "工作日")
EVALUATIONS_A_YEAR: Final = _PLAN.setting("evaluations-a-year", "政策评价次数", "第二部分（三）", 2, "次")
INTERPRETATION_FORMS: Final = _PLAN.setting("interpretation-forms", "重要文件解读形式", "第三部分（二）", 3, "种")
GROUP_MEETINGS_A_YEAR: Final = _PLAN.setting("group-meetings-a-year", "领导小组会议", "第五部分（一）", 1, "次")
TRAININGS_A_YEAR: Final = _PLAN.setting("trainings-a-year", "政务公开培训", "第五部分（三）", 1, "次")
DECISION_FILE_SLOTS: Final = _PLAN.setting("decision-file-slots", "决策专题必备链接", "第二部分（一）", 6, "项")

# Interpretation and response
INTERPRETATION_DELAY: Final = _INTERPRETATION.setting(
    "interpretation-delay", "解读与文件同步发布的间隔", "", 0, "工作日", "0为同日发布"
)
INTERPRETATION_WARNING: Final = _INTERPRETATION.setting("interpretation-warning", "解读滞后预警", "", 3, "工作日")
EMERGENCY_INFORMATION: Final = _OPENNESS.term("emergency-information", "特大重大突发事件权威信息", "", 5, "小时")
EMERGENCY_CONFERENCE: Final = _OPENNESS.term("emergency-conference", "特大重大突发事件新闻发布会", "", 24, "小时")
CONCERN_RESPONSE: Final = _RESPONSE.term("concern-response", "其他政务舆情回应", "", 48, "小时")

# Site
SITE_TRIES_A_DAY: Final = _SITES.term("site-tries-a-day", "每日试访次数", "单项否决", 20, "次")
SITE_OPEN_WITHIN: Final = _SITES.term("site-open-within", "打开时限", "单项否决", 15, "秒")
SITE_FAILURE_SHARE: Final = _SITES.term("site-failure-share", "无法打开比例", "单项否决", 5, "%")
HOME_PAGE_IDLE: Final = _SITES.term("home-page-idle", "首页不更新", "单项否决", 2, "周")
NEWS_COLUMN_IDLE: Final = _SITES.term("news-column-idle", "动态要闻栏目不更新", "单项否决", 2, "周")
POLICY_COLUMN_IDLE: Final = _SITES.term("policy-column-idle", "通知政策栏目不更新", "单项否决", 6, "个月")
STATISTICS_IDLE: Final = _SITES.term("statistics-idle", "服务统计不更新", "扣分指标", 3, "个月")
PUBLISHED_REPLIES_IDLE: Final = _SITES.term("published-replies-idle", "答复公开不更新", "扣分指标", 2, "个月")
IDLE_COLUMNS: Final = _SITES.term("idle-columns", "不更新栏目数", "单项否决", 5, "个")
LONG_IDLE_COLUMNS: Final = _SITES.term("long-idle-columns", "长期不更新栏目数", "单项否决", 10, "个")
BLANK_COLUMNS: Final = _SITES.term("blank-columns", "空白栏目数", "单项否决", 5, "个")
CONSULT_UNANSWERED: Final = _SITES.term("consult-unanswered", "咨询留言未答复", "单项否决", 3, "个月")
SITE_PASS: Final = _SITES.term("site-pass", "检查合格线", "扣分指标", 60, "分")
SITE_BONUS: Final = _SITES.term("site-bonus", "进入加分环节的得分线", "加分指标", 80, "分", "须高于此分")
FIND_ERROR_REPLY: Final = _SITE_GUIDE_LOCAL.setting("find-error-reply", "我为政府网站找错答复", "", 3, "工作日")
OPINION_REPLY: Final = _SITE_OPINIONS.setting("opinion-reply", "网民意见答复", "", 7, "工作日")
COMPLEX_OPINION_REPLY: Final = _SITE_OPINIONS.setting("complex-opinion-reply", "复杂意见答复", "", 15, "工作日")
COMPLAINT_REPLY: Final = _SITE_OPINIONS.setting("complaint-reply", "投诉答复", "", 15, "工作日")
SITE_CLOSING_NOTICE: Final = _SITE_GUIDE.term("site-closing-notice", "网站关停公告", "", 30, "日")
SITE_REOPENING: Final = _SITE_GUIDE.term("site-reopening", "关停后不得恢复", "", 1, "年")

# New media
ACCOUNT_SILENT: Final = _NEW_MEDIA.term("account-silent", "政务新媒体不更新", "单项否决", 2, "周")
ACCOUNT_SILENT_WARNING: Final = _NEW_MEDIA_LOCAL.setting("account-silent-warning", "政务新媒体不更新预警", "", 10, "日")
ACCOUNT_FILING: Final = _NEW_MEDIA_LOCAL.setting("account-filing", "开设变更注销备案", "", 2, "工作日")

# Reviews and proofs
REVIEWS: Final = _REVIEWS.term("reviews", "审核次数", "", 3, "次")
PROOFS: Final = _REVIEWS.term("proofs", "校对次数", "", 3, "次")
ERRORS_AT_FIRST_REVIEW: Final = _REVIEWS.setting("errors-at-first-review", "初审差错上限", "", 5, "处")
ERRORS_AT_SECOND_REVIEW: Final = _REVIEWS.setting("errors-at-second-review", "复审差错上限", "", 3, "处")
ERRORS_AT_FINAL_REVIEW: Final = _REVIEWS.setting("errors-at-final-review", "终审差错上限", "", 1, "处")

# Personal data
IMPACT_ASSESSMENT_KEPT: Final = _PIPL.term("impact-assessment-kept", "影响评估报告保存", "第五十六条", 3, "年")
SENSITIVE_UNDER_AGE: Final = _PIPL.term("sensitive-under-age", "未成年人敏感个人信息", "第二十八条", 14, "岁")
MINOR_UNDER_AGE: Final = _MINORS.term("minor-under-age", "未成年人", "第二条", 18, "岁")

DIVERGENCES: Final = (
    Divergence(
        "exclusion-edges",
        "征求意见所需时间不计入答复期限，但条例未规定首尾两日如何计算。",
        "发出当日计入，次日起至收到答复（或者期满）当日扣除；可调整。",
        "《政府信息公开条例》第三十三条",
        "国务院或者上级主管部门对首尾两日作出解释时",
    ),
    Divergence(
        "extension-once",
        "条例未明文限定延期次数。",
        "同一申请只延期一次，重新起算后也不再延期；可调整。",
        "《政府信息公开条例》第三十三条",
        "主管部门允许多次延期，或者复议、判决另有认定时",
    ),
    Divergence(
        "rest-day-includes-weekends",
        "“法定休假日”是否包括周末，条文未逐字写明。",
        "按实际休息日（含周末、调休）顺延至其结束的次日。",
        "《民法典》第二百零三条",
        "司法解释另作规定时",
    ),
    Divergence(
        "consultation-urgent",
        "常见说法称紧急情况下征求意见不少于7日，条例中没有这一数字。",
        "期限可以缩短，天数不设下限，但必须说明理由并公开。",
        "《重大行政决策程序暂行条例》第十五条",
        "条例修订时",
    ),
    Divergence(
        "silence-remedy",
        "逾期不答复时，复议法第二十三条指向复议前置，法释〔2025〕8号第二条写明可复议或者起诉。",
        "默认告知先申请行政复议；可调整。",
        "《行政复议法》第二十三条",
        "最高人民法院或者管辖法院明确时",
    ),
    Divergence(
        "register-query-remedy",
        "行政查询事项在统计表中列入“不予公开”，但不属于第十四条至第十六条。",
        "按可以直接起诉告知救济途径。",
        "《政府信息公开条例》第三十六条第七项",
        "法院另有认定时",
    ),
    Divergence(
        "report-date-not-moved",
        "1月31日、3月31日遇休息日是否顺延，条例未规定。",
        "不顺延。",
        "《政府信息公开条例》第四十九条",
        "主管部门发布补充说明时",
    ),
    Divergence(
        "formed-on-signing-day",
        "信息“形成”之日如何认定，条例未规定。",
        "以成文日期为准；变更的以变更日期为准。",
        "《政府信息公开条例》第二十六条",
        "上级主管部门另有规定时",
    ),
)


def all_terms() -> dict[str, Term]:
    """Return every number by id, in the order of this file."""
    return {value.id: value for value in globals().values() if isinstance(value, Term)}


def all_rules() -> dict[str, Term | Rule]:
    """Return every number and every test by id."""
    return {value.id: value for value in globals().values() if isinstance(value, Term | Rule)}


def by_id(rule_id: str) -> Term | Rule:
    """Return the rule a stored clock or finding names."""
    return all_rules()[rule_id]
