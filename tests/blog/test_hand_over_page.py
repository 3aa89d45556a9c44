"""The private page on which a partner reads what is proposed to them, and answers."""

import io
from datetime import date, timedelta
from unittest import mock
from zipfile import ZipFile

import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from blog import hand_over_forms
from blog.models import HandOver, HandOverNote, Partner, Post, PrivateAddress, Tribune
from blog.syndication.answering import look, write_note
from blog.syndication.packaging import make_package
from blog.syndication.private_addresses import path_of
from tests.blog.syndication.servers import http, playing
from tests.blog.syndication.test_handing_over import HandedOver
from tests.blog.syndication.test_packaging import make_draft
from tests.factories import make_image, make_partner, make_post, make_sponsor

HERE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
THERE = "https://partner.example.org/2016/06/president/"


class PrivatePage(HandedOver):
    language = "en"

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.partner.language = "en"
        cls.partner.save()

    def setUp(self):
        super().setUp()
        self.record = self.hand()
        self.record.refresh_from_db()
        mail.outbox.clear()
        self.address = PrivateAddress.objects.get()
        self.path = path_of(self.address)

    def send(self, name, headers=None, **data):
        fields = {"once": f"{name}-{data}"[:40], "seen": self.record.pk} | data
        return self.client.post(f"{self.path}{name}/", fields, headers=HERE if headers is None else headers)

    def states(self):
        self.record.refresh_from_db()
        self.tribune.refresh_from_db()
        return self.record.state, self.tribune.state


class ReadingTests(PrivatePage):
    def test_the_text_its_html_and_its_words_stand_there_in_the_language_of_the_partner(self):
        page = self.client.get(self.path)
        self.assertContains(page, '<html lang="en">')
        self.assertContains(page, "proposes this text for Blog du communicant")
        self.assertContains(page, '<article class="prose hand-over-text" lang="fr">')
        self.assertContains(page, "<p>Une réponse vient.</p>")
        self.assertContains(page, "&lt;p&gt;Une réponse vient.&lt;/p&gt;")
        self.assertContains(page, "Canonical address: that of your own page.")
        self.assertContains(page, "Par Yann Gourvennec")

    def test_a_french_partner_reads_french(self):
        Partner.objects.update(language="fr")
        path = path_of(PrivateAddress.objects.get())
        page = self.client.get(path)
        self.assertTrue(path.startswith("/tribunes/p/"))
        self.assertContains(page, '<html lang="fr">')
        self.assertContains(page, "La Marge propose ce texte à Blog du communicant")
        self.assertContains(page, "Accepter ce texte")
        PrivateAddress.objects.update(revoked_at=timezone.now())
        self.assertContains(self.client.get(path), "Cette page n’est plus", status_code=410)

    def test_nobody_keeps_finds_or_hands_it_on(self):
        page = self.client.get(self.path)
        self.assertIn("no-store", page.headers["Cache-Control"])
        self.assertEqual(page.headers["X-Robots-Tag"], "noindex, nofollow")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertFalse(page.cookies)
        self.assertNotIn("hreflang", page.content.decode().split("</head>")[0])

    def test_an_address_that_was_made_up_leads_nowhere(self):
        for token in ("x", "x" * 43, "x" * 5000):
            self.assertEqual(self.client.get(f"/tribunes/p/{token}/").status_code, 404)

    def test_revoked_or_expired_it_says_so_and_shows_nothing(self):
        with time_machine.travel(timezone.now() + timedelta(days=91)):
            expired = self.client.get(self.path)
        PrivateAddress.objects.update(revoked_at=timezone.now())
        for page in (expired, self.client.get(self.path), self.send("accept"), self.client.get(f"{self.path}zip/")):
            self.assertContains(page, "This page is over", status_code=410)
            self.assertNotContains(page, "réponse", status_code=410)
            self.assertNotContains(page, "président numérique", status_code=410)
        self.assertEqual(self.states(), (HandOver.State.SENT, Tribune.State.PROPOSED))

    def test_a_tribune_that_was_withdrawn_is_no_longer_shown(self):
        Tribune.objects.update(state=Tribune.State.WITHDRAWN)
        self.assertEqual(self.client.get(self.path).status_code, 410)

    def test_it_shows_the_text_as_it_was_handed_over(self):
        Post.objects.update(body_html="<p>Autre chose.</p>")
        self.assertNotContains(self.client.get(self.path), "Autre chose.")

    def test_a_text_with_markup_in_its_words_is_escaped(self):
        tribune = make_draft(make_post(slug="b", title="<script>x</script>"), self.partner, title="")
        package = make_package(tribune)
        HandOver.objects.filter(pk=self.record.pk).update(package=package.as_data())
        page = self.client.get(self.path)
        self.assertNotContains(page, "<script>x")
        self.assertContains(page, "&lt;script&gt;x")

    def test_queries_do_not_grow_with_the_notes(self):
        self.client.get(self.path)

        def count():
            with CaptureQueriesContext(connection) as queries:
                self.client.get(self.path)
            return len(queries)

        few = count()
        for number in range(10):
            write_note(self.record, text="Bien.", once=str(number), is_from_partner=True)
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 5)

    def test_the_editor_sees_that_it_was_opened(self):
        self.client.get(self.path)
        self.assertIsNotNone(PrivateAddress.objects.get().opened_at)


class AnsweringTests(PrivatePage):
    def test_accept(self):
        self.assertRedirects(self.send("accept"), f"{self.path}#answers")
        self.assertEqual(self.states(), (HandOver.State.ACCEPTED, Tribune.State.ACCEPTED))
        self.assertContains(self.client.get(self.path), "You accepted this text.")
        self.assertEqual([message.to for message in mail.outbox], [["alice@example.org"]])
        # Alice reads French: she handed over from the admin in French.
        self.assertIn("Blog du communicant", mail.outbox[0].subject)
        self.assertIn(f"/admin/blog/tribune/{self.tribune.pk}/change/", mail.outbox[0].body)

    def test_accepting_twice_mails_once(self):
        self.send("accept")
        self.send("accept", once="another")
        self.assertEqual((len(mail.outbox), HandOverNote.objects.count()), (1, 1))

    def test_decline_with_a_reason_which_the_editor_reads(self):
        self.send("decline", text="Trop long <b>pour</b> nous.")
        self.assertEqual(self.states(), (HandOver.State.DECLINED, Tribune.State.DECLINED))
        self.assertIn("> Trop long <b>pour</b> nous.", mail.outbox[0].body)
        self.assertIn("Trop long &lt;b&gt;pour&lt;/b&gt; nous.", mail.outbox[0].alternatives[0][0])
        self.assertContains(self.client.get(self.path), "Trop long &lt;b&gt;pour&lt;/b&gt; nous.")

    def test_a_partner_may_change_their_mind(self):
        self.send("decline", text="")
        self.send("accept")
        self.assertEqual(self.states(), (HandOver.State.ACCEPTED, Tribune.State.ACCEPTED))

    def test_what_is_sent_from_another_site_is_not_taken(self):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            answer = self.send("decline", headers=headers, text="Jamais.")
            self.assertContains(answer, "Jamais.", status_code=403)
        self.assertEqual(self.states(), (HandOver.State.SENT, Tribune.State.PROPOSED))

    def test_opening_an_address_answers_nothing(self):
        self.assertRedirects(self.client.get(f"{self.path}accept/"), self.path)
        self.assertEqual(self.client.put(f"{self.path}accept/").status_code, 405)
        self.assertEqual(self.states(), (HandOver.State.SENT, Tribune.State.PROPOSED))

    def test_an_answer_to_an_earlier_text_is_not_taken_for_the_later(self):
        self.post.body = "<p>Une version de plus.</p>"
        self.post.save()
        later = self.hand()
        answer = self.send("accept")
        self.assertContains(answer, "The editors have sent a later text meanwhile", status_code=409)
        self.assertContains(answer, "Une version de plus.", status_code=409)
        later.refresh_from_db()
        self.assertEqual(later.state, HandOver.State.SENT)

    def test_nonsense_is_no_error_of_the_server(self):
        for data in ({"seen": "x"}, {"seen": "9" * 40}, {"once": ""}, {"once": "\0"}):
            self.assertEqual(self.send("accept", **data).status_code, 422)

    def test_nobody_may_send_without_end(self):
        with mock.patch.object(hand_over_forms, "ON_A_PAGE", hand_over_forms.Limit("t", 1, 1, 3600)):
            self.send("note", text="Un.")
            answer = self.send("note", text="Deux.")
        self.assertContains(answer, "Deux.", status_code=429)
        self.assertEqual(HandOverNote.objects.count(), 1)


class NotesTests(PrivatePage):
    def test_a_note_goes_both_ways_and_the_other_side_is_mailed(self):
        self.send("note", text="Peut-on couper <la fin> ?")
        self.assertEqual(mail.outbox[0].to, ["alice@example.org"])
        self.assertIn("> Peut-on couper <la fin> ?", mail.outbox[0].body)
        self.client.force_login(self.alice)
        answer = {"text": "Oui, bien sûr.", "once": "z"}
        self.client.post(f"/admin/blog/tribune/{self.tribune.pk}/hand-over/note/", answer)
        self.assertEqual(mail.outbox[1].to, ["olivier@example.org"])
        self.assertIn("A note about", mail.outbox[1].subject)
        self.assertIn(self.path, mail.outbox[1].body)
        page = self.client.get(self.path)
        self.assertContains(page, "Peut-on couper &lt;la fin&gt; ?")
        self.assertContains(page, "Oui, bien sûr.")
        self.assertNotContains(page, "alice")
        admin = self.client.get(f"/admin/blog/tribune/{self.tribune.pk}/change/")
        self.assertContains(admin, "Peut-on couper &lt;la fin&gt; ?")

    def test_a_form_that_is_sent_twice_makes_one_note(self):
        self.send("note", text="Bien.", once="same")
        self.send("note", text="Bien.", once="same")
        self.assertEqual((HandOverNote.objects.count(), len(mail.outbox)), (1, 1))

    def test_a_note_of_nothing_comes_back(self):
        self.assertContains(self.send("note", text="\u202e \ufeff"), "write a few words", status_code=422)
        self.assertContains(self.send("note", text="x" * 3000), "x" * 3000, status_code=422)
        self.assertEqual(HandOverNote.objects.count(), 0)

    def test_an_editor_without_an_e_mail_is_mailed_nothing_and_the_note_stands(self):
        self.alice.email = ""
        self.alice.save()
        self.send("note", text="Bien.")
        self.assertEqual(mail.outbox, [])
        with translation.override("en"):
            self.assertIn("no e-mail here", HandOverNote.objects.get().progress())


class AppearedTests(PrivatePage):
    def setUp(self):
        super().setUp()
        # No look at the page of an example: what is found is tested on its own.
        self.enterContext(mock.patch("blog.syndication.answering.look_at_copy"))

    def report(self, url=THERE, day="2016-06-02"):
        return self.send("appeared", url=url, day=day)

    def test_readers_are_led_there_once_an_editor_confirms(self):
        self.assertRedirects(self.report(), f"{self.path}#answers")
        self.assertEqual(self.states(), (HandOver.State.APPEARED, Tribune.State.ACCEPTED))
        self.assertEqual((self.record.there_url, self.record.there_on), (THERE, date(2016, 6, 2)))
        self.assertIn(f"> {THERE}", mail.outbox[0].body)
        reader = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
        self.assertNotContains(self.client.get(reader), THERE)
        self.client.force_login(self.alice)
        page = self.client.get(f"/admin/blog/tribune/{self.tribune.pk}/change/")
        self.assertContains(page, THERE)
        self.client.post(f"/admin/blog/tribune/{self.tribune.pk}/hand-over/confirm/")
        self.tribune.refresh_from_db()
        self.assertEqual((self.tribune.state, self.tribune.url), (Tribune.State.PUBLISHED, THERE))
        self.assertEqual(timezone.localdate(self.tribune.published_at), date(2016, 6, 2))
        self.assertContains(self.client.get(reader), THERE)
        self.assertContains(self.client.get(self.path), "It has appeared. Thank you.")

    def test_confirming_twice_or_too_early_changes_nothing(self):
        self.client.force_login(self.alice)
        self.client.post(f"/admin/blog/tribune/{self.tribune.pk}/hand-over/confirm/")
        self.assertEqual(self.states()[1], Tribune.State.PROPOSED)

    def test_an_address_where_nobody_may_be_sent_is_refused(self):
        for url in (
            "javascript:alert(1)",
            "http://127.0.0.1:22/",
            "http://10.0.0.1/texte/",
            "http://[fd00::1]/texte/",
            "http://intranet/texte/",
            "https://user:pass@partner.example.org/",
            "ftp://partner.example.org/",
            "http://testserver/blog/",
            "https://partner.example.org/" + "x" * 600,
            "",
        ):
            answer = self.report(url)
            self.assertContains(answer, "Nothing has been sent yet", status_code=422)
        self.assertEqual(self.states()[0], HandOver.State.SENT)

    def test_a_day_to_come_is_refused(self):
        for day in ("2090-01-01", "0001-01-01", "hier"):
            self.assertEqual(self.report(day=day).status_code, 422)

    def test_after_publication_nothing_is_answered(self):
        self.report()
        self.client.force_login(self.alice)
        self.client.post(f"/admin/blog/tribune/{self.tribune.pk}/hand-over/confirm/")
        self.send("decline", text="Non.")
        self.assertEqual(self.states()[1], Tribune.State.PUBLISHED)


class LookTests(PrivatePage):
    def look_at(self, answer):
        with playing(answer) as server:
            url = f"{server.address}/texte/"
            HandOver.objects.filter(pk=self.record.pk).update(
                state=HandOver.State.APPEARED, there_url=url, there_on=date(2016, 6, 2)
            )
            look(self.record.pk)
        Tribune.objects.update(state=Tribune.State.ACCEPTED)
        self.client.force_login(self.alice)
        self.client.cookies["django_language"] = "en"
        return self.client.get(f"/admin/blog/tribune/{self.tribune.pk}/change/")

    def test_the_editor_is_told_that_the_page_is_there_and_links_back(self):
        page = self.look_at(http('<h1>Pour un président</h1><a href="http://testserver/blog/">La Marge</a>'))
        self.assertContains(page, "The page is there. Its title: “Pour un président”.")
        self.assertContains(page, "It links to this site.")

    def test_the_editor_is_told_that_it_does_not(self):
        self.assertContains(self.look_at(http("<h1>Un</h1>")), "It does not link to this site.")

    def test_the_editor_is_told_that_the_page_is_not_there(self):
        page = self.look_at(http("non", status=404))
        self.assertContains(page, "The page could not be looked at: Their server answered 404.")


class ArchiveTests(PrivatePage):
    def unpack(self):
        answer = self.client.get(f"{self.path}zip/")
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        return answer, ZipFile(io.BytesIO(b"".join(answer.streaming_content)))

    def test_it_holds_the_text_the_pictures_and_what_is_to_stand_with_them(self):
        image = make_image(caption_fr="Au bureau", credit="Photo X", licence="CC BY 4.0", alt_fr="Été / ../../etc")
        self.post.body = f'<p>Début.</p><figure data-image="{image.pk}"></figure>'
        self.post.disclosure, self.post.disclosure_with = Post.Disclosure.PAID, make_sponsor("Acme")
        self.post.save()
        self.record = self.hand()
        answer, archive = self.unpack()
        self.assertIn('filename="president-numerique-bonne-idee-webinaire.zip"', answer.headers["Content-Disposition"])
        folder = "president-numerique-bonne-idee-webinaire"
        picture = f"{folder}/pictures/01-ete-etc.jpg"
        names = [f"{folder}/README.txt", f"{folder}/text.html", f"{folder}/text.txt", picture]
        self.assertEqual(archive.namelist(), names)
        self.assertIsNone(archive.testzip())
        with image.file.open() as stored:
            self.assertEqual(archive.read(picture), stored.read())
        readme, html, text = (archive.read(name).decode() for name in names[:3])
        for part in ("Par Yann Gourvennec", "Acme", "Au bureau", "Photo X", "CC BY 4.0", "Canonical address"):
            self.assertIn(part, readme)
        self.assertIn('<html lang="fr">', html)
        self.assertIn('src="pictures/01-ete-etc.jpg"', html)
        self.assertIn("Début.", text)
        self.assertNotIn("<p>", text)

    def test_a_french_partner_reads_what_is_in_it_in_french(self):
        Partner.objects.update(language="fr")
        self.path = path_of(PrivateAddress.objects.get())
        _answer, archive = self.unpack()
        readme = archive.read("president-numerique-bonne-idee-webinaire/LISEZMOI.txt").decode()
        self.assertIn("Adresse canonique\u00a0: celle de votre propre page.", readme)

    def test_a_picture_that_has_gone_is_left_out(self):
        image = make_image()
        self.post.cover = image
        self.post.save()
        self.hand()
        image.file.storage.delete(image.file.name)
        _answer, archive = self.unpack()
        self.assertEqual(len(archive.namelist()), 3)

    def test_the_whole_is_never_held(self):
        image = make_image()
        self.post.cover = image
        self.post.save()
        self.hand()
        with mock.patch("blog.syndication.archives.PIECE", 512):
            pieces = list(self.client.get(f"{self.path}zip/").streaming_content)
        self.assertLess(max(map(len, pieces)), 8192)
        self.assertGreater(len(pieces), image.file.size // 512)

    def test_a_head_request_reads_nothing(self):
        self.assertEqual(self.client.head(f"{self.path}zip/").status_code, 200)


class OtherPartnerTests(PrivatePage):
    def test_the_address_of_one_tribune_shows_no_other(self):
        other = make_draft(make_post(slug="autre", title="Autre"), make_partner(slug="autre"), title="Autre")
        HandOver.objects.create(
            tribune=other,
            way="page",
            by=self.alice,
            by_name="alice",
            language="fr",
            package=make_package(other).as_data(),
            digest="x",
        )
        self.assertNotContains(self.client.get(self.path), "Autre")
