"""Mail to moderators about comments that wait: who gets it, what it shows, and what its links do."""

import re
import smtplib
from datetime import timedelta
from itertools import pairwise
from unittest import mock

from django.conf import settings
from django.contrib.auth.models import Group
from django.core import mail
from django.test import TestCase, override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from comments.alerts import sending
from comments.alerts.cases import NAMED
from comments.alerts.mails import SHOWN_IN_DIGEST
from comments.alerts.sending import AT_ONCE_AN_HOUR
from comments.alerts.tokens import DECIDE_SECONDS, choose_address
from comments.forms import make_stamp
from comments.mending import mend
from comments.models import Alert, Comment, Decision, ModeratorMail, ReplyRequest
from comments.moderation import decide
from comments.reporting import ask_for_reply, contest, dismiss, report
from comments.tasks import judge_comment
from config import background
from tests.comments.test_following import QUEUED, SEND, links_in, run_tasks
from tests.comments.test_following_mails import on_the_wire
from tests.factories import make_alice, make_bob, make_carol, make_comment, make_post, make_user
from tests.forms import FormTestCase

CHOICES = "/admin/comments/moderatormail/"


def let_time_pass(**due) -> None:
    """Make due what waits for its hour, and send it."""
    Alert.objects.filter(state="pending", **due).update(due_at=timezone.now())
    DBTaskResult.objects.update(run_after=timezone.now())
    run_tasks()


def seen_on(page) -> str:
    """Return which text a page says that it shows."""
    return re.search(r'name="seen" value="(\w+)"', page.text)[1]


@override_settings(TASKS=QUEUED)
class AlertCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.carol = make_carol()
        cls.carol.email = "carol@example.org"
        cls.carol.save()
        cls.choice = ModeratorMail.objects.create(user=cls.carol, cadence="at_once")

    def wait(self, **overrides) -> Comment:
        """Have a comment wait, judged as the worker does."""
        comment = make_comment(self.post, status="pending", **{"name": "Erwan", "text": "Une question."} | overrides)
        judge_comment.enqueue(comment_id=comment.pk)
        run_tasks()
        comment.refresh_from_db()
        return comment

    def links(self, number=-1) -> dict[str, str]:
        """Return the paths in a mail by what stands above them."""
        lines = [line for line in mail.outbox[number].body.split("\n") if line]
        pairs = pairwise(lines)
        names = {
            "Approuver": "approve",
            "Rejeter": "reject",
            "Marquer comme indésirable": "spam",
            "Arrêter ou modifier ces envois": "choose",
        }
        return {
            names[line.rstrip("\u00a0:")]: address.removeprefix(settings.SITE_URL)
            for line, address in pairs
            if line.rstrip("\u00a0:") in names
        }

    def press(self, path, decision, **changes):
        page = self.client.get(path)
        return self.client.post(path, {"decision": decision, "seen": seen_on(page)} | changes, follow=True)


class RecipientTests(AlertCase):
    def send(self, **changes):
        data = {"name": "Erwan", "email": "", "text": "Une question sur l’article.", "stamp": make_stamp(self.post.pk)}
        self.client.post(f"/commentaires/sur/{self.post.pk}/", data | changes)
        run_tasks()

    def test_comment_that_readers_send_is_mailed_once_it_was_judged(self):
        self.send()
        self.assertEqual([message.to for message in mail.outbox], [["carol@example.org"]])
        self.assertIn("Une question sur l’article.", mail.outbox[0].body)

    def test_spam_that_was_put_aside_is_not_mailed(self):
        self.wait(text="Casino! https://a.example https://b.example [url=https://c.example]viagra[/url] " * 3)
        self.assertEqual(Comment.objects.get().status, "spam")
        self.assertEqual(mail.outbox, [])

    def test_who_chose_nothing_is_mailed_once_a_day(self):
        ModeratorMail.objects.all().delete()
        self.wait()
        self.assertEqual(mail.outbox, [])
        let_time_pass()
        self.assertEqual([message.to for message in mail.outbox], [["carol@example.org"]])

    def test_only_active_moderators_with_an_address_are_mailed(self):
        make_alice()
        bob = make_bob()
        gone = make_user("gone", group="moderator", email="gone@example.org", is_active=False)
        visitor = make_user("visitor", group="moderator", email="visitor@example.org", is_staff=False)
        bob.email = "bob@example.org"
        bob.save()
        for user in (bob, gone, visitor):
            ModeratorMail.objects.create(user=user, cadence="at_once")
        self.wait()
        self.assertEqual([message.to for message in mail.outbox], [["carol@example.org"]])

    def test_who_wants_none_gets_none(self):
        ModeratorMail.objects.update(cadence="never")
        self.wait()
        self.assertEqual(mail.outbox, [])

    def test_what_was_decided_before_it_left_is_not_mailed(self):
        ModeratorMail.objects.update(cadence="daily")
        decide(self.wait(), "approved", by=self.carol)
        let_time_pass()
        self.assertEqual(mail.outbox, [])
        self.assertEqual(Alert.objects.get().state, "dropped")

    def test_text_that_its_writer_changed_waits_and_is_mailed_again(self):
        comment = self.wait()
        decide(comment, "approved", by=self.carol)
        mend(comment, "Une autre question.")
        run_tasks()
        self.assertEqual(len(mail.outbox), 2)
        self.assertIn("Une autre question.", mail.outbox[1].body)

    def test_what_a_moderator_lets_wait_is_not_mailed_again(self):
        comment = self.wait()
        decide(comment, "rejected", by=self.carol)
        decide(comment, "pending", by=self.carol)
        run_tasks()
        self.assertEqual(len(mail.outbox), 1)

    def test_gathering_costs_the_same_for_more_moderators_and_comments(self):
        for number in range(5):
            make_user(f"m{number}", group="moderator", email=f"m{number}@example.org")
        comment = make_comment(self.post, status="pending")
        sending.gather([comment.pk])
        again = [make_comment(self.post, status="pending").pk for _ in range(3)]
        with self.assertNumQueries(5):
            sending.gather(again)
        for pk in again:
            self.assertEqual(Alert.objects.filter(comment=pk).count(), 6)


class OnceTests(AlertCase):
    def test_task_that_runs_twice_mails_once(self):
        comment = self.wait()
        judge_comment.enqueue(comment_id=comment.pk)
        run_tasks()
        self.assertEqual(len(mail.outbox), 1)

    def test_mail_that_a_server_does_not_take_is_tried_again(self):
        with mock.patch(SEND, side_effect=TimeoutError), self.assertLogs("tribune.alerts", "WARNING"):
            self.wait()
        self.assertEqual(mail.outbox, [])
        let_time_pass()
        self.assertEqual(len(mail.outbox), 1)
        self.assertEqual(Alert.objects.get().attempts, 2)

    def test_comment_whose_mail_died_on_its_way_is_told_in_the_next_digest(self):
        with mock.patch(SEND, autospec=True, side_effect=SystemExit), self.assertRaises(SystemExit):
            self.wait()
        Alert.objects.update(due_at=timezone.now() - timedelta(hours=2))
        sending.deliver_forgotten()
        run_tasks()
        self.assertEqual(mail.outbox, [])
        let_time_pass()
        self.assertEqual(mail.outbox[0].subject, "[La Marge] 1 commentaire attend")

    def test_burst_ends_in_one_mail(self):
        for number in range(AT_ONCE_AN_HOUR + 5):
            self.wait(name=f"Erwan {number}", text=f"Question {number}.")
        self.assertEqual(len(mail.outbox), AT_ONCE_AN_HOUR)
        let_time_pass()
        self.assertEqual(len(mail.outbox), AT_ONCE_AN_HOUR + 1)
        self.assertEqual(mail.outbox[-1].subject, "[La Marge] 5 commentaires attendent")
        Alert.objects.update(sent_at=timezone.now() - timedelta(hours=2))
        self.wait(text="Après.")
        self.assertEqual(len(mail.outbox), AT_ONCE_AN_HOUR + 2)

    def test_address_that_takes_no_mail_is_left_alone(self):
        refusal = {"carol@example.org": (550, b"5.1.1 No such user")}
        error = smtplib.SMTPRecipientsRefused(refusal)
        with mock.patch(SEND, side_effect=error), self.assertLogs("tribune.alerts", "WARNING") as said:
            self.wait()
        self.assertIn("550 5.1.1", str(said.output))
        self.assertNotIn("carol@", str(said.output))
        self.wait(text="Une deuxième.")
        self.assertEqual(mail.outbox, [])

    def test_old_alerts_are_forgotten_and_waiting_ones_kept(self):
        self.wait()
        ModeratorMail.objects.update(cadence="daily")
        self.wait(text="Une deuxième.")
        Alert.objects.update(due_at=timezone.now() - timedelta(days=31))
        sending.forget_alerts()
        self.assertEqual(Alert.objects.get().state, "pending")


class MailTests(AlertCase):
    def test_all_that_a_decision_needs_stands_in_it(self):
        parent = make_comment(self.post, name="Marthe", text="Ce qui précède.\nEn deux lignes.")
        comment = self.wait(parent=parent, text="Une <b>question</b>.", site="https://erwan.example/")
        message = mail.outbox[0]
        html = message.alternatives[0].content
        self.assertEqual(
            message.subject, "[La Marge] Un commentaire attend\u00a0: Président numérique\u00a0: une bonne idée\u202f?"
        )
        for text in (
            "Erwan, ",
            "Président numérique\u00a0: une bonne idée\u202f?",
            "http://testserver/blog/2016/06/president-numerique-bonne-idee-webinaire/",
            "En réponse à\u00a0: Marthe",
            "> Ce qui précède.\n> En deux lignes.",
            "> Une <b>question</b>.",
            "Site\u00a0: https://erwan.example/",
            "un commentaire est retenu",
            "\n- ",
            f"http://testserver/admin/comments/comment/{comment.pk}/change/",
            "Vous recevez ce courriel parce que vous modérez les commentaires de La Marge.",
        ):
            self.assertIn(text, message.body)
        self.assertEqual(set(self.links()), {"approve", "reject", "spam", "choose"})
        self.assertIn("Une &lt;b&gt;question&lt;/b&gt;.", html)
        for loads in ("<img", "src=", "url(", "<link", 'href="https://erwan'):
            self.assertNotIn(loads, html)

    def test_english_moderator_gets_an_english_mail(self):
        ModeratorMail.objects.update(language="en")
        self.wait()
        self.assertTrue(mail.outbox[0].subject.startswith("[La Marge] A comment waits: "))
        for text in ("Approve:\nhttp://testserver/en/comments/moderate/", "Mark as spam:", "hold a comment"):
            self.assertIn(text, mail.outbox[0].body)

    def test_headers_sort_thread_and_stop_it(self):
        self.wait()
        self.wait(text="Une deuxième.")
        (raw, first), (_, second) = map(on_the_wire, mail.outbox)
        self.assertEqual(first["Auto-Submitted"], "auto-generated")
        self.assertEqual(first["List-Id"], "<moderation.testserver>")
        self.assertEqual(first["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.assertIn(f"\r\nList-Unsubscribe: <http://testserver{self.links(0)['choose']}>\r\n".encode(), raw)
        self.assertEqual(first["References"], second["References"])
        self.assertNotEqual(first["Message-ID"], second["Message-ID"])

    def test_line_breaks_of_a_stranger_make_no_header(self):
        type(self.post).objects.update(title="Titre\r\nBcc: victim@example.org")
        self.wait(name="Erwan\r\nBcc: other@example.org")
        raw, message = on_the_wire(mail.outbox[0])
        self.assertIsNone(message["Bcc"])
        self.assertNotIn(b"\r\nBcc:", raw)
        self.assertEqual(mail.outbox[0].recipients(), ["carol@example.org"])

    def test_text_of_a_stranger_passes_for_no_line_of_the_mail(self):
        self.wait(text="Bonjour.\n\nRejeter\u00a0:\n/ailleurs/")
        self.assertIn("> Bonjour.\n>\n> Rejeter\u00a0:\n> /ailleurs/\n", mail.outbox[0].body)
        self.assertTrue(self.links()["reject"].startswith("/commentaires/moderer/"))

    def test_writers_address_is_left_out(self):
        self.wait(email="erwan@example.org")
        self.assertNotIn("erwan@example.org", str(mail.outbox[0].message()))

    def test_digest_shows_a_number_of_them_and_counts_the_rest(self):
        ModeratorMail.objects.update(cadence="daily")
        for number in range(SHOWN_IN_DIGEST + 2):
            self.wait(name=f"Erwan {number}", text=f"Question {number}.")
        self.assertEqual(mail.outbox, [])
        let_time_pass()
        body = mail.outbox[0].body
        self.assertEqual(len(mail.outbox), 1)
        self.assertEqual(body.count("Approuver\u00a0:"), SHOWN_IN_DIGEST)
        self.assertLess(body.index("Question 0."), body.index("Question 1."))
        self.assertIn("2 autres attendent dans l’administration.", body)


class CasesTests(AlertCase):
    """Notices, contestations and rights of reply, which are no comments that wait."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        ModeratorMail.objects.update(language="en", cadence="daily")
        cls.post.published_at = timezone.now() - timedelta(days=10)
        cls.post.save()
        cls.comment = make_comment(cls.post, email="lea@example.org")
        cls.late = make_post(slug="ancien")

    def ask_for_reply(self, post=None, **due):
        ask = {"passage": "On dit.", "name": "Ève", "email": "eve@example.org"}
        asked = ask_for_reply(post or self.post, text=f"Non, {due}.", **ask)
        ReplyRequest.objects.filter(pk=asked.pk).update(due_at=timezone.now() + timedelta(**due))
        return asked

    def report(self):
        return report(self.comment, category="hate", explanation="Voyez.", name="Paul", email="paul@example.org")

    def let_morning_come(self):
        sending.gather_cases()
        run_tasks()
        mail.outbox.clear()
        let_time_pass()
        return [message for message in mail.outbox if message.to == ["carol@example.org"]]

    def test_they_are_mailed_when_no_comment_waits(self):
        notice = self.report()
        (message,) = self.let_morning_come()
        self.assertEqual(message.subject, "[La Marge] 1 request under the law waits")
        for text in ("1 notice", notice.reference, "hatred", "http://testserver/admin/comments/notice/"):
            self.assertIn(text, message.body)
            self.assertIn(text, message.alternatives[0].content)
        self.assertNotIn("Voyez.", message.body)
        self.assertNotIn("comments wait", message.body)

    def test_they_stand_in_the_mail_about_comments(self):
        self.report()
        self.wait(text="Une question.")
        (message,) = self.let_morning_come()
        self.assertEqual(message.subject, "[La Marge] 1 comment waits, 1 request under the law waits")
        self.assertIn("Une question.", message.body)
        self.assertIn("1 notice", message.body)

    def test_what_is_overdue_comes_first_and_what_has_no_term_last(self):
        without = self.ask_for_reply(self.late, days=-400)
        soon = self.ask_for_reply(days=1)
        overdue = self.ask_for_reply(hours=-1)
        (message,) = self.let_morning_come()
        places = [message.body.index(asked.reference) for asked in (overdue, soon, without)]
        self.assertEqual(places, sorted(places))
        for text in ("overdue since", "to be published before", "no term", "/admin/comments/replyrequest/"):
            self.assertIn(text, message.body)

    def test_contestation_is_named_too(self):
        decide(self.comment, "removed", by=self.carol)
        contest(self.comment.statements.get(), text="Mais non.")
        (message,) = self.let_morning_come()
        self.assertIn("1 contestation", message.body)
        self.assertIn("http://testserver/admin/comments/appeal/", message.body)

    def test_they_are_told_once_a_day_as_long_as_they_wait(self):
        notice = self.report()
        sending.gather_cases()
        self.assertEqual(len(self.let_morning_come()), 1)
        self.assertEqual(len(self.let_morning_come()), 1)
        dismiss(notice, by=self.carol, outcome="Non.")
        self.assertEqual(self.let_morning_come(), [])

    def test_what_was_decided_overnight_is_not_mailed(self):
        notice = self.report()
        sending.gather_cases()
        dismiss(notice, by=self.carol, outcome="Non.")
        self.assertEqual(self.let_morning_come(), [])
        self.assertEqual(Alert.objects.get().state, "dropped")

    def test_who_is_mailed_at_once_gets_them_daily_and_who_wants_none_gets_none(self):
        self.report()
        ModeratorMail.objects.update(cadence="at_once")
        self.assertEqual(len(self.let_morning_come()), 1)
        ModeratorMail.objects.update(cadence="never")
        self.assertEqual(self.let_morning_come(), [])

    def test_many_are_counted_and_the_first_named(self):
        for number in range(NAMED + 2):
            report(self.comment, category="hate", explanation=f"Voyez {number}.", name="", email="")
        (message,) = self.let_morning_come()
        self.assertIn(f"{NAMED + 2} notices", message.body)
        self.assertEqual(message.body.count("hatred"), NAMED)
        self.assertIn("2 more wait in the admin.", message.body)

    def test_nobody_is_given_a_choice_while_nothing_waits(self):
        ModeratorMail.objects.all().delete()
        sending.gather_cases()
        self.assertFalse(ModeratorMail.objects.exists())
        self.report()
        sending.gather_cases()
        self.assertEqual(ModeratorMail.objects.get().user, self.carol)

    def test_worker_gathers_them(self):
        self.report()
        background.keep_house.call()
        self.assertTrue(Alert.objects.filter(comment=None, recipient=self.choice).exists())


class DecidingTests(AlertCase):
    def setUp(self):
        self.comment = self.wait()

    def status(self):
        self.comment.refresh_from_db()
        return self.comment.status

    def test_opening_a_link_changes_nothing_and_is_kept_by_nobody(self):
        for path in links_in(mail.outbox[0]):
            if path.startswith("/commentaires/moderer/"):
                for method in (self.client.get, self.client.head, self.client.options):
                    response = method(path)
                self.client.get(path)
        response = self.client.get(self.links()["approve"])
        self.assertEqual(self.status(), "pending")
        self.assertFalse(Decision.objects.exists())
        self.assertEqual(ModeratorMail.objects.get().cadence, "at_once")
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex, nofollow")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertContains(response, 'content="noindex, nofollow"')
        self.assertFalse(response.cookies)

    def test_page_shows_the_comment_in_its_context(self):
        parent = make_comment(self.post, name="Marthe", text="Ce qui précède.")
        self.wait(parent=parent, text="Une *réponse*.")
        page = self.client.get(self.links()["reject"])
        for text in ("Marthe", "Ce qui précède.", "<em>réponse</em>", "un commentaire est retenu", "Erwan"):
            self.assertContains(page, text)
        buttons = re.findall(r'name="decision" value="(\w+)"', page.text)
        self.assertEqual(buttons, ["rejected", "approved", "spam"])

    def test_button_decides_in_the_name_of_the_moderator(self):
        for link, decision in (("approve", "approved"), ("reject", "rejected"), ("spam", "spam")):
            with self.subTest(decision):
                self.comment = self.wait(text=f"Une question {decision}.")
                page = self.press(self.links()[link], decision)
                self.assertEqual(self.status(), decision)
                self.assertContains(page, "Une décision a été prise sur ce commentaire")
                self.assertContains(page, "par carol")
                made = Decision.objects.get(comment=self.comment)
                self.assertEqual((made.before, made.after, made.by), ("pending", decision, self.carol))

    def test_english_page(self):
        ModeratorMail.objects.update(language="en")
        self.wait(text="Encore une.")
        path = next(path for path in links_in(mail.outbox[-1]) if "/comments/moderate/" in path)
        self.assertContains(self.client.get(path), "This comment waits for your decision")

    def test_second_press_does_no_harm(self):
        path = self.links()["approve"]
        seen = seen_on(self.client.get(path))
        for _ in range(2):
            response = self.client.post(path, {"decision": "approved", "seen": seen})
            self.assertRedirects(response, path)
        self.assertEqual(Decision.objects.count(), 1)

    def test_what_was_decided_meanwhile_is_told_and_stays(self):
        path = self.links()["reject"]
        seen = seen_on(self.client.get(path))
        decide(self.comment, "approved", by=make_alice())
        response = self.client.post(path, {"decision": "rejected", "seen": seen})
        self.assertContains(response, "votre décision n’a rien changé", status_code=409)
        self.assertContains(response, "par alice", status_code=409)
        self.assertEqual(self.status(), "approved")
        self.assertNotContains(self.client.get(path), 'name="decision"')

    def test_text_that_changed_since_is_shown_before_it_is_decided_on(self):
        path = self.links()["approve"]
        seen = seen_on(self.client.get(path))
        mend(self.comment, "Un tout autre texte.")
        response = self.client.post(path, {"decision": "approved", "seen": seen})
        self.assertContains(response, "Un tout autre texte.", status_code=409)
        self.assertEqual(self.status(), "pending")
        self.press(path, "approved")
        self.assertEqual(self.status(), "approved")

    def test_account_that_may_no_longer_moderate_decides_nothing(self):
        path = self.links()["approve"]
        seen = seen_on(self.client.get(path))
        self.carol.groups.remove(Group.objects.get(name="moderator"))
        self.assertEqual(self.client.get(path).status_code, 403)
        self.assertEqual(self.client.post(path, {"decision": "approved", "seen": seen}).status_code, 403)
        self.carol.groups.add(Group.objects.get(name="moderator"))
        for change in ({"is_active": False}, {"is_staff": False}, {"password": "another"}, {"email": "c@example.org"}):
            with self.subTest(change):
                before = {name: getattr(self.carol, name) for name in change}
                type(self.carol).objects.filter(pk=self.carol.pk).update(**change)
                self.assertEqual(self.client.post(path, {"decision": "approved", "seen": seen}).status_code, 403)
                type(self.carol).objects.filter(pk=self.carol.pk).update(**before)
        self.assertEqual(self.status(), "pending")

    def test_link_ends_after_two_weeks(self):
        path = self.links()["approve"]
        later = timezone.now().timestamp() + DECIDE_SECONDS + 60
        with mock.patch("django.core.signing.time.time", return_value=later):
            self.assertContains(self.client.post(path), "Cette adresse ne mène plus nulle part", status_code=410)
        self.assertEqual(self.status(), "pending")

    def test_comment_that_is_no_longer_kept_is_told(self):
        path = self.links()["approve"]
        Comment.objects.all().delete()
        self.assertEqual(self.client.get(path).status_code, 410)

    def test_addresses_and_forms_that_are_made_up_change_nothing(self):
        path = self.links()["approve"]
        forged = path.replace("moderer/", "moderer/9")
        self.assertEqual(self.client.get(forged).status_code, 404)
        self.assertEqual(self.client.post("/commentaires/moderer/x/", {}).status_code, 404)
        other = self.links()["choose"].replace("courriels/", "")
        self.assertEqual(self.client.get(other).status_code, 404)
        for data in ({}, {"decision": "removed", "seen": "x"}, {"decision": "approved"}):
            self.assertEqual(self.client.post(path, data).status_code, 400)
        self.assertEqual(self.status(), "pending")


class StoppingTests(AlertCase):
    def test_one_click_of_a_mail_program_stops_it(self):
        self.wait()
        path = self.links()["choose"]
        self.assertEqual(self.client.get(path).status_code, 200)
        self.assertEqual(self.client.post(path, {"List-Unsubscribe": "One-Click"}).status_code, 200)
        self.wait(text="Une deuxième.")
        self.assertEqual(len(mail.outbox), 1)

    def test_page_offers_the_other_ways(self):
        path = choose_address(self.choice).removeprefix(settings.SITE_URL)
        page = self.client.post(path, {"cadence": "daily"})
        self.assertContains(page, "à carol@example.org sur les commentaires en attente\u00a0: une fois par jour.")
        self.assertEqual(ModeratorMail.objects.get().cadence, "daily")
        self.assertEqual(self.client.post(path, {"cadence": "hourly"}).status_code, 400)
        self.assertEqual(self.client.get("/commentaires/moderer/courriels/1:x/").status_code, 404)


class ChoiceTests(FormTestCase, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.carol = make_carol()

    def test_moderator_is_led_to_their_own_choice_and_makes_it(self):
        self.client.force_login(self.carol)
        page = self.client.get(CHOICES, follow=True)
        choice = ModeratorMail.objects.get(user=self.carol)
        self.assertRedirects(self.client.get(CHOICES), f"{CHOICES}{choice.pk}/change/")
        self.assertContains(page, "Aucune\u00a0: qui gère les comptes peut en saisir une.")
        self.client.post(f"{CHOICES}{choice.pk}/change/", {"cadence": "at_once", "language": "en"})
        choice.refresh_from_db()
        self.assertEqual((choice.cadence, choice.language), ("at_once", "en"))

    def test_choice_of_another_is_for_who_manages_accounts(self):
        other = ModeratorMail.objects.create(user=make_alice())
        self.client.force_login(self.carol)
        self.client.post(f"{CHOICES}{other.pk}/change/", {"cadence": "never", "language": "fr"})
        other.refresh_from_db()
        self.assertEqual(other.cadence, "daily")
        self.client.force_login(make_user("root", is_superuser=True))
        self.assertContains(self.client.get(CHOICES), "carol")
        self.client.post(f"{CHOICES}{other.pk}/change/", {"cadence": "never", "language": "fr"})
        other.refresh_from_db()
        self.assertEqual(other.cadence, "never")

    def test_who_does_not_moderate_sees_nothing_of_it(self):
        self.client.force_login(make_bob())
        self.assertEqual(self.client.get(CHOICES).status_code, 403)
        self.assertNotContains(self.client.get("/admin/"), CHOICES)

    def test_address_that_bounced_is_tried_again_when_saved(self):
        choice = ModeratorMail.objects.create(user=self.carol, bounced_at=timezone.now())
        self.client.force_login(self.carol)
        self.client.post(f"{CHOICES}{choice.pk}/change/", {"cadence": "daily", "language": "fr"})
        choice.refresh_from_db()
        self.assertIsNone(choice.bounced_at)
