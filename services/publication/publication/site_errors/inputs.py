"""What citizens and officers type about something wrong on the site."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gongkai.web.texts import printable
from publication.site_errors.decide import About, Outcome
from publication.site_errors.desk import Report

LONGEST: Final = 1_000
Line = Annotated[str, AfterValidator(printable)]


class ReportInput(BaseModel):
    page: Line = Field(default="", max_length=300, title="哪个页面")
    about: About = Field(title="哪类问题")
    wrong: Line = Field(min_length=2, max_length=LONGEST, title="哪里不对")
    suggestion: Line = Field(default="", max_length=LONGEST, title="应当怎样")
    contact: Line = Field(default="", max_length=100, title="联系方式")

    def report(self) -> Report:
        return Report(self.page, self.about, self.wrong, self.suggestion, self.contact)


class AnswerInput(BaseModel):
    """The answer. Its text is shown to the one who has the receipt, and to nobody else."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    outcome: Outcome = Field(title="结果")
    reply: Line = Field(min_length=2, max_length=LONGEST, title="答复")
