"""How people are named in Chinese papers: surnames, the labels before a name, the words after it. Pure."""

import re
from collections.abc import Iterator
from typing import Final

SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜"
    "崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛"
    "樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲"
    "翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席"
    "卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝闻逄亓綦鞠衣"
)
COMPOUND: Final = (
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "夏侯", "端木", "呼延",
    "百里", "南宫", "独孤", "长孙", "宇文", "轩辕", "东郭", "西门",
)  # fmt: skip
#: Characters no given name begins with after a surname that is also an ordinary word (应当, 时在, 成为 …).
_NOT_GIVEN: Final = "应当在次本其该日月年规法有可不每上下个一须需已未将会要为是以及或和与由向对的了等者所部局"
#: A name never ends in these; a word that happens to begin with a surname often does.
GIVEN_AFTER: Final = "的了在是有和与为等者所部局处科厅司县市区镇街路店铺厂企业条款项元号"
LABELS: Final = (
    "姓名|申请人|联系人|当事人|法定代表人|法人代表|负责人|经营者|被处罚人|被执行人|户主|举报人|投诉人|信访人|监护人"
    "|证人|原告|被告|业主|受害人|经办人|居民|村民|职工|收款人|开户名|户名|受理人|店主|消费者|报名人|参会人|委托人|代理人"
    "|反映人|来电人|收件人|签收人|股东|实际控制人|控制人|签字|签名|审批人|记录人|主持人|会计|出纳"
)
LABEL_WORDS: Final = frozenset(LABELS.split("|"))
NAME: Final = (
    rf"(?:(?:{'|'.join(COMPOUND)})(?![{_NOT_GIVEN}])[\u4e00-\u9fa5]{{1,2}}"
    rf"|[{SURNAMES}](?![{_NOT_GIVEN}])[\u4e00-\u9fa5][\u4e00-\u9fa5]?)"
)
_STOP: Final = (
    r"(?=[，,、。；;（）():：\s|/]|男|女|因|系|患|的|身份证|住|电话|手机|联系|于|为|被|经|反映|投诉|举报|申请|同意|$)"
)
_STATED: Final = re.compile(
    rf"(?:{LABELS})(?:（[^（）\n]{{1,8}}）)?[:：为是 \t|]{{0,3}}(?P<a>{NAME}){_STOP}"
    rf"|(?<![\u4e00-\u9fa5])(?P<b>{NAME})[，,（( \t|]{{1,2}}[男女](?=[，,、）)（( \t。|])"
    rf"|(?P<c>{NAME})(?=先生|女士|同志)"
    # A common surname that is a far commoner preposition: only a colon before it makes it one.
    rf"|(?:{LABELS})[:：][ ]?(?P<d>于[\u4e00-\u9fa5]{{1,2}}){_STOP}"
)


def stated_names(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where somebody is named in a way that leaves little doubt: after a label, with their sex, or addressed."""
    for found in _STATED.finditer(text):
        group = next(name for name in "abcd" if found[name] is not None)
        name = found[group]
        if "某" not in name and name[-1] not in GIVEN_AFTER and name not in LABEL_WORDS:
            yield (*found.span(group), group != "c")
