"""What timelines say of a provider's look."""

from django.utils.translation import gettext_lazy as _

from shared_apps.events.timeline import name_fields

name_fields(
    {
        "trainer_word": _("Word for a trainer"), "primary_colour": _("Main colour"),
        "accent_colour": _("Second colour"), "display_font": _("Headings"),
        "course_layout": _("List of courses"),
    }
)  # fmt: skip
