"""The metadata service of one subnet: hands out files by the caller's address, and knows nothing else.

GET /openstack/latest/meta_data.json from 192.168.0.5 is the file <folder>/192.168.0.5/openstack/latest/meta_data.json.
A folder is listed, one name a line, as in the EC2 form of the service. The files are put there by the cloud, already rendered.
"""

import http.server
import os
import sys
import urllib.parse
from http import HTTPStatus


def locate(folder: str, caller: str, url: str) -> str | None:
    """The file or folder that a caller asks for; None for what is not his."""
    path = urllib.parse.unquote(url.partition("?")[0])
    parts = [part for part in path.split("/") if part]
    if any(part in (".", "..") or "\0" in part for part in parts):
        return None
    found = os.path.join(folder, caller, *parts)
    return found if os.path.exists(found) else None


def listing(folder: str) -> bytes:
    names = sorted(os.listdir(folder))
    return "\n".join(f"{name}/" if os.path.isdir(os.path.join(folder, name)) else name for name in names).encode()


class MetadataHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "metadata"
    sys_version = ""
    timeout = 10
    folder = "/srv"

    def do_GET(self) -> None:
        found = locate(self.folder, self.client_address[0], self.path)
        if found is None:
            return self._send(HTTPStatus.NOT_FOUND, b"404 Not Found\n", "text/plain")
        if os.path.isdir(found):
            return self._send(HTTPStatus.OK, listing(found), "text/plain")
        with open(found, "rb") as file:
            return self._send(HTTPStatus.OK, file.read(), "application/json" if found.endswith(".json") else "text/plain")

    do_HEAD = do_GET

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: what servers ask for is nobody's business."""


if __name__ == "__main__":
    MetadataHandler.folder = sys.argv[1]
    http.server.ThreadingHTTPServer(("0.0.0.0", 80), MetadataHandler).serve_forever()
