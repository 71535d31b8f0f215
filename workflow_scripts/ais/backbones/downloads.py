"""Downloads: a file from the web, whole and the one that was meant, or none at all.

Fetched in one local step, before any job needs it. What a broken connection leaves is kept and resumed. The
digest of the first download is recorded beside it, and another file under the same address is refused later.
"""

import hashlib
import http.client
import logging
import os
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from ais.artifacts import store
from ais.errors import InputError

log = logging.getLogger(__name__)

BLOCK = 1 << 20  # bytes at once
TRIES = 5  # connections that bring nothing, before giving up
PATIENCE = 60  # seconds without a byte before a connection counts as broken
PROGRESS = 10  # seconds between two words of progress


def fetch(url: str, folder: str | Path, sha256: str | None = None, patience: float = PATIENCE) -> Path:
    """The file behind ``url``, downloaded into ``folder`` unless it is there.

    ``sha256`` is the expected digest; without one, that of the first download holds. ``patience`` in seconds.
    Raises :class:`InputError` where the address gives no file, another file, or no connection.
    """
    target = Path(folder) / f"{hashlib.sha256(url.encode()).hexdigest()[:12]}-{Path(urlsplit(url).path).name}"
    record = target.with_name(f"{target.name}.sha256")
    if sha256 is None and record.is_file():
        sha256 = record.read_text(encoding="utf-8").split()[0]
    if target.is_file():
        _check(target, sha256, f"{target}: changed since it was fetched. Delete it to fetch it again")
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    _download(url, part, patience)
    try:
        found = _check(part, sha256, f"{url}: another file than expected. Give its sha256 if it is the right one")
    except InputError:
        part.unlink()  # resuming it would never help
        raise
    store.write_text(record, f"{found}  {target.name}\n")
    os.replace(part, target)
    log.info("%s: %.1f MB, sha256 %s", url, target.stat().st_size / 1e6, found)
    return target


def _check(path: Path, sha256: str | None, what: str) -> str:
    found = store.file_digest(path)
    if sha256 not in (None, found):
        raise InputError(f"{what} (found the digest {found}; expected {sha256}).")
    return found


def _download(url: str, part: Path, patience: float) -> None:
    """Fetch ``url`` into ``part``, going on where an earlier try stopped; several tries."""
    failures = 0
    while True:
        before = part.stat().st_size if part.exists() else 0
        try:
            if _continue(url, part, patience):
                return
            reason = "the connection ended early"
        except urllib.error.HTTPError as error:
            if error.code == 416 and before:  # nothing is left of it, or it is another file now: begin anew
                part.unlink()
                continue
            raise InputError(
                f"{url}: the server answered {error.code} {error.reason}; expected a file. Correct the address."
            ) from None
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, OSError) and error.filename is not None:
                raise  # of our own file: the disk is full, say
            reason = str(getattr(error, "reason", error)) or type(error).__name__
        arrived = part.stat().st_size if part.exists() else 0
        failures = 0 if arrived > before else failures + 1
        if failures == TRIES:
            raise InputError(
                f"{url}: could not be fetched ({reason}); expected a connection. {arrived / 1e6:.1f} MB are kept: run "
                "snakemake again with network, or fetch it elsewhere and give its path."
            )
        log.info("%s: %s; going on at %.1f MB", url, reason, arrived / 1e6)


def _continue(url: str, part: Path, patience: float) -> bool:
    """One connection: append what is missing to ``part``; whether that is all of it."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urllib.request.urlopen(request, timeout=patience) as answer:
        if answer.headers.get_content_type() == "text/html":
            raise InputError(f"{url}: found a web page; expected a file. Copy the address of the download itself.")
        have = have if answer.status == http.HTTPStatus.PARTIAL_CONTENT else 0
        missing = answer.headers.get("Content-Length")
        total = None if missing is None else have + int(missing)
        told = time.monotonic()
        with open(part, "ab" if have else "wb") as file:
            while block := answer.read1(BLOCK):
                try:
                    file.write(block)
                except OSError as error:
                    raise OSError(error.errno, error.strerror, str(part)) from None
                have += len(block)
                if time.monotonic() - told > PROGRESS:
                    told = time.monotonic()
                    share = "" if total is None else f" of {total / 1e6:.1f} ({have / total:.0%})"
                    log.info("%s: %.1f%s MB", url, have / 1e6, share)
    return total is None or have == total
