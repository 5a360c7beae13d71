"""schemathesis against the API, as nobody and as each role: examples, boundary values, random data, whole stories."""

import collections
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from attack.site import ROOT, TENANT, Site
from config.run.site import DEMO_PASSWORD

HERE = Path(__file__).resolve().parent
PEOPLE = {"nobody": "", "student": "student", "trainer": "trainer", "office": "office", "owner": "owner"}


@dataclass(frozen=True)
class Fuzzed:
    """What one role's run came to. `failures` are sentences; `filtered` counts refusals beyond a JSON schema."""

    role: str
    requests: int
    statuses: dict[int, int]
    failures: list[str]
    faults: list[str]

    @property
    def good(self) -> bool:
        return not self.failures and not self.faults


def fuzz(site: Site, role: str, *, examples: int, seconds: int, reports: Path) -> Fuzzed:
    """Run all of schemathesis' phases and checks as one role, and read its report."""
    reports.mkdir(parents=True, exist_ok=True)
    json_report, events = reports / f"{role}.json", reports / f"{role}.ndjson"
    person = PEOPLE[role]
    env = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "attack.hooks",
        "PYTHONPATH": str(ROOT),
        "ATTACK_API": site.api,
        "ATTACK_EMAIL": f"{person}@{TENANT}.test" if person else "",
        "ATTACK_PASSWORD": DEMO_PASSWORD,
    }
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", HERE / "schemathesis.toml", "run"),
        *(f"{site.api}/openapi.json", "--url", site.api, "--seed", "1", "--checks", "all", "--continue-on-failure"),
        *("--max-examples", examples, "--no-color", "--report", "json,ndjson"),
        *("--report-json-path", json_report, "--report-ndjson-path", events, "--request-timeout", "30"),
    ]
    with (reports / f"{role}.txt").open("w") as out:
        subprocess.run(
            [str(word) for word in command], cwd=ROOT, env=env, stdout=out, stderr=out, check=False, timeout=seconds
        )
    told = json.loads(json_report.read_text())
    failures = [f"{one['title']}: {', '.join(_names(one['operations']))}" for one in told["failures"]]
    faults = [] if told["complete"] and not told["test_cases"]["errored"] else [f"stopped: {told['stop_reason']}"]
    return Fuzzed(role, told["test_cases"]["generated"], _statuses(events), failures, faults)


def _names(operations: list[object]) -> list[str]:
    return [
        str(one.get("label") or one.get("name") or one) if isinstance(one, dict) else str(one) for one in operations
    ]


def _statuses(events: Path) -> dict[int, int]:
    seen: collections.Counter[int] = collections.Counter()
    with events.open() as lines:
        for line in lines:
            recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
            for one in recorder.get("interactions", {}).values():
                seen[(one.get("response") or {}).get("status_code", 0)] += 1
    return dict(sorted(seen.items()))
