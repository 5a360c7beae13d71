"""Pages of signing in that say more than allauth's."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.flows.password_reset import perform_password_reset_login
from allauth.account.models import EmailConfirmation, Login
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.account.views import ConfirmEmailView, EmailVerificationSentView, PasswordResetFromKeyView
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from shared_apps.accounts.asked import asked_address
from shared_apps.accounts.letters import answer_resend
from shared_apps.accounts.models import User
from shared_apps.accounts.reset_forms import NewPassword
from shared_apps.core.limits import DAY, Rate, count
from shared_apps.core.time import how_long
from shared_apps.web.networks import mails_wait

AGAIN = (Rate(1, 180), Rate(6, DAY))


class ConfirmEmail(ConfirmEmailView):
    """The link in an email that proves an address, for the account that gave it and for nobody else.

    Anybody can give somebody else's address, and its owner may well say that it is theirs. So whoever follows the link
    is that account: signed in, just signing up in this browser, or somebody who knows its password.
    """

    permission = "public"

    def logout_other_user(self, confirmation: EmailConfirmation) -> None:
        """Who is signed in stays so: a link in an email signs nobody out."""

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        found = super().get_context_data(**kwargs)
        if self.object is None:
            return found
        address = self.object.email_address
        asked = {
            "form": ReauthenticateForm(user=address.user), "theirs": self._is_theirs(),
            "is_main": address.email == address.user.email,  # a forgotten password is sent to that one
        }  # fmt: skip
        return {**asked, **found}

    def post(self, *args: object, **kwargs: object) -> HttpResponse:
        """Confirm the address for the account that it is, and sign in whoever gave its password; else ask again."""
        self.object = self.get_object()
        if self._is_theirs():
            return super().post(*args, **kwargs)
        address = self.object.email_address
        if limited := ratelimit.consume_or_429(self.request, action="reauthenticate", user=address.user):
            return limited
        form = ReauthenticateForm(self.request.POST, user=address.user)
        if not form.is_valid():
            return self.render_to_response({**self.get_context_data(), "form": form}, status=422)
        confirmed = self.object.confirm(self.request)
        if not confirmed:
            return self.respond(False)
        self.logout()
        return perform_login(self.request, Login(user=confirmed.user, email=confirmed.email))

    def _is_theirs(self) -> bool:
        account = self.object.email_address.user_id
        signing_up = LoginStageController.enter(self.request, EmailVerificationStage.key)
        return account in (self.request.user.pk, signing_up and signing_up.login.user.pk)


class CheckEmail(EmailVerificationSentView):
    """Which address we wrote to, and ways on when nothing comes. Whether it has an account is told to nobody here."""

    permission = "public"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return super().get_context_data(**kwargs) | {"email": asked_address(self.request)}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send it again."""
        email = asked_address(request)
        if not email:
            return redirect("account_login")
        if wait := count("confirm-again", email.lower(), *AGAIN) or mails_wait(request):
            said = _("We wrote to %(email)s a moment ago. Look for it there, or try again in %(wait)s.")
            messages.warning(request, said % {"email": email, "wait": how_long(wait)})
        else:
            answer_resend(request, email)
            messages.success(request, _("We sent another message to %s.") % email)
        return redirect("account_email_verification_sent")


class ChoosePassword(PasswordResetFromKeyView):
    """The link in an email that sets a password. Whoever sets their first is welcomed and signed in.

    Who was invited, or booked and asked for an account, has had none; the others forgot theirs and sign in anew.
    """

    permission = "public"

    def dispatch(self, request: HttpRequest, uidb36: str, key: str, **kwargs: object) -> HttpResponseBase:
        self.reset_user: User | None = None
        return super().dispatch(request, uidb36, key, **kwargs)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return super().get_context_data(**kwargs) | {"first": self._is_first()}

    def form_valid(self, form: NewPassword) -> HttpResponse:
        if not self._is_first():
            return super().form_valid(form)
        form.save()
        user = form.user
        messages.success(self.request, _("Welcome, %s. Your password is set.") % user)
        get_adapter().send_notification_mail("account/email/password_set", user)
        return perform_password_reset_login(self.request, user, email=user.email)

    def _is_first(self) -> bool:
        return self.reset_user is not None and not self.reset_user.has_usable_password()
