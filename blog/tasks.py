"""What runs in the background; each a thin call of a function elsewhere.

A task may run twice, after a process was killed, and must do no harm then.
"""

from django.tasks import task


# A picture is shown while it waits; somebody waits for a mail and for what is judged.
@task(priority=-10)
def prepare_image(*, image_id: int) -> None:
    """Make the renditions of a picture, then the texts that show it."""
    from blog.models import Image

    image = Image.objects.filter(pk=image_id).first()
    if image is not None:
        image.prepare()


@task(priority=-5)
def look_at_mentions() -> None:
    """Look at pages that are said to link to posts."""
    from blog.syndication.mentions import look

    look()


@task(priority=-5)
def send_mentions() -> None:
    """Tell pages of other sites that posts link to them, or no longer do."""
    from blog.syndication.telling import send_due

    send_due()
