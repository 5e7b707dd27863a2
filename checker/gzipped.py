"""Certificates whose names end in .gz, for check.py: one gzip member (RFC 1952), as gzip and relucert write it."""
import zlib

def inflate(data, limit, demand):
    """What the member holds, cut off one byte above the limit of a file, for check.py to say that it is too large."""
    member = zlib.decompressobj(wbits=31)  # with header and checksum
    try:
        text = member.decompress(data, limit + 1)
    except zlib.error as error:
        demand(False, "gzip", str(error), "UNREADABLE")
    whole = member.eof and not member.unused_data
    demand(whole or len(text) > limit, "gzip", "the gzip data ends too early, or something follows it", "UNREADABLE")
    return text
