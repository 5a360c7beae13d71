"""Whatever is uploaded as a picture is made anew by us, or refused."""

import io
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from shared_apps.files import pictures
from shared_apps.files.pictures import MOST_BYTES, MOST_PHOTO_BYTES, Part, clean_logo, clean_photo
from shared_apps.tenants.context import tenant_context
from tests import make

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" {}>{}</svg>'
RECT = '<rect width="9" height="9"/>'


def sent(content: bytes, name: str = "picture.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


def picture(kind="PNG", size=(60, 40), mode="RGB", after=b"", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue() + after


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says how large it is, and would fill the memory."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + chunk(b"IEND", b"")
    )


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sheet.xml", bytes(5_000_000))
    return out.getvalue()


def words() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "SECRETPLACE" * 1000, zip=True)
    return info


def place() -> Image.Exif:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (51.0, 27.0, 0.0)  # GPS
    exif[0x010E] = "SECRETPLACE"
    return exif


def turned(maker: bytes) -> bytes:
    """A picture whose EXIF says that it lies on its side, and who made the camera below the tag `maker`."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Cam", 6
    return picture("PNG", exif=exif.tobytes().replace(b"\x01\x0f\0\x02", maker + b"\0\x02"))


REFUSED = {
    "30,000 pixels square": bomb(30_000, 30_000),
    "one row without an end": bomb(2_000_000_000, 1),
    "a zip that unpacks to much": zipped(),
    "a drawing with a script": SVG.format("onload='alert(1)'", "<script>alert(1)</script>").encode(),
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a page that begins as a GIF": b"GIF89a/*<script>*/=1;alert(1)//</script>",
    "a GIF": picture("GIF"),
    "a BMP": picture("BMP"),
    "a TIFF": picture("TIFF"),
    "an icon": picture("ICO", size=(32, 32)),
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n",
    "a PDF": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
    "PHP": b"<?php system($_GET['c']); ?>",
    "the test virus": b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    "an executable": b"\x7fELF" + bytes(200),
    "a word in EXIF where a number belongs": turned(b"\x01\x1b"),
    "a word in EXIF where a whole number belongs": turned(b"\x01\0"),
    "one row of dots, too long": picture("PNG", size=(20_001, 1)),
    "nothing but a beginning": b"\x89PNG\r\n\x1a\n",
    "nothing": b"\0",
    "too large": picture("JPEG") + bytes(MOST_PHOTO_BYTES),
}
MADE_ANEW = {
    "a page after a picture": picture("JPEG", after=b"<script>alert(1)</script>"),
    "PHP after a picture": picture("PNG", after=b"<?php system('id'); ?>"),
    "a zip after a picture": picture("PNG", after=zipped()),
    "words in a picture": picture("PNG", pnginfo=words()),
    "a place in a picture": picture("JPEG", exif=place()),
    "a colour profile": picture("JPEG", icc_profile=b"<script>alert(1)</script>" * 20),
    "grey": picture(mode="L"),
    "a palette": picture(mode="P"),
    "see-through": picture(mode="RGBA"),
    "ink": picture("JPEG", mode="CMYK"),
    "sixteen bits": picture(mode="I;16"),
    "a WebP": picture("WEBP"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_picture_is_refused(what):
    with pytest.raises(ValidationError):
        clean_photo(sent(REFUSED[what]))


@pytest.mark.parametrize("what", MADE_ANEW)
def test_of_a_picture_only_the_picture_is_kept(what):
    kept = clean_photo(sent(MADE_ANEW[what])).read()
    made = Image.open(io.BytesIO(kept))
    assert (made.format, made.size) == ("WEBP", (60, 40))
    assert not made.getexif()
    for hidden in (b"script", b"<?php", b"SECRETPLACE", b"PK\x03\x04", b"EXIF", b"ICCP", b"XMP "):
        assert hidden not in kept


@pytest.mark.parametrize(
    "name", ["a.php.jpg", "../../etc/passwd", "\u202egpj.exe", "x" * 300 + ".jpg", "CON", ".htaccess", "a\0b.jpg"]
)
def test_the_name_that_a_file_had_is_not_kept(name):
    upload = sent(picture("JPEG"))
    vars(upload)["_name"] = name
    assert clean_photo(upload).name.endswith("-w60.webp")


def test_a_telephone_s_photograph_is_kept_upright_in_the_sizes_of_our_pages(photo):
    exif = Image.Exif()
    exif[0x0112] = 6  # on its side
    kept = clean_photo(photo(size=(4000, 3000), exif=exif))
    sizes = {width: Image.open(io.BytesIO(data)).size for width, data in kept.sizes.items()}
    assert Image.open(io.BytesIO(kept.read())).size == (1200, 1600)
    assert sizes == {320: (320, 427), 640: (640, 853)}


def striped() -> bytes:
    """A picture of ten upright stripes, the first of the red 0, the last of 225."""
    made = Image.new("RGB", (1000, 400))
    for n in range(10):
        made.paste((n * 25, 0, 0), (n * 100, 0, n * 100 + 100, 400))
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def reds_of(kept) -> list[int]:
    """How red the first and the last column of a picture are."""
    with Image.open(io.BytesIO(kept.read())) as made:
        found = [made.convert("RGB").getpixel((x, made.height // 2)) for x in (4, made.width - 5)]
    return [red for red, _green, _blue in found]


@pytest.mark.parametrize(
    ("part", "reds"),
    [
        (None, [75, 150]),  # the middle
        ("0 0 0.4", [0, 75]),
        ("0.6 0 0.4", [150, 225]),
        ("0.9 0.9 0.4", [150, 225]),  # beyond the edge
        ("0.1 0.1 0.2", [25, 50]),
    ],
)
def test_the_chosen_part_of_a_picture_is_kept_and_else_the_middle(part, reds):
    kept = clean_photo(sent(striped()), shape=(1, 1), part=Part.read(part) if part else None)
    assert reds_of(kept) == pytest.approx(reds, abs=6)


@pytest.mark.parametrize("shape", [(1, 1), (16, 10)])
@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (3, 2), (1600, 1000)])
def test_a_part_of_the_oddest_picture_is_a_picture(size, shape):
    for part in (None, Part(0.99, 0.99, 0.01), Part(0, 0, 1)):
        with Image.open(io.BytesIO(clean_photo(sent(picture(size=size)), shape=shape, part=part).read())) as kept:
            assert min(kept.size) >= 1
            assert kept.width <= size[0]
            assert kept.height <= size[1]


@pytest.mark.parametrize(
    "typed", ["", "1", "0 0", "0 0 0 0", "nan 0 1", "0 inf 1", "-1 0 1", "0 0 2", "a b c", "0 0 1e400", "9" * 9999]
)
def test_numbers_that_are_no_part_of_a_picture_are_not_taken(typed):
    assert Part.read(typed) is None


READ_ALL = """
import re, sys
from pathlib import Path
import config.wsgi  # as a worker has
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from shared_apps.files.pictures import clean_photo
from shared_apps.tenants.context import tenant_context
from tests import make
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        clean_photo(SimpleUploadedFile(path.name, path.read_bytes()))
        said = "kept"
    except ValidationError as error:
        said = error.message
    most = int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
    print(path.name, most, said, sep="|")
"""
PAGES = 10  # megabytes that a worker takes more once it has served pages
KEPT = {
    "a telephone's photograph": ("JPEG", (8000, 6000), "RGB", {}),
    "one in several scans": ("JPEG", (4000, 3000), "RGB", {"progressive": True}),
    "a long one": ("JPEG", (19_000, 600), "RGB", {}),
    "a screen": ("PNG", (5120, 2880), "RGB", {}),
    "see-through": ("PNG", (3200, 3200), "RGBA", {}),
    "sixteen bits": ("PNG", (3200, 3200), "I;16", {}),
    "a palette": ("PNG", (3200, 3200), "P", {}),
    "a WebP": ("WEBP", (2150, 2150), "RGB", {"lossless": True}),
}
TOO_LARGE = {
    "more than any telephone makes": ("JPEG", (8000, 6500), "RGB", {}),
    "much in several scans": ("JPEG", (7000, 6000), "RGB", {"progressive": True}),
    "a large PNG": ("PNG", (6320, 6320), "RGBA", {}),
    "a large deep PNG": ("PNG", (4700, 4700), "I;16", {}),
    "a large WebP": ("WEBP", (6320, 6320), "RGB", {"lossless": True}),
}


@pytest.fixture(scope="module")
def memory(tmp_path_factory, django_db_setup) -> dict[str, tuple[int, str]]:
    """Of each large picture: the most megabytes that a worker had taken after it, and what it said."""
    folder = tmp_path_factory.mktemp("pictures")
    for name, (kind, size, mode, options) in (KEPT | TOO_LARGE).items():
        (folder / name).write_bytes(picture(kind, size, mode, **options))
    done = subprocess.run([sys.executable, "-c", READ_ALL, folder], capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    lines = [line.split("|") for line in done.stdout.splitlines() if line.count("|") == 2]
    return {name: (int(megabytes), said) for name, megabytes, said in lines}


@pytest.mark.parametrize("what", KEPT)
def test_a_large_picture_is_kept_by_a_worker_that_takes_less_than_it_may(memory, what):
    megabytes, said = memory[what]
    assert (said, megabytes + PAGES < 300) == ("kept", True)


@pytest.mark.parametrize("what", TOO_LARGE)
def test_a_picture_that_takes_too_much_memory_is_refused_before_it_is_read(memory, what):
    megabytes, said = memory[what]
    assert "too many pixels" in said
    assert megabytes + PAGES < 300


def test_two_pictures_at_once_take_no_more_than_one(photo, monkeypatch):
    at_work, most = [], []

    def watched(picture, width, do=pictures._webp):
        at_work.append(1)
        most.append(len(at_work))
        try:
            return do(picture, width)
        finally:
            at_work.pop()

    monkeypatch.setattr(pictures, "_webp", watched)
    uploads = [photo() for _n in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert len(list(threads.map(clean_photo, uploads))) == 4
    assert max(most) == 1


@pytest.mark.parametrize(
    ("attributes", "inside"),
    [
        ("onload='alert(1)'", RECT),
        ("", f"<script>alert(1)</script>{RECT}"),
        ("", f"<a href='javascript:alert(1)'>{RECT}</a>"),
        ("", f"<foreignObject><iframe src='https://elsewhere.test'/></foreignObject>{RECT}"),
        ("", f"<style>@import 'https://elsewhere.test/a.css';</style>{RECT}"),
        ("", f"<rect onclick='alert(1)' width='9' height='9' style='fill:url(https://elsewhere.test/f)'/>{RECT}"),
    ],
)
def test_a_drawn_logo_can_neither_act_nor_fetch(attributes, inside):
    kept = clean_logo(sent(SVG.format(attributes, inside).encode(), "logo.svg", "image/svg+xml"))
    drawing = kept.read().decode()
    assert kept.name.endswith(".svg")
    assert "<rect" in drawing
    for word in ("script", "elsewhere.test", "onload", "onclick", "iframe", "@import"):
        assert word not in drawing


@pytest.mark.parametrize(
    "drawing",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + SVG.format("", "<text>&b;</text>"),
        '<!DOCTYPE svg SYSTEM "file:///etc/passwd">' + SVG.format("", RECT),
        "<svg><rect>",
        "<html><svg></svg></html>" + "<svg",
        SVG.format("", RECT) + " " * MOST_BYTES,
        SVG.format("", f"<a>{RECT}<animate attributeName='href' values='javascript:alert(1)'/></a>"),
        SVG.format("", "<g>" * 3000 + "</g>" * 3000),
        SVG.format("", "<g>" * 80_000),
        SVG.format("", "<g>" * 38 + "<g/>" * 9000 + "</g>" * 38),
        SVG.format("", "<g/>" * 50_000),
        SVG.format(" ".join(f"a{n}='1'" for n in range(50_000)), RECT),
        SVG.format("", "".join(f"<g xmlns:a{n}='urn:{n}'>" for n in range(39)) * 2),
        SVG.format("", "".join(f"<g xmlns:a{n}='urn:{n}'/>" for n in range(60))),
        '<?xml version="1.0" encoding="UTF-7"?>' + SVG.format("", "+ADw-script+AD4-"),
    ],
    ids=[
        "entities", "a file of ours", "not closed", "a page", "too large", "moves", "one in another", "and not closed",
        "grows", "many parts", "many attributes", "deep namespaces", "many namespaces", "letters of elsewhere",
    ],
)  # fmt: skip
def test_a_logo_that_is_no_plain_drawing_is_refused(drawing):
    with pytest.raises(ValidationError):
        clean_logo(sent(drawing.encode(), "logo.svg", "image/svg+xml"))


MASK = "<mask id='m{n}'>{inside}</mask>"
EFFECTS = "without filters, patterns"


@pytest.mark.parametrize(
    "inside",
    [
        "<g id='a'/><use href='#a'/>",
        "<g id='a'/><use xlink:href='https://elsewhere.test/a.svg#x'/>",
        "<g x:id='z' id='a' xmlns:x='u'><use href='#b'/></g>",
        "<marker id='m'><path d='M0 0h9'/></marker><path d='M0 0h9' marker-mid='url(#m)'/>",
        "<pattern id='p'><rect/></pattern><rect fill='url(#p)'/>",
        "<filter id='f'><feGaussianBlur stdDeviation='50'/></filter><rect filter='url(#f)'/>",
        "<rect style='FILTER: blur(50px)'/>",
        "<style>rect{-webkit-filter/**/:blur(9px)}</style><rect/>",
        "<style>rect{animation:turn 1s infinite}</style><rect/>",
        "<style>path{d:path('M0 0h9')}</style><path/>",
        "<style>rect{clip-path:polygon(0 0, 9px 9px)}</style><rect/>",
        "<image href='data:image/png;base64,AAAA'/>",
    ],
    ids=[
        "copies", "a copy of elsewhere", "two ids", "markers", "patterns", "filters", "effects of styles",
        "effects written otherwise", "movement", "shapes of styles", "cuts of styles", "pictures",
    ],
)  # fmt: skip
def test_a_logo_with_what_makes_much_of_little_is_refused(inside):
    with pytest.raises(ValidationError, match=EFFECTS):
        clean_logo(sent(SVG.format("", inside + RECT).encode(), "logo.svg", "image/svg+xml"))


def _masks_in_masks(levels: int, cut: str, style: str = "") -> str:
    """Each mask has ten parts that are cut by the next; `cut` and `style` say so for the mask `n`."""
    parts = "".join(
        MASK.format(n=n, inside="<rect {}/>".format(cut.format(n=n - 1) if n else "") * 10) for n in range(levels)
    )
    rules = "".join(style.format(n=n) for n in range(levels))
    return SVG.format("", f"<style>{rules}</style><defs>{parts}</defs><rect {cut.format(n=levels - 1)}/>")


@pytest.mark.parametrize(
    ("cut", "style"),
    [
        ("mask='url(#m{n})'", ""),
        ("style='mask: URL( &quot;#m{n}&quot; )'", ""),
        ("style='--a:url(#m{n});mask:var(--a)'", ""),
        ("class='c{n}'", ".c{n}{{mask:url(#m{n})}}"),
        ("class='c{n}'", "@media all{{ .x, .c{n} {{mask: Url(  '#%6d{n}' )}}}}"),
        ("class='c{n}'", ".c{n}{{\\2f *:x;mask:url(#m{n});a:'*/'}}"),
        ("class='c{n}'", ".c{n}{{content:'/*';mask:url(#m{n});x:'*/'}}"),
        ("class='c{n}'", "[class=c{n}]{{mask:url(#m{n})}}"),
        ("class='c{n}'", ".c{n}{{mask:url(#m{n});.b{{fill:red}}}}"),
        ("class='c{n}'", ".c{n}{{content:'}}';mask:url(#m{n})}}"),
    ],
    ids=[
        "attributes", "styles", "own properties", "classes", "written otherwise", "no comment", "a comment in a text",
        "by attributes", "nested", "a brace in a text",
    ],
)  # fmt: skip
def test_a_logo_whose_masks_are_cut_by_masks_is_refused(cut, style):
    with pytest.raises(ValidationError, match=EFFECTS):
        clean_logo(sent(_masks_in_masks(8, cut, style).encode(), "logo.svg", "image/svg+xml"))


@pytest.mark.parametrize("cut", ["mask='url(#m0)'", "class='c'"])
def test_a_logo_may_cut_its_parts_and_not_without_end(cut):
    def drawing(inside: int, times: int) -> bytes:
        parts = MASK.format(n=0, inside=RECT * inside)
        return SVG.format("", f"<style>.c{{mask:url(#m0)}}</style>{parts}" + f"<rect {cut}/>" * times).encode()

    assert clean_logo(sent(drawing(9, 9), "logo.svg", "image/svg+xml")).read().count(b"<rect") == 18
    with pytest.raises(ValidationError, match="too many parts"):
        clean_logo(sent(drawing(90, 90), "logo.svg", "image/svg+xml"))


def test_a_logo_as_drawing_programs_write_it_is_kept():
    styles = ".a{fill:url(#shade);}.b{clip-path:url(#cut);}.a,.b{stroke-width:0;}/* .b{filter:none} */"
    parts = f"<clipPath id='cut'>{RECT}</clipPath><linearGradient id='shade'><stop/><stop/></linearGradient>"
    paths = "<g class='b'>" + "<path class='a' d='M0 0h9v9z'/>" * 500 + "</g>"
    drawing = SVG.format("", f"<defs><style>{styles}</style>{parts}</defs>{paths}")
    assert clean_logo(sent(drawing.encode(), "logo.svg", "image/svg+xml")).read().count(b"<path") == 500


def test_a_stylesheet_of_much_is_looked_through_in_no_time():
    for text in (
        "a" + "-" * 400_000,
        "--a:1 " * 70_000,
        ".a{}" * 4_900,
        "url(" + " " * 400_000,
        "--a:" * 100_000,
        "filter" + " " * 400_000,
        "url(" * 100_000,
        "a{b:url(#c)}" * 30_000,
        "/*" * 200_000,
        "." * 400_000,
        "\\" * 400_000,
    ):
        masks = "".join(f"<mask id='m{n}'/>" for n in range(4_000))
        for drawing in (
            SVG.format("", f"<style>{text} # ) {{</style>{RECT * 500}"),
            SVG.format("", f"<style>{text[:19_000]} # ) {{</style>{masks}"),
            SVG.format("", f"<rect style='{text}'/>"),
        ):
            began = time.monotonic()
            with suppress(ValidationError):
                clean_logo(sent(drawing.encode(), "logo.svg", "image/svg+xml"))
            assert time.monotonic() - began < 5


def test_a_logo_of_dots_is_kept_as_emails_can_show_it(photo):
    kept = clean_logo(photo("WEBP", mode="RGBA"))
    made = Image.open(io.BytesIO(kept.read()))
    assert (made.format, made.mode, made.size) == ("PNG", "RGBA", (800, 400))


@pytest.mark.django_db
def test_a_form_says_of_its_field_that_the_picture_can_not_be_read_or_is_too_large(alpha, client_of):
    with tenant_context(alpha):
        office = client_of(alpha).sign_in(make.user("owner"))
    unread = sent(turned(b"\x01\x1b"))
    large = sent(picture("WEBP", (6320, 6320), lossless=True))
    for upload, sentence in ((unread, "not a picture we can read"), (large, "too many pixels")):
        fields = {"name": "Grace Hopper", "years_of_experience": "3", "photo": upload}
        answer = office.post("/admin/trainers/new/", fields)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def p3() -> bytes:
    """The profile of a telephone's photographs: Display P3, made from its primaries."""

    def fixed(number: float) -> bytes:
        return struct.pack(">i", round(number * 65536))

    def xyz(*numbers: float) -> bytes:
        return b"XYZ " + bytes(4) + b"".join(map(fixed, numbers))

    curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0)
    curve += b"".join(map(fixed, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)))
    name = b"desc" + bytes(4) + struct.pack(">I", 11) + b"Display P3\0" + bytes(78)
    tags = {
        b"desc": name + bytes(-len(name) % 4), b"wtpt": xyz(0.9642, 1, 0.8249), b"cprt": b"text" + bytes(8),
        b"rXYZ": xyz(0.51512, 0.2412, -0.00105), b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.1571, 0.06657, 0.78407), b"rTRC": curve, b"gTRC": curve, b"bTRC": curve,
    }  # fmt: skip
    at, table, rest = 132 + 12 * len(tags), b"", b""
    for tag, data in tags.items():
        table += tag + struct.pack(">II", at + len(rest), len(data))
        rest += data
    body = struct.pack(">I", len(tags)) + table + rest
    head = struct.pack(">I4sI4s4s4s", 128 + len(body), b"lcms", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + b"".join(map(fixed, (0.9642, 1, 0.8249)))
    return head + bytes(128 - len(head)) + body


@pytest.mark.parametrize("clean", [lambda upload: clean_photo(upload), clean_logo])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_are_those_that_the_pictures_profile_means(clean, mode):
    out = io.BytesIO()
    see_through = (128,) if mode == "RGBA" else ()
    Image.new(mode, (60, 40), (202, 54, 51, *see_through)).save(out, "PNG", icc_profile=p3())
    with Image.open(io.BytesIO(clean(sent(out.getvalue())).read())) as made:
        assert "icc_profile" not in made.info
        red, green, blue, *alpha = made.convert("RGBA").getpixel((30, 20))
    # What Display P3 calls (202, 54, 51) is sRGB's (220, 30, 40).
    assert max(abs(red - 220), abs(green - 30), abs(blue - 40)) <= 4
    assert alpha == [128 if mode == "RGBA" else 255]


def test_a_profile_that_is_none_changes_nothing():
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 30, 40)).save(out, "PNG", icc_profile=b"none" * 50)
    with Image.open(io.BytesIO(clean_logo(sent(out.getvalue())).read())) as made:
        assert made.convert("RGB").getpixel((30, 20)) == (200, 30, 40)
