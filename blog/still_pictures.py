"""Which videos of a text show the still picture that this site fetched, and which still wait for theirs."""

from collections.abc import Iterable
from datetime import timedelta

from blog.body import videos_without_poster
from blog.models.images import Image
from blog.models.posters import VideoPoster


def posters_in(source: str) -> dict[str, Image]:
    """Return the pictures, by the addresses of the videos, that were fetched for those of a source."""
    return VideoPoster.objects.had(videos_without_poster(source))


def want_posters(source: str, kind: str, key: int) -> None:
    """Have the pictures fetched that a text lacks; it is rendered anew when they are there."""
    from blog.syndication.dispatching import enqueue_at
    from blog.tasks import fetch_poster

    for address in VideoPoster.objects.want(videos_without_poster(source)):
        enqueue_at(fetch_poster, timedelta(0), address=address, kind=kind, key=key)


def states_of(source: str) -> dict[str, dict]:
    """Return what the editor is told of each video without a picture of its own: its picture, or why there is none."""
    from blog.syndication.words import say

    rows = _rows(videos_without_poster(source))
    return {
        row.address: {"image": row.image, "isWaiting": bool(row.due_at), "problem": say(row.problem)} for row in rows
    }


def _rows(addresses: Iterable[str]) -> list[VideoPoster]:
    wanted = set(addresses)
    return list(VideoPoster.objects.filter(address__in=wanted).select_related("image")) if wanted else []
