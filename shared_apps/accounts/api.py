"""Signing in and out by API, and users."""

from collections.abc import Sequence
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.account.utils import url_str_to_user_pk
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import exceptions, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts import letters, tokens
from shared_apps.accounts.authentication import TenantJWTAuthentication
from shared_apps.accounts.errors import (
    CodeRequired,
    EmailTaken,
    InvalidKey,
    InvalidRefreshToken,
    SignInToConfirm,
    WrongCode,
    WrongCredentials,
)
from shared_apps.accounts.models import User
from shared_apps.accounts.serializers import (
    EmailSerializer,
    KeySerializer,
    LoginSerializer,
    NewPasswordSerializer,
    RefreshSerializer,
    RegistrationSerializer,
    SaidSerializer,
    TokensSerializer,
    UserSerializer,
    check_password,
)
from shared_apps.accounts.services import account_of, create_user, is_of_sign_up, prove_email, reset_password
from shared_apps.api.endpoints import View
from shared_apps.api.throttling import MailThrottle, Throttle

TOKENS = OpenApiExample(
    "Tokens", {"accessToken": "eyJhbGciOi…", "refreshToken": "eyJhbGciOi…", "expiresIn": 900}, response_only=True
)


class AuthView(View):
    """Open to everybody, a few times a minute."""

    permission = "public"
    authentication_classes: Sequence[type[BaseAuthentication]] = []
    throttle_classes = [Throttle]
    throttle_scope = "auth"


def said(text: str) -> Response:
    return Response({"detail": text}, status=status.HTTP_202_ACCEPTED)


class Register(AuthView):
    throttle_classes = [Throttle, MailThrottle]

    @extend_schema(
        operation_id="register",
        summary="Register",
        description="Makes an account and sends a link that proves the address. Whoever has an account already "
        "is told so by email only: the answer is the same.",
        request=RegistrationSerializer,
        responses={202: SaidSerializer},
        examples=[
            OpenApiExample(
                "A student",
                {"name": "Ada Lovelace", "email": "ada@example.com", "password": "engine-no-1"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        data = self.body(RegistrationSerializer)
        try:
            user = create_user(**data)
        except EmailTaken:
            if letters.may_write_to(request._request, data["email"], about="confirm_email"):
                letters.say_account_exists(data["email"].lower())
        else:
            if letters.may_write_to(request._request, data["email"], about="confirm_email"):
                letters.ask_to_confirm(request._request, user, signup=True)
        return said("We sent you an email. Follow the link in it to confirm your address.")


class Login(AuthView):
    @extend_schema(
        operation_id="signIn",
        summary="Sign in",
        description="401 `wrong_credentials`; 401 `mfa_required` where an authenticator app is set up and no code "
        "was sent. After five wrong passwords of one address from one network: 429 for five minutes.",
        request=LoginSerializer,
        responses=TokensSerializer,
        examples=[
            OpenApiExample(
                "Password", {"email": "student@example.com", "password": "muster-demo-1"}, request_only=True
            ),
            TOKENS,
        ],
    )
    def post(self, request: Request) -> Response:
        data = self.body(LoginSerializer)
        try:
            user: User | None = get_adapter().authenticate(
                request._request, email=data["email"].strip(), password=data["password"]
            )
        except ValidationError:
            raise exceptions.Throttled(wait=300) from None
        if user is None or not user.is_active:
            raise WrongCredentials
        if is_mfa_enabled(user):
            _check_code(user, data.get("code"))
        return Response(tokens.issue(user))


def _check_code(user: User, code: str | None) -> None:
    if not code:
        raise CodeRequired
    form = AuthenticateForm(user=user, data={"code": code})
    if not form.is_valid():
        if form.errors.as_data()["code"][0].code == "too_many_login_attempts":
            raise exceptions.Throttled(wait=300)
        raise WrongCode
    form.authenticator.record_usage()


class Refresh(AuthView):
    @extend_schema(
        operation_id="refreshTokens",
        summary="Renew the tokens",
        description="A refresh token is spent by using it: keep the new one.",
        request=RefreshSerializer,
        responses=TokensSerializer,
        examples=[TOKENS],
    )
    def post(self, request: Request) -> Response:
        pair = tokens.refresh(self.body(RefreshSerializer)["refresh_token"])
        if pair is None:
            raise InvalidRefreshToken
        return Response(pair)


class SignedInView(View):
    permission = "account.use"
    throttle_classes = [Throttle]
    throttle_scope = "public"


class Logout(SignedInView):
    @extend_schema(
        operation_id="signOut",
        summary="Sign out",
        description="Ends the session: its access and refresh tokens are worth nothing any more.",
        request=None,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        self.body()
        payload: Any = request.auth  # what our authentication answers with; the stubs know of a Token alone
        tokens.revoke(payload)
        return Response(status=204)


class Me(SignedInView):
    @extend_schema(operation_id="getMe", summary="Who am I", responses=UserSerializer)
    def get(self, request: Request) -> Response:
        assert request.user.is_authenticated
        return Response(UserSerializer(users().get(pk=request.user.pk)).data)


class ForgotPassword(AuthView):
    throttle_classes = [Throttle, MailThrottle]

    @extend_schema(
        operation_id="forgotPassword",
        summary="Ask for a link that resets the password",
        description="The answer is the same whether there is such an account or not.",
        request=EmailSerializer,
        responses={202: SaidSerializer},
    )
    def post(self, request: Request) -> Response:
        email = self.body(EmailSerializer)["email"]
        if not letters.may_write_to(request._request, email, about="reset_password"):
            raise exceptions.Throttled(wait=60)
        if user := account_of(email):
            letters.send_reset_link(user, email)
        else:
            letters.say_no_account(email)
        return said("If there is an account with this address, an email with a link is on its way.")


class ResetPassword(AuthView):
    @extend_schema(
        operation_id="resetPassword",
        summary="Set a new password",
        description="`key` is the part of the emailed link after `/key/`. Every token of before ends.",
        request=NewPasswordSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        data = self.body(NewPasswordSerializer)
        uid, _, token = data["key"].strip("/").partition("-")
        user = _user_of(uid)
        email = letters.tokens.address_of(user, token)
        if user is None or not email:
            raise InvalidKey
        check_password(data["password"], user)
        reset_password(user, password=data["password"], email=email)
        return Response(status=204)


def _user_of(uid: str) -> User | None:
    try:
        return User.objects.filter(pk=url_str_to_user_pk(uid), is_active=True).first()
    except (ValueError, ValidationError):
        return None


class VerifyEmail(AuthView):
    """Anybody can give somebody else's address as a further one, and its owner may well pass the key on."""

    authentication_classes = [TenantJWTAuthentication]

    @extend_schema(
        operation_id="verifyEmail",
        summary="Confirm an email address",
        description="`key` is the last part of the emailed link. The address with which one registered needs no more; "
        "another one is confirmed by the account that has it, signed in: else 401 `sign_in_to_confirm`.",
        request=KeySerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        confirmation = EmailConfirmation.from_key(self.body(KeySerializer)["key"].strip("/"))
        if confirmation is None or confirmation.key_expired():
            raise InvalidKey
        address = confirmation.email_address
        if address.user_id != request.user.pk and not is_of_sign_up(address):
            raise SignInToConfirm
        if not prove_email(address):
            raise InvalidKey
        return Response(status=204)


class ResendVerification(AuthView):
    throttle_classes = [Throttle, MailThrottle]

    @extend_schema(
        operation_id="resendVerification",
        summary="Send the confirmation email again",
        description="At most every three minutes for one address. The answer is always the same.",
        request=EmailSerializer,
        responses={202: SaidSerializer},
    )
    def post(self, request: Request) -> Response:
        email = self.body(EmailSerializer)["email"]
        if letters.may_write_to(request._request, email, about="confirm_email"):
            letters.answer_resend(request._request, email)
        return said("If this address waits to be confirmed, an email with a link is on its way.")


def users() -> QuerySet[User]:
    """Users with whether their address is proven."""
    proven = EmailAddress.objects.annotate(low=Lower("email")).filter(
        user=OuterRef("pk"), low=Lower(OuterRef("email")), verified=True
    )
    return User.objects.annotate(email_verified=Exists(proven))
