"""Kept PDFs are drawn anew when the provider's look is another one."""

from shared_apps.events.bus import on
from tenant_apps.branding.events import SettingsChanged
from tenant_apps.documents.papers import draw_all_anew

LOOK = {"primary_colour", "accent_colour", "display_font", "logo", "trainer_word"}


def is_another_look(event: SettingsChanged) -> bool:
    """Whether papers look otherwise from now on."""
    return event.what == "brand" and not LOOK.isdisjoint(event.fields)


@on(SettingsChanged, name="documents.draw_anew", when=is_another_look)
def draw_in_the_new_look(event: SettingsChanged) -> None:
    """Have a worker draw what shows the former look."""
    draw_all_anew()
