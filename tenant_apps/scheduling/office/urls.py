"""Sessions in the office."""

from django.urls import path

from tenant_apps.scheduling.office import (
    calendar_views,
    hours_views,
    register_views,
    series_views,
    settings_views,
    several_views,
    views,
)

urlpatterns = [
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("sessions/<uuid:pk>/look/", calendar_views.session_look, name="session_look"),
    path("holidays/", hours_views.holidays, name="holidays"),
    path("holidays/<uuid:pk>/drop/", hours_views.holiday_drop, name="holiday_drop"),
    path("trainers/<uuid:pk>/hours/", hours_views.trainer_hours, name="trainer_hours"),
    path("trainers/<uuid:pk>/time-off/", hours_views.time_off_new, name="time_off_new"),
    path("trainers/<uuid:pk>/time-off/<uuid:off>/drop/", hours_views.time_off_drop, name="time_off_drop"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/export.csv", views.sessions_export, name="sessions_export"),
    path("courses/<uuid:pk>/sessions/", views.course_sessions, name="course_sessions"),
    path("courses/<uuid:pk>/sessions/new/", views.session_new, name="session_new"),
    path("courses/<uuid:pk>/sessions/several/", several_views.sessions_several, name="sessions_several"),
    path("courses/<uuid:pk>/sessions/take-back/", several_views.sessions_take_back, name="sessions_take_back"),
    path("courses/<uuid:pk>/messages/", settings_views.course_notices, name="course_notices"),
    path("courses/<uuid:pk>/sessions/series/", series_views.series_new, name="series_new"),
    path("series/<uuid:pk>/", series_views.series, name="series"),
    path("series/<uuid:pk>/extend/", series_views.series_extend, name="series_extend"),
    path("series/<uuid:pk>/take-back/", series_views.series_take_back, name="series_take_back"),
    path("settings/sessions/", settings_views.session_notices, name="settings_sessions"),
    path("places/", views.places, name="places"),
    path("places/new/", views.place_new, name="place_new"),
    path("places/<uuid:pk>/", views.place_edit, name="place_edit"),
    path("today/", register_views.today, name="today"),
    path("today/worker.js", register_views.register_worker, name="register_worker"),
    path("today/app.webmanifest", register_views.register_manifest, name="register_manifest"),
    path("today/marks/", register_views.register_marks, name="register_marks"),
    path("today/<uuid:day>/", register_views.register, name="register"),
    path("today/<uuid:day>/sign-in.pdf", register_views.register_sheet, name="register_sheet"),
    path("sessions/<uuid:pk>/duplicate/", views.session_duplicate, name="session_duplicate"),
]
