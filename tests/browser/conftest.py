"""A provider that takes cards, and people in front of a browser."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, Visitor
from tests.support.people import SiteClient

expect.set_options(timeout=10_000)


class Shop:
    """One provider, seen from outside: its pages, its mailbox, and the work that happens without a browser."""

    def __init__(self, tenant: Any, site: str, port: int) -> None:
        self.tenant = tenant
        self.under_slug = f"{site}/{tenant.slug}"
        self.on_host = f"http://{tenant.slug}.localhost:{port}"

    def work(self) -> None:
        """What Stripe, the worker and the clock do by themselves in the meantime."""
        from shared_apps.sandbox.stripe_api.webhooks import deliver_webhooks
        from shared_apps.tenants.context import public_context, tenant_context
        from shared_apps.timers.due import do_due_work

        with public_context():
            deliver_webhooks()
        with tenant_context(self.tenant):
            do_due_work()

    def mails(self, to: str) -> list[Any]:
        """What reached this address, oldest first, once everything due was sent."""
        from shared_apps.sandbox.models import Mail
        from shared_apps.tenants.context import public_context

        self.work()
        with public_context():
            return [mail for mail in Mail.objects.order_by("created_at") if to in mail.recipients]


def _open(tenant: Any, site: str, settings: Any) -> Shop:
    from shared_apps.sandbox.stripe_api.accounts import ensure_account
    from shared_apps.tenants import routing
    from shared_apps.tenants.context import public_context
    from tests.support.accounts import pay_with

    settings.SANDBOX_INLINE_WEBHOOKS = False  # they come when a test says so
    settings.EMAIL_BACKEND = (
        "shared_apps.sandbox.mailbox.MailboxBackend"  # where the tests would else have Django's own
    )
    with public_context():
        account = ensure_account(
            account_id=f"acct_{tenant.slug}", name=tenant.name, country="GB", currency=tenant.currency.lower()
        )
        pay_with(tenant, account)
    routing.cache.clear()
    return Shop(tenant, site, settings.PORT)


@pytest.fixture
def shop(site: str, alpha: Any, settings: Any) -> Iterator[Shop]:
    """Alpha, which takes cards. The test's own rows are alpha's."""
    from shared_apps.tenants.context import tenant_context

    made = _open(alpha, site, settings)
    with tenant_context(alpha):
        yield made


@pytest.fixture
def other_shop(site: str, beta: Any, settings: Any) -> Shop:
    """Beta, another provider on the same platform."""
    return _open(beta, site, settings)


@pytest.fixture
def visitor(shop: Shop, new_page: Callable[..., Any]) -> Callable[..., Visitor]:
    """`visitor(width=360)`: somebody new at alpha; options are those of `new_page`, and `home`."""
    return lambda *, home="", **options: Visitor(new_page(**options), home or shop.under_slug)


@pytest.fixture
def signed_in(shop: Shop, new_page: Callable[..., Any]) -> Callable[..., Person]:
    """`signed_in(user)`: that user in a browser of their own, where signing in at alpha leads to."""

    def sign_in(user: Any, **options: Any) -> Person:
        person = Person(new_page(**options), shop.under_slug)
        for name, cookie in SiteClient(shop.tenant).sign_in(user).cookies.items():
            person.page.context.add_cookies([{"name": name, "value": cookie.value, "url": shop.under_slug}])
        person.open("/admin/" if user.is_staff else "/my/bookings/")
        return person

    return sign_in
