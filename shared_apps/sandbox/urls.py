"""Included below `/sandbox/` of the main host while `settings.SANDBOX` is on."""

from django.urls import path

from shared_apps.sandbox import mail_views, views
from shared_apps.sandbox.messages import push_api, telegram_api, twilio_api
from shared_apps.sandbox.stripe_api import api, pages

app_name = "sandbox"
urlpatterns = [
    path("", views.index, name="index"),
    path("switches", views.switches_json, name="switches"),
    path("switches/form", views.change_switches, name="change_switches"),
    path("mail/", mail_views.mail_list, name="mail_list"),
    path("mail/<uuid:mail_id>/", mail_views.mail, name="mail"),
    path("mail/<uuid:mail_id>/html", mail_views.mail_html, name="mail_html"),
    path("mail/<uuid:mail_id>/raw", mail_views.mail_raw, name="mail_raw"),
    path("mail/<uuid:mail_id>/files/<int:index>", mail_views.mail_file, name="mail_file"),
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
