"""What runs in the background; see ``blog.tasks``."""

import logging

from django.core.exceptions import ValidationError
from django.tasks import task

logger = logging.getLogger("tribune.pictures")


# The portrait is shown while it waits; somebody waits for a mail and for what is judged.
@task(priority=-10)
def prepare_portrait(*, author_id: int) -> None:
    """Make the renditions of a portrait."""
    from authors.models import Author

    author = Author.objects.exclude(portrait="").filter(pk=author_id).first()
    if author is None:
        return
    try:
        author.prepare_portrait()
    except (OSError, ValidationError) as error:
        logger.error("No renditions of the portrait of author %s (%s): %s", author.pk, author.portrait.name, error)
