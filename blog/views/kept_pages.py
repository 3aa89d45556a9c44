"""The archived text of a tribune, for readers of one whose page at the partner's is gone, or that browsers warn of."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from blog.models import KeptPage, Tribune
from blog.models.posts import long_texts
from blog.pagecache import tag_page
from blog.views.reading import only_read


@only_read
def kept_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What stood at the partner's, once readers do not reach it there and if the agreement lets them have it."""
    published = Tribune.objects.published(timezone.now()).filter(pk=pk)
    tribune = get_object_or_404(published.select_related("partner", "post__disclosure_with").defer(*long_texts("post")))
    if not tribune.offers_archive():
        raise Http404("The page is there, or its text is not for readers.")
    kept = get_object_or_404(
        KeptPage.objects.select_related("tribune").only(
            "title", "html", "agreed_title", "agreed_html", "seen_at", "tribune__found_text_changed"
        ),
        tribune=tribune,
    )
    authors = list(tribune.post.authors.order_by("authorships__position", "authorships__pk"))
    context = {
        "tribune": tribune,
        "kept": kept,
        "writers": len(authors),
        "names": ", ".join(author.name for author in authors) if tribune.is_ours() else tribune.partner.keeper,
    }
    response = render(request, "blog/kept_page.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return tag_page(response)
