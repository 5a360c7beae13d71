"""Signing in and out by API, and users."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.account.utils import url_str_to_user_pk
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import exceptions, generics, mixins, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts import letters, tokens
from shared_apps.accounts.errors import (
    CodeRequired,
    EmailTaken,
    InvalidKey,
    InvalidRefreshToken,
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
from shared_apps.accounts.services import create_user, prove_email, rename_user, reset_password
from shared_apps.core.throttling import MailThrottle, Throttle

TOKENS = OpenApiExample(
    "Tokens", {"accessToken": "eyJhbGciOi…", "refreshToken": "eyJhbGciOi…", "expiresIn": 900}, response_only=True
)


class AuthView(generics.GenericAPIView):
    """Open to everybody, a few times a minute."""

    permission = "public"
    authentication_classes: Any = []
    throttle_classes = [Throttle]
    throttle_scope = "auth"

    def valid(self, request: Request) -> dict[str, Any]:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data


def said(text: str) -> Response:
    return Response({"detail": text}, status=status.HTTP_202_ACCEPTED)


class Register(AuthView):
    throttle_classes = [Throttle, MailThrottle]
    serializer_class = RegistrationSerializer

    @extend_schema(
        summary="Register",
        description="Makes an account and sends a link that proves the address. Whoever has an account already "
        "is told so by email only: the answer is the same.",
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
        data = self.valid(request)
        try:
            user = create_user(email=data["email"], password=data["password"], name=data["name"])
        except EmailTaken:
            if letters.may_write_to(request._request, data["email"], about="confirm_email"):
                letters.say_account_exists(data["email"].lower())
        else:
            if letters.may_write_to(request._request, data["email"], about="confirm_email"):
                letters.ask_to_confirm(request._request, user, signup=True)
        return said("We sent you an email. Follow the link in it to confirm your address.")


class Login(AuthView):
    serializer_class = LoginSerializer

    @extend_schema(
        summary="Sign in",
        description="401 `wrong_credentials`; 401 `mfa_required` where an authenticator app is set up and no code "
        "was sent. After five wrong passwords of one address: 429 for five minutes.",
        responses=TokensSerializer,
        examples=[
            OpenApiExample(
                "Password", {"email": "student@example.com", "password": "muster-demo-1"}, request_only=True
            ),
            TOKENS,
        ],
    )
    def post(self, request: Request) -> Response:
        data = self.valid(request)
        try:
            user: Any = get_adapter().authenticate(
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
    serializer_class = RefreshSerializer

    @extend_schema(
        summary="Renew the tokens",
        description="A refresh token is spent by using it: keep the new one.",
        responses=TokensSerializer,
        examples=[TOKENS],
    )
    def post(self, request: Request) -> Response:
        pair = tokens.refresh(self.valid(request)["refresh_token"])
        if pair is None:
            raise InvalidRefreshToken
        return Response(pair)


class SignedInView(generics.GenericAPIView):
    permission = "account.use"
    throttle_classes = [Throttle]
    throttle_scope = "public"
    serializer_class = UserSerializer


class Logout(SignedInView):
    @extend_schema(
        summary="Sign out",
        description="Ends the session: its access and refresh tokens are worth nothing any more.",
        request=None,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        payload: Any = request.auth
        tokens.revoke(payload)
        return Response(status=204)


class Me(SignedInView):
    @extend_schema(summary="Who am I", responses=UserSerializer)
    def get(self, request: Request) -> Response:
        return Response(self.get_serializer(users().get(pk=request.user.pk)).data)


class ForgotPassword(AuthView):
    throttle_classes = [Throttle, MailThrottle]
    serializer_class = EmailSerializer

    @extend_schema(
        summary="Ask for a link that resets the password",
        description="The answer is the same whether there is such an account or not.",
        responses={202: SaidSerializer},
    )
    def post(self, request: Request) -> Response:
        email = self.valid(request)["email"]
        if not letters.may_write_to(request._request, email, about="reset_password"):
            raise exceptions.Throttled(wait=60)
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user:
            letters.send_reset_link(user)
        else:
            letters.say_no_account(email)
        return said("If there is an account with this address, an email with a link is on its way.")


class ResetPassword(AuthView):
    serializer_class = NewPasswordSerializer

    @extend_schema(
        summary="Set a new password",
        description="`key` is the part of the emailed link after `/key/`. Every token of before ends.",
        request=NewPasswordSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        data = self.valid(request)
        uid, _, token = data["key"].strip("/").partition("-")
        user = _user_of(uid)
        if user is None or not letters.tokens.check_token(user, token):
            raise InvalidKey
        check_password(data["password"], user)
        reset_password(user, password=data["password"])
        return Response(status=204)


def _user_of(uid: str) -> User | None:
    try:
        return User.objects.filter(pk=url_str_to_user_pk(uid), is_active=True).first()
    except (ValueError, ValidationError):
        return None


class VerifyEmail(AuthView):
    serializer_class = KeySerializer

    @extend_schema(
        summary="Confirm an email address",
        description="`key` is the last part of the emailed link.",
        request=KeySerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        confirmation = EmailConfirmation.from_key(self.valid(request)["key"].strip("/"))
        if confirmation is None or confirmation.key_expired() or not prove_email(confirmation.email_address):
            raise InvalidKey
        return Response(status=204)


class ResendVerification(AuthView):
    throttle_classes = [Throttle, MailThrottle]
    serializer_class = EmailSerializer

    @extend_schema(
        summary="Send the confirmation email again",
        description="At most every three minutes for one address. The answer is always the same.",
        responses={202: SaidSerializer},
    )
    def post(self, request: Request) -> Response:
        email = self.valid(request)["email"]
        if letters.may_write_to(request._request, email, about="confirm_email"):
            letters.answer_resend(request._request, email)
        return said("If this address waits to be confirmed, an email with a link is on its way.")


def users() -> Any:
    """Users with whether their address is proven."""
    proven = EmailAddress.objects.annotate(low=Lower("email")).filter(
        user=OuterRef("pk"), low=Lower(OuterRef("email")), verified=True
    )
    return User.objects.annotate(email_verified=Exists(proven))


@extend_schema_view(
    list=extend_schema(summary="List users", description="The office sees all users; everybody else, themselves."),
    retrieve=extend_schema(summary="Get a user"),
    partial_update=extend_schema(summary="Rename a user"),
)
class UserViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.UpdateModelMixin, viewsets.GenericViewSet[User]
):
    permission = "account.use"
    serializer_class = UserSerializer
    http_method_names = ["get", "head", "options", "patch"]
    orderings = {"name": "name", "email": "email", "createdAt": "created_at"}

    def get_queryset(self) -> Any:
        visible = User.objects.visible_to(self.request.user).values("pk")
        return users().filter(pk__in=visible)

    def perform_update(self, serializer: Any) -> None:
        rename_user(serializer.instance, name=serializer.validated_data.get("name", serializer.instance.name))
