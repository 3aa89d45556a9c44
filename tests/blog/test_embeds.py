from dataclasses import dataclass

from django.test import SimpleTestCase, override_settings

from blog.embeds import FRAME_HOSTS, facade_document, find_video, frame_hosts

UUID = "9c9de5e8-0a1e-484a-b099-e80766180a6d"
SHORT_UUID = "kkGMgK9ZtnKfYAgnEtQxbv"


@dataclass(frozen=True)
class Poster:
    src: str = "/media/poster.jpg"
    sources: tuple = (("image/avif", "/media/poster-640.avif 640w"),)


class KnownAddressTests(SimpleTestCase):
    def assert_found(self, provider: str, name: str, addresses: list[str]) -> None:
        for address in addresses:
            with self.subTest(address=address):
                video = find_video(address)
                self.assertIsNotNone(video)
                self.assertEqual((video.provider, video.id), (provider, name))
                self.assertTrue(video.embed_url.startswith(video.frame_host + "/"))
                self.assertIn(video.frame_host, frame_hosts())
                self.assertEqual(find_video(video.watch_url).id, name)
                self.assertEqual(find_video(video.embed_url).id, name)

    def test_youtube(self):
        self.assert_found(
            "YouTube",
            "dQw4w9WgXcQ",
            [
                "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
                "http://youtube.com/watch?feature=share&v=dQw4w9WgXcQ&list=PL1",
                "https://m.youtube.com/watch?v=dQw4w9WgXcQ#t=3",
                "https://youtu.be/dQw4w9WgXcQ?si=abc",
                "https://www.youtube.com/shorts/dQw4w9WgXcQ",
                "https://www.youtube.com/live/dQw4w9WgXcQ?feature=share",
                "https://www.youtube.com/embed/dQw4w9WgXcQ",
                "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0",
                "  https://youtu.be/dQw4w9WgXcQ\n",
            ],
        )

    def test_youtube_starts_where_the_address_says(self):
        for moment, seconds in {"90": 90, "90s": 90, "1m30s": 90, "1h0m5s": 3605}.items():
            with self.subTest(moment=moment):
                video = find_video(f"https://youtu.be/dQw4w9WgXcQ?t={moment}")
                self.assertIn(f"start={seconds}", video.embed_url)
                self.assertTrue(video.watch_url.endswith(f"&t={seconds}s"))
        self.assertNotIn("start", find_video("https://youtu.be/dQw4w9WgXcQ?t=soon").embed_url)

    def test_vimeo(self):
        self.assert_found(
            "Vimeo",
            "76979871",
            [
                "https://vimeo.com/76979871",
                "https://www.vimeo.com/76979871/",
                "https://vimeo.com/channels/staffpicks/76979871",
                "https://player.vimeo.com/video/76979871?h=8272103f6e",
                "https://vimeo.com/76979871/8272103f6e",
            ],
        )

    def test_private_vimeo_keeps_its_hash(self):
        video = find_video("https://vimeo.com/76979871/8272103f6e")
        self.assertIn("h=8272103f6e", video.embed_url)
        self.assertEqual(video.watch_url, "https://vimeo.com/76979871/8272103f6e")

    def test_dailymotion(self):
        self.assert_found(
            "Dailymotion",
            "x8abcde",
            [
                "https://www.dailymotion.com/video/x8abcde",
                "https://www.dailymotion.com/video/x8abcde_le-titre-de-la-video_news",
                "https://dai.ly/x8abcde",
                "https://www.dailymotion.com/embed/video/x8abcde?autoplay=1",
                "https://geo.dailymotion.com/player.html?video=x8abcde",
            ],
        )

    def test_arte(self):
        self.assert_found(
            "Arte",
            "109815-000-A",
            ["https://www.arte.tv/fr/videos/109815-000-A/un-titre/", "https://www.arte.tv/embeds/fr/109815-000-A"],
        )

    @override_settings(PEERTUBE_HOSTS=["video.example.org"])
    def test_peertube_of_a_listed_host(self):
        for name in (UUID, SHORT_UUID):
            self.assert_found(
                "PeerTube",
                name,
                [f"https://video.example.org/w/{name}", f"https://video.example.org/videos/watch/{name}"],
            )
        self.assertIn("p2p=0", find_video(f"https://video.example.org/w/{UUID}").embed_url)
        self.assertEqual(frame_hosts(), (*FRAME_HOSTS, "https://video.example.org"))

    @override_settings(PEERTUBE_HOSTS=["video.example.org", "bad host; script-src *", "https://x.org"])
    def test_setting_cannot_break_the_policy(self):
        self.assertEqual(frame_hosts(), (*FRAME_HOSTS, "https://video.example.org"))


class HostileAddressTests(SimpleTestCase):
    def test_anything_else_is_no_video(self):
        for address in (
            "",
            "youtube",
            "javascript:alert(1)",
            "javascript://www.youtube.com/watch?v=dQw4w9WgXcQ%0aalert(1)",
            "data:text/html,https://youtu.be/dQw4w9WgXcQ",
            "ftp://youtu.be/dQw4w9WgXcQ",
            "//youtu.be/dQw4w9WgXcQ",
            "https://youtu.be.evil.example/dQw4w9WgXcQ",
            "https://evil.example/https://youtu.be/dQw4w9WgXcQ",
            "https://www.youtube.com@evil.example/watch?v=dQw4w9WgXcQ",
            "https://evil.example#@www.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://user:pw@www.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://www.youtube.com:8443/watch?v=dQw4w9WgXcQ",
            "https://www.youtube.com/watch?v=dQw4w9WgXc",
            'https://www.youtube.com/watch?v=dQw4w9WgXc"',
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ%22onload=",
            "https://www.youtube.com/embed/../redirect?q=dQw4w9WgXcQ",
            "https://www.youtube.com/embed/dQw4w9WgXcQ/../../x",
            "https://www.youtube.com/playlist?list=PL1",
            "https://www.youtube.com/watch?" + "&".join(["v=dQw4w9WgXcQ"] * 30),
            "https://youtu.be/dQw4w9WgX\u0441Q",
            "https://youtu.be/dQw4w9WgXcQ\x00",
            "https://youtu\u3002be/dQw4w9WgXcQ",
            "https://vimeo.com/abc",
            "https://vimeo.com/76979871/nothexhash",
            "https://player.vimeo.com/video/76979871?h=<script>",
            "https://www.dailymotion.com/playlist/x8abcde",
            "https://www.arte.tv/fr/videos/RC-014095/",
            f"https://unlisted.example/w/{UUID}",
            "https://[::1/watch",
            "https://youtu.be/" + "a" * 600,
        ):
            with self.subTest(address=address):
                self.assertIsNone(find_video(address))


class FacadeTests(SimpleTestCase):
    def setUp(self):
        self.video = find_video("https://youtu.be/dQw4w9WgXcQ")

    def test_document_asks_only_this_site(self):
        document = facade_document(self.video, title="Le sujet", language="fr", poster=Poster())
        self.assertIn('<html lang="fr">', document)
        self.assertIn('src="/media/poster.jpg"', document)
        self.assertIn('srcset="/media/poster-640.avif 640w"', document)
        self.assertIn('href="/static/css/video-facade.css"', document)
        self.assertEqual(document.count("https://"), 1)
        self.assertNotIn("<script", document)
        self.assertNotIn("style=", document)

    def test_link_lets_the_player_know_the_origin(self):
        document = facade_document(self.video, title="", language="fr")
        self.assertIn('referrerpolicy="strict-origin-when-cross-origin"', document)
        self.assertNotIn("<img", document)

    def test_title_is_escaped(self):
        document = facade_document(self.video, title='"><script>', language="fr")
        self.assertNotIn("<script>", document)
