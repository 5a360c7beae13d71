"""Included below `/sandbox/` of the main host while `settings.SANDBOX` is on."""

from django.urls import path

from shared_apps.sandbox import clock_views, mail_views, phone_views, telegram_views, views
from shared_apps.sandbox.messages import push_api, telegram_api, twilio_api
from shared_apps.sandbox.stripe_api import api, pages

app_name = "sandbox"
urlpatterns = [
    path("", views.index, name="index"),
    path("switches", views.switches_json, name="switches"),
    path("switches/form", views.change_switches, name="change_switches"),
    path("clocks/", clock_views.clock_list, name="clock_list"),
    path("clocks/<slug:slug>/", clock_views.clock, name="clock"),
    path("clocks/<slug:slug>.json", clock_views.clock_json, name="clock_json"),
    path("mail/", mail_views.mail_list, name="mail_list"),
    path("mail/<uuid:mail_id>/", mail_views.mail, name="mail"),
    path("mail/<uuid:mail_id>/html", mail_views.mail_html, name="mail_html"),
    path("mail/<uuid:mail_id>/raw", mail_views.mail_raw, name="mail_raw"),
    path("mail/<uuid:mail_id>/files/<int:index>", mail_views.mail_file, name="mail_file"),
    path("phone/", phone_views.phone_list, name="phone_list"),
    path("phone/open", phone_views.open_phone, name="open_phone"),
    path("phone/<str:number>/", phone_views.phone, name="phone"),
    path("phone/<str:number>/fate", phone_views.set_fate, name="set_fate"),
    path("phone/<str:number>/notices", phone_views.dismiss, name="dismiss"),
    path("phone/<str:number>/browsers", phone_views.subscribe, name="subscribe"),
    path("phone/<str:number>/browsers/<uuid:browser_id>", phone_views.unsubscribe, name="unsubscribe"),
    path("phone/<str:number>/<str:way>/<str:account_id>/", phone_views.conversation, name="conversation"),
    path("phone/<str:number>/<str:way>/<str:account_id>/texts", phone_views.write_back, name="write_back"),
    path("telegram/", telegram_views.telegram_list, name="telegram_list"),
    path("telegram/<str:bot>/", telegram_views.telegram_start, name="telegram_start"),
    path("telegram/<str:bot>/<int:chat_id>/", telegram_views.telegram_chat, name="telegram_chat"),
    path("telegram/<str:bot>/<int:chat_id>/texts", telegram_views.telegram_say, name="telegram_say"),
    path("telegram/<str:bot>/<int:chat_id>/buttons", telegram_views.telegram_press, name="telegram_press"),
    path("telegram/<str:bot>/<int:chat_id>/blocked", telegram_views.telegram_block, name="telegram_block"),
    path("stripe/pay/<str:session_id>", pages.pay, name="pay"),
    path("stripe/challenge/<str:intent_id>", pages.challenge, name="challenge"),
    path("stripe/onboarding/<str:account_id>/<str:key>", pages.onboarding, name="onboarding"),
    path("stripe/disputes/<str:dispute_id>", views.decide_dispute, name="decide_dispute"),
    path("stripe/events/<str:event_id>/deliveries", views.send_event_again, name="send_event_again"),
    path("stripe/v1/<path:path>", api.api, name="stripe_api"),
    path("twilio/2010-04-01/Accounts/<str:sid>.json", twilio_api.this_account, name="twilio_account"),
    path("twilio/2010-04-01/Accounts/<str:sid>/Messages.json", twilio_api.messages, name="twilio_messages"),
    path("twilio/2010-04-01/Accounts/<str:sid>/Messages/<str:message>.json", twilio_api.message, name="twilio_message"),
    path("telegram/bot<str:token>/<str:method>", telegram_api.method, name="telegram_api"),
    path("push/<str:key>", push_api.push, name="push_api"),
]
