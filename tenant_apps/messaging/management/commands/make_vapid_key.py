"""Print a new key for notifications of browsers."""

import base64

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Prints a value for VAPID_PRIVATE_KEY. Browsers that subscribed with another one hear nothing any more."

    def handle(self, *args: object, **options: object) -> None:
        number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        self.stdout.write(base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode())
