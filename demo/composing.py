"""Put made-up articles and comments together from ``demo/sentences.toml``, each in both languages."""

import tomllib
from pathlib import Path
from random import Random
from typing import NamedTuple

from django.utils.html import escape

SENTENCES = Path(__file__).resolve().parent / "sentences.toml"

# A made-up article has between two and nine parts, most have three or four.
PARTS = (2, 3, 3, 3, 4, 4, 4, 5, 6, 9)


class Pair(NamedTuple):
    """A text in French and in English."""

    fr: str
    en: str


class Article(NamedTuple):
    """A made-up article: its theme's key, and its source, as an editor would have typed it."""

    theme: str
    body: Pair


class Composer:
    """Composes texts; the same seed gives the same texts in the same order."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 (nothing secret is drawn)
        self.material = tomllib.loads(SENTENCES.read_text(encoding="utf-8"))
        self.themes = {theme["key"]: theme for theme in self.material["theme"]}
        self.given_names = self.material["given_names"].split()
        self.family_names = self.material["family_names"].split()

    def name(self) -> str:
        """Return the name of a person who does not exist."""
        return f"{self.random.choice(self.given_names)} {self.random.choice(self.family_names)}"

    def title(self, theme: str) -> Pair:
        """Return a title on a theme."""
        return self.fill(self.random.choice(self.themes[theme]["titles"]))

    def standfirst(self, theme: str) -> Pair:
        """Return the few sentences below a title."""
        return self.fill(self.random.choice(self.themes[theme]["standfirsts"]))

    def article(self, picture_id: int | None = None) -> Article:
        """Return an article, which shows the picture of that key where one is given."""
        first, second = self.random.sample(sorted(self.themes), 2)
        theme, other = self.themes[first], self.themes[second]
        general = self.material["general"]
        sentences = self.shuffled(theme["sentences"] + other["sentences"] + general["sentences"])
        headings = self.shuffled(theme["headings"] + other["headings"] + general["headings"])
        blocks = [self.paragraph(sentences)]
        for heading in headings[: self.random.choice(PARTS)]:
            if sentences:
                blocks.append(self.block("<h2>{}</h2>", heading))
            blocks += [self.paragraph(sentences) for _ in range(self.random.randint(1, 3)) if sentences]
        extras = [self.quote(theme), *self.list_of(theme)]
        if picture_id is not None:
            extras.append(self.figure(picture_id, self.random.choice(theme["titles"])))
        place = self.random.randrange(2, len(blocks))
        blocks[place:place] = extras
        return Article(first, Pair("\n".join(b.fr for b in blocks), "\n".join(b.en for b in blocks)))

    def comment(self) -> Pair:
        """Return what a reader writes under an article."""
        texts = self.material["comments"]
        points = self.random.sample(texts["points"], self.random.choice((1, 1, 2, 2, 3)))
        return self.run([self.random.choice(texts["openings"]), *points, self.random.choice(texts["closings"])])

    def answer(self) -> Pair:
        """Return what somebody answers to a comment."""
        texts = self.material["comments"]
        points = self.random.sample(texts["points"], self.random.choice((0, 0, 0, 1)))
        return self.run([self.random.choice(texts["answers"]), *points])

    def paragraph(self, sentences: list) -> Pair:
        """Take some sentences off the heap, and return them as a paragraph."""
        taken = [sentences.pop() for _ in range(self.random.randint(2, 5)) if sentences]
        return self.wrapped("<p>{}</p>", self.run(taken))

    def block(self, element: str, pair: list) -> Pair:
        """Return one text in an element."""
        return self.wrapped(element, self.fill(pair))

    def quote(self, theme: dict) -> Pair:
        """Return a quotation with its source."""
        fr, en, source_fr, source_en = self.random.choice(theme["quotes"])
        element = "<blockquote><p>{}</p><footer>{}</footer></blockquote>"
        return Pair(
            element.format(escape_text(fr), escape_text(source_fr)),
            element.format(escape_text(en), escape_text(source_en)),
        )

    def list_of(self, theme: dict) -> list[Pair]:
        """Return a paragraph that leads to a list, and the list."""
        items = [self.fill(item, is_sentence=False) for item in self.random.sample(theme["items"], 4)]
        rows = Pair(*("".join(f"<li>{escape_text(item[n])}</li>" for item in items) for n in (0, 1)))
        lead_in = self.random.choice(self.material["general"]["lead_ins"])
        return [self.block("<p>{}</p>", lead_in), Pair(f"<ul>{rows.fr}</ul>", f"<ul>{rows.en}</ul>")]

    def figure(self, picture_id: int, caption: list) -> Pair:
        """Return a picture of the library with a caption."""
        element = f'<figure data-image="{picture_id}"><img alt=""><figcaption>{{}}</figcaption></figure>'
        return self.block(element, caption)

    def wrapped(self, element: str, pair: Pair) -> Pair:
        """Return a pair of plain texts, escaped, in an element."""
        return Pair(element.format(escape_text(pair.fr)), element.format(escape_text(pair.en)))

    def run(self, pairs: list) -> Pair:
        """Return sentences one after the other; an empty one leaves no trace."""
        filled = [self.fill(pair) for pair in pairs]
        return Pair(*(" ".join(pair[n] for pair in filled if pair[n]) for n in (0, 1)))

    def fill(self, pair: list, *, is_sentence: bool = True) -> Pair:
        """Put a firm, a place and a number into a text, the same in both languages."""
        firm = self.random.choice(self.material["firms"])
        place = self.random.choice(self.material["places"])
        count = self.random.randrange(12, 900)
        texts = [
            text.replace("{firm}", firm[n]).replace("{place}", place[n]).replace("{count}", str(count))
            for n, text in enumerate(pair)
        ]
        return Pair(*(text[:1].upper() + text[1:] if is_sentence else text for text in texts))

    def shuffled(self, items: list) -> list:
        """Return the items in another order."""
        return self.random.sample(items, len(items))


def escape_text(text: str) -> str:
    """Escape what HTML does not allow in a text; an apostrophe stays as typed."""
    return escape(text).replace("&#x27;", "'")
