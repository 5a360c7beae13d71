"""The telephones and chats as somebody sees and uses them in a browser."""

import json

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe

from shared_apps.sandbox.messages import chats
from shared_apps.sandbox.messages.accounts import TELEGRAM, bot_of, ensure_account, twilio_of
from shared_apps.sandbox.messages.pushes import subscribe
from shared_apps.sandbox.models import Browser, PushNotice, Telephone, TextMessage
from tenant_apps.messaging.channels.errors import ChannelRefused
from tenant_apps.messaging.channels.push.client import read_subscription, send_push
from tenant_apps.messaging.channels.telegram import client as telegram
from tenant_apps.messaging.channels.telegram.client import Button
from tenant_apps.messaging.channels.telegram.links import deep_link
from tenant_apps.messaging.channels.telegram.updates import Blocked, Pressed, Started, read_update
from tenant_apps.messaging.channels.twilio.client import TwilioAccount, send

ADA = "+447700900123"


@pytest.fixture
def account(site, alpha):
    details = twilio_of(alpha.slug)
    return TwilioAccount(details.sid, details.token, details.number)


@pytest.fixture
def bot(site, alpha):
    return ensure_account(TELEGRAM, alpha.slug, alpha.name)


@pytest.fixture
def push(site):
    def pushes(browser, **told):
        send_push(browser, json.dumps(told).encode(), ttl=60, urgent=told.pop("urgent", False))

    return pushes


def everything(account, bot, push, after_a_while):
    """A telephone and a chat on which there is something of each kind."""
    send(account, to=ADA, body="Your place is booked: https://x.test/booking")
    after_a_while()
    Telephone.objects.update(fate="30003")
    send(account, to=ADA, body="You were never told")
    send(account, to=ADA, body="", whatsapp=True, content_sid="HX00000000000000000000000000000001",
         content_variables={"1": "Hello on WhatsApp"})  # fmt: skip
    push(read_subscription(subscribe(ADA, "alpha")), title="Tomorrow at 9", body="Room 2", link="/x/", urgent=True)
    after_a_while()
    chat = chats.start(bot, "Ada Test", "abc")
    telegram.send_message(bot.token, chat_id=chat.pk, text="Will you come?", buttons=[[Button("Yes", data="y")]])
    return chat


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_every_page_fits_a_phone_and_has_no_accessibility_faults(
    account, bot, push, after_a_while, alpha, new_page, dark
):
    page = new_page(width=360, dark=dark, bypass_csp=True)
    empty = ["/sandbox/phone/", "/sandbox/phone/+447700900999/", "/sandbox/telegram/"]
    for path in empty:
        page.goto(path)
        assert Axe().run(page).response["violations"] == [], path
    chat = everything(account, bot, push, after_a_while)
    paths = [
        "/sandbox/phone/", f"/sandbox/phone/{ADA}/", f"/sandbox/phone/{ADA}/sms/{account.sid}/",
        f"/sandbox/phone/{ADA}/whatsapp/{account.sid}/", "/sandbox/phone/open?number=12", "/sandbox/telegram/",
        f"/sandbox/telegram/{bot.sender}/?start=abc", f"/sandbox/telegram/{bot.sender}/{chat.pk}/",
    ]  # fmt: skip
    for path in paths:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, path
        assert Axe().run(page).response["violations"] == [], path


@pytest.mark.browser
def test_a_text_shows_while_one_looks_and_its_link_can_be_pressed(account, after_a_while, new_page):
    page = new_page()
    page.goto(f"/sandbox/phone/{ADA}/")
    page.get_by_text("Nothing has come yet.").wait_for()
    send(account, to=ADA, body="See https://x.test/booking")
    after_a_while()
    page.locator("#screen").get_by_role("link", name="Alpha Training").click()
    assert page.get_by_role("link", name="https://x.test/booking").get_attribute("href") == "https://x.test/booking"


@pytest.mark.browser
def test_somebody_answers_stop_on_the_telephone_and_the_next_text_is_refused(account, after_a_while, new_page):
    send(account, to=ADA, body="Hello")
    after_a_while()
    page = new_page(width=360)
    page.goto(f"/sandbox/phone/{ADA}/sms/{account.sid}/")
    page.get_by_role("button", name="STOP").click()
    page.get_by_text("You have successfully been unsubscribed").wait_for()
    with pytest.raises(ChannelRefused):
        send(account, to=ADA, body="Hello")
    page.get_by_label("Answer").fill("START")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("You have successfully been re-subscribed").wait_for()
    assert page.get_by_label("Answer").input_value() == ""
    send(account, to=ADA, body="Hello")


@pytest.mark.browser
def test_all_of_it_works_without_javascript(account, bot, after_a_while, hearing, new_page):
    telegram.set_webhook(bot.token, hearing.url, "s")
    page = new_page(width=360, javascript=False)
    page.goto("/sandbox/phone/")
    page.get_by_label("Number", exact=True).fill("+44 7700 900123")
    page.get_by_role("button", name="Open telephone").click()
    page.get_by_label("Don't arrive: blocked (30004)").check()
    page.get_by_role("button", name="Set").click()
    send(account, to=ADA, body="Hello")
    after_a_while()
    page.reload()
    page.locator("#screen").get_by_role("link", name="Alpha Training").click()
    page.get_by_text("Never arrived: 30004").wait_for()
    page.get_by_label("Answer").fill("Is anybody there?")
    page.get_by_role("button", name="Send").click()
    assert TextMessage.objects.latest("created_at").body == "Is anybody there?"

    page.goto(deep_link(bot.sender, "Zk3"))
    page.get_by_label("You are").fill("Ada Test")
    page.get_by_role("button", name="Start").click()
    chat = bot.chats.get()
    telegram.send_message(bot.token, chat_id=chat.pk, text="Will you come?", buttons=[[Button("Yes", data="yes:1")]])
    page.reload()
    page.get_by_role("button", name="Yes").click()
    page.get_by_role("button", name="Block").click()
    page.get_by_text("You have blocked this bot.").wait_for()
    after_a_while()
    started, pressed, blocked = map(read_update, hearing.updates())
    assert isinstance(started, Started)
    assert started.payload == "Zk3"
    assert isinstance(pressed, Pressed)
    assert pressed.data == "yes:1"
    assert isinstance(blocked, Blocked)


@pytest.mark.browser
def test_a_bot_s_answer_to_a_button_shows_while_one_looks(bot, hearing, after_a_while, new_page):
    telegram.set_webhook(bot.token, hearing.url, "s")
    chat = chats.start(bot, "Ada Test", "")
    number = telegram.send_message(bot.token, chat_id=chat.pk, text="Come?", buttons=[[Button("Yes", data="y")]])
    page = new_page()
    page.goto(f"/sandbox/telegram/{bot.sender}/{chat.pk}/")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Yes").click()
    after_a_while()
    pressed = read_update(hearing.updates()[-1])
    telegram.answer_callback(bot.token, callback_id=pressed.callback_id, text="See you there")
    telegram.edit_reply_markup(bot.token, chat_id=chat.pk, message_id=number)
    page.get_by_text("See you there").wait_for()
    assert page.get_by_role("button", name="Yes").count() == 0


@pytest.mark.browser
def test_somebody_allows_notifications_reads_one_and_takes_the_permission_back(alpha, push, new_page):
    page = new_page(javascript=False)
    page.goto(f"/sandbox/phone/{ADA}/")
    page.get_by_label("Site", exact=True).select_option("alpha")
    page.get_by_role("button", name="Allow notifications").click()
    page.get_by_text("What the site is given").click()
    browser = read_subscription(json.loads(page.locator("pre code").inner_text()))
    for title in ("Tomorrow at 9", "Tomorrow at 10"):
        push(browser, title=title, tag="same", link="https://x.test/", **{"from": "Alpha Training"})
    page.reload()
    assert page.get_by_role("link", name="Tomorrow at 10").get_attribute("href") == "https://x.test/"
    assert page.get_by_text("Tomorrow at 9").count() == 0  # the newer one of the same tag took its place
    page.get_by_role("button", name="Clear all").click()
    page.get_by_text("Nothing has come yet.").wait_for()
    page.get_by_role("button", name="Remove").click()
    with pytest.raises(ChannelRefused):
        push(browser, title="Too late")
    assert PushNotice.objects.count() == 2


def test_a_script_gets_a_subscription_as_a_browser_would_give_it(site, alpha, payer):
    page = payer.http.get(f"{site}/sandbox/phone/{ADA}/").text
    token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    headers, url = {"Accept": "application/json"}, f"{site}/sandbox/phone/{ADA}/browsers"
    answer = payer.http.post(url, {"csrfmiddlewaretoken": token, "slug": "alpha"}, headers=headers, timeout=10)
    assert answer.status_code == 201
    assert read_subscription(answer.json()).endpoint.endswith(Browser.objects.get().key)
    nobody = payer.http.post(url, {"csrfmiddlewaretoken": token, "slug": "nobody"}, headers=headers, timeout=10)
    assert nobody.status_code == 404


def test_looking_at_a_telephone_that_got_nothing_writes_nothing_down(site):
    assert requests.get(f"{site}/sandbox/phone/{ADA}/", timeout=10).status_code == 200
    assert not Telephone.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "phone/12/", "phone/+44x/", f"phone/{ADA}/sms/AC1/", f"phone/{ADA}/fax/AC1/", "telegram/nobody_bot/",
        "telegram/alpha_bot/5/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(site, alpha, path):
    assert requests.get(f"{site}/sandbox/{path}", timeout=10).status_code == 404


def test_the_page_lists_what_a_site_is_connected_with(site, alpha):
    page = requests.get(f"{site}/sandbox/phone/", timeout=10).text
    details, bot = twilio_of(alpha.slug), bot_of(alpha.slug)
    for text in (details.sid, details.token, details.number, details.messaging_service, bot.token, bot.username):
        assert text in page


def test_what_somebody_writes_is_text_and_not_html(site, account, after_a_while):
    send(account, to=ADA, body="<script>alert(1)</script> https://x.test/\"onmouseover='x'")
    after_a_while()
    page = requests.get(f"{site}/sandbox/phone/{ADA}/sms/{account.sid}/", timeout=10).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_form_leads_back_to_the_page_it_was_on_and_nowhere_else(site, payer):
    url = f"{site}/sandbox/phone/{ADA}/"
    for back in (
        f"/sandbox/phone/{ADA}/sms/x/",
        "https://evil.test/",
        f"/sandbox/phone/{ADA}/../../../evil",
        "//evil.test",
    ):
        page = payer.http.get(url).text
        token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
        data = {"csrfmiddlewaretoken": token, "fate": "30003", "back": back}
        answer = payer.http.post(f"{url}fate", data, allow_redirects=False, timeout=10)
        assert answer.headers["Location"] == (back if back.endswith("/sms/x/") else f"/sandbox/phone/{ADA}/")
