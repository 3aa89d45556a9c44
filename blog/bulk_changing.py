"""One change of many posts, post by post: each gets a version of its own, and can be taken back.

A post is changed and noted as changed in one transaction, so a task that is killed and begun again does nothing twice.
What somebody is shown first is a ``BulkChange`` with its posts chosen; ``start()`` carries it out.
"""

from collections.abc import Iterable
from itertools import batched

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from blog import refiling, replacing
from blog.models import BulkChange, ChangedPost, Post, Revision
from blog.revising import (
    BYLINE,
    CLAIMS,
    PLAIN,
    ROWS,
    SETS,
    begin,
    content_of,
    keep_apart,
    keys,
    name_of,
    record,
    set_byline,
    set_claims,
    token_of,
)
from blog.syndication.words import keep, say

State, Outcome = BulkChange.State, ChangedPost.State

# What a kind of change makes of the content of a post.
ALTERING = {BulkChange.Kind.REFILE: refiling.alter, BulkChange.Kind.REPLACE: replacing.alter}

# A post takes some thirty queries: so many are done while somebody waits, and so many in one task.
POSTS_IN_A_REQUEST = 20
POSTS_IN_A_TASK = 100
# Posts are read, not written, while words are looked for.
LOOKED_AT_ONCE = 200
ROWS_AT_ONCE = 500

CHANGED_MEANWHILE = gettext_noop("It was changed after you looked at it.")
IN_THE_BIN = gettext_noop("It is in the bin.")
SINCE = gettext_noop("Changed since, and left so: %(what)s.")
WAS_TAKEN_BACK = gettext_noop("taken back: %(note)s")


def prepare(kind: str, asked: dict, posts: Iterable[int], *, summary: str, by=None) -> BulkChange:
    """Keep what was asked for, and of which posts, for somebody to look at; nothing is changed yet."""
    with transaction.atomic():
        change = BulkChange.objects.create(
            kind=kind, asked=asked, summary=summary[:300], made_by=by, made_by_name=name_of(by)
        )
        for some in batched(posts, ROWS_AT_ONCE):
            ChangedPost.objects.bulk_create(ChangedPost(change=change, post_id=key) for key in some)
    return change


def look_for(asked: dict, *, summary: str, by=None) -> BulkChange:
    """Begin to look for the posts in which something is to be replaced; the background goes on where they are many."""
    change = BulkChange.objects.create(
        kind=BulkChange.Kind.REPLACE,
        state=State.LOOKING,
        asked=asked,
        summary=summary[:300],
        made_by=by,
        made_by_name=name_of(by),
    )
    go_on(change)
    return change


def start(change: BulkChange) -> bool:
    """Change the posts that are chosen: a few at once, the others in the background; False where it has begun."""
    return _pass_on(change, State.FOUND, State.RUNNING)


def undo(change: BulkChange, *, by=None) -> bool:
    """Take a change back, as ``start()`` carries it out; False where it cannot be, or no longer."""
    if not change.can_be_undone():
        return False
    return _pass_on(change, State.DONE, State.UNDOING, undone_at=timezone.now(), undone_by_name=name_of(by))


def _pass_on(change: BulkChange, before: str, after: str, **values) -> bool:
    # Two who press at once are told apart by the row.
    if not BulkChange.objects.filter(pk=change.pk, state=before).update(state=after, **values):
        return False
    go_on(change)
    return True


def go_on(change: BulkChange) -> None:
    """Do a little of what is left, and leave the rest to the background."""
    from blog.tasks import go_on_changing

    if work(change.pk, POSTS_IN_A_REQUEST):
        go_on_changing.enqueue(change_id=change.pk)
    change.refresh_from_db()


def resume() -> None:
    """Have the background go on with what it left lying, as after tasks were lost."""
    from blog.tasks import go_on_changing

    for key in BulkChange.objects.in_work().values_list("pk", flat=True):
        go_on_changing.enqueue(change_id=key)


def forget_old() -> None:
    """Forget what it would take to take back what is past that, and what was never carried out."""
    old = BulkChange.objects.past_undoing()
    old.filter(state__in=[State.FOUND, State.LOOKING]).delete()
    ChangedPost.objects.filter(change__in=old.values("pk")).delete()
    old.exclude(done={}).update(done={})


def work(key: int, most: int) -> bool:
    """Do so many posts of what is left of a change; say whether something is left."""
    change = BulkChange.objects.filter(pk=key).first()
    if change is None or not change.is_in_work():
        return False
    if change.state == State.LOOKING:
        return look(change)
    with translation.override(change.asked["in"]):
        return _work_on_posts(change, most)


def _work_on_posts(change: BulkChange, most: int) -> bool:
    is_running = change.state == State.RUNNING
    left = change.posts.chosen() if is_running else change.posts.done()
    act = change_post if is_running else take_back
    some = list(left.order_by("pk").values_list("pk", flat=True)[:most])
    for item in some:
        act(change, item)
    if len(some) == most:
        return True
    after = State.DONE if is_running else State.UNDONE
    BulkChange.objects.filter(pk=change.pk, state=change.state).update(state=after)
    return False


# Looking


def look(change: BulkChange) -> bool:
    """Look at some more posts for the words of a replacement; say whether there are others."""
    posts = replacing.candidates(change.asked).filter(pk__gt=change.looked_until).order_by("pk")
    some = list(posts.only("title", "standfirst", "body", "modified_at")[:LOOKED_AT_ONCE])
    copies = {
        revision.post_id: revision.content for revision in Revision.objects.filter(post__in=some, is_waiting=True)
    }
    found = []
    for post in some:
        contents = [{name: getattr(post, name) for name in replacing.TEXTS}, copies.get(post.pk)]
        hits = max(replacing.count(content, change.asked) for content in contents if content)
        if hits:
            found.append(ChangedPost(change=change, post=post, hits=hits, seen=token_of(post)))
    with transaction.atomic():
        # Of two tasks that look at the same posts, one finds them there.
        ChangedPost.objects.bulk_create(found, ignore_conflicts=True)
        is_last = len(some) < LOOKED_AT_ONCE
        values = {"state": State.FOUND} if is_last else {"looked_until": some[-1].pk}
        BulkChange.objects.filter(pk=change.pk, state=State.LOOKING).update(**values)
    return not is_last


# One post


@transaction.atomic
def change_post(change: BulkChange, key: int) -> None:
    """Change one post, once, with a version; what keeps it from being changed is noted."""
    found = _claim(key, Outcome.CHOSEN)
    if found is None:
        return
    item, post = found
    try:
        if item.seen and token_of(post) != item.seen:
            raise ValidationError(CHANGED_MEANWHILE)
        if not Post.objects.outside_bin().filter(pk=post.pk).exists():
            raise ValidationError(IN_THE_BIN)
        with transaction.atomic():
            item.state = Outcome.DONE if _alter(change, item, post) else Outcome.UNTOUCHED
    except ValidationError as error:
        item.state, item.note = Outcome.SKIPPED, _as_note(error)
        item.before = item.after = item.copy_before = item.copy_after = None
    item.save()


def _claim(key: int, state: str) -> tuple[ChangedPost, Post] | None:
    """Return a row of a change and its post, both locked, if it is in this state still."""
    item = ChangedPost.objects.filter(pk=key, state=state).first()
    post = item and Post.objects.select_for_update().filter(pk=item.post_id).first()
    # Who had the post before may have done it.
    item = post and ChangedPost.objects.select_for_update().filter(pk=key, state=state).first()
    return (item, post) if item else None


def _as_note(error: ValidationError) -> dict:
    first = error.error_list[0]
    return keep(first.message, **(first.params or {}))


def in_words(error: ValidationError) -> list[str]:
    """Return what keeps a post from being changed, in the active language."""
    return [say(_as_note(each)) for each in error.error_list]


def _alter(change: BulkChange, item: ChangedPost, post: Post) -> bool:
    alter = ALTERING[change.kind]
    public = content_of(post)
    waiting = Revision.objects.waiting_for(post)
    wanted = alter(public, change.asked)
    wanted_copy = alter(waiting.content, change.asked) if waiting else None
    is_copy_changed = waiting is not None and wanted_copy != waiting.content
    if wanted == public and not is_copy_changed:
        return False
    begin(post)
    note, by = change.asked["note"], change.made_by
    if wanted != public:
        # A state that no version holds yet, as after a change by code, is kept before it is left.
        item.before = record(post).number
        write(post, public, wanted)
        item.after = record(post, by=by, note=note).number
    if waiting:
        # It stays the newest, so that what is written on is what was changed.
        item.copy_before = waiting.number
        item.copy_after = keep_apart(post, wanted_copy, by=by, note=note).number
    return True


def write(post: Post, before: dict, after: dict) -> None:
    """Let a post say what ``after`` says, where that differs from ``before``; save it as an editor would."""
    # A name that only one of them has says nothing in the other.
    changed = {name for name in {*before, *after} if after.get(name) != before.get(name)}
    fields = sorted(changed & ({*PLAIN} | ROWS.keys()))
    for name in fields:
        if name in ROWS:
            setattr(post, f"{name}_id", after[name]["id"] if after[name] else None)
        else:
            setattr(post, name, after[name])
    post.save(update_fields=[*fields, "modified_at"])
    for name in changed & SETS.keys():
        getattr(post, name).set(keys(after[name]))
    if BYLINE in changed:
        set_byline(post, keys(after[BYLINE]))
    if CLAIMS in changed:
        set_claims(post, after.get(CLAIMS, []))


# Taking one back


@transaction.atomic
def take_back(change: BulkChange, key: int) -> None:
    """Let one post be as it was before a change; what somebody has changed since stays, and is noted."""
    found = _claim(key, Outcome.DONE)
    if found is None:
        return
    item, post = found
    numbers = [one for one in (item.before, item.after, item.copy_before, item.copy_after) if one]
    versions = dict(Revision.objects.filter(post=post, number__in=numbers).values_list("number", "content"))
    public = (versions.get(item.before), versions.get(item.after))
    copy = (versions.get(item.copy_before), versions.get(item.copy_after))
    note = gettext(WAS_TAKEN_BACK) % {"note": change.asked["note"]}
    left: set[str] = set()
    saved = content_of(post)
    waiting = Revision.objects.waiting_for(post)
    back, left_there = invert(saved, *(public if all(public) else copy))
    left |= left_there
    if back != saved:
        write(post, saved, back)
        record(post, by=change.made_by, note=note[:200])
    if waiting:
        back, left_there = invert(waiting.content, *(copy if all(copy) else public))
        left |= left_there
        keep_apart(post, back, by=change.made_by, note=note[:200])
    item.state = Outcome.KEPT if left else Outcome.UNDONE
    if left:
        item.note = keep(SINCE, what=", ".join(sorted(left)))
    item.save()


def invert(now: dict, before: dict | None, after: dict | None) -> tuple[dict, set[str]]:
    """Return a content without what changed between two others, and the names of what was changed since.

    Of selections, what was added is taken out and what was taken out is added; other things go back only where they
    still are what they were made.
    """
    back, left = dict(now), set()
    for name in now if before and after else ():
        # What somebody has said for the first time since is in neither.
        if before.get(name) == after.get(name):
            continue
        if now[name] == after[name] and _is_there(name, before[name]):
            back[name] = before[name]
        elif name in SETS or name == BYLINE:
            added = set(keys(after[name])) - set(keys(before[name]))
            here = set(keys(now[name]))
            gone = [row for row in before[name] if row["id"] not in {*keys(after[name]), *here}]
            rows = [row for row in now[name] if row["id"] not in added] + [
                row for row in gone if _is_there(name, [row])
            ]
            if rows or name != BYLINE:
                back[name] = sorted(rows, key=lambda row: row["id"]) if name in SETS else rows
            else:
                left.add(_label(name))
        else:
            left.add(_label(name))
    return back, left


def _is_there(name: str, value) -> bool:
    """Say whether the rows that a content names under this name still exist."""
    model = ROWS.get(name) or SETS.get(name) or (Post.authors.field.related_model if name == BYLINE else None)
    wanted = {row["id"] for row in (value if isinstance(value, list) else [value])} if model and value else set()
    return not wanted or model.objects.filter(pk__in=wanted).count() == len(wanted)


def _label(name: str) -> str:
    return str(Post._meta.get_field(name).verbose_name)


def counts(change: BulkChange) -> dict[str, int]:
    """Return how many posts of a change are in each state."""
    rows = change.posts.order_by().values_list("state").annotate(count=models.Count("pk"))
    return dict(rows)
