"""Files that people have become drafts: nothing that a reader saw is lost, and what stays behind is named."""

import io
import pickle

import pytest
from tests.support.import_samples import (
    PLAN,
    a_pdf,
    a_png,
    a_tracked_and_commented_file,
    a_word_file,
    a_workbook,
    an_auto_numbered_file,
    an_official_notice,
)

from publication.importing import Imported, ImportRefused, Limits, import_file
from publication.markup import outline, to_html, to_text


def imported(name: str, data: bytes) -> Imported:
    result = import_file(name, data)
    assert isinstance(result, Imported), result
    return result


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_in_any_chinese_encoding_gives_the_same_draft(encoding):
    draft = imported("年度要点.txt", PLAN.encode(encoding))

    assert draft == imported("年度要点.txt", PLAN.encode())
    assert [item.anchor for item in outline(draft.markdown)].count("c5-2") == 1
    assert draft.title == "年度要点"
    assert "文件名“年度要点”" in draft.notes[0]


def test_the_plan_keeps_every_word():
    draft = imported("年度要点.txt", PLAN.encode())

    assert "".join(to_text(draft.markdown).split()) == "".join(PLAN.split())


def test_lines_broken_at_the_width_of_a_screen_become_paragraphs_again():
    sentence = "为进一步做好促进消费工作，根据有关规定，结合本地实际，现就组织开展促进消费系列活动有关事项通知如下请认真贯彻执行"
    broken = "关于促进消费的通知\n" + "\n".join(
        [
            "    " + sentence[:28],
            sentence[28:] + "并且",
            "各单位要高度重视加强组织领导明确责任分工确保各项任务落到",
            "实处。",
            "一、基本要求",
            "    坚持公开。",
        ]
    )

    draft = imported("通知.txt", broken.encode())

    assert sentence in draft.markdown
    assert "落到实处。" in draft.markdown
    assert draft.title == "关于促进消费的通知"


def test_a_notice_in_word_gives_title_number_date_clauses_and_table():
    draft = imported("通知.docx", an_official_notice())

    assert draft.title == "某某市商务局关于组织开展消费促进活动的通知"
    assert draft.properties["document_number"] == "某商发〔2024〕8号"
    assert draft.properties["formed_on"] == "2024-03-08"
    assert draft.properties["issuing_organ"] == "某某市商务局"
    assert draft.properties["author"] == "王小明"
    assert [item.text for item in outline(draft.markdown)] == ["一、活动安排", "（一）时间安排", "附则说明"]
    assert '<th scope="col">金额|万元</th>' in to_html(draft.markdown)
    assert "价格5*3元，参见[附表](一)。" in to_text(draft.markdown)


def test_numbers_that_word_makes_by_itself_are_written_out():
    draft = imported("方案.docx", an_auto_numbered_file())

    texts = to_text(f"{draft.title}\n{draft.markdown}").split("\n")
    assert texts[-4:] == [
        "（一）指导思想。坚持公开。",
        "（二）基本原则。依法公开。",
        "二、主要任务",
        "（一）发布。按时发布。",
    ]


def test_comments_and_tracked_changes_are_reported_and_left_behind():
    draft = imported("稿件.docx", a_tracked_and_commented_file())

    assert "新增的话。" in draft.markdown
    for hidden in ("11010519491231002X", "13912345678", "13712345678", "内部资料"):
        assert hidden not in draft.markdown
    said = "".join(draft.notes)
    assert "1 条批注" in said
    assert "插入 1 处、删除 1 处" in said
    assert "1 处隐藏文字" in said
    assert "页眉页脚" in said


def test_a_picture_in_word_becomes_a_blob_of_its_own():
    def build(document):
        document.add_paragraph("关于公布流程图的公告")
        document.add_paragraph("流程如下：")
        document.add_picture(io.BytesIO(a_png()))

    draft = imported("公告.docx", a_word_file(build))

    (image,) = draft.images
    assert image.media_type == "image/png"
    assert f"/blobs/{image.digest}" in draft.markdown
    assert f'<img src="/blobs/{image.digest}"' in to_html(draft.markdown)


def test_a_workbook_becomes_a_table_without_what_was_hidden():
    draft = imported("公示.xlsx", a_workbook())

    assert draft.title == "2024年补贴公示"
    assert to_text(draft.markdown) == "单位\t比例\t金额\n甲公司\t12.5%\t1200"
    said = "".join(draft.notes)
    assert "1 张隐藏的工作表没有导入：底稿" in said
    assert "隐藏的 1 行、0 列" in said
    assert "1 条单元格批注" in said


def test_rows_beyond_the_limit_are_counted_out_loud():
    result = import_file("公示.xlsx", a_workbook(), Limits(max_rows=2))

    assert isinstance(result, Imported)
    assert "超过 2 行，后面的 1 行没有导入" in "".join(result.notes)


def test_a_pdf_gets_its_paragraphs_back_and_loses_its_page_numbers():
    line = "为做好今年的信息公开工作推动各项任务落实见效现将"
    pages = [
        ["关于做好信息公开工作的通知", "各单位：", "　　" + line, "有关事项通知如下。", "一、总体要求", "— 1 —"],
        ["　　" + line, "要求说明清楚。", "某某市商务局", "2024年3月8日", "— 2 —"],
    ]

    draft = imported("通知.pdf", a_pdf(pages))

    assert draft.title == "关于做好信息公开工作的通知"
    assert line + "有关事项通知如下。" in draft.markdown
    assert "— 1 —" not in draft.markdown
    assert [item.text for item in outline(draft.markdown)] == ["一、总体要求"]
    assert draft.properties["formed_on"] == "2024-03-08"


def test_text_under_a_black_box_is_still_there_and_the_officer_is_told():
    draft = imported("名单.pdf", a_pdf([["公示名单如下", "电话13912345678"]], covers=[(60, 730, 400, 22)]))

    assert "1 处文字被图形遮盖" in "".join(draft.notes)


def test_a_scanned_pdf_gets_a_clear_sentence():
    result = import_file("扫描.pdf", a_pdf([[""], [""]], picture="whole"))

    assert isinstance(result, ImportRefused)
    assert "扫描件" in result.sentence


def test_a_pdf_whose_image_is_missing_is_still_read():
    draft = imported("通知.pdf", a_pdf([["关于开展检查的通知", "各单位：", "请按时上报。"]], picture="missing"))

    assert "请按时上报。" in draft.markdown


def test_a_page_saved_from_a_site_gives_its_text_and_not_its_menus():
    html = (
        "<html><head><meta charset=gb2312><title>某市商务局</title></head><body><nav>首页 要闻</nav>"
        '<div class="TRS_Editor"><h1>关于发放消费券的公告</h1><p style="color:red" onclick="x()">一、发放<b>时间</b></p>'
        '<p>自<a href="https://www.gov.cn/x">公布</a>之日起，面积20m<sup>2</sup>。</p><ol><li>领取<li>使用</ol>'
        "<table><tr><th>批次<th>金额<tr><td>一<td>100</table><script>alert(1)</script></div></body></html>"
    )

    draft = imported("公告.html", html.encode("gbk"))

    assert draft.title == "关于发放消费券的公告"
    assert to_text(draft.markdown) == "一、发放时间\n自公布之日起，面积20m²。\n1. 领取\n2. 使用\n批次\t金额\n一\t100"
    assert 'href="https://www.gov.cn/x"' in to_html(draft.markdown)


def test_markdown_keeps_its_own_form():
    draft = imported("说明.md", "# 办事说明\n\n## 材料\n\n- 甲\n- 乙\n".encode())

    assert draft.title == "办事说明"
    assert draft.markdown == "## 材料\n\n- 甲\n- 乙\n"


def test_a_draft_can_travel_between_processes():
    draft = imported("公示.xlsx", a_workbook())

    assert pickle.loads(pickle.dumps(draft)) == draft
