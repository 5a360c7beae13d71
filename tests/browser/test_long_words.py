"""Whatever long word somebody types, no page gets wider than the phone it is read on."""

from tenant_apps.branding.models import Brand
from tenant_apps.scheduling.models import Place
from tests import make

LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbau"


def test_a_visitors_pages_stay_within_the_phone(visitor):
    course, session = _everything_long()
    pages = ["/", "/courses/", f"/courses/{course.slug}/", "/trainers/", "/about/", f"/sessions/{session.pk}/book/"]
    assert _widths(visitor(width=360), pages) == dict.fromkeys(pages, 360)


def test_the_offices_pages_stay_within_the_phone(visitor):
    course, session = _everything_long()
    desk = visitor(width=360)
    desk.sign_in(make.user("admin").email)
    names = ["", "bookings/", "courses/", f"courses/{course.pk}/", "sessions/", f"sessions/{session.pk}/", "trainers/"]
    pages = [f"/admin/{name}" for name in names]
    assert _widths(desk, pages) == dict.fromkeys(pages, 360)


def _widths(reader, pages):
    widths = {}
    for page in pages:
        assert reader.open(page).status == 200
        widths[page] = reader.page.evaluate("document.documentElement.scrollWidth")
    return widths


def _everything_long():
    Brand.objects.load()
    Brand.objects.update(tagline=LONG, introduction=LONG, about=LONG)
    trainer = make.trainer(name=LONG, headline=LONG)
    course = make.course(title=LONG, summary=LONG, description=LONG, outcomes=LONG, lead_trainer=trainer)
    place = Place.objects.create(name=LONG, address=LONG)
    session = make.session(course=course, trainer=trainer, place=place)
    make.confirmed_booking(session=session, buyer=make.person(name=LONG[:50]), contact_name=LONG[:50])
    return course, session
