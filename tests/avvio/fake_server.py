"""A stand-in for a served program: answers 200 on a port, says what it is asked to, and can be stubborn or have a child.

fake_server.py PORT [--sordo] [--figlio FILE]
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status":"ok"}')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    if "--sordo" in sys.argv:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "--figlio" in sys.argv:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
        Path(sys.argv[sys.argv.index("--figlio") + 1]).write_text(str(child.pid))
    server = HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer)
    print(f"in ascolto, processo {os.getpid()}", flush=True)
    server.serve_forever()
