"""What stands above the text of a Markdown file: names and values between two lines of dashes.

It is YAML, of which only what people and programs write there is read: words, lists, blocks of words, JSON. What is
written is JSON value by value, which any reader of YAML understands.
"""

import json
import re
from dataclasses import dataclass, field

_EDGE = re.compile(r"---[ \t]*$")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*$")
_PAIR = re.compile(r"([\w][\w .-]{0,60}?)[ \t]*:(?:[ \t]+(.*)|[ \t]*)$")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)$")
_QUOTED = re.compile(r"""(["'])(.*)\1(?:[ \t]+#.*)?""")
_BLOCK = re.compile(r"[|>][+-]?[ \t]*$")
# A longer one is no front matter but a text that begins with a rule.
MOST_LINES = 300


@dataclass
class FrontMatter:
    """What was found: values by their names in small letters, the text below, and the lines that say nothing known."""

    values: dict = field(default_factory=dict)
    text: str = ""
    strange: list[str] = field(default_factory=list)

    def words(self, *names: str) -> str:
        """Return the first of these that is there, as words."""
        for name in names:
            value = self.values.get(name)
            if value not in (None, "", [], {}):
                return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        return ""

    def all_of(self, *names: str) -> list[str]:
        """Return the first of these that is there, as a list of words."""
        for name in names:
            value = self.values.get(name)
            if value not in (None, "", [], {}):
                values = value if isinstance(value, list) else str(value).split(",")
                return [str(one).strip() for one in values if str(one).strip()]
        return []


def read(text: str) -> FrontMatter:
    """Return what stands above a text, and the text; without front matter, all of it is the text."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.lstrip("\n").split("\n")
    end = next((number for number, line in enumerate(lines[1 : MOST_LINES + 1], start=1) if _END.match(line)), None)
    if not _EDGE.match(lines[0]) or end is None:
        return FrontMatter(text=text)
    found = FrontMatter(text="\n".join(lines[end + 1 :]))
    _read_lines(lines[1:end], found)
    return found


def _read_lines(lines: list[str], found: FrontMatter) -> None:
    name, block = "", None
    for line in lines:
        is_within = line[:1] in {" ", "\t"} or not line.strip()
        if block is not None and is_within:
            block.append(line.strip())
            found.values[name] = "\n".join(block).strip()
            continue
        block = None
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        item = _ITEM.match(line)
        pair = None if is_within else _PAIR.match(line)
        if item and name:
            held = found.values.get(name)
            found.values[name] = [*(held if isinstance(held, list) else []), _value(item[1])]
        elif pair:
            name = pair[1].strip().lower()
            said = (pair[2] or "").strip()
            block = [] if _BLOCK.match(said) else None
            found.values[name] = "" if block is not None else _value(said)
        else:
            found.strange.append(line.strip())


def _value(said: str):
    """Return a value: JSON where it is that, a list in brackets, words with or without quotes."""
    said = said.strip()
    try:
        value = json.loads(said)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, str | list | dict):
        return value
    if said.startswith("[") and said.endswith("]"):
        return [_unquoted(one) for one in said[1:-1].split(",") if one.strip()]
    return _unquoted(said)


def _unquoted(said: str) -> str:
    said = said.strip()
    quoted = _QUOTED.fullmatch(said)
    if quoted:
        return quoted[2].replace("''", "'")
    # What follows is a remark.
    return re.split(r"[ \t]+#", said)[0].strip() if not said.startswith("#") else said


def write(values: dict) -> str:
    """Return front matter; what is empty is left out."""
    lines = ["---"]
    for name, value in values.items():
        if value in (None, "", [], {}):
            continue
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{name}:", *(f"  - {json.dumps(one, ensure_ascii=False)}" for one in value)]
        else:
            lines.append(f"{name}: {json.dumps(value, ensure_ascii=False)}")
    return "\n".join([*lines, "---", ""])
