"""A line to a server that can be cut in several ways, and a mail server that counts."""

import re
import socket
import socketserver
import struct
import threading
import time
from collections import Counter
from typing import Any


class Wire:
    """Carries TCP to a local port. `mode` is `through`, `refuse` (hangs up at once) or `black_hole` (never answers).

    Lines that are open when it is cut end.
    """

    def __init__(self, *, to: int) -> None:
        self._mode = "through"
        self._open: set[socket.socket] = set()
        self.taken = 0  # connections
        wire = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                wire.taken += 1
                if wire.mode == "refuse":  # a reset instead of a farewell
                    self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif wire.mode == "black_hole":
                    while wire.mode == "black_hole" and self.request.recv(65_536):
                        pass
                else:
                    with socket.create_connection(("127.0.0.1", to)) as far:
                        wire._open.add(far)
                        back = threading.Thread(target=_pump, args=(far, self.request), daemon=True)
                        back.start()
                        _pump(self.request, far)
                        back.join()
                        wire._open.discard(far)

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def mode(self) -> str:
        return self._mode

    @mode.setter
    def mode(self, mode: str) -> None:
        self._mode = mode
        for far in list(self._open) if mode != "through" else []:
            try:
                far.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def close(self) -> None:
        self.mode = "through"
        self._server.shutdown()
        self._server.server_close()


class MailServer:
    """Takes mail by SMTP, as the world outside: what it has said yes to is sent, whatever becomes of the sender."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []  # recipient and Message-ID
        self.seconds = 0.0  # that it takes to look each recipient up
        taken = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say("220 here")
                to = ""
                while line := self.rfile.readline():
                    word = line[:4].upper()
                    if word == b"RCPT":
                        time.sleep(taken.seconds)
                        to = line.decode().split("<")[1].split(">")[0]
                    if word == b"DATA":
                        self._say("354 go on")
                        text = b""
                        while (line := self.rfile.readline()) not in (b".\r\n", b""):
                            text += line
                        found = re.search(rb"(?im)^message-id:\s*(\S+)", text)
                        taken.letters.append((to, found[1].decode() if found else ""))
                    self._say("221 bye" if word == b"QUIT" else "250 yes")
                    if word == b"QUIT":
                        return

            def _say(self, words: str) -> None:
                self.wfile.write(f"{words}\r\n".encode())

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def doubled(self) -> dict[str, int]:
        """The letters that arrived more than once."""
        return {letter: times for (_, letter), times in Counter(self.letters).items() if times > 1}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A line that somebody hung up on is what these tests are about."""


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
