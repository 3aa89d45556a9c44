"""A translation beside its original: shown, written, marked where the original has changed, in each of its states."""

from django.test import SimpleTestCase

from blog.binning import put_in_bin
from blog.models import Post, Revision
from blog.revising import record
from blog.side_by_side import align, body_sent, read_block, write_block
from blog.translating import start_translation
from tests.blog.test_admin_posts import LIST, PostAdminTestCase, change
from tests.factories import make_image, make_translation
from tests.forms import read_form

BODY = (
    "<p>Le premier paragraphe parle du numérique.</p>\n<h2>Pourquoi</h2>\n"
    "<p>Le second cite <em>un mot</em> et un chiffre, 42.</p>\n<ul><li>Un</li><li>Deux</li></ul>"
)
ENGLISH = (
    "<p>The first paragraph is about digital matters.</p>\n<h2>Why</h2>\n"
    "<p>The second has <em>a word</em> and a number, 42.</p>\n<ul><li>One</li><li>Two</li></ul>"
)


def sides(post: Post) -> str:
    return f"{LIST}{post.pk}/translation/"


class SidesTestCase(PostAdminTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.post.body = BODY
        cls.post.save()
        record(cls.post)

    def begin(self) -> Post:
        """Start the translation, as one does from the page of an original without one."""
        response = self.client.post(f"{LIST}{self.post.pk}/translate/")
        draft = Post.objects.get(translation_of=self.post)
        self.assertRedirects(response, sides(draft))
        return draft

    def translated(self, **overrides) -> Post:
        """Return a translation that was said to be up to date."""
        draft = self.begin()
        Post.objects.filter(pk=draft.pk).update(title="Digital president", body=ENGLISH)
        draft = Post.objects.get(pk=draft.pk)
        self.save(draft, {"is_up_to_date": "on"})
        Post.objects.filter(pk=draft.pk).update(**overrides)
        return Post.objects.get(pk=draft.pk)

    def rows(self, post: Post) -> list:
        return [row for row, _kind in self.client.get(sides(post)).context["rows"]]

    def save(self, post: Post, changes: dict, **kwargs):
        response = self.fill(sides(post), "post_form", changes, **kwargs)
        post.refresh_from_db()
        return response


class BeginningTests(SidesTestCase):
    def test_an_original_without_one_offers_to_begin_it(self):
        self.assertContains(self.client.get(sides(self.post)), f'action="{LIST}{self.post.pk}/translate/"')
        draft = self.begin()
        self.assertEqual((draft.translation_state, draft.body), ("work", self.post.body))
        self.assertRedirects(self.client.get(sides(self.post)), sides(draft))

    def test_there_is_never_a_second_one(self):
        draft = self.translated()
        self.client.post(f"{LIST}{self.post.pk}/translate/")
        self.assertEqual(Post.objects.get(translation_of=self.post).body, draft.body)

    def test_what_is_wanted_is_to_do_until_somebody_begins(self):
        self.send(self.post, {"is_wanted": "on"})
        self.assertEqual(self.post.translation_state, "todo")
        self.assertContains(self.client.get(f"{LIST}?translation=todo"), self.post.title)
        self.send(self.post, {"title": "Retouché"}, button="_save")
        self.assertEqual(self.post.translation_state, "todo")
        self.begin()
        self.post.refresh_from_db()
        self.assertEqual(self.post.translation_state, "")

    def test_it_is_wanted_at_once_whatever_is_in_the_working_copy(self):
        self.send(self.post, {"is_wanted": "on", "title": "Retouché"}, button="_save")
        self.assertEqual(self.post.translation_state, "todo")
        self.send(self.post, {"is_wanted": ""}, button="_save")
        self.assertEqual(self.post.translation_state, "")


class SideBySideTests(SidesTestCase):
    def test_each_paragraph_stands_beside_its_translation(self):
        rows = self.rows(self.translated())
        self.assertEqual(
            [(row.block.kind, row.is_there, row.is_changed) for row in rows],
            [("p", True, False), ("h2", True, False), ("p", True, False), ("ul", True, False)],
        )
        self.assertIn("premier paragraphe", rows[0].original)
        self.assertEqual(rows[0].block.words, "The first paragraph is about digital matters.")

    def test_what_is_written_there_is_saved_and_is_a_version(self):
        draft = self.translated()
        typed = {"title": "A president", "standfirst": "Short.", "words-0": "Another <strong>first</strong>."}
        self.assertRedirects(self.save(draft, typed), sides(draft))
        self.assertEqual((draft.title, draft.standfirst), ("A president", "Short."))
        self.assertEqual(
            draft.body,
            ENGLISH.replace("The first paragraph is about digital matters.", "Another <strong>first</strong>."),
        )
        self.assertEqual(Revision.objects.of(draft).first().content["title"], "A president")
        self.assertEqual(draft.translation_state, "done")

    def test_what_nobody_touched_is_left_as_it_is(self):
        draft = self.translated()
        before = {name: getattr(draft, name) for name in ("body", "category_id", "disclosure", "published_at", "slug")}
        versions = Revision.objects.of(draft).count()
        self.save(draft, {})
        self.assertEqual({name: getattr(draft, name) for name in before}, before)
        self.assertEqual((draft.byline, Revision.objects.of(draft).count()), ([self.alices], versions))

    def test_what_no_text_may_hold_is_cleaned(self):
        draft = self.translated()
        self.save(
            draft, {"words-0": '<img src=x onerror=alert(1)><script>1</script>A <a href="javascript:x">word</a>.'}
        )
        self.assertIn("<p>A word.</p>", draft.body)
        self.save(draft, {"frame-0": "<script>", "frame-1": "nonsense", "words-1": "Still there"})
        self.assertIn("<p>Still there</p>", draft.body)

    def test_a_paragraph_is_divided_taken_out_and_put_in(self):
        draft = self.translated()
        self.save(draft, {"words-0": "One.\r\n\r\nTwo.", "words-1": ""})
        self.assertTrue(draft.body.startswith("<p>One.</p>\n<p>Two.</p>\n<p>The second"))
        rows = self.rows(draft)
        self.assertEqual(len(rows), 5)
        heading = next(row for row in rows if "Pourquoi" in row.original)
        self.assertFalse(heading.is_there)
        self.save(draft, {f"words-{heading.number}": "Why again"})
        self.assertIn("<h2>Why again</h2>", draft.body)

    def test_a_published_one_is_changed_in_its_working_copy(self):
        draft = self.translated()
        draft.standfirst = "Short."
        self.send(draft, {"standfirst": "Short."}, button="step=published")
        self.save(draft, {"words-0": "Not out yet."})
        self.assertEqual(draft.body, ENGLISH)
        self.assertIn("Not out yet.", Revision.objects.waiting_for(draft).content["body"])
        self.assertEqual(self.rows(draft)[0].block.words, "Not out yet.")
        self.save(draft, {}, button="step=published")
        self.assertIn("Not out yet.", draft.body)

    def test_the_second_who_saves_overwrites_nothing(self):
        draft = self.translated()
        fields, _buttons = read_form(self.client.get(sides(draft)).content.decode(), "post_form")
        self.save(draft, {"words-0": "Hers."})
        response = self.client.post(sides(draft), fields | {"words-2": "His.", "_save": "1"})
        self.assertContains(response, "His.")
        self.assertContains(response, f'action="{change(draft)}"')
        draft.refresh_from_db()
        self.assertIn("Hers.", draft.body)
        self.assertNotIn("His.", draft.body)
        form, _buttons = read_form(response.content.decode(), "post_form")
        response = self.client.post(change(draft), form | {"_merge": response.context["conflict"].token})
        self.assertContains(response, "His.")
        self.assertContains(response, "Hers.")

    def test_a_form_that_lacks_its_title_comes_back_with_all_that_was_typed(self):
        draft = self.translated()
        response = self.save(draft, {"title": "", "words-0": "Typed for long."})
        self.assertContains(response, "Typed for long.")
        self.assertTrue(draft.title)

    def test_pictures_show_what_the_library_says_in_the_language_of_the_translation(self):
        image = make_image(alt_en="")
        self.post.body = BODY + f'<figure data-image="{image.pk}"><figcaption>Légende</figcaption></figure>'
        self.post.save()
        draft = self.begin()
        response = self.client.get(sides(draft))
        self.assertContains(response, f"/admin/blog/image/{image.pk}/change/#id_alt_en")
        row = self.rows(draft)[-1]
        self.assertEqual((row.block.kind, row.picture.alt, row.block.words), ("figure", "", "Légende"))
        self.save(draft, {f"words-{row.number}": "Caption"})
        self.assertIn(f'<figure data-image="{image.pk}"><figcaption>Caption</figcaption></figure>', draft.body)
        fields, _buttons = read_form(self.client.get(sides(draft)).content.decode(), "post_form")
        fields.pop(f"kept-{row.number}")
        self.client.post(sides(draft), fields)
        draft.refresh_from_db()
        self.assertNotIn("figure", draft.body)

    def test_what_is_typed_is_kept_and_taken_up_there(self):
        draft = self.translated()
        fields, _buttons = read_form(self.client.get(sides(draft)).content.decode(), "post_form")
        key = fields["autosave"][0]
        sent = fields | {"words-0": "Half a sentence", "writer": self.alice.pk, "number": 5}
        response = self.client.post(f"{LIST}{draft.pk}/autosave/", sent)
        self.assertIn("saved", response.json())
        self.assertContains(self.client.get(sides(draft)), f"?autosave={key}")
        self.assertContains(self.client.get(f"{sides(draft)}?autosave={key}"), "Half a sentence</textarea>")
        self.assertContains(self.client.get(f"{change(draft)}?autosave={key}"), "Half a sentence")
        draft.refresh_from_db()
        self.assertEqual(draft.body, ENGLISH)

    def test_it_costs_the_same_for_a_long_text(self):
        draft = self.translated()
        self.client.get(sides(draft))
        with self.assertNumQueries(COST):
            self.client.get(sides(draft))
        for post, word in ((self.post, "mot"), (draft, "word")):
            body = "\n".join(f"<p>{word} {number}</p>" for number in range(60))
            Post.objects.filter(pk=post.pk).update(body=body)
        with self.assertNumQueries(COST):
            self.assertGreater(len(self.rows(draft)), 60)


# Among them the presence of who looks, and what they may have typed and not saved.
COST = 20


class MarkingTests(SidesTestCase):
    def test_what_changed_in_the_original_is_marked_at_the_words(self):
        draft = self.translated()
        self.send(self.post, {"body": BODY.replace("parle du numérique", "parle de politique"), "title": "Autre titre"})
        draft.refresh_from_db()
        self.assertEqual(draft.translation_state, "outdated")
        response = self.client.get(sides(draft))
        first, *others = [row for row, _kind in response.context["rows"]]
        self.assertIn("<del>du numérique.</del><ins>de politique.</ins>", first.original)
        self.assertEqual([row.is_changed for row in others], [False, False, False])
        self.assertContains(response, "<ins>Autre titre</ins>")
        self.assertContains(response, 'href="#row-title"')

    def test_a_paragraph_that_came_in_and_one_that_went(self):
        draft = self.translated()
        body = BODY.replace("<h2>", "<p>Tout à fait neuf.</p>\n<h2>").replace("<ul><li>Un</li><li>Deux</li></ul>", "")
        self.send(self.post, {"body": body})
        rows = self.rows(draft)
        self.assertEqual(
            [(row.is_changed, row.is_gone, row.is_there) for row in rows],
            [
                (False, False, True),
                (True, False, False),
                (False, False, True),
                (False, False, True),
                (True, True, True),
            ],
        )
        self.save(draft, {"words-1": "Quite new.", "words-4": "", "is_up_to_date": "on"})
        self.assertEqual(draft.translation_state, "done")
        self.assertNotIn("<ul>", draft.body)
        self.assertEqual([row.is_changed for row in self.rows(draft)], [False] * 4)

    def test_only_who_says_so_makes_it_up_to_date(self):
        draft = self.translated()
        self.send(self.post, {"title": "Autre titre"})
        self.save(draft, {"title": "Another title"})
        self.assertEqual(draft.translation_state, "outdated")
        self.save(draft, {"is_up_to_date": "on"})
        self.assertEqual(draft.translation_state, "done")

    def test_it_is_up_to_date_with_what_stood_beside_it(self):
        draft = self.translated()
        self.send(self.post, {"title": "Autre titre"})
        fields, _buttons = read_form(self.client.get(sides(draft)).content.decode(), "post_form")
        self.send(self.post, {"title": "Encore un autre"})
        self.client.post(sides(draft), fields | {"title": "Another title", "is_up_to_date": "on"})
        draft.refresh_from_db()
        self.assertEqual((draft.title, draft.translation_state), ("Another title", "outdated"))
        self.assertContains(self.client.get(sides(draft)), "<ins>Encore un autre</ins>")
        self.assertContains(self.client.get(sides(draft)), "<del>Autre titre</del>")

    def test_of_a_published_one_it_counts_once_readers_have_it(self):
        draft = self.translated(status="published", published_at=self.post.published_at, standfirst="Short.")
        self.send(self.post, {"title": "Autre titre"})
        self.save(draft, {"title": "Another title", "is_up_to_date": "on"})
        self.assertEqual(draft.translation_state, "outdated")
        self.send(draft, {})
        self.assertEqual((draft.title, draft.translation_state), ("Another title", "done"))

    def test_spaces_quotation_marks_and_bold_letters_leave_it_up_to_date(self):
        draft = self.translated()
        body = BODY.replace("un mot", "un  mot").replace("<p>Le second", "<p>Le <strong>second</strong>")
        self.send(self.post, {"body": body, "title": self.post.title.replace(" ?", "\u202f?")})
        draft.refresh_from_db()
        self.assertEqual(draft.translation_state, "done")

    def test_a_picture_or_a_link_that_changes_does_not(self):
        draft = self.translated()
        self.send(self.post, {"body": BODY.replace("Le premier", 'Le <a href="https://example.org/">premier</a>')})
        draft.refresh_from_db()
        self.assertEqual(draft.translation_state, "outdated")

    def test_a_change_that_is_taken_back_is_none(self):
        draft = self.translated()
        title = self.post.title
        self.send(self.post, {"title": "Autre titre"})
        self.send(self.post, {"title": title})
        draft.refresh_from_db()
        self.assertEqual(draft.translation_state, "done") if draft.is_published() else self.assertEqual(
            draft.translation_state, "work"
        )

    def test_a_small_correction_leaves_it_up_to_date(self):
        draft = self.translated()
        self.send(self.post, {"title": "Président numérisé", "is_small_correction": "on"})
        draft.refresh_from_db()
        self.assertEqual(draft.translation_state, "done")
        self.assertEqual(self.client.get(sides(draft)).context["changed"], [])
        self.send(self.post, {"title": "Tout autre"})
        self.assertContains(self.client.get(sides(draft)), "<del>Président numérisé</del>")

    def test_a_small_correction_hides_no_change_before_it(self):
        draft = self.translated()
        self.send(self.post, {"title": "Autre titre"})
        self.send(self.post, {"standfirst": "Un chapeau.", "is_small_correction": "on"})
        draft.refresh_from_db()
        self.assertEqual(draft.translation_state, "outdated")
        self.assertContains(self.client.get(sides(draft)), "<ins>Autre titre</ins>")

    def test_what_was_made_of_a_working_copy_is_compared_with_it(self):
        self.send(self.post, {"title": "En chantier"}, button="_save")
        draft = self.begin()
        self.assertEqual(draft.title, "En chantier")
        self.assertEqual(self.client.get(sides(draft)).context["left"]["title"], "En chantier")
        self.send(self.post, {"title": "Encore en chantier"})
        draft.refresh_from_db()
        self.assertEqual(draft.translation_state, "outdated")
        self.assertContains(self.client.get(sides(draft)), "<del>En </del>")

    def test_without_a_version_of_then_nothing_is_marked_and_that_is_said(self):
        draft = make_translation(self.post, status="draft", published_at=None, translated_revision=1)
        Revision.objects.all().delete()
        response = self.client.get(sides(draft), headers={"accept-language": "en"})
        self.assertFalse(response.context["is_base_known"])
        self.assertContains(response, "nothing is marked")


class NothingIsLostTests(SidesTestCase):
    def typed(self, draft: Post) -> dict:
        fields, _buttons = read_form(self.client.get(sides(draft)).content.decode(), "post_form")
        return fields | {"words-0": "Typed for long.", "_save": "1"}

    def test_what_is_sent_after_the_two_were_untied_is_saved(self):
        draft = self.translated()
        typed = self.typed(draft)
        Post.objects.filter(pk=draft.pk).update(translation_of=None, translation_state="")
        self.client.post(sides(draft), typed)
        draft.refresh_from_db()
        self.assertIn("Typed for long.", draft.body)

    def test_what_is_sent_to_what_is_gone_is_kept(self):
        draft = self.translated()
        typed = self.typed(draft)
        put_in_bin(draft)
        response = self.client.post(sides(draft), typed, follow=True)
        self.assertContains(response, "Typed for long.")

    def test_what_is_sent_without_a_session_comes_back(self):
        draft = self.translated()
        typed = self.typed(draft)
        self.client.logout()
        response = self.client.post(sides(draft), typed, headers={"sec-fetch-site": "same-origin"})
        self.assertContains(response, "Typed for long.", status_code=403)


class RoleTests(SidesTestCase):
    def test_others_texts_are_not_theirs_to_translate(self):
        draft = self.translated()
        self.client.force_login(self.bob)
        self.assertEqual(self.client.get(sides(draft)).status_code, 404)
        self.client.post(sides(draft), {"title": "Forged", "frame-0": "<p></p>"})
        self.assertEqual(self.client.post(f"{LIST}{self.post.pk}/translate/").status_code, 404)
        self.client.force_login(self.carol)
        self.assertIn(self.client.get(sides(draft)).status_code, (403, 404))
        draft.refresh_from_db()
        self.assertEqual(draft.title, "Digital president")

    def test_a_contributor_translates_their_own_and_publishes_nothing(self):
        draft = start_translation(self.bobs_draft)
        self.client.force_login(self.bob)
        self.save(draft, {"title": "Mine"})
        self.assertEqual(draft.title, "Mine")
        fields, _buttons = read_form(self.client.get(sides(draft)).content.decode(), "post_form")
        self.client.post(sides(draft), fields | {"step": "published"})
        draft.refresh_from_db()
        self.assertEqual(draft.status, "draft")

    def test_it_speaks_english(self):
        response = self.client.get(sides(self.translated()), headers={"accept-language": "en"})
        self.assertContains(response, "Side by side")


class BlockTests(SimpleTestCase):
    def test_a_block_is_read_and_written_again(self):
        for source in (
            "<p>Un <em>mot</em>.</p>",
            '<h3 lang="en">A word</h3>',
            "<hr>",
            '<figure data-image="3"></figure>',
            '<figure data-video="https://example.org/v" data-size="wide"><figcaption>Vu</figcaption></figure>',
            '<aside data-kind="note"><header>Titre</header><p>Un</p></aside>',
            "<pre><code>  if x:\n    y</code></pre>",
            "<blockquote><p>Cité</p><footer>Elle</footer></blockquote>",
            "<p></p>",
        ):
            block = read_block(source)
            self.assertEqual(write_block(block.frame, block.words), source if block.words or block.is_wordless else "")

    def test_nonsense_is_text(self):
        self.assertEqual(
            body_sent([("words-0", "a"), ("frame-1", "x"), ("words-1", "b"), ("words-x", "c")]), "<p>a</p>\n<p>b</p>"
        )

    def test_what_translates_what_is_found_by_kind_length_and_what_stays(self):
        french = [
            "<p>Un long paragraphe qui parle de Nîmes et de 1984.</p>",
            "<p>Court.</p>",
            "<h2>Titre</h2>",
            "<p>Fin.</p>",
        ]
        english = ["<p>Short.</p>", "<h2>Title</h2>", "<p>End.</p>"]
        self.assertEqual(align(french, english), [(0, None), (1, 0), (2, 1), (3, 2)])
        self.assertEqual(align([], english[:1]), [(None, 0)])
        self.assertEqual(align(french[:1], []), [(0, None)])
