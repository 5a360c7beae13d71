"""What people read about money that was kept for later."""

from django.utils.translation import gettext_lazy as _

LABEL = _("Money kept from another order")
TAKEN = _("Kept")
