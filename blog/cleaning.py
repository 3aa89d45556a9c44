"""What an editor typed or pasted -> the source of a body, which says what things are and nothing of how they look.

The editor’s script cleans what is pasted as well; here is the gate that also holds for imports, for text written by
code and for those who type HTML. Done twice, it changes nothing the second time.

The tree that was typed is read from its leaves up, and a new one is made of new elements.
"""

import re
from itertools import groupby
from typing import TYPE_CHECKING

import nh3

from blog.embeds import find_audio, find_video
from blog.lines import is_blank, is_block, joined, one_line, paragraphs, take_notes, trimmed, wrap
from blog.markup import (
    ALLOWED,
    CALLOUT_KINDS,
    COPIED,
    HEADINGS,
    NOTE,
    PICTURE_SIZES,
    SCHEMES,
    check_size,
    contents,
    fill,
    is_address,
    is_key,
    is_own_address,
    make,
    parse,
    rename_copied,
    sanitise,
)
from blog.pasted import (
    INLINE_NAMES,
    inline_tags,
    is_hidden,
    language_of,
    list_mark,
    lists,
    mark_typed_bullet,
    mended_address,
)

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from blog.markup import Item

_DROPPED_WHOLE = {
    "script", "style", "title", "template", "noscript", "object", "svg", "math", "textarea", "select", "audio",
    "video", "canvas", "xml", "datalist", "noframes", "noembed",
}  # fmt: skip
_BLOCK_NAMES = {
    "div", "section", "article", "main", "nav", "address", "center", "details",
    "summary", "form", "fieldset", "dl", "dd", "hgroup", "body",
}  # fmt: skip
_HEADING_NAMES = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_TYPED_TAGS = (
    (set(ALLOWED) | set(INLINE_NAMES) | _BLOCK_NAMES | set(_HEADING_NAMES) | {"q", "dt", "tfoot", "iframe", "legend"})
    - COPIED
) | {f"x-{name}" for name in COPIED}
_TYPED_ATTRIBUTES = ALLOWED | {
    "*": {"lang", "style", "class"},
    "x-a": ALLOWED["a"],
    "iframe": {"src"},
    "ul": set(),
    "ol": set(),
}


def clean_source(html: str) -> str:
    """Return the source of a body from what was typed or pasted; '' when it holds nothing.

    Raise ValidationError when it is longer or more intricate than an article can be.
    """
    html = rename_copied(check_size(html))
    typed = parse(
        nh3.clean(
            html,
            tags=_TYPED_TAGS,
            clean_content_tags=_DROPPED_WHOLE,
            attributes=_TYPED_ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel=None,
        )
    )
    blocks = _blocks(_children(typed, frozenset()))
    # What is refused the next time, as it is saved again, is better refused now: escaping makes a text longer.
    return check_size("\n".join(sanitise(_html(block)) for block in blocks))


def _html(block: "HtmlElement") -> str:
    from lxml.html import tostring

    return tostring(block, encoding="unicode", with_tail=False)


# Reading: each element that was typed becomes a list of texts and new elements. ``within`` names the inline elements
# around it, and their language ('lang=en'), which are not to be said twice.


def _children(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    items: list[Item] = []
    for item in contents(typed):
        items += [item] if isinstance(item, str) else _read(item, within)
    return joined(items)


def _read(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    name = typed.tag.removeprefix("x-")
    if is_hidden(typed):
        return []
    if name in _READERS:
        return _READERS[name](typed, within)
    if name in _HEADING_NAMES:
        return _read_heading(typed, within)
    if name in INLINE_NAMES:
        return _read_inline(typed, within)
    return _with_language(_blocks(_children(typed, within)), language_of(typed))


# Words within a line


def _read_inline(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    tags = [tag for tag in inline_tags(typed) if tag not in within]
    language = language_of(typed)
    if f"lang={language}" in within:
        language = ""
    elif language:
        within = frozenset(name for name in within if not name.startswith("lang=")) | {f"lang={language}"}
    items = _children(typed, within.union(tags))
    if language and tags[:1] != ["em"]:
        items = wrap(items, "span", lang=language)
        language = ""
    for tag in reversed(tags):
        items = wrap(items, tag, lang=language if tag == "em" else "")
    return items


def _read_link(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    items = _children(typed, within | {"a"})
    language = language_of(typed)
    if language and f"lang={language}" not in within:
        items = wrap(items, "span", lang=language)
    address = mended_address(typed.get("href", ""))
    if not address or "a" in within:
        return items
    # A footnote leads to its text: a link within a link is none.
    items, notes = take_notes(items)
    post = typed.get("data-post", "")
    link = wrap(items, "a", href=address, title=typed.get("title", "").strip(), data_post=post if is_key(post) else "")
    return [*link, *notes]


def _read_note(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    """Read a footnote: one line, which is not in bold or in a link because its number is."""
    around = frozenset({NOTE, *(name for name in within if name.startswith("lang="))})
    words = [item for item in one_line(_children(typed, around), "br") if not is_block(item)]
    if NOTE in within:
        return [" ", *words]
    return [] if is_blank(words) else [make(NOTE, words)]


def _read_quotation(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    """Read <q>, whose marks no rule of typography would see, as words between straight quotes."""
    return ['"', *_children(typed, within), '"']


def _read_image(typed: "HtmlElement", _within: frozenset[str]) -> "list[Item]":
    """Read a picture outside the library as nothing: it has no text in two languages, and its file is not ours.

    The small pictures that some sites put for an emoji are that emoji.
    """
    alt = typed.get("alt", "")
    return [alt] if is_emoji(alt) else []


def is_emoji(alt: str) -> bool:
    """Say whether the alternative text of a picture is the emoji that it stands for."""
    return 0 < len(alt) <= 8 and not re.search(r"[\x00-\x7f\u00c0-\u024f]", alt)


# Lines: paragraphs, headings, captions


def _read_paragraph(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    mark = list_mark(typed)
    blocks = _in_paragraphs(_children(typed, within))
    if mark and blocks and blocks[0].tag == "p":
        blocks[0].set("data-list", mark)
    return _with_language(blocks, language_of(typed))


def _read_heading(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    items = one_line(_children(typed, within))
    name = _HEADING_NAMES[typed.tag]
    pictures = [item for item in items if is_block(item)]
    line = make(name, [item for item in items if not is_block(item)], lang=language_of(typed))
    _drop_strong(line)
    return [*([] if is_blank(contents(line)) else [line]), *pictures]


def _drop_strong(node: "HtmlElement") -> None:
    """Take bold letters out of what is bold by itself."""
    for strong in list(node.iter("strong")):
        strong.drop_tag()


# Blocks


def _in_paragraphs(items: "list[Item]") -> "list[HtmlElement]":
    """Return blocks: loose words become paragraphs."""
    blocks: list[HtmlElement] = []
    for are_blocks, group in groupby(items, is_block):
        found = list(group)
        blocks += found if are_blocks else paragraphs(found)
    for block in blocks:
        if block.tag == "p":
            mark_typed_bullet(block)
    return blocks


def _blocks(items: "list[Item]") -> "list[HtmlElement]":
    """Return blocks: besides, loose list items and the paragraphs that stand for some become lists."""
    made: list[HtmlElement] = []
    for kind, group in groupby(_in_paragraphs(items), lambda block: "data-list" in block.attrib or block.tag):
        if kind is True:
            made += lists(list(group))
        elif kind == "li":
            made.append(make("ul", group))
        else:
            made += group
    return made


def _with_language(blocks: "list[HtmlElement]", language: str) -> "list[HtmlElement]":
    """Say the language of blocks where it can be said, unless they already have their own."""
    if not language:
        return blocks
    for block in blocks:
        if block.tag in {"p", "blockquote", *HEADINGS}:
            block.set("lang", block.get("lang", language))
            continue
        if block.tag == "aside":
            _with_language(list(block), language)
        for holder in block.iter("li", "td", "th"):
            holder.set("lang", holder.get("lang", language))
        for caption in block.iter("caption", "figcaption", "header"):
            fill(caption, wrap(contents(caption), "span", lang=language))
    return blocks


def _read_blockquote(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    sources, others = [], []
    for item in contents(typed):
        if not isinstance(item, str) and item.tag in {"footer", "cite"}:
            sources.append(one_line(_children(item, within), "br"))
        else:
            others += [item] if isinstance(item, str) else _read(item, within)
    footer = [item for source in sources if not is_blank(source) for item in [" ", *source]]
    footer = [item for item in trimmed(footer) if not is_block(item)]
    blocks = _blocks(joined(others)) + ([make("footer", footer)] if footer else [])
    return [make("blockquote", blocks, lang=language_of(typed))] if blocks else []


def _read_pre(typed: "HtmlElement", _within: frozenset[str]) -> "list[Item]":
    """Read code as the characters it is made of, which keep their spaces and lines."""
    for note in list(typed.iter(NOTE)):
        note.drop_tree()
    for line_break in typed.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    text = typed.text_content().strip("\n")
    if not text.strip():
        return []
    is_code = typed.find(".//x-code") is not None
    return [make("pre", [make("code", [text])] if is_code else [text])]


def _read_aside(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    """Read a box of a kind that is known; any other is no more than what it holds."""
    kind = typed.get("data-kind", "")
    if kind not in CALLOUT_KINDS or "aside" in within:
        return _with_language(_blocks(_children(typed, within)), language_of(typed))
    within = within | {"aside"}
    title, others = [], []
    for item in contents(typed):
        if not isinstance(item, str) and item.tag == "header" and not title:
            title = [one for one in one_line(_children(item, within)) if not is_block(one)]
        else:
            others += [item] if isinstance(item, str) else _read(item, within)
    blocks = [_as_strong(block) for block in _blocks(joined(others))]
    if not blocks:
        return _blocks(title)
    header = make("header", title)
    _drop_strong(header)
    blocks = _with_language(blocks, language_of(typed))
    return [make("aside", [*([] if is_blank(title) else [header]), *blocks], data_kind=kind)]


def _read_rule(_typed: "HtmlElement", _within: frozenset[str]) -> "list[Item]":
    return [make("hr")]


def _read_break(_typed: "HtmlElement", _within: frozenset[str]) -> "list[Item]":
    return [make("br")]


def _read_term(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    line = make("p", one_line(_children(typed, within)))
    _drop_strong(line)
    words = contents(line)
    return _with_language(_blocks(words if "strong" in within else wrap(words, "strong")), language_of(typed))


# Lists


def _read_list(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    items: list[HtmlElement] = []
    for block in _in_paragraphs(_children(typed, within)):
        if block.tag == "li":
            items.append(block)
        elif block.tag in {"ul", "ol"}:
            # Google Docs and old editors write a list within a list beside its item.
            if items:
                _append_list(items[-1], block)
            else:
                items += list(block)
        else:
            items += _items([block], "")
    return _with_language([make(typed.tag, items)], language_of(typed)) if items else []


def _append_list(item: "HtmlElement", inner: "HtmlElement") -> None:
    last = item[-1] if len(item) else None
    if last is not None and last.tag == inner.tag:
        last.extend(list(inner))
    else:
        item.append(inner)


def _read_item(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    return _items(_children(typed, within), language_of(typed))


def _items(words: "list[Item]", language: str) -> "list[HtmlElement]":
    """Return the list item that holds some words: one, or those of a list where there is nothing else."""
    words = _item(words)
    if len(words) == 1 and is_block(words[0]) and words[0].tag in {"ul", "ol"}:
        # An item that is nothing but a list is how some editors indent.
        return _with_language(list(words[0]), language)
    return [] if is_blank(words) else [_with_its_language(make("li", words, lang=language))]


def _item(items: "list[Item]") -> "list[Item]":
    """Return what a list item or a cell holds: bare words, if it has one paragraph and that comes first."""
    blocks = [_as_strong(block) for block in _blocks(items)]
    kinds = [block.tag for block in blocks]
    if kinds.count("p") != 1 or kinds[0] != "p":
        return list(blocks)
    words = contents(blocks[0])
    language = blocks[0].get("lang", "")
    return [*(wrap(words, "span", lang=language) if language else words), *blocks[1:]]


def _with_its_language(holder: "HtmlElement") -> "HtmlElement":
    """Say the language of an item or a cell on itself, where all that it holds is one passage."""
    items = contents(holder)
    if len(items) == 1 and not isinstance(items[0], str) and items[0].tag == "span" and not holder.get("lang"):
        holder.set("lang", items[0].get("lang"))
        fill(holder, contents(items[0]))
    return holder


def _as_strong(block: "HtmlElement") -> "HtmlElement":
    """Return a heading as a paragraph in bold: in an item or a cell it heads nothing."""
    if block.tag not in HEADINGS:
        return block
    return make("p", wrap(contents(block), "strong"), lang=block.get("lang", ""))


# Tables


def _read_table(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    rows = [_read_row(row, within) for row in typed.iterfind("./tr")]
    for part in typed.iterfind("./*"):
        if part.tag in {"thead", "tbody", "tfoot"}:
            rows += [_read_row(row, within, is_head=part.tag == "thead") for row in part.iterfind("./tr")]
    rows = [row for row in rows if any(not is_blank(contents(cell)) for cell in row)]
    caption = [
        item
        for one in typed.iterfind("./caption")
        for item in one_line(_children(one, within), "br")
        if not is_block(item)
    ]
    if not rows:
        return _blocks(caption)
    if len(rows) == 1 and len(rows[0]) == 1:
        # One cell is a box drawn around a text, not a table.
        return [*_blocks(caption), *_blocks(contents(rows[0][0]))]
    return [_table(rows, caption, language_of(typed))]


def _read_row(typed: "HtmlElement", within: frozenset[str], *, is_head: bool = False) -> "list[HtmlElement]":
    return [_read_cell(cell, within, is_head=is_head) for cell in typed.iterfind("./*") if cell.tag in {"td", "th"}]


def _read_cell(typed: "HtmlElement", within: frozenset[str], *, is_head: bool) -> "HtmlElement":
    is_head = is_head or typed.tag == "th"
    items = []
    for item in _item(_children(typed, within)):
        if not isinstance(item, str) and item.tag == "table":
            items += [make("p", one_line(contents(cell))) for cell in item.iter("td", "th")]
        else:
            items.append(item)
    cell = make("th" if is_head else "td", _item(items), lang=language_of(typed))
    for name in ("colspan", "rowspan"):
        if re.fullmatch("[2-9]|[1-9][0-9]{1,2}", typed.get(name, "")):
            cell.set(name, typed.get(name))
    if is_head:
        _drop_strong(cell)
    return _with_its_language(cell)


def _table(rows: "list[list[HtmlElement]]", caption: "list[Item]", language: str) -> "HtmlElement":
    heads = next((number for number, row in enumerate(rows) if any(cell.tag == "td" for cell in row)), 1)
    for number, row in enumerate(rows):
        for cell in row:
            if cell.tag == "th":
                scope, span = ("col", "colspan") if number < heads else ("row", "rowspan")
                cell.set("scope", f"{scope}group" if cell.get(span) else scope)
    parts = [make("caption", caption)] if caption else []
    for tag, lines in (("thead", rows[:heads]), ("tbody", rows[heads:])):
        if lines:
            parts.append(make(tag, [make("tr", row) for row in lines]))
    table = make("table", parts)
    _with_language([table], language)
    return table


# Pictures and videos


def _read_figure(typed: "HtmlElement", within: frozenset[str]) -> "list[Item]":
    caption = [
        item
        for one in typed.iter("figcaption")
        for item in one_line(_children(one, within), "br")
        if not is_block(item)
    ]
    for one in list(typed.iter("figcaption")):
        one.drop_tree()
    if is_key(typed.get("data-image", "")):
        return [_picture(typed, caption)]
    if is_key(typed.get("data-recording", "")):
        # What is said in it is in the library, with the recording itself.
        return _captioned(make("figure", data_recording=typed.get("data-recording")), caption)
    if typed.get("data-audio"):
        return _with_transcript(_audio(typed.get("data-audio"), caption), _read_transcript(typed, within))
    if typed.get("data-video"):
        video = _video(typed.get("data-video"), typed.get("data-poster", ""), caption)
        return _with_transcript(video, _read_transcript(typed, within))
    # A picture without a key is none of the library: only what was written about it, or beside it, is kept.
    blocks = _blocks(_children(typed, within))
    if [block.tag for block in blocks] == ["figure"] and blocks[0].find("figcaption") is None and caption:
        blocks[0].append(make("figcaption", caption))
        return blocks
    return [*blocks, *paragraphs(caption)]


def _picture(typed: "HtmlElement", caption: "list[Item]") -> "HtmlElement":
    size = typed.get("data-size", "")
    figure = make("figure", data_image=typed.get("data-image"), data_size=size if size in PICTURE_SIZES else "")
    seen = typed.find(".//img")
    if seen is not None and is_own_address(seen.get("src", "")):
        image = make("img", src=seen.get("src"))
        image.set("alt", seen.get("alt", ""))
        figure.append(image)
    return _captioned(figure, caption)[0]


def _video(address: str, poster: str, caption: "list[Item]") -> "list[Item]":
    """Return a figure for a video that is known, or else a paragraph that leads to the address."""
    address = address.strip()
    if find_video(address):
        return _captioned(make("figure", data_video=address, data_poster=poster if is_key(poster) else ""), caption)
    return _leading_there(address, caption)


def _audio(address: str, caption: "list[Item]") -> "list[Item]":
    """Return a figure for a recording that is known, or else a paragraph that leads to the address."""
    address = address.strip()
    if find_audio(address):
        return _captioned(make("figure", data_audio=address), caption)
    return _leading_there(address, caption)


def _read_transcript(typed: "HtmlElement", within: frozenset[str]) -> "list[HtmlElement]":
    """Return what is said in a recording, as paragraphs: whatever was typed there is words and nothing else."""
    paragraphs_said: list[HtmlElement] = []
    for said in list(typed.iter("details")):
        for summary in list(said.iter("summary")):
            summary.drop_tree()
        # A footnote of it would be one of the text around.
        blocks = _with_language(_blocks(_children(said, within | {NOTE})), language_of(said))
        for block in blocks:
            words = [item for item in one_line([block], "br") if not is_block(item)]
            if not is_blank(words):
                paragraphs_said.append(make("p", words, lang=block.get("lang", "")))
    return paragraphs_said


def _with_transcript(items: "list[Item]", said: "list[HtmlElement]") -> "list[Item]":
    """Put a transcript into the figure that was made, or behind what stands for it."""
    if not said:
        return items
    if len(items) == 1 and not isinstance(items[0], str) and items[0].tag == "figure":
        items[0].append(make("details", said))
        return items
    return [*items, *said]


def _captioned(figure: "HtmlElement", caption: "list[Item]") -> "list[Item]":
    if not is_blank(caption):
        figure.append(make("figcaption", caption))
    return [figure]


def _leading_there(address: str, caption: "list[Item]") -> "list[Item]":
    if not re.match("https?://", address) or not is_address(address):
        return paragraphs(caption)
    if any(not isinstance(item, str) and next(item.iter("a"), None) is not None for item in caption):
        return [make("p", [*caption, " ", make("a", [address], href=address)])]
    words, notes = take_notes(caption)
    return [make("p", [make("a", [address] if is_blank(words) else words, href=address), *notes])]


def _read_frame(typed: "HtmlElement", _within: frozenset[str]) -> "list[Item]":
    """Read a frame as the video it shows, or as a link to what it shows."""
    return _video(typed.get("src", ""), "", [])


_READERS = {
    "a": _read_link,
    NOTE: _read_note,
    "q": _read_quotation,
    "img": _read_image,
    "p": _read_paragraph,
    "br": _read_break,
    "hr": _read_rule,
    "pre": _read_pre,
    "blockquote": _read_blockquote,
    "aside": _read_aside,
    "dt": _read_term,
    "ul": _read_list,
    "ol": _read_list,
    "li": _read_item,
    "table": _read_table,
    "figure": _read_figure,
    "iframe": _read_frame,
}
