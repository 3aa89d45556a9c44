"""Answers by mail: who asks for them, who confirms it, what is mailed and what never is."""

import re
import smtplib
from datetime import datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup
from django.conf import settings
from django.core import mail, signing
from django.db import connection
from django.db.models import F
from django.tasks import TaskResultStatus
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog.mail.refusals import MOST_ATTEMPTS
from blog.models import Post
from comments.following import consent, notifications
from comments.following.tokens import CONFIRM_SALT, choose_address
from comments.following.views import DISCUSSIONS_A_PAGE
from comments.forms import make_stamp
from comments.limits import WISHES
from comments.mail import outbox
from comments.mail.outbox import next_digest
from comments.models import Comment, Follower, Following, Notification
from comments.moderation import decide
from tests.factories import make_comment, make_post, make_translation

QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
EMAIL = "marthe@example.org"
SEND = "django.core.mail.backends.locmem.EmailBackend.send_messages"


def run_tasks() -> int:
    """Run what waits and is due, as the worker does, until nothing does; return how many tasks ran."""
    count = 0
    while result := DBTaskResult.objects.ready().first():
        DBTaskResult.objects.filter(pk=result.pk).update(status=TaskResultStatus.SUCCESSFUL)
        result.task.call(*result.args_kwargs["args"], **result.args_kwargs["kwargs"])
        count += 1
    return count


def links_in(message) -> list[str]:
    """Return the paths of the addresses in the text of a mail."""
    return [address.removeprefix(settings.SITE_URL) for address in re.findall(r"http://testserver(/\S+)", message.body)]


def make_follower(email=EMAIL, **overrides) -> Follower:
    return Follower.objects.create(**{"email": email, "language": "fr", "confirmed_at": timezone.now()} | overrides)


@override_settings(TASKS=QUEUED)
class FollowingCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def send(self, address=None, **changes):
        data = {"name": "Marthe", "email": EMAIL, "text": "Ma question", "follow": "answers:at_once"}
        data["stamp"] = make_stamp(self.post.pk)
        return self.client.post(address or f"/commentaires/sur/{self.post.pk}/", data | changes)

    def follow(self, follower=None, *, comment=None, cadence="at_once", post=None):
        return Following.objects.create(
            follower=follower or make_follower(), post=post or self.post, comment=comment, cadence=cadence
        )

    def comment(self, **overrides):
        return make_comment(self.post, **{"name": "Erwan", "text": "Voici une réponse."} | overrides)


class StoppedTests(FollowingCase):
    """Who stopped a discussion, and whose address somebody types into its form again."""

    def setUp(self):
        self.follower = make_follower()
        self.following = self.follow(self.follower)
        consent.stop(self.following)

    def ask_again(self):
        self.send(text="Encore une question", follow="discussion:at_once")
        run_tasks()

    def test_stranger_does_not_take_the_stop_back(self):
        self.ask_again()
        self.assertFalse(Following.objects.active().exists())
        make_comment(self.post, name="Erwan", text="Une réponse.")
        run_tasks()
        self.assertEqual([message.to for message in mail.outbox], [[EMAIL]])
        self.assertNotIn("Une réponse.", mail.outbox[0].body)

    def test_owner_of_the_address_takes_it_back(self):
        self.ask_again()
        (page, *_) = links_in(mail.outbox[0])
        self.assertContains(self.client.get(page), 'value="resume"')
        response = self.client.post(page, {"act": "resume", "following": self.following.pk})
        self.assertContains(response, 'value="stop"')
        self.assertTrue(Following.objects.active().filter(pk=self.following.pk).exists())

    def test_who_never_followed_here_is_not_asked(self):
        other = make_post(slug="un-autre-billet", title="Un autre billet")
        stamp = make_stamp(other.pk)
        self.send(f"/commentaires/sur/{other.pk}/", stamp=stamp)
        run_tasks()
        self.assertTrue(Following.objects.active().filter(post=other).exists())
        self.assertFalse(mail.outbox)


class AskingTests(FollowingCase):
    def test_form_offers_the_answers(self):
        page = self.client.get("/blog/2016/06/president-numerique-bonne-idee-webinaire/")
        self.assertContains(page, "Recevoir les réponses par courriel")
        self.assertContains(page, '<option value="answers:daily">')

    def test_wish_without_an_address_is_given_back_beside_it(self):
        response = self.send(email="")
        self.assertContains(response, "Ma question", status_code=422)
        self.assertContains(response, 'id="email-error">Les réponses s’envoient', status_code=422)
        self.assertContains(response, '<option value="answers:at_once" selected>', status_code=422)
        self.assertFalse(Comment.objects.exists())

    def test_unknown_wish_is_given_back(self):
        self.assertContains(self.send(follow="everything"), "Ma question", status_code=422)

    def test_without_a_wish_no_address_is_kept(self):
        self.send(follow="")
        self.assertFalse(Follower.objects.exists())

    def test_first_time_the_owner_of_the_address_is_asked(self):
        location = self.send()["Location"]
        run_tasks()
        message = mail.outbox[0]
        self.assertEqual(message.to, [EMAIL])
        self.assertEqual(message.subject, "[La Marge] Confirmez votre adresse")
        self.assertIn("«\u00a0Président numérique\u00a0: une bonne idée\u202f?\u00a0»", message.body)
        self.assertNotIn("Ma question", message.body)
        self.assertNotIn("Marthe", message.body)
        self.assertContains(self.client.get(location), "un courriel vous demande d’abord de la confirmer")

    def test_english_page_asks_in_english(self):
        english = make_translation(self.post)
        self.send(f"/en/comments/on/{english.pk}/", stamp=make_stamp(english.pk))
        run_tasks()
        self.assertEqual(mail.outbox[0].subject, "[La Marge] Confirm your address")
        self.assertIn("“A digital president: a good idea?”", mail.outbox[0].body)
        self.assertTrue(links_in(mail.outbox[0])[0].startswith("/en/comments/mail/confirm/"))

    def test_address_is_one_whatever_its_capitals(self):
        self.send()
        self.send(email="Marthe@Example.ORG", text="Une autre")
        self.assertEqual(Follower.objects.get().email, EMAIL)

    def test_address_is_asked_once_a_day(self):
        for number in range(3):
            self.send(text=f"Question {number}")
        run_tasks()
        self.assertEqual(len(mail.outbox), 1)
        Follower.objects.update(asked_at=timezone.now() - timedelta(days=1, minutes=1))
        self.send(text="Le lendemain")
        run_tasks()
        self.assertEqual(len(mail.outbox), 2)

    def test_sender_asks_for_few_addresses_a_day(self):
        with mock.patch("comments.accepting.is_within_limit", return_value=True):
            for number in range(WISHES):
                self.send(email=f"m{number}@example.org", text=f"Question {number}")
            response = self.send(text="De trop")
        self.assertContains(response, "De trop", status_code=429)
        self.assertEqual(Follower.objects.count(), WISHES)

    def test_confirmed_address_is_not_asked_again(self):
        make_follower()
        self.send()
        run_tasks()
        self.assertEqual(mail.outbox, [])
        self.assertEqual(Following.objects.get().cadence, "at_once")

    def test_invitation_leaves_once_even_if_its_task_runs_twice(self):
        self.send()
        run_tasks()
        consent.invite(Follower.objects.get().pk)
        self.assertEqual(len(mail.outbox), 1)

    def test_invitation_that_a_killed_process_did_not_send_leaves_a_little_later(self):
        self.send()
        with mock.patch(SEND, side_effect=SystemExit), self.assertRaises(SystemExit):
            consent.invite(Follower.objects.get().pk)
        run_tasks()
        self.assertEqual(mail.outbox, [])
        self.assertEqual(DBTaskResult.objects.filter(status=TaskResultStatus.READY).count(), 1)
        self.wait(consent.CLAIM_HOLDS)
        self.assertEqual(len(mail.outbox), 1)

    def test_invitation_that_another_process_is_sending_leaves_once(self):
        self.send()
        follower = Follower.objects.get()

        def meanwhile(*arguments):
            with mock.patch(SEND) as sent:
                consent.invite(follower.pk)
                sent.assert_not_called()
            return 1

        with mock.patch(SEND, side_effect=meanwhile) as sent:
            run_tasks()
            self.wait(consent.CLAIM_HOLDS)
        self.assertEqual(sent.call_count, 1)

    def wait(self, time):
        """Let time pass for what is claimed and what is due, and run what is due then."""
        Follower.objects.update(inviting_at=F("inviting_at") - time)
        DBTaskResult.objects.update(run_after=timezone.now())
        run_tasks()

    def test_invitation_is_tried_again(self):
        self.send()
        with mock.patch(SEND, side_effect=OSError), self.assertLogs("tribune.following", "WARNING"):
            run_tasks()
        self.assertEqual(mail.outbox, [])
        DBTaskResult.objects.update(run_after=timezone.now())
        run_tasks()
        self.assertEqual(len(mail.outbox), 1)


class ConfirmingTests(FollowingCase):
    def confirm_address(self):
        self.send()
        run_tasks()
        return links_in(mail.outbox.pop())[0]

    def test_looking_confirms_nothing(self):
        address = self.confirm_address()
        response = self.client.get(address)
        self.assertContains(response, "Oui, envoyez-moi les réponses")
        self.assertIsNone(Follower.objects.get().confirmed_at)
        self.assertIn("no-store", response["Cache-Control"])
        self.assertIn("noindex", response["X-Robots-Tag"])
        self.assertContains(response, '<meta name="robots" content="noindex, nofollow">')
        self.assertFalse(response.cookies)

    def test_button_confirms_and_shows_what_is_followed(self):
        address = self.confirm_address()
        response = self.client.post(address, {"act": "confirm"}, follow=True)
        self.assertContains(response, "Ce qui est envoyé à marthe@example.org")
        self.assertTrue(Follower.objects.get().is_reachable())

    def test_nothing_is_mailed_before(self):
        self.confirm_address()
        question = Comment.objects.get()
        decide(question, "approved", by=None)
        self.comment(parent=question)
        run_tasks()
        self.assertEqual(mail.outbox, [])

    def test_refused_address_is_never_asked_again(self):
        response = self.client.post(self.confirm_address(), {"act": "refuse"})
        self.assertContains(response, "Rien ne vous est envoyé")
        Follower.objects.update(asked_at=None)
        self.send(text="Encore")
        run_tasks()
        self.assertEqual(mail.outbox, [])

    def test_old_address_says_so(self):
        self.confirm_address()
        signer = signing.TimestampSigner(salt=CONFIRM_SALT)
        long_ago = timezone.now() - timedelta(days=8)
        signer.timestamp = lambda: signing.b62_encode(int(long_ago.timestamp()))
        token = signer.sign(str(Follower.objects.get().pk))
        response = self.client.post(f"/commentaires/courriel/confirmer/{token}/", {"act": "confirm"})
        self.assertContains(response, "Ce lien est trop ancien", status_code=410)
        self.assertIsNone(Follower.objects.get().confirmed_at)

    def test_wrong_address_is_not_found_in_its_language(self):
        for token in ("x", "1:abc:def", "é", "a:b"):
            with self.subTest(token):
                french = self.client.post(f"/commentaires/courriel/confirmer/{token}/")
                self.assertContains(french, 'lang="fr"', status_code=404)
                english = self.client.get(f"/en/comments/mail/confirm/{token}/")
                self.assertContains(english, 'lang="en"', status_code=404)

    def test_address_of_one_page_does_not_open_the_other(self):
        token = self.confirm_address().split("/")[-2]
        self.assertEqual(self.client.get(f"/commentaires/courriel/{token}/").status_code, 404)

    def test_address_that_nobody_confirmed_is_forgotten(self):
        self.confirm_address()
        week_ago = timezone.now() - timedelta(days=7, minutes=1)
        Follower.objects.update(created_at=week_ago, asked_at=week_ago)
        make_follower("owen@example.org", created_at=week_ago)
        self.assertEqual(consent.forget_strangers(), 1)
        self.assertEqual(Follower.objects.get().email, "owen@example.org")


class NotificationTests(FollowingCase):
    def test_answer_is_mailed_after_approval(self):
        question = self.comment(name="Marthe", email=EMAIL)
        self.follow(comment=question)
        answer = self.comment(parent=question, status="pending")
        run_tasks()
        self.assertEqual(mail.outbox, [])
        decide(answer, "approved", by=None)
        run_tasks()
        message = mail.outbox[0]
        self.assertEqual(message.subject, "[La Marge] Président numérique : une bonne idée ?")
        self.assertIn("Erwan a répondu à la suite de votre commentaire", message.body)
        self.assertIn("Voici une réponse.", message.body)
        self.assertEqual(links_in(message)[0], f"/commentaires/{answer.pk}/")

    def test_mail_is_english_for_who_reads_english(self):
        make_translation(self.post)
        self.follow(make_follower(language="en"))
        answer = self.comment()
        run_tasks()
        message = mail.outbox[0]
        self.assertEqual(message.subject, "[La Marge] A digital president: a good idea?")
        self.assertIn("Erwan commented on “A digital president: a good idea?”:", message.body)
        self.assertEqual(links_in(message)[0], f"/en/comments/{answer.pk}/")
        self.assertIn('<blockquote lang="fr" dir="auto">', message.alternatives[0].content)

    def test_answer_to_an_answer_is_one_too(self):
        question = self.comment(name="Marthe", email=EMAIL)
        self.follow(comment=question)
        first = self.comment(parent=question)
        self.comment(parent=first)
        self.comment()
        run_tasks()
        self.assertEqual(len(mail.outbox), 2)

    def test_own_comment_is_not_mailed(self):
        self.follow()
        self.comment(email="Marthe@example.org")
        run_tasks()
        self.assertEqual(mail.outbox, [])

    def test_who_follows_twice_gets_one_mail(self):
        question = self.comment(name="Marthe", email=EMAIL)
        follower = make_follower()
        self.follow(follower, cadence="daily")
        self.follow(follower, comment=question)
        self.comment(parent=question)
        run_tasks()
        self.assertEqual(len(mail.outbox), 1)

    def test_tasks_that_run_twice_mail_once(self):
        self.follow()
        answer = self.comment()
        for _ in range(2):
            notifications.gather(answer.pk)
            notifications.deliver()
        decide(answer, "removed", by=None)
        decide(answer, "approved", by=None)
        run_tasks()
        self.assertEqual(len(mail.outbox), 1)
        self.assertEqual(Notification.objects.get().state, "sent")

    def test_process_killed_among_its_mails_repeats_none(self):
        for name in ("anne", "brieuc", "corentin"):
            self.follow(make_follower(f"{name}@example.org"))
        answer = self.comment()
        DBTaskResult.objects.all().delete()
        send = mail.backends.locmem.EmailBackend.send_messages
        with mock.patch(SEND, autospec=True, side_effect=[1, SystemExit]) as killed:
            killed.side_effect = lambda *args: send(*args) if killed.call_count == 1 else exit_now()
            with self.assertRaises(SystemExit):
                notifications.gather(answer.pk)
                notifications.deliver()
        run_tasks()
        notifications.deliver()
        recipients = [message.to[0] for message in mail.outbox]
        self.assertEqual(len(recipients), len(set(recipients)))
        self.assertEqual(sorted(Notification.objects.values_list("state", flat=True)), ["sending", "sent", "sent"])

    def test_claimed_by_another_process_is_left_to_it(self):
        self.follow()
        answer = self.comment()
        notifications.gather(answer.pk)
        groups = notifications.take_due(timezone.now())
        notifications.deliver()
        notifications.send_groups(groups, timezone.now())
        self.assertEqual(len(mail.outbox), 1)

    def test_comment_taken_down_meanwhile_is_not_mailed_until_it_stands_again(self):
        self.follow()
        answer = self.comment()
        notifications.gather(answer.pk)
        decide(answer, "removed", by=None)
        run_tasks()
        self.assertEqual(mail.outbox, [])
        decide(answer, "approved", by=None)
        run_tasks()
        self.assertEqual(len(mail.outbox), 1)

    def test_answer_of_a_withdrawn_post_is_not_mailed(self):
        self.follow()
        self.comment()
        self.post.status = "withdrawn"
        self.post.save()
        run_tasks()
        self.assertEqual(mail.outbox, [])

    def test_nobody_follows_means_no_task(self):
        self.comment()
        self.assertFalse(DBTaskResult.objects.exists())

    def test_gathering_costs_the_same_for_more_followers(self):
        counts = []
        for number in (1, 40):
            for place in range(number):
                self.follow(make_follower(f"{number}-{place}@example.org"))
            answer = self.comment(status="pending")
            Comment.objects.filter(pk=answer.pk).update(status="approved", is_standing=True)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                notifications.gather(answer.pk)
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 12)

    def test_each_mail_costs_two_queries_and_reading_does_not_grow(self):
        costs = {}
        for number in (1, 10):
            for place in range(number):
                self.follow(make_follower(f"{number}-{place}@example.org"), post=self.post)
            notifications.gather(self.comment().pk)
            DBTaskResult.objects.all().delete()
            mails_before = len(mail.outbox)
            with CaptureQueriesContext(connection) as queries:
                notifications.deliver()
            mails = len(mail.outbox) - mails_before
            costs[mails] = len(queries) - 2 * mails
        self.assertEqual(sorted(costs), [1, 11])
        self.assertEqual(costs[1], costs[11])

    def test_many_followers_are_mailed_in_batches(self):
        for place in range(7):
            self.follow(make_follower(f"{place}@example.org"))
        with (
            mock.patch.object(notifications, "GATHERED_AT_ONCE", 3),
            mock.patch.object(outbox, "SENT_AT_ONCE", 2),
        ):
            self.comment()
            run_tasks()
        self.assertEqual(len(mail.outbox), 7)


def exit_now():
    raise SystemExit


class DigestTests(FollowingCase):
    def test_day_makes_one_mail(self):
        other = make_post(slug="autre", title="Un autre article")
        follower = make_follower()
        self.follow(follower, cadence="daily")
        self.follow(follower, cadence="daily", post=other)
        for number in range(3):
            self.comment(text=f"Réponse {number}")
        make_comment(other, text="Sur l’autre")
        run_tasks()
        self.assertEqual(mail.outbox, [])
        Notification.objects.update(due_at=timezone.now())
        DBTaskResult.objects.update(run_after=timezone.now())
        run_tasks()
        message = mail.outbox[0]
        self.assertEqual(len(mail.outbox), 1)
        self.assertEqual(message.subject, "[La Marge] 4 nouvelles réponses")
        for text in ("Réponse 0", "Réponse 2", "Sur l’autre", "Un autre article", "4 nouvelles réponses dans"):
            self.assertIn(text, message.body)
        self.assertEqual(set(Notification.objects.values_list("state", flat=True)), {"sent"})

    def test_digest_is_english_and_counts_one(self):
        self.follow(make_follower(language="en"), cadence="daily")
        self.comment()
        Notification.objects.all().delete()
        notifications.gather(Comment.objects.get().pk)
        Notification.objects.update(due_at=timezone.now())
        notifications.deliver()
        self.assertEqual(mail.outbox[0].subject, "[La Marge] 1 new answer")
        self.assertIn("1 new answer in the discussions that you follow.", mail.outbox[0].body)

    def test_comment_that_stands_again_waits_for_the_next_digest(self):
        self.follow(cadence="daily")
        answer = self.comment()
        run_tasks()
        decide(answer, "removed", by=None)
        Notification.objects.update(due_at=timezone.now())
        notifications.deliver()
        self.assertEqual(Notification.objects.get().state, "dropped")
        decide(answer, "approved", by=None)
        run_tasks()
        self.assertEqual(mail.outbox, [])
        self.assertEqual(Notification.objects.get().due_at, next_digest(timezone.now()))

    def test_task_waits_for_the_hour_once(self):
        self.follow(cadence="daily")
        self.comment()
        self.comment()
        run_tasks()
        waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
        self.assertEqual(waiting.get().run_after, Notification.objects.first().due_at)

    def test_hour_is_that_of_the_site_in_summer_and_winter(self):
        paris = ZoneInfo(settings.TIME_ZONE)
        for now, then in (
            (datetime(2026, 1, 5, 6, 59, tzinfo=paris), datetime(2026, 1, 5, 7, 0, tzinfo=paris)),
            (datetime(2026, 1, 5, 7, 0, tzinfo=paris), datetime(2026, 1, 6, 7, 0, tzinfo=paris)),
            (datetime(2026, 3, 28, 12, 0, tzinfo=paris), datetime(2026, 3, 29, 7, 0, tzinfo=paris)),
        ):
            with self.subTest(now):
                self.assertEqual(next_digest(now), then)


class RefusalTests(FollowingCase):
    def fail_with(self, error):
        self.follow()
        self.comment()
        with mock.patch(SEND, side_effect=error), self.assertLogs("tribune.following", "WARNING"):
            run_tasks()
        return Notification.objects.get()

    def test_server_that_is_busy_is_tried_again_later_each_time(self):
        notification = self.fail_with(smtplib.SMTPRecipientsRefused({EMAIL: (451, b"4.7.1 Greylisted")}))
        delays = []
        while notification.state == "pending":
            delays.append(notification.due_at - timezone.now())
            Notification.objects.update(due_at=timezone.now())
            DBTaskResult.objects.update(run_after=timezone.now())
            with mock.patch(SEND, side_effect=TimeoutError), self.assertLogs("tribune.following", "WARNING"):
                run_tasks()
            notification.refresh_from_db()
        self.assertEqual((notification.state, notification.attempts), ("failed", MOST_ATTEMPTS))
        self.assertEqual(delays, sorted(delays))
        self.assertTrue(Follower.objects.get().is_reachable())

    def test_mailbox_that_does_not_exist_is_stopped(self):
        notification = self.fail_with(smtplib.SMTPRecipientsRefused({EMAIL: (550, b"5.1.1 No such user")}))
        self.assertEqual(notification.state, "failed")
        self.assertFalse(Follower.objects.get().is_reachable())
        self.comment()
        run_tasks()
        self.assertEqual(mail.outbox, [])

    def test_refusal_of_this_server_stops_nobody(self):
        errors = (
            smtplib.SMTPRecipientsRefused({EMAIL: (554, b"5.7.1 Relay access denied")}),
            smtplib.SMTPSenderRefused(550, b"Bad sender", "tribune@example.org"),
            smtplib.SMTPDataError(554, b"Looks like spam"),
        )
        for error in errors:
            with self.subTest(error):
                Follower.objects.all().delete()
                self.assertEqual(self.fail_with(error).state, "failed")
                self.assertTrue(Follower.objects.get().is_reachable())
                Comment.objects.all().delete()

    def test_server_that_is_down_is_asked_once_for_all(self):
        for name in ("anne", "brieuc"):
            self.follow(make_follower(f"{name}@example.org"))
        self.comment()
        opening = "django.core.mail.backends.locmem.EmailBackend.open"
        with mock.patch(opening, side_effect=OSError) as opened, self.assertLogs("tribune.following", "WARNING"):
            run_tasks()
        self.assertEqual(opened.call_count, 1)
        self.assertEqual(set(Notification.objects.values_list("state", "attempts")), {("pending", 1)})

    def test_address_that_bounced_is_left_alone_for_a_month(self):
        make_follower(bounced_at=timezone.now())
        self.send()
        run_tasks()
        self.assertEqual(mail.outbox, [])
        Follower.objects.update(bounced_at=timezone.now() - timedelta(days=31))
        self.send(text="Un mois après")
        run_tasks()
        self.assertEqual(mail.outbox[0].subject, "[La Marge] Confirmez votre adresse")


class StoppingTests(FollowingCase):
    def setUp(self):
        self.follower = make_follower()
        self.following = self.follow(self.follower)
        self.address = choose_address(self.follower, self.following.pk).removeprefix(settings.SITE_URL)
        self.client = self.client_class(enforce_csrf_checks=True)

    def test_one_click_of_a_mail_program_stops_it(self):
        response = self.client.post(self.address, {"List-Unsubscribe": "One-Click"})
        self.assertEqual(response.status_code, 200)
        self.assertFalse(response.cookies)
        self.comment()
        run_tasks()
        self.assertEqual(mail.outbox, [])

    def test_one_click_in_parts_of_a_form_stops_it_too(self):
        body = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
        self.client.post(self.address, body.encode(), content_type="multipart/form-data; boundary=x")
        self.assertFalse(Following.objects.active().exists())

    def test_one_click_twice_is_no_error(self):
        for _ in range(2):
            self.assertEqual(self.client.post(self.address).status_code, 200)

    def test_looking_stops_nothing(self):
        response = self.client.get(self.address)
        self.assertContains(response, "Tout arrêter")
        self.assertContains(response, "Président")
        self.assertIn("no-store", response["Cache-Control"])
        self.assertEqual(response["Referrer-Policy"], "no-referrer")
        self.assertTrue(Following.objects.active().exists())

    def test_buttons_say_which_discussion_they_are_for(self):
        other = make_post(slug="autre", title="Un autre débat")
        self.follow(self.follower, post=other)
        page = BeautifulSoup(self.client.get(self.address).content, "lxml")
        names = [" ".join(button.get_text().split()) for button in page.select("main form button")]
        self.assertEqual(len(set(names)), len(names))
        self.assertTrue(any(name.startswith("Arrêter : Un autre débat") for name in names), names)
        for group in page.select("[role=group]"):
            self.assertTrue(page.find(id=group["aria-labelledby"]).get_text(strip=True))
        self.assertEqual(len(page.select("[role=group] select")), len(page.select("main select")))

    def test_page_is_english_at_the_english_address(self):
        self.follower.language = "en"
        address = choose_address(self.follower, self.following.pk).removeprefix(settings.SITE_URL)
        self.assertTrue(address.startswith("/en/comments/mail/"))
        self.assertContains(self.client.get(address), "Stop everything")

    def test_everything_is_stopped_and_has_to_be_confirmed_anew(self):
        self.follow(self.follower, post=make_post(slug="autre"))
        response = self.client.post(self.address, {"act": "stop-everything"})
        self.assertContains(response, "Vous ne recevrez plus de courriel d’ici.")
        self.assertFalse(Following.objects.active().exists())
        self.assertFalse(Follower.objects.get().is_reachable())

    def test_cadence_is_changed(self):
        data = {"act": "change", "following": self.following.pk, "cadence": "daily"}
        self.assertContains(self.client.post(self.address, data), "C’est noté")
        self.following.refresh_from_db()
        self.assertEqual(self.following.cadence, "daily")

    def test_following_of_somebody_else_is_out_of_reach(self):
        other = self.follow(make_follower("owen@example.org"))
        self.client.post(self.address, {"act": "stop", "following": other.pk})
        other.refresh_from_db()
        self.assertIsNone(other.stopped_at)

    def test_nonsense_changes_nothing(self):
        for data in (
            {"act": "change", "following": self.following.pk, "cadence": "hourly"},
            {"act": "change", "following": self.following.pk},
            {"act": "jump"},
            {"act": "stop", "following": "9" * 30},
        ):
            with self.subTest(data):
                self.assertIn(self.client.post(self.address, data).status_code, (200, 400))
                self.following.refresh_from_db()
                self.assertEqual((self.following.cadence, self.following.stopped_at), ("at_once", None))

    def test_forged_address_is_not_found(self):
        for token in ("1.1", f"{self.follower.pk}.{self.following.pk}:x", "x:y", ":"):
            with self.subTest(token):
                self.assertEqual(self.client.post(f"/commentaires/courriel/{token}/").status_code, 404)
        self.assertEqual(self.client.put(self.address).status_code, 405)


class ManyDiscussionsTests(FollowingCase):
    """Somebody follows more discussions than fit a page, in another language than the mails'."""

    @classmethod
    def setUpTestData(cls):
        cls.follower = make_follower(language="en")
        cls.posts = []

    def follow_more(self, count):
        for number in range(len(self.posts) + 1, len(self.posts) + count + 1):
            post = make_post(slug=f"article-{number}", title=f"Article {number}", body="<p>Un long texte.</p>")
            make_translation(post, slug=f"post-{number}", title=f"Post {number}.")
            self.posts.append(post)
            self.follow(self.follower, post=post)

    def page(self, query="", following=0):
        address = choose_address(self.follower, following).removeprefix(settings.SITE_URL)
        return self.client.get(f"{address}{query}")

    def test_page_costs_the_same_and_reads_no_text(self):
        self.follow_more(2)
        self.page()
        with CaptureQueriesContext(connection) as few:
            self.page()
        self.follow_more(8)
        with CaptureQueriesContext(connection) as more:
            page = self.page()
        self.assertEqual(len(more), len(few))
        self.assertFalse([query["sql"] for query in more if "body_html" in query["sql"]])
        self.assertContains(page, "Post 10.")

    def test_more_than_a_page_stand_on_the_next(self):
        self.follow_more(DISCUSSIONS_A_PAGE + 1)
        first = self.page()
        self.assertContains(first, "<section", count=DISCUSSIONS_A_PAGE)
        self.assertNotContains(first, "Post 1.")
        self.assertContains(first, 'href="?page=2"')
        self.assertContains(self.page("?page=2"), "Post 1.")
        self.assertEqual(self.page("?page=3").status_code, 404)

    def test_discussion_that_a_mail_was_about_stands_first(self):
        self.follow_more(DISCUSSIONS_A_PAGE + 1)
        page = self.page(following=Following.objects.get(post=self.posts[0]).pk).content.decode()
        self.assertLess(page.index("Post 1."), page.index("Post 21."))

    def test_post_that_is_no_longer_on_the_site_is_no_link(self):
        self.follow_more(1)
        Post.objects.update(status="withdrawn")
        page = self.page()
        self.assertContains(page, "Post 1.")
        self.assertNotContains(page, "post-1/")
        response = self.client.post(page.wsgi_request.path, {"act": "read", "following": Following.objects.get().pk})
        self.assertEqual(response.status_code, 404)
