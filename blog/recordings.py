"""Our own recordings in a rendered body: the player of the browser, its chapters, and what can be read instead.

Chapters are links to a moment of the file (Media Fragments URI 1.0, ``#t=``), which any browser opens there without a
script; with static/js/seek.js they play it in the page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.text import slugify
from django.utils.translation import gettext

from blog.markup import contents, fill, make

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# What a page needs in ``media-src`` to play them.
OWN_MEDIA = "'self'"

FORMATS = {"audio/mpeg": "MP3", "audio/mp4": "M4A", "audio/ogg": "Ogg"}

# Names are short; what is longer before a colon is the beginning of a sentence.
MOST_WORDS_OF_A_NAME = 5

_MOMENT = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)", re.ASCII)
_BEGINNING = re.compile(
    rf"\s*(?:\[?({_MOMENT.pattern})\]?[\s–—-]*)?(?:([^\W\d_][^\n:.!?;,«»“”]{{0,59}}?)\s?:\s+)?(?=\S)", re.ASCII
)
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


class Words(NamedTuple):
    """Some words, and the language that they are in."""

    text: str
    language: str


class Spoken(NamedTuple):
    """A paragraph of a transcript: at which second it is said (None: not noted), by whom ('': not noted), and what."""

    seconds: int | None
    speaker: str
    text: str


NO_WORDS = Words("", "")


@dataclass(frozen=True)
class BodyRecording:
    """A recording as a body shows it; ``chapters`` are pairs of the second at which they begin and their title."""

    src: str
    media_type: str
    size: int
    seconds: int | None
    title: Words
    description: Words = NO_WORDS
    credit: str = ""
    chapters: tuple[tuple[int, Words], ...] = ()
    transcript: Words = NO_WORDS

    media_host = OWN_MEDIA


def read_moment(text: str) -> int | None:
    """Return the seconds that ‘1:24’ or ‘1:02:03’ stand for; None for anything else."""
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        return None
    hours, minutes, seconds = (int(group or 0) for group in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def write_moment(seconds: int) -> str:
    """Return seconds as players show them: ‘1:24’, ‘1:02:03’."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def read_transcript(text: str) -> Iterator[Spoken]:
    """Yield the paragraphs of a transcript as it was typed."""
    for paragraph in _PARAGRAPHS.split(text.replace("\r\n", "\n").strip()):
        if not paragraph.strip():
            continue
        found = _BEGINNING.match(paragraph)
        moment, speaker = (found[1], found[5]) if found else (None, None)
        words = paragraph[found.end() :] if found else paragraph
        if speaker and not _is_name(speaker, is_timed=bool(moment)):
            words = paragraph[found.end(1) if moment else 0 :].lstrip(" ]–—-\t\n")
            speaker = ""
        yield Spoken(read_moment(moment) if moment else None, (speaker or "").strip(), " ".join(words.split()))


def _is_name(words: str, *, is_timed: bool) -> bool:
    """Say whether what stands before a colon names who speaks: a few words, of which the first has a capital.

    Behind a time that is enough (“1:24 Une auditrice: …”); elsewhere the last has one too.
    """
    names = words.split()
    return len(names) <= MOST_WORDS_OF_A_NAME and words[0].isupper() and (is_timed or names[-1][0].isupper())


# The elements: words are put in first, to be typeset with the text; what is ours and needs no typography, afterwards.


def name_recording(figure: "HtmlElement", recording: BodyRecording, language: str) -> None:
    """Begin the caption of a figure with the title of its recording, and go on with what the library says of it."""
    caption = figure.find("figcaption")
    said = contents(caption) if caption is not None else [_in_language(recording.description, language)]
    said = [item for item in said if isinstance(item, str) or len(item) or item.text]
    words = [make("strong", [_in_language(recording.title, language)]), *([" "] if said else []), *said]
    if recording.credit:
        words += [" ", make("small", [recording.credit], class_="credit")]
    if caption is None:
        figure.append(make("figcaption", words))
    else:
        fill(caption, words)


def list_chapters(recording: BodyRecording, language: str) -> "HtmlElement | None":
    """Return the list of chapters, to be typeset; ``number_chapters()`` makes links of them."""
    if not recording.chapters:
        return None
    return make("ol", [make("li", [_in_language(title, language)]) for _seconds, title in recording.chapters])


def number_chapters(chapters: "HtmlElement", recording: BodyRecording) -> None:
    """Make each chapter a link to its moment."""
    chapters.set("class", "chapters")
    chapters.set("aria-label", gettext("Chapters"))
    for item, (seconds, _title) in zip(chapters, recording.chapters, strict=True):
        fill(item, [_link_to_moment(recording.src, seconds, contents(item))])


def write_transcript(recording: BodyRecording) -> "HtmlElement | None":
    """Return the paragraphs of a transcript in their language, to be typeset; None where there is none."""
    if not recording.transcript.text:
        return None
    paragraphs = []
    for spoken in read_transcript(recording.transcript.text):
        name = [make("strong", [gettext("%(speaker)s:") % {"speaker": spoken.speaker}]), " "] if spoken.speaker else []
        paragraphs.append(make("p", [*name, spoken.text], data_seconds=_written(spoken.seconds)))
    return make("details", paragraphs)


def _written(seconds: int | None) -> str:
    return "" if seconds is None else str(seconds)


def fold_transcript(details: "HtmlElement", *, language: str, said_in: str, src: str = "") -> None:
    """Give a transcript its summary, in the language of the post, and its times, which lead into the recording."""
    for paragraph in list(details):
        seconds = paragraph.attrib.pop("data-seconds", "")
        if seconds:
            fill(paragraph, [_link_to_moment(src, int(seconds), []), " ", *contents(paragraph)])
    items = list(details)
    if said_in and said_in != language:
        items = [make("div", items, lang=said_in)]
    fill(details, [make("summary", [gettext("Transcript")]), *items])
    details.set("class", "transcript")


def fill_player(figure: "HtmlElement", recording: BodyRecording, chapters: "HtmlElement | None", *, label: str) -> None:
    """Put the player, the way to the file, and the chapters into a figure that has its caption."""
    caption = figure.find("figcaption")
    facts = [FORMATS.get(recording.media_type, ""), filesizeformat(recording.size)]
    if recording.seconds is not None:
        facts.append(write_moment(recording.seconds))
    words = gettext("Download (%(facts)s)") % {"facts": ", ".join(facts)}
    name = slugify(recording.title.text) or "recording"
    link = make("a", [words], href=recording.src, download=name + PurePosixPath(recording.src).suffix, class_="watch")
    # On paper the link is of no use, its address is.
    link.set("data-address", settings.SITE_URL + recording.src if recording.src.startswith("/") else recording.src)
    fill(caption, [*contents(caption), " ", link])
    player = make("audio", src=recording.src, preload="none", controls="controls", aria_label=label)
    figure.attrib.clear()
    figure.set("class", "audio recording")
    fill(figure, [caption, player, *([chapters] if chapters is not None else [])])


def _link_to_moment(src: str, seconds: int, words: list) -> "HtmlElement":
    moment = make("time", [write_moment(seconds)], datetime=f"PT{seconds}S")
    link = make("a", [moment, *([" "] if words else []), *words], href=f"{src}#t={seconds}")
    link.set("data-seek", str(seconds))
    return link


def _in_language(words: Words, language: str):
    """Return words, marked where they are in another language."""
    return make("span", [words.text], lang=words.language) if words.text and words.language != language else words.text
