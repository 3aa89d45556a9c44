"""What pictures lack that were brought here before the program knew of it, or when a disk was full."""

from authors.models import Author
from authors.tasks import prepare_portrait
from blog import sharing
from blog.models import Image
from blog.tasks import prepare_image

# What an hour makes up for: a quarter of a minute's work.
MOST_AN_HOUR = 200


def make_up_pictures(most: int = MOST_AN_HOUR) -> None:
    """Make up for an hour's piece of what is missing; a second call goes on from there."""
    for key in (
        Image.objects.filter(problem=Image.Problem.NOT_WRITTEN).order_by("pk").values_list("pk", flat=True)[:most]
    ):
        prepare_image.enqueue(image_id=key)
    for key in Author.objects.waiting().order_by("pk").values_list("pk", flat=True)[:most]:
        prepare_portrait.enqueue(author_id=key)
    note_likenesses(most)
    sharing.draw_missing(most)


def note_likenesses(most: int = MOST_AN_HOUR) -> int:
    """Look what pictures look like of which nobody knows it, the newest first; return how many."""
    lacking = Image.objects.filter(fingerprint=None, problem="").order_by("-created_at", "-pk")
    done = 0
    for image in lacking[:most]:
        done += image.note_likeness()
    return done
