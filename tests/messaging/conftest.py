"""Alpha with connected accounts, Ada, and what she is told."""

import pytest
from django.core.cache import cache

from shared_apps.accounts.models import User
from shared_apps.tenants.context import tenant_context
from tenant_apps.demo.builders.channels import connect
from tenant_apps.messaging.own_words import change_messaging
from tenant_apps.messaging.services import notify
from tests import make
from tests.messaging.channels import KIND, NUMBER, Data
from tests.office.conftest import desk, office

__all__ = ["desk", "office"]


@pytest.fixture
def here(site, alpha, settings):
    """Alpha, whose accounts at the stand-ins are connected; they tell us something when `hear` is called."""
    settings.SANDBOX_INLINE_WEBHOOKS = False
    with tenant_context(alpha):
        cache.clear()  # what was heard in another test
        connect(Data)
        yield alpha


@pytest.fixture
def ada(here):
    user, person = make.student_user()
    person.phone = NUMBER
    person.save()
    return User.objects.get(pk=user.pk)


@pytest.fixture
def facts(here):
    from tenant_apps.bookings.notifications import booking_to_tell
    from tenant_apps.bookings.notifications import facts as said

    return said(booking_to_tell(make.confirmed_booking().pk))


@pytest.fixture
def tell(ada, facts):
    """Tell Ada, by these channels."""

    def told(*channels, kind=KIND, once=None, **more):
        change_messaging(channels={kind: channels}, by=None)
        now = User.objects.select_related("person").get(pk=ada.pk)
        return notify(kind, user=now, person=now.person, context={**facts, **more}, about=facts["booking"], once=once)

    told.ada = ada
    return told
