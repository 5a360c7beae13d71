"""New rows are written by a statement that is made once; they hold what Django itself would have written."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.test.utils import CaptureQueriesContext

from shared_apps.core.inserts import insert
from shared_apps.core.time import now
from shared_apps.events.models import AnsweredRequest, Delivery, Event
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def commands(model: type[Model]) -> list[int]:
    """By which statement of this transaction each row of `model` was written."""
    rows = model._base_manager.annotate(command=RawSQL("cmin::text::int", ()))
    return list(rows.values_list("command", flat=True))


def test_rows_that_refer_to_each_other_are_one_statement() -> None:
    event = Event(name="tests.happened", payload={"of": "it’s “here”", "n": 1.5, "nothing": None})
    deliveries = [Delivery(event=event, handler=f"tests.hear_{n}", next_try_at=now()) for n in range(3)]
    with transaction.atomic():
        insert([event, *deliveries])
    assert len({*commands(Event), *commands(Delivery)}) == 1
    stored = Event.objects.get(pk=event.pk)
    assert (stored.name, stored.payload, stored.by_id) == (event.name, event.payload, None)
    assert stored.created_at == event.created_at
    assert [row.event_id for row in Delivery.objects.filter(event=event)] == [event.pk] * 3


def test_a_saved_row_is_the_one_that_is_stored_and_is_changed_from_then_on() -> None:
    row = AnsweredRequest(key="a", fingerprint="f")
    row.save()
    row.status, row.body = 201, {"id": 1}
    row.save()
    stored = AnsweredRequest.objects.get()
    assert (stored.pk, stored.key, stored.status, stored.body) == (row.pk, "a", 201, {"id": 1})


def test_what_the_database_works_out_is_left_to_it() -> None:
    with CaptureQueriesContext(connection) as asked:
        course = make.course(title="Kettle repair")
        assert "kettl" in str(course.search)
    assert not [query for query in asked if query["sql"].startswith("SELECT") and "search" in query["sql"]]
    row = AnsweredRequest(key=Lower(Value("KEY")), fingerprint="f")  # type: ignore[misc]
    with pytest.raises(ValueError, match="plain"):
        insert([row])
    row.save()
    assert AnsweredRequest.objects.get().key == "key"


def test_what_the_rules_of_the_database_refuse_is_refused() -> None:
    insert([AnsweredRequest(key="a", fingerprint="f")])
    with pytest.raises(IntegrityError), transaction.atomic():
        AnsweredRequest(key="a", fingerprint="g").save()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([AnsweredRequest(key="a", fingerprint="g")])
    assert AnsweredRequest.objects.count() == 1


def test_nothing_is_no_statement() -> None:
    with CaptureQueriesContext(connection) as asked:
        insert([])
    assert not len(asked)
