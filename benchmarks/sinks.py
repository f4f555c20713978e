"""A mail server and a receiver of webhooks that take everything, keep nothing and cost little."""

import asyncio


def take(mail: int, hook: int) -> None:
    """Listen on both ports until the process ends."""
    asyncio.run(_take(mail, hook))


async def _take(mail: int, hook: int) -> None:
    loop = asyncio.get_running_loop()
    mails = await loop.create_server(_Mails, "localhost", mail)
    hooks = await loop.create_server(_Hooks, "localhost", hook)
    await asyncio.gather(mails.serve_forever(), hooks.serve_forever())


class _Taking(asyncio.Protocol):
    """Keeps of what has come whatever is not whole yet."""

    def __init__(self) -> None:
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._line = transport

    def data_received(self, data: bytes) -> None:
        self._rest += data
        answers = b""
        while (answer := self._answer()) is not None:
            answers += answer
        if answers:
            self._line.write(answers)

    def _answer(self) -> bytes | None:
        """What is said to the next whole thing that has come, which is taken off; None if there is none."""
        raise NotImplementedError


class _Mails(_Taking):
    _is_in_mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._line.write(b"220 sink\r\n")

    def _answer(self) -> bytes | None:
        whole, end, rest = self._rest.partition(b"\r\n.\r\n" if self._is_in_mail else b"\r\n")
        if not end:
            return None
        self._rest = rest
        if self._is_in_mail:
            self._is_in_mail = False
            return b"250 taken\r\n"
        self._is_in_mail = whole.upper() == b"DATA"
        if whole.upper().startswith(b"EHLO"):
            return b"250-sink\r\n250-8BITMIME\r\n250 PIPELINING\r\n"
        return b"354 go on\r\n" if self._is_in_mail else b"250 well\r\n"


class _Hooks(_Taking):
    def _answer(self) -> bytes | None:
        head, end, body = self._rest.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]) if end else 0
        if not end or len(body) < length:
            return None
        self._rest = body[length:]
        return b"HTTP/1.1 204 No Content\r\n\r\n"
