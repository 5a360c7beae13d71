from tests.office.conftest import desk, office  # noqa: F401
