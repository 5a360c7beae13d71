"""Students, trainers and colleagues in the office."""

from django.urls import path

from tenant_apps.people.office import account_views, privacy_views, record_views, team_views, views

urlpatterns = [
    path("students/new/", views.student_new, name="student_new"),
    path("students/<uuid:pk>/edit/", views.student_edit, name="student_edit"),
    path("students/<uuid:pk>/state/", views.student_state, name="student_state"),
    path("students/<uuid:pk>/account/", account_views.student_account, name="student_account"),
    path("students/<uuid:pk>/join/", record_views.person_merge, name="person_merge"),
    path("students/<uuid:pk>/join/<uuid:merge>/", record_views.person_split, name="person_split"),
    path("students/<uuid:pk>/guardians/", record_views.person_guardians, name="person_guardians"),
    path("students/<uuid:pk>/privacy/", privacy_views.person_privacy, name="person_privacy"),
    path("students/<uuid:pk>/export/", privacy_views.person_export, name="person_export"),
    path("people/<uuid:pk>/proof/", account_views.proof_link, name="proof_link"),
    path("trainers/", views.trainers, name="trainers"),
    path("trainers/new/", views.trainer_new, name="trainer_new"),
    path("trainers/<uuid:pk>/", views.trainer_edit, name="trainer_edit"),
    path("trainers/<uuid:pk>/state/", views.trainer_state, name="trainer_state"),
    path("trainers/<uuid:pk>/invitation/", views.trainer_invitation, name="trainer_invitation"),
    path("team/", team_views.colleagues, name="team"),
    path("team/new/", team_views.colleague_new, name="colleague_new"),
    path("team/<uuid:pk>/", team_views.colleague, name="colleague"),
    path("team/<uuid:pk>/state/", team_views.colleague_state, name="colleague_state"),
    path("team/<uuid:pk>/invitation/", team_views.colleague_invitation, name="colleague_invitation"),
]
