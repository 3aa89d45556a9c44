"""The source of a body -> what the reader gets: typography, pictures, videos, headings.

The source is kept as it was typed (``blog.cleaning`` made it clean) and the result is stored beside it, so that a
change of the rules here is made good by rendering every post again.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext, override

from blog import embeds
from blog.callouts import name_callouts
from blog.cleaning import clean_source
from blog.footnotes import gather_notes, number_notes
from blog.headings import Heading, name_headings
from blog.lines import take_notes
from blog.markup import (
    HEADINGS,
    INLINE,
    MAX_KEY_DIGITS,
    check_size,
    contents,
    fill,
    is_key,
    make,
    parse,
    sanitise,
    serialise,
)
from blog.recordings import (
    BodyRecording,
    fill_player,
    fold_transcript,
    list_chapters,
    name_recording,
    number_chapters,
    write_transcript,
)
from blog.sites import Site, is_at
from blog.typography import Passage, typeset, typeset_passages

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    type Shown = BodyPicture | BodyRecording | embeds.Video | embeds.Audio

__all__ = [
    "BodyPicture",
    "Heading",
    "RenderedBody",
    "Slot",
    "clean_source",
    "excerpt",
    "picture_ids",
    "plain_text",
    "post_ids",
    "recording_ids",
    "render_body",
    "runs_of_text",
]

# The measure of the text, and a little more where there is room beside it (static/css/prose.css); on a phone as of
# covers (blog.pictures).
PHONE_SIZE = "calc(100vw - 3rem)"
COLUMN_SIZES = f"(min-width: 42rem) 37rem, {PHONE_SIZE}"
# By the size that was chosen; a small one has text beside it, unless the screen is a phone's.
SIZES = {"wide": f"(min-width: 72rem) 45rem, {COLUMN_SIZES}", "small": f"(min-width: 36rem) 17rem, {PHONE_SIZE}"}

_FIGURE_TAG = re.compile(r"<figure\b[^>]*>", re.IGNORECASE)
_PICTURE_KEY = re.compile(rf"\bdata-(?:image|poster)=[\"']?([0-9]{{1,{MAX_KEY_DIGITS}}})(?![0-9])", re.IGNORECASE)
_RECORDING_KEY = re.compile(rf"\bdata-recording=[\"']?([0-9]{{1,{MAX_KEY_DIGITS}}})(?![0-9])", re.IGNORECASE)
_VIDEO_ADDRESS = re.compile(r'\bdata-video="([^"]*)"', re.IGNORECASE)
_LINK_TAG = re.compile(r"<a\b[^>]*>", re.IGNORECASE)
_POST_KEY = re.compile(rf"\bdata-post=[\"']?([0-9]{{1,{MAX_KEY_DIGITS}}})(?![0-9])", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_UNTOUCHED = {"code", "pre"}


@dataclass(frozen=True)
class BodyPicture:
    """A picture as a body shows it: its addresses, size and words, the words in the language of the post."""

    src: str
    sources: tuple[tuple[str, str], ...]  # media type and srcset of each format, the best first
    width: int
    height: int
    alt: str
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure of a body, what it shows, and the parts of it that are typeset by themselves."""

    node: "HtmlElement"
    shown: "Shown"
    transcript: "HtmlElement | None" = None
    chapters: "HtmlElement | None" = None


@dataclass(frozen=True)
class RenderedBody:
    """A body as readers get it, and what else a page or a search must know of it."""

    html: str
    text: str
    frame_hosts: tuple[str, ...]
    media_hosts: tuple[str, ...]
    words: int
    headings: tuple[Heading, ...]


def render_body(
    source: str,
    *,
    language: str,
    pictures: Mapping[int, BodyPicture],
    sponsored: Collection[Site] = (),
    linked: Mapping[int, str] | None = None,
    posters: Mapping[str, BodyPicture] | None = None,
    known: Collection[Heading] = (),
    recordings: Mapping[int, BodyRecording] | None = None,
) -> RenderedBody:
    """Return the body made from its source, with the pictures of ``picture_ids(source)`` that still exist.

    ``linked`` has the address of each of ``post_ids(source)`` that readers may see; without it, links lead where they
    led when they were made. ``posters`` has the pictures that were fetched for ``videos_without_poster(source)``,
    ``recordings`` those of ``recording_ids(source)``. What was said in recordings and videos is text to a search, and
    counts for nothing in the time that it takes to read.
    Links to ``sponsored`` sites say so: whoever wrote it has a commercial relation with them.
    ``known`` are the headings that readers may have the addresses of, which these keep.
    Raise ValidationError for what ``clean_source`` would have refused.
    """
    root = parse(sanitise(check_size(source)))
    with override(language):
        figures = _find_figures(root, {"data-image": pictures, "data-recording": recordings or {}}, language)
        _drop_needless_languages(root, language)
        name_callouts(root)
        _lead_to_posts(root, linked)
        notes = gather_notes(root, language)
        text = "\n".join(_typeset_tree(root, language))
        spoken = [line for figure in figures for line in _typeset_parts(figure, language)]
        headings = tuple(_number_headings(root, known))
        for figure in figures:
            node, content = figure.node, figure.shown
            match content:
                case embeds.Video():
                    poster = pictures.get(_key(node, "data-poster")) or (posters or {}).get(content.watch_url)
                    _show_video(node, content, poster, language)
                case embeds.Audio():
                    _show_audio(node, content, language)
                case BodyRecording():
                    _show_recording(figure, content)
                case _:
                    _show_picture(node, content, language)
            if figure.transcript is not None:
                _show_transcript(figure, language)
        for table in root.findall(".//table"):
            _let_scroll(table)
        for link in root.iterfind(".//a"):
            if link.get("href", "").startswith(("http:", "https:")):
                link.set("rel", "sponsored noopener" if is_at(sponsored, link.get("href")) else "noopener")
        number_notes(notes, language)
    contents_of_figures = [figure.shown for figure in figures]
    return RenderedBody(
        html=serialise(root),
        text="\n".join([text, *spoken]) if spoken else text,
        frame_hosts=_hosts(contents_of_figures, "frame_host"),
        media_hosts=_hosts(contents_of_figures, "media_host"),
        words=sum(1 for _word in _WORD.finditer(text)),
        headings=headings,
    )


def _hosts(contents_of_figures: "list[Shown]", name: str) -> tuple[str, ...]:
    return tuple(sorted({host for content in contents_of_figures if (host := getattr(content, name, ""))}))


def picture_ids(source: str) -> set[int]:
    """Return the keys of the pictures that a source shows, those over videos included."""
    return {int(key) for tag in _FIGURE_TAG.findall(source) for key in _PICTURE_KEY.findall(tag)}


def recording_ids(source: str) -> list[int]:
    """Return the keys of our own recordings that a source shows, each once, in the order of the text."""
    found = (int(key) for tag in _FIGURE_TAG.findall(source) for key in _RECORDING_KEY.findall(tag))
    return list(dict.fromkeys(found))


def videos_without_poster(source: str) -> set[str]:
    """Return the addresses of the videos that a source shows without naming a picture for them."""
    tags = (tag for tag in _FIGURE_TAG.findall(source) if "data-poster=" not in tag)
    videos = (embeds.find_video(unescape(found[1])) for tag in tags if (found := _VIDEO_ADDRESS.search(tag)))
    return {video.watch_url for video in videos if video}


def post_ids(source: str) -> set[int]:
    """Return the keys of our own posts that a source has links to."""
    return {int(key) for tag in _LINK_TAG.findall(source) for key in _POST_KEY.findall(tag)}


def plain_text(html: str) -> str:
    """Return the words of HTML, a line for each of its blocks."""
    return "\n".join(_lines(parse(sanitise(check_size(html))), ""))


def excerpt(text: str, limit: int) -> str:
    """Return the beginning of a plain text on one line, at most ``limit`` characters, cut between two words."""
    text = re.sub(r"[ \t\n]+", " ", text).strip()
    if len(text) <= limit:
        return text
    cut = text[:limit]
    # Only ordinary spaces part words: a no-break space holds a mark or a unit.
    cut = cut[: cut.rindex(" ")] if " " in cut else cut[: limit - 1]
    while len(cut) >= limit:
        cut = cut.rpartition(" ")[0] or cut[:-1]
    return cut.rstrip(" \u00a0\u202f,;:.…–—-«“‘(") + "…"


# Words


class Slot(NamedTuple):
    """A place in the tree that holds a piece of text."""

    node: "HtmlElement"
    is_tail: bool
    passage: Passage


def _typeset_tree(root: "HtmlElement", language: str) -> Iterator[str]:
    """Typeset the words of each block, and return them, a line for each block."""
    for slots in runs_of_text(root, language):
        texts = typeset_passages([slot.passage for slot in slots])
        for slot, text in zip(slots, texts, strict=True):
            if slot.is_tail:
                slot.node.tail = text
            elif slot.node.tag != "br":
                slot.node.text = text
        yield _one_line(texts)


def _lines(root: "HtmlElement", language: str) -> Iterator[str]:
    for slots in runs_of_text(root, language):
        yield _one_line([slot.passage.text for slot in slots])


def _one_line(texts: list[str]) -> str:
    return re.sub(r"[ \t\n]+", " ", "".join(texts)).strip(" ")


def runs_of_text(root: "HtmlElement", language: str) -> Iterator[list[Slot]]:
    """Return the pieces of text of each block that has words, in the order of reading; those of code in no language."""
    run: list[Slot] = []
    for slot in _slots(root, language):
        if slot is not None:
            run.append(slot)
        elif run:
            if any(piece.passage.text.strip() for piece in run):
                yield run
            run = []


def _slots(node: "HtmlElement", language: str | None) -> Iterator[Slot | None]:
    """Return the pieces of text of a tree, and None wherever a block begins or ends."""
    is_block = node.tag not in INLINE
    if is_block:
        yield None
    inner = None if language is None or node.tag in _UNTOUCHED else node.get("lang", language)
    if node.tag == "br":
        yield Slot(node, is_tail=False, passage=Passage("\n", None))
    elif node.text:
        yield Slot(node, is_tail=False, passage=Passage(node.text, inner))
    for child in node:
        yield from _slots(child, inner)
        if child.tail:
            yield Slot(child, is_tail=True, passage=Passage(child.tail, inner))
    if is_block:
        yield None


def _drop_needless_languages(root: "HtmlElement", language: str) -> None:
    """Take the lang attributes away that say what the text around them says, as word processors do everywhere."""
    for node in root.iterfind(".//*[@lang]"):
        around = next((above.get("lang") for above in node.iterancestors() if above.get("lang")), language)
        if node.get("lang") == around:
            del node.attrib["lang"]


# Headings


def _number_headings(root: "HtmlElement", known: Collection[Heading]) -> Iterator[Heading]:
    """Give each heading an id, and a level that does not leave one out below the title of the page."""
    levels: list[int] = []
    headings = [node for node in root.iter() if node.tag in HEADINGS]
    texts = [_one_line(list(heading.itertext())) for heading in headings]
    for heading, text, name in zip(headings, texts, name_headings(texts, known), strict=True):
        level = int(heading.tag[1])
        while levels and levels[-1] >= level:
            levels.pop()
        levels.append(level)
        heading.tag = f"h{len(levels) + 1}"
        heading.set("id", name)
        yield Heading(name, text, len(levels) + 1)


# Links


def _lead_to_posts(root: "HtmlElement", linked: Mapping[int, str] | None) -> None:
    """Let the links to posts of ours lead where these are now; what readers may not see leaves the words alone."""
    for link in root.findall(".//a[@data-post]"):
        key = _key(link, "data-post")
        del link.attrib["data-post"]
        if linked is None:
            continue
        if key in linked:
            _address, mark, fragment = link.get("href", "").partition("#")
            link.set("href", f"{linked[key]}{mark}{fragment}")
        else:
            link.drop_tag()


# Pictures, videos, tables


def _find_figures(
    root: "HtmlElement", library: Mapping[str, "Mapping[int, BodyPicture | BodyRecording]"], language: str
) -> list[Figure]:
    """Return the figures to show, with their captions; drop those whose picture or recording has gone.

    ``library`` has, by the attribute that names them by key, what there is. What was said in one is taken out of it.
    """
    figures = []
    for node in list(root.iter("figure")):
        if next(node.iterancestors("figure"), None) is not None:
            node.drop_tag()
    for node in list(root.iter("figure")):
        content = (
            next((found for name, rows in library.items() if (found := rows.get(_key(node, name)))), None)
            or embeds.find_video(node.get("data-video", ""))
            or embeds.find_audio(node.get("data-audio", ""))
        )
        transcript = node.find("details")
        if transcript is not None:
            transcript.drop_tree()
        if content is None:
            _leave_words(node)
            continue
        for image in node.findall(".//img"):
            image.drop_tree()
        caption = getattr(content, "caption", "")
        if caption and node.find("figcaption") is None:
            node.append(make("figcaption", [caption]))
        chapters = None
        if isinstance(content, BodyRecording):
            name_recording(node, content, language)
            transcript, chapters = write_transcript(content), list_chapters(content, language)
        figures.append(Figure(node, content, transcript, chapters))
    for image in root.findall(".//img"):
        image.drop_tree()
    return figures


def _typeset_parts(figure: Figure, language: str) -> Iterator[str]:
    """Typeset the chapters of a figure and what was said in it, each in its language; return their lines."""
    if figure.chapters is not None:
        yield from _typeset_tree(figure.chapters, language)
    if figure.transcript is not None:
        yield from _typeset_tree(figure.transcript, _said_in(figure.shown, language))


def _said_in(content: "Shown", language: str) -> str:
    """Return the language of a transcript: a recording's may be that of the other one, an editor writes it in ours."""
    return content.transcript.language if isinstance(content, BodyRecording) else language


def _key(node: "HtmlElement", name: str) -> int:
    return int(node.get(name)) if is_key(node.get(name, "")) else 0


def _leave_words(figure: "HtmlElement") -> None:
    """Drop a figure that cannot be shown: what is known no more at its address leaves a link, a picture nothing."""
    address = figure.get("data-video") or figure.get("data-audio")
    if not address:
        figure.drop_tree()
        return
    caption = figure.find("figcaption")
    words, notes = take_notes(contents(caption)) if caption is not None else ([], [])
    has_link = caption is not None and caption.find(".//a") is not None
    link = make("a", [address] if has_link or not words else words, href=address)
    fill(figure, [*([*words, " "] if has_link else []), link, *notes])
    figure.tag = "p"
    figure.attrib.clear()


def _show_picture(figure: "HtmlElement", picture: BodyPicture, language: str) -> None:
    size = figure.get("data-size", "")
    image = make(
        "img", src=picture.src, width=str(picture.width), height=str(picture.height), loading="lazy", decoding="async"
    )
    image.set("alt", typeset(picture.alt, language))
    sources = [
        make("source", type_=media_type, srcset=srcset, sizes=SIZES.get(size, COLUMN_SIZES))
        for media_type, srcset in picture.sources
    ]
    caption = _words_of_caption(figure)
    if picture.credit:
        caption += [*([" "] if caption else []), make("small", [typeset(picture.credit, language)], class_="credit")]
    _fill_figure(figure, f"picture {size}".strip(), make("picture", [*sources, image]), caption)


def _show_video(figure: "HtmlElement", video: embeds.Video, poster: BodyPicture | None, language: str) -> None:
    caption = _words_of_caption(figure)
    title = _title_of(caption)
    frame = _frame(
        title=title or gettext("Video on %(provider)s") % {"provider": video.provider},
        document=embeds.facade_document(video, title=title, language=language, poster=poster),
    )
    watch = gettext("Watch on %(provider)s") % {"provider": video.provider}
    _fill_figure(figure, "video", frame, _with_link(caption, typeset(watch, language), video.watch_url))


def _show_audio(figure: "HtmlElement", audio: embeds.Audio, language: str) -> None:
    """Show a recording: a player of the browser's, which asks for nothing before a click, or a facade."""
    caption = _words_of_caption(figure)
    title = _title_of(caption)
    label = title or gettext("Recording on %(provider)s") % {"provider": audio.provider}
    if audio.file_url:
        player = make("audio", src=audio.file_url, preload="none", controls="controls", aria_label=label)
    else:
        document = embeds.facade_document(audio, title=title, language=language)
        player = _frame(title=label, document=document)
    listen = gettext("Listen on %(provider)s") % {"provider": audio.provider}
    _fill_figure(figure, "audio", player, _with_link(caption, typeset(listen, language), audio.listen_url))


def _show_recording(figure: Figure, recording: BodyRecording) -> None:
    if figure.chapters is not None:
        number_chapters(figure.chapters, recording)
    title = figure.node.find("figcaption/strong")
    fill_player(figure.node, recording, figure.chapters, label=_one_line(list(title.itertext())))


def _show_transcript(figure: Figure, language: str) -> None:
    """Put what was said behind its figure, folded."""
    said_in = _said_in(figure.shown, language)
    fold_transcript(figure.transcript, language=language, said_in=said_in, src=getattr(figure.shown, "src", ""))
    figure.transcript.tail, figure.node.tail = figure.node.tail, None
    figure.node.addnext(figure.transcript)


def _frame(*, title: str, document: str) -> "HtmlElement":
    """Return a frame; how large it is, static/css/prose.css says."""
    return make(
        "iframe",
        srcdoc=document,
        title=title,
        loading="lazy",
        allow=embeds.FRAME_ALLOW,
        referrerpolicy=embeds.REFERRER_POLICY,
    )


def _title_of(caption: list) -> str:
    return _one_line(list(make("span", caption).itertext()))


def _with_link(caption: list, words: str, address: str) -> list:
    return [*caption, *([" "] if caption else []), make("a", [words], href=address, class_="watch")]


def _words_of_caption(figure: "HtmlElement") -> list:
    caption = figure.find("figcaption")
    return contents(caption) if caption is not None else []


def _fill_figure(figure: "HtmlElement", kind: str, content: "HtmlElement", caption: list) -> None:
    figure.attrib.clear()
    figure.set("class", kind)
    fill(figure, [content, make("figcaption", caption)] if caption else [content])


def _let_scroll(table: "HtmlElement") -> None:
    """Put a table into a box that scrolls where it is wider than the text, with the keyboard too."""
    caption = table.find("caption")
    label = _one_line(list(caption.itertext())) if caption is not None else gettext("Table")
    box = make("div", class_="table-scroll", tabindex="0", role="region", aria_label=label)
    box.tail, table.tail = table.tail, None
    table.getparent().replace(table, box)
    box.append(table)
