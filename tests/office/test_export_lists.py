"""Lists as files: with the filters of the page, and nothing a spreadsheet would run."""

import csv

import pytest

from tests import make

pytestmark = pytest.mark.django_db


def lines(answer):
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    return list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))


def test_students_come_as_filtered(office):
    make.booking(buyer=make.person(name="Ada Byron", email="ada@example.com", phone="07700 900123"))
    make.person(name="Grace Hopper")
    (ada,) = lines(office.get("/admin/students/export.csv?q=ada"))
    assert (ada["Name"], ada["Email"], ada["Bookings"], ada["Active"]) == ("Ada Byron", "ada@example.com", "1", "yes")


def test_sessions_come_as_filtered(office):
    make.session(course=make.course(title="Flues"), in_days=10, capacity=7)
    make.session(course=make.course(title="Boilers"), in_days=12)
    (flues,) = lines(office.get("/admin/sessions/export.csv?q=flues"))
    assert (flues["Course"], flues["Seats"], flues["Status"], flues["Price"]) == ("Flues", "7", "scheduled", "120.00")
    assert [line["Course"] for line in lines(office.get("/admin/sessions/export.csv"))] == ["Flues", "Boilers"]


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@sum(1)", "\t=1"])
def test_no_cell_is_a_formula(office, name):
    session = make.session(course=make.course(title=name), trainer=make.trainer(name=f"{name} by a trainer"))
    make.booking(buyer=make.person(name=name), session=session)
    cells = [
        cell
        for url in ("students/export.csv", "sessions/export.csv", "bookings/export.csv")
        for line in lines(office.get(f"/admin/{url}"))
        for cell in line.values()
    ]
    assert f"'{name.strip()}" in [cell.replace("'\t", "'") for cell in cells]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "@", "-"))]
