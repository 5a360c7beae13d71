import re

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)

from shared_apps.accounts import tokens
from shared_apps.accounts.models import User
from shared_apps.accounts.services import create_user
from shared_apps.tenants.context import tenant_context
from tenant_apps.messaging.models import Message
from tenant_apps.people.models import Person
from tests import make

pytestmark = pytest.mark.django_db


def newest_link(email: str) -> str:
    message = Message.objects.filter(to=email).latest("created_at")
    found = re.search(r"https?://\S+/accounts/\S+", message.text)
    assert found, message.text
    return found[0]


def key_of(link: str) -> str:
    return link.rstrip("/").rsplit("/", 1)[-1]


def test_who_registers_proves_their_address_and_is_a_student_the_office_knows(tenant, api, sign_in):
    nobody = api(tenant)
    answer = nobody.post("/auth/register", {"name": "Ada", "email": "Ada@Example.com", "password": "engine-no-1"})
    assert answer.status_code == 202
    link = newest_link("ada@example.com")
    assert link.startswith(tenant.base_url)

    assert nobody.post("/auth/verify-email", {"key": key_of(link)}).status_code == 204

    pair = nobody.post("/auth/login", {"email": "ada@example.com", "password": "engine-no-1"}).json()
    assert pair["expiresIn"] == 900
    me = nobody.get("/auth/me", headers={"authorization": f"Bearer {pair['accessToken']}"}).json()
    assert (me["email"], me["emailVerified"], me["roles"]) == ("ada@example.com", True, ["student"])
    assert Person.objects.get(email="ada@example.com").user_id is not None


@pytest.mark.parametrize("pasted", ["ada@exam\u200bple.com", "\u202aada@example.com\u202c", " ada@example.com\ufeff"])
def test_an_address_that_was_copied_with_marks_that_nobody_sees_signs_in(tenant, api, pasted):
    make.user("owner", email="ada@example.com")
    assert api(tenant).post("/auth/login", {"email": pasted, "password": make.PASSWORD}).status_code == 200


def test_registering_a_known_address_gets_the_same_answer_and_only_an_email(tenant, api):
    known = make.user("student")
    form = {"name": "Eve", "password": "something-77"}
    stranger = api(tenant).post("/auth/register", {**form, "email": "new@example.com"})
    again = api(tenant).post("/auth/register", {**form, "email": known.email})
    assert (again.status_code, again.json()) == (stranger.status_code, stranger.json())
    assert User.objects.filter(email=known.email).count() == 1
    assert Message.objects.filter(to=known.email).latest("created_at").kind == "account/account_already_exists"
    assert User.objects.get(pk=known.pk).check_password(make.PASSWORD)


@pytest.mark.parametrize("password", ["short1", "onlyletters", "12345678901", "password1"])
def test_weak_passwords_are_refused_by_name_of_the_field(tenant, api, password):
    answer = api(tenant).post("/auth/register", {"name": "Ada", "email": "ada@example.com", "password": password})
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"password"}
    assert not User.objects.filter(email="ada@example.com").exists()


def test_nobody_becomes_more_than_a_student_by_registering(tenant, api):
    form = {"name": "Eve", "email": "eve@example.com", "password": "something-77"}
    assert api(tenant).post("/auth/register", {**form, "roles": ["owner"]}).status_code == 400
    assert not User.objects.filter(email="eve@example.com").exists()
    assert api(tenant).post("/auth/register", form).status_code == 202
    assert User.objects.get(email="eve@example.com").roles == ["student"]


def test_wrong_passwords_unknown_addresses_and_closed_accounts_get_one_and_the_same_answer(tenant, api):
    closed, student = make.user(), make.user()
    User.objects.filter(pk=closed.pk).update(is_active=False)
    tries = [
        {"email": student.email, "password": "wrong-pass-1"},
        {"email": "nobody@example.com", "password": make.PASSWORD},
        {"email": closed.email, "password": make.PASSWORD},
    ]
    answers = [api(tenant).post("/auth/login", form) for form in tries]
    assert {answer.status_code for answer in answers} == {401}
    assert len({(a.json()["code"], a.json()["detail"]) for a in answers}) == 1
    assert all(answer.headers["WWW-Authenticate"] for answer in answers)


def test_a_refresh_token_works_once(tenant, api, sign_in):
    pair = sign_in(tenant, make.user()).json()
    nobody = api(tenant)
    renewed = nobody.post("/auth/refresh", {"refreshToken": pair["refreshToken"]})
    assert renewed.status_code == 200
    again = nobody.post("/auth/refresh", {"refreshToken": pair["refreshToken"]})
    assert (again.status_code, again.json()["code"]) == (401, "invalid_refresh_token")
    assert nobody.post("/auth/refresh", {"refreshToken": renewed.json()["refreshToken"]}).status_code == 200


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_who_send_one_refresh_token_at_once_one_is_served(alpha, all_at_once):
    with tenant_context(alpha):
        token = tokens.issue(make.user())["refresh_token"]
    pairs = all_at_once([lambda: tokens.refresh(token)] * 6)
    assert [pair is None for pair in pairs].count(False) == 1


def test_signing_out_ends_both_tokens(tenant, api, sign_in):
    pair = sign_in(tenant, make.user()).json()
    caller = api(tenant)
    caller.headers = {"authorization": f"Bearer {pair['accessToken']}"}
    assert caller.get("/auth/me").status_code == 200
    assert caller.post("/auth/logout").status_code == 204
    assert caller.get("/auth/me").status_code == 401
    assert caller.post("/auth/refresh", {"refreshToken": pair["refreshToken"]}).status_code == 401


def test_a_token_of_one_provider_is_worth_nothing_at_another(alpha, beta, api):
    with tenant_context(alpha):
        user = make.user("owner")
    with tenant_context(beta):
        User.objects.create(pk=user.pk, email=user.email, roles=["owner"])
    at_alpha, at_beta = api(alpha, user), api(beta)
    at_beta.headers = at_alpha.headers
    assert at_alpha.get("/auth/me").status_code == 200
    assert at_beta.get("/auth/me").status_code == 401
    assert at_beta.get("/students").status_code == 401


def test_a_closed_account_is_out_at_once(tenant, api):
    user = make.user("owner")
    caller = api(tenant, user)
    assert caller.get("/students").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert caller.get("/students").status_code == 401


def test_a_forgotten_password_is_replaced_by_the_link_and_ends_every_session(tenant, api, sign_in):
    user = make.user()
    before = api(tenant, user)
    nobody = api(tenant)
    answer = nobody.post("/auth/forgot-password", {"email": user.email})
    unknown = nobody.post("/auth/forgot-password", {"email": "nobody@example.com"})
    assert (answer.status_code, answer.json()) == (unknown.status_code, unknown.json()) == (202, answer.json())

    link = newest_link(user.email)
    assert link.startswith(tenant.base_url)
    weak = nobody.post("/auth/reset-password", {"key": key_of(link), "password": "weak"})
    assert weak.status_code == 400
    new = {"key": key_of(link), "password": "brand-new-9"}
    assert nobody.post("/auth/reset-password", new).status_code == 204
    assert nobody.post("/auth/reset-password", new).json()["code"] == "invalid_key"
    assert before.get("/auth/me").status_code == 401
    assert nobody.post("/auth/login", {"email": user.email, "password": "brand-new-9"}).status_code == 200


def test_keys_that_nobody_was_sent_are_refused(tenant, api):
    for path, more in (("/auth/verify-email", {}), ("/auth/reset-password", {"password": "brand-new-9"})):
        for key in ("nonsense", "0-0", f"{make.user().pk.hex}-c0ffee-0123"):
            answer = api(tenant).post(path, {"key": key, **more})
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid_key")


def test_the_confirmation_can_be_sent_again_but_not_all_the_time(tenant, api):
    create_user(email="ada@example.com", password="engine-no-1", name="Ada")
    for email in ("ada@example.com", "ada@example.com", "nobody@example.com"):
        assert api(tenant).post("/auth/verify-email/resend", {"email": email}).status_code == 202
    assert Message.objects.filter(to="ada@example.com").count() == 1
    assert Message.objects.get(to="nobody@example.com").kind == "account/unknown_account"


def test_who_set_up_an_authenticator_needs_its_code(tenant, sign_in):
    user, secret = make.user(), generate_totp_secret()
    TOTP.activate(user, secret)
    answer = sign_in(tenant, user)
    assert (answer.status_code, answer.json()["code"]) == (401, "mfa_required")
    wrong = sign_in(tenant, user, code="000000")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "mfa_code_wrong")
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert "accessToken" in sign_in(tenant, user, code=code).json()


def test_guessing_a_password_is_stopped_after_five_tries_wherever_they_claim_to_come_from(tenant, api):
    user = make.user()
    statuses = [
        api(tenant)
        .post(
            "/auth/login",
            {"email": user.email, "password": f"guess-no-{n}"},
            headers={"x-forwarded-for": f"203.0.113.{n}"},
        )
        .status_code
        for n in range(7)
    ]
    assert statuses == [401] * 5 + [429] * 2


def sign_in_at(where, tenant, api, client_of, *, email, password):
    """Whether one comes in, by API and by page, from the address `where`."""
    program, browser = api(tenant), client_of(tenant)
    program.client.defaults["REMOTE_ADDR"] = browser.defaults["REMOTE_ADDR"] = where
    answers = [
        program.post("/auth/login", {"email": email, "password": password}),
        browser.post("/accounts/login/", {"login": email, "password": password}),
    ]
    return [answer.status_code for answer in answers]


def test_wrong_passwords_from_elsewhere_lock_nobody_out(tenant, api, client_of):
    email = make.user().email
    for n in range(4):
        last = sign_in_at("203.0.113.7", tenant, api, client_of, email=email, password=f"guess-no-{n}")
    assert last == [429, 429]
    assert sign_in_at("203.0.113.8", tenant, api, client_of, email=email, password=make.PASSWORD) == [200, 302]


def test_many_networks_that_guess_together_are_stopped_and_keep_nobody_from_where_they_signed_in_before(
    tenant, api, client_of
):
    email = make.user().email
    assert sign_in_at("203.0.113.8", tenant, api, client_of, email=email, password=make.PASSWORD) == [200, 302]
    for n in range(50):
        sign_in_at(f"198.51.100.{n}", tenant, api, client_of, email=email, password="guess-no-1")
    assert sign_in_at("192.0.2.1", tenant, api, client_of, email=email, password=make.PASSWORD) == [429, 429]
    assert sign_in_at("203.0.113.8", tenant, api, client_of, email=email, password=make.PASSWORD) == [200, 302]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/auth/login", {"email": "x{n}@example.com", "password": "wrong-pass-1"}),
        ("/auth/register", {"email": "x", "password": "x", "name": "x"}),
        ("/auth/refresh", {"refreshToken": "x"}),
        ("/auth/forgot-password", {"email": "x"}),
        ("/auth/reset-password", {"key": "x", "password": "x"}),
        ("/auth/verify-email", {"key": "x"}),
        ("/auth/verify-email/resend", {"email": "x"}),
    ],
)
def test_each_of_them_is_limited_by_address_and_a_made_up_header_does_not_help(tenant, api, path, body):
    answers = []
    for n in range(22):
        form = {name: value.replace("{n}", str(n)) for name, value in body.items()}
        answers.append(api(tenant).post(path, form, headers={"x-forwarded-for": f"198.51.100.{n}"}))
    assert answers[-1].status_code == 429
    assert answers[-1].json()["code"] in {"throttled", "too_many_requests"}
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 301


def test_one_provider_s_limits_are_not_another_s(alpha, beta, api):
    for _ in range(21):
        last = api(alpha).post("/auth/verify-email", {"key": "x"})
    assert last.status_code == 429
    assert api(beta).post("/auth/verify-email", {"key": "x"}).status_code == 400
