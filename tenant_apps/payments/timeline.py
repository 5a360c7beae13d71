"""What timelines say of money."""

from django.utils.translation import gettext_lazy as _

from shared_apps.events.timeline import name_fields, rows_of
from tenant_apps.payments.models import Credit, Payment, Refund

rows_of("payment_id", Payment.objects.all)
rows_of("refund_id", lambda: Refund.objects.select_related("payment"))
rows_of("credit_id", lambda: Credit.objects.select_related("order"))
name_fields({"vat_number": _("VAT number")}, about_money=["vat_number"])
