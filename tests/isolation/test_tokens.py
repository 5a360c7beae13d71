"""What is signed, issued or stored at one tenant is worth nothing at another."""

import re

import pytest
from allauth.account.models import EmailConfirmation

from shared_apps.accounts.models import User
from shared_apps.events.bus import deliver_due
from shared_apps.tenants.context import tenant_context
from tenant_apps.messaging.models import Message
from tests import make
from tests.isolation.walk import everything_in, undone

JSON = "application/json"
SIGNED_PAGES = ["", "check/", "return/", "done/", "cancel/", "names/", "booking.ics", "receipt.pdf"]
SIGNED_FORMS = ["pay/", "more-time/", "cancel/", "names/", "account/"]
BOTH_WAYS = pytest.mark.parametrize("on_host", [False, True])  # below a slug of the main host, and on a host of its own


def bearer(world, kind="access_token"):
    return {"authorization": f"Bearer {world.jwt['owner'][kind]}"}


@BOTH_WAYS
def test_a_token_of_alpha_is_401_at_beta(a, b, on_host):
    from tests.support.people import SiteClient

    for kind in ("access_token", "refresh_token"):
        at_beta = SiteClient(b.tenant, api=True, on_host=on_host)
        for path in ("/auth/me", "/bookings", "/users", f"/bookings/{b.rows['confirmed'].pk}"):
            assert at_beta.get(path, headers=bearer(a, kind)).status_code == 401
    assert SiteClient(a.tenant, api=True, on_host=on_host).get("/auth/me", headers=bearer(a)).status_code == 200


@BOTH_WAYS
def test_a_refresh_token_of_alpha_is_refused_at_beta_and_still_good_at_alpha(a, b, on_host):
    body = {"refreshToken": a.jwt["owner"]["refresh_token"]}
    with undone():
        refused = b.api(on_host=on_host).post("/auth/refresh", body, content_type="application/json")
        assert (refused.status_code, refused.json()["code"]) == (401, "invalid_refresh_token")
        assert a.api(on_host=on_host).post("/auth/refresh", body, content_type="application/json").status_code == 200


@BOTH_WAYS
def test_a_booking_link_of_alpha_is_404_at_beta(a, b, on_host):
    path = f"/bookings/{a.values['bookings', 'token']}/"
    for visitor in ("", "owner"):
        at_beta = b.pages(visitor, on_host=on_host)
        assert {page: at_beta.get(path + page).status_code for page in SIGNED_PAGES} == dict.fromkeys(SIGNED_PAGES, 404)
        assert {form: at_beta.post(path + form).status_code for form in SIGNED_FORMS} == dict.fromkeys(
            SIGNED_FORMS, 404
        )
    at_alpha = a.pages(on_host=on_host)
    assert {at_alpha.get(path + page).status_code for page in SIGNED_PAGES} <= {200, 302}
    with undone():
        assert {at_alpha.post(path + form).status_code for form in SIGNED_FORMS} <= {200, 302, 303, 409}


@BOTH_WAYS
def test_a_form_token_of_alpha_sends_no_form_at_beta(a, b, on_host):
    def token_of(world):
        page = world.pages(on_host=on_host, enforce_csrf_checks=True)
        found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.get("/accounts/login/").content.decode())
        return page, found[1]

    at_alpha, token = token_of(a)
    at_beta, own = token_of(b)
    form = {"login": "nobody@new.test", "password": "wrong-pass-1"}
    assert at_alpha.post("/accounts/login/", {**form, "csrfmiddlewaretoken": token}).status_code == 200
    assert at_beta.post("/accounts/login/", {**form, "csrfmiddlewaretoken": own}).status_code == 200
    assert at_beta.post("/accounts/login/", {**form, "csrfmiddlewaretoken": token}).status_code == 403
    carried = b.pages(on_host=on_host, enforce_csrf_checks=True)
    for name, cookie in at_alpha.cookies.items():
        carried.cookies[name] = cookie.value  # as a browser does below one host
    assert carried.post("/accounts/login/", {**form, "csrfmiddlewaretoken": token}).status_code == 403


@BOTH_WAYS
def test_a_reset_link_of_alpha_sets_no_password_at_beta(a, b, on_host):
    """Not even that of a user who has the same id and the same email there."""
    student = a.users["student"]
    uid, key = a.values["key", "uidb36"], a.values["key", "key"]
    with undone():
        fields = {field.attname: getattr(student, field.attname) for field in User._meta.fields}
        with tenant_context(b.tenant):
            User(**fields).save()
        pages = b.pages(on_host=on_host)
        page = pages.get(f"/accounts/password/reset/key/{uid}-{key}/", follow=True)
        pages.post(page.request["PATH_INFO"], {"password1": "taken-over-99"})
        body = {"key": f"{uid}-{key}", "password": "taken-over-99"}
        refused = b.api(on_host=on_host).post("/auth/reset-password", body, content_type="application/json")
        assert refused.status_code >= 400
        with tenant_context(b.tenant):
            assert not User.objects.get(pk=student.pk).check_password("taken-over-99")
        assert a.api().post("/auth/reset-password", body, content_type="application/json").status_code == 204


@BOTH_WAYS
def test_a_confirmation_link_of_alpha_confirms_nothing_at_beta(a, b, on_host):
    key = a.values["confirm-email", "key"]
    with undone():
        b.pages(on_host=on_host).post(f"/accounts/confirm-email/{key}/")
        assert (
            b.api(on_host=on_host).post("/auth/verify-email", {"key": key}, content_type="application/json").status_code
            >= 400
        )
        with tenant_context(a.tenant):
            address = EmailConfirmation.objects.get(key=key).email_address
            assert not address.verified
        assert a.api(on_host=on_host).post("/auth/verify-email", {"key": key}, content_type=JSON).status_code == 204
        with tenant_context(a.tenant):
            address.refresh_from_db()
            assert address.verified


@pytest.mark.parametrize(
    "path",
    ["{own}", "../t_alpha/{own}", "..%2ft_alpha%2f{own}", "%2e%2e/t_alpha/{own}", "..%252ft_alpha%252f{own}",
     "brand/../../t_alpha/{own}", "/etc/passwd", "..%5ct_alpha%5c{own}", "%00", "brand"],
)  # fmt: skip
def test_no_path_leads_to_a_file_of_alpha_from_beta(a, b, path):
    own = a.rows["media"]
    assert a.canary.encode() in b"".join(a.pages().get(f"/media/{own}").streaming_content)
    for client in (b.pages(), b.pages("owner")):
        answer = client.get("/media/" + path.format(own=own))
        assert answer.status_code in (400, 404)
        assert a.canary.lower() not in everything_in(answer)


def test_a_session_of_alpha_is_nobodys_at_beta_and_bare_cookie_names_mean_nothing_anywhere(a, b):
    key = a.pages("owner").cookies["sessionid-alpha"].value
    for name in ("sessionid", "sessionid-alpha", "sessionid-beta", "sessionid-muster"):
        at_beta = b.pages()
        at_beta.cookies[name] = key
        assert at_beta.get("/my/bookings/").status_code == 302
    at_alpha = a.pages()
    at_alpha.cookies["sessionid"] = key
    assert at_alpha.get("/my/bookings/").status_code == 302
    at_alpha.cookies["sessionid-alpha"] = key
    assert at_alpha.get("/my/bookings/").status_code == 200


def test_a_key_of_another_tenants_answered_request_replays_nothing(a, b):
    """Both tenants know the same Idempotency-Key; each has its own answer."""
    body = {"sessionId": str(b.rows["other session"].pk)}
    with undone():
        answer = b.api("stranger").post(
            "/bookings", body, content_type="application/json", headers={"Idempotency-Key": "the-same-key"}
        )
        assert answer.status_code == 201
        assert a.canary.lower() not in everything_in(answer)


def test_mail_of_beta_carries_betas_links_and_name_only(a, b):
    with undone(), tenant_context(b.tenant):
        make.booking(session=b.rows["other session"])
        deliver_due()
        for message in Message.objects.all():
            text = f"{message.subject} {message.text} {message.html} {message.attachments}".lower()
            assert not [mark for mark in a.marks if mark in text]
