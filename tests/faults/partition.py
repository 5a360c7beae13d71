"""Run in a network of its own (`unshare -n`): two clients wait for an answer when the network between is cut.

    unshare -n python -m tests.faults.partition <folder of Postgres' socket> <our options as JSON>

Prints as JSON after how many seconds each gave up: one with our options, one with the driver's own; null if not
within the time given.
"""

import json
import socket
import subprocess
import sys
import threading
import time

import psycopg

ADDRESS, PORT, PATIENCE = "10.99.7.1", 5432, 16


def relay(folder: str) -> None:
    """Carry TCP on the address that will go away to Postgres' unix socket."""
    listener = socket.create_server((ADDRESS, PORT))

    def pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65_536):
                sink.sendall(data)
        except OSError:
            pass

    while True:
        near, _ = listener.accept()
        far = socket.socket(socket.AF_UNIX)
        far.connect(f"{folder}/.s.PGSQL.5432")
        for pair in ((near, far), (far, near)):
            threading.Thread(target=pump, args=pair, daemon=True).start()


def wait_for_an_answer(options: dict[str, str], gave_up: dict[str, float], name: str) -> None:
    line = psycopg.connect(host=ADDRESS, port=PORT, user="postgres", dbname="postgres", **options)
    ready.release()
    try:
        line.execute("SELECT pg_sleep(60)")
    except psycopg.OperationalError:
        gave_up[name] = time.monotonic() - cut_at[0]


ready = threading.Semaphore(0)
cut_at = [0.0]


def main() -> None:
    folder, options = sys.argv[1], json.loads(sys.argv[2])
    for command in ("link set lo up", f"addr add {ADDRESS}/32 dev lo"):
        subprocess.run(["ip", *command.split()], check=True)
    threading.Thread(target=relay, args=(folder,), daemon=True).start()
    gave_up: dict[str, float] = {}
    clients = {"ours": options, "control": {}}
    for name, own in clients.items():
        threading.Thread(target=wait_for_an_answer, args=(own, gave_up, name), daemon=True).start()
    for _ in clients:
        ready.acquire()
    time.sleep(1)  # the questions are on their way and acknowledged
    cut_at[0] = time.monotonic()
    subprocess.run(["ip", "addr", "del", f"{ADDRESS}/32", "dev", "lo"], check=True)
    while time.monotonic() < cut_at[0] + PATIENCE and len(gave_up) < len(clients):
        time.sleep(0.1)
    sys.stdout.write(json.dumps({name: gave_up.get(name) for name in clients}))


if __name__ == "__main__":
    main()
