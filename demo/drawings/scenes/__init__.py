"""What is drawn. A scene knows the words that ask for it, and the picture it was made for, if any."""

from collections import defaultdict
from collections.abc import Callable

from demo.drawings.press import Sheet

Scene = Callable[[Sheet], None]

BY_KEY: dict[str, Scene] = {}
BY_WORD: dict[str, list[Scene]] = defaultdict(list)


def scene(words: str = "", key: str = "") -> Callable[[Scene], Scene]:
    """Register a drawing under each of `words`, and under the key of the picture it is for."""

    def register(draw: Scene) -> Scene:
        for word in words.split():
            BY_WORD[word].append(draw)
        if key:
            BY_KEY[key] = draw
        return draw

    return register
