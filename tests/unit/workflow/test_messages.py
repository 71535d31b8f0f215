"""What is told while it runs and at the end, from records as Snakemake logs them."""

import logging
import os
from pathlib import Path

import pytest
from snakemake.logging import DefaultFilter
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.common import LogEvent

from ais.workflow.progress import Progress

MESSAGES = Path(__file__).parents[3] / "rules" / "messages.smk"


@pytest.fixture(scope="module")
def messages():
    names = {}
    exec(compile(MESSAGES.read_text(encoding="utf-8"), "messages.smk", "exec"), names)
    return names


@pytest.fixture
def told(messages):
    """A logger that is listened to, of two stages with three jobs."""
    progress = Progress({"list": 1, "score": 2}, {"list": "stimuli", "score": "importance"})
    logger = logging.Logger("as Snakemake's")
    logger.addHandler(messages["ProgressLines"](progress))

    def log(event, **fields):
        logger.info("", extra={"event": event, **fields})

    return log


def test_a_stage_that_is_complete_is_told(told, capsys):
    told("job_info", jobid=1, rule_name="list")
    told("job_finished", job_id=1)
    told("job_info", jobid=2, rule_name="score")
    told("job_finished", job_id=2)  # no stage is, and seconds have not passed
    assert capsys.readouterr().err == "stimuli done: 1 of 3 jobs; at least 10 s left\n"


def test_what_failed_is_not_done(told, capsys):
    told("job_info", jobid=1, rule_name="list")
    told("job_error", jobid=1)
    told("job_finished", job_id=1)
    assert capsys.readouterr().err == ""


def test_other_records_are_none_of_its_business(told, capsys):
    for event in (None, "resources_info", "job_finished", "progress"):
        told(event, job_id=99)
    assert capsys.readouterr().err == ""


def test_with_quiet_rules_only_these_lines_tell_of_steps(messages):
    def kept(message, **fields):
        return messages["is_no_step"](logging.makeLogRecord({"msg": message, **fields}))

    assert not kept("Execute 1 jobs...", event="job_started") and not kept("Select jobs to execute...")
    assert kept("error", event="job_error") and kept("Nothing to be done", event=None) and kept(None)


@pytest.mark.parametrize("quiet", ["rules", "all", "progress"])
def test_the_log_of_a_run_keeps_what_failed_however_quiet_it_is(messages, tmp_path, quiet):
    """Snakemake's own filters: on the screen it is quiet, in the file it is not."""
    quiet = {Quietness.parse_choice(quiet)}
    logger = logging.getLogger("snakemake.logging")
    on_screen, in_file = logging.StreamHandler(), logging.FileHandler(tmp_path / "log")
    for handler in (on_screen, in_file):
        handler.addFilter(DefaultFilter(quiet, False, False, False, False))
        logger.addHandler(handler)
    failed, said = (
        logging.makeLogRecord({"levelno": logging.ERROR, "event": event}) for event in (LogEvent.JOB_ERROR, None)
    )
    try:
        before = in_file.filter(failed)
        messages["keep_all_in_the_log"]()
        assert in_file.filter(failed) and in_file.filter(said)
        assert bool(before) == bool(on_screen.filter(failed)) == (quiet == {Quietness.PROGRESS})
    finally:
        for handler in (on_screen, in_file):
            logger.removeHandler(handler)
            handler.close()


def test_at_the_end_only_of_what_is_there(messages, tmp_path):
    lines, summary, explorer, findings = (tmp_path / name for name in ("lines", "summary", "explorer", "findings"))

    def said():
        return messages["what_was_found"](*map(str, (lines, summary, explorer, findings)))

    assert said()[0] == "Done." and len(said()) == 2
    explorer.touch()
    assert said()[0] == f"Look: {explorer} (in a browser)."
    findings.touch()
    lines.write_text("Found: this.\nDistrust: that.\n")
    assert said()[:3] == ["Found: this.", "Distrust: that.", f"Look: {findings} and {explorer} (in a browser)."]
    summary.touch()
    os.utime(lines, (1, 1))  # of results as they were before
    assert said()[0].startswith("Look: ")
