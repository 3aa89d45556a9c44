"""Which blocked terms a comment meets, and which comments a term would have held."""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from itertools import chain

from django.db.models import Q

from comments.models import BlockedTerm, Comment
from comments.spam.words import Facts, hosts_of, normalise

Kind = BlockedTerm.Kind

COLUMNS = ("name", "email", "site", "text", "network", "status", "created_at", "form_age", "post_id")


def blocked_terms_of(comment: Comment) -> list[str]:
    """Return the blocked terms that a comment meets: two queries, as many terms as there may be.

    Addresses and networks are looked up by what the comment has; words are few enough to be looked for one by one.
    """
    is_address = Q(kind=Kind.ADDRESS, value__in=addresses_of(comment))
    is_network = Q(kind=Kind.NETWORK, value__in=list(networks_of(comment.network)))
    found = list(BlockedTerm.objects.filter(is_address | is_network).values_list("value", flat=True))
    text = words_of_whole(comment)
    words = BlockedTerm.objects.filter(kind=Kind.WORD).values_list("value", flat=True)
    return found + [value for value in words if f" {value} " in text]


def words_of_whole(comment: Comment) -> str:
    """Return the words of a comment and of its writer's name, between spaces."""
    return f" {normalise(f'{comment.name} {comment.text}')} "


def addresses_of(comment: Comment) -> set[str]:
    """Return the writer's e-mail address, and the domains that it and the links of a comment belong to."""
    email = comment.email.casefold()
    hosts = [email.rpartition("@")[2], *hosts_of(Facts.of(comment))]
    return {email, *chain.from_iterable(parents_of(host.casefold()) for host in hosts)} - {""}


def parents_of(host: str) -> Iterator[str]:
    """Yield a host and the domains that it stands below, those at the top left out."""
    while "." in host:
        yield host
        host = host.partition(".")[2]


def networks_of(address: str | None) -> Iterator[str]:
    """Yield each network that an address is in, as a term is written."""
    if address:
        address = ip_address(address)
        for bits in range(address.max_prefixlen + 1):
            yield str(ip_network((address, bits), strict=False))


def is_met_by(term: BlockedTerm, comment: Comment) -> bool:
    """Say whether a comment meets a term, saved or not."""
    if term.kind == Kind.NETWORK:
        return bool(comment.network) and ip_address(comment.network) in ip_network(term.value)
    if term.kind == Kind.ADDRESS:
        return term.value in addresses_of(comment)
    return f" {term.value} " in words_of_whole(comment)


def find_held(term: BlockedTerm, limit: int) -> list[Comment]:
    """Return which of the newest ``limit`` comments of readers a term would have held, the newest first."""
    newest = Comment.objects.filter(author=None).order_by("-created_at", "-pk").only(*COLUMNS)[:limit]
    return [comment for comment in newest.iterator(chunk_size=500) if is_met_by(term, comment)]
