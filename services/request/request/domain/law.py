"""Citations by the short id of an article, so that no refusal spells a law's title by hand."""

from gongkai.statute.articles import ARTICLES

FEE_RULES = "《政府信息公开信息处理费管理办法》"


def cite(article_id: str, part: str = "") -> str:
    """Return 《…》第…条 for an id such as A33; `part` is a paragraph or item, such as 第三款."""
    return ARTICLES[article_id].citation + part
