"""What `make test` says of tests that did not run."""

import os
import subprocess
import sys

import pytest

from config.run import check

TESTS = """
import pytest

@pytest.mark.skipif(True, reason="Pango is missing")
def test_of_pdfs(): ...

def test_of_a_thorough_run():
    pytest.skip("in thorough runs only")

@pytest.mark.skip(reason="it was late")
def test_of_money(): ...

def test_that_runs(): ...
"""


@pytest.fixture
def left_out(tmp_path):
    (tmp_path / "test_some.py").write_text(TESTS)
    report = tmp_path / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", f"--junitxml={report}", str(tmp_path)]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    subprocess.run(command, cwd=tmp_path, env=alone, capture_output=True, check=True)
    return check.read_skipped(report)


def test_skipped_tests_are_counted_by_reason_and_one_that_nobody_expects_is_named(left_out):
    assert [each.is_expected for each in left_out] == [True, True, False]
    many, unexpected = check.tell_skipped(left_out)
    assert many == "3 skipped: 1 Pango is missing; 1 in thorough runs only; 1 it was late"
    assert unexpected == "✗ Nobody expects this to be skipped: test_some.test_of_money"


def test_a_run_in_which_all_ran_says_so():
    assert check.tell_skipped([]) == ["No test was skipped"]
