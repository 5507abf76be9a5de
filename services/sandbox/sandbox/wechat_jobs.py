"""Publish tasks of 公众号: accepted, reviewed, settled by the world's own time."""

from datetime import timedelta
from typing import Any

from sandbox.faults import FaultBox
from sandbox.wechat_rules import error
from sandbox.world import Article, Draft, Job, Keeper, WeChatAccount, derived

_VERDICTS = {"review_original": 2, "review_failed": 3, "review_refused": 4}
_NEVER = timedelta(days=3650)
#: Ids above 2^53 in practice: a reader that takes them for floats loses the last digits.
_FIRST_PUBLISH_ID = 9_007_199_254_740_993


def submit(keeper: Keeper, box: FaultBox, account: WeChatAccount, media_id: str) -> Job | None:
    """Take the draft out of the box and start its task; None when there is no such draft (or it was consumed)."""
    draft = account.drafts.pop(media_id, None)
    if draft is None:
        return None
    settle_all(keeper)
    now = keeper.now()
    account.serial += 1
    verdict = box.take("wechat", account.appid, "freepublish/submit", *_VERDICTS)
    partial = box.take("wechat", account.appid, "freepublish/submit", "partial")
    stuck = box.take("wechat", account.appid, "freepublish/submit", "stuck")
    pushed = box.take("wechat", account.appid, "freepublish/submit", "event_twice", "event_never", "event_early")
    early = pushed is not None and pushed.kind == "event_early"
    delay = timedelta(0) if early else _NEVER if stuck else timedelta(seconds=account.review_seconds)
    job = Job(
        publish_id=_FIRST_PUBLISH_ID + account.serial,
        media_id=media_id,
        msg_data_id=2_247_483_647 + account.serial,
        articles=draft.articles,
        submitted_at=now,
        settles_at=now + delay,
        verdict=_VERDICTS[verdict.kind] if verdict else 0,
        fail_idx=[len(draft.articles)] if partial else [],
        push_at=None if pushed and pushed.kind == "event_never" else now + delay,
        pushes_left=2 if pushed and pushed.kind == "event_twice" else 1,
    )
    account.jobs[str(job.publish_id)] = job
    _settle(keeper, account, job)
    return job


def settle_all(keeper: Keeper) -> None:
    """Let every task whose time has come reach its end."""
    for account in keeper.world.wechat.values():
        for job in account.jobs.values():
            _settle(keeper, account, job)


def _settle(keeper: Keeper, account: WeChatAccount, job: Job) -> None:
    if job.settled or keeper.now() < job.settles_at:
        return
    job.settled = True
    if job.verdict:
        # What review refused goes back to the box, as in the console.
        account.drafts[job.media_id] = Draft(media_id=job.media_id, articles=job.articles, updated_at=keeper.now())
        return
    job.article_id = derived("article", f"{account.appid} {job.publish_id}", 40)
    items = [
        article | {"idx": position, "article": job.article_id, "is_deleted": position in job.fail_idx}
        for position, article in enumerate(job.articles, start=1)
    ]
    account.articles[job.article_id] = Article(
        article_id=job.article_id,
        publish_id=job.publish_id,
        items=items,
        published_at=job.settles_at,
        visible_at=job.settles_at,
    )


def report(keeper: Keeper, account: WeChatAccount, publish_id: str, base: str) -> dict[str, Any]:
    """Answer freepublish/get."""
    settle_all(keeper)
    job = account.jobs.get(publish_id)
    if job is None:
        return error(53600)
    told: dict[str, Any] = {"publish_id": job.publish_id, "publish_status": 1, "fail_idx": []}
    if not job.settled:
        return told
    told |= {"publish_status": job.verdict, "fail_idx": job.fail_idx}
    article = account.articles.get(job.article_id)
    if article is None:
        return told
    if article.banned:
        return told | {"publish_status": 6}
    live = [item for item in article.items if not item["is_deleted"]]
    if not live:
        return told | {"publish_status": 5}
    rows = [{"idx": item["idx"], "article_url": f"{base}/s/{job.article_id}-{item['idx']}"} for item in live]
    return told | {"article_id": job.article_id, "article_detail": {"count": len(rows), "item": rows}}


def shown(item: dict[str, Any], base: str) -> dict[str, Any]:
    """Return one article as getarticle and batchget tell it."""
    hidden = {"idx", "article", "article_type"}
    told = {key: value for key, value in item.items() if key not in hidden}
    return told | {"url": f"{base}/s/{item['article']}-{item['idx']}", "thumb_url": ""}


def listed(keeper: Keeper, box: FaultBox, account: WeChatAccount, base: str) -> list[dict[str, Any]]:
    """Return the published box, newest first; a lagging list hides the last minute."""
    settle_all(keeper)
    lag = box.take("wechat", account.appid, "freepublish/batchget", "lagging_list")
    until = keeper.now() - timedelta(seconds=60 if lag else 0)
    found = [article for article in account.articles.values() if article.visible_at <= until]
    return [
        {
            "article_id": article.article_id,
            "content": {"news_item": [shown(item, base) for item in article.items]},
            "update_time": int(article.published_at.timestamp()),
        }
        for article in sorted(found, key=lambda one: one.published_at, reverse=True)
    ]


def page_of(rows: list[dict[str, Any]], asked: dict[str, Any]) -> dict[str, Any]:
    """Cut one page as batchget does: offset from 0, count 1 to 20."""
    offset, count = int(asked.get("offset") or 0), int(asked.get("count") or 0)
    if not 1 <= count <= 20 or offset < 0:
        return error(40060)
    page = rows[offset : offset + count]
    if asked.get("no_content"):
        page = [{key: value for key, value in row.items() if key != "content"} for row in page]
    return {"total_count": len(rows), "item_count": len(page), "item": page}
