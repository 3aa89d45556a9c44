"""Partners that are played, with what they know and what they were asked: for what no real one can be made to do."""

import json
import re
from collections.abc import Callable
from socket import socket
from urllib.parse import parse_qs, urlsplit

from tests.blog.syndication.servers import http

CAPABILITIES = {"edit_posts": True, "publish_posts": True, "upload_files": True}


class PlayedWordPress:
    """As much of the REST API of a WordPress as a delivery asks, at /wp-json/.

    ``before`` and ``after`` are called with each request that writes, as "POST posts", before it takes effect and
    after, when nothing is answered yet.
    """

    def __init__(self) -> None:
        self.posts: dict[int, dict] = {}
        self.media: dict[int, dict] = {}
        self.before: Callable[[str], None] = lambda _what: None
        self.after: Callable[[str], None] = lambda _what: None

    def __call__(self, request: str, _connection: socket) -> bytes:
        head, _, body = request.partition("\r\n\r\n")
        method, target, _version = head.split("\r\n", 1)[0].split(" ")
        parts = urlsplit(target)
        route, query = parts.path.removeprefix("/wp-json/wp/v2/"), parse_qs(parts.query)
        if method == "POST":
            self.before(f"POST {route}")
        status, data = self.answer(method, route, query, head, body)
        if method == "POST":
            self.after(f"POST {route}")
        return http(json.dumps(data), status=status, Content_Type="application/json")

    def answer(self, method: str, route: str, query: dict, head: str, body: str) -> tuple[int, object]:  # noqa: PLR0911
        kind, _, number = route.partition("/")
        host = re.search(r"(?im)^host: *(\S+)", head)[1]
        if route == "users/me":
            return 200, {"id": 1, "capabilities": CAPABILITIES}
        if kind == "categories":
            return 200, []
        if kind == "posts" and method == "POST":
            return 200, self.write(json.loads(body), int(number or 0), host)
        if kind == "posts" and number:
            found = self.posts.get(int(number))
            return (200, found) if found else (404, {"code": "rest_post_invalid_id", "message": "Invalid post ID."})
        if kind == "posts":
            wanted = query.get("search", query.get("slug"))[0]
            return 200, [post for post in self.posts.values() if wanted in (post["content"]["raw"] + post["slug"])]
        if kind == "media" and method == "POST" and not number:
            name = re.search(r'filename="([^"]+)"', head)[1]
            key = len(self.media) + 1
            self.media[key] = {"id": key, "slug": name.rpartition(".")[0], "source_url": f"http://{host}/{name}"}
            return 201, self.media[key]
        if kind == "media" and method == "POST":
            return 200, {"id": int(number)}
        if kind == "media":
            return 200, [each for each in self.media.values() if each["slug"] == query["slug"][0]]
        return 404, {"code": "rest_no_route", "message": "No route was found."}

    def write(self, values: dict, number: int, host: str) -> dict:
        number = number or len(self.posts) + 1
        post = self.posts.setdefault(number, {"id": number, "slug": values.get("slug", ""), "status": "draft"})
        post |= {
            "link": f"http://{host}/{number}/",
            "status": values.get("status", post["status"]),
            "title": {"raw": values["title"]},
            "content": {"raw": values["content"]},
            "date_gmt": "2016-06-02T06:30:00",
        }
        return post
