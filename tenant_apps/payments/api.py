"""Payments by API: how they stand, and where providers tell us."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

import structlog
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import View, ViewSet
from shared_apps.api.strict import DayFilter, Filters, Serializer, StatusFilter
from shared_apps.api.throttling import Throttle
from shared_apps.core.errors import DomainError
from shared_apps.core.search import AnyRows, by_time
from shared_apps.events.idempotency import idempotent_always, require_key
from tenant_apps.payments.errors import ForgedWebhook, ProviderError
from tenant_apps.payments.finding import find_payments
from tenant_apps.payments.models import Payment, PaymentQuerySet, PaymentStatus, Refund
from tenant_apps.payments.providers import PROVIDERS
from tenant_apps.payments.refunds import refund_of_payment
from tenant_apps.payments.serializers import NewRefund, PaymentSerializer, RefundSerializer
from tenant_apps.payments.services import refresh_payment
from tenant_apps.payments.webhooks import receive

log = structlog.get_logger()


class Forged(DomainError):
    """A webhook that its provider did not sign."""

    status = 400
    code = "forged_webhook"
    message = "This is not from the provider."


class PaymentFilters(Filters):
    q = filters.CharFilter(
        method="search", label="Parts of the order's number, or of the buyer's name, email or phone. Best first",
        max_length=100,
    )  # fmt: skip
    status = StatusFilter(
        choices=[*PaymentStatus.choices, ("refunded", "refunded")],
        called={"paid": "completed"},
        method="has_status",
        label="`refunded`: completed, and all of it went back or is on its way",
    )
    provider = filters.ChoiceFilter(choices=[(name, name) for name in PROVIDERS])
    order = filters.UUIDFilter("order_id")
    dateFrom = DayFilter("created_at", lookup_expr="date__gte", label="Begun on this day or later")
    dateTo = DayFilter("created_at", lookup_expr="date__lte", label="Begun on this day or earlier")

    def search(self, rows: PaymentQuerySet, name: str, text: str) -> AnyRows:
        return find_payments(rows, text).annotate(best=by_time("created_at"))

    def has_status(self, rows: PaymentQuerySet, name: str, statuses: list[str]) -> PaymentQuerySet:
        found = rows.filter(status__in=statuses)
        return found | rows.given_back() if "refunded" in statuses else found


@extend_schema_view(list=extend_schema(summary="List payments", description="For those who take money; newest first."))
class PaymentViewSet(mixins.ListModelMixin, ViewSet):
    permission = "payments.take"
    serializer_class = PaymentSerializer
    filterset_class = PaymentFilters
    searched_ordering = ("best", "-pk")
    orderings = {"createdAt": "created_at", "amount": "amount"}

    def get_queryset(self) -> QuerySet[Payment]:
        rows = Payment.objects.visible_to(self.request.user)
        return rows.select_related("order").prefetch_related("refunds", "order__bookings")


@extend_schema_view(list=extend_schema(summary="List a payment's refunds"))
class RefundViewSet(mixins.ListModelMixin, ViewSet):
    permission = "payments.take"
    serializer_class = RefundSerializer

    @property
    def payment(self) -> Payment:
        return get_object_or_404(Payment.objects.visible_to(self.request.user), pk=self.kwargs["payment_id"])

    def get_queryset(self) -> QuerySet[Refund]:
        if getattr(self, "swagger_fake_view", False):
            return Refund.objects.none()
        return Refund.objects.filter(payment=self.payment)

    @extend_schema(
        summary="Send some of a payment back",
        description="The way it came, without cancelling what it was for; the price is lowered by as much. Cash and "
        "transfers wait as a to-do of the office. It needs an `Idempotency-Key`. "
        "409 `refund_too_high`, `too_many_decimals`.",
        request=NewRefund,
        responses={201: RefundSerializer},
        examples=[OpenApiExample("A favour", {"amount": 50, "reason": "The heating failed"}, request_only=True)],
    )
    @idempotent_always
    def create(self, request: Request, payment_id: UUID) -> Response:
        """Send some of a payment back, see `refund_of_payment`."""
        payment, given = self.payment, self.body(NewRefund)
        require_key(request)
        refund = refund_of_payment(payment, by=signed_in(request), **given)
        return Response(RefundSerializer(refund).data, status=201)


class Reference(Serializer):
    ref = serializers.CharField(max_length=255, help_text="The payment's id, or the provider's own")


class PaymentState(View):
    permission = "account.use"
    throttle_classes = [Throttle]
    throttle_scope = "ask_provider"  # each call may be one to the provider, which has had enough of us one day
    queries = {"get": Reference}

    @extend_schema(
        operation_id="getPaymentStatus",
        summary="How a payment stands",
        description="While it is open the provider is asked; if it does not answer, you get what was known last. "
        "Twenty times a minute for a user; then 429 with Retry-After.",
        responses=PaymentSerializer,
    )
    def get(self, request: Request) -> Response:
        visible = Payment.objects.visible_to(request.user).select_related("order")
        payment = get_object_or_404(visible, **_lookup(self.query()["ref"]))
        with suppress(ProviderError):
            refresh_payment(payment)
            payment.refresh_from_db()
        return Response(PaymentSerializer(payment).data)


def _lookup(reference: str) -> dict[str, UUID | str]:
    try:
        return {"pk": UUID(reference)}
    except ValueError:
        return {"provider_reference": reference}


class ProviderWebhook(APIView):  # what providers send is theirs to name: it takes any field and any parameter
    permission = "public"
    authentication_classes: Sequence[type[BaseAuthentication]] = []

    @extend_schema(
        operation_id="receiveWebhook",
        summary="Where a provider's webhooks arrive",
        description="The event is stored, then processed once; sent again, it changes nothing. 400 `forged_webhook` "
        "for one that the provider did not sign.",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiResponse({"type": "object", "properties": {"received": {"type": "boolean"}}})},
    )
    def post(self, request: Request, provider: str) -> Response:
        if provider not in PROVIDERS or PROVIDERS[provider].manual:
            raise Http404
        try:
            receive(request._request, provider=provider)
        except ForgedWebhook as error:
            log.warning("forged webhook refused", provider=provider, reason=str(error))
            raise Forged from error
        return Response({"received": True})
