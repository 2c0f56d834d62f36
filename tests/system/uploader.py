"""Somebody who uploads by tus, request by request: for tests that look at each."""

import socket
import urllib.parse

from conftest import Client, metadata

TUS = {"Tus-Resumable": "1.0.0"}


class Uploader:
    """Somebody who uploads by tus."""

    def __init__(self, client: Client, folder: str | None = None):
        self.client = client
        self.folder = folder or client.root

    def create(self, name: str | None = "file", length: int | None = None, body: bytes | None = None, more: dict | None = None, **values):
        headers = {**TUS, **({} if length is None else {"Upload-Length": str(length)}), **(more or {})}
        values = {**({} if "node_id" in values else {"parent_id": self.folder}), **({"name": name} if name else {}), **values}
        headers.setdefault("Upload-Metadata", metadata(**values))
        if body is not None:
            headers.setdefault("Content-Type", "application/offset+octet-stream")
        return self.client.send("POST", "/uploads", body, headers)

    def begin(self, *arguments, **rest) -> str:
        answer = self.create(*arguments, **rest)
        assert answer.status == 201, answer.body
        return answer.headers["Location"].removeprefix("/api/v1")

    def head(self, upload: str):
        return self.client.send("HEAD", upload, headers=TUS)

    def offset(self, upload: str) -> int:
        answer = self.head(upload)
        assert answer.status == 200, answer.status
        return int(answer.headers["Upload-Offset"])

    def send(self, upload: str, offset: int, body: bytes, more: dict | None = None):
        headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream", **(more or {})}
        return self.client.send("PATCH", upload, body, headers)

    def sent(self, upload: str, offset: int, body: bytes, more: dict | None = None):
        answer = self.send(upload, offset, body, more)
        assert answer.status == 204, answer.body
        assert int(answer.headers["Upload-Offset"]) == offset + len(body)
        return answer.headers.get("Cairn-Node")

    def send_cut(self, upload: str, offset: int, body: bytes, announced: int, more: dict | None = None) -> None:
        """Sends less than it says, and is gone."""
        host = urllib.parse.urlsplit(self.client.server.address)
        head = f"PATCH /api/v1{upload} HTTP/1.1\r\nHost: {host.netloc}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n"
        head += f"Content-Type: application/offset+octet-stream\r\nContent-Length: {announced}\r\n"
        for name, value in {**self.client.headers, **(more or {})}.items():
            head += f"{name}: {value}\r\n"
        with socket.create_connection((host.hostname, host.port)) as connection:
            connection.sendall(head.encode() + b"\r\n" + body)

    def state(self, upload: str) -> dict:
        return self.client.get(upload).json()
