"""Snakemake that is loaded once and forked for each command: loading it takes as long as a dry run of a small study."""

import json
import os
import subprocess
import sys
from functools import cache
from tempfile import TemporaryFile


def run(arguments: list[str], folder: str) -> subprocess.CompletedProcess:
    """Run Snakemake with some arguments in a folder, as ``subprocess.run`` would."""
    # Two tests run at once: threads that wait must not hold the cores.
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    server = started()
    server.stdin.write(json.dumps([arguments, folder, environment]) + "\n")
    server.stdin.flush()
    return subprocess.CompletedProcess(arguments, *json.loads(server.stdout.readline()))


@cache
def started() -> subprocess.Popen:
    """The process that forks. It ends when this one does, with its input."""
    return subprocess.Popen(
        [sys.executable, "-P", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def serve() -> None:
    """Run each command that is read, in a child of its own, and answer with its exit status and words."""
    from snakemake import cli

    for line in sys.stdin:
        arguments, folder, environment = json.loads(line)
        with TemporaryFile("w+", encoding="utf-8") as output, TemporaryFile("w+", encoding="utf-8") as errors:
            child = os.fork()
            if not child:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.dup2(output.fileno(), 1)
                os.dup2(errors.fileno(), 2)
                os.chdir(folder)
                os.environ.clear()
                os.environ.update(environment)
                sys.argv = ["snakemake", *arguments]
                cli.main()  # ends the child
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            said = [file.seek(0) or file.read() for file in (output, errors)]
        print(json.dumps([status, *said]), flush=True)


if __name__ == "__main__":
    serve()
