"""One browser, two providers: whoever one is at the one, one is somebody else at the other."""

from playwright.sync_api import expect

from shared_apps.tenants.context import tenant_context
from tests import make
from tests.browser.people import Person


def test_office_at_one_and_student_at_another_each_see_only_their_own(shop, other_shop, new_page):
    officer = make.user("admin", email="office@alpha.test")
    ours = make.booking(buyer=make.person(name="Alice Alpha"), session=make.session(course=make.course(title="Gas")))
    with tenant_context(other_shop.tenant):
        student, person = make.student_user()
        theirs = make.confirmed_booking(buyer=person, session=make.session(course=make.course(title="Robotics")))

    page = new_page()
    desk = Person(page, shop.under_slug)
    desk.sign_in(officer.email)
    pupil = Person(page.context.new_page(), other_shop.under_slug)
    pupil.open("/my/bookings/")
    pupil.is_at("/accounts/login/")  # signed in at alpha is not signed in at beta
    pupil.sign_in(student.email)
    pupil.is_at("/my/bookings/")
    pupil.reads("Robotics")
    assert pupil.open("/admin/").status == 404

    desk.open("/admin/bookings/")
    desk.reads(ours.reference, "Alice Alpha")
    for stranger in (theirs.reference, "Robotics", person.name):
        expect(desk.page.locator("body")).not_to_contain_text(stranger)
    assert desk.open(f"/admin/bookings/{theirs.pk}/").status == 404

    pupil.open("/my/bookings/")
    expect(pupil.page.locator("body")).not_to_contain_text("Gas")
    pupil.open("/accounts/logout/")
    pupil.button("Sign out").click()
    pupil.open("/my/bookings/")
    pupil.is_at("/accounts/login/")
    desk.open("/admin/")
    desk.is_at("/admin/")
    expect(desk.page.get_by_text("office@alpha.test").first).to_be_attached()


def test_holds_at_two_providers_do_not_mix(shop, other_shop, visitor):
    from tests.browser.people import Visitor

    session = make.session()
    with tenant_context(other_shop.tenant):
        their_session = make.session(price=5000)
    ada = visitor()
    ada.book(session, name="Ada at Alpha")
    there = Visitor(ada.page.context.new_page(), other_shop.under_slug)
    there.begin(their_session)
    expect(there.page.get_by_label("Your name")).to_have_value("")
    there.say_who(name="Ada at Beta")
    there.is_at("/bookings/[^/]+/check/")
    there.reads("KES", "5,000")
    token = there.page.url.split("/bookings/")[1].split("/")[0]
    assert ada.open(f"/bookings/{token}/").status == 404  # a link of the one means nothing at the other
