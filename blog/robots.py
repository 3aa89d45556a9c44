"""What programs that visit a site by themselves may do (RFC 9309)."""

from django.conf import settings
from django.urls import reverse

# Those that gather texts to train language models with, by the names under which their makers say they can be refused.
# Not those of search engines, nor those that fetch a page because a person asked for it just then: to refuse these is
# to be found no more. This is the one list of them; AI_CRAWLERS=no refuses them all.
AI_CRAWLERS = (
    "AI2Bot",
    "Amazonbot",
    "anthropic-ai",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "cohere-training-data-crawler",
    "Diffbot",
    "FacebookBot",
    "Google-Extended",
    "GPTBot",
    "ImagesiftBot",
    "Meta-ExternalAgent",
    "omgili",
    "PanguBot",
    "Timpibot",
    "Webzio-Extended",
)


def robots_txt() -> str:
    """Return the file; what it does not name may be visited."""
    groups = [["User-agent: *", "Disallow: /admin/"]]
    if not settings.AI_CRAWLERS:
        groups.append([*(f"User-agent: {name}" for name in AI_CRAWLERS), "Disallow: /"])
    groups.append([f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"])
    return "\n\n".join("\n".join(lines) for lines in groups) + "\n"
