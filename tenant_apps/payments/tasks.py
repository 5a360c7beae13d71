"""Doorbells. Each names a row that says what to do; a sweep finds what no bell reached."""

from celery import shared_task

from tenant_apps.payments.models import OPEN_PAYMENTS, Payment, ProviderEvent, Refund


@shared_task
def carry_out_refund(refund_id: str) -> None:
    from tenant_apps.payments.refunds import carry_out

    carry_out(Refund.objects.get(pk=refund_id))


@shared_task
def close_payments(order_id: str) -> None:
    from tenant_apps.payments.services import close_payment

    for payment in Payment.objects.filter(order_id=order_id, status__in=OPEN_PAYMENTS):
        close_payment(payment)


@shared_task
def process_event(event_id: str, provider: str) -> None:
    from tenant_apps.payments.webhooks import process

    event = ProviderEvent.objects.filter(provider=provider, event_id=event_id).first()
    if event is not None:
        process(event.pk)
