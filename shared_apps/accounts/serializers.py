"""What the API says of users, and what signing in sends."""

from typing import Any, TypedDict

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from rest_framework import serializers

from shared_apps.accounts.models import User
from shared_apps.api.strict import EmailField, ModelSerializer, NameField, PastedField, PhoneField, Serializer
from shared_apps.core.lines import LONGEST_NAME


class UserSerializer(ModelSerializer):
    """A person who can sign in."""

    email_verified = serializers.BooleanField(read_only=True)

    class Meta:
        model = User
        fields = ["id", "email", "name", "roles", "is_active", "email_verified", "created_at"]
        read_only_fields = ["email", "roles"]
        extra_kwargs = {"name": {"required": True, "allow_blank": False, "max_length": LONGEST_NAME}}


class PasswordField(serializers.CharField):
    """Write-only, never trimmed, at most 128 characters."""

    def __init__(self, **kwargs: Any):
        super().__init__(**{"write_only": True, "trim_whitespace": False, "max_length": 128, **kwargs})


class NewPasswordField(PasswordField):
    """At least eight characters; the other rules are those of `check_password`."""

    def __init__(self, **kwargs: Any):
        super().__init__(min_length=8, **kwargs)


def check_password(password: str, user: User) -> None:
    """Refuse a password that breaks the rules."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise serializers.ValidationError({"password": error.messages}) from error


class Registration(TypedDict):
    """Who registers, as they sent it."""

    name: str
    email: str
    password: str
    phone: str


class RegistrationSerializer(Serializer):
    """Who registers. `phone` is kept with them once they have proven the address."""

    name = NameField()
    email = EmailField(max_length=254)
    password = NewPasswordField()
    phone = PhoneField(default="")

    def validate(self, attrs: Registration) -> Registration:
        check_password(attrs["password"], User(email=attrs["email"], name=attrs["name"]))
        return attrs


class LoginSerializer(Serializer):
    email = PastedField(max_length=254)  # whatever it is: no address of ours is told from none at all
    password = PasswordField()
    code = serializers.CharField(
        required=False, max_length=20, help_text="Of the authenticator app, or a recovery code, where that is set up"
    )


class TokensSerializer(Serializer):
    """`expiresIn` are the access token's seconds."""

    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    expires_in = serializers.IntegerField()


class RefreshSerializer(Serializer):
    refresh_token = serializers.CharField(max_length=4000)


class EmailSerializer(Serializer):
    email = EmailField(max_length=254)


class KeySerializer(Serializer):
    key = serializers.CharField(max_length=200, help_text="The last part of the link in the email")


class NewPasswordSerializer(KeySerializer):
    password = NewPasswordField()


class SaidSerializer(Serializer):
    """What happens now, for people."""

    detail = serializers.CharField()
