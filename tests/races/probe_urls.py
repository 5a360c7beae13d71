"""Views that do to a connection whatever a careless view might do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

from django.db import DatabaseError, connection, connections, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

from config import urls_tenant
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant
from tenant_apps.people.models import Person

ONE_MORE = Lock()
handler404 = "shared_apps.api.handlers.not_found"
handler500 = "shared_apps.api.handlers.server_error"


def names() -> list[str]:
    return list(Person.objects.values_list("name", flat=True))


def read(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"names": names()})


def write(request: HttpRequest) -> HttpResponse:
    Person.objects.create(name=names()[0])
    return JsonResponse({"names": names()[:2]})


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


def break_a_request(request: HttpRequest) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    return JsonResponse({})


def time_out(request: HttpRequest) -> HttpResponse:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 5")
            cursor.execute("SELECT pg_sleep(1)")
    except DatabaseError:
        pass
    return JsonResponse({"names": names()})


def lose_the_connection(request: HttpRequest) -> HttpResponse:
    names()
    connection.close()
    return JsonResponse({"names": names()})


def visit_public(request: HttpRequest) -> HttpResponse:
    try:
        with public_context():
            Tenant.objects.count()
            raise ZeroDivisionError
    except ZeroDivisionError:
        return JsonResponse({"names": names()})


def visit_all(request: HttpRequest) -> HttpResponse:
    """As periodic work does: every tenant in turn, then one's own again."""
    with public_context():
        tenants = list(Tenant.objects.active()[:3])
    for tenant in tenants:
        with tenant_context(tenant):
            Person.objects.exists()
    return JsonResponse({"names": names()})


def ask_in_a_thread(request: HttpRequest) -> HttpResponse:
    """A thread of its own has a connection of its own, which is nobody's."""

    def look() -> list[str]:
        try:
            return names()
        except DatabaseError:
            return []
        finally:
            connections.close_all()

    # One at a time: as many requests as there are connections, each with one and waiting for another, wait for ever.
    if not ONE_MORE.acquire(blocking=False):
        return JsonResponse({"names": names()})
    try:
        with ThreadPoolExecutor(1) as thread:
            found = thread.submit(look).result()
    finally:
        ONE_MORE.release()
    return JsonResponse({"names": found + names()})


def crash(request: HttpRequest) -> HttpResponse:
    names()
    raise RuntimeError("a bug")


def not_here(request: HttpRequest) -> HttpResponse:
    names()
    raise Http404


def stream(request: HttpRequest) -> Any:
    return StreamingHttpResponse("|".join(names()) + "\n" for _ in range(3))


def stream_a_cursor(request: HttpRequest) -> Any:
    """Rows as the server's own cursor hands them out, in a transaction that is open all the while."""

    def lines() -> Iterator[str]:
        with transaction.atomic():
            for person in Person.objects.iterator(chunk_size=1):
                yield f"{person.name}\n"

    return StreamingHttpResponse(lines())


def stream_and_crash(request: HttpRequest) -> Any:
    def lines() -> Iterator[str]:
        yield "|".join(names())
        raise RuntimeError("a bug")

    return StreamingHttpResponse(lines())


VIEWS = [
    read, write, roll_back_a_savepoint, break_a_transaction, break_a_request, time_out, lose_the_connection,
    visit_public, visit_all, ask_in_a_thread, crash, not_here, stream, stream_a_cursor, stream_and_crash,
]  # fmt: skip
urlpatterns = [*(path(f"{view.__name__}/", view) for view in VIEWS), *urls_tenant.urlpatterns]
