"""UTF-8, one byte after the other."""


def read_utf8(pending: bytes, byte: int) -> tuple[str, bytes]:
    """The characters that one more byte completes, and the bytes of one that is not complete.

    What cannot be decoded reads as U+FFFD, as in `bytes.decode(errors="replace")`.
    """
    data = pending + bytes([byte])
    if is_partial(data):
        return "", data
    try:
        return data.decode(), b""
    except UnicodeDecodeError:
        if not pending:
            return "\ufffd", b""
    chars, after = read_utf8(b"", byte)
    return pending.decode(errors="replace") + chars, after


def is_partial(data: bytes) -> bool:
    """Whether `data` is the proper beginning of one UTF-8 character."""
    lead = data[0]
    need = (
        2
        if 0xC2 <= lead <= 0xDF
        else 3
        if 0xE0 <= lead <= 0xEF
        else 4
        if 0xF0 <= lead <= 0xF4
        else 1
    )
    return len(data) < need and all(0x80 <= b <= 0xBF for b in data[1:])
