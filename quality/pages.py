"""Every page there is: each view of the resolver is here with an example of each of its states, or is no page."""

from dataclasses import dataclass

from quality.serve import Site
from quality.world import World

VISITOR = ""
GUIDE = ["", "look/", "actions/", "fields/", "lists/", "figures/", "told/", "site/"]
PUBLIC, PRIVATE = "public", "private"


@dataclass(frozen=True)
class Page:
    """One page in one state. `door` is the name of its view, `who` reads it, `status` is what it answers with."""

    door: str
    url: str
    label: str
    who: str = VISITOR
    area: str = PUBLIC
    status: int = 200

    @property
    def is_public(self) -> bool:
        return self.area == PUBLIC


# Views that are no pages: they take a form, send a file, or send the browser on.
TAKES_FORMS = {
    "office:holiday_drop", "office:time_off_new", "office:time_off_drop",
    "office:booking_take_back_payment", "office:session_move_back", "office:series_take_back",
    "booking_prove_again", "office:attendee_person", "office:person_split", "office:person_export",
    "office:booking_send", "office:booking_use_kept_money",
    "notice", "notices_read", "push", "push_off", "telegram", "telegram_off", "twilio_hook", "telegram_hook",
    "office:certificates_zip", "office:session_issue", "office:session_zip",
    "office:wording_ours", "office:channel_off", "office:register_marks",
    "office:review_show", "office:course_feedback_question", "office:course_question_move",
    "office:course_question_stop", "booking_review",
    "office:terms_starter", "office:terms_discard", "office:attendee_note",
    "office:material_move", "office:material_remove", "office:material_bring_back",
    "my_calendar_new", "my_calendar_off", "office:feed_new_centre", "office:feed_new_room", "office:feed_new_trainer",
    "office:feed_off", "office:my_feed_new", "office:my_feed_off",
    "booking_extend", "booking_pay", "booking_account", "booking_return", "office:course_state", "office:booking_notes",
    "office:student_state", "office:proof_link", "office:trainer_state", "office:trainer_invitation",
    "office:session_start", "office:session_confirm",
    "office:colleague_invitation", "office:message_again", "office:undelivered_again", "office:job_cancel",
    "office:view_delete", "office:rich_text", "office:sessions_take_back", "office:list_display", "office:many",
    "platform:operator:undelivered_again", "platform_webhook", "sandbox:change_switches",
    "sandbox:send_event_again", "sandbox:decide_dispute", "sandbox:stripe_api", "sandbox:twilio_messages",
    "sandbox:telegram_api", "sandbox:push_api", "sandbox:open_phone", "sandbox:set_fate", "sandbox:dismiss",
    "sandbox:subscribe", "sandbox:unsubscribe", "sandbox:write_back", "sandbox:telegram_say",
    "sandbox:telegram_press", "sandbox:telegram_block",
}  # fmt: skip
SENDS_FILES = {
    "course_art", "course_social", "hero", "social", "robots", "sitemap", "brand_css", "favicon", "media", "file",
    "booking_receipt", "booking_calendar", "office:bookings_export", "office:look", "office:session_look",
    "notices_unread", "push_worker", "office:wording_preview",
    "office:students_export", "office:sessions_export", "office:waiting_list_export", "office:interest_export",
    "certificate_pdf",
    "office:certificate_pdf", "office:certificates_export", "office:certificate_sample", "office:certificate_preview",
    "office:course_feedback_export", "office:session_answers_export", "answer_file", "calendar_feed",
    "office:material_file", "booking_material", "attendee_material",
    "office:register_worker", "office:register_manifest", "office:register_sheet", "check_in_code",
    "mfa_download_recovery_codes", "",
    "sandbox:switches", "sandbox:clock_json", "sandbox:twilio_account", "sandbox:twilio_message",
    "sandbox:mail_html", "sandbox:mail_raw", "sandbox:mail_file",
}  # fmt: skip
SWITCHED_OFF = {"account_set_password", "account_confirm_login_code", "mfa_reauthenticate"}
OTHERS_WORK = {"api_reference"}  # Swagger UI, as it comes
NO_PAGES = TAKES_FORMS | SENDS_FILES | SWITCHED_OFF | OTHERS_WORK


def forgotten(pages: list[Page]) -> list[str]:
    """The views of the resolver of which no page is listed and which are not known to be something else."""
    from tests.isolation.doors import doors

    found = []
    for urlconf, prefix in (("config.urls_tenant", ""), ("config.urls_public", "platform:")):
        listed = {page.door for page in pages}
        for door in doors(urlconf):
            known = f"{prefix}{door.name}" in listed or door.name in NO_PAGES or f"{prefix}{door.name}" in NO_PAGES
            if not known and not (door.is_api and door.name != "api_reference"):
                found.append(str(door))
    return found


def all_pages(site: Site, world: World, road: dict[str, str]) -> list[Page]:
    """All of them at one provider and on the platform. `road` has the URLs of the steps of a booking just made."""
    home = site.under_slug(world.slug)
    return [
        *public(home, world),
        *steps(home, world, road),
        *account(home, world),
        *errors(site, world),
        *[Page(each.door, each.url, f"{each.label}, own host") for each in public(site.on_host(world.slug), world)[:6]],
        *student(home, world),
        *office(home, world),
        *platform(site, world, road),
    ]


def public(home: str, world: World) -> list[Page]:
    """What a provider shows to everybody."""
    course, quiet = world["open course"], world["quiet course"]
    listed = [
        ("home", "/", "home"),
        ("courses", "/courses/", "courses"),
        ("dates", "/dates/", "dates"),
        ("dates", "/dates/?view=month", "dates, as a month"),
        ("course", f"/courses/{course}/", "course"),
        ("course_book", f"/courses/{course}/book/", "choose a date"),
        ("course_reviews", f"/courses/{world['reviewed course']}/reviews/", "reviews of a course"),
        ("trainers", "/trainers/", "trainers"),
        ("trainer", f"/trainers/{world['trainer slug']}/", "trainer"),
        ("courses", "/courses/?q=nothing+like+it", "courses, nothing found"),
        ("course", f"/courses/{quiet}/", "course without dates"),
        ("course_book", f"/courses/{quiet}/book/", "choose a date, none there"),
        ("about", "/about/", "about"),
        ("terms", "/terms/", "terms"),
        ("terms_version", "/terms/1/", "a former version of the terms"),
        ("consent_version", "/terms/consent/1/", "what guardians agree to"),
        ("privacy", "/privacy/", "privacy"),
    ]
    return [Page(door, home + path, label) for door, path, label in listed]


def steps(home: str, world: World, road: dict[str, str]) -> list[Page]:
    """The buyer's road, and what a booking's link shows."""
    sessions = [("open", "who is coming"), ("full", "sold out"), ("past", "over"), ("cancelled", "cancelled")]
    states = ["paid", "part paid", "cancelled", "expired", "completed", "pending"]
    held = ["valid", "expiring", "expired", "revoked"]
    expired = f"{home}/bookings/{world['expired booking']}/check/"
    return [
        *[Page("book", f"{home}/sessions/{world[f'{state} session']}/book/", label) for state, label in sessions],
        *[Page("booking", f"{home}/bookings/{world[f'{state} booking']}/", f"booking, {state}") for state in states],
        Page("booking_check", road["check"], "check"),
        Page("booking_check", f"{road['check']}?not_paid=1", "check, not paid"),
        Page("booking_check", expired, "check, time is up"),
        Page("booking_check", f"{home}/bookings/{world['free booking']}/check/", "check, free and held"),
        Page("booking_prove", f"{home}/bookings/confirm/{world['free proof']}/", "confirm free seats"),
        Page("wait", f"{home}/sessions/{world['full session']}/wait/", "wait for seats"),
        Page("waiting_join", f"{home}/waiting/join/{world['asks to wait']}/", "confirm to wait"),
        Page("waiting_place", f"{home}/waiting/{world['offered place']}/", "place in line, offered"),
        Page("waiting_place", f"{home}/waiting/{world['place']}/", "place in line"),
        Page("waiting_place", f"{home}/waiting/{world['former place']}/", "place in line, over"),
        Page("interest", f"{home}/courses/{world['asked for course']}/interest/", "tell me of dates"),
        Page("interest_confirm", f"{home}/interest/register/{world['asks for dates']}/", "confirm interest"),
        Page("interest_own", f"{home}/interest/{world['own interest']}/", "own interest"),
        Page("certificate_check", f"{home}/certificates/", "checking a certificate"),
        *[Page("certificate_verify", f"{home}/certificates/{world[f'{one} certificate']}/", one) for one in held],
        Page("certificate_verify", f"{home}/certificates/no-such-code/", "no such certificate", status=404),
        Page("certificate_held", f"{home}/certificates/held/{world['valid certificate token']}/", "own certificate"),
        Page("certificate_held", f"{home}/certificates/held/{world['revoked certificate token']}/", "own, revoked"),
        Page("certificates_of_booking", f"{home}/certificates/of-people/{world['certificates of people']}/", "people"),
        Page("offer", f"{home}/offers/{world['open offer']}/", "seats offered"),
        Page("offer", f"{home}/offers/{world['declined offer']}/", "seats offered, over"),
        Page("check_in", f"{home}/check-in/{world['check-in code']}/", "check-in code, scanned by a visitor"),
        Page("review", f"{home}/reviews/{world['review']}/", "say how it was"),
        Page("book", f"{home}/sessions/{world['asking session']}/book/", "who is coming, with questions"),
        Page("booking_answers", f"{home}/bookings/{world['asked booking']}/answers/", "questions, of a booking"),
        Page("people_answers", f"{home}/bookings/people/{world['asked names']}/answers/", "questions, of the names"),
        Page("attendee_answers", f"{home}/answers/{world['asked attendee']}/", "questions, of an attendee"),
        Page("attendee_materials", f"{home}/materials/{world['attendee materials']}/", "materials of an attendee"),
        Page("booking_done", road["done"], "done"),
        Page("booking_done", road["checking"], "done, still checking"),
        Page("booking_cancel", f"{home}/bookings/{world['paid booking']}/cancel/", "cancel"),
        Page("booking_names", f"{home}/bookings/{world['paid booking']}/names/", "names"),
        Page("booking_transfer", f"{home}/bookings/{world['paid booking']}/transfer/", "another date"),
        Page("booking_seats", f"{home}/bookings/{world['paid booking']}/seats/?seats=2", "other seats"),
        Page("booking_people", f"{home}/bookings/people/{world['paid names']}/", "who comes, by its own link"),
        Page("booking_terms", f"{home}/bookings/{world['not asked booking']}/terms/", "accept the terms"),
        Page("booking_care", f"{home}/bookings/{world['child booking']}/names/{world['child']}/", "of a child"),
        Page("people_care", f"{home}/bookings/people/{world['child names']}/{world['child']}/", "of a child, by link"),
    ]


def account(home: str, world: World) -> list[Page]:
    """Signing in and up, at a provider."""
    to, reset = f"{home}/accounts", "account_reset_password_from_key"
    return [
        Page("account_login", f"{to}/login/", "sign in"),
        Page("account_signup", f"{to}/signup/", "sign up"),
        Page("account_reset_password", f"{to}/password/reset/", "reset password"),
        Page("account_reset_password_done", f"{to}/password/reset/done/", "reset password, sent"),
        Page(reset, f"{to}/password/reset/key/{world['reset key']}/", "new password"),
        Page(reset, f"{to}/password/reset/key/1-set-password/", "new password, old link"),
        Page("account_reset_password_from_key_done", f"{to}/password/reset/key/done/", "new password, done"),
        Page("account_email_verification_sent", f"{to}/confirm-email/", "confirm address, sent"),
        Page("account_confirm_email", f"{to}/confirm-email/{world['confirmation key']}/", "confirm address"),
        Page("account_confirm_email", f"{to}/confirm-email/nothing/", "confirm address, old link"),
        Page("account_inactive", f"{to}/inactive/", "account closed"),
        Page("mfa_authenticate", f"{to}/mfa/authenticate/", "code of the app", who="secure halfway"),
    ]


def errors(site: Site, world: World) -> list[Page]:
    """Each error page, as the site comes to it, and one of the site itself."""
    failing = site.failing(world.slug)
    statuses = (400, 403, 404, 409, 429, 500, 503)
    made = [Page("", f"{failing}/fail/{status}/", f"error {status}", status=status) for status in statuses]
    home = site.under_slug(world.slug)
    return [*made, Page("", f"{home}/nothing/here/", "not found", status=404)]


def student(home: str, world: World) -> list[Page]:
    """The student area and one's account; those with a second factor are another student's."""
    listed = [
        ("my_bookings", "/my/bookings/", "student"),
        ("my_profile", "/my/profile/", "student"),
        ("my_certificates", "/my/certificates/", "student"),
        ("my_certificates", "/my/certificates/", "owner"),
        ("my_calendar", "/my/calendar/", "student"),
        ("my_calendar", "/my/calendar/", "owner"),
        ("notices", "/my/notices/", "student"),
        ("notices", "/my/notices/", "owner"),
        ("notice_preferences", "/my/notices/preferences/", "student"),
        ("notice_preferences", "/my/notices/preferences/", "owner"),
        ("own_email", f"/my/email/{world['own email token']}/", "student"),
        ("account_logout", "/accounts/logout/", "student"),
        ("account_email", "/accounts/email/", "student"),
        ("account_change_password", "/accounts/password/change/", "student"),
        ("account_reauthenticate", "/accounts/reauthenticate/", "student"),
        ("usersessions_list", "/accounts/sessions/", "student"),
        ("mfa_index", "/accounts/mfa/", "student"),
        ("mfa_activate_totp", "/accounts/mfa/totp/activate/", "student"),
        ("mfa_index", "/accounts/mfa/", "secure"),
        ("mfa_deactivate_totp", "/accounts/mfa/totp/deactivate/", "secure"),
        ("mfa_view_recovery_codes", "/accounts/mfa/recovery-codes/", "secure"),
        ("mfa_generate_recovery_codes", "/accounts/mfa/recovery-codes/generate/", "secure"),
        ("my_bookings", "/my/bookings/", "secure"),
    ]
    made = [Page(door, home + path, _label(door, who), who, PRIVATE) for door, path, who in listed]
    # The link of somebody else's account: it says whose it is not, and answers as if nothing were there.
    other = f"/my/email/{world['own email token']}/"
    return [*made, Page("own_email", home + other, "own email, another's", "secure", PRIVATE, status=404)]


def office(home: str, world: World) -> list[Page]:
    """The back office as its owner sees it, and the trainer's day."""
    course, session = f"courses/{world['course id']}", f"sessions/{world['open session']}"
    paid, part = f"bookings/{world['paid booking id']}", f"bookings/{world['part paid booking id']}"
    listed = [
        ("dashboard", ""), ("search", "search/"), ("search", "search/?q=a"), ("students", "students/"),
        ("students", "students/?q=nobody+like+that"), ("student", f"students/{world['student id']}/"),
        ("student_new", "students/new/"), ("student_edit", f"students/{world['student id']}/edit/"),
        ("student_account", f"students/{world['account id']}/account/"),
        ("student_account", f"students/{world['student id']}/account/"),
        ("person_merge", f"students/{world['student id']}/join/"),
        ("person_merge", f"students/{world['student id']}/join/?q=a"),
        ("person_merge", f"students/{world['student id']}/join/?q=nobody+like+that"),
        ("person_privacy", f"students/{world['student id']}/privacy/"),
        ("person_guardians", f"students/{world['student id']}/guardians/"),
        ("courses", "courses/"), ("course_new", "courses/new/"), ("course", f"{course}/"),
        ("course_sessions", f"{course}/sessions/"), ("session_new", f"{course}/sessions/new/"),
        ("sessions_several", f"{course}/sessions/several/"), ("series_new", f"{course}/sessions/series/"),
        ("series", f"series/{world['series id']}/"), ("series_extend", f"series/{world['series id']}/extend/"),
        ("session_following", f"sessions/{world['session of series']}/following/"),
        ("session_following_cancel", f"sessions/{world['session of series']}/following/cancel/"),
        ("session_following_remove", f"sessions/{world['session of series']}/following/remove/"),
        *[("calendar", f"calendar/?view={view}") for view in ("month", "week", "day", "trainers", "rooms", "vehicles")],
        ("calendar", "calendar/?on=2026-01-05&view=week"), ("calendar", "calendar/?colour=status"),
        ("holidays", "holidays/"), ("trainer_hours", f"trainers/{world['trainer id']}/hours/"),
        ("sessions", "sessions/"), ("session", f"{session}/"), ("session", f"sessions/{world['past session']}/"),
        ("session_edit", f"{session}/edit/"), ("session_duplicate", f"{session}/duplicate/"),
        ("session_move", f"{session}/move/"), ("session_move", f"sessions/{world['past session']}/move/"),
        ("session_cancel", f"{session}/cancel/"), ("today", "today/"), ("register", f"today/{world['today day']}/"),
        ("register", f"today/{world['later day']}/"), ("arrivals", f"today/{world['today day']}/arrivals/"),
        ("places", "places/"), ("feeds", "calendars/"), ("place_new", "places/new/"),
        ("session", f"sessions/{world['waited for session']}/"), ("waiting_list", "waiting-list/"),
        ("interest", "interest/"),
        ("waiting_list", "waiting-list/?q=nobody+like+that"), ("waiting", f"waiting-list/{world['in line id']}/"),
        ("waiting", f"waiting-list/{world['offered place id']}/"), ("waiting_new", f"{session}/waiting/new/"),
        ("session_complete", f"{session}/complete/"), ("session_certainty", f"{session}/certainty/"),
        ("session_reschedule", f"{session}/reschedule/"), ("session_message", f"{session}/message/"),
        ("settings_sessions", "settings/sessions/"),
        ("place_edit", f"places/{world['place id']}/"), ("bookings", "bookings/"),
        ("bookings", "bookings/?q=nobody+like+that"),
        ("bookings", "bookings/?confirmed=week&money=overdue"), ("booking_new", "bookings/new/"),
        ("booking", f"{paid}/"), ("booking", f"{part}/"), ("booking", f"bookings/{world['cancelled booking id']}/"),
        ("booking_record_payment", f"{part}/payment/"), ("booking_cancel", f"{paid}/cancel/"),
        ("booking_refund", f"{paid}/refund/"), ("booking_give_back", f"{paid}/give-back/"),
        ("booking_credit", f"{part}/credit/"), ("booking_names", f"{part}/names/"),
        ("attendee_care", f"{world['looked after']}/care/"),
        ("attendee_care_edit", f"{world['looked after']}/care/edit/"),
        ("booking_contact", f"{part}/contact/"), ("booking_transfer", f"{part}/transfer/"),
        ("booking_seats", f"{part}/seats/?seats=2"),
        ("trainers", "trainers/"), ("trainer_new", "trainers/new/"),
        ("trainer_edit", f"trainers/{world['trainer id']}/"),
        ("settings", "settings/"), ("settings_words", "settings/words/"), ("settings_contact", "settings/contact/"),
        ("settings_booking", "settings/booking/"), ("settings_terms", "settings/terms/"),
        ("terms_draft", "settings/terms/booking/draft/"), ("terms_publish", "settings/terms/booking/publish/"),
        ("terms_version", f"settings/terms/{world['terms version']}/"),
        ("settings_certificates", "settings/certificates/"),
        ("certificates", "certificates/"), ("certificates", "certificates/?status=expired"),
        ("certificates", "certificates/?q=nobody+like+that"), ("certificate_new", "certificates/new/"),
        *(("certificate", f"certificates/{world[f'{status} certificate id']}/") for status in ("valid", "revoked")),
        ("certificate_reissue", f"certificates/{world['valid certificate id']}/reissue/"),
        ("certificate_revoke", f"certificates/{world['valid certificate id']}/revoke/"),
        ("session_certificates", f"sessions/{world['past session']}/certificates/"),
        ("session_certificates", f"{session}/certificates/"),
        ("course_certificates", f"courses/{world['course id']}/certificates/"), ("settings_money", "settings/money/"),
        ("course_notices", f"courses/{world['course id']}/messages/"), ("settings_messages", "settings/messages/"),
        ("settings_channels", "settings/channels/"),
        ("settings_find", "settings/find/?q=deposit"),
        ("settings_wording", "settings/messages/bookings/confirmed/email/"),
        ("settings_wording", "settings/messages/bookings/confirmed/short/"),
        ("session_materials", f"{session}/materials/"),
        ("session_materials", f"sessions/{world['session with materials']}/materials/"),
        ("course_materials", f"courses/{world['course with materials']}/materials/"),
        ("material", f"materials/{world['file id']}/"), ("material", f"materials/{world['recording id']}/"),
        ("reviews", "reviews/"), ("review", f"reviews/{world['review id']}/"),
        ("review_hide", f"reviews/{world['review id']}/hide/"),
        ("course_feedback", f"courses/{world['asking course id']}/feedback/"),
        ("course_questions", f"courses/{world['questions course id']}/questions/"),
        ("course_question", f"courses/{world['questions course id']}/questions/{world['question id']}/"),
        ("session_answers", f"sessions/{world['asking session']}/answers/"),
        ("session_answers", f"sessions/{world['asking session']}/answers/?show=missing"),
        ("booking_answers", f"bookings/{world['asked booking id']}/answers/"),
        ("activity", "activity/"), ("team", "team/"), ("colleague_new", "team/new/"),
        ("colleague_state", f"team/{world['trainer user id']}/state/"),
        ("colleague", f"team/{world['colleague id']}/"), ("messages", "messages/"), ("undelivered", "undelivered/"),
        ("undelivered_drop", f"undelivered/delivery/{world['given up id']}/drop/"),
        ("message", f"messages/{world['message id']}/"), ("jobs", "jobs/"),
        ("view_new", "lists/bookings/views/new/?money=due"), ("view_edit", f"lists/views/{world['view id']}/"),
        *[("job", f"jobs/{world[f'{state} job id']}/") for state in ("running", "done", "partly done")],
    ]  # fmt: skip
    taught = [
        ("dashboard", ""), ("calendar", "calendar/"), ("sessions", "sessions/"), ("courses", "courses/"),
        ("today", "today/"), ("my_feed", "calendars/mine/"),
    ]  # fmt: skip
    return [
        *[_office(home, door, path, "owner") for door, path in listed],
        *[_office(home, door, path, "trainer") for door, path in taught],
        Page("check_in", f"{home}/check-in/{world['check-in code']}/", "check-in code, scanned", "owner", PRIVATE),
        *[Page("styleguide", f"{home}/styleguide/{part}", f"styleguide {part}", VISITOR, PRIVATE) for part in GUIDE],
    ]


def platform(site: Site, world: World, road: dict[str, str]) -> list[Page]:
    """The platform's own pages, its console, and the stand-ins."""
    at, to, reset = site.platform, f"{site.platform}/accounts", "account_reset_password_from_key"
    visitors = [
        ("home", "/", 200), ("start", "/start/", 200), ("find_site", "/find/", 200),
        ("account_login", "/accounts/login/", 200), ("account_signup", "/accounts/signup/", 200),
        ("account_reset_password", "/accounts/password/reset/", 200), ("account_inactive", "/accounts/inactive/", 200),
        ("account_reset_password_done", "/accounts/password/reset/done/", 200),
        (reset, "/accounts/password/reset/key/1-set-password/", 200),
        ("account_reset_password_from_key_done", "/accounts/password/reset/key/done/", 200),
        ("account_email_verification_sent", "/accounts/confirm-email/", 200),
        ("account_confirm_email", "/accounts/confirm-email/nothing/", 200),
    ]  # fmt: skip
    signed_in = [
        ("operator:console", "/operator/"), ("operator:tenants", "/operator/tenants/"),
        ("operator:undelivered", "/operator/undelivered/"),
        ("operator:undelivered_drop", f"/operator/undelivered/{world.slug}/delivery/{world['given up id']}/drop/"),
        ("operator:tenant", f"/operator/tenants/{world.slug}/"), ("styleguide", "/styleguide/fields/"),
        ("account_logout", "/accounts/logout/"), ("account_email", "/accounts/email/"),
        ("account_change_password", "/accounts/password/change/"),
        ("account_reauthenticate", "/accounts/reauthenticate/"),
        ("usersessions_list", "/accounts/sessions/"), ("mfa_index", "/accounts/mfa/"),
        ("mfa_activate_totp", "/accounts/mfa/totp/activate/"),
    ]  # fmt: skip
    guarded = [
        ("mfa_deactivate_totp", "totp/deactivate"), ("mfa_view_recovery_codes", "recovery-codes"),
        ("mfa_generate_recovery_codes", "recovery-codes/generate"),
    ]  # fmt: skip
    stand_ins = [
        ("index", "/sandbox/"), ("mail_list", "/sandbox/mail/"), ("mail", road["mail"]),
        ("pay", road["pay"]), ("challenge", road["challenge"]), ("onboarding", road["onboarding"]),
        ("phone_list", "/sandbox/phone/"), ("phone", road["phone"]), ("phone", "/sandbox/phone/+447700900999/"),
        ("conversation", road["sms"]), ("conversation", road["whatsapp"]), ("telegram_list", "/sandbox/telegram/"),
        ("clock_list", "/sandbox/clocks/"), ("clock", f"/sandbox/clocks/{world.slug}/"),
        ("telegram_start", road["bot"]), ("telegram_chat", road["chat"]),
    ]  # fmt: skip
    return [
        *[Page(f"platform:{door}", at + path, f"platform, {_label(door)}", status=status)
          for door, path, status in visitors],
        Page("platform:mfa_authenticate", f"{to}/mfa/authenticate/", "platform, code of the app", "guard halfway"),
        *[Page(f"platform:{door}", at + path, f"platform, {_label(door)}", "operator", PRIVATE)
          for door, path in signed_in],
        *[Page(f"platform:{door}", f"{to}/mfa/{path}/", f"platform, {_label(door)}", "guard", PRIVATE)
          for door, path in guarded],
        *[Page(f"platform:sandbox:{door}", at + path, f"stand-ins, {_label(door)}", VISITOR, PRIVATE)
          for door, path in stand_ins],
        Page("", f"{at}/operator/tenants/nothing/", "platform, not found", "operator", PRIVATE, 404),
    ]  # fmt: skip


def _office(home: str, door: str, path: str, who: str) -> Page:
    kind = ", nothing found" if "nobody" in path else ", found" if "?q=" in path else ""
    return Page(f"office:{door}", f"{home}/admin/{path}", f"office, {_label(door, who)}{kind}", who, PRIVATE)


def _label(door: str, who: str = "") -> str:
    name = door.rpartition(":")[2].replace("_", " ").removeprefix("account ")
    return f"{name} ({who})" if who in ("trainer", "secure") else name
