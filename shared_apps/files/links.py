"""Links to private files: for one account, for a time, at this tenant."""

from datetime import timedelta

from shared_apps.accounts.models import User
from shared_apps.core.permissions import can
from shared_apps.core.signing import BadSignature, sign, unsign
from shared_apps.core.time import now
from shared_apps.files.models import File
from shared_apps.tenants.urls import tenant_url

PURPOSE = "file"
FOR = timedelta(hours=1)


def link_to_file(file: File, *, to: User, name: str, permission: str = "", lasts: timedelta = FOR) -> str:
    """Where `to`, signed in, gets `file` under a `name` of ours until the link's time is over.

    With a `permission` the link opens only as long as they have it.
    """
    token = sign(PURPOSE, [str(file.pk), str(to.pk), name, int((now() + lasts).timestamp()), permission])
    return tenant_url("file", token)


def opened(token: str, user: User | None) -> tuple[File, str] | None:
    """The file and its name that a link opens for whoever is signed in; None: changed, over, another's, or gone."""
    try:
        pk, to, name, until, *needed = unsign(PURPOSE, token)  # a link of the former release needs nothing more
    except (BadSignature, ValueError, TypeError):
        return None
    if user is None or str(user.pk) != to or now().timestamp() > until:
        return None
    if not all(can(user, permission) for permission in filter(None, needed)):
        return None
    file = File.objects.filter(pk=pk).first()
    return (file, name) if file else None
