"""How fields behave in a browser."""

from django import forms

PERSONAL = ("name", "email", "phone", "company", "address")


def about_somebody_else(form: forms.BaseForm) -> None:
    """Keep the browser from filling the office's own details into a form about another person or place."""
    for name in PERSONAL:
        if name in form.fields:
            form.fields[name].widget.attrs["autocomplete"] = "off"
    if "phone" in form.fields:
        form.fields["phone"].widget.input_type = "tel"
        form.fields["phone"].widget.attrs["inputmode"] = "tel"
