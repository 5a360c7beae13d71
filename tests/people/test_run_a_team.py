"""Who works here: asking somebody in, what they may do, and taking it away."""

import re

import pytest

from shared_apps.accounts.models import User
from shared_apps.accounts.services import create_user
from tenant_apps.messaging.models import Message
from tenant_apps.people.models import Person, Trainer
from tenant_apps.people.services import add_trainer
from tests import make

pytestmark = pytest.mark.django_db

PASSWORDS = {"password1": "a-new-password-9", "password2": "a-new-password-9"}


def invite(client, roles=("trainer",), **fields):
    data = {"name": "Grace Hopper", "email": "grace@example.com", "roles": list(roles), **fields}
    return client.post("/admin/team/new/", data)


def link_in(message):
    return re.search(r"https?://[^/\s]+(/\S+/key/\S+)", message.text)[1]


def grace():
    return User.objects.get(email="grace@example.com")


def test_somebody_is_invited_follows_the_link_and_works_here(desk, happened):
    assert invite(desk("owner"), name="Grace Hopper").status_code == 302
    letter = Message.objects.get(to="grace@example.com")
    assert happened().count("colleague.invited") == 1
    assert not grace().has_usable_password()

    guest = desk()
    form = guest.get(link_in(letter), follow=True)
    assert "Welcome" in form.content.decode()
    refused = guest.post(form.request["PATH_INFO"], {"password1": "short", "password2": "short"}).content.decode()
    assert "Password: " in " ".join(refused.split())  # as the field is called
    assert "New Password" not in refused
    answer = guest.post(form.request["PATH_INFO"], PASSWORDS, follow=True)
    assert answer.request["PATH_INFO"].endswith("/admin/")
    assert "Welcome, Grace Hopper. Your password is set." in answer.content.decode()
    assert grace().check_password("a-new-password-9")
    assert Person.objects.get(user=grace()).name == "Grace Hopper"


def test_a_trainer_who_is_invited_finds_their_own_sessions(desk):
    trainer = make.trainer(name="Grace Hopper")
    Person.objects.filter(pk=trainer.pk).update(email="grace@example.com")
    make.session(trainer=trainer, course=make.course(title="Compilers"))
    invite(desk("owner"))
    guest = desk()
    form = guest.get(link_in(Message.objects.get(to="grace@example.com")), follow=True)
    guest.post(form.request["PATH_INFO"], PASSWORDS)
    assert "Compilers" in desk(user=grace()).get("/admin/sessions/").content.decode()


def test_an_invited_trainer_can_be_chosen_at_once_under_the_name_the_office_typed(desk):
    make.person(name="xx yy", email="grace@example.com")  # whoever booked with that address
    client, course = desk("owner"), make.course()
    invite(client, name="Dr Hopper")
    trainer = Trainer.objects.get(person__email="grace@example.com")
    form = client.get(f"/admin/courses/{course.pk}/sessions/new/").context["form"]
    assert trainer in form.fields["trainer"].queryset
    assert str(trainer) == "Dr Hopper"


def test_a_new_trainer_is_invited_in_the_same_step(desk, office):
    fields = {"name": "Grace Hopper", "email": "grace@example.com", "years_of_experience": "3", "invite": "on"}
    assert office.post("/admin/trainers/new/", fields).status_code == 302
    assert grace().roles == ["trainer"]
    trainer = Trainer.objects.get()
    make.session(trainer=trainer, course=make.course(title="Compilers"))
    guest = desk()
    form = guest.get(link_in(Message.objects.get(to="grace@example.com")), follow=True)
    guest.post(form.request["PATH_INFO"], PASSWORDS)
    assert "Compilers" in guest.get("/admin/sessions/").content.decode()
    assert office.post("/admin/trainers/new/", fields | {"name": "Another", "email": ""}).status_code == 422


def test_a_trainer_who_leaves_is_off_the_site_and_out_of_the_choices_in_one_step(desk):
    colleague = make.user("trainer", password="")
    trainer = make.trainer(user=colleague)
    session = make.session(trainer=trainer, course=make.course(title="Compilers"))
    client, url = desk("owner"), f"/admin/team/{colleague.pk}/state/"
    page = client.get(url).content.decode()
    assert "Compilers" in page
    assert f"/admin/sessions/{session.pk}/" in page
    client.post(url, {"active": "0", "trainer": "1"})
    trainer.refresh_from_db()
    colleague.refresh_from_db()
    session.refresh_from_db()
    assert (trainer.active, colleague.is_active, session.trainer) == (False, False, trainer)
    client.post(url, {"active": "1", "trainer": "1"})
    trainer.refresh_from_db()
    assert trainer.active


@pytest.mark.parametrize("roles", [["owner"], ["trainer", "owner"]])
def test_nobody_gives_more_than_they_may_do_themselves(office, roles, happened):
    assert invite(office, roles).status_code == 422
    colleague = make.user("sales")
    assert office.post(f"/admin/team/{colleague.pk}/", {"roles": roles}).status_code == 422
    assert not User.objects.filter(email="grace@example.com").exists()
    assert User.objects.get(pk=colleague.pk).roles == ["sales"]
    assert not [name for name in happened() if name.startswith("colleague.")]


@pytest.mark.parametrize("url", ["", "state/", "invitation/"])
def test_an_owner_is_out_of_reach_of_those_below(office, url):
    owner = create_user(email="owner@example.com", roles=["owner"])
    answer = office.post(f"/admin/team/{owner.pk}/{url}", {"roles": ["sales"], "active": "0"})
    assert answer.status_code in (409, 422) or "Ask an owner" in office.get("/admin/team/").content.decode()
    owner.refresh_from_db()
    assert (owner.roles, owner.is_active) == (["owner"], True)
    assert not Message.objects.filter(to=owner.email).exists()


def test_what_somebody_may_do_is_changed_and_written_down(desk, happened):
    colleague = make.user("sales", name="Sam Seller")
    colleague.roles = ["student", "sales"]
    colleague.save()
    client = desk("owner")
    client.post(f"/admin/team/{colleague.pk}/", {"roles": ["admin", "trainer"]})
    colleague.refresh_from_db()
    assert set(colleague.roles) == {"student", "admin", "trainer"}
    assert happened().count("colleague.roles_changed") == 1
    page = client.get("/admin/activity/?kind=house").content.decode()
    assert "student, sales → student, office, trainer" in page
    assert "Sam Seller" in page


def test_nobody_changes_what_they_may_do_themselves(desk):
    owner = make.user("owner", password="")
    client = desk(user=owner)
    client.post(f"/admin/team/{owner.pk}/", {"roles": ["sales"]})
    client.post(f"/admin/team/{owner.pk}/state/", {"active": "0"})
    owner.refresh_from_db()
    assert (owner.roles, owner.is_active) == (["owner"], True)


def test_access_is_taken_away_at_once_and_can_be_given_back(desk):
    colleague = make.user("admin", password="")
    theirs, mine = desk(user=colleague), desk("owner")
    assert theirs.get("/admin/bookings/").status_code == 200
    page = mine.post(f"/admin/team/{colleague.pk}/state/", {"active": "0"}, follow=True).content.decode()
    assert "Undo" in page
    assert theirs.get("/admin/bookings/").status_code in (302, 404)
    mine.post(f"/admin/team/{colleague.pk}/state/", {"active": "1"})
    assert User.objects.get(pk=colleague.pk).is_active


def test_who_books_here_already_keeps_their_account(desk):
    known = make.user("student", email="grace@example.com")
    invite(desk("owner"), ["sales"])
    assert grace().pk == known.pk
    assert grace().roles == ["student", "sales"]
    assert "/accounts/login/" in Message.objects.get(to="grace@example.com").text


def test_an_account_made_in_somebody_elses_name_does_not_come_in_with_the_invitation(desk):
    create_user(email="grace@example.com", password="the-thief-knows-1", verified=False)
    invite(desk("owner"), ["admin"])
    assert not grace().check_password("the-thief-knows-1")
    assert "/key/" in Message.objects.get(to="grace@example.com").text


def test_nobody_is_invited_twice(desk):
    client = desk("owner")
    invite(client)
    answer = invite(client, ["sales"], email="GRACE@example.com")
    assert answer.status_code == 422
    assert "in the list already" in answer.content.decode()
    assert grace().roles == ["trainer"]


def test_the_invitation_is_sent_again_until_they_came(desk):
    client = desk("owner")
    invite(client)
    client.post(f"/admin/team/{grace().pk}/invitation/")
    assert Message.objects.filter(to="grace@example.com").count() == 2
    user = grace()
    user.set_password("a-new-password-9")
    user.save()
    client.post(f"/admin/team/{user.pk}/invitation/")
    assert Message.objects.filter(to="grace@example.com").count() == 2


def test_students_are_not_colleagues(desk):
    student = make.user("student")
    assert desk("owner").get(f"/admin/team/{student.pk}/").status_code == 404
    assert desk("owner").post(f"/admin/team/{student.pk}/", {"roles": ["owner"]}).status_code == 404


def test_the_office_calls_an_owner_who_teaches_by_no_other_name(desk):
    owner = make.user("owner", name="Olivia Owner")
    trainer = add_trainer(name="Olivia Owner", email=owner.email, slug="olivia")
    url = f"/admin/trainers/{trainer.pk}/"
    sent = {"name": "Olivia Owner", "email": owner.email, "years_of_experience": "3"}
    answer = desk("admin").post(url, sent | {"name": "Pwned Owner"})
    assert answer.status_code == 422
    assert "Ask an owner" in answer.content.decode()
    assert desk("admin").post(url, sent).status_code == 302
    assert Person.objects.get(pk=trainer.pk).name == "Olivia Owner"


def test_what_the_role_of_a_trainer_does_to_the_site_is_said(desk):
    owner, colleague = desk("owner"), make.user("sales", name="Sal Es")
    page = f"/admin/team/{colleague.pk}/"
    given = owner.post(page, {"roles": ["sales", "trainer"]}, follow=True).content.decode()
    assert "They are on your site as a trainer now" in given
    assert "Sal Es" in owner.get("/trainers/").content.decode()
    taken = owner.post(page, {"roles": ["sales"]}, follow=True).content.decode()
    assert "They are still on your site as a trainer" in taken
    assert "on your site" not in owner.post(page, {"roles": ["sales"]}, follow=True).content.decode()
