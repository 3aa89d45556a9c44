"""Whether the HTML of a post at a partner's was edited, or only saved by an editor that writes it in its own way.

WordPress has three of them: the visual mode of the classic editor, the block editor, and "Convert to blocks" in it.
They write a paragraph as <p> or as a blank line, a line break as <br> or as the end of a line (what it calls autop and
removep), and put classes, sizes and figures of their own around what stands there. Plug-ins for pictures give other
files of the same ones.
"""

import re
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext
from lxml import etree

from blog.syndication.parsing import parse_untrusted

# Elements that an editor puts in and leaves out, and those within a line.
PARAGRAPHS = {"html", "body", "p"}
INLINE = {
    *(
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "br",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "i",
        "img",
        "ins",
        "kbd",
        "mark",
    ),
    *("q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var"),
}
SAME = {"b": "strong", "i": "em"}
# What says how large something is shown, or where it can be jumped to, and not what it is.
LAYOUT = {"id", "width", "height", "srcset"}
# What an editor notes for its blocks, and for where a link opens.
_CLASS_OF_EDITOR = re.compile(r"(?:wp|size)-[\w-]+|has-(?:alpha-channel-opacity|fixed-layout|nested-images)|alignnone")
_RELATION_OF_EDITOR = {"noopener", "noreferrer"}
# A file that a WordPress made of a picture: of another size, turned, or edited there.
_VERSION = re.compile(r"(?:-(?:\d{1,5}x\d{1,5}|scaled|rotated|e\d{10,16}))+$")
_ENDING = re.compile(r"(?:\.(?:jpe?g|png|gif|webp|avif))+$", re.IGNORECASE)
_SPACES = re.compile(r"\s+")

_BREAK = ("paragraph",)
_LINE = ("line",)
_END_OF_LINE = ("end of a line",)
_SPACE = ("space",)
_BETWEEN = (_BREAK, _LINE, _END_OF_LINE, _SPACE)
_PIECE = re.compile(r"\S+|\s+")


def is_same_html(one: str, other: str) -> bool:
    """Say whether two pieces of HTML differ at most in what an editor like that of WordPress writes in its own way."""
    return one == other or essence_of(one) == essence_of(other)


def is_same_title(one: str, other: str) -> bool:
    """Say whether two titles are the same, whichever way their signs are written in HTML."""
    return _plain(one) == _plain(other)


def _plain(title: str) -> str:
    return _SPACES.sub(" ", unescape(title)).strip()


def essence_of(html: str) -> list:
    """Return the elements and words in their order, with a mark where a line or a paragraph ends.

    Spaces, comments and what is only layout count for nothing.
    """
    return [step for step in _steps_of(html) if step != _SPACE]


def _steps_of(html: str) -> list:
    tree = parse_untrusted(html)
    _unwrap_tables(tree)
    return _without_needless_breaks(_steps(tree))


def _unwrap_tables(tree: etree._Element) -> None:
    """Take away the figure that the block editor puts around a table; its caption stays."""
    for figure in list(tree.iter("figure")):
        if figure.find("table") is not None:
            figure.tag = "p"


def _steps(tree: etree._Element) -> list:
    found: list = []
    for event, node in etree.iterwalk(tree, events=("start", "end")):
        step = (event, SAME.get(node.tag, node.tag), *_attributes(node))
        if node.tag in PARAGRAPHS:
            found.append(_BREAK)
        elif node.tag == "br":
            found += [_LINE] if event == "start" else []
        elif node.tag not in INLINE:
            # Around a block there is a break anyhow.
            found += [_BREAK, step, _BREAK]
        elif node.tag != "span" or len(step) > 2:
            found.append(step)
        found += _words_and_breaks((node.text if event == "start" else node.tail) or "")
    return found


def _attributes(node: etree._Element) -> list[tuple[str, str]]:
    pairs = [(name, _value(node.tag, name, value)) for name, value in sorted(node.attrib.items()) if name not in LAYOUT]
    return [(name, value) for name, value in pairs if value or name == "alt"]


def _value(tag: str, name: str, value: str) -> str:
    match tag, name:
        case _, "class":
            return " ".join(each for each in value.split() if not _CLASS_OF_EDITOR.fullmatch(each))
        case _, "rel":
            return " ".join(sorted(set(value.split()) - _RELATION_OF_EDITOR))
        case "img", "src":
            return picture_name(value)
    return value


def picture_name(address: str) -> str:
    """Return the name of a picture's file without what tells the versions of it that a WordPress has."""
    name = PurePosixPath(unquote(urlsplit(address).path)).name if _is_readable(address) else address
    return _VERSION.sub("", _ENDING.sub("", name)).casefold()


def _is_readable(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def _words_and_breaks(text: str) -> list:
    found: list = []
    for piece in _PIECE.findall(text):
        if piece.strip():
            found.append(piece)
        else:
            found.append((_SPACE, _END_OF_LINE, _BREAK)[min(piece.count("\n"), 2)])
    return found


def _without_needless_breaks(steps: list) -> list:
    """Return steps with one mark for what follows each other between words, and none where a block begins or ends."""
    kept: list = []
    run: list = []
    for step in [_BREAK, *steps, None]:
        if step in _BETWEEN:
            run.append(step)
            continue
        if run:
            # Two line breaks end a paragraph, too.
            is_break = _BREAK in run or run.count(_LINE) > 1
            is_line = _LINE in run or _END_OF_LINE in run
            kept.append(_BREAK if is_break else _LINE if is_line else _SPACE)
            run = []
        kept.append(step)
    return kept[1:-2] if kept[-2:-1] == [_BREAK] else kept[1:-1]


def lines_of(html: str, *, is_detailed: bool = False) -> str:
    """Return the words of HTML, a line for each of its paragraphs, whoever has saved it; pictures by their words.

    Of links and pictures the addresses stand behind them, where that is asked for.
    """
    lines = [""]
    addresses: list[str] = []
    for step in _steps_of(html):
        match step:
            case str():
                lines[-1] += step
            case ("space",):
                lines[-1] += " "
            case ("paragraph",) | ("line",):
                lines.append("")
            case ("start", "img", *pairs):
                said = dict(pairs)
                lines[-1] += f"[{said.get('alt') or gettext('picture')}]"
                lines[-1] += f" ({said.get('src', '')})" if is_detailed else ""
            case ("start", "a", *pairs):
                addresses.append(dict(pairs).get("href", ""))
            case ("end", "a", *_) if is_detailed and addresses:
                lines[-1] += f" ({addresses.pop()})"
    return "\n".join(line.strip() for line in lines if line.strip())
