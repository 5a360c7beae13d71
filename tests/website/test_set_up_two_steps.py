"""Two-step sign-in is set up with nothing but the phone one reads the page on, and all of it speaks our words."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.template.loader import get_template

from tenant_apps.messaging.models import Message
from tests import make
from tests.support.web import tight

pytestmark = pytest.mark.django_db
THEIRS = Path(allauth.__file__).parent / "templates"
OURS = str(settings.BASE_DIR / "templates")
# Frames without words, and ways of signing in that Muster does not offer.
UNSEEN = re.compile(
    r"/base|/snippets/|/webauthn|passkey|phone|login_code|_code_|_code\.|/trust|/logged_in\.|/email_change\."
    r"|/password_set\.html|/verified_email_required|/download\.txt"
)


@pytest.fixture
def person(tenant, client_of):
    """Somebody who has just said again that it is them."""
    client = client_of(tenant).sign_in(make.user("student"))
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    return client


def turn_on(person):
    secret = person.get("/accounts/mfa/totp/activate/").context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    return person.post("/accounts/mfa/totp/activate/", {"code": code}, follow=True)


def test_the_key_can_be_read_whole_and_copied(person):
    answer = person.get("/accounts/mfa/totp/activate/")
    page, secret = answer.content.decode(), answer.context["form"].secret
    assert f'data-copy="{secret}"' in page
    assert re.search(rf"<code[^>]*wrap-anywhere[^>]*>{secret}</code>", tight(page))
    assert not re.search(r"<input[^>]*disabled", page)


@pytest.mark.django_db(transaction=True)
def test_each_step_says_in_our_words_what_it_did(person):
    page = turn_on(person).content.decode()
    assert "Two-step sign-in is on." in page
    assert "10 of 10 are unused." in page
    assert person.get("/accounts/mfa/recovery-codes/download/").content.decode().split()[0] in page
    wrong = person.post("/accounts/mfa/reauthenticate/", {"code": "000000"})
    assert "That is not the code the app shows now." in wrong.content.decode()
    page = person.post("/accounts/mfa/recovery-codes/generate/", follow=True).content.decode()
    assert "You have new recovery codes." in page
    page = person.post("/accounts/mfa/totp/deactivate/", follow=True).content.decode()
    assert "Two-step sign-in is off." in page
    assert [message.subject for message in Message.objects.order_by("pk")] == [
        "Two-step sign-in was turned on", "Your recovery codes were renewed", "Two-step sign-in was turned off",
    ]  # fmt: skip


@pytest.mark.parametrize("folder", ["account", "mfa", "usersessions"])
def test_no_page_email_or_message_of_accounts_is_in_the_words_of_allauth(folder):
    names = [str(path.relative_to(THEIRS)) for path in (THEIRS / folder).rglob("*.*") if path.is_file()]
    seen = [name for name in names if not UNSEEN.search(f"/{name}")]
    assert seen
    assert [name for name in seen if not str(get_template(name).origin.name).startswith(OURS)] == []
