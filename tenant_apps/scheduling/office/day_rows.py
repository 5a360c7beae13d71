"""The days of a session as rows of a form: a date, and hours of its own where it has any.

A row is three inputs. All of them together are one text, a day a line, which is what the field is told, compares and
keeps; so a program or a test may send that text instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

PARTS = ("date", "begins", "ends")
LESS, MORE = "less_days", "more_days"  # buttons: which row goes, or that there is to be one more


@dataclass(frozen=True)
class DayRow:
    """What stands in one row, as it was typed."""

    date: str = ""
    begins: str = ""
    ends: str = ""

    @property
    def line(self) -> str:
        """The row as a line: `2027-01-12 10:00-15:00`."""
        own = f" {self.begins}-{self.ends}" if self.begins or self.ends else ""
        return f"{self.date}{own}".strip()

    @classmethod
    def of(cls, line: str) -> "DayRow":
        """The row that a line of ours says."""
        day, _space, hours = line.strip().rpartition(" ")
        if ":" not in hours:
            return cls(line.strip())
        begins, _dash, ends = hours.replace("–", "-").partition("-")
        return cls(day.strip(), begins, ends)


class DayRows(forms.Textarea):
    """Reads rows of three inputs each as one text, a day a line. Drawn by `scheduling/_day_rows.html`."""

    def value_from_datadict(
        self, data: Mapping[str, object], files: MultiValueDict[str, UploadedFile], name: str
    ) -> object:  # fmt: skip
        if name in data or not isinstance(data, QueryDict):
            sent = super().value_from_datadict(data, files, name)
            return sent.replace("\r\n", "\n") if isinstance(sent, str) else sent
        return "\n".join(row.line for row in sent_rows(data, name) if row.line)

    def value_omitted_from_data(
        self, data: Mapping[str, object], files: MultiValueDict[str, UploadedFile], name: str
    ) -> bool:  # fmt: skip
        return name not in data and f"{name}-date" not in data


def sent_rows(data: QueryDict, name: str) -> list[DayRow]:
    """The rows that were sent, without the one that a button took away."""
    columns = [data.getlist(f"{name}-{part}") for part in PARTS]
    less = str(data.get(LESS, ""))
    rows = [DayRow(*(str(cell).strip() for cell in cells)) for cells in zip(*columns, strict=False)]
    return [row for n, row in enumerate(rows) if str(n) != less]


def changes_days(data: QueryDict) -> bool:
    """Whether a session's form was sent for one row more or less, and not to be saved."""
    return LESS in data or MORE in data


def rows_of(form: forms.BaseForm, name: str) -> Sequence[DayRow]:
    """What stands in the rows of the field `name`: as it was sent, with an empty one more where that was asked for."""
    data = form.data
    if form.is_bound and isinstance(data, QueryDict) and name not in data:
        rows = sent_rows(data, name)
        return [*rows, DayRow()] if MORE in data else rows
    return [DayRow.of(line) for line in str(form[name].value() or "").splitlines() if line.strip()]
