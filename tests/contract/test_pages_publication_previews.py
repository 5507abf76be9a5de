"""What newmedia-sync answers about a preview is what the console reads: the two services share no code, so this is kept."""

from uuid import UUID

from newmedia_sync.inputs import PreviewView, ProblemView
from publication.pages.showing import read_preview


def test_the_console_reads_a_preview_as_newmedia_sync_writes_it():
    told = PreviewView(
        account_id=UUID(int=1), channel="account:1", platform="wechat", name="济南商务发布", mode="automatic", title="通知",
        summary="一句话", html="<p>正文</p>", text="正文", link="", length="标题 2/32 字", ready=False,
        problems=[
            ProblemView(code="title", sentence="标题66字，公众号最多64字", field="title", refuses=True),
            ProblemView(code="cover", sentence="没有题图，用默认图", field="cover", refuses=False),
        ],
    )  # fmt: skip

    shown = read_preview(told.model_dump(mode="json"))

    assert (shown.name, shown.title, shown.text, shown.length) == ("济南商务发布", "通知", "正文", "标题 2/32 字")
    assert [(problem.kind, problem.sentence) for problem in shown.problems] == [
        ("bad", "标题66字，公众号最多64字"),
        ("warn", "没有题图，用默认图"),
    ]
