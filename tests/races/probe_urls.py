"""Views that do to a connection whatever a careless view might do."""

from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

from tenant_apps.people.models import Person

handler404 = "shared_apps.core.views.not_found"
handler500 = "shared_apps.core.views.server_error"


def names() -> list[str]:
    return list(Person.objects.values_list("name", flat=True))


def read(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"names": names()})


def roll_back_a_savepoint(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        try:
            with transaction.atomic():
                Person.objects.create(name="never saved")
                raise ZeroDivisionError
        except ZeroDivisionError:
            return JsonResponse({"names": names()})


def break_a_transaction(request: HttpRequest) -> HttpResponse:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")
    except DatabaseError:
        pass
    return JsonResponse({"names": names()})


def time_out(request: HttpRequest) -> HttpResponse:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 5")
            cursor.execute("SELECT pg_sleep(1)")
    except DatabaseError:
        pass
    return JsonResponse({"names": names()})


def crash(request: HttpRequest) -> HttpResponse:
    names()
    raise RuntimeError("a bug")


def not_here(request: HttpRequest) -> HttpResponse:
    names()
    raise Http404


def stream(request: HttpRequest) -> Any:
    def lines() -> Iterator[str]:
        for _ in range(3):
            yield "|".join(names()) + "\n"

    return StreamingHttpResponse(lines())


VIEWS = [read, roll_back_a_savepoint, break_a_transaction, time_out, crash, not_here, stream]
urlpatterns = [path(f"{view.__name__}/", view) for view in VIEWS]
