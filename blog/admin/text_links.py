"""Where texts lead, for editors: a list of all links, and a page of those of one post, where each is settled."""

from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from authors.written_numbers import read_number
from blog.admin.filters import KeyFilter
from blog.admin.mentions import ReadOnlyAdmin
from blog.models import LinkedAddress, Post, TextLink
from blog.models.posts import long_texts
from blog.publishing import PUBLISH, can_write, may_publish
from blog.relinking import replace_link
from blog.revising import name_of
from blog.tasks import look_at_link
from blog.text_links import trust

State = LinkedAddress.State

# Each is asked by a task of its own; a text that is replaced takes some thirty queries.
MOST_AT_ONCE = 50
# Sites with something wrong that the list offers to be narrowed to.
HOSTS_OFFERED = 20
# On the page of a post.
MOST_SHOWN = 500

LOOK, TRUST, REPLACE = "look", "trust", "replace"
ACTS = {
    LOOK: _("Look again now"),
    TRUST: _("I have looked: it works"),
    REPLACE: _("Put the new address in"),
}


class ActForm(forms.Form):
    """A button that was pressed at a link of a post."""

    act = forms.ChoiceField(choices=list(ACTS.items()))
    link = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    # The new address that stood beside the button.
    new = forms.CharField(max_length=2000, required=False)


@dataclass(frozen=True)
class Row:
    """A link of a post as its page shows it."""

    link: TextLink
    acts: list[tuple[str, str]]

    @property
    def target(self) -> LinkedAddress:
        return self.link.target


class StateFilter(admin.SimpleListFilter):
    """How the link was at the last look; without a choice, what is dead."""

    title = _("state")
    parameter_name = "state"
    TRUSTED, ALL = "trusted", "all"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        # What works is most of a large list, and nobody looks for it there.
        states = [State.DEAD, State.UNSURE, State.MOVED, State.NEW]
        return [*((each.value, each.label) for each in states), (self.TRUSTED, _("said to work")), (self.ALL, _("all"))]

    def value(self) -> str:
        return super().value() or State.DEAD.value

    def choices(self, changelist) -> list[dict]:
        return list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TextLink]) -> QuerySet[TextLink]:
        match self.value():
            case self.ALL:
                return queryset
            case self.TRUSTED:
                return queryset.filter(target__trusted_at__isnull=False)
            case State.DEAD.value:
                return queryset.dead()
            case State.UNSURE.value:
                return queryset.filter(target__state=State.UNSURE, target__trusted_at=None)
        return queryset.filter(target__state=self.value())


class HostFilter(admin.SimpleListFilter):
    """The site that links lead to: those with the most that is wrong are offered, a search leads to any other."""

    title = _("site")
    parameter_name = "host"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        wrong = LinkedAddress.objects.filter(state__in=[State.DEAD, State.UNSURE]).exclude(host="")
        counted = wrong.values_list("host").annotate(count=Count("pk")).order_by("-count", "host")[:HOSTS_OFFERED]
        hosts = [host for host, _count in counted]
        chosen = self.used_parameters.get(self.parameter_name) or ""
        return [(host, host) for host in (*hosts, *([chosen] if chosen and chosen not in hosts else []))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TextLink]) -> QuerySet[TextLink]:
        host = self.value()
        return queryset.filter(target__host=host.lower().replace("\x00", "")) if host else queryset


class PostFilter(KeyFilter):
    """The post whose links they are; there are too many to offer any but the one that an address names."""

    title = _("post")
    parameter_name = "post"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[int, str]]:
        key = self.used_parameters.get(self.parameter_name) or ""
        number = read_number(key)
        known = Post.objects.none() if number is None else Post.objects.filter(pk=number)
        return list(known.values_list("pk", "title")) or ([(0, key)] if key else [])

    def narrow(self, queryset: QuerySet[TextLink], key: int) -> QuerySet[TextLink]:
        return queryset.filter(post=key)


@admin.register(TextLink)
class TextLinkAdmin(ReadOnlyAdmin):
    """All links of texts. What is done here is done to the ticked ones."""

    list_display = ("leads_to", "text", "how_it_is", "looked")
    list_display_links = None
    list_filter = (StateFilter, HostFilter, PostFilter)
    list_select_related = ("target", "post")
    search_fields = ("target__address",)
    search_help_text = _("A site, or a part of an address")
    # Links to one address stand together.
    ordering = ("-target_id", "-pk")
    actions = ("look_again", "trust", "replace")
    fields = readonly_fields = ("leads_to", "text", "how_it_is", "looked", "next_one")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PUBLISH)

    def has_view_permission(self, request: HttpRequest, obj: TextLink | None = None) -> bool:
        """The list is of everybody's texts, drafts too."""
        return self.has_publish_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_publish_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TextLink]:
        return super().get_queryset(request).in_use()

    def for_list(self, rows: QuerySet[TextLink]) -> QuerySet[TextLink]:
        return rows.defer(*long_texts("post"))

    # What is shown

    @admin.display(description=_("address"))
    def leads_to(self, obj: TextLink) -> SafeString:
        return format_html('<a href="{0}" rel="noreferrer">{0}</a>', obj.target.address)

    @admin.display(description=_("post"))
    def text(self, obj: TextLink) -> SafeString:
        address = reverse("admin:blog_post_links", args=[obj.post_id])
        return format_html('<a href="{}" lang="{}">{}</a>', address, obj.post.language, obj.post.title or "–")

    @admin.display(description=_("how it is"))
    def how_it_is(self, obj: TextLink) -> SafeString:
        return say_state(obj.target)

    @admin.display(description=_("last look"))
    def looked(self, obj: TextLink) -> str:
        return moment_in_words(obj.target.looked_at)

    @admin.display(description=_("next look"))
    def next_one(self, obj: TextLink) -> str:
        return moment_in_words(obj.target.due_at)

    # What is done

    @admin.action(description=ACTS[LOOK], permissions=["publish"])
    def look_again(self, request: HttpRequest, queryset: QuerySet[TextLink]) -> None:
        targets = set(queryset.values_list("target", flat=True)[:MOST_AT_ONCE])
        for target in sorted(targets):
            look_at_link.enqueue(pk=target)
        self.message_user(request, asked_in_words(len(targets)), messages.SUCCESS)

    @admin.action(description=ACTS[TRUST], permissions=["publish"])
    def trust(self, request: HttpRequest, queryset: QuerySet[TextLink]) -> None:
        targets = list(queryset.values_list("target", flat=True)[:MOST_AT_ONCE])
        count = trust(targets, by=request.user, name=name_of(request.user))
        self.message_user(request, trusted_in_words(count), messages.SUCCESS if count else messages.WARNING)

    @admin.action(description=ACTS[REPLACE], permissions=["publish"])
    def replace(self, request: HttpRequest, queryset: QuerySet[TextLink]) -> None:
        count = 0
        for link in queryset.exclude(target__moved_to="").select_related("target", "post")[:MOST_AT_ONCE]:
            # Somebody may publish all, and still not write this one.
            if can_write(link.post, request.user):
                count += replace_link(link.post, link.target.address, link.target.moved_to, by=request.user)
        self.message_user(request, replaced_in_words(count), messages.SUCCESS if count else messages.WARNING)


class TextLinksMixin(admin.ModelAdmin):
    """Gives the admin of posts the page of a post's links, ``<id>/links/``."""

    def get_urls(self) -> list:
        methods = require_http_methods(["GET", "HEAD", "POST"])
        view = self.admin_site.admin_view(methods(self.text_links_view))
        return [path("<int:pk>/links/", view, name="blog_post_links"), *super().get_urls()]

    def text_links_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show where a post leads, and do what a button beside one of its links says."""
        post = self._find(request, pk)
        if request.method == "POST":
            self.settle(request, post)
            return HttpResponseRedirect(reverse("admin:blog_post_links", args=[pk]))
        links = list(TextLink.objects.filter(post=post).select_related("target").order_by("pk")[:MOST_SHOWN])
        links.sort(key=lambda link: ORDER.index(link.target.state))
        context = self._context(request, post, _("Links of this text")) | {
            "rows": [Row(link, self.acts_at(request, post, link.target)) for link in links],
            "may_look": self.has_change_permission(request, post),
        }
        return TemplateResponse(request, "admin/blog/post/links.html", context)

    def acts_at(self, request: HttpRequest, post: Post, target: LinkedAddress) -> list[tuple[str, str]]:
        """Return the buttons beside a link, each a name and its words."""
        if not self.has_change_permission(request, post):
            return []
        names = [REPLACE] if target.moved_to else []
        names += [LOOK]
        if (target.is_dead() or target.is_doubtful()) and may_publish(post, request.user):
            names.append(TRUST)
        return [(name, ACTS[name]) for name in names]

    def settle(self, request: HttpRequest, post: Post) -> None:
        """Do what a button says, and say what came of it."""
        if not self.has_change_permission(request, post):
            raise PermissionDenied
        form = ActForm(request.POST)
        if not form.is_valid():
            self.message_user(request, _("Choose what to do by one of the buttons."), messages.WARNING)
            return
        act, links = form.cleaned_data["act"], TextLink.objects.filter(post=post).select_related("target")
        if form.cleaned_data["link"]:
            links = links.filter(pk=form.cleaned_data["link"])
        elif act != LOOK:
            links = links.none()
        targets = [link.target for link in links[:MOST_AT_ONCE]]
        if not targets:
            text = _("The text does not have this link any more.")
            self.message_user(request, text, messages.WARNING)
        elif act == LOOK:
            for target in targets:
                look_at_link.enqueue(pk=target.pk)
            self.message_user(request, asked_in_words(len(targets)), messages.SUCCESS)
        elif act == TRUST:
            self.trust_link(request, post, targets[0])
        else:
            self.replace_link(request, post, targets[0], form.cleaned_data["new"])

    def trust_link(self, request: HttpRequest, post: Post, target: LinkedAddress) -> None:
        """Note that somebody who may publish the post has looked where the link leads."""
        if not may_publish(post, request.user):
            raise PermissionDenied
        count = trust([target.pk], by=request.user, name=name_of(request.user))
        self.message_user(request, trusted_in_words(count), messages.SUCCESS if count else messages.WARNING)

    def replace_link(self, request: HttpRequest, post: Post, target: LinkedAddress, new: str) -> None:
        """Put into the text where a link leads to now, if that is still what stood beside the button."""
        is_done = new == target.moved_to != "" and replace_link(post, target.address, new, by=request.user)
        if is_done:
            self.log_change(request, post, [{"changed": {"fields": ["body"]}}])
        self.message_user(request, replaced_in_words(int(is_done)), messages.SUCCESS if is_done else messages.WARNING)


# What needs somebody comes first.
ORDER = [State.DEAD, State.UNSURE, State.MOVED, State.NEW, State.WORKS]


def say_state(target: LinkedAddress) -> SafeString:
    """Return how an address was at the last look, and what an editor said of it."""
    return render_to_string("admin/blog/post/_link_state.html", {"target": target})


def moment_in_words(moment) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else "–"


def asked_in_words(count: int) -> str:
    """Return that addresses are looked at in the background."""
    text = ngettext(
        "%(count)s link is looked at in the background: load the page again in a moment.",
        "%(count)s links are looked at in the background: load the page again in a moment.",
        count,
    )
    return text % {"count": count}


def trusted_in_words(count: int) -> str:
    """Return that somebody is believed who says that links work."""
    if not count:
        return _("There was nothing to say of it: look at it again.")
    text = ngettext(
        "%(count)s link is taken to work, until something else is wrong with it.",
        "%(count)s links are taken to work, until something else is wrong with them.",
        count,
    )
    return text % {"count": count}


def replaced_in_words(count: int) -> str:
    """Return that texts lead to new addresses."""
    if not count:
        return _("Nothing was replaced: the text, or what was found, has changed meanwhile.")
    text = ngettext(
        "%(count)s text leads to the new address; how it was is among its versions.",
        "%(count)s texts lead to the new address; how they were is among their versions.",
        count,
    )
    return text % {"count": count}
