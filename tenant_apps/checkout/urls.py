"""The addresses of one kind of purchase on its way to being paid."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from tenant_apps.checkout import views
from tenant_apps.checkout.road import AnyRoad


def road_urls(road: AnyRoad) -> list[URLPattern]:
    """The pages of `road`, for the app that sells it to add to its own."""

    def page(address: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        return path(f"{road.path}/<str:token>/{address}/", view, {"road": road}, name=f"{road.name}_{name}")

    return [
        page("check", views.check, "check"),
        page("more-time", views.extend, "extend"),
        page("pay", views.pay, "pay"),
        page("return", views.come_back, "return"),
        page("done", views.done, "done"),
    ]
