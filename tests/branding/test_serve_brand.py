import gzip
import re
from xml.etree import ElementTree

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from shared_apps.tenants import routing
from shared_apps.tenants.context import public_context, tenant_context
from tenant_apps.branding.models import Brand
from tenant_apps.catalogue.models import Course
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


@pytest.fixture
def files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def read(response):
    return b"".join(response.streaming_content)


def test_the_stylesheet_carries_the_brands_colours_and_changes_with_them(client_of, tenant):
    brand = Brand.objects.load()
    client = client_of(tenant)
    first = client.get("/brand.css", {"v": brand.version})
    assert "--color-primary" in first.content.decode()
    assert "immutable" in first["Cache-Control"]
    assert client.get("/brand.css", headers={"If-None-Match": first["ETag"]}).status_code == 304

    brand.primary_colour = "#aa2255"
    brand.save()
    Brand.objects.update(updated_at="2100-01-01T00:00Z")
    again = client.get("/brand.css", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert again.content != first.content


@pytest.mark.parametrize("path", ["/brand.css", "/favicon.svg", "/hero.svg"])
def test_stylesheet_and_drawings_come_packed_to_whoever_takes_them_so(client_of, tenant, path):
    client = client_of(tenant)
    plain, packed = client.get(path), client.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert "Accept-Encoding" in plain["Vary"]
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 1.5


@pytest.mark.parametrize(
    ("chosen", "fetched"),
    [("", ["figtree", "bricolage-grotesque"]), ("fraunces", ["figtree", "fraunces"]), ("figtree", ["figtree"])],
)
def test_a_page_asks_at_once_for_the_typefaces_it_is_set_in(client_of, tenant, chosen, fetched):
    Brand.objects.load()
    Brand.objects.update(display_font=chosen)
    page = client_of(tenant).get("/").content.decode()
    assert re.findall(r'<link\s+rel="preload"\s+href="/static/fonts/([a-z-]+)-latin\.', page) == fetched


def test_a_providers_files_are_served_to_be_looked_at_and_nothing_else(files, client_of, tenant):
    default_storage.save("brand/logo.svg", ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    default_storage.save("courses/page.html", ContentFile(b"<script>alert(1)</script>"))
    client = client_of(tenant)
    picture = client.get("/media/brand/logo.svg")
    assert read(picture).startswith(b"<svg")
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert picture["Content-Security-Policy"].startswith("sandbox")
    page = client.get("/media/courses/page.html")
    assert page["Content-Disposition"].startswith("attachment")
    read(page)


@pytest.mark.parametrize(
    "path",
    ["../t_beta/secret.png", "brand/../../t_beta/secret.png", "%2e%2e/t_beta/secret.png", "/etc/passwd", "brand",
     "link.png"],
)  # fmt: skip
def test_no_path_leads_to_files_of_another_provider_or_of_the_machine(files, client_of, tenant, beta, path):
    with tenant_context(beta):
        default_storage.save("secret.png", ContentFile(b"beta"))
        secret = default_storage.path("secret.png")
    default_storage.save("brand/logo.png", ContentFile(b"alpha"))
    (files / tenant.schema_name / "link.png").symlink_to(secret)
    assert client_of(tenant).get(f"/media/{path}").status_code == 404


@pytest.mark.parametrize("path", ["a" * 300, "a/" * 3000, f"brand/{'ä' * 200}.png"])
def test_a_name_too_long_for_any_file_is_not_found(client_of, tenant, files, path):
    assert client_of(tenant).get(f"/media/{path}").status_code == 404
    assert client_of(tenant).get(f"/static/{path}").status_code == 404


def test_the_same_name_is_another_file_at_another_provider(files, client_of, tenant, beta):
    for one in (tenant, beta):
        with tenant_context(one):
            default_storage.save("brand/logo.png", ContentFile(one.slug.encode()))
    for one in (tenant, beta):
        assert read(client_of(one).get("/media/brand/logo.png")) == one.slug.encode()


@pytest.mark.parametrize("path", ["/favicon.svg", "/hero.svg", "/courses/{}/art.svg"])
def test_drawn_pictures_are_well_formed_and_kept(client_of, tenant, path):
    path = path.format(make.course().slug)
    client = client_of(tenant)
    response = client.get(path)
    assert ElementTree.fromstring(response.content).tag.endswith("svg")
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert client.get(path, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_links_to_a_course_are_shared_with_a_picture(client_of, tenant):
    response = client_of(tenant).get(f"/courses/{make.course().slug}/social.png")
    assert response["Content-Type"] == "image/png"
    assert response.content.startswith(b"\x89PNG")


def test_pictures_for_shared_links_are_drawn_once_and_new_ones_not_without_end(client_of, tenant):
    client, course = client_of(tenant), make.course()
    path = f"/courses/{course.slug}/social.png"
    first = client.get(path).content
    statuses = []
    for n in range(32):
        Course.objects.filter(pk=course.pk).update(title=f"Painting {n % 31}")
        statuses.append(client.get(path).status_code)
    assert statuses[:29] == [200] * 29
    assert statuses[30] == 429
    Course.objects.filter(pk=course.pk).update(title=course.title)
    assert client.get(path).content == first


def test_a_provider_with_a_new_name_has_a_new_mark_and_picture_at_once(client_of, tenant):
    def drawn():
        page = client_of(tenant).get("/").content.decode()
        return set(re.findall(r'"([^"]*(?:favicon\.svg|social\.png)[^"]*)"', page))

    before = drawn()
    assert len(before) == 2
    tenant.name = "Alpha Academy"
    with public_context():
        tenant.save()
    routing.cache.clear()
    after = drawn()
    assert len(after) == 2
    assert not before & after
