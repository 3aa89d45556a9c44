"""The still pictures of videos elsewhere: asked for once by this site, so that no reader's browser asks for them.

What a provider says of a video comes by oEmbed (oembed.com, version 1.0), at Arte from the configuration of its player.
"""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from authors.bilingual import LANGUAGES
from blog.embeds import Video, find_video
from blog.models import Image, Page, Post, VideoPoster
from blog.syndication.dispatching import enqueue_at
from blog.syndication.errors import BadAnswerError, FetchError
from blog.syndication.fetching import fetch
from blog.syndication.retrying import CLAIM_HOLDS, next_attempt
from blog.syndication.words import keep, keep_error
from pictures.masters import Master, reencode

# Where a provider says what a video is called, whose it is and what it looks like; {host} is its own, {id} the video's.
ENDPOINTS = {
    "YouTube": "https://www.youtube.com/oembed",
    "Vimeo": "https://vimeo.com/api/oembed.json",
    "Dailymotion": "https://www.dailymotion.com/services/oembed",
    "PeerTube": "https://{host}/services/oembed",
    "Arte": "https://api.arte.tv/api/player/v2/config/fr/{id}",
}
# Larger ones than the provider names, which not every video has.
LARGER = {"YouTube": "https://i.ytimg.com/vi/{id}/maxresdefault.jpg"}
WIDTH = 1280

TEXTS = {"post": Post, "page": Page}


def fetch_poster(address: str, kind: str, key: int) -> None:
    """Fetch the still picture of a video, if it is due, and render the text anew that waits for it."""
    from blog.tasks import fetch_poster as task

    row = VideoPoster.objects.claim(address, CLAIM_HOLDS)
    if row is not None:
        keep_poster(row)
    row = VideoPoster.objects.filter(address=address).first()
    if row is None:
        return
    if row.image_id:
        TEXTS[kind].objects.render_anew(key)
    elif row.due_at:
        # It failed for now, or another process has claimed it and may have been killed.
        delay = max(row.due_at - timezone.now(), timedelta(seconds=1))
        enqueue_at(task, delay, address=address, kind=kind, key=key)


def keep_poster(row: VideoPoster) -> None:
    """Ask for the picture of a claimed row, and put it into the library; note what was in the way."""
    video = find_video(row.address)
    if video is None:
        row.postpone(keep(_("No video is known at this address.")), None)
        return
    try:
        facts = facts_of(video)
        master = picture_of(video, facts)
    except FetchError as error:
        row.postpone(keep_error(error), next_attempt(row.attempts, error, timezone.now()))
        return
    with transaction.atomic():
        row.image = put_in_library(video, facts, master)
        row.due_at, row.problem = None, {}
        row.save(update_fields=["image", "due_at", "problem"])


def facts_of(video: Video) -> dict[str, str]:
    """Return what a provider says of a video: ``title``, ``author`` and ``thumbnail``, each perhaps ''."""
    endpoint = ENDPOINTS[video.provider].format(host=urlsplit(video.watch_url).netloc, id=video.id)
    if video.provider == "Arte":
        said = _inside(fetch(endpoint).expect_success().json(), "data", "attributes", "metadata")
        images = said.get("images")
        first = images[0] if isinstance(images, list) and images and isinstance(images[0], dict) else {}
        found = {"title": said.get("title"), "author": "", "thumbnail": first.get("url")}
    else:
        query = urlencode({"url": video.watch_url, "format": "json", "width": WIDTH, "maxwidth": WIDTH})
        said = _inside(fetch(f"{endpoint}?{query}").expect_success().json())
        found = {
            "title": said.get("title"),
            "author": said.get("author_name"),
            "thumbnail": said.get("thumbnail_url"),
        }
    return {name: fact if isinstance(fact, str) else "" for name, fact in found.items()}


def _inside(data: object, *names: str) -> dict:
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def picture_of(video: Video, facts: dict[str, str]) -> Master:
    """Return the picture of a video, the largest that can be had; raise FetchError where there is none."""
    problem: FetchError = BadAnswerError(_("Their server names no picture of this video."))
    for address in _addresses(video, facts):
        try:
            return reencode(ContentFile(fetch(address).expect_success().body))
        except FetchError as error:
            problem = error
        except ValidationError as error:
            problem = BadAnswerError(error.message, **(error.params or {}))
    raise problem


def _addresses(video: Video, facts: dict[str, str]) -> Iterator[str]:
    if video.provider in LARGER:
        yield LARGER[video.provider].format(id=video.id)
    if facts["thumbnail"]:
        yield facts["thumbnail"]


def put_in_library(video: Video, facts: dict[str, str], master: Master) -> Image:
    """Return the new picture of the library, which says whose it is."""
    limit = {name: Image._meta.get_field(name).max_length for name in ("title", "credit", "alt_fr")}
    title = facts["title"] or video.watch_url
    image = Image(
        title=title[: limit["title"]],
        credit=" / ".join(filter(None, [facts["author"], video.provider]))[: limit["credit"]],
        source=video.watch_url,
    )
    for language in LANGUAGES:
        with override(language):
            alt = gettext("Still picture of the video “%(title)s”") % {"title": title}
        setattr(image, f"alt_{language}", alt[: limit["alt_fr"]])
    image.file.save("", master, save=False)
    image.save()
    return image
