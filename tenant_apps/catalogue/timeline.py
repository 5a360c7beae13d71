"""What timelines say of courses."""

from django.utils.translation import gettext_lazy as _

from shared_apps.events.timeline import name_fields, records, subject
from tenant_apps.catalogue.models import Course

subject("course", find=records(Course.objects.all, str, "office:course"))
name_fields(
    {
        "price": _("Price"), "modules": _("Syllabus"), "vat_rate": _("VAT, per cent"), "slug": _("Address"),
        "default_capacity": _("Seats on a session"), "duration_minutes": _("Teaching time, minutes"),
    },
    about_money=["price", "vat_rate"],
)  # fmt: skip
