"""Apart from the other forms, because allauth's forms import those."""

from allauth.account.forms import SignupForm
from django.http import HttpRequest, HttpResponse

from shared_apps.accounts.asked import note_asked
from shared_apps.accounts.models import User
from shared_apps.web.people_fields import read_pasted


class Signup(SignupForm):
    """Signing up takes as long for an address that has an account as for one that has none."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        read_pasted(self, "email")

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        note_asked(request, self.cleaned_data["email"])
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])
        return super().try_save(request)
