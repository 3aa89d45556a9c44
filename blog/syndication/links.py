"""The Link header of an answer (RFC 8288)."""

import re
from collections.abc import Iterator

# Servers refuse longer headers of a request themselves; WordPress sends three links.
LONGEST_HEADER = 16 * 1024

# Between two links may be several commas (RFC 9110, section 5.6.1): a server that puts headers together leaves some.
_LINK = re.compile(r"[\s,]*+<([^>]*+)>")
_PARAMETER = re.compile(r"""\s*+;\s*+([\w!#$&+.^`|~*-]++)\s*+(?:=\s*+(?:"((?:[^"\\]|\\.)*+)"|([^\s,;"]*+)))?""")
_QUOTED = re.compile(r"\\(.)")


def header_links(values: list[str]) -> Iterator[tuple[str, set[str]]]:
    """Yield the address and the relations (in small letters) of each link of this page, in order.

    An address is as it was written: relative to that of the page. What has an anchor is said of another page. After
    what is no link the rest of a header is left out.
    """
    for value in (value[:LONGEST_HEADER] for value in values):
        position = 0
        while found := _LINK.match(value, position):
            address, position = found[1].strip(), found.end()
            parameters: dict[str, str] = {}
            while parameter := _PARAMETER.match(value, position):
                # Of several 'rel' the first counts.
                parameters.setdefault(parameter[1].lower(), _QUOTED.sub(r"\1", parameter[2] or parameter[3] or ""))
                position = parameter.end()
            if "anchor" not in parameters:
                yield address, set(parameters.get("rel", "").lower().split())
