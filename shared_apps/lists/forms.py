"""Forms about lists."""

from typing import Unpack

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.lists.lists import OfficeList
from shared_apps.lists.models import SIZES, Density
from shared_apps.web.forms import FormOptions, Sent


class ViewForm(forms.Form):
    """A view's name, and whose it is."""

    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    shared = forms.BooleanField(
        label=_("Colleagues have it too"), required=False, help_text=_("It is a tab for everybody who opens this list.")
    )


class DisplayForm(forms.Form):
    """How a list looks."""

    columns = forms.MultipleChoiceField(required=False)
    density = forms.ChoiceField(choices=Density.choices)
    size = forms.TypedChoiceField(choices=[(size, str(size)) for size in SIZES], coerce=int)

    def __init__(self, data: Sent = None, *, of: OfficeList, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        field = self.fields["columns"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(column.name, str(column.title)) for column in of.columns]
