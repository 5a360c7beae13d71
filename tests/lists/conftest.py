from tests.office.conftest import desk, office

__all__ = ["desk", "office"]
