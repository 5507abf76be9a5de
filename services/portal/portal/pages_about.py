"""What the law and courtesy ask a site to say about itself: guide, catalogue, four blocks, sitemap, help."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from gongkai.contracts.identity import OrganDescribed
from gongkai.web.components import Link
from portal import asked, reading, showing
from portal.names import UPDATE_RULES
from portal.pages import count_of, not_yet, top_columns
from portal.reading import Conditions
from portal.site import Moment, Site, crumbs

SYSTEMS: Final = "制度"


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    paragraphs: Sequence[str]


ACCESSIBILITY: Final = (
    Section("大字版", ("页面右上角可以换成大字版，字号放大三分之一，内容和地址不变，下次打开仍是大字版。",)),
    Section("键盘和读屏软件", (
        "全站可以只用键盘操作：Tab 键移到下一项，Shift 加 Tab 键移到上一项，Enter 键打开。第一项是“跳到正文”。",
        "标题、列表、表格和表单都有语义标记，读屏软件可以按标题和区域跳读。图表附文字说明，状态不只用颜色表示。",
    )),
    Section("放大和打印", ("浏览器放大到 400% 仍可单列阅读。每件文件都有打印版。",)),
    Section("不需要脚本", ("全部页面不依赖脚本，不加载其他网站的内容，没有弹窗和浮动窗口。",)),
)  # fmt: skip
PRIVACY: Final = (
    Section("不收集个人信息", (
        "阅读、搜索、下载和订阅不需要登记。本站不使用统计脚本，不加载其他网站的内容，不向第三方提供您的访问情况。",
    )),
    Section("保存在您电脑上的内容", ("只有选择大字版时，浏览器会保存一个名为 gongkai_size 的小文件，一年后失效。",)),
    Section("您主动写给我们的", (
        "在“我为政府网站找错”里写的内容和联系方式加密保存，只用于办理，每次查看都有记录，答复满一年后删除。",
    )),
    Section("运行记录", ("为了安全，服务器按国家规定留存运行日志，用于排查故障和防范攻击，不用于识别个人。",)),
)  # fmt: skip
RECOGNISE: Final = (
    Section("看域名", ("政府网站的域名以 .gov.cn 结尾。地址栏里显示的不是这样的，不要填写任何信息。",)),
    Section("看页面底部", ("底部有主办单位、政府网站标识码和备案信息，可以向主办单位核对。",)),
    Section("看内容来源", (
        "每件文件都列明索引号、发文机关和发布时间；文件页底部的“核对本页与批准稿是否一致”列出批准稿的校验值。",
    )),
    Section("我们不会做的事", ("我们不会通过网页、电话或者短信索要银行卡密码、短信验证码，也不会要求转账。",)),
)  # fmt: skip
DATA: Final = (
    ("/api/documents", "公开的信息，可以按栏目、体裁、年份、效力筛选，按发布时间从新到旧"),
    ("/api/columns", "主动公开基本目录：栏目、依据、主体、时限和已公开件数"),
    ("/api/search?q=公开", "全站搜索，与网页上的搜索结果一致"),
    ("/feeds/all.json", "最新公开的信息流，有历史归档和撤回标记；另有 Atom 和 RSS"),
    ("/sitemap.xml", "全部公开页面的地址"),
    ("/openapi.json", "接口的机器可读说明（OpenAPI）"),
)


def router(site: Site) -> APIRouter:
    routes = APIRouter(include_in_schema=False, route_class=site.shelf.route_class())

    def words(path: str, heading: str, lede: str, sections: Sequence[Section], *, contacts: bool = False) -> None:
        @routes.api_route(path, methods=["GET", "HEAD"])
        async def page(request: Request) -> Response:
            async with site.kit.reading() as db:
                moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            return site.page(
                request, moment, "words.html", heading=heading, lede=lede, sections=sections,
                trail=crumbs((heading, "")), contacts=contacts_of(moment.organ) if contacts else [],
            )

    words("/accessibility", "无障碍说明", "让每个人都能方便地读到公开的信息。", ACCESSIBILITY, contacts=True)
    words("/privacy", "隐私说明", "您来查公开的信息，我们不查您是谁。", PRIVACY)
    words("/recognise", "如何识别本网站", "三处可以核对，几件事我们不会做。", RECOGNISE, contacts=True)

    @routes.api_route("/guide", methods=["GET", "HEAD"])
    async def guide(request: Request) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            documents = await reading.listed(
                db, moment.now, Conditions(moment.organ.organ_id, kinds=("guide",)), limit=5
            )
            counts = await reading.by_column(db, moment.now, moment.organ.organ_id)
        classes = [
            Link(column.name, f"/columns/{column.id}", "", count_of(moment, counts, column))
            for column in moment.catalogue.children(None)
        ]
        return site.page(
            request, moment, "guide.html", contacts=contacts_of(moment.organ), classes=classes,
            documents=[showing.item(row) for row in documents], trail=crumbs(("政府信息公开指南", "")),
        )

    @routes.api_route("/openness", methods=["GET", "HEAD"])
    async def openness(request: Request) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            context = await openness_of(db, moment)
        return site.page(request, moment, "openness.html", **context)

    @routes.api_route("/columns", methods=["GET", "HEAD"])
    async def columns(request: Request) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            counts = await reading.by_column(db, moment.now, moment.organ.organ_id)
        rows = [
            {
                "href": f"/columns/{column.id}",
                "path": "　›　".join(part.name for part in moment.catalogue.path(column.id)),
                "count": count_of(moment, counts, column), "about": column.description,
                "newest": counts[column.id][1] if column.id in counts else None,
            }
            for _, column in moment.catalogue.walk()
        ]
        return site.page(request, moment, "columns.html", rows=rows, trail=crumbs(("全部栏目", "")))

    @routes.api_route("/catalogue.csv", methods=["GET", "HEAD"])
    async def catalogue_csv() -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            counts = await reading.by_column(db, moment.now, moment.organ.organ_id)
        header = ("编号", "事项", "上级", "公开依据", "公开主体", "公开时限", "更新", "已公开")
        rows = (
            (
                column.id, column.name, column.parent_id or "", column.legal_basis, column.owner_unit,
                column.time_limit, UPDATE_RULES[column.update_rule], count_of(moment, counts, column),
            )
            for _, column in moment.catalogue.walk()
        )
        extra = {"Content-Disposition": 'attachment; filename="catalogue.csv"'}
        return site.answer(moment, asked.table(header, rows), "text/csv; charset=utf-8", extra=extra)

    @routes.api_route("/catalogue", methods=["GET", "HEAD"])
    async def catalogue(request: Request) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            counts = await reading.by_column(db, moment.now, moment.organ.organ_id)
            revisions = await reading.revisions(db, moment.organ.organ_id)
        rows = [
            {
                "depth": depth, "column": column, "count": count_of(moment, counts, column),
                "newest": counts[column.id][1] if column.id in counts else None,
            }
            for depth, column in moment.catalogue.walk()
        ]
        return site.page(
            request, moment, "catalogue.html", rows=rows, revision=moment.catalogue.revision,
            effective_on=moment.catalogue.effective_on, trail=crumbs(("主动公开基本目录", "")),
            revisions=[r for r in reversed(revisions) if r.effective_on <= moment.today],
        )

    @routes.api_route("/sitemap", methods=["GET", "HEAD"])
    async def sitemap(request: Request) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
        if moment is None:
            return not_yet(site)
        return site.page(request, moment, "sitemap.html", groups=groups_of(moment), trail=crumbs(("站点地图", "")))

    @routes.api_route("/subscribe", methods=["GET", "HEAD"])
    async def subscribe(request: Request) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
        if moment is None:
            return not_yet(site)
        rows = [Link("全站最新公开", "/feeds/all"), Link("政府文件库", "/feeds/library")]
        rows += [
            Link("　" * depth + column.name, f"/feeds/columns/{column.id}")
            for depth, column in moment.catalogue.walk()
        ]
        return site.page(request, moment, "subscribe.html", rows=rows, trail=crumbs(("订阅", "")))

    @routes.api_route("/data", methods=["GET", "HEAD"])
    async def data(request: Request) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
        if moment is None:
            return not_yet(site)
        rows = [{"href": path, "label": path, "about": about} for path, about in DATA]
        return site.page(request, moment, "data.html", rows=rows, trail=crumbs(("数据接口", "")))

    return routes


def contacts_of(organ: OrganDescribed) -> list[tuple[str, str]]:
    return [
        ("机构名称", organ.openness_office or organ.name), ("办公地址", organ.address), ("办公时间", organ.hours),
        ("联系电话", "、".join(organ.phones)), ("传真", organ.fax), ("电子邮箱", organ.email),
    ]


def groups_of(moment: Moment) -> list[dict[str, Any]]:
    groups = [
        {
            "label": column.name,
            "links": [Link(f"{column.name}（全部）", f"/columns/{column.id}")] + [
                Link("　" * depth + inner.name, f"/columns/{inner.id}")
                for depth, inner in moment.catalogue.walk(column.id)
            ],
        }
        for column in moment.catalogue.children(None)
    ]
    groups.append({"label": "查找", "links": [
        Link("搜索", "/search"), Link("政府文件库", "/library"), Link("主动公开基本目录", "/catalogue"),
        Link("全部栏目", "/columns"),
    ]})  # fmt: skip
    groups.append({"label": "关于公开", "links": [
        Link("政府信息公开", "/openness"), Link("公开指南", "/guide"), Link("订阅", "/subscribe"),
        Link("数据接口", "/data"),
    ]})  # fmt: skip
    groups.append({"label": "关于本站", "links": [
        Link("如何识别本网站", "/recognise"), Link("无障碍说明", "/accessibility"), Link("隐私说明", "/privacy"),
    ]})  # fmt: skip
    return groups


async def openness_of(db: Any, moment: Moment) -> dict[str, Any]:
    organ_id = moment.organ.organ_id
    systems_columns = tuple(column.id for column in moment.catalogue.columns if SYSTEMS in column.name)
    systems = (
        await reading.listed(db, moment.now, Conditions(organ_id, systems_columns), limit=10) if systems_columns else []
    )
    reports = await reading.listed(db, moment.now, Conditions(organ_id, kinds=("annual-report",)), limit=20)
    counts = await reading.by_column(db, moment.now, organ_id)
    return {
        "systems": [showing.item(row) for row in systems],
        "systems_href": f"/columns/{systems_columns[0]}" if systems_columns else "",
        "reports": [showing.item(row) for row in reports], "columns": top_columns(moment, counts),
        "trail": crumbs(("政府信息公开", "")),
    }
