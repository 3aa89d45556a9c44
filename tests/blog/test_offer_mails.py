"""Editors are mailed of what partners hand over by Micropub: once for all that waits, in their language."""

import uuid
from datetime import timedelta
from unittest import mock

import time_machine
from django.contrib.auth.models import Group
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from blog.models import EditorMail, Offer, OfferMail, Tribune
from blog.syndication.offer_mails import BETWEEN, NAMED, SOON, deliver, deliver_forgotten, tell_editors
from blog.syndication.offers import note_seen_to
from tests.blog.syndication.test_watching import QUEUED
from tests.blog.test_micropub_endpoint import EndpointCase
from tests.factories import make_bob, make_carol, make_user

SEND = "django.core.mail.EmailMultiAlternatives.send"


class OfferMailCase(EndpointCase):
    """Alice edits and reads English."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.alice.email = "alice@example.org"
        cls.alice.save()
        cls.choice = EditorMail.objects.create(user=cls.alice, language="en")

    def later(self, wait=SOON):
        """Let time go by, after which housekeeping finds what is due; return the mails that left."""
        mail.outbox.clear()
        self.now = getattr(self, "now", timezone.now()) + wait + timedelta(seconds=1)
        with time_machine.travel(self.now, tick=False):
            deliver_forgotten()
        return mail.outbox

    def now_is(self):
        return time_machine.travel(self.now, tick=False)


class WhatIsMailedTests(OfferMailCase):
    def test_one_text_leads_to_its_page(self):
        self.create()
        self.assertEqual(mail.outbox, [], "others may follow within minutes")
        (message,) = self.later()
        offer = Offer.objects.get()
        self.assertEqual(message.to, ["alice@example.org"])
        self.assertIn("“Le papier”, a text from L’Atelier", message.subject)
        self.assertIn("L’Atelier handed over “Le papier”; it is a draft here.", message.body)
        lines = message.body.splitlines()
        self.assertIn(f"http://testserver/admin/blog/offer/{offer.pk}/change/", lines, "plain, on a line of its own")
        self.assertIn("http://testserver/admin/blog/editormail/", message.body)

    def test_in_french(self):
        EditorMail.objects.update(language="fr")
        self.create()
        (message,) = self.later()
        self.assertIn('<html lang="fr"', message.alternatives[0].content)

    def test_a_heap_is_one_mail(self):
        for number in range(NAMED + 2):
            with override_settings(TASKS=QUEUED) if number > 1 else mock.MagicMock():
                Offer.objects.update(state="taken")
                self.create(uid=[f"urn:{number}"], name=[f"Papier {number}"])
        (message,) = self.later()
        self.assertIn(f"{NAMED + 2} texts from partners", message.subject)
        self.assertEqual(message.body.count("handed over “"), NAMED)
        self.assertIn("And 2 more.", message.body)
        self.assertIn("http://testserver/admin/blog/offer/?news=1", message.body.splitlines())
        self.assertEqual(self.later(BETWEEN), [], "what was told is not told again by itself")

    def test_the_next_keeps_its_distance(self):
        self.create()
        self.assertEqual(len(self.later()), 1)
        with self.now_is():
            self.create(name=["Un autre"])
        self.assertEqual(self.later(), [])
        (message,) = self.later(BETWEEN)
        self.assertIn("2 texts from partners", message.subject, "all that waits")

    def test_what_was_seen_to_meanwhile_is_not_mailed(self):
        self.create()
        note_seen_to(Offer.objects.get(), seen=1)
        self.assertEqual((self.later(), OfferMail.objects.count()), ([], 0))

    def test_later_text_and_one_taken_back_are_told(self):
        location = self.create()
        self.later()
        note_seen_to(Offer.objects.get(), seen=1)
        with self.now_is():
            self.send({"action": "update", "url": location, "replace": {"name": ["Le papier, relu"]}})
        (message,) = self.later(BETWEEN)
        self.assertIn("sent a later text of “Le papier, relu”; it stands in the draft.", message.body)
        with self.now_is():
            self.send({"action": "delete", "url": location})
        (message,) = self.later(BETWEEN)
        self.assertIn("takes “Le papier, relu” back", message.body)

    def test_the_same_sent_again_is_no_news(self):
        self.create()
        self.later()
        note_seen_to(Offer.objects.get(), seen=1)
        with self.now_is():
            self.create()
        self.assertEqual(self.later(BETWEEN), [])

    def test_title_that_is_meant_to_end_the_line(self):
        self.create(name=["Le papier\r\nBcc: all@example.org"])
        (message,) = self.later()
        self.assertNotIn("\n", message.subject)
        self.assertIsNone(message.message()["Bcc"])


class WhoIsMailedTests(OfferMailCase):
    def test_editors_and_nobody_else(self):
        for user in (make_bob(), make_carol(), make_user("gone", group="editor", is_active=False)):
            user.email = f"{user.username}@example.org"
            user.save()
        make_user("mute", group="editor")
        self.create()
        self.assertEqual([each.to for each in self.later()], [["alice@example.org"]])

    def test_who_no_longer_edits_or_wants_none_gets_none(self):
        self.create()
        self.alice.groups.remove(Group.objects.get(name="editor"))
        self.assertEqual(self.later(), [])
        self.alice.groups.add(Group.objects.get(name="editor"))
        EditorMail.objects.update(is_on=False)
        tell_editors()
        self.assertFalse(OfferMail.objects.exists())

    def test_language_is_that_in_which_they_made_the_token_until_they_choose(self):
        EditorMail.objects.all().delete()
        self.client.force_login(self.alice)
        self.client.cookies["django_language"] = "en"
        self.client.post(f"/admin/blog/partner/{self.partner.pk}/micropub-token/", {"act": "make"})
        self.assertEqual(EditorMail.objects.get().language, "en")
        address = self.client.get("/admin/blog/editormail/").headers["Location"]
        self.assertContains(self.client.get(address), "Mails about texts that partners hand over")
        self.client.post(address, {"language": "fr"})
        choice = EditorMail.objects.get()
        self.assertEqual((choice.language, choice.is_on), ("fr", False))

    def test_the_choice_of_another_is_not_theirs(self):
        other = EditorMail.objects.create(user=make_user("eve", group="editor"))
        self.client.force_login(self.alice)
        self.assertIn(self.client.get(f"/admin/blog/editormail/{other.pk}/change/").status_code, (302, 403, 404))
        self.client.force_login(make_carol())
        self.assertEqual(self.client.get("/admin/blog/editormail/").status_code, 403)

    def test_who_decides_on_nothing_from_partners_chooses_about_their_own_texts(self):
        bob = make_bob()
        self.client.force_login(bob)
        address = self.client.get("/admin/blog/editormail/").headers["Location"]
        page = self.client.get(address)
        self.assertContains(page, "remarks_on")
        self.assertNotContains(page, 'is_on"')
        self.client.post(address, {"language": "en", "is_on": "on"})
        choice = EditorMail.objects.get(user=bob)
        self.assertEqual((choice.remarks_on, choice.language), (False, "en"))


class RetryTests(OfferMailCase):
    def test_server_that_is_down_is_tried_again_and_one_mail_leaves(self):
        self.create()
        with mock.patch(SEND, side_effect=ConnectionRefusedError):
            self.later()
        self.assertEqual(OfferMail.objects.get().state, "waiting")
        self.assertEqual(len(self.later(timedelta(minutes=6))), 1)
        self.assertEqual(self.later(BETWEEN), [])

    def test_killed_while_it_was_sent_it_is_not_sent_again_by_the_same_task(self):
        self.create()
        self.now = timezone.now() + SOON
        row, run = OfferMail.objects.get(), "a run"
        OfferMail.objects.filter(pk=row.pk).update(
            state="sending", claim=uuid.uuid5(uuid.NAMESPACE_OID, run), claimed_at=self.now, attempts=1
        )
        deliver(row.pk, run=run)
        self.assertEqual(mail.outbox, [])
        # What still waits hours later stands in another mail.
        self.later()
        self.assertEqual(mail.outbox, [])
        self.assertEqual(len(self.later(BETWEEN)), 1)

    def test_address_that_takes_no_mail_is_left_alone(self):
        from smtplib import SMTPRecipientsRefused

        self.create()
        refused = SMTPRecipientsRefused({"alice@example.org": (550, b"5.1.1 no such user")})
        with mock.patch(SEND, side_effect=refused):
            self.later()
        self.assertEqual(OfferMail.objects.get().state, "failed")
        self.assertFalse(EditorMail.objects.get().is_reached())

    def test_two_that_come_at_once_wait_in_one_mail(self):
        tell_editors()
        tell_editors()
        self.assertEqual(OfferMail.objects.count(), 1)

    def test_queries_do_not_grow_with_the_heap(self):
        tell_editors()
        # Who edits, whether each has chosen, and who has no mail that waits.
        with self.assertNumQueries(2):
            tell_editors()
        self.assertEqual(Tribune.objects.count(), 0)
