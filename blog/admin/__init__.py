"""The editors' side of the publication: one module a family of models."""

from blog.admin import (
    addresses,
    bulk_changes,
    events,
    images,
    mail_choices,
    mentions,
    offers,
    pages,
    partners,
    posts,
    recordings,
    series,
    sponsors,
    taxonomy,
    text_links,
)

__all__ = [
    "addresses",
    "bulk_changes",
    "events",
    "images",
    "mail_choices",
    "mentions",
    "offers",
    "pages",
    "partners",
    "posts",
    "recordings",
    "series",
    "sponsors",
    "taxonomy",
    "text_links",
]
