"""Terms accepted with a booking: by page, API, telephone, link, offer and when it is moved; which version, and when."""

import re

import pytest
from django.db import IntegrityError, transaction

from tenant_apps.bookings.accepting import Accepting, accept_terms, accepted_before, to_accept
from tenant_apps.bookings.models import Booking, TermsAcceptance
from tenant_apps.bookings.offer_links import offer_token
from tenant_apps.bookings.selectors import booking_of, token_of
from tenant_apps.bookings.terms_models import AcceptedBy
from tenant_apps.bookings.transfers import transfer_booking
from tenant_apps.bookings.waiting_list import join_waiting_list
from tenant_apps.scheduling.models import Offer
from tenant_apps.terms.errors import TermsChanged
from tests import make
from tests.bookings.conftest import filled, page, path, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
TICKED = {"accept_terms": "on", "terms_shown": "1"}


def accepted(booking=None):
    rows = TermsAcceptance.objects.filter(booking=booking) if booking else TermsAcceptance.objects.all()
    return [(row.version.number, row.how) for row in rows.select_related("version").order_by("pk")]


def shown_in(answer):
    return re.search(r'name="shown"\s+value="([^"]+)"', text(answer))[1]


def test_without_published_terms_nothing_is_asked(visitor):
    session = make.session()
    assert "accept_terms" not in text(visitor.open(path("book", session.pk)))
    visitor.token(session)
    assert accepted() == []


def test_a_visitor_ticks_and_what_they_ticked_is_kept(visitor):
    make.terms()
    session = make.session()
    asked = text(visitor.open(path("book", session.pk)))
    assert 'name="accept_terms"' in asked
    assert path("terms_version", 1) in asked
    assert 'target="_blank"' in asked
    token = visitor.token(session, **TICKED)
    row = TermsAcceptance.objects.get()
    assert (row.version.number, row.how, row.network, row.by) == (1, "page", "127.0.0.1", None)
    for shown in (text(visitor.open(path("booking", token))), text(visitor.open(path("booking_check", token)))):
        assert path("terms_version", 1) in shown
        assert "Please accept our booking terms" not in shown


def test_unticked_nothing_is_held_and_nothing_typed_is_lost(visitor):
    make.terms()
    session = make.session()
    answer = visitor.book(session, name="Grace Hopper", special_requests="Tea", terms_shown="1")
    shown = text(answer)
    assert "Accept the booking terms to go on." in shown
    assert "Grace Hopper" in shown
    assert ">Tea</textarea>" in shown.replace("\n", "")
    assert not Booking.objects.exists()


def test_terms_that_changed_meanwhile_are_shown_again_and_ticked_anew(visitor):
    make.terms("One.")
    session = make.session()
    form = visitor.form(session, special_requests="Tea", **TICKED)
    make.terms("Two.")
    answer = visitor.send(session, form)
    shown = text(answer)
    assert not Booking.objects.exists()
    assert "changed while this page was open" in shown
    assert path("terms_version", 2) in shown
    assert ">Tea</textarea>" in shown.replace("\n", "")
    assert not re.search(r'name="accept_terms"[^>]*checked', shown)
    assert visitor.send(session, {**form, "terms_shown": "2"}).status_code == 302
    assert accepted() == [(2, "page")]


def test_terms_published_while_a_page_without_the_box_was_open_are_asked(visitor):
    session = make.session()
    form = visitor.form(session)
    make.terms()
    assert "accept_terms" in text(visitor.send(session, form))
    assert not Booking.objects.exists()


def test_a_number_that_was_never_shown_is_no_acceptance(visitor):
    make.terms("One.")
    make.terms("Two.")
    session = make.session()
    for number in ("1", "3", "0", "x", ""):
        visitor.book(session, accept_terms="on", terms_shown=number)
    assert accepted() == []
    booking = make.confirmed_booking()
    link = path("booking_terms", token_of(booking))
    for number in ("", "1", "3"):
        answer = visitor.client.post(link, {"accept_terms": "on", "terms_shown": number}, follow=True)
        assert "That is noted with your booking" not in text(answer)
    assert accepted() == []
    visitor.client.post(link, filled(answer) | {"accept_terms": "on"})
    assert accepted() == [(2, "link")]


def test_the_same_form_sent_twice_accepts_once(visitor):
    make.terms()
    session = make.session()
    form = visitor.form(session, **TICKED)
    visitor.send(session, form)
    visitor.send(session, form)
    assert accepted() == [(1, "page")]


def test_whoever_goes_back_to_a_hold_is_asked_only_about_other_terms(visitor):
    make.terms("One.")
    session = make.session()
    visitor.token(session, **TICKED)
    assert 'name="accept_terms"' not in text(visitor.open(path("book", session.pk)))
    make.terms("Two.")
    again = text(visitor.open(path("book", session.pk)))
    assert 'name="accept_terms"' in again
    assert "have changed since" in again
    visitor.book(session, name="Grace Hopper", accept_terms="on", terms_shown="2")
    assert accepted() == [(1, "page"), (2, "page")]


def test_a_customer_who_accepted_this_very_version_need_not_again(client_of, tenant, visitor):
    make.terms("One.")
    account, _person = make.student_user()
    visitor.client = client_of(tenant).sign_in(account)
    visitor.token(make.session(), email=account.email, **TICKED)
    second = make.session()
    asked = text(visitor.open(path("book", second.pk)))
    assert 'name="accept_terms"' not in asked
    assert "You accepted our booking terms on" in asked
    visitor.token(second, email=account.email)
    assert accepted() == [(1, "page"), (1, "earlier")]
    make.terms("Two.")
    third = make.session()
    asked = text(visitor.open(path("book", third.pk)))
    assert 'name="accept_terms"' in asked
    assert "have changed since you booked last" in asked
    visitor.book(third, email=account.email, terms_shown="2")
    assert len(accepted()) == 2


def test_whoever_types_the_address_of_an_account_accepts_nothing_for_it(client_of, tenant, visitor, other_visitor):
    make.terms("One.")
    account, _person = make.student_user()
    other_visitor.token(make.session(), email=account.email, **TICKED)  # signed in nowhere
    visitor.client = client_of(tenant).sign_in(account)
    session = make.session()
    asked = text(visitor.open(path("book", session.pk)))
    assert 'name="accept_terms"' in asked
    assert "have changed since" not in asked
    assert visitor.book(session, email=account.email).status_code == 200  # it is asked once more
    assert accepted() == [(1, "page")]
    visitor.token(session, email=account.email, **TICKED)
    assert accepted() == [(1, "page"), (1, "page")]


@pytest.mark.parametrize(("how", "counts"), [("page", True), ("link", True), ("transfer", True), ("api", True),
                                             ("office", False), ("earlier", False)])  # fmt: skip
def test_what_an_account_accepted_itself_counts_for_its_later_bookings(how, counts):
    version = make.terms("One.")
    account, person = make.student_user()
    booking = make.booking(buyer=person)
    row = {"booking": booking, "version": version, "how": how, "accepted_at": booking.created_at}
    TermsAcceptance.objects.create(**row, by=account)
    assert bool(accepted_before(account)) is counts
    others = make.booking(buyer=person, session=make.session())
    TermsAcceptance.objects.create(**{**row, "booking": others}, by=make.user("admin"))
    assert bool(accepted_before(account)) is counts


def test_by_api_the_version_is_said_or_asked_later(api, tenant, mails):
    make.terms()
    user, _person = make.student_user()
    ada = api(tenant, user)
    plain = ada.post("/bookings", {"sessionId": str(make.session().pk)}).json()
    assert plain["acceptedTerms"] is None
    said = ada.post("/bookings", {"sessionId": str(make.session().pk), "acceptedTermsVersion": 1}).json()
    assert (said["acceptedTerms"]["version"], said["acceptedTerms"]["how"]) == (1, "api")
    assert said["acceptedTerms"]["url"].endswith("/terms/1/")
    later = ada.patch(f"/bookings/{plain['id']}", {"acceptedTermsVersion": 1}).json()
    assert later["acceptedTerms"]["version"] == 1
    listed = {row["id"]: row["acceptedTerms"]["version"] for row in ada.get("/bookings").json()["results"]}
    assert listed == {plain["id"]: 1, said["id"]: 1}


def test_by_api_another_version_is_refused_and_nothing_is_held(api, tenant):
    user, _person = make.student_user()
    session = make.session()
    body = {"sessionId": str(session.pk), "acceptedTermsVersion": 1}
    none = api(tenant, user).post("/bookings", body)
    assert (none.status_code, none.json()["errors"][0]["field"]) == (400, "acceptedTermsVersion")
    make.terms("One.")
    make.terms("Two.")
    old = api(tenant, user).post("/bookings", body)
    assert (old.status_code, old.json()["code"], old.json()["current"]) == (409, "terms_changed", 2)
    for odd in (0, -1, "two", 10**12, True):
        assert api(tenant, user).post("/bookings", {**body, "acceptedTermsVersion": odd}).status_code in (400, 409)
    assert not Booking.objects.exists()
    session.refresh_from_db()
    assert session.seats_taken == 0


def test_what_the_office_told_by_telephone_is_written_down_with_who_told(desk):
    make.terms()
    client, session = desk("admin"), make.session()
    asked = text(client.get("/admin/bookings/new/"))
    assert "I told them our booking terms (version 1)" in asked
    form = {"session": str(session.pk), "name": "Ada Byron", "email": "ada@example.com", "seats": "1"}
    client.post("/admin/bookings/new/", {**form, "form_key": make.key(), "told_terms": "1"})
    booking = Booking.objects.get()
    [row] = TermsAcceptance.objects.all()
    assert (row.how, row.version.number) == ("office", 1)
    assert str(row.by) in text(client.get(page(booking)))


def test_who_was_not_asked_is_asked_by_the_link_and_in_the_confirmation(visitor, desk, mails):
    make.terms()
    booking = make.confirmed_booking()
    assert "Not accepted yet" in text(desk("admin").get(page(booking)))
    token = token_of(booking)
    shown = text(visitor.open(path("booking", token)))
    assert "Please accept our booking terms" in shown
    [told] = mails("bookings/confirmed")
    [mailed] = re.findall(r"/bookings/([^/\s]+)/terms/", told.text)
    assert booking_of(mailed) == booking
    link = path("booking_terms", token)
    assert "Pay, and come." in text(visitor.open(link))
    assert accepted() == []  # a look is no acceptance
    assert visitor.client.post(link, {"terms_shown": "1"}).status_code == 422
    visitor.client.post(link, TICKED)
    visitor.client.post(link, TICKED)
    assert accepted() == [(1, "link")]
    assert "Please accept our booking terms" not in text(visitor.open(path("booking", token)))


def test_a_booking_made_before_there_were_terms_is_not_asked(visitor):
    booking = make.confirmed_booking()
    make.terms()
    assert "Please accept our booking terms" not in text(visitor.open(path("booking", token_of(booking))))


def test_the_confirmation_links_the_version_that_was_accepted(visitor, mails):
    make.terms()
    booking = make.booking(accepting=Accepting(1, AcceptedBy.PAGE))
    make.pay(booking)
    make.deliver_all()
    make.terms("Two.")
    [told] = mails("bookings/confirmed")
    assert "/terms/1/" in told.text
    assert "/terms/1/" in told.html


def test_seats_that_were_offered_are_taken_on_the_terms_in_force(visitor):
    make.terms()
    session = make.session(capacity=1)
    first = make.booking(session=session)
    join_waiting_list(session=session, person=make.person(), by=None)
    make.run_out(first)
    link = path("offer", offer_token(Offer.objects.get()))
    assert 'name="accept_terms"' in text(visitor.open(link))
    refused = visitor.client.post(link, {"accept": "1", "terms_shown": "1"})
    assert "Accept the booking terms to go on." in text(refused)
    assert Offer.objects.get().status == "offered"
    visitor.client.post(link, {"accept": "1", **TICKED})
    assert accepted() == [(1, "page")]


def test_an_offer_is_declined_without_any_terms(visitor):
    make.terms()
    session = make.session(capacity=1)
    first = make.booking(session=session)
    join_waiting_list(session=session, person=make.person(), by=None)
    make.run_out(first)
    visitor.client.post(path("offer", offer_token(Offer.objects.get())), {"decline": "1"})
    assert Offer.objects.get().status == "declined"


def test_a_booking_is_moved_on_the_terms_in_force_by_then(visitor):
    make.terms("One.")
    booking = make.booking(accepting=Accepting(1, AcceptedBy.PAGE))
    make.pay(booking)
    make.deliver_all()
    to, url = make.session(course=booking.session.course), path("booking_transfer", token_of(booking))
    assert 'name="accept_terms"' not in text(visitor.open(f"{url}?to={to.pk}"))
    make.terms("Two.")
    looked = visitor.open(f"{url}?to={to.pk}")
    assert 'name="accept_terms"' in text(looked)
    sent = {"to": str(to.pk), "shown": shown_in(looked), "terms_shown": "2"}
    assert visitor.client.post(url, sent).status_code == 422
    booking.refresh_from_db()
    assert booking.session != to
    visitor.client.post(url, {**sent, "accept_terms": "on"})
    booking.refresh_from_db()
    assert booking.session == to
    assert accepted(booking) == [(1, "page"), (2, "transfer")]


@pytest.mark.parametrize("road", ["office", "api"])
def test_who_is_moved_without_being_asked_is_asked_for_the_terms_in_force(road, visitor, desk, api, tenant, mails):
    make.terms("One.")
    account, person = make.student_user()
    booking = make.booking(buyer=person, accepting=Accepting(1, AcceptedBy.PAGE))
    make.pay(booking)
    make.deliver_all()
    make.terms("Two.")
    assert to_accept(booking) is None  # it keeps the version that it was made on
    to = make.session(course=booking.session.course, in_days=90)
    if road == "office":
        booking = transfer_booking(booking=booking, to=to, by=None, by_office=True)
    else:
        moved = api(tenant, account).post(f"/bookings/{booking.pk}/transfer", {"sessionId": str(to.pk)})
        assert moved.status_code == 200, moved.json()
        booking.refresh_from_db()
    make.deliver_all()
    assert (booking.session, to_accept(booking).number) == (to, 2)
    [told] = mails("bookings/transferred")
    assert re.search(r"/bookings/[^/\s]+/terms/", told.text)
    link = path("booking", token_of(booking))
    assert "This was moved to another date for you" in text(visitor.open(link))
    assert "Those for this date are not accepted yet" in text(desk("admin").get(page(booking)))
    visitor.client.post(path("booking_terms", token_of(booking)), {**TICKED, "terms_shown": "2"})
    assert accepted(booking) == [(1, "page"), (2, "link")]
    assert "This was moved" not in text(visitor.open(link))
    make.terms("Three.")
    assert to_accept(booking) is None


def test_who_is_moved_while_the_terms_are_those_that_they_accepted_is_not_asked_again():
    booking = make.confirmed_booking()
    make.terms("One.")
    assert to_accept(booking) is None
    booking = transfer_booking(booking=booking, to=make.session(in_days=80), by=None, by_office=True)
    assert to_accept(booking).number == 1  # a new agreement, and now there are terms
    accept_terms(booking, Accepting(1, AcceptedBy.LINK), by=None)
    booking = transfer_booking(booking=booking, to=make.session(in_days=90), by=None, by_office=True)
    make.terms("Two.")
    assert to_accept(booking) is None


@pytest.mark.parametrize("change", ["how", "version", "gone"])
def test_the_database_keeps_what_was_accepted(change):
    make.terms("One.")
    booking = make.booking(accepting=Accepting(1, AcceptedBy.PAGE))
    other = make.terms("Two.")
    rows = TermsAcceptance.objects.filter(booking=booking)
    with pytest.raises(IntegrityError), transaction.atomic():
        if change == "gone":
            rows.delete()
        else:
            rows.update(**({"how": "api"} if change == "how" else {"version": other}))
    assert accepted() == [(1, "page")]


def test_a_draft_can_not_be_accepted():
    from tenant_apps.terms.versions import save_draft

    make.terms()
    booking = make.booking()
    draft = save_draft("booking", title="Our terms", text="Next.")
    with pytest.raises(IntegrityError), transaction.atomic():
        TermsAcceptance.objects.create(booking=booking, version=draft, how="page", accepted_at=booking.created_at)
    with pytest.raises(TermsChanged):
        accept_terms(booking, Accepting(2, AcceptedBy.LINK), by=None)
