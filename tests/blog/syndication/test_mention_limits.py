"""How many mentions are taken in and looked at, and who goes first: a flood keeps nobody honest out."""

from contextlib import ExitStack
from datetime import timedelta
from threading import Lock
from time import sleep
from unittest import mock

from django.core.cache import cache
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog.models import Mention
from blog.syndication import mention_limits, mentions
from blog.syndication.mention_limits import BETWEEN_LOOKS, forget_refused
from blog.syndication.mentions import look
from blog.visitors import Limit
from tests.blog.syndication.servers import http, playing
from tests.blog.syndication.test_mentions import LINK, TARGET, MentionsCase, State, Status, site
from tests.factories import make_partner


class LimitTests(MentionsCase):
    def test_ten_thousand_from_one_network_are_limited_and_what_was_acknowledged_is_kept(self):
        answers = [self.send(f"https://site{number}.example/") for number in range(125)]
        taken = [answer for answer in answers if answer.status_code == 201]
        self.assertEqual(len(taken), 120)
        self.assertEqual(Mention.objects.count(), 120)
        self.assertEqual(answers[-1].status_code, 429)
        self.assertEqual(answers[-1].headers["Retry-After"], "3600")

    def test_one_site_cannot_fill_the_queue(self):
        with mock.patch.object(mention_limits, "MOST_OF_SITE", 3):
            answers = [self.send(f"https://carnet.example/{number}").status_code for number in range(5)]
            self.assertEqual(answers, [201, 201, 201, 429, 429])
            # The same again adds nothing to what waits.
            self.assertEqual(self.send("https://carnet.example/1").status_code, 201)
            self.assertEqual(self.send("https://other.example/1").status_code, 201)

    def test_nobody_can_have_one_site_asked_without_end(self):
        two = Limit("of-site", most=2, of_network=2, seconds=60)
        with mock.patch.object(mention_limits, "OF_SITE", two), site("nothing") as theirs:
            for status in (201, 201, 429):
                self.assertEqual(self.send(theirs.address).status_code, status)
                look()
            self.assertEqual(len(theirs.server.requests), 2)

    def test_one_post_cannot_fill_the_queue_and_the_queue_is_bounded(self):
        with mock.patch.object(mention_limits, "MOST_ON_POST", 1):
            self.assertEqual(self.send("https://a.example/").status_code, 201)
            self.assertEqual(self.send("https://b.example/").status_code, 429)
        with mock.patch.object(mention_limits, "MOST_WAITING", 1):
            response = self.client.post("/en/webmention/", {"source": "https://b.example/", "target": TARGET})
            self.assertContains(response, "So many mentions wait", status_code=503)
            self.assertEqual(response.headers["Retry-After"], "600")

    def test_taking_one_costs_the_same_whatever_waits(self):
        self.send("https://a.example/")
        cache.delete("mentions-to-look-at")
        with self.assertNumQueries(12):
            self.send("https://b.example/")


class OrderTests(MentionsCase):
    """Who is known has room and goes first."""

    def make(self, source, **fields):
        with mock.patch.object(mentions, "have_looked"):
            mention = mentions.receive(source, TARGET, self.post)
        Mention.objects.filter(pk=mention.pk).update(**fields)
        return mention

    def test_partner_and_who_was_shown_before_go_before_strangers(self):
        make_partner(site="https://www.carnet.example/blog/")
        self.make("https://shown.example/old", status=Status.APPROVED, state=State.VERIFIED, due_at=None)
        self.make("https://stranger.example/a")
        self.make("https://carnet.example/a")
        self.make("https://shown.example/new")
        now = timezone.now()
        order = [mentions.take_next(now).host for _each in range(3)]
        self.assertEqual(order, ["carnet.example", "shown.example", "stranger.example"])

    def test_partner_has_room_where_strangers_have_none(self):
        make_partner(site="https://carnet.example")
        for limit in ("MOST_WAITING", "MOST_ON_POST", "MOST_TO_DECIDE"):
            with mock.patch.object(mention_limits, limit, 0):
                self.assertIn(self.send("https://stranger.example/a").status_code, {429, 503})
                self.assertEqual(self.send(f"https://carnet.example/{limit}").status_code, 201)
        self.assertEqual(self.send("https://not-carnet.example/").status_code, 201)
        with mock.patch.object(mention_limits, "MOST_WAITING", 0):
            self.assertEqual(self.send("https://carnet.example.evil.example/").status_code, 503)


class LookingAtManyTests(MentionsCase):
    def test_each_host_has_one_connection_and_hosts_are_asked_at_the_same_time(self):
        now, most, lock = {}, {"all": 0}, Lock()

        def answer(request, _connection):
            host = request.partition("Host: ")[2].partition("\r\n")[0]
            with lock:
                now[host] = now.get(host, 0) + 1
                most[host] = max(most.get(host, 0), now[host])
                most["all"] = max(most["all"], sum(now.values()))
            sleep(0.1)
            with lock:
                now[host] -= 1
            return http(LINK)

        with ExitStack() as stack:
            servers = [stack.enter_context(playing(answer, name=name)) for name in ("localhost", "127.0.0.1")]
            for number in range(8):
                self.assertEqual(self.send(f"{servers[number % 2].address}/{number}").status_code, 201)
            look()
        self.assertEqual(set(Mention.objects.values_list("state", "problem_en")), {("verified", "")})
        self.assertGreater(most.pop("all"), 1)
        self.assertEqual(set(most.values()), {1})

    def test_server_that_gives_no_answer_is_asked_once_for_all_its_pages(self):
        with playing(lambda *_: b"", name="localhost") as silent, site() as other:
            for number in range(5):
                self.send(f"{silent.address}/{number}")
            self.send(other.address)
            look()
            self.assertEqual(len(silent.requests), 1)
            self.assertEqual(len(other.server.requests), 1)
        left = Mention.objects.filter(state=State.WAITING)
        self.assertEqual([(each.attempts, each.due_at > timezone.now()) for each in left], [(1, True)] * 5)

    def test_strangers_whose_servers_give_no_answer_do_not_wait_without_end(self):
        with playing(lambda *_: b"") as silent, mock.patch.object(mention_limits, "MOST_TRIED", 0):
            mention = self.receive(f"{silent.address}/a")
        self.assertEqual((mention.state, mention.due_at), (State.REFUSED, None))
        self.assertTrue(mention.problem_en)

    def test_same_again_and_again_is_looked_at_once_a_minute(self):
        with mock.patch.object(mentions, "BETWEEN_LOOKS", BETWEEN_LOOKS), site() as theirs:
            for _again in range(5):
                self.receive(theirs.address)
            self.assertEqual(len(theirs.server.requests), 1)
            look(timezone.now() + BETWEEN_LOOKS)
            self.assertEqual(len(theirs.server.requests), 2)
            look(timezone.now() + 2 * BETWEEN_LOOKS)
            self.assertEqual(len(theirs.server.requests), 2)

    def test_a_hundred_are_one_task(self):
        for number in range(100):
            self.send(f"https://site{number}.example/")
        tasks = DBTaskResult.objects.filter(task_path="blog.tasks.look_at_mentions")
        self.assertEqual(tasks.count(), 1)
        self.assertGreater(tasks.get().run_after, timezone.now() - timedelta(minutes=1))


class ForgettingTests(MentionsCase):
    def test_of_what_came_to_nothing_the_last_ones_are_kept(self):
        for number in range(5):
            mention = mentions.receive(f"https://site{number}.example/", TARGET, self.post)
            state = State.VERIFIED if number == 0 else State.REFUSED
            past = timezone.now() - timedelta(days=10 - number)
            Mention.objects.filter(pk=mention.pk).update(state=state, due_at=None, received_at=past)
        with mock.patch.object(mention_limits, "MOST_REFUSED", 2):
            self.assertEqual(forget_refused(), 2)
            self.assertEqual(forget_refused(), 0)
        hosts = set(Mention.objects.values_list("host", flat=True))
        self.assertEqual(hosts, {"site0.example", "site3.example", "site4.example"})
