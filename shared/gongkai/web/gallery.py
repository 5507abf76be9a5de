"""Samples for the components page: what developers look at before they write a page. Not data of anyone."""

from datetime import date
from typing import Any

from gongkai.web.components import ClockChip, DayCell, DocItem, FileItem, Link, PageLinks, Run, Step
from gongkai.web.forms import Form


def samples(icons: list[str]) -> dict[str, Any]:
    """Fill `components.html`."""
    form = Form.of({"title": "关于印发方案的通知", "kind": "notice", "openness": "on-request"})
    form.add("number", "应写作“济商发〔2025〕6号”：年份用六角括号，序号不加 0", "发文字号")
    form.add("body", "请填写正文", "正文")
    off = DayCell("27", "off", note="周末")
    return {
        "sample": form,
        "icons": icons,
        "tabs": [Link("全部", "#main", "page", 6), Link("要处理", "#main", count=2), Link("本周", "#main")],
        "chips": [
            ClockChip("", "剩 7 个工作日"),
            ClockChip("soon", "明天到期", "1月16日（星期四）收到，次日起数 20 个工作日。", "#k3"),
            ClockChip("late", "超 2 日"),
            ClockChip("paused", "不计时"),
            ClockChip("done", "按期办结"),
            ClockChip("", "剩 30 个工作日", provisional=True),
        ],
        "steps": [
            Step("初审", "2月12日，通过", past=True),
            Step("初校", "2月13日，改 4 处", past=True),
            Step("复审", "等您办理", current=True),
            Step("复校", "2月21日前"),
        ],
        "documents": [
            DocItem("认定管理办法", "#k1", date(2025, 2, 13), ("济商发〔2025〕4号", "有解读 4 篇"), "valid"),
            DocItem("消费季启动公告", "#k1", date(2025, 2, 17), ("公告",)),
        ],
        "attachments": [FileItem("附件1 申报表.docx", "#k1", 31_744)],
        "pages": PageLinks.over("/identity/components", [], current=3, size=10, total=118),
        "weeks": [
            [
                None,
                None,
                None,
                None,
                DayCell("9/26", "event", note="收到"),
                off,
                DayCell("28", "on make", 1, spoken="调休上班"),
            ],
            [
                DayCell("29", "on", 2),
                DayCell("30", "on", 3),
                DayCell("10/1", "off rest", note="国庆"),
                DayCell("2", "off rest", note="国庆"),
                DayCell("3", "gone", note="不计"),
                DayCell("4", "off"),
                DayCell("5", "end", note="到期"),
            ],
        ],
        "runs": [Run(date(2025, 9, 28), date(2025, 9, 30), 3, 3), Run(date(2025, 10, 9), date(2025, 10, 11), 3, 6)],
    }
