"""What each provider teaches, in words one would find on its own site."""

from tenant_apps.demo.shapes import ModuleData


def syllabus(*parts: tuple[str, int, str]) -> tuple[ModuleData, ...]:
    """Modules from title, weight in per cent, and what is in it."""
    return tuple(ModuleData(title=title, weight=weight, summary=summary) for title, weight, summary in parts)
