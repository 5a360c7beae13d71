"""The pages of the settings about the brand."""

from django.utils.translation import gettext_lazy as _

from tenant_apps.branding.office.forms import ContactForm, LookForm, WordsForm
from tenant_apps.branding.registry import Spot, section
from tenant_apps.branding.services import change_brand

section(
    "look", _("Look"), page="office:settings", place=10, icon="palette", form=LookForm, change=change_brand,
    public=["primary_colour", "accent_colour", "display_font", "course_layout", "tagline", "logo"],
    words="colours design font brand cards rows",
)  # fmt: skip
section(
    "words", _("Words"), page="office:settings_words", place=20, icon="file-text", form=WordsForm, change=change_brand,
    public=["introduction", "about", "privacy", "trainer_word"], words="texts home page legal gdpr",
    spots=[Spot(_("Language and time zone"), "language", "languages english translate translation locale timezone")],
)  # fmt: skip
section(
    "contact", _("Contact"), page="office:settings_contact", place=30, icon="phone", form=ContactForm,
    change=change_brand, public=["contact_email", "contact_phone", "address"], words="reach telephone mail",
)  # fmt: skip
