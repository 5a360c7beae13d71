"""Who is told that cards are not taken any more."""

from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.mail import send
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import OPERATOR
from shared_apps.events.bus import on
from shared_apps.tenants.accounts import account_at
from shared_apps.tenants.context import current_tenant, public_context
from shared_apps.tenants.urls import tenant_url
from tenant_apps.messaging.kinds import Audience, Kind, Variable, add_kinds
from tenant_apps.messaging.models.notices import Priority
from tenant_apps.messaging.services import tell_office
from tenant_apps.payments.events import AccountDisconnected
from tenant_apps.payments.labels import name_of

add_kinds([
    Kind(
        name="payments/office_disconnected", label=_("Cards are not taken any more"), audience=Audience.OFFICE,
        short=_("{{ provider }} refuses your account, so cards are hidden."), priority=Priority.URGENT,
        variables=(
            Variable("provider", _("which payment provider"), "Stripe", lambda context: str(context["provider"])),
            Variable("link", _("the link to the office"), "https://…", lambda context: str(context["office_url"])),
        ),
    )
])  # fmt: skip


@on(AccountDisconnected, name="payments.tell_office_of_disconnected_account")
def tell_office_of_disconnected_account(event: AccountDisconnected) -> None:
    present = account_at(event.provider, tenant=current_tenant())
    since = present.disconnected_at if present else None
    tell_office(
        "payments/office_disconnected",
        context={
            "office_url": tenant_url("office:dashboard"), "account": event.account, "provider": name_of(event.provider),
        },
        about=None,
        once=f"office_disconnected:{event.account}:{since:%Y%m%d%H%M%S}" if since else f"office_gone:{event.account}",
    )  # fmt: skip


@on(AccountDisconnected, name="payments.tell_operators_of_disconnected_account")
def tell_operators_of_disconnected_account(event: AccountDisconnected) -> None:
    tenant, provider = current_tenant(), name_of(event.provider)
    text = (
        f"The {provider} account {event.account} of {tenant.name} ({tenant.slug}) refuses us. Cards are hidden on its"
        " site until the account is connected again. Its owner has been told."
    )
    with public_context():
        for email in User.objects.filter(roles__contains=[OPERATOR], is_active=True).values_list("email", flat=True):
            send(to=email, subject=f"{provider} refuses us for {tenant.name}", text=text, kind="disconnected")
