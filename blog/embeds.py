"""Videos and recordings elsewhere: which addresses are known, and the facade that asks for nothing before a click.

The facade is a frame whose document is given in the page (``srcdoc``): a link to the player over a poster of ours.
A frame's link opens in the frame, so the player comes in its place after the click, without any JavaScript. The
document inherits the policy of the page: it needs ``img-src`` and ``style-src`` for this site, and the page needs
``frame-src`` for the host of the player, which is ``Video.frame_host``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override

# The longest address of a known video is below 200 characters.
ADDRESS_MAX_LENGTH = 500

# What is neither quoted nor escaped in HTML, besides '&'.
_PLAIN_ADDRESS = re.compile(r"https?://[\w.~:/?#\[\]@!$&()*+,;=%-]+", re.ASCII)

FRAME_ALLOW = "autoplay; encrypted-media; picture-in-picture; fullscreen"
# YouTube answers 'error 153' to a player that is not told at least the origin of the page it stands on.
REFERRER_POLICY = "strict-origin-when-cross-origin"


@dataclass(frozen=True)
class Video:
    """A video elsewhere: where its player and its page are, and the host to name in ``frame-src``."""

    provider: str
    id: str
    embed_url: str
    watch_url: str
    frame_host: str


@dataclass(frozen=True)
class Audio:
    """A recording elsewhere: a file that every browser plays, or a page whose player comes after a click."""

    provider: str
    listen_url: str
    file_url: str = ""
    embed_url: str = ""
    frame_host: str = ""

    @property
    def media_host(self) -> str:
        """The host to name in ``media-src``; '' where it has a player of its own."""
        return "{0.scheme}://{0.netloc}".format(urlsplit(self.file_url)) if self.file_url else ""


class Poster(Protocol):
    """What a facade needs to know of its picture; ``blog.body.BodyPicture`` is one."""

    src: str
    sources: tuple[tuple[str, str], ...]


def find_video(address: str) -> Video | None:
    """Return the video that an address leads to, or None when it is no video of a known provider."""
    address = address.strip()
    if len(address) > ADDRESS_MAX_LENGTH or not _PLAIN_ADDRESS.fullmatch(address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.netloc != parts.hostname:  # it has a port, a user or capitals
        return None
    finder = _FINDERS.get(parts.netloc) or (_find_peertube if parts.netloc in _peertube_hosts() else None)
    return finder(parts) if finder else None


def find_audio(address: str) -> Audio | None:
    """Return the recording that an address leads to, or None when it is none that is known.

    A file is known by the end of its path, and only over https: from elsewhere a page on https cannot play it.
    """
    address = address.strip()
    if len(address) > ADDRESS_MAX_LENGTH or not _PLAIN_ADDRESS.fullmatch(address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.netloc != parts.hostname:  # it has a port, a user or capitals
        return None
    finder = _AUDIO_FINDERS.get(parts.netloc)
    if finder:
        return finder(parts)
    if parts.scheme == "https" and _HOST.fullmatch(parts.netloc) and _AUDIO_FILE.search(parts.path):
        return Audio(provider=parts.netloc.removeprefix("www."), listen_url=address, file_url=address)
    return None


def frame_hosts() -> tuple[str, ...]:
    """Return every host that a player may come from, those of the settings included."""
    return FRAME_HOSTS + tuple(f"https://{host}" for host in _peertube_hosts())


def facade_document(content: Video | Audio, *, title: str, language: str, poster: Poster | None = None) -> SafeString:
    """Return the document of the frame: a link to the player, over the poster, in the language of the post.

    It is stored with the rendered body, so its style sheet has the address that stays, not the one with a hash that
    changes at an upgrade; the static files are served at both.
    """
    with override(language):
        if isinstance(content, Audio):
            label = gettext("Listen: %(title)s") % {"title": title} if title else gettext("Listen")
        else:
            label = gettext("Play the video: %(title)s") % {"title": title} if title else gettext("Play the video")
    return format_html(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{}</title>'
        '<link rel="stylesheet" href="{}"></head><body>'
        '<a href="{}" referrerpolicy="{}">{}<span class="play"></span><span class="label">{}</span></a>'
        "</body></html>",
        language,
        title or label,
        f"{settings.STATIC_URL}css/video-facade.css",
        content.embed_url,
        REFERRER_POLICY,
        _poster_picture(poster) if poster else "",
        label,
    )


def _poster_picture(poster: Poster) -> SafeString:
    return format_html(
        '<picture>{}<img src="{}" alt=""></picture>',
        # A little less than the frame, as of covers.
        format_html_join("", '<source type="{}" srcset="{}" sizes="98vw">', poster.sources),
        poster.src,
    )


# Providers: one function each, from the parts of an address on one of its hosts to the video

# Ids are matched whole and are plain characters: they go into addresses of ours.
_YOUTUBE_ID = re.compile(r"[\w-]{11}", re.ASCII)
_YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v)/([\w-]{11})/?", re.ASCII)
_VIMEO_PATH = re.compile(
    r"/(?:video/|channels/[\w-]{1,60}/|groups/[\w-]{1,60}/videos/)?(\d{1,12})(?:/([0-9a-f]{6,20}))?/?", re.ASCII
)
_VIMEO_HASH = re.compile(r"[0-9a-f]{6,20}")
_DAILYMOTION_PATH = re.compile(r"/(?:embed/)?(?:video/)?(x?[a-zA-Z0-9]{5,20})(?:_[\w%.-]*)?/?", re.ASCII)
_DAILYMOTION_ID = re.compile(r"[a-zA-Z0-9]{5,20}")
_ARTE_PATH = re.compile(r"/(fr|de|en|es|pl|it)/videos/(\d{6}-\d{3}-[A-Z])(?:/[\w-]*)?/?", re.ASCII)
_ARTE_EMBED = re.compile(r"/embeds/(fr|de|en|es|pl|it)/(\d{6}-\d{3}-[A-Z])/?")
_PEERTUBE_PATH = re.compile(
    r"/(?:w|videos/watch|videos/embed)/"
    r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[1-9A-HJ-NP-Za-km-z]{22})/?"
)
_HOST = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")
_START = re.compile(r"(?:(\d{1,2})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?")


def _query(parts: SplitResult) -> Callable[[str], str]:
    try:
        fields = parse_qs(parts.query, max_num_fields=20)
    except ValueError:
        fields = {}
    return lambda name: fields.get(name, [""])[0]


def _seconds(moment: str) -> int:
    """Return the seconds that '90', '90s' or '1h2m3s' stand for, 0 for anything else."""
    found = _START.fullmatch(moment)
    if not found:
        return 0
    hours, minutes, seconds = (int(group or 0) for group in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _find_youtube(parts: SplitResult) -> Video | None:
    query = _query(parts)
    if parts.netloc == "youtu.be":
        name = parts.path[1:]
    elif parts.path == "/watch":
        name = query("v")
    else:
        found = _YOUTUBE_PATH.fullmatch(parts.path)
        name = found[1] if found else ""
    if not _YOUTUBE_ID.fullmatch(name):
        return None
    start = _seconds(query("t") or query("start"))
    frame_host = "https://www.youtube-nocookie.com"
    player = {"autoplay": 1, "rel": 0, "playsinline": 1} | ({"start": start} if start else {})
    page = {"v": name} | ({"t": f"{start}s"} if start else {})
    return Video(
        provider="YouTube",
        id=name,
        embed_url=f"{frame_host}/embed/{name}?{urlencode(player)}",
        watch_url=f"https://www.youtube.com/watch?{urlencode(page)}",
        frame_host=frame_host,
    )


def _find_vimeo(parts: SplitResult) -> Video | None:
    found = _VIMEO_PATH.fullmatch(parts.path)
    if not found:
        return None
    # A private video is only shown to who knows its hash.
    secret = found[2] or _query(parts)("h")
    if secret and not _VIMEO_HASH.fullmatch(secret):
        return None
    frame_host = "https://player.vimeo.com"
    player = {"dnt": 1, "autoplay": 1} | ({"h": secret} if secret else {})
    return Video(
        provider="Vimeo",
        id=found[1],
        embed_url=f"{frame_host}/video/{found[1]}?{urlencode(player)}",
        watch_url=f"https://vimeo.com/{found[1]}" + (f"/{secret}" if secret else ""),
        frame_host=frame_host,
    )


def _find_dailymotion(parts: SplitResult) -> Video | None:
    if parts.path == "/player.html":
        name = _query(parts)("video")
    elif parts.netloc == "dai.ly" or parts.path.startswith(("/video/", "/embed/video/")):
        found = _DAILYMOTION_PATH.fullmatch(parts.path)
        name = found[1] if found else ""
    else:
        return None
    if not _DAILYMOTION_ID.fullmatch(name):
        return None
    frame_host = "https://geo.dailymotion.com"
    return Video(
        provider="Dailymotion",
        id=name,
        embed_url=f"{frame_host}/player.html?{urlencode({'video': name, 'autoplay': 1})}",
        watch_url=f"https://www.dailymotion.com/video/{name}",
        frame_host=frame_host,
    )


def _find_arte(parts: SplitResult) -> Video | None:
    found = _ARTE_PATH.fullmatch(parts.path) or _ARTE_EMBED.fullmatch(parts.path)
    if not found:
        return None
    language, name = found.groups()
    frame_host = "https://www.arte.tv"
    return Video(
        provider="Arte",
        id=name,
        embed_url=f"{frame_host}/embeds/{language}/{name}?autoplay=true",
        watch_url=f"{frame_host}/{language}/videos/{name}/",
        frame_host=frame_host,
    )


def _find_peertube(parts: SplitResult) -> Video | None:
    found = _PEERTUBE_PATH.fullmatch(parts.path)
    if not found:
        return None
    frame_host = f"https://{parts.netloc}"
    # Without p2p=0 the reader’s address is shown to everybody who watches the same video.
    player = {"autoplay": 1, "p2p": 0}
    return Video(
        provider="PeerTube",
        id=found[1],
        embed_url=f"{frame_host}/videos/embed/{found[1]}?{urlencode(player)}",
        watch_url=f"{frame_host}/w/{found[1]}",
        frame_host=frame_host,
    )


def _peertube_hosts() -> tuple[str, ...]:
    """Return the PeerTube sites that the operator trusts; what is not a bare host name is left out."""
    return tuple(host for host in getattr(settings, "PEERTUBE_HOSTS", ()) if _HOST.fullmatch(host))


_FINDERS: dict[str, Callable[[SplitResult], Video | None]] = {
    "youtube.com": _find_youtube,
    "www.youtube.com": _find_youtube,
    "m.youtube.com": _find_youtube,
    "music.youtube.com": _find_youtube,
    "youtube-nocookie.com": _find_youtube,
    "www.youtube-nocookie.com": _find_youtube,
    "youtu.be": _find_youtube,
    "vimeo.com": _find_vimeo,
    "www.vimeo.com": _find_vimeo,
    "player.vimeo.com": _find_vimeo,
    "dailymotion.com": _find_dailymotion,
    "www.dailymotion.com": _find_dailymotion,
    "geo.dailymotion.com": _find_dailymotion,
    "dai.ly": _find_dailymotion,
    "arte.tv": _find_arte,
    "www.arte.tv": _find_arte,
}

# Recordings

_AUDIO_FILE = re.compile(r"\.(?:mp3|m4a|aac|ogg|oga|opus|wav|flac)$", re.IGNORECASE)
_SOUNDCLOUD_PATH = re.compile(r"/[\w-]{1,80}/(?:sets/)?[\w-]{1,200}/?", re.ASCII)
_SPOTIFY_PATH = re.compile(r"/(?:intl-[a-z]{2}/)?(?:embed/)?(episode|show|track)/([0-9A-Za-z]{22})/?")
_DEEZER_PATH = re.compile(r"/(?:[a-z]{2}/)?(episode|show|track)/(\d{1,15})/?")


def _find_soundcloud(parts: SplitResult) -> Audio | None:
    if not _SOUNDCLOUD_PATH.fullmatch(parts.path):
        return None
    page = f"https://soundcloud.com{parts.path.rstrip('/')}"
    frame_host = "https://w.soundcloud.com"
    player = {"url": page, "auto_play": "true", "visual": "false"}
    return Audio("SoundCloud", page, embed_url=f"{frame_host}/player/?{urlencode(player)}", frame_host=frame_host)


def _find_spotify(parts: SplitResult) -> Audio | None:
    found = _SPOTIFY_PATH.fullmatch(parts.path)
    if not found:
        return None
    kind, name = found.groups()
    host = "https://open.spotify.com"
    return Audio("Spotify", f"{host}/{kind}/{name}", embed_url=f"{host}/embed/{kind}/{name}", frame_host=host)


def _find_deezer(parts: SplitResult) -> Audio | None:
    found = _DEEZER_PATH.fullmatch(parts.path)
    if not found:
        return None
    kind, name = found.groups()
    host = "https://widget.deezer.com"
    return Audio(
        "Deezer",
        f"https://www.deezer.com/{kind}/{name}",
        embed_url=f"{host}/widget/auto/{kind}/{name}?autoplay=true",
        frame_host=host,
    )


_AUDIO_FINDERS: dict[str, Callable[[SplitResult], Audio | None]] = {
    "soundcloud.com": _find_soundcloud,
    "www.soundcloud.com": _find_soundcloud,
    "m.soundcloud.com": _find_soundcloud,
    "open.spotify.com": _find_spotify,
    "deezer.com": _find_deezer,
    "www.deezer.com": _find_deezer,
}

FRAME_HOSTS = (
    "https://www.youtube-nocookie.com",
    "https://player.vimeo.com",
    "https://geo.dailymotion.com",
    "https://www.arte.tv",
    "https://w.soundcloud.com",
    "https://open.spotify.com",
    "https://widget.deezer.com",
)
