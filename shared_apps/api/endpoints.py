"""What every endpoint of the API is made from: it refuses what it does not know."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Model
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from djangorestframework_camel_case.util import camel_to_underscore
from rest_framework import generics, mixins, serializers, views, viewsets
from rest_framework.request import Request

from shared_apps.api.aliases import camel
from shared_apps.api.paging import Pages
from shared_apps.api.strict import Given, Nothing, Strict

Actions = dict[str, Any]  # what a viewset does for each of HTTP's methods


if TYPE_CHECKING:
    Base = views.APIView
else:
    Base = object


class Endpoint(Base):
    """A view that names the query parameters it takes, and refuses others with 400.

    So too one that comes twice, unless all its values count, and one left empty, which would narrow nothing.
    Lists take their filters, `ordering`, `cursor` and `pageSize`. `queries` adds serializers by action (or by method,
    in lower case). Bodies are read with `body()`, which refuses unknown fields; `Nothing` takes none.
    """

    queries: ClassVar[Mapping[str, type[serializers.Serializer]]] = {}
    read: Strict | None = None  # the body, once it was read

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        known = parameters_of(self, operation_of(self, request.method or ""))
        wrong = {name: [_("There is no such parameter.")] for name in request.query_params if name not in known}
        for name in known:
            if fault := self._fault_of(name, request.query_params.getlist(name)):
                wrong[name] = [fault]
        if wrong:
            raise serializers.ValidationError(wrong)

    def _fault_of(self, name: str, given: list[str]) -> str:
        operation = operation_of(self, self.request.method or "")
        if len(given) > 1 and name not in repeatable(self, operation):
            return _("Send this once.")
        if any(not value.strip() for value in given):
            return _("Send a value, or leave it out.")
        return ""

    def body(self, kind: type[Strict] = Nothing, instance: Model | None = None, *, partial: bool = False) -> Given:
        """What was sent, as `kind` reads it. Raises `ValidationError`."""
        given = kind(instance, data=self.request.data, partial=partial, context={"request": self.request, "view": self})
        given.is_valid(raise_exception=True)
        self.read = given
        return dict(given.validated_data)

    def as_sent(self, fields: Mapping[str, object]) -> dict[str, object]:
        """What is wrong, by the names under which it was sent: rules refuse a body by names of their own."""
        return {self.read.as_sent(name) if self.read else name: what for name, what in fields.items()}

    def query(self) -> Given:
        """The parameters that `queries` names for this action. Raises `ValidationError`."""
        asked = {camel_to_underscore(name): value for name, value in self.request.query_params.items()}
        given = self.queries[operation_of(self, self.request.method or "")](data=asked)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


class View(Endpoint, views.APIView):
    """An endpoint with a method for each of HTTP's."""


class ViewSet(Endpoint, viewsets.GenericViewSet):
    """Endpoints of one resource."""


def operation_of(view: views.APIView, method: str) -> str:
    """The action of a viewset, or else the method; HEAD is GET without its body."""
    return getattr(view, "action", None) or {"HEAD": "get"}.get(method, method.lower())


def is_list(view: views.APIView, operation: str) -> bool:
    """Whether this operation lists rows, page by page."""
    return isinstance(view, mixins.ListModelMixin) and operation in ("list", "get")


def parameters_of(view: Endpoint, operation: str) -> set[str]:
    """The names that its query may have."""
    known = set()
    if kind := view.queries.get(operation):
        known = {camel(name) for name in kind().fields}
    if is_list(view, operation):
        filterset = getattr(view, "filterset_class", None)
        known |= set(filterset.base_filters) if filterset else set()
        known |= {"ordering"} if getattr(view, "orderings", None) else set()
        assert isinstance(view, generics.GenericAPIView)
        assert isinstance(view.paginator, Pages)
        known |= {view.paginator.cursor_query_param, view.paginator.page_size_query_param}
    return known


def repeatable(view: Endpoint, operation: str) -> set[str]:
    """The names that its query may have several times: all of their values count."""
    filterset = getattr(view, "filterset_class", None) if is_list(view, operation) else None
    own = filterset.base_filters if filterset else {}
    return {name for name, one in own.items() if isinstance(one, filters.MultipleChoiceFilter)}
