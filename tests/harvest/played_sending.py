"""HTTP of the played publishers: a request off a connection, and an answer with all that may go wrong on its way."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from email.utils import format_datetime, formatdate, parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus

from tests.harvest import drawn_pages
from tests.harvest.played_answers import HTML, Answer, missing
from tests.harvest.played_options import Fault, Options

_CHUNK = 64 * 1024  # bytes
_WORTH_ZIPPING = 500  # bytes
_PRIVATE = "http://169.254.169.254/latest/"
_LOCAL_FILE = "file:///etc/passwd"
_BLANKS = b" " * 63 + b"\n"

Note = Callable[[int, int], None]  # called with the status and the bytes of the body, as the answer ends


@dataclass(frozen=True, slots=True)
class Request:
    """The head of a request."""

    method: str
    address: str  # path and query
    version: str
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case

    @property
    def host(self) -> str:
        return self.headers.get("host", "")

    @property
    def stays(self) -> bool:
        """Whether the connection may be used again."""
        return self.version == "HTTP/1.1" and self.headers.get("connection", "").lower() != "close"


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request; None when the connection has ended, or what comes is no HTTP."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        method, address, version = first.split(" ", 2)
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        await reader.readexactly(int(headers.get("content-length", "0")))
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
        return None
    return Request(method, address, version, headers)


async def send(
    request: Request, drawn: Answer, fault: Fault | None, options: Options, writer: asyncio.StreamWriter, note: Note
) -> bool:
    """Send the answer, or what becomes of it, and note its end; whether the connection stays open."""
    if fault == "silent":
        note(0, 0)
        return False
    if fault == "slow":
        try:
            await asyncio.sleep(options.slow_seconds)
        except asyncio.CancelledError:
            note(0, 0)
            raise
    if fault in ("endless", "huge"):
        return await _send_without_end(fault, options, writer, note)
    final = _changed(request, drawn, fault, options)
    if request.method not in ("GET", "HEAD"):
        final = Answer(b"", HTML, 405)
    if fault != "bomb":
        final = _as_wanted(request, final, options)
    if fault == "mistyped":
        final = replace(final, type=HTML if final.type.startswith("image/") else "image/png")
    body = b"" if request.method == "HEAD" else final.body
    stays = request.stays and fault != "cut"
    head = _head(final, stays, None if final.status == 304 else len(final.body))
    if fault == "cut":
        sent = body[: len(body) // 2]
        note(final.status, len(sent))
        writer.write(head + sent)
    elif fault == "trickle":
        writer.write(head)
        await _trickle(body, options.trickle_seconds, final.status, writer, note)
    else:
        # Noted before it is sent: who has the whole answer may ask again before the next line here is reached.
        note(final.status, len(body))
        writer.write(head + body)
    await writer.drain()
    return stays


async def _trickle(body: bytes, pause: float, status: int, writer: asyncio.StreamWriter, note: Note) -> None:
    sent = 0
    try:
        for sent in range(1, len(body) + 1):
            writer.write(body[sent - 1 : sent])
            await writer.drain()
            await asyncio.sleep(pause)
    finally:
        note(status, sent)


def _changed(request: Request, drawn: Answer, fault: Fault | None, options: Options) -> Answer:
    """What takes the place of an answer."""
    if fault in ("rate limited", "unavailable"):
        status = 429 if fault == "rate limited" else 503
        return Answer(b"Drawn: not now\n", "text/plain", status, headers={"Retry-After": str(options.retry_after)})
    if fault == "blocked":
        page = drawn_pages.challenge(f"http://{request.host}", request.address)
        return Answer(page.encode(), HTML, 403, headers={"Server": "cloudflare", "cf-mitigated": "challenge"})
    if fault == "gone":
        return missing()
    if fault == "bomb":
        return replace(drawn, body=_bomb(options.huge_bytes), type=HTML, headers={"Content-Encoding": "gzip"})
    _, colon, port = request.host.partition(":")
    goals = {"to file": _LOCAL_FILE, "to private": _PRIVATE, "to itself": request.address}
    if fault == "elsewhere" and not request.host.startswith("localhost"):
        goals["elsewhere"] = f"http://localhost{colon}{port}{request.address}"
    if fault in goals:
        return Answer(b"", HTML, 302, headers={"Location": goals[fault]})
    return drawn


def _as_wanted(request: Request, final: Answer, options: Options) -> Answer:
    """The answer with its validators: 304 to those who have it, and zipped for those who take that."""
    if final.status != 200:
        return final
    tag = f'W/"{hashlib.sha1(final.body).hexdigest()[:20]}"'
    modified = datetime.combine(final.modified, time(12), UTC)
    headers = {**final.headers, "ETag": tag, "Last-Modified": format_datetime(modified, usegmt=True)}
    if _is_known(request, tag, modified):
        return replace(final, body=b"", status=304, headers=headers)
    takes = "gzip" in request.headers.get("accept-encoding", "").lower()
    pressed = final.type.startswith(("image/", "application/pdf"))
    if options.zipped and takes and not pressed and len(final.body) > _WORTH_ZIPPING:
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return replace(final, body=gzip.compress(final.body, compresslevel=1, mtime=0), headers=headers)
    return replace(final, headers=headers)


def _is_known(request: Request, tag: str, modified: datetime) -> bool:
    if tags := request.headers.get("if-none-match"):
        return tag in tags or tags == "*"
    if since := request.headers.get("if-modified-since"):
        return parsedate_to_datetime(since) >= modified
    return False


def _head(final: Answer, stays: bool, length: int | None) -> bytes:
    headers = {
        "Date": formatdate(usegmt=True),
        "Server": "played publishers",
        "Content-Type": final.type,
        "Connection": "keep-alive" if stays else "close",
        **final.headers,
    }
    if length is not None:
        headers["Content-Length"] = str(length)
    lines = [f"HTTP/1.1 {final.status} {HTTPStatus(final.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


async def _send_without_end(fault: Fault, options: Options, writer: asyncio.StreamWriter, note: Note) -> bool:
    """A page that goes on with blanks, for ever or for `huge_bytes`, until the other side has had enough."""
    piece, sent = _BLANKS * (_CHUNK // len(_BLANKS)), 0
    if fault == "huge":
        writer.write(_head(Answer(b"", HTML), False, options.huge_bytes))
    else:
        writer.write(_head(Answer(b"", HTML, headers={"Transfer-Encoding": "chunked"}), False, None))
    try:
        while fault == "endless" or sent < options.huge_bytes:
            part = piece if fault == "endless" else piece[: options.huge_bytes - sent]
            writer.write(b"%x\r\n%s\r\n" % (len(part), part) if fault == "endless" else part)
            await writer.drain()
            await asyncio.sleep(0)
            sent += len(part)
    finally:
        note(200, sent)
    return False


@lru_cache(maxsize=2)
def _bomb(size: int) -> bytes:
    """Blanks, so many bytes of them, as gzip."""
    file = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as zipped:
        for start in range(0, size, _CHUNK):
            zipped.write((_BLANKS * (_CHUNK // len(_BLANKS)))[: size - start])
    return file.getvalue()
