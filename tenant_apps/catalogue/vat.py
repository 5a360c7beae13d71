"""The rate of VAT that a new course begins with."""

from decimal import Decimal

from shared_apps.tenants.context import current_tenant
from tenant_apps.catalogue.models import Course
from tenant_apps.payments.models import PaymentSettings

# Standard rates in per cent by country (ISO 3166-1 alpha-2), as of 2026. A proposal: the office may type another.
STANDARD = {
    "AE": "5", "AT": "20", "AU": "10", "BE": "21", "BG": "20", "CH": "8.1", "CY": "19", "CZ": "21", "DE": "19",
    "DK": "25", "EE": "24", "ES": "21", "FI": "25.5", "FR": "20", "GB": "20", "GH": "15", "GR": "24", "HR": "25",
    "HU": "27", "IE": "23", "IN": "18", "IT": "22", "JP": "10", "KE": "16", "LT": "21", "LU": "17", "LV": "21",
    "MT": "18", "NG": "7.5", "NL": "21", "NO": "25", "NZ": "15", "PL": "23", "PT": "23", "RO": "21", "RW": "18",
    "SE": "25", "SG": "9", "SI": "22", "SK": "23", "TZ": "18", "UG": "18", "ZA": "15",
}  # fmt: skip


def usual_vat_rate() -> Decimal:
    """The last rate above nothing that was used here, else the country's standard one; 0 without a VAT number."""
    if not PaymentSettings.objects.load().vat_number:
        return Decimal(0)
    used = Course.objects.filter(vat_rate__gt=0).order_by("-created_at").values_list("vat_rate", flat=True).first()
    return used if used is not None else Decimal(STANDARD.get(current_tenant().country, "0"))
