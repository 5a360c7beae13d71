"""Finding certificates by number, name, course or company."""

from django.db.models import Q

from shared_apps.core.search import AnyRows, Word, found
from tenant_apps.certificates.models import Certificate, CertificateQuerySet


def find_certificates(rows: CertificateQuerySet, text: str) -> AnyRows:
    """Those that have every word of `text`."""

    def has(word: Word) -> Q:
        return Q(pk__in=Certificate.objects.filter(word.is_in()).order_by().values("pk"))

    return found(rows, text, has, spelt_in=[Certificate.objects.order_by()])
