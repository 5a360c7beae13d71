"""What somebody signed in with, in words of ours: what a browser says of itself may be anything."""

from django.utils.translation import gettext as _

# The first that is found counts: most browsers name others as well.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Macintosh": "macOS",
    "Linux": "Linux",
}  # fmt: skip


def device(user_agent: str) -> str:
    """`Firefox, Windows`, as far as it is known."""
    found = [next((name for sign, name in known.items() if sign in user_agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name) or _("a program we do not know")
