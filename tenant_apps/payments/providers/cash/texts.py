"""What the office reads about cash."""

from django.utils.translation import gettext_lazy as _

LABEL = _("Cash")
TAKEN = _("Taken")
HOW = _("You record cash on a booking when it is handed over. Your site does not offer it.")
