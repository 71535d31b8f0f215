"""Snakemake that is loaded once and forked for each command, for tests that ask for very many dry runs.

Loading its libraries takes as long as what such a dry run does.
"""

import json
import os
import subprocess
import sys
from functools import cache
from tempfile import TemporaryFile


def run(arguments: list[str], folder: str) -> tuple[int, str]:
    """Run Snakemake with some arguments in a folder: its exit status, and all that it said."""
    server = started()
    server.stdin.write(json.dumps([arguments, folder]) + "\n")
    server.stdin.flush()
    status, said = json.loads(server.stdout.readline())
    return status, said


@cache
def started() -> subprocess.Popen:
    """The process that forks. It ends when this one does, with its input."""
    return subprocess.Popen(
        [sys.executable, "-P", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def serve() -> None:
    """Run each command that is read, in a child of its own, and answer with its status and words."""
    from snakemake import cli

    for line in sys.stdin:
        arguments, folder = json.loads(line)
        with TemporaryFile("w+", encoding="utf-8") as output, TemporaryFile("w+", encoding="utf-8") as errors:
            child = os.fork()
            if not child:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.dup2(output.fileno(), 1)
                os.dup2(errors.fileno(), 2)
                os.chdir(folder)
                sys.argv = ["snakemake", *arguments]
                cli.main()  # ends the child
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            said = [file.seek(0) or file.read() for file in (output, errors)]
        print(json.dumps([status, "".join(said)]), flush=True)


if __name__ == "__main__":
    serve()
