"""Whatever is uploaded as a picture is made anew by us, or refused."""

import fcntl
import io
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from shared_apps.files import apart, pictures
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


SHADE = (
    "<linearGradient id='g' gradientUnits='userSpaceOnUse' x2='.00001' spreadMethod='reflect'><stop/>"
    "<stop offset='1' stop-color='red'/></linearGradient><rect width='9' height='9' fill='url(#g)'/>"
)
CUT = (
    "<defs><path id='SVGID_1_' d='M0 0h9v9z'/></defs><clipPath id='c'><use xlink:href='#SVGID_1_' "
    "style='overflow:visible'/></clipPath><g clip-path='url(#c)'><rect width='9' height='9' fill='#080'/></g>"
)
DOCTYPE = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'


def drawn(text: str) -> Image.Image:
    """The picture that is kept of a drawing."""
    kept = clean_logo(sent(text.encode(), "logo.svg", "image/svg+xml"))
    assert kept.name.endswith(".png")
    return Image.open(io.BytesIO(kept.read()))


@pytest.mark.parametrize(
    "drawing",
    [
        SVG.format("onload='alert(1)'", RECT),
        SVG.format("", f"<script>alert(1)</script><a href='javascript:alert(1)'>{RECT}</a>"),
        SVG.format("", f"<style>@import 'https://elsewhere.test/a.css';rect{{fill:red}}</style>{RECT}"),
        SVG.format("", "<style>.a{fill:red}.a,.b{stroke-width:0}</style>" + "<path class='a' d='M0 0h9v9z'/>" * 500),
        SVG.format("", SHADE),
        SVG.format("", CUT),
        SVG.format("", "<g>" * 150 + RECT + "</g>" * 150),
        f'<?xml version="1.0" encoding="iso-8859-1"?><!-- {"by a program " * 500} -->{DOCTYPE}{SVG.format("", RECT)}',
        '<svg viewBox="0 0 9 9"><rect width="9" height="9"/></svg>',
        '<d:svg xmlns:d="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><d:rect width="9" height="9"/></d:svg>',
    ],
    ids=[
        "acts", "has scripts", "fetches", "a stylesheet", "a shade of many steps", "a cut by a copy",
        "deep", "as a program writes it", "without its namespace", "with a prefix",
    ],
)  # fmt: skip
def test_of_a_drawn_logo_a_picture_is_kept(drawing):
    picture = drawn(drawing)
    assert picture.size == (800, 800)
    assert picture.convert("RGBA").getpixel((700, 100))[3] == 255  # something is drawn there


def test_a_drawn_logo_has_the_shape_of_the_drawing():
    wide = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><rect width="45" height="30" fill="#f00"/></svg>'
    )
    picture = drawn(wide).convert("RGBA")
    assert picture.size == (800, 267)
    assert (picture.getpixel((100, 100)), picture.getpixel((700, 100))[3]) == ((255, 0, 0, 255), 0)
    assert drawn(wide.replace("0 0 90 30", "0 0 45 60")).size == (600, 800)


FIGMA = "style='{0}:#FF0000;{0}:color(display-p3 1.0 0.0 0.0);{0}-opacity:1'"
ILLUSTRATOR = """<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
<!ENTITY ns_extend "http://ns.adobe.com/Extensibility/1.0/"><!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">
]><svg xmlns:x="&ns_extend;" xmlns:i="&ns_ai;" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><switch>
<foreignObject requiredExtensions="&ns_ai;" width="1" height="1"><i:pgfRef/></foreignObject>
<g i:extraneous="self"><path fill="#FF0000" d="M0 0H9V9H0z"/></g></switch></svg>"""
RED = "<path fill='red' d='M0 0H9V9H0z'/>"


@pytest.mark.parametrize(
    "drawing",
    [
        *(SVG.format(f"width='210{unit}' height='210{unit}'", RED) for unit in ("mm", "cm", "in", "pt", "pc", "px")),
        SVG.format("", "<path d='M0 4.5H9' stroke='red' stroke-width='2pt'/>"),
        SVG.format("", f"<path fill='#FF0000' {FIGMA.format('fill')} d='M0 0H9V9H0z'/>"),
        SVG.format("", f"<path {FIGMA.format('stroke')} stroke-width='3' d='M0 4.5H9'/>"),
        SVG.format("", "<style>.a{fill:red;fill:oklch(0.6 0.2 29)}</style><path class='a' d='M0 0H9V9H0z'/>"),
        SVG.format("", "<style>path{fill:red}@media (prefers-color-scheme:dark){path{fill:#fff}}</style>" + RED),
        SVG.format("style='width:100%;height:auto'", RED + "<rect width='0' height='9'/><g clip-path='url(#none)'/>"),
        ILLUSTRATOR,
    ],
)
def test_a_drawing_of_another_program_has_its_lines_and_colours(drawing):
    picture = drawn(drawing).convert("RGBA")
    assert picture.getpixel((picture.width // 2, picture.height // 2)) == (255, 0, 0, 255)


UNREADABLE, TOO_MUCH = "not a drawing we can read", "too many parts"
COPIES = "<g id='a0'>{}</g>" + "".join(
    f"<g id='a{n + 1}'>" + f"<use href='#a{n}'/>" * 10 + "</g>" for n in range(9)
)  # fmt: skip
MASKS = "".join(
    f"<mask id='m{n}'>" + (f"<rect width='9' height='9' mask='url(#m{n - 1})'/>" if n else RECT) * 10 + "</mask>"
    for n in range(9)
)


@pytest.mark.parametrize(
    ("drawing", "why"),
    [
        ('<!DOCTYPE svg [<!ENTITY a "a"><!ENTITY b "&a;&a;">]>' + SVG.format("", "<g id='&b;'/>"), "Save it without"),
        ("<svg><rect>", UNREADABLE),
        ('<?xml version="1.0" encoding="UTF-7"?>' + SVG.format("", "+ADw-script+AD4-"), UNREADABLE),
        (SVG.format("", COPIES.format(RECT)), UNREADABLE),
        ("<html><svg></svg></html>", "not a picture we can read"),
        (SVG.format("", f"<text y='9'>Bristol</text>{RECT}"), "Turn its letters into paths"),
        (SVG.format("", f"<foreignObject><p>Bristol</p></foreignObject>{RECT}"), "is a page"),
        (SVG.format("", "<image href='/etc/logo.png' width='9' height='9'/>" + RECT), "picture inside"),
        (SVG.format("", "<image href='data:image/png;base64,AAAA'/>" + RECT), "picture inside"),
        (SVG.format("", RECT) + " " * MOST_BYTES, "larger than"),
        (SVG.format("", RECT * 20_000), TOO_MUCH),
        (SVG.format("", "<g>" * 80_000), TOO_MUCH),
        (SVG.format("", MASKS + "<rect width='9' height='9' mask='url(#m8)'/>"), TOO_MUCH),
        (SVG.format("", "<desc>nothing</desc>"), "shows nothing"),
        (SVG.format("width='1e30' height='1e30'", RECT), "shows nothing"),
        (SVG.format("", RECT).replace("0 0 9 9", "0 0 1 350"), "20 times"),
        (SVG.format("", RECT).replace("0 0 9 9", "0 0 350 1"), "20 times"),
        (SVG.format("", f"<flowRoot><flowPara>Bristol</flowPara></flowRoot>{RECT}"), "Turn its letters into paths"),
        (SVG.format("", f"<use href='https://elsewhere.test/a.svg#x'/>{RECT}"), "in another file"),
        (SVG.format("", f"<use xlink:href='/etc/passwd#x'/>{RECT}"), "in another file"),
        (SVG.format("", "<path fill='color(display-p3 1 0 0)' d='M0 0H9V9H0z'/>"), "fill: color"),
        (SVG.format("", "<path fill='var(--main, red)' d='M0 0H9V9H0z'/>"), "fill: var"),
        (SVG.format("", f"<style>:root{{fill:red}}</style>{RECT}"), ":root"),
        (SVG.format("", f"<g style='transform:translate(9px,0)'>{RECT}</g>"), "transform: translate"),
        (SVG.format("", f"<style>rect{{width:9px;height:9px}}</style><rect/>{RECT}"), "style places"),
        (SVG.format("", f"<circle style='cx:4px' r='3'/>{RECT}"), "style places"),
    ],
    ids=[
        "entities", "not closed", "letters of elsewhere", "copies of copies", "a page", "letters", "a page inside",
        "a file of this machine", "a picture inside", "too large", "many parts", "one in another", "masks in masks",
        "nothing", "without bounds", "very high", "very wide", "letters of Inkscape", "of another machine",
        "of this machine", "a wide colour", "a variable", "a rule that is not read", "moved by style", "sized by style",
        "placed by style",
    ],
)  # fmt: skip
def test_a_logo_that_cannot_be_drawn_is_refused_with_what_to_do(drawing, why):
    with pytest.raises(ValidationError, match=why):
        drawn(drawing)


def test_a_drawing_that_takes_too_much_ends_by_itself_and_not_with_the_worker():
    rect = "<rect width='9' height='9' filter='url(#f)'/>"
    blurred = "<filter id='f'><feGaussianBlur stdDeviation='50'/></filter>" + rect * 3000
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(ValidationError, match=TOO_MUCH):
        drawn(SVG.format("", blurred))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 5


def test_while_something_is_drawn_photographs_do_not_wait_and_other_drawings_not_for_long(photo, monkeypatch):
    drawing = Path(apart.__file__).with_name("draw_apart.py").open("rb")
    monkeypatch.setattr(apart, "LONGEST_TURN", 0)
    with drawing, pictures._one_at_a_time:
        fcntl.flock(drawing, fcntl.LOCK_EX)
        with pytest.raises(ValidationError, match="Try again in a moment"):  # before it would keep photographs waiting
            drawn(SVG.format("", RECT))
    assert drawn(SVG.format("", RECT))


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
