"""Downloads from a real server on this machine, which breaks in the ways servers do."""

import hashlib
import http.server
import logging
import threading
import time

import numpy as np
import pytest
import torch

from ais.backbones import downloads, networks, weights
from ais.errors import InputError

CONTENT = np.random.default_rng(0).bytes(3_000_000)
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """Serves ``content``; ``breaks_at`` lists after how many bytes each coming connection is cut."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.kind, self.status = CONTENT, "application/octet-stream", 200
        self.breaks_at, self.pause, self.resumable, self.asked = [], 0.0, True, []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/files/net.pth?raw=true"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        wanted = self.headers.get("Range")
        server.asked.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and server.resumable else 0
        if start and start >= len(server.content):
            self.send_error(416)
            return
        if server.status != 200:
            self.send_error(server.status)
            return
        body = server.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", server.kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        time.sleep(server.pause)
        self.wfile.write(body[: server.breaks_at.pop(0)] if server.breaks_at else body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    server = Server()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_fetched_once_and_recorded(server, tmp_path, caplog):
    with caplog.at_level(logging.INFO):
        path = downloads.fetch(server.url, tmp_path)
    assert path.read_bytes() == CONTENT
    assert path.name.endswith("-net.pth")
    assert path.with_name(f"{path.name}.sha256").read_text() == f"{DIGEST}  {path.name}\n"
    assert f"3.0 MB, sha256 {DIGEST}" in caplog.text
    assert downloads.fetch(server.url, tmp_path) == path
    assert len(server.asked) == 1


def test_a_broken_connection_is_resumed(server, tmp_path):
    server.breaks_at = [1_000_000, 500_000]
    assert downloads.fetch(server.url, tmp_path, DIGEST).read_bytes() == CONTENT
    assert server.asked == [None, "bytes=1000000-", "bytes=1500000-"]


def test_a_server_that_cannot_resume_begins_anew(server, tmp_path):
    server.breaks_at, server.resumable = [1_000_000], False
    assert downloads.fetch(server.url, tmp_path, DIGEST).read_bytes() == CONTENT


def test_what_an_interrupted_run_left_is_resumed_by_the_next(server, tmp_path):
    server.breaks_at = [1_000_000, *[0] * downloads.TRIES]
    with pytest.raises(InputError, match=r"net\.pth.*could not be fetched .* 1\.0 MB are kept: run snakemake again"):
        downloads.fetch(server.url, tmp_path)
    assert downloads.fetch(server.url, tmp_path).read_bytes() == CONTENT
    assert server.asked[-1] == "bytes=1000000-"


def test_a_part_longer_than_the_file_is_begun_anew(server, tmp_path):
    path = downloads.fetch(server.url, tmp_path)
    path.rename(path.with_name(f"{path.name}.part"))
    assert downloads.fetch(server.url, tmp_path).read_bytes() == CONTENT


def test_a_slow_server_is_given_up_with_a_word(server, tmp_path):
    server.pause = 1.0
    with pytest.raises(InputError, match=r"could not be fetched \(timed out\); expected a connection"):
        downloads.fetch(server.url, tmp_path, patience=0.05)


def test_no_server(tmp_path):
    with pytest.raises(InputError, match=r"could not be fetched .*refused"):
        downloads.fetch("http://127.0.0.1:9/net.pth", tmp_path)


def test_another_digest_is_refused_and_nothing_is_left(server, tmp_path):
    with pytest.raises(InputError, match=f"found the digest {DIGEST}; expected {'0' * 64}"):
        downloads.fetch(server.url, tmp_path, "0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_another_file_under_the_same_address_is_refused_later(server, tmp_path):
    downloads.fetch(server.url, tmp_path).unlink()
    server.content = CONTENT[::-1]
    with pytest.raises(InputError, match=f"another file than expected.*expected {DIGEST}"):
        downloads.fetch(server.url, tmp_path)


def test_a_download_changed_by_hand_is_refused(server, tmp_path):
    downloads.fetch(server.url, tmp_path).write_bytes(b"mine")
    with pytest.raises(InputError, match=r"changed since it was fetched. Delete it to fetch it again"):
        downloads.fetch(server.url, tmp_path)


def test_a_web_page_is_refused(server, tmp_path):
    server.kind = "text/html; charset=utf-8"
    with pytest.raises(InputError, match=r"found a web page; expected a file. Copy the address of the download itself"):
        downloads.fetch(server.url, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_address(server, tmp_path):
    server.status = 404
    with pytest.raises(InputError, match=r"the server answered 404 Not Found; expected a file. Correct the address"):
        downloads.fetch(server.url, tmp_path)


def test_weights_by_address(server, tmp_path):
    torch.manual_seed(0)
    state = networks.build("timm/test_resnet", 5).state_dict()
    torch.save(state, tmp_path / "mine.pth")
    server.content = (tmp_path / "mine.pth").read_bytes()
    network, facts = weights.prepare("timm/test_resnet", server.url, 5, downloads=tmp_path / "downloads")
    assert facts["source"] == {"url": server.url, "sha256": hashlib.sha256(server.content).hexdigest()}
    assert all(torch.equal(value, state[name]) for name, value in network.state_dict().items())
