"""What is refused about files."""

from django.utils.translation import gettext_lazy as _

from shared_apps.core.errors import DomainError


class NoRoomLeft(DomainError):
    """The tenant's files take all the room that they may."""

    code = "no_room_left"
    message = _("Your files take all the room that you have. Remove some, then try again.")
