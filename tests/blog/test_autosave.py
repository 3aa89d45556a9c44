"""What is typed and not saved: kept for who typed it, offered again, and gone once it is saved."""

import json
from datetime import timedelta
from uuid import uuid4

from django.contrib.admin.models import LogEntry
from django.test import Client, TestCase
from django.utils import timezone

from blog.autosaving import MOST_CHARACTERS, MOST_UNSAVED, forget_old
from blog.models import Authorship, Autosave, Post, Presence
from tests.blog.test_admin_posts import ADD, PostAdminTestCase, change
from tests.factories import make_dora, make_tag, make_user
from tests.forms import read_form

NEW = "/admin/blog/post/add/autosave/"


def kept_at(post: Post) -> str:
    return f"/admin/blog/post/{post.pk}/autosave/"


class AutosaveTestCase(PostAdminTestCase):
    def open(self, address, client=None):
        """Return the fields of a form as the browser has them."""
        html = (client or self.client).get(address).content.decode()
        return read_form(html, "post_form")[0]

    def type(self, address, changes, *, to, user=None, client=None, number=1):
        """Open a form, type in it, and let the script send what stands in it."""
        fields = self.open(address, client) | changes
        return self.send_typed(to, fields, user=user, client=client, number=number)

    def send_typed(self, to, fields, *, user=None, client=None, number=1, **more):
        aside = {"writer": (user or self.alice).pk, "number": number} | more
        return (client or self.client).post(to, fields | aside)

    def type_in_post(self, changes, **kwargs):
        return self.type(change(self.post), changes, to=kept_at(self.post), **kwargs)

    def unsaved(self, user=None):
        return Autosave.objects.unsaved().get(user=user or self.alice)

    def take_up(self, post=None, **kwargs):
        row = self.unsaved(**kwargs)
        return self.open(f"{change(post) if post else ADD}?autosave={row.key}")


class KeepingTests(AutosaveTestCase):
    def test_what_is_typed_is_kept_and_nothing_else_changes(self):
        before = Post.objects.filter(pk=self.post.pk).values().get()
        response = self.type_in_post({"title": "Tapé", "body": "<p>Une phrase.</p>"})
        self.assertEqual(response.status_code, 200)
        self.assertRegex(response.json()["saved"], r"\d\d:\d\d")
        self.assertEqual(Post.objects.filter(pk=self.post.pk).values().get(), before)
        row = self.unsaved()
        self.assertEqual((row.post, row.title), (self.post, "Tapé"))
        self.assertIn(["body", "<p>Une phrase.</p>"], row.data)

    def test_neither_token_nor_buttons_are_kept(self):
        self.type_in_post({"csrfmiddlewaretoken": "x", "step": "published", "_save": "1"})
        names = {name for name, _value in self.unsaved().data}
        self.assertFalse(names & {"csrfmiddlewaretoken", "step", "_save", "writer", "number"})

    def test_readers_see_nothing_of_it(self):
        self.type_in_post({"title": "Tapé en secret"})
        self.assertNotContains(self.client.get(self.post.path()), "Tapé en secret")
        self.assertNotContains(self.client.get("/blog/"), "Tapé en secret")

    def test_a_window_has_one_row_and_two_windows_have_two(self):
        fields = self.open(change(self.post))
        for number, title in enumerate(("Un", "Deux", "Trois"), start=1):
            self.send_typed(kept_at(self.post), fields | {"title": title}, number=number)
        self.type_in_post({"title": "Ailleurs"})
        titles = Autosave.objects.unsaved().order_by("title").values_list("title", flat=True)
        self.assertEqual(list(titles), ["Ailleurs", "Trois"])

    def test_what_arrives_late_does_not_take_the_place_of_what_is_newer(self):
        fields = self.open(change(self.post))
        self.send_typed(kept_at(self.post), fields | {"title": "Nouveau"}, number=7)
        response = self.send_typed(kept_at(self.post), fields | {"title": "Ancien"}, number=6)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.unsaved().title, "Nouveau")

    def test_a_nul_byte_is_left_out(self):
        self.type_in_post({"title": "a\0b", "body": "<p>\0</p>"})
        self.assertEqual(self.unsaved().title, "ab")

    def test_it_costs_the_same_with_many_people(self):
        fields = self.open(change(self.post))
        self.send_typed(kept_at(self.post), fields)
        number = 2
        for people in (0, 5):
            for each in range(people):
                user = make_user(f"editor-{each}", group="editor")
                Presence.objects.note_opened(self.post, user)
            with self.assertNumQueries(14):
                self.send_typed(kept_at(self.post), fields | {"title": "x"}, number=number)
            number += 1


class SavingTests(AutosaveTestCase):
    def test_saving_the_form_forgets_it(self):
        fields = self.open(change(self.post)) | {"title": "Tapé"}
        self.send_typed(kept_at(self.post), fields)
        self.client.post(change(self.post), fields | {"_save": "1"})
        self.assertFalse(Autosave.objects.unsaved().exists())
        self.assertEqual(Autosave.objects.get().data, [])

    def test_a_request_that_was_on_its_way_does_not_bring_it_back(self):
        for fields in (self.open(change(self.post)), self.open(ADD) | {"title": "Neuf"}):
            is_new = fields["title"] == "Neuf"
            self.client.post(ADD if is_new else change(self.post), fields | {"_save": "1"})
            response = self.send_typed(NEW if is_new else kept_at(self.post), fields, number=9)
            self.assertEqual(response.status_code, 409)
            self.assertEqual(response.json()["reason"], "settled")
            self.assertTrue(response.json()["key"])
        self.assertFalse(Autosave.objects.unsaved().exists())

    def test_a_form_that_comes_back_with_an_error_keeps_it(self):
        fields = self.open(ADD) | {"title": "Neuf"}
        self.send_typed(NEW, fields)
        response = self.client.post(ADD, fields | {"step": "published"})
        again, _buttons = read_form(response.content.decode(), "post_form")
        self.assertEqual(again["autosave"], fields["autosave"])
        self.assertEqual(self.unsaved().title, "Neuf")

    def test_the_preview_forgets_nothing(self):
        fields = self.open(change(self.post)) | {"title": "Tapé"}
        self.send_typed(kept_at(self.post), fields)
        self.client.post(f"/admin/blog/post/{self.post.pk}/preview/", fields)
        self.assertEqual(self.unsaved().title, "Tapé")

    def test_a_key_that_is_none_stops_nobody(self):
        for key in ("", "x", "\0", "1" * 400):
            self.send(self.post, {"title": f"Sans clé {len(key)}", "autosave": key, "taken_up": key})
            self.assertEqual(self.post.title, f"Sans clé {len(key)}")

    def test_a_draft_that_is_deleted_takes_what_its_deleter_typed_along_and_nothing_of_others(self):
        self.type(change(self.bobs_draft), {"title": "D’Alice"}, to=kept_at(self.bobs_draft))
        other = Client()
        other.force_login(self.bob)
        self.type(
            change(self.bobs_draft), {"title": "De Bob"}, to=kept_at(self.bobs_draft), user=self.bob, client=other
        )
        self.client.post(f"/admin/blog/post/{self.bobs_draft.pk}/delete/", {"post": "yes"})
        row = Autosave.objects.unsaved().get()
        self.assertEqual((row.title, row.post), ("De Bob", self.bobs_draft))
        self.assertContains(other.get("/admin/"), "De Bob")


class TakingUpTests(AutosaveTestCase):
    def test_it_is_offered_at_the_next_opening(self):
        self.type_in_post({"title": "Tapé"})
        response = self.client.get(change(self.post), headers={"accept-language": "en"})
        self.assertContains(response, "What you typed and did not save")
        self.assertContains(response, f'href="?autosave={self.unsaved().key}"')
        self.assertNotContains(self.client.get(change(self.bobs_draft)), "?autosave=")

    def test_the_form_begins_with_all_that_was_typed(self):
        tag = make_tag()
        typed = {
            "title": "Tapé",
            "standfirst": "Un chapô.",
            "body": "<p>Une phrase.</p>",
            "published_at_0": "02/01/2031",
            "published_at_1": "08:3",
            "disclosure": "client",
            "tags": [str(tag.pk)],
            "comment_policy": "closed",
        }
        self.type_in_post(typed)
        fields = self.take_up(self.post)
        self.assertEqual(
            {name: fields[name] for name in typed}, {n: v if isinstance(v, list) else [v] for n, v in typed.items()}
        )
        self.assertNotContains(self.client.get(f"{change(self.post)}?autosave={self.unsaved().key}"), "errorlist")

    def test_what_was_emptied_is_empty(self):
        self.post.tags.add(make_tag())
        self.type_in_post({"tags": [], "standfirst": "", "body": ""})
        fields = self.take_up(self.post)
        self.assertNotIn("tags", fields)
        self.assertEqual((fields["standfirst"], fields["body"]), ([""], [""]))

    def test_the_byline_comes_back_as_it_was_typed(self):
        typed = {
            "authorships-TOTAL_FORMS": 2,
            "authorships-0-position": 1,
            "authorships-1-author": self.bobs.pk,
            "authorships-1-position": 0,
        }
        self.type_in_post(typed)
        fields = self.take_up(self.post)
        self.assertEqual(fields["authorships-INITIAL_FORMS"], ["1"])
        self.client.post(change(self.post), fields | {"step": "published"})
        self.assertEqual(Post.objects.get(pk=self.post.pk).byline, [self.bobs, self.alices])
        self.assertFalse(Autosave.objects.unsaved().exists())

    def test_rows_that_others_removed_or_added_meanwhile_break_nothing(self):
        self.type_in_post({"authorships-0-position": 5})
        Authorship.objects.filter(post=self.post).delete()
        Authorship.objects.create(post=self.post, author=self.bobs, position=3)
        fields = self.take_up(self.post)
        self.assertEqual(
            (fields["authorships-0-author"], fields["authorships-1-author"]),
            ([str(self.bobs.pk)], [str(self.alices.pk)]),
        )
        self.assertEqual(fields["authorships-1-position"], ["5"])

    def test_a_tribune_that_was_typed_comes_back(self):
        self.type_in_post(
            {"tribunes-TOTAL_FORMS": 1, "tribunes-0-title": "Chez eux", "tribunes-0-url": "pas une adresse"}
        )
        fields = self.take_up(self.post)
        self.assertEqual((fields["tribunes-0-title"], fields["tribunes-0-url"]), (["Chez eux"], ["pas une adresse"]))

    def test_nonsense_comes_back_as_it_was_typed(self):
        nonsense = {
            "category": "x",
            "cover": "-1",
            "event": "9" * 30,
            "tags": ["z"],
            "comment_days": "-5",
            "language": "de",
        }
        self.type_in_post(nonsense | {"authorships-TOTAL_FORMS": "9" * 9, "tribunes-TOTAL_FORMS": "x"})
        self.assertEqual(self.client.get(f"{change(self.post)}?autosave={self.unsaved().key}").status_code, 200)
        self.assertEqual(self.client.get(f"/admin/blog/post/autosave/{self.unsaved().key}/").status_code, 200)

    def test_who_takes_up_an_old_text_is_told_that_somebody_saved_since(self):
        self.type_in_post({"title": "De la première"})
        self.send(self.post, {"title": "Du second"})
        fields = self.take_up(self.post)
        response = self.client.post(change(self.post), fields | {"_save": "1"})
        self.assertEqual(response.status_code, 200)
        self.assertContains(response, "De la première")
        self.assertEqual(Post.objects.get(pk=self.post.pk).title, "Du second")

    def test_typing_on_goes_on_in_the_new_window_alone(self):
        self.type_in_post({"title": "Un"})
        old = self.unsaved()
        fields = self.take_up(self.post)
        self.assertEqual(fields["taken_up"], [str(old.key)])
        self.assertNotEqual(fields["autosave"], fields["taken_up"])
        self.send_typed(kept_at(self.post), fields | {"title": "Deux"})
        self.assertEqual(self.unsaved().title, "Deux")
        late = self.send_typed(kept_at(self.post), fields | {"autosave": str(old.key), "taken_up": ""}, number=99)
        self.assertEqual(late.json()["reason"], "settled")

    def test_a_new_article_is_found_again(self):
        self.type(ADD, {"title": "Neuf", "body": "<p>Une phrase.</p>"}, to=NEW)
        self.assertContains(self.client.get(ADD), "Neuf")
        self.assertContains(self.client.get("/admin/"), "Neuf")
        fields = self.take_up()
        self.client.post(ADD, fields | {"_save": "1"})
        self.assertEqual(Post.objects.latest("pk").body, "<p>Une phrase.</p>")
        self.assertNotContains(self.client.get(ADD), "?autosave=")

    def test_an_unsaved_text_that_is_gone_is_said_to_be(self):
        for key in (uuid4(), "x"):
            response = self.client.get(f"{change(self.post)}?autosave={key}", headers={"accept-language": "en"})
            self.assertContains(response, "no longer there")

    def test_it_is_discarded_by_a_button(self):
        self.type_in_post({"title": "Tapé"})
        response = self.client.post(f"/admin/blog/post/autosave/{self.unsaved().key}/discard/")
        self.assertRedirects(response, change(self.post))
        self.assertFalse(Autosave.objects.unsaved().exists())
        self.assertEqual(self.client.get(f"/admin/blog/post/autosave/{uuid4()}/discard/").status_code, 405)

    def test_what_would_change_is_shown(self):
        self.type_in_post(
            {
                "title": "Président numérique : une idée ?",
                "body": "<p>Une réponse revient.</p>",
                "comment_policy": "closed",
            }
        )
        response = self.client.get(f"/admin/blog/post/autosave/{self.unsaved().key}/")
        self.assertContains(response, "<del>bonne </del>", html=False)
        self.assertContains(response, "<ins>")
        self.assertContains(response, "Commentaires")


class RefusalTests(AutosaveTestCase):
    def reason(self, response):
        self.assertEqual(response.headers["Content-Type"], "application/json")
        self.assertTrue(response.json()["words"])
        return response.status_code, response.json()["reason"]

    def test_junk_is_refused_in_words(self):
        fields = self.open(change(self.post))
        for junk in (
            {"number": "x"},
            {"number": "-1"},
            {"number": 2**53},
            {"writer": ""},
            {"autosave": "x"},
            {"autosave": ""},
            {"taken_up": "\0"},
        ):
            with self.subTest(junk=junk):
                answer = self.client.post(kept_at(self.post), fields | {"writer": self.alice.pk, "number": 1} | junk)
                self.assertEqual(self.reason(answer), (400, "unreadable"))
        self.assertEqual(self.reason(self.client.post(kept_at(self.post))), (400, "unreadable"))
        self.assertEqual(self.client.get(kept_at(self.post)).status_code, 405)

    def test_more_than_a_post_can_be_is_refused(self):
        answer = self.type_in_post({"body": "x" * MOST_CHARACTERS})
        self.assertEqual(self.reason(answer), (413, "too-long"))

    def test_more_texts_than_anybody_looks_through_are_refused(self):
        Autosave.objects.bulk_create(
            [Autosave(user=self.alice, key=uuid4(), number=1) for _each in range(MOST_UNSAVED)]
        )
        self.assertEqual(self.reason(self.type_in_post({})), (409, "too-many"))

    def test_somebody_else_in_this_browser_gets_nothing_of_it(self):
        answer = self.send_typed(kept_at(self.post), self.open(change(self.post)), user=self.bob)
        self.assertEqual(self.reason(answer), (409, "other-user"))
        self.assertFalse(Autosave.objects.exists())

    def test_a_post_that_is_gone_is_said_to_be(self):
        fields = self.open(change(self.bobs_draft))
        self.bobs_draft.delete()
        for address in (
            kept_at(self.bobs_draft) if self.bobs_draft.pk else "/admin/blog/post/99999/autosave/",
            f"/admin/blog/post/{9**30}/autosave/",
        ):
            self.assertEqual(self.reason(self.send_typed(address, fields)), (404, "gone"))

    def test_each_role_keeps_what_it_may_write(self):
        may = {"alice": {kept_at(self.post), kept_at(self.bobs_draft), NEW}, "bob": {kept_at(self.bobs_draft), NEW}}
        users = {
            "alice": self.alice,
            "bob": self.bob,
            "carol": self.carol,
            "dora": make_dora(),
            "eve": make_user("eve", group="contributor"),
        }
        for name, user in users.items():
            self.client.force_login(user)
            for address in (kept_at(self.post), kept_at(self.bobs_draft), NEW):
                with self.subTest(name=name, address=address):
                    answer = self.send_typed(address, {"autosave": str(uuid4()), "title": "Forgé"}, user=user)
                    is_allowed = address in may.get(name, ())
                    self.assertEqual(answer.status_code == 200, is_allowed)
                    if not is_allowed:
                        self.assertIn(self.reason(answer)[0], (401, 403, 404))
        self.client.logout()
        answer = self.send_typed(NEW, {"autosave": str(uuid4())})
        self.assertEqual(self.reason(answer), (401, "logged-out"))
        self.assertEqual({row.user_id for row in Autosave.objects.all()}, {self.alice.pk, self.bob.pk})

    def test_a_forged_form_of_another_site_keeps_nothing(self):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.alice)
        answer = self.send_typed(NEW, {"autosave": str(uuid4())}, client=strict)
        self.assertEqual(answer.status_code, 403)
        self.assertFalse(Autosave.objects.exists())

    def test_nobody_sees_what_others_typed(self):
        self.type_in_post({"title": "D’Alice"})
        key = self.unsaved().key
        self.client.force_login(make_user("anne", group="editor"))
        self.assertNotContains(self.client.get(f"{change(self.post)}?autosave={key}"), "D’Alice")
        self.assertEqual(self.client.get(f"/admin/blog/post/autosave/{key}/").status_code, 404)
        self.assertEqual(self.client.post(f"/admin/blog/post/autosave/{key}/discard/").status_code, 404)
        self.assertTrue(Autosave.objects.unsaved().filter(key=key).exists())

    def test_what_an_author_types_in_a_post_that_was_published_meanwhile_is_kept_apart(self):
        self.client.force_login(self.bob)
        fields = self.open(change(self.bobs_draft)) | {"title": "De Bob", "body": "<p>Sa phrase.</p>"}
        Post.objects.filter(pk=self.bobs_draft.pk).update(
            status="published", published_at=timezone.now(), disclosure="none", category=self.category
        )
        answer = self.send_typed(kept_at(self.bobs_draft), fields, user=self.bob)
        self.assertEqual(self.reason(answer), (403, "forbidden"))
        response = self.client.post(change(self.bobs_draft), fields | {"_save": "1"}, follow=True)
        self.assertContains(response, "Sa phrase.")
        self.assertEqual(Post.objects.get(pk=self.bobs_draft.pk).title, "Brouillon")
        again = self.open(f"{ADD}?autosave={self.unsaved(self.bob).key}")
        self.assertEqual(again["body"], ["<p>Sa phrase.</p>"])


class PresenceTests(AutosaveTestCase):
    def setUp(self):
        super().setUp()
        self.anne = make_user("anne", group="editor", first_name="Anne", last_name="Morvan")
        self.other = Client(headers={"accept-language": "en"})
        self.other.force_login(self.anne)

    def call(self, **more):
        fields = {"autosave": str(uuid4()), "is_call": "on"} | more
        return self.send_typed(kept_at(self.post), fields, user=self.anne, client=self.other).json()

    def test_who_opened_a_post_is_seen_without_a_script(self):
        self.client.get(change(self.post))
        Presence.objects.update(opened_at=timezone.now() - timedelta(minutes=3))
        self.assertContains(self.other.get(change(self.post)), "Yann Gourvennec opened this post 3 minutes ago.")
        self.assertNotContains(self.client.get(change(self.bobs_draft)), "Anne")

    def test_who_has_it_open_is_seen_and_a_minute_later_no_more(self):
        self.send_typed(kept_at(self.post), {"autosave": str(uuid4()), "is_call": "on"})
        self.assertIn("Yann Gourvennec has this post open", self.call()["people"][0])
        Presence.objects.filter(user=self.alice).update(seen_at=timezone.now() - timedelta(seconds=70))
        self.assertEqual(self.call()["people"], [])

    def test_who_writes_is_said_to_write(self):
        self.type_in_post({"title": "Tapé"})
        self.assertIn("is writing here, since", self.call()["people"][0])

    def test_who_saved_meanwhile_is_named(self):
        seen = self.open(change(self.post), self.other)["seen"]
        self.assertEqual(self.call(seen=seen)["warnings"], [])
        self.send(self.post, {"title": "Retouché"})
        self.assertRegex(self.call(seen=seen)["warnings"][0], r"Yann Gourvennec saved this post at \d\d:\d\d")
        LogEntry.objects.all().delete()
        self.assertIn("was changed at", self.call(seen=seen)["warnings"][0])

    def test_a_second_window_of_ones_own_is_told(self):
        self.type_in_post({"title": "Un"})
        answer = self.type_in_post({"title": "Deux"}).json()
        self.assertEqual(len(answer["warnings"]), 1)

    def test_who_may_not_write_is_not_there(self):
        self.client.force_login(self.bob)
        self.client.get(change(self.post))
        self.assertFalse(Presence.objects.filter(user=self.bob).exists())


class ForgettingTests(TestCase):
    def test_old_texts_go_after_a_month_and_marks_after_a_day(self):
        user, now = make_user("alice"), timezone.now()
        for number, (saved, settled) in enumerate(((29, None), (31, None), (0, 0), (5, 2))):
            Autosave.objects.create(
                user=user,
                key=uuid4(),
                number=number,
                saved_at=now - timedelta(days=saved),
                settled_at=None if settled is None else now - timedelta(days=settled),
            )
        forget_old()
        self.assertEqual(sorted(Autosave.objects.values_list("number", flat=True)), [0, 2])


class LanguageTests(AutosaveTestCase):
    def test_the_script_speaks_the_language_of_the_admin(self):
        for language, words in (("en", "You are logged out: nothing is lost."), ("fr", "")):
            html = self.client.get(ADD, headers={"accept-language": language}).content.decode()
            self.assertIn(f'<html lang="{language}"', html)
            if words:
                self.assertIn(words, html)

    def test_answers_are_in_words_of_the_reader(self):
        answer = self.client.post(NEW, headers={"accept-language": "en"})
        self.assertEqual(json.loads(answer.content)["words"], "What was sent to be kept could not be read.")
