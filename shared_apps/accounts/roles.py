"""Who may do what. One table to read."""

OWNER, ADMIN, SALES, TRAINER, STUDENT, CONTACT, OPERATOR = (
    "owner", "admin", "sales", "trainer", "student", "contact", "operator",
)  # fmt: skip

ROLES = {
    OWNER: "owner",
    ADMIN: "office",
    SALES: "sales",
    TRAINER: "trainer",
    STUDENT: "student",
    CONTACT: "organisation contact",
    OPERATOR: "platform operator",
}

MEMBER = {"account.use", "bookings.own"}
OFFICE = {
    "office.enter",
    "everything.view",
    "dashboard.view",
    "courses.view",
    "courses.manage",
    "sessions.view",
    "sessions.manage",
    "registers.mark",
    "sessions.run",
    "materials.manage",
    "certificates.view",
    "certificates.manage",
    "reviews.view",
    "reviews.manage",
    "bookings.view",
    "bookings.manage",
    "bookings.book",
    "payments.take",
    "students.view",
    "students.manage",
    "trainers.view",
    "styleguide.view",
}

PERMISSIONS: dict[str, set[str]] = {
    OWNER: MEMBER | OFFICE | {"users.manage", "settings.manage", "people.export", "people.erase"},
    ADMIN: MEMBER | OFFICE | {"users.manage"},
    SALES: MEMBER
    | {"office.enter", "everything.view", "dashboard.view", "courses.view", "sessions.view", "students.view"}
    | {"certificates.view", "reviews.view"},
    # A trainer's lists hold only their own: the querysets' visible_to sees to that.
    TRAINER: MEMBER
    | {"office.enter", "dashboard.view", "courses.view", "sessions.view", "bookings.view", "registers.mark"}
    | {"sessions.run", "materials.manage", "certificates.view", "reviews.view"},
    STUDENT: MEMBER | {"bookings.book"},
    CONTACT: MEMBER | {"bookings.book"},
    OPERATOR: {"account.use", "operator.enter", "styleguide.view"},
}
