"""The platform's own pages."""
urlpatterns: list = []
