"""What another site answered, read as text or data, whatever it is."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
from django.test import SimpleTestCase
from django.utils.translation import override

from blog.syndication.answers import LONGEST_WAIT, Answer
from blog.syndication.errors import BadAnswerError

ADDRESS = "https://blog.example/"


def make_answer(body=b"", content_type="text/html", *, status=200, is_cut=False, **headers):
    body = body.encode() if isinstance(body, str) else body
    return Answer(
        ADDRESS, ADDRESS, status, httpx2.Headers({"Content-Type": content_type} | headers), body, is_cut=is_cut
    )


class TextTests(SimpleTestCase):
    def test_text_is_read_in_the_charset_that_is_meant(self):
        for name, (body, content_type) in {
            "header": ("été".encode("iso-8859-1"), "text/html; charset=ISO-8859-1"),
            "quoted header": ("été".encode("cp1252"), 'text/html; charset="windows-1252"'),
            "meta": (b'<meta charset="windows-1252">' + "été".encode("cp1252"), "text/html"),
            "old meta": (
                b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">' + "été".encode("cp1252"),
                "text/html",
            ),
            "header before meta": ('<meta charset="windows-1252">été'.encode(), "text/html; charset=utf-8"),
            "meta in a comment": ('<!-- <meta charset="windows-1252"> -->été'.encode(), "text/html"),
            "meta that lies": ('<meta charset="utf-16">été'.encode(), "text/html"),
            "xml": ('<?xml version="1.0" encoding="iso-8859-1"?>été'.encode("latin-1"), "application/rss+xml"),
            "mark": ("été".encode("utf-8-sig"), "text/html; charset=windows-1252"),
            "mark of utf-16": ("été".encode("utf-16"), "text/html"),
            "nothing": ("été".encode(), "text/html"),
            "nothing, of windows": ("été".encode("cp1252"), "text/html"),
            "unknown": ("été".encode(), "text/html; charset=klingon"),
            "no charset of the web": ("été".encode(), "text/html; charset=utf-7"),
            "no text at all": ("été".encode(), "text/html; charset=base64"),
        }.items():
            with self.subTest(name):
                self.assertTrue(make_answer(body, content_type).text.endswith("été"))

    def test_type_that_is_declared_twice_is_the_last_one(self):
        for said, content_type in {
            "text/html, text/html": "text/html",
            "text/html; charset=windows-1252, text/html": "text/html",
            "text/plain, text/html; charset=utf-8": "text/html",
            "text/html, application/json": "application/json",
            "text/html, nonsense": "text/html",
            "text/html,": "text/html",
        }.items():
            with self.subTest(said):
                self.assertEqual(make_answer("été", said).content_type, content_type)
        self.assertEqual(make_answer(b"\x80", "text/html; charset=windows-1252, text/html").text, "€")

    def test_latin_1_means_what_browsers_take_it_for(self):
        self.assertEqual(make_answer(b"\x80 \x92", "text/html; charset=iso-8859-1").text, "€ ’")

    def test_nonsense_is_read_without_an_error(self):
        for content_type in ("", ";;;", "text/html; charset=\x00", "text/html; charset=" + "x" * 5000, "utf-8"):
            answer = make_answer(bytes(range(256)) * 4, content_type)
            self.assertIsInstance(answer.text, str)
        self.assertEqual(make_answer(b"a\xffb", "text/html; charset=utf-8").text, "a\ufffdb")

    def test_character_cut_in_two_does_not_change_the_charset(self):
        self.assertEqual(make_answer("été".encode()[:-1], is_cut=True).charset, "utf-8")


class DataTests(SimpleTestCase):
    def test_data_are_read(self):
        self.assertEqual(make_answer(b'\xef\xbb\xbf{"a": [1, null]}', "application/json").json(), {"a": [1, None]})

    def test_page_for_data_is_said_to_be_one(self):
        for content_type in ("text/html", "application/json"):
            with (
                self.subTest(content_type),
                override("en"),
                self.assertRaisesMessage(BadAnswerError, "a web page where data were expected"),
            ):
                make_answer(b"\n<!DOCTYPE html><p>Oops", content_type).json()

    def test_what_is_no_data_is_refused(self):
        for body in (b"", b"{", b"\xff", b"[" * 100_000, b"[" * 100 + b"]" * 100, b"9" * 5000, b"Notice: x {}"):
            with self.subTest(body[:10]), self.assertRaises(BadAnswerError):
                make_answer(body, "application/json").json()

    def test_characters_that_no_database_keeps_are_replaced(self):
        data = make_answer(rb'{"a\u0000": ["\ud800", "\ud83d\ude00"]}', "application/json").json()
        self.assertEqual(data, {"a\ufffd": ["\ufffd", "😀"]})


class PatienceTests(SimpleTestCase):
    def test_wish_to_be_left_alone_is_read(self):
        soon = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
        for said, low, high in (
            ("120", 120, 120),
            (soon, 3500, 3600),
            ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
            ("999999999", LONGEST_WAIT, LONGEST_WAIT),
        ):
            with self.subTest(said):
                self.assertTrue(low <= make_answer(status=503, **{"Retry-After": said}).retry_after <= high)

    def test_nonsense_is_none(self):
        for said in ("", "soon", "-5", "1e9"):
            self.assertIsNone(make_answer(status=503, **{"Retry-After": said}).retry_after)
