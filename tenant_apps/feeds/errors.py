"""What the rules of calendars to subscribe to refuse."""

from django.utils.translation import gettext_lazy as _

from shared_apps.core.errors import DomainError


class DoesNotTeach(DomainError):
    """The calendar of sessions that one teaches, asked for by somebody who is no trainer, or no longer one."""

    code = "does_not_teach"
    message = _("Only those who teach here have a calendar of what they teach.")
