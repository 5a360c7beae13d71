"""The question whether somebody accepts the booking terms, on whatever page asks it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.web.forms import Sent
from shared_apps.web.whole_numbers import WholeNumberField
from tenant_apps.bookings.accepting import Accepting, accepted_before, accepted_ever
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.terms_models import AcceptedBy, TermsAcceptance
from tenant_apps.terms.models import TermsVersion
from tenant_apps.terms.versions import in_force

TICK, SHOWN = "accept_terms", "terms_shown"


@dataclass(frozen=True)
class TermsToAsk:
    """What a page asks of the terms. `version`: to be accepted now; None where nothing is, or need not be once more.

    `accepted` is that they were, with this booking or an earlier one; `former`: an older version was.
    """

    version: TermsVersion | None = None
    accepted: TermsAcceptance | None = None
    former: bool = False


def terms_to_ask(user: User | None, booking: Booking | None = None) -> TermsToAsk:
    """What is to be asked of `user` (None: a visitor) for `booking`, if there is one already."""
    current = in_force()
    if current is None:
        return TermsToAsk()
    known = booking.acceptances.filter(version=current).first() if booking else None
    if known := known or accepted_before(user):
        return TermsToAsk(accepted=known)
    return TermsToAsk(current, former=accepted_ever(user, booking))


def sent_without(sent: Mapping[str, object], tick: str) -> QueryDict:
    """What was sent with a form, but for one box."""
    data = QueryDict(mutable=True)
    for name in sent:
        if name != tick:
            data.setlist(name, sent.getlist(name) if isinstance(sent, QueryDict) else [str(sent[name])])
    return data


class TermsAsked(forms.BaseForm):
    """A mixin for forms with the box; `{% include "bookings/_terms.html" %}` draws it.

    The page carries which version it showed. If another one is in force when it is sent, or it names none, the
    box comes back empty.
    """

    terms_asked = TermsToAsk()
    terms: TermsVersion | None = None
    changed = False  # while the page was open

    def ask_for_terms(self, asked: TermsToAsk) -> None:
        """Add the box, where it is asked."""
        self.terms_asked, self.terms = asked, asked.version
        if self.terms is None:
            return
        number = self.terms.number
        self.fields[TICK] = forms.BooleanField(
            label=_("I have read the booking terms and accept them"), required=True,
            error_messages={"required": _("Accept the booking terms to go on.")},
        )  # fmt: skip
        self.fields[SHOWN] = WholeNumberField(widget=forms.HiddenInput, required=False)
        said = self.data.get(SHOWN) if self.is_bound else self.initial.get(SHOWN)
        same = str(said or "") == str(number)
        self.initial.update({SHOWN: number, TICK: same and bool(self.initial.get(TICK))})
        if said and not same:
            self._empty_the_box(self.terms)
        elif not said and self.is_bound:  # a tick beside no version accepts none
            self._send_again(self.terms)

    def _empty_the_box(self, terms: TermsVersion) -> None:
        """They are others by now: the box is empty, whatever was ticked, and all else stays as it was typed."""
        self.terms, self.changed = terms, True
        text = _t("The booking terms changed while this page was open. Read them again, then accept them.")
        self.fields[TICK].error_messages["required"] = text
        if self.is_bound:
            self._send_again(terms)

    def _send_again(self, terms: TermsVersion) -> None:
        self.data = sent_without(self.data, TICK)
        self.data[SHOWN] = str(terms.number)

    def refuse_former_terms(self) -> None:
        """The version in force became another one between the look at it and the booking."""
        terms = in_force()
        assert terms is not None
        if TICK not in self.fields:
            self.ask_for_terms(TermsToAsk(terms))
        self._empty_the_box(terms)
        self.add_error(TICK, self.fields[TICK].error_messages["required"])

    def accepting(self, how: AcceptedBy, *, network: str) -> Accepting:
        """What was said of the terms, once the form is valid."""
        ticked = self.terms is not None and self.cleaned_data.get(TICK)
        return Accepting(self.cleaned_data[SHOWN] if ticked else None, how, network)


class AcceptForm(TermsAsked, forms.Form):
    """The box alone."""

    def __init__(self, data: Sent = None, *, terms: TermsToAsk) -> None:
        super().__init__(data)
        self.ask_for_terms(terms)
