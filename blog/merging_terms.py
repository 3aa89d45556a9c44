"""Two or more tags, or categories, become one: their posts, their addresses, what stands below them.

All of it is one transaction, and can be taken back for a month: the terms come back under their keys, and their posts
where nobody has filed them otherwise since.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from authors.bilingual import LANGUAGES
from authors.slugs import find_free_slug
from blog.models import BulkChange, Category, Listing, OldAddress, PartnerCategory, Post, Revision, Tag
from blog.models.addresses import addresses_of
from blog.models.taxonomy import MAX_DEPTH
from blog.revising import name_of, naming
from blog.syndication.words import keep

type Term = Category | Tag

KINDS = {Tag: BulkChange.Kind.MERGE_TAGS, Category: BulkChange.Kind.MERGE_CATEGORIES}
MODELS = {kind: model for model, kind in KINDS.items()}
# The name under which a post has them, and an old address leads to them.
SETS = {Tag: "tags", Category: "categories"}

# More are merged in several steps: nobody reads a longer preview.
MOST_AT_ONCE = 20
POSTS_AT_ONCE = 300

NAMES = {Tag: ("name_fr", "name_en"), Category: ("name_fr", "name_en", "description_fr", "description_en")}
STORED = {
    Tag: ("pk", "slug", "name_fr", "name_en"),
    Category: (
        "pk",
        "slug",
        "path",
        "parent_id",
        "position",
        "name_fr",
        "name_en",
        "description_fr",
        "description_en",
    ),
}

BELOW_ITSELF = _("“%(kept)s” stands below “%(name)s”: move it elsewhere first.")
TOO_DEEP = _("“%(name)s” would stand too deep: categories nest %(depth)s deep at most.")
SAME_ADDRESS = _("There would be two categories at %(path)s: merge these first, or change the address of one.")
NOT_ENOUGH = _("Choose at least two, and at most %(most)s.")

ADDRESS_TAKEN = _("“%(name)s” is back at another address, %(slug)s: its own belongs to another now.")
PARENT_GONE = _("“%(name)s” is back at the top: what it stood in is gone.")
POSTS_FILED_SINCE = _("Posts that were filed otherwise since stay as they are: %(count)s.")
KEPT_IS_GONE = _("What they were merged into is gone: this can no longer be taken back.")
CHILD_STAYS = _("“%(name)s” was moved since, and stays where it is.")
CHILD_IN_THE_WAY = _("“%(name)s” stays where it is: its address below “%(parent)s” belongs to another now.")


@dataclass
class MergePlan:
    """What a merger would do; ``problems`` are what keeps it from being done."""

    kept: Term
    merged: list[Term]
    posts: int = 0
    addresses: list[tuple[str, str]] = field(default_factory=list)
    names: list["NameFate"] = field(default_factory=list)
    children: list[tuple[Category, str]] = field(default_factory=list)
    lines: list["LineFate"] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class NameFate:
    """What becomes of a name or a description: kept by the one that remains, or only noted in the log."""

    term: Term
    label: str
    words: str
    language: str
    is_kept: bool


@dataclass(frozen=True)
class LineFate:
    """What a partner calls a category, and whether that goes on."""

    line: PartnerCategory
    is_kept: bool


def plan_merge(kept: Term, merged: Iterable[Term]) -> MergePlan:
    """Return what would come of letting ``kept`` stand for ``merged`` as well; nothing is changed."""
    plan = MergePlan(kept, [term for term in merged if term.pk != kept.pk])
    if not 0 < len(plan.merged) < MOST_AT_ONCE:
        plan.problems.append(str(NOT_ENOUGH % {"most": MOST_AT_ONCE}))
        return plan
    plan.posts = posts_in(type(kept), [term.pk for term in plan.merged]).count()
    for term in plan.merged:
        plan.addresses += sorted(zip(_addresses(term), _addresses(kept), strict=True))
    plan.names = list(_fates_of_names(kept, plan.merged))
    if isinstance(kept, Category):
        _plan_categories(plan, kept)
    return plan


def _addresses(term: Term) -> list[str]:
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append(term.get_absolute_url())
    return found


def _fates_of_names(kept: Term, merged: list[Term]) -> Iterator[NameFate]:
    filled = _fillings(kept, merged)
    for term in (kept, *merged):
        for name in NAMES[type(kept)]:
            words = getattr(term, name)
            if words:
                is_kept = term is kept or filled.get(name) == words
                label = str(type(kept)._meta.get_field(name).verbose_name)
                yield NameFate(term, label, words, name[-2:], is_kept)


def _fillings(kept: Term, merged: list[Term]) -> dict[str, str]:
    """Return the descriptions that the one which remains lacks, from the first of the others that has one."""
    found = {}
    for name in NAMES[type(kept)]:
        words = next((getattr(term, name) for term in merged if getattr(term, name)), "")
        if words and not getattr(kept, name):
            found[name] = words
    return found


def _plan_categories(plan: MergePlan, kept: Category) -> None:
    gone = {term.pk for term in plan.merged}
    above = {each.pk: each for each in kept.trail()}
    plan.problems += [
        str(BELOW_ITSELF % {"kept": kept.name, "name": term.name}) for term in plan.merged if term.pk in above
    ]
    taken = set(kept.children.exclude(pk__in=gone).values_list("slug", flat=True))
    for child in Category.objects.filter(parent__in=gone).exclude(pk__in=gone).exclude(pk__in=above).in_order():
        path = f"{kept.path}/{child.slug}"
        if child.slug in taken:
            plan.problems.append(str(SAME_ADDRESS % {"path": path}))
        elif len(above) + 1 + child.depth_below() > MAX_DEPTH:
            plan.problems.append(str(TOO_DEEP % {"name": child.name, "depth": MAX_DEPTH}))
        taken.add(child.slug)
        plan.children.append((child, path))
    named = set(PartnerCategory.objects.filter(category=kept).values_list("partner", flat=True))
    for line in _lines(plan.merged):
        plan.lines.append(LineFate(line, line.partner_id not in named))
        named.add(line.partner_id)


def _lines(merged: Iterable[Category]) -> list[PartnerCategory]:
    """Return what partners call some categories, in their order."""
    order = {term.pk: place for place, term in enumerate(merged)}
    lines = PartnerCategory.objects.filter(category__in=order).select_related("partner", "category")
    return sorted(lines, key=lambda line: (order[line.category_id], line.pk))


def posts_in(model: type[Term], keys: list[int]):
    """Return the posts that are filed under one of some tags or categories itself."""
    through = getattr(Post, SETS[model]).through.objects
    filed = Q(pk__in=through.filter(**{f"{model._meta.model_name}__in": keys}).values("post"))
    return Post.objects.filter(filed | Q(category__in=keys) if model is Category else filed)


@transaction.atomic
def merge(kept: Term, merged: Iterable[Term], *, by=None) -> BulkChange:
    """Let ``kept`` stand for ``merged`` too, which go; raise ValidationError for what a plan has against it."""
    model = type(kept)
    wanted = [kept.pk, *[term.pk for term in merged]]
    # Locked in one order, so that two mergers do not wait for each other for ever.
    present = {term.pk: term for term in model.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    if len(present) < len(set(wanted)):
        raise ValidationError(_("Somebody has changed or merged one of these meanwhile: begin again."))
    kept, others = present[kept.pk], [present[key] for key in dict.fromkeys(wanted[1:])]
    plan = plan_merge(kept, others)
    if plan.problems:
        raise ValidationError(plan.problems)
    names = ", ".join(f"“{term.name}”" for term in plan.merged)
    change = BulkChange(
        kind=KINDS[model],
        state=BulkChange.State.DONE,
        asked={"kept": kept.pk, "merged": [term.pk for term in plan.merged]},
        summary=f"{names} → “{kept.name}”"[:300],
        made_by=by,
        made_by_name=name_of(by),
    )
    change.done = {
        "terms": [{name: getattr(term, name) for name in STORED[model]} for term in plan.merged],
        "filled": _fill(kept, plan.merged),
        "posts": _refile(kept, plan.merged),
        "copies": _rewrite_copies(kept, plan.merged),
    }
    if model is Category:
        change.done |= {"children": _move_children(plan, kept), "lines": _hand_lines_on(plan, kept)}
    change.done["addresses"] = _remove(kept, plan.merged)
    change.save()
    return change


def _fill(kept: Term, merged: list[Term]) -> dict[str, str]:
    filled = _fillings(kept, merged)
    for name, words in filled.items():
        setattr(kept, name, words)
    if filled:
        kept.save(update_fields=list(filled))
    return filled


def _refile(kept: Term, merged: list[Term]) -> dict[str, list]:
    """File the posts of some terms under the one that remains; return how each was filed, by its key.

    That is the main category where it is one of these, else 0, and the others of these.
    """
    model, gone = type(kept), [term.pk for term in merged]
    before = {}
    # All keys first: a list that is being read must not change.
    keys = list(posts_in(model, gone).order_by("pk").values_list("pk", flat=True))
    for some in batched(keys, POSTS_AT_ONCE):
        filed = _filed(list(some), kept, gone)
        before |= {str(key): value for key, value in filed.items()}
        _file(model, kept, gone, {key: _after(value, kept.pk, gone) for key, value in filed.items()})
    return before


def _filed(keys: list[int], kept: Term, gone: list[int]) -> dict[int, list]:
    """Return how posts are filed, as far as it is about these terms: [main category or 0, [others]]."""
    model = type(kept)
    name = model._meta.model_name
    about = {kept.pk, *gone}
    mains = dict(Post.objects.filter(pk__in=keys).values_list("pk", "category")) if model is Category else {}
    found = {key: [mains.get(key) if mains.get(key) in about else 0, []] for key in keys}
    rows = getattr(Post, SETS[model]).through.objects.filter(**{"post__in": keys, f"{name}__in": about})
    for post, term in rows.order_by("pk").values_list("post", name):
        found[post][1].append(term)
    return found


def _after(filed: list, kept: int, gone: list[int]) -> list:
    """Return how a post is filed after the merger: under what remains, once."""
    main, others = filed
    main = kept if main in gone else main
    return [main, [] if main == kept or not others else [kept]]


def _file(model: type[Term], kept: Term, gone: list[int], wanted: dict[int, list]) -> None:
    """File posts as ``wanted`` says, and write their lists anew."""
    name = model._meta.model_name
    through = getattr(Post, SETS[model]).through
    rows = through.objects.filter(**{"post__in": wanted, f"{name}__in": [kept.pk, *gone]})
    rows.delete()
    through.objects.bulk_create(
        through(**{"post_id": key, f"{name}_id": term}) for key, (_main, others) in wanted.items() for term in others
    )
    mains: dict[int, list[int]] = {}
    for key, (main, _others) in wanted.items():
        if main:
            mains.setdefault(main, []).append(key)
    for main, keys in mains.items():
        Post.objects.filter(pk__in=keys).update(category=main)
    Listing.objects.refresh(Post.objects.filter(pk__in=wanted).defer("body", "body_html", "body_text"))


def _rewrite_copies(kept: Term, merged: list[Term]) -> list[dict]:
    """Let working copies name what remains; return what they named before and name now."""
    gone, found = {term.pk for term in merged}, []
    for key in list(Revision.objects.filter(is_waiting=True).order_by("pk").values_list("pk", flat=True)):
        revision = Revision.objects.get(pk=key)
        before = _named_in(revision.content, type(kept))
        after = {name: _renamed(value, naming(kept), gone) for name, value in before.items()}
        if after.get("category"):
            after["categories"] = [row for row in after["categories"] if row["id"] != after["category"]["id"]]
        changed = {name for name in before if {row["id"] for row in _rows(before[name])} & gone}
        if changed:
            revision.content |= after
            revision.save(update_fields=["content"])
            found.append({"revision": revision.pk, "before": before, "after": after})
    return found


def _named_in(content: dict, model: type[Term]) -> dict:
    names = ("category", "categories") if model is Category else ("tags",)
    return {name: content[name] for name in names}


def _rows(value) -> list[dict]:
    return value if isinstance(value, list) else [value] if value else []


def _renamed(value, kept: dict, gone: set[int]):
    """Return what a content names, a row or several, with what remains in the place of what is gone, once."""
    if not isinstance(value, list):
        return kept if value and value["id"] in gone else value
    rows = [kept if row["id"] in gone else row for row in value]
    return list({row["id"]: row for row in rows}.values())


def _move_children(plan: MergePlan, kept: Category) -> list[list[int]]:
    moved = []
    for child, _path in plan.children:
        moved.append([child.pk, child.parent_id])
        child.parent = kept
        child.save()
    return moved


def _hand_lines_on(plan: MergePlan, kept: Category) -> list[dict]:
    """Let partners go on calling a category as they did; a second name for one category is dropped."""
    handed = []
    for fate in plan.lines:
        line = fate.line
        said = {"pk": line.pk, "partner": line.partner_id, "name": line.name, "category": line.category_id}
        handed.append(said | {"is_kept": fate.is_kept})
        if fate.is_kept:
            line.category = kept
            line.save(update_fields=["category"])
        else:
            line.delete()
    return handed


def _remove(kept: Term, merged: list[Term]) -> dict[str, list[int]]:
    """Delete what was merged, the deepest first; its addresses, and those that led there, lead to what remains."""
    name, led = type(kept)._meta.model_name, {}
    for term in sorted(merged, key=lambda one: -getattr(one, "path", "").count("/")):
        before = type(kept).objects.get(pk=term.pk)
        old = OldAddress.objects.filter(**{name: term.pk})
        led[str(term.pk)] = list(old.values_list("pk", flat=True))
        old.update(**{name: kept})
        key = before.pk
        before.delete()
        before.pk = key
        OldAddress.objects.keep(before, now=kept)
    return led


# Taking it back


@transaction.atomic
def undo_merge(change: BulkChange, *, by=None) -> None:
    """Bring back what was merged, with its addresses and its posts; what has changed since stays, and is noted.

    Raise ValidationError where it is no longer possible.
    """
    change = BulkChange.objects.select_for_update().get(pk=change.pk)
    if not change.can_be_undone():
        raise ValidationError(_("This cannot be taken back, or no longer."))
    model = MODELS[change.kind]
    kept = model.objects.select_for_update().filter(pk=change.asked["kept"]).first()
    if kept is None:
        raise ValidationError(KEPT_IS_GONE)
    notes: list[dict] = []
    for values in sorted(change.done["terms"], key=lambda one: one.get("path", "").count("/")):
        _bring_back(model, values, notes)
    _move_back(change, kept, notes)
    _take_lines_back(change, kept)
    _unfill(change, kept)
    _file_back(change, kept, notes)
    _restore_copies(change)
    change.state, change.notes = BulkChange.State.UNDONE, notes
    change.undone_at, change.undone_by_name = timezone.now(), name_of(by)
    change.save(update_fields=["state", "notes", "undone_at", "undone_by_name"])


def _bring_back(model: type[Term], values: dict, notes: list[dict]) -> None:
    values = dict(values)
    values.pop("path", None)
    if model is Category:
        parent = Category.objects.filter(pk=values["parent_id"]).first() if values["parent_id"] else None
        if values["parent_id"] and (parent is None or len(parent.trail()) >= MAX_DEPTH):
            notes.append(keep(PARENT_GONE, name=values["name_fr"]))
            parent = None
        values["parent_id"] = parent.pk if parent else None
        siblings = Category.objects.filter(parent=parent)
    else:
        siblings = Tag.objects.all()
    slug = find_free_slug(values["slug"], siblings, model._meta.get_field("slug").max_length)
    if slug != values["slug"]:
        notes.append(keep(ADDRESS_TAKEN, name=values["name_fr"], slug=slug))
    term = model(**values | {"slug": slug})
    term.save(force_insert=True)
    OldAddress.objects.filter(path__in=addresses_of(term)).delete()


def _move_back(change: BulkChange, kept: Term, notes: list[dict]) -> None:
    for key, parent in change.done.get("children", ()):
        child = Category.objects.filter(pk=key).first()
        if child is None:
            continue
        if child.parent_id != kept.pk:
            notes.append(keep(CHILD_STAYS, name=child.name_fr))
            continue
        child.parent_id = parent
        try:
            child.clean()
        except ValidationError:
            notes.append(keep(CHILD_IN_THE_WAY, name=child.name_fr, parent=child.parent.name_fr))
        else:
            child.save()
    name = type(kept)._meta.model_name
    for key, rows in change.done["addresses"].items():
        OldAddress.objects.filter(**{"pk__in": rows, name: kept}).update(**{name: int(key)})


def _take_lines_back(change: BulkChange, kept: Term) -> None:
    for line in change.done.get("lines", ()):
        if line["is_kept"]:
            PartnerCategory.objects.filter(pk=line["pk"], category=kept).update(category=line["category"])
        elif not PartnerCategory.objects.filter(partner=line["partner"], category=line["category"]).exists():
            PartnerCategory.objects.create(partner_id=line["partner"], category_id=line["category"], name=line["name"])


def _unfill(change: BulkChange, kept: Term) -> None:
    """Take the descriptions away again that came from the others, unless they were changed since."""
    filled = {name: words for name, words in change.done["filled"].items() if getattr(kept, name) == words}
    for name in filled:
        setattr(kept, name, "")
    if filled:
        kept.save(update_fields=list(filled))


def _file_back(change: BulkChange, kept: Term, notes: list[dict]) -> None:
    gone, changed = change.asked["merged"], 0
    for some in batched(change.done["posts"].items(), POSTS_AT_ONCE):
        before = {int(key): value for key, value in some}
        present = list(Post.objects.filter(pk__in=before).values_list("pk", flat=True))
        now = _filed(present, kept, gone)
        same = {key for key in present if now[key] == _after(before[key], kept.pk, gone)}
        changed += len(present) - len(same)
        _file(type(kept), kept, gone, {key: before[key] for key in same})
    if changed:
        notes.append(keep(POSTS_FILED_SINCE, count=changed))


def _restore_copies(change: BulkChange) -> None:
    for said in change.done["copies"]:
        revision = Revision.objects.filter(pk=said["revision"], is_waiting=True).first()
        if revision and all(revision.content[name] == value for name, value in said["after"].items()):
            revision.content |= said["before"]
            revision.save(update_fields=["content"])
