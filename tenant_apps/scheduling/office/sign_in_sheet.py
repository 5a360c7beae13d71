"""The sheet that goes round to be signed, of one day: drawn when it is asked for, and not kept (see decision 23)."""

from base64 import b64encode

from django.http import HttpRequest
from django.template.loader import render_to_string

from shared_apps.tenants.context import current_tenant
from shared_apps.web.networks import at_most
from shared_apps.web.pdf import letters_missing, render_pdf
from tenant_apps.branding.models import Brand
from tenant_apps.branding.palette import email_colours
from tenant_apps.scheduling.attendance import attendance_of
from tenant_apps.scheduling.models import Attendance, AttendanceStatus, SessionDay

DRAWN_A_MINUTE = 30  # for one network
ROOM_FOR = 14  # people who come by the way, at most
LINES_OF_A_PAGE = 18


def sign_in_sheet(day: SessionDay, *, request: HttpRequest) -> bytes:
    """A4 as PDF. Raises `PdfUnavailable`, and `TooOften` for a network that makes us draw too many."""
    at_most(DRAWN_A_MINUTE, "sign-in-sheet", request)
    return render_pdf(sheet_html(day))


def sheet_html(day: SessionDay) -> str:
    """Who sits there, what is marked already, and room to sign."""
    session = day.session
    lines, names = [], []
    for line in attendance_of(session):
        status, row = line.status_on(day), line.marked.get(day.pk)
        if status == AttendanceStatus.CANCELLED:
            continue
        names.append(line.seat.name)
        lines.append({"seat": line.seat, "status": status, "row": row, "picture": _picture(row)})
    days = list(session.days.order_by("starts_at"))
    free = max(0, min(session.capacity - len(lines), ROOM_FOR, LINES_OF_A_PAGE - len(lines)))
    words = " ".join([session.course.title, session.where, *names])
    context = {
        "day": day, "session": session, "lines": lines, "blank": range(free), "days": days,
        "number": [one.pk for one in days].index(day.pk) + 1, "provider": str(current_tenant()),
        "locale": current_tenant().locale, "colours": email_colours(Brand.objects.load().colours),
        "letters_missing": letters_missing(words),
    }  # fmt: skip
    return render_to_string("scheduling/registers/sheet.html", context)


def _picture(row: Attendance | None) -> str:
    """What was drawn, as a `data:` URI; "" where nothing was, or its file is gone."""
    if row is None or not row.signature:
        return ""
    try:
        with row.signature.open("rb") as file:
            return f"data:image/svg+xml;base64,{b64encode(file.read()).decode()}"
    except OSError:
        return ""
