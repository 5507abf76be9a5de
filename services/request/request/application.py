"""An application as its maker wrote it (条例第二十九条). It holds personal data and lives in the vault alone."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Literal

from gongkai.statute.person_numbers import check_identity, check_mobile, check_uscc
from gongkai.statute.verdict import squeezed
from request.domain.values import ApplicantKind, SupplyForm, Way

ProofKind = Literal["identity-card", "passport", "credit-code", "other"]
PROOF_KINDS: Final[dict[ProofKind, str]] = {
    "identity-card": "居民身份证",
    "passport": "护照或者其他旅行证件",
    "credit-code": "统一社会信用代码",
    "other": "其他有效证明",
}
APPLICANT_KINDS: Final[dict[ApplicantKind, str]] = {
    "np": "自然人",
    "com": "商业企业",
    "res": "科研机构",
    "soc": "社会公益组织",
    "law": "法律服务机构",
    "oth": "其他组织",
}
#: How many last characters of the proof are the second factor with which an applicant follows their case.
FACTOR_LENGTH: Final = 6


@dataclass(frozen=True, slots=True)
class Application:
    """Name, proof, contact, what is asked for and how it is to be given."""

    applicant_kind: ApplicantKind = "np"
    name: str = ""
    proof_kind: ProofKind = "identity-card"
    proof: str = ""
    representative: str = ""
    contact_person: str = ""
    phone: str = ""
    email: str = ""
    fax: str = ""
    address: str = ""
    postcode: str = ""
    title: str = ""
    document_number: str = ""
    description: str = ""
    supply_form: SupplyForm = "electronic"
    way: Way = "online"
    fee_exemption: str = ""

    @property
    def proof_number(self) -> str:
        """The proof as it is compared: width, case, spaces and hyphens do not matter."""
        return squeezed(self.proof).replace("-", "").upper()

    @property
    def factor(self) -> str:
        """Return what the applicant must know besides the code; of a paper without proof, the end of the telephone."""
        return (self.proof_number or squeezed(self.phone).replace("-", ""))[-FACTOR_LENGTH:]


_FIELDS: Final = tuple(field.name for field in fields(Application))


def as_json(application: Application) -> dict[str, Any]:
    return {name: getattr(application, name) for name in _FIELDS}


def from_json(data: dict[str, Any]) -> Application:
    """Read what was stored; a field that came later has its default, one that is gone is left out."""
    return Application(**{name: value for name, value in data.items() if name in _FIELDS})


def problems(application: Application, today: date) -> list[tuple[str, str]]:
    """Return what an application lacks or has wrong, as path and sentence: what A29 asks for, and nothing more."""
    found: list[tuple[str, str]] = []
    organisation = application.applicant_kind != "np"
    if not application.name.strip():
        found.append(("name", "请填写单位名称" if organisation else "请填写姓名"))
    found += _proof_problems(application, today)
    if organisation and not application.contact_person.strip():
        found.append(("contact_person", "请填写联系人姓名"))
    if not any(text.strip() for text in (application.phone, application.email, application.address)):
        found.append(("phone", "请至少填写电话、电子邮箱、通信地址中的一项，以便联系您"))
    if application.phone.strip() and squeezed(application.phone).startswith("1"):
        found += [("phone", problem) for problem in check_mobile(application.phone).problems[:1]]
    if application.email.strip() and not _is_email(application.email.strip()):
        found.append(("email", "电子邮箱的格式不对，应当像 name@example.cn"))
    if not application.description.strip():
        found.append(("description", "请写明想要的信息：名称、文号，或者便于查找的其他特征"))
    return found + _way_problems(application)


def problems_of_change(before: Application, after: Application, today: date) -> list[tuple[str, str]]:
    """Return what a correction makes wrong; what was taken as it was, a paper without a proof say, is not asked for."""
    known = problems(before, today)
    return [problem for problem in problems(after, today) if problem not in known]


def _proof_problems(application: Application, today: date) -> list[tuple[str, str]]:
    number = application.proof_number
    if not number:
        return [("proof", "请填写身份证明的号码，条例第二十九条要求提供")]
    if application.applicant_kind != "np" and application.proof_kind == "identity-card":
        return [("proof_kind", "单位申请请提供统一社会信用代码或者其他证明")]
    if application.proof_kind == "identity-card":
        return [("proof", problem) for problem in check_identity(number, today).problems[:1]]
    if application.proof_kind == "credit-code":
        return [("proof", problem) for problem in check_uscc(number).problems[:1]]
    if len(number) < FACTOR_LENGTH:
        return [("proof", f"证明的号码至少{FACTOR_LENGTH}个字符")]
    return []


def _way_problems(application: Application) -> list[tuple[str, str]]:
    needed = {"post": ("address", "选择邮寄，请填写通信地址"), "email": ("email", "选择电子邮件，请填写电子邮箱"),
              "fax": ("fax", "选择传真，请填写传真号码")}  # fmt: skip
    path, sentence = needed.get(application.way, ("", ""))
    return [(path, sentence)] if path and not str(getattr(application, path)).strip() else []


def _is_email(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at) and "." in host.strip(".") and not any(char.isspace() for char in text)
