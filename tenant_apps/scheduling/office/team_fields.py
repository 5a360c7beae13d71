"""The fields of a session's form for its team besides the trainer."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.web.forms import Cleaned, row_field
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.team import Team

TEAM = ("co_trainers", "assessor")


class PeopleField(forms.ModelMultipleChoiceField):
    """Some trainers, each with a box to tick; what was chosen is compared without its order."""

    def __init__(self) -> None:
        super().__init__(
            Trainer.objects.none(), required=False, label=_("Co-trainers"), widget=forms.CheckboxSelectMultiple,
            help_text=_("They teach it with the trainer, see who comes and take the register."),
        )  # fmt: skip

    def clean(self, value: Sequence[str] | None) -> QuerySet[Trainer]:
        return super().clean([one for one in value or [] if one])

    def prepare_value(self, value: object) -> object:
        found = super().prepare_value(value)
        return sorted(str(one) for one in found) if isinstance(found, list | tuple) else found


def assessor_field() -> forms.ModelChoiceField:
    """Who assesses, perhaps nobody."""
    return forms.ModelChoiceField(
        Trainer.objects.none(), required=False, label=_("Assessor"), empty_label=_("Nobody"),
        help_text=_("Enters the results of those who come."),
    )  # fmt: skip


def offer_people(form: forms.BaseForm, *, also: Iterable[UUID | None] = ()) -> None:
    """Let all trainers who teach be chosen, and those `also` who are there already."""
    teaches = Q(active=True, person__active=True)
    rows = Trainer.objects.filter(teaches | Q(pk__in=[key for key in also if key])).select_related("person")
    for name in TEAM:
        if name in form.fields:
            row_field(form, name).queryset = rows.order_by("person__name", "pk")


def team_shown(session: Session) -> dict[str, object]:
    """What the fields show of `session`."""
    assessor = session.assessor
    return {"co_trainers": [one.pk for one in session.co_trainers], "assessor": assessor.pk if assessor else None}


def refuse_twice(form: forms.BaseForm, data: Cleaned) -> None:
    """An error at the field in which somebody is chosen who is on the team already."""
    lead, assessor, others = data.get("trainer"), data.get("assessor"), data.get("co_trainers") or []
    if lead and lead in others:
        form.add_error("co_trainers", _t("%s is the trainer already.") % lead)
    if assessor and (assessor == lead or assessor in others):
        form.add_error("assessor", _t("%s teaches it. Choose somebody else to assess.") % assessor)


def team_given(given: Cleaned) -> Cleaned:
    """Of what a form has, the team as the services take it."""
    found = {name: given[name] for name in TEAM if name in given}
    return found | ({"co_trainers": list(found["co_trainers"])} if "co_trainers" in found else {})


def people_of(data: Cleaned, fields: Iterable[str], session: Session) -> Sequence[Trainer]:
    """The team as a form has it: of those `fields` that it has; the rest is the team that `session` has."""
    present, names = Team.of(session) if not session._state.adding else Team(), set(fields)
    return Team(
        data.get("trainer") if "trainer" in names else present.lead,
        list(data.get("co_trainers") or []) if "co_trainers" in names else present.co_trainers,
        data.get("assessor") if "assessor" in names else present.assessor,
    ).people
