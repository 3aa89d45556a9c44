"""Akismet: off without a key; with one, an opinion whose absence changes nothing. A server of this machine plays it."""

from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from time import sleep
from unittest import mock
from urllib.parse import parse_qs

from django.test import TestCase, override_settings

from blog.models import Moderation, Post
from comments.forms import make_stamp
from comments.models import Comment
from comments.spam import akismet
from comments.spam.judging import judge_and_hold
from tests.factories import make_comment, make_post

TEXT = "Une remarque tout à fait ordinaire sur ce qui est écrit plus haut."


@contextmanager
def akismet_played(answer=b"false", *, status=200, late=0, headers=()):
    """Answer every question so, at an address of this machine; yield what was asked."""
    asked = []

    class Player(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            sleep(late)
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(answer)

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Player)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/1.1/comment-check"
    try:
        with override_settings(AKISMET_KEY="a-key", AKISMET_URL=address):
            yield asked
    finally:
        server.shutdown()
        server.server_close()


class AkismetTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def setUp(self):
        self.comment = make_comment(
            self.post, status="pending", text=TEXT, email="marthe@example.org", network="192.0.2.7", agent="Firefox"
        )

    def codes(self):
        return {reason.code for reason in judge_and_hold(self.comment).reasons}

    def test_without_a_key_nobody_is_asked(self):
        with mock.patch.object(akismet.OPENER, "open") as opened:
            self.codes()
        opened.assert_not_called()
        self.assertNotContains(self.client.get("/confidentialite/"), "Akismet")

    def test_it_is_told_what_it_needs_and_no_e_mail(self):
        with akismet_played() as asked:
            self.assertIn("akismet_passed", self.codes())
        [told] = asked
        self.assertEqual(told["comment_content"], [TEXT])
        self.assertEqual(told["user_ip"], ["192.0.2.7"])
        self.assertEqual(told["api_key"], ["a-key"])
        self.assertNotIn("marthe@example.org", str(told))

    def test_its_word_is_one_reason_of_several(self):
        with akismet_played(b"false"):
            self.codes()
        passed = self.comment.spam_score
        with akismet_played(b"true"):
            self.assertIn("akismet", self.codes())
        self.assertEqual(self.comment.status, Comment.Status.PENDING)
        self.assertGreater(self.comment.spam_score, passed)

    def test_what_it_fails_to_say_changes_nothing(self):
        before = judge_and_hold(self.comment)
        for name, how in {
            "an invalid key": {"answer": b"invalid"},
            "garbage": {"answer": b"\xff\x00<html>" * 5000},
            "nothing": {"answer": b""},
            "an error": {"answer": b"true", "status": 500},
            "another address": {"answer": b"true", "status": 302, "headers": [("Location", "http://127.0.0.1:9/")]},
        }.items():
            with (
                self.subTest(name),
                akismet_played(**how) as asked,
                self.assertLogs("tribune.akismet", "WARNING"),
            ):
                self.assertEqual(judge_and_hold(self.comment), before)
                self.assertEqual(len(asked), 1)

    def test_one_that_is_silent_is_not_waited_for(self):
        with (
            akismet_played(b"true", late=1),
            mock.patch.object(akismet, "SECONDS", 0.1),
            self.assertLogs("tribune.akismet", "WARNING"),
        ):
            self.assertNotIn("akismet", self.codes())

    def test_one_that_is_not_there_changes_nothing(self):
        with (
            override_settings(AKISMET_KEY="a-key", AKISMET_URL="http://127.0.0.1:9/"),
            self.assertLogs("tribune.akismet", "WARNING"),
        ):
            self.assertNotIn("akismet", self.codes())
        self.comment.refresh_from_db()
        self.assertEqual(self.comment.status, Comment.Status.PENDING)

    def test_nobody_is_told_of_what_is_held_already_or_decided(self):
        spam = make_comment(self.post, status="pending", text="Casino bonus https://a.bet https://b.bet", name="Casino")
        for comment in (spam, make_comment(self.post, text=TEXT, network="192.0.2.7")):
            with akismet_played(b"true") as asked:
                judge_and_hold(comment)
            self.assertEqual(asked, [])

    def test_writer_does_not_wait_for_it(self):
        Post.objects.update(comment_moderation=Moderation.AFTER)
        data = {"name": "Marthe", "text": TEXT, "stamp": make_stamp(self.post.pk)}
        with akismet_played() as asked, mock.patch("comments.policy.tasks.judge_unjudged") as task:
            response = self.client.post(f"/commentaires/sur/{self.post.pk}/", data)
            self.assertEqual(asked, [])
        self.assertEqual(response.status_code, 302)
        task.enqueue.assert_called_once()

    def test_privacy_page_says_so(self):
        with override_settings(AKISMET_KEY="a-key"):
            self.assertContains(self.client.get("/confidentialite/"), "Akismet")
