import re
from xml.etree import ElementTree

import pytest

from shared_apps.tenants import routing
from shared_apps.tenants.context import public_context
from tenant_apps.branding.models import Brand
from tests import make
from tests.support.web import tight

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
PAGES = ["/", "/courses/", "/dates/", "/dates/?view=month", "/trainers/", "/about/", "/terms/", "/privacy/"]


def write(**texts):
    brand = Brand.objects.load()
    for name, text in texts.items():
        setattr(brand, name, text)
    brand.save()


def test_the_home_page_says_what_the_provider_is_and_what_starts_next(visit):
    write(tagline="Gas training in Bristol", introduction="Small groups.")
    trainer = make.trainer(name="Helen Marsh")
    make.session(course=make.course(title="Later"), in_days=50)
    make.session(course=make.course(title="Sooner", lead_trainer=trainer), in_days=10, capacity=2)
    full = make.session(course=make.course(title="Sold out"), in_days=5, capacity=1)
    make.booking(session=full)
    page = visit("/")
    for text in (
        "Gas training in Bristol",
        "Small groups.",
        "Starts next",
        "2 seats left",
        "Gas",
        "Helen Marsh",
    ):
        assert text in page
    assert page.index("Sooner") < page.index("Later")
    assert "Sold out" not in page


@pytest.mark.parametrize(("layout", "pictures"), [("cards", True), ("wide", True), ("compact", False)])
def test_courses_are_listed_in_the_layout_that_the_provider_chose(visit, layout, pictures):
    write(course_layout=layout)
    make.session(course=make.course(title="Boiler servicing"))
    for path in ("/", "/courses/"):
        card = visit(path).split("<article")[1].split("</article>")[0]
        assert f"course-{layout}" in card
        assert ("<img" in card) == pictures
        assert "Book " in card


def test_a_provider_that_has_nothing_yet_still_has_a_home_page(visit):
    assert "Alpha Training" in visit("/")
    assert "No courses yet" in visit("/courses/")


def test_trainers_who_left_are_not_introduced(client_of, tenant):
    make.trainer(name="Helen Marsh")
    gone = make.trainer(name="Gone Already", active=False)
    client = client_of(tenant)
    page = client.get("/trainers/").content.decode()
    assert "Helen Marsh" in page
    assert "Gone Already" not in page
    assert client.get(f"/trainers/{gone.slug}/").status_code == 404


def test_a_trainers_page_counts_their_courses_and_lists_their_dates(visit):
    trainer = make.trainer(name="Helen Marsh", bio="Twenty *years*.", certifications=["Assessor A1"])
    led = make.course(title="Led by her", lead_trainer=trainer)
    make.session(course=led, trainer=trainer, in_days=9)
    make.session(course=make.course(title="Taught by her"), trainer=trainer, in_days=12)
    make.session(course=make.course(title="A private one"), trainer=trainer, in_days=15, visibility="private")
    page = visit(f"/trainers/{trainer.slug}/")
    assert "<em>years</em>" in page
    assert "Assessor A1" in page
    assert "2 courses with Helen Marsh" in page
    assert "A private one" not in page
    assert "2 courses" in visit("/trainers/")


@pytest.mark.parametrize("name", ["about", "terms", "privacy"])
def test_the_providers_own_texts_are_shown_cleaned(visit, name):
    text = "## Our *promise*\n\n<script>alert(1)</script><a href='javascript:x()'>x</a>"
    if name == "terms":
        make.terms(text)
    else:
        write(**{name: text})
    page = visit(f"/{name}/")
    assert "<em>promise</em>" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<a href='javascript" not in page


def test_the_sitemap_lists_what_is_public_at_its_own_address(visit, client_of, tenant):
    shown, hidden = make.course(), make.course(published=False)
    links = [node.text for node in ElementTree.fromstring(visit("/sitemap.xml")).iter() if node.tag.endswith("}loc")]
    assert any(link.endswith(f"/alpha/courses/{shown.slug}/") for link in links)
    assert not any(hidden.slug in link for link in links)
    for link in links:
        assert client_of(tenant).get(link.split("/alpha", 1)[1]).status_code == 200
    assert f"Sitemap: {tenant.base_url}/sitemap.xml" in visit("/robots.txt")


@pytest.mark.parametrize("on_host", [False, True])
def test_no_link_leads_out_of_the_providers_site(tenant, client_of, on_host):
    write(contact_email="a@b.test")
    make.terms("x")
    trainer = make.trainer()
    session = make.session(trainer=trainer, course=make.course(lead_trainer=trainer))
    client = client_of(tenant, on_host=on_host)
    start = "/" if on_host else "/alpha/"
    for path in [*PAGES, f"/courses/{session.course.slug}/", f"/trainers/{trainer.slug}/"]:
        page = client.get(path).content.decode()
        links = re.findall(r'(?:href|src|action|hx-get)="(/[^"]*)"', page)
        assert links
        assert all(link.startswith((start, "/static/")) for link in links), links
        assert on_host == ("/alpha/" not in "".join(links))


def test_without_the_module_there_are_no_course_pages(tenant, client_of):
    course = make.course()
    with public_context():
        tenant.features = []
        tenant.save()
    routing.cache.clear()
    client = client_of(tenant)
    for path in ("/courses/", f"/courses/{course.slug}/", f"/courses/{course.slug}/book/"):
        assert client.get(path).status_code == 404
    page = client.get("/").content.decode()
    assert course.title not in page
    assert "/courses/" not in page


def test_the_home_page_takes_few_queries(tenant, client_of, at_most):
    write(tagline="x")
    for number in range(8):
        make.session(course=make.course(lead_trainer=make.trainer()), in_days=5 + number)
    client = client_of(tenant)
    client.get("/")
    with at_most(9):
        client.get("/")


def test_terms_have_a_table_of_contents_that_leads_into_them(visit):
    make.terms("## Paying & *owing*\n\nSoon.\n\n## If you **cannot** come\n\nTell us.")
    page = visit("/terms/")
    for anchor, title in re.findall(r'<a href="#(part-\d)">([^<]*)</a>', tight(page)):
        assert f'<h2 id="{anchor}">' in page
        assert title in ("Paying &amp; owing", "If you cannot come")
    assert page.count('href="#part-') == 2
    assert "Paying &amp; <em>owing</em></h2>" in page


def test_a_text_without_headings_has_no_table_of_contents(visit):
    write(privacy="We keep what we must.")
    page = visit("/privacy/")
    assert "We keep what we must." in page
    assert "On this page" not in page


@pytest.mark.parametrize("asked", ["category=zzz", "place=zzz", "since=yesterday", "sort=zzz"])
def test_a_filter_that_is_unknown_is_said_to_be_left_out(client_of, tenant, asked):
    make.course()  # with one subject, the list of subjects and its errors are not drawn
    for headers in ({}, {"HX-Request": "true"}):
        page = client_of(tenant).get(f"/courses/?{asked}", headers=headers).content.decode()
        assert "Left out, because nothing can be found by it:" in page
    assert "Left out" not in client_of(tenant).get("/courses/?category=gas").content.decode()
