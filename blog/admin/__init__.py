"""The editors' side of the publication: one module a family of models."""

from blog.admin import (
    addresses,
    events,
    images,
    mail_choices,
    mentions,
    offers,
    pages,
    partners,
    posts,
    sponsors,
    taxonomy,
    text_links,
)

__all__ = [
    "addresses",
    "events",
    "images",
    "mail_choices",
    "mentions",
    "offers",
    "pages",
    "partners",
    "posts",
    "sponsors",
    "taxonomy",
    "text_links",
]
