"""What the watch over tribunes would have found of some of the demo's, noted without asking anybody."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from blog.body import RenderedBody, clean_source, render_body
from blog.models import Finding, KeptPage, Look, Tribune
from blog.models.looks import Kind
from blog.syndication.findings import Found, Seen, judge

# How often a page was looked at that was always as agreed.
QUIET_LOOKS = 40
UNTIL_SECOND_LOOK = timedelta(hours=6)


def load_look(tribune: Tribune, row: dict) -> None:
    """Note what was found: that the page is gone, its certificate has expired, or it has another title and text."""
    day = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=row["days"])
    kept = keep_page(tribune, row, day)
    seen = Seen(
        address=tribune.url,
        title=kept.title,
        text=kept.text,
        html=kept.html,
        canonical=f"{settings.SITE_URL}{tribune.post.path()}" if tribune.canonical == Tribune.Canonical.HERE else "",
        is_noindex=False,
        has_link=True,
        has_byline=True,
    )
    is_gone, is_unsafe = "gone" in row, "certificate" in row
    found = judge(tribune, kept, seen)
    if is_gone:
        found = [Found(Kind.GONE, {"status": row["gone"]})]
    elif is_unsafe:
        found = [Found(Kind.CERTIFICATE, {"error": "BadCertificateError.EXPIRED", "host": row["certificate"]})]
    note_findings(tribune, found, day, is_known=is_gone or is_unsafe)
    status = None if is_unsafe else row.get("gone", 200)
    looks = [(tribune.published_at, day - timedelta(days=1), QUIET_LOOKS, [], 200)]
    looks.append((day, day + UNTIL_SECOND_LOOK, 2, [[each.kind.value, each.facts] for each in found], status))
    for first_at, last_at, times, what, answer in looks:
        facts = {"first_at": first_at, "last_at": last_at, "times": times}
        Look.objects.create(tribune=tribune, url=tribune.url, status=answer, found=what, **facts)
    Tribune.objects.filter(pk=tribune.pk).update(
        looked_at=day + UNTIL_SECOND_LOOK,
        looked_url=tribune.url,
        found_status=status,
        found_title=kept.title,
        found_canonical=seen.canonical,
        found_noindex=False,
        found_link_back=True,
        found_text_changed=any(each.kind == Kind.TEXT for each in found),
        gone_since=day if is_gone else None,
        unsafe_since=day if is_unsafe else None,
        copied_at=kept.seen_at,
    )


def keep_page(tribune: Tribune, row: dict, day: datetime) -> KeptPage:
    """Keep the page as it was agreed, which is the text here or one of its own, and as it was last seen."""
    source = clean_source(row.get("html") or tribune.post.body)
    agreed = rendered(tribune, source)
    for before, after in row.get("changes", ()):
        source = source.replace(before, after)
    last = rendered(tribune, source)
    return KeptPage.objects.create(
        tribune=tribune,
        agreed_title=tribune.title,
        agreed_text=agreed.text,
        agreed_html=agreed.html,
        agreed_at=tribune.published_at,
        title=row["title"],
        text=last.text,
        html=last.html,
        seen_at=day - timedelta(days=1),
        fetched_at=day,
    )


def rendered(tribune: Tribune, source: str) -> RenderedBody:
    return render_body(source, language=tribune.partner.language, pictures={})


def note_findings(tribune: Tribune, found: list[Found], day: datetime, *, is_known: bool) -> None:
    """Note what is wrong since a day; where it is known, the editors have put it aside and told the partner."""
    for each in found:
        Finding.objects.create(
            tribune=tribune,
            kind=each.kind,
            detail=each.detail,
            facts=each.facts,
            since=day,
            confirmed_at=day + UNTIL_SECOND_LOOK,
            quiet_at=day + timedelta(days=1) if is_known else None,
        )
