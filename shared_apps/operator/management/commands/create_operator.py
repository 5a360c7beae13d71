from django.core.management.base import CommandParser

from shared_apps.accounts.letters import password_link, send_welcome
from shared_apps.operator.commands import OperatorCommand, Options
from shared_apps.operator.services import create_operator
from shared_apps.tenants.context import public_context


class Command(OperatorCommand):
    help = "Let somebody into the operators' console, and email them a link that sets their password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument("--show-link", action="store_true", help="Print the link here and send no email.")

    def work(self, options: Options) -> None:
        user = create_operator(email=options["email"], name=options["name"])
        with public_context():
            if not options["show_link"]:
                try:
                    send_welcome(user)
                except OSError as error:  # the mail server's refusals too
                    self.stderr.write(f"The email could not be sent ({error}). Hand over this link yourself:")
                else:
                    self.stdout.write(f"{user.email} is an operator and gets a link to set a password.")
                    return
            self.stdout.write(password_link(user))
