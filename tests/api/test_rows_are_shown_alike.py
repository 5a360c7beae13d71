"""A row is shown the same way wherever it is shown, and as Django REST framework would show it by itself."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from shared_apps.api import renderers, strict
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.serializers import BookingSerializer
from tenant_apps.scheduling.models import Place, Room, Session
from tenant_apps.scheduling.serializers import SessionSerializer
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(tenant: Any) -> None:
    place = Place.objects.create(name="The yard", address="1 Long Lane")
    room = Room.objects.create(place=place, name="Workshop")
    make.session(place=place, room=room, trainer=make.trainer())
    make.session(price=None, course=make.course(price=None), online_url="https://meet.example/1")
    make.pay(make.booking(session=make.session(place=place)))
    make.booking(seats=2, attendees=[{"name": "Ada"}], special_requests="None")


@pytest.mark.parametrize("path", ["/sessions", "/bookings"])
def test_a_list_shows_a_row_as_it_is_shown_alone(tenant, api, rows, path):
    caller = api(tenant, make.user("owner"))
    listed = caller.get(path).json()["results"]
    assert len(listed) >= 2
    assert listed == [caller.get(f"{path}/{row['id']}").json() for row in listed]


def test_a_row_is_shown_as_the_framework_shows_it(tenant, rows, rf, monkeypatch):
    request: Any = rf.get("/")
    request.user = make.user("owner")

    def shown() -> list[Any]:
        context = {"request": request}
        sessions, bookings = Session.objects.order_by("pk"), Booking.objects.order_by("pk")
        return [
            *SessionSerializer(sessions, many=True, context=context).data,
            *BookingSerializer(bookings, many=True, context=context).data,
        ]

    ours = shown()
    monkeypatch.setattr(strict, "readers", as_the_framework_reads)
    assert ours == shown()


def as_the_framework_reads(serializer: Any) -> Iterator[tuple[str, Any]]:
    for field in serializer._readable_fields:
        yield field.field_name, partial(read, field)


def read(field: Any, row: Any) -> Any:
    value = field.get_attribute(row)
    return None if value is None else field.to_representation(value)


def test_names_are_in_camel_case_at_any_depth():
    told = {"first_name": 1, "a_list": [{"inner_name": (1, {"last_one": None})}], "line_2": 2}
    written = renderers.CamelCaseJSONRenderer().render(told)
    assert written == b'{"firstName":1,"aList":[{"innerName":[1,{"lastOne":null}]}],"line2":2}'
