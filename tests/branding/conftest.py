from tests.api.conftest import api
from tests.office.conftest import desk

__all__ = ["api", "desk"]
