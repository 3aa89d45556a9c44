"""Two editors on one post: who saves second is shown what the other did, and can have both put together."""

from dataclasses import dataclass, field

from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authors.written_numbers import read_number
from blog.admin.filling import fill_formset, typed, typed_byline, typed_claims
from blog.admin.revisions import body_difference, fact_differences, initial_of
from blog.markup import is_key
from blog.merging import merge_bodies, merge_sets
from blog.models import Authorship, Claim, Post, Revision
from blog.revising import BYLINE, CLAIMS, SETS, content_of, keys
from blog.syndication.comparing import Piece, mark_words


def newest_content(post: Post) -> tuple[dict, Revision | None]:
    """Return what the form of a post holds when it is opened now, and the revision that says so."""
    waiting = Revision.objects.waiting_for(post)
    if waiting:
        return waiting.content, waiting
    return content_of(Post.objects.get(pk=post.pk)), Revision.objects.of(post).first()


def content_at(post: Post, token: str) -> dict | None:
    """Return what the post said when a form with this token was opened; None where no version of then was kept."""
    number = read_number(token.partition("/")[0])
    if number is None:
        return None
    # Before the first version is what the first version says: it is noted ahead of the first change.
    return Revision.objects.filter(post=post, number=number or 1).values_list("content", flat=True).first()


@dataclass
class Conflict:
    """What another person did to a post while a form was open: ``before``, ``theirs``, and by whom and when."""

    token: str
    before: dict
    theirs: dict
    revision: Revision | None
    notes: list[str] = field(default_factory=list)

    @property
    def language(self) -> str:
        return self.theirs["language"]

    @property
    def title_pieces(self) -> list[Piece]:
        return list(mark_words(self.before["title"], self.theirs["title"]))

    @property
    def standfirst_pieces(self) -> list[Piece]:
        return list(mark_words(self.before["standfirst"], self.theirs["standfirst"]))

    @property
    def body(self) -> SafeString:
        return body_difference(self.before, self.theirs)

    @property
    def facts(self) -> list[dict]:
        return fact_differences(self.before, self.theirs)


def find_conflict(post: Post, token: str) -> Conflict | None:
    """Return what was done to a post since a form was opened, where that can be told."""
    before = content_at(post, token)
    if before is None:
        return None
    theirs, revision = newest_content(post)
    return Conflict(token, before, theirs, revision)


def merge_into(form: ModelForm, conflict: Conflict) -> None:
    """Put their changes into what was typed in ``form``: what both changed in their own ways is noted, and kept."""
    before, theirs = (initial_of(content, form.fields) for content in (conflict.before, conflict.theirs))
    for name, their_value in theirs.items():
        if before[name] == their_value:
            continue
        value, note = _merge_field(form, name, before[name], their_value, conflict.theirs)
        for key, values in typed(form, {name: value}).lists() if value is not None else ():
            form.data.setlist(key, values)
        if note:
            conflict.notes.append(note)


def _merge_field(form: ModelForm, name: str, before, theirs, their_content: dict) -> tuple:
    """Return the value that a field gets, or None where what was typed stays, and what is to be said about it."""
    bound = form[name]
    if not bound.field.has_changed(before, bound.data):
        return theirs if theirs is not None else "", ""
    if not bound.field.has_changed(theirs, bound.data):
        return None, ""
    if name == "body":
        merged = merge_bodies(before, bound.field.clean(bound.data), theirs)
        note = ngettext(
            "In the text, %(count)s place was changed by both of you: both versions stand there, yours first.",
            "In the text, %(count)s places were changed by both of you: both versions stand there, yours first.",
            merged.conflicts,
        )
        return merged.text, note % {"count": merged.conflicts} if merged.conflicts else ""
    if name in SETS:
        ours = [int(key) for key in bound.data if is_key(str(key))]
        return merge_sets(before, ours, theirs), ""
    shown = their_content[name]
    shown = shown["name"] if isinstance(shown, dict) else shown
    text = _("“%(field)s”: both of you changed it. Yours stands there; theirs is: %(value)s")
    return None, text % {"field": capfirst(bound.label), "value": shown or "–"}


def merge_byline(formset, conflict: Conflict) -> None:
    """Put their changes of the byline into what was typed."""
    before, theirs = (keys(content[BYLINE]) for content in (conflict.before, conflict.theirs))
    if before == theirs:
        return
    ours = _typed_authors(formset)
    fill_formset(formset, typed_byline(formset, theirs if ours == before else merge_sets(before, ours, theirs)))


def _typed_authors(formset) -> list[int]:
    """Return the authors that a byline names as it was sent, in the order of their positions."""
    data: MultiValueDict = formset.data
    found = []
    for number in range(len(formset.forms)):
        prefix = f"{formset.prefix}-{number}-"
        author, position = data.get(f"{prefix}author", ""), data.get(f"{prefix}position", "")
        if is_key(author) and not data.get(f"{prefix}DELETE"):
            found.append((int(position) if is_key(position) else number, number, int(author)))
    return [author for _position, _number, author in sorted(found)]


def merge_claims(formset, conflict: Conflict) -> None:
    """Put their changes of the claims into what was typed; one that both changed stands there in both versions."""
    before, theirs = (
        [Claim.saying(facts).key for facts in content.get(CLAIMS, ())] for content in (conflict.before, conflict.theirs)
    )
    # A row that says nothing that can be kept stays where its error stands.
    if before == theirs or not formset.is_valid():
        return
    typed_rows = [form for form in formset.forms if form.has_changed() or form.instance.pk]
    kept = [form for form in typed_rows if not form.cleaned_data.get("DELETE")]
    kept.sort(key=lambda form: form.instance.position)
    ours = [form.instance.key for form in kept]
    merged = theirs if ours == before else merge_sets(before, ours, theirs)
    fill_formset(formset, typed_claims(formset, [dict(key) for key in merged]))


class MergingMixin:
    """Shows the admin of posts what another person did meanwhile, and puts both together when asked to."""

    def render_change_form(self, request: HttpRequest, context: dict, obj: Post | None = None, **kwargs):
        form = context["adminform"].form
        context["conflict"] = conflict = getattr(form, "conflict", None)
        context["is_merged"] = bool(conflict and form.is_merged)
        if conflict and form.is_merged:
            for inline in context["inline_admin_formsets"]:
                if inline.formset.model is Authorship:
                    merge_byline(inline.formset, conflict)
                elif inline.formset.model is Claim:
                    merge_claims(inline.formset, conflict)
        return super().render_change_form(request, context, obj=obj, **kwargs)
