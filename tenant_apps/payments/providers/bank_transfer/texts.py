"""What the office reads about bank transfers."""

from django.utils.translation import gettext_lazy as _

LABEL = _("Bank transfer")
TAKEN = _("Taken")
NOT_TAKEN = _("Not taken")
IN_THE_HISTORY = _("Bank transfers")
WE_TAKE_THEM = _("We take bank transfers")
WHAT_IT_MEANS = _(
    "You record transfers on a booking when they arrive. Your site offers cards only: customers are not shown "
    "bank details."
)
