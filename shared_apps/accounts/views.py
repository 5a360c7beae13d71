"""Pages of signing in that say more than allauth's."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset import perform_password_reset_login
from allauth.account.views import PasswordResetFromKeyView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _


class ChoosePassword(PasswordResetFromKeyView):
    """The link in an email that sets a password. Whoever sets their first is welcomed and signed in.

    Who was invited, or booked and asked for an account, has had none; the others forgot theirs and sign in anew.
    """

    permission = "public"

    def dispatch(self, request: HttpRequest, uidb36: str, key: str, **kwargs: Any) -> HttpResponseBase:
        self.reset_user: Any = None
        return super().dispatch(request, uidb36, key, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"first": self._is_first()}

    def form_valid(self, form: Any) -> HttpResponse:
        if not self._is_first():
            return super().form_valid(form)
        form.save()
        user = form.user
        messages.success(self.request, _("Welcome, %s. Your password is set.") % user)
        get_adapter().send_notification_mail("account/email/password_set", user)
        return perform_password_reset_login(self.request, user, email=user.email)

    def _is_first(self) -> bool:
        return self.reset_user is not None and not self.reset_user.has_usable_password()
