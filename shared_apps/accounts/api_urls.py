"""Signing in by API."""

from django.urls import path

from shared_apps.accounts import api

urlpatterns = [
    path("auth/register", api.Register.as_view()),
    path("auth/login", api.Login.as_view()),
    path("auth/refresh", api.Refresh.as_view()),
    path("auth/logout", api.Logout.as_view()),
    path("auth/me", api.Me.as_view()),
    path("auth/forgot-password", api.ForgotPassword.as_view()),
    path("auth/reset-password", api.ResetPassword.as_view()),
    path("auth/verify-email", api.VerifyEmail.as_view()),
    path("auth/verify-email/resend", api.ResendVerification.as_view()),
]
