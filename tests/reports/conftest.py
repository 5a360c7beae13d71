from tests.api.conftest import api
from tests.office.conftest import desk, office

__all__ = ["api", "desk", "office"]
