"""A new operator's first commands: a site with its owner, its host, its payments; and the end of a site."""

import re
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from shared_apps.accounts.models import User
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Domain, Tenant
from tenant_apps.messaging.models import Message
from tests import make
from tests.support.accounts import account_of
from tests.support.servers import ROOT

pytestmark = pytest.mark.django_db
NEW = {"name": "Gamma School", "owner_email": "Olive@gamma.example.org", "owner_name": "Olive Owner"}
PASSWORD = "quite-new-7-words"


def run(*words, **options):
    call_command(*words, **options)


def choose_password(client, link):
    """Follow an emailed link as a person does, and set a password."""
    path = re.sub(r"https?://[^/]+", "", link)
    path = re.sub(r"^/gamma(?=/)", "", path)
    page = client.get(path, follow=True)
    form = page.redirect_chain[-1][0]
    form = re.sub(r"^/gamma(?=/)", "", form)
    return client.post(form, {"password1": PASSWORD, "password2": PASSWORD})


def test_a_new_site_has_an_owner_who_comes_in_by_the_emailed_link(client_of, capsys):
    run("create_tenant", "gamma", **NEW)
    gamma = Tenant.objects.get(slug="gamma")
    assert "Olive@gamma.example.org is its owner" in capsys.readouterr().out
    with tenant_context(gamma):
        owner, letter = User.objects.get(), Message.objects.get()
        assert (owner.email, owner.name, owner.roles) == ("olive@gamma.example.org", "Olive Owner", ["owner"])
        assert (letter.to, letter.subject) == (owner.email, "Your place at Gamma School is ready")
        [link] = re.findall(r"http\S+/accounts/\S+", letter.text)
    assert link.startswith(gamma.base_url)
    browser = client_of(gamma)
    assert choose_password(browser, link).status_code == 302
    browser = client_of(gamma)
    answer = browser.post("/accounts/login/", {"login": owner.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert browser.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("slug", "options", "sentence"),
    [
        ("Gam ma", {}, "Use small letters"),
        ("alpha", {}, "This address is taken"),
        ("admin", {}, "kept for the platform"),
        ("gamma", {"time_zone": "Europe/Londn"}, "Europe/Londn is not the name of a time zone"),
        ("gamma", {"currency": "GBB"}, "GBB is not a currency"),
        ("gamma", {"currency": "gbp"}, "gbp is not a currency"),
        ("gamma", {"country": "UK"}, "UK is not a country"),
        ("gamma", {"owner_email": "olive"}, "olive is not an email address"),
        ("gamma", {"name": "x" * 121}, "at most 120"),
    ],
)
def test_a_mistyped_word_is_a_sentence_and_leaves_nothing(slug, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        run("create_tenant", slug, **{**NEW, **options})
    assert not Tenant.objects.exclude(slug__in=["alpha", "beta"]).exists()


def test_an_owner_can_be_added_later_and_keeps_the_account_they_have(alpha, capsys):
    with tenant_context(alpha):
        user = make.user("student", email="ann@example.org")
    run("invite_owner", "alpha", "ann@example.org")
    with tenant_context(alpha):
        user.refresh_from_db()
        assert user.roles == ["student", "owner"]
        assert user.check_password(make.PASSWORD)
        assert "/accounts/login/" in Message.objects.get(to="ann@example.org").text


def test_an_operator_comes_in_by_the_emailed_link(client, mailoutbox):
    run("create_operator", "op@example.org", name="Op")
    [letter] = mailoutbox
    [link] = re.findall(r"http\S+/accounts/\S+", letter.body)
    assert choose_password(client, link).status_code == 302
    answer = client.post("/accounts/login/", {"login": "op@example.org", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/operator/tenants/").status_code == 200


def test_without_a_mail_server_the_operator_s_link_is_printed(settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    run("create_operator", "op@example.org")
    said = capsys.readouterr()
    assert "The email could not be sent" in said.err
    assert re.search(r"http\S+/accounts/password/reset/key/\S+", said.out)
    with pytest.raises(CommandError):
        run("create_operator", "op@example.org")


def test_a_provider_answers_on_a_host_of_its_own(alpha, client_of, capsys):
    run("add_domain", "alpha", "Book.Alpha.example.org", primary=True)
    assert "answers at book.alpha.example.org" in capsys.readouterr().out
    assert Tenant.objects.get(slug="alpha").base_url == "http://book.alpha.example.org"


@pytest.mark.parametrize(
    "domain", ["https://book.example.org", "book", "book.example.org:8000", "a b.org", "localhost", "gamma.localhost"]
)
def test_what_is_no_host_of_a_provider_is_refused(alpha, domain):
    with pytest.raises(CommandError, match=r"[hH]ost"):
        run("add_domain", "alpha", domain)
    assert not Domain.objects.filter(domain=domain).exists()


def test_a_host_belongs_to_one_provider(alpha, beta):
    run("add_domain", "alpha", "book.example.org")
    with pytest.raises(CommandError, match="This host is taken"):
        run("add_domain", "beta", "book.example.org")


def test_a_host_that_it_has_can_be_made_the_one_that_links_lead_to(alpha, capsys):
    run("add_domain", "alpha", "book.example.org")
    with pytest.raises(CommandError, match="The provider answers at this host already"):
        run("add_domain", "alpha", "book.example.org")
    run("add_domain", "alpha", "book.example.org", primary=True)
    assert "Links lead there." in capsys.readouterr().out
    assert Tenant.objects.get(slug="alpha").base_url == "http://book.example.org"


def test_a_payment_account_is_connected_and_dropped(alpha, beta, capsys):
    run("connect_stripe", "alpha", "acct_1Abc")
    assert account_of(Tenant.objects.get(slug="alpha")) == "acct_1Abc"
    with pytest.raises(CommandError, match="takes or took payments of alpha"):
        run("connect_stripe", "beta", "acct_1Abc")
    with pytest.raises(CommandError, match="begins with acct_"):
        run("connect_stripe", "beta", "sk_live_1")
    run("connect_stripe", "alpha", "--remove")
    assert account_of(Tenant.objects.get(slug="alpha")) is None


def test_an_account_is_not_said_to_take_cards_while_the_platform_takes_none(alpha, capsys, settings):
    settings.STRIPE_SECRET_KEY = ""
    run("connect_stripe", "alpha", "acct_1Abc")
    said = capsys.readouterr()
    assert "takes cards" not in said.out
    assert "STRIPE_SECRET_KEY" in said.err
    assert account_of(Tenant.objects.get(slug="alpha")) == "acct_1Abc"


@pytest.mark.parametrize("options", [{"noinput": True}, {"confirm": "beta"}, {"noinput": True, "confirm": ""}])
def test_no_site_is_deleted_without_its_slug_typed(alpha, options):
    with pytest.raises(CommandError, match="Nothing was deleted"):
        run("delete_tenant", "alpha", **options)
    assert Tenant.objects.filter(slug="alpha").exists()


def test_a_deleted_site_is_gone_with_its_schema(alpha, client_of, capsys):
    assert client_of(alpha).get("/").status_code == 200
    run("delete_tenant", "alpha", "--confirm", "alpha")
    with public_context(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 't_alpha'")
        assert cursor.fetchone() == (0,)
    assert not Domain.objects.filter(domain__startswith="alpha.").exists()
    assert client_of(alpha).get("/").status_code == 404


@pytest.mark.parametrize("words", [["add_domain", "x", "book.example.org"], ["delete_tenant", "x", "--confirm", "x"]])
def test_a_tenant_that_is_not_there_is_a_sentence(words):
    with pytest.raises(CommandError, match="There is no tenant called x"):
        run(*words)


@pytest.mark.slow
def test_commands_of_libraries_that_would_harm_answer_with_a_sentence():
    for words, hint in (
        (["create_domain"], "add_domain"),
        (["createsuperuser"], "create_operator"),
        (["tenant_command", "flush"], "not used"),
    ):
        done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 1
        assert hint in done.stderr
        assert "Traceback" not in done.stderr
