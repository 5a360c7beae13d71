"""What was found wrong, and the line of the report that each check writes."""

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Finding:
    """One fault: on which page, in which mode (`360 dark`, `320 px, text 200 %`), and at which element."""

    page: str
    mode: str
    what: str
    element: str = ""

    def __str__(self) -> str:
        where = f"{self.page} ({self.mode})" if self.mode else self.page
        return f"{where}: {self.what}" + (f" — {self.element}" if self.element else "")


@dataclass
class Check:
    """One row of the report: what must hold, what was measured, and every breach of it."""

    name: str
    limit: str
    measured: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.findings

    def fault(self, page: str, mode: str, what: str, element: str = "") -> None:
        """Note a breach, once."""
        finding = Finding(page, mode, what, " ".join(element.split())[:200])
        if finding not in self.findings:
            self.findings.append(finding)
