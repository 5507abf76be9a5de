"""What each platform shows of an edition, and the sentence for every limit it breaks."""

import io
from dataclasses import asdict
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.contract.channel_suite import an_edition

from newmedia_sync.cover import HEIGHT, WIDTH, UnreadablePicture, draw_cover, fitted
from newmedia_sync.rendition import (
    WECHAT_CONTENT,
    WECHAT_DIGEST,
    WECHAT_TITLE,
    canonical,
    digest_of,
    first_difference,
    plain_status,
    read,
    render,
    shown_text,
    weibo_length,
)
from newmedia_sync.wechat_html import convert, text_of, with_images

SITE = "http://www.example.gov.cn"
LONG_TITLE = "关于印发《济南市商务局推动消费品以旧换新和商贸流通高质量发展行动方案（2026—2028年）》的通知"
DIGEST = "sha256:" + "a" * 64


def wechat(**changed):
    return render(an_edition(**changed), "wechat", SITE)


def weibo(**changed):
    return render(an_edition(**changed), "weibo", SITE)


# ── 公众号 ──


def test_a_title_within_the_limit_is_shown_whole():
    assert wechat().rendition.title == an_edition().title


def test_a_long_title_gives_way_to_the_short_one_the_officer_wrote():
    found = wechat(title=LONG_TITLE, short_title="消费品以旧换新行动方案印发")

    assert found.rendition.title == "消费品以旧换新行动方案印发"
    assert found.refusals == ()


def test_a_long_title_without_a_short_one_is_refused_with_both_numbers():
    [refusal] = wechat(title=LONG_TITLE, short_title="").refusals

    assert refusal.field == "title"
    assert f"{len(LONG_TITLE)}字" in refusal.sentence
    assert f"{WECHAT_TITLE}字" in refusal.sentence


def test_the_organ_need_not_be_named_twice_when_that_makes_the_title_fit():
    title = "济南市商务局" + "关于" + "做" * 22 + "的通知"

    assert wechat(title=title, short_title="").rendition.title == title.removeprefix("济南市商务局")


def test_a_long_summary_ends_with_a_sentence_and_the_officer_is_told():
    summary = "第一句话说明补贴标准和申领条件，" * 6 + "第一句到此为止。" + "后面还有很长的说明" * 10

    found = wechat(summary=summary)

    assert len(found.rendition.digest) <= WECHAT_DIGEST
    assert found.rendition.digest.endswith("。")
    assert [problem.code for problem in found.problems] == ["wechat-digest"]
    assert found.refusals == ()


def test_a_very_long_text_becomes_an_excerpt_that_says_where_the_whole_is():
    found = wechat(body_html="".join(f"<p>第{number}条　{'内容' * 60}</p>" for number in range(300)))

    assert len(found.rendition.content) < WECHAT_CONTENT
    assert "（节选）" in found.rendition.content
    assert f"{SITE}/d/jnsw-2026-00012" in found.rendition.content
    assert found.rendition.content.count("<p") == found.rendition.content.count("</p>")
    assert [problem.refuses for problem in found.problems] == [False]


def test_an_empty_text_and_a_foreign_picture_are_refused():
    codes = {problem.code for problem in wechat(body_html='<img src="http://elsewhere/x.png">').refusals}

    assert codes == {"foreign-image", "empty"}


def test_attachments_are_named_because_the_platform_shows_none():
    assert "<li>申请表.docx</li>" in wechat(attachments=("申请表.docx",)).rendition.content


def test_a_correction_carries_its_explanation_and_says_so_in_the_title():
    found = wechat(change="correct", explanation="补贴上限应为3000元。").rendition

    assert found.title.startswith("更正：")
    assert "更正说明" in found.content
    assert "补贴上限应为3000元。" in found.content


def test_nothing_dangerous_survives_the_conversion():
    hostile = (
        '<p onclick="x()">甲<script>alert(1)</script></p><iframe src="//e"></iframe><svg><a>乙</a></svg>'
        '<a href="javascript:x">丙</a><p style="background:url(//e)">丁</p><table><td colspan="2\'>">戊</table>&lt;b&gt;'
    )

    html = convert(hostile).html

    assert not any(word in html for word in ("script", "onclick", "iframe", "href", "url(", "alert", "乙"))
    assert "丙" in html
    assert "&lt;b&gt;" in html


def test_unclosed_and_crossed_tags_come_out_balanced():
    html = convert("<p><strong>甲<p>乙</strong><ul><li>丙").html

    assert html.count("<p") == html.count("</p>")
    assert html.count("<li") == html.count("</li>")
    assert text_of(html) == "甲乙丙"


@given(st.text(max_size=200))
def test_whatever_text_comes_in_comes_out_as_the_same_words(text):
    assert text_of(convert(f"<p>{escape(text)}</p>").html) == text_of(f"<p>{escape(text)}</p>")


def test_own_pictures_are_found_by_their_digest_and_get_the_platforms_address():
    found = convert(f'<p>图</p><img src="/publication/blobs/{DIGEST}" alt="流程">')

    assert found.images == [DIGEST]
    assert 'src="http://p/1"' in with_images(found.html, {DIGEST: "http://p/1"})


# ── 微博 ──


def test_a_status_has_the_title_the_summary_and_the_link_within_its_limit():
    found = weibo().rendition

    assert found.text.startswith("【")
    assert found.text.endswith(f"{SITE}/d/jnsw-2026-00012")
    assert "补贴标准" in found.text
    assert weibo_length(found.text) <= 140


def test_a_title_and_link_that_do_not_fit_are_refused_with_the_count():
    [refusal] = weibo(title="长" * 140, short_title="").refusals

    assert refusal.code == "weibo-length"
    assert "140字" in refusal.sentence


def test_topics_are_written_so_that_the_interface_takes_them():
    text = weibo(title="#以旧换新# 补贴申领", summary="#补贴#").rendition.text

    assert "#" not in text
    assert "＃以旧换新＃" in text


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("中文", 2), ("ab", 1), ("abc", 2), ("中a", 2), ("看 http://www.example.gov.cn/d/x-2026-00001", 12)],
)
def test_a_status_is_counted_as_the_platform_counts(text, length):
    assert weibo_length(text) == length


@given(st.text(min_size=1, max_size=400), st.text(max_size=400))
def test_a_status_that_is_not_refused_always_fits(title, summary):
    found = weibo(title=title, short_title="", summary=summary)

    assert found.refusals or weibo_length(found.rendition.text) <= 140


# ── Both ──


@pytest.mark.parametrize("platform", ["wechat", "weibo"])
def test_a_rendition_is_kept_and_read_back_under_the_same_digest(platform):
    rendition = render(an_edition(), platform, SITE).rendition

    assert read(canonical(rendition)) == rendition
    assert digest_of(read(canonical(rendition))) == digest_of(rendition)


def test_one_changed_word_gives_another_digest():
    assert digest_of(wechat().rendition) != digest_of(wechat(body_html="<p>改</p>").rendition)


def test_links_and_spaces_do_not_count_as_a_difference():
    assert plain_status("甲 乙 http://t.cn/Ab1 &amp; 丙") == plain_status("甲乙 http://www.example.gov.cn/d/1 &丙")


def test_the_first_difference_is_told_with_the_words_around_it():
    told = first_difference("每件不超过2000元", "每件不超过3000元")

    assert "2000元" in told
    assert "3000元" in told
    assert "少了" in first_difference("甲乙丙", "甲乙")


def test_what_is_shown_leaves_out_what_is_not_read():
    shown = shown_text(wechat().rendition)

    assert "style" not in shown
    assert "每件不超过2000元" in shown
    assert set(asdict(wechat().rendition)) >= {"title", "content", "cover"}


# ── Pictures ──


def test_a_drawn_cover_is_the_same_for_the_same_document_and_small_enough():
    first, second = draw_cover("2026-00012", "标题"), draw_cover("2026-00012", "标题")

    assert first == second
    assert first[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(first) < 64_000
    assert (WIDTH, HEIGHT) == (900, 383)
    assert draw_cover("2026-00012", "另一份") != first


def test_a_picture_that_is_none_or_is_a_bomb_is_refused():
    bomb = io.BytesIO()
    Image.new("1", (7_000, 7_000)).save(bomb, "PNG")

    for content in (b"not a picture", bomb.getvalue()):
        with pytest.raises(UnreadablePicture):
            fitted(content, 1000)


def test_a_picture_over_the_limit_is_made_to_fit():
    small, media_type = fitted(draw_cover("1", "x") + b"\0" * 50_000, 40_000)

    assert len(small) <= 40_000
    assert media_type == "image/jpeg"
