"""Every status that a page may show has a tone, a drawing and a word of its own."""

from django.apps import apps
from django.conf import settings

from shared_apps.web.icons import draw
from shared_apps.web.states import STATES


def test_every_status_of_every_record_has_its_look():
    unknown = {}
    for model in apps.get_models():
        table = getattr(model, "MOVES", {}).get("status")
        app = model._meta.app_config.name
        if table is None or (app not in settings.TENANT_APPS and "tenants" not in app):
            continue
        values = {value for value, _label in model._meta.get_field("status").choices}
        if more := values - STATES.keys():
            unknown[model._meta.label] = more
    assert unknown == {}


def test_no_two_meanings_share_a_drawing_and_a_tone():
    """Whoever sees no colours reads the drawing; so one tone has one drawing but for what was undone."""
    for look in STATES.values():
        assert draw(look.icon, size=15)
        assert str(look.label)
    assert len({look.icon for look in STATES.values() if look.tone == "success"}) == 1
    assert not {look.icon for look in STATES.values() if look.tone == "success"} & {
        look.icon for look in STATES.values() if look.tone != "success"
    }
