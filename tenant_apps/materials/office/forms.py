"""Forms in which files and links are added and changed, and who sees them when."""

from datetime import date, datetime, time, timedelta
from typing import Unpack, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.core.time import at, countable, local, tenant_zone
from shared_apps.core.types import Words
from shared_apps.files.handouts import CHOOSES
from shared_apps.web.editing import EditForm
from shared_apps.web.fields import TextBox
from shared_apps.web.forms import FormOptions, Sent, SentFiles, choice_field
from shared_apps.web.whole_numbers import WholeNumberField
from tenant_apps.materials.models import LONGEST_NOTE, MOST_DAYS, Closes, Kind, Material, Opens
from tenant_apps.materials.services import Changes
from tenant_apps.scheduling.office.forms import date_field

WHEN = ("opens", "opens_days", "opens_at", "closes", "closes_days", "closes_at")
DATES = ("opens_at", "closes_at")


def _days(label: Words) -> WholeNumberField:
    return WholeNumberField(label=label, min_value=0, max_value=MOST_DAYS, required=False)


class MaterialForm(EditForm, forms.ModelForm):
    """What one material is called, who gets it, and when. Days are those of the session, or of the provider."""

    opens_days = _days(_("Days before it begins"))
    opens_at = date_field(_("From this day on"), required=False)
    closes_days = _days(_("Days after it is over"))
    closes_at = date_field(_("Until this day, included"), required=False)

    class Meta:
        model = Material
        fields = ["title", "note", "audience", "opens", "closes"]
        labels = {
            "title": _("Title"), "note": _("Note"), "audience": _("Who gets it"), "opens": _("From when"),
            "closes": _("Until when"),
        }  # fmt: skip
        help_texts = {"note": _("One or two sentences that stand below the title.")}
        widgets = {"note": TextBox(attrs={"rows": 2, "maxlength": LONGEST_NOTE})}

    def __init__(
        self, data: Sent = None, files: SentFiles = None, *, instance: Material, **options: Unpack[FormOptions]
    ) -> None:
        super().__init__(data, files, instance=instance, **options)
        for name in DATES:
            moment = getattr(instance, name)
            self.initial[name] = _day_of(moment, last=name == "closes_at") if moment else None
        for name in ("opens_days", "closes_days"):
            self.initial[name] = getattr(instance, name)
        if instance.session is None:
            for name in DATES:
                del self.fields[name]
            choice_field(self, "opens").choices = [one for one in Opens.choices if one[0] != Opens.DATE]
            choice_field(self, "closes").choices = [one for one in Closes.choices if one[0] != Closes.DATE]

    @property
    def when(self) -> list[forms.BoundField]:
        """The fields that say when it is seen."""
        return [self[name] for name in WHEN if name in self.fields]

    @property
    def details(self) -> Changes:
        """What services take: of a new one everything, else what this user changed."""
        found: dict[str, object] = {name: value for name, value in self.changes.items() if name not in ("file", *DATES)}
        session = self.instance.session
        for name in DATES:
            if name in self.changes:
                zone = session.zone if session else tenant_zone()
                day: date | None = self.changes[name]
                after = timedelta(days=1 if name == "closes_at" else 0)
                found[name] = at(countable(day) + after, time.min, zone) if day else None
        return cast(Changes, found)


class FileForm(MaterialForm):
    """Another file. Without a title it is called as the file is."""

    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": CHOOSES}), max_length=255,
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )  # fmt: skip

    field_order = ["file"]

    def __init__(
        self, data: Sent = None, files: SentFiles = None, *, instance: Material, **options: Unpack[FormOptions]
    ) -> None:
        super().__init__(data, files, instance=instance, **options)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("Empty: the name of the file.")


class LinkForm(MaterialForm):
    """Another link or recording, or one that is there."""

    kind = forms.ChoiceField(
        label=_("What it is"), choices=[(Kind.LINK, _("A page")), (Kind.RECORDING, _("A recording"))],
    )  # fmt: skip
    url = forms.CharField(
        label=_("Address"), max_length=1000, widget=forms.URLInput(attrs={"placeholder": "https://"}),
        error_messages={"required": _("Enter the address.")},
    )  # fmt: skip

    field_order = ["kind", "url"]

    def __init__(
        self, data: Sent = None, files: SentFiles = None, *, instance: Material, **options: Unpack[FormOptions]
    ) -> None:
        super().__init__(data, files, instance=instance, **options)
        self.initial["kind"], self.initial["url"] = instance.kind or Kind.LINK, instance.url


def _day_of(moment: datetime, *, last: bool) -> date:
    """The day that was chosen: the last one ends at its midnight."""
    return (local(moment) - timedelta(seconds=1 if last else 0)).date()
