"""A stand-in for both providers that takes whatever is sent: `python -m benchmarks._provider PORT SECONDS`."""

import asyncio
import json
import secrets
import sys


async def _serve(port: int, seconds: float) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await _answer(reader, writer, seconds)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", port)
    await server.serve_forever()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    request, *lines = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
    fields = dict(line.split(b": ", 1) for line in lines if b": " in line)
    await reader.readexactly(int(fields.get(b"content-length", b"0")))
    await asyncio.sleep(seconds)
    sid = f"SM{secrets.token_hex(16)}"
    if b"/mail/send" in request:
        status, body = b"202 Accepted\r\nX-Message-Id: " + sid.encode(), b""
    else:
        status, body = b"201 Created", json.dumps({"sid": sid, "status": "queued"}).encode()
    head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (
        status,
        len(body),
    )
    writer.write(head + body)
    await writer.drain()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
