"""The two bare views of bench.reference."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench import reference

answer, parsed = cache(reference.answer), cache(reference.parsed)


def django(request: HttpRequest, name: str) -> HttpResponse:
    """The bytes as they are."""
    return HttpResponse(answer(name))


class Drf(APIView):
    """The same as JSON, which the framework writes."""

    authentication_classes = permission_classes = throttle_classes = ()
    renderer_classes = (JSONRenderer,)

    def get(self, request: Request, name: str) -> Response:
        return Response(parsed(name))

    def post(self, request: Request, name: str) -> Response:
        return Response(parsed(name) if request.data else None)


urlpatterns = [path("django/<name>", django), path("drf/<name>", Drf.as_view())]
