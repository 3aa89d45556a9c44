"""The pictures of a text that is taken in: asked for at the partner's, kept in the library, put into its text."""

from time import monotonic
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from blog.body import excerpt
from blog.markup import contents, fill, make, parse, serialise
from blog.models import Image, Partner
from blog.models.posts import TITLE_LENGTH
from blog.syndication.errors import FetchError, TooSlowError
from blog.syndication.fetching import fetch
from blog.syndication.intakes import Intake, TheirPicture
from blog.syndication.words import keep, keep_error
from pictures.masters import Master, reencode

# An editor waits for all pictures together; a web server gives up a request after thirty seconds. What there was no
# time for can be asked for again.
SECONDS = 14
SECONDS_EACH = 8
# A camera's picture at the size in which blogs show it has 1 or 2 MB.
LARGEST_PICTURE = 12 * 1024 * 1024
# What is kept of all pictures of a text until it is saved.
LARGEST_IN_ALL = 40 * 1024 * 1024

NO_ROOM = _("The pictures before it weigh too much together.")
NO_TIME = _("There was no time left for it.")


def fetch_pictures(intake: Intake) -> None:
    """Ask for the pictures of an intake that are not there yet; what cannot be had says why."""
    ends, weight = monotonic() + SECONDS, sum(len(each.content) for each in intake.pictures)
    for picture in intake.pictures:
        if picture.content:
            continue
        if weight >= LARGEST_IN_ALL:
            picture.problem = keep(NO_ROOM)
        elif monotonic() >= ends:
            picture.problem = keep(NO_TIME)
        else:
            fetch_picture(picture, ends)
            weight += len(picture.content)
    _drop_second_cover(intake)


def fetch_picture(picture: TheirPicture, ends: float) -> None:
    """Ask for a picture, then for its smaller files where that one cannot be had, and make a master of it."""
    for address in (picture.address, *picture.others):
        try:
            left = ends - monotonic()
            if left <= 0:
                raise TooSlowError(SECONDS)
            answer = fetch(
                address, limit=LARGEST_PICTURE, seconds=min(SECONDS_EACH, left), headers={"Accept": "image/*"}
            )
            master = reencode(ContentFile(answer.expect_success().body))
        except FetchError as error:
            picture.problem = picture.problem or keep_error(error)
        except ValidationError as error:
            picture.problem = picture.problem or keep(error.message, **(error.params or {}))
        else:
            picture.problem, picture.file, picture.content = {}, master.name, master.open().read()
            picture.width, picture.height, picture.address = master.width, master.height, address
            return


def _drop_second_cover(intake: Intake) -> None:
    """Leave a cover out that the text shows too: readers would see the same picture twice."""
    files = {each.file for each in intake.pictures if not each.is_cover and each.file}
    intake.pictures = [each for each in intake.pictures if not (each.is_cover and each.file in files)]


def keep_images(partner: Partner, intake: Intake, language: str) -> dict[int, Image]:
    """Put the pictures of an intake into the library, each once, and return them by their numbers there."""
    had = [each for each in intake.pictures if each.content]
    known = {image.file.name: image for image in Image.objects.filter(file__in=[each.file for each in had])}
    images = {}
    for each in had:
        if each.file not in known:
            image = Image(
                title=(each.caption or each.alt or intake.title)[:TITLE_LENGTH],
                # A caption that says already whose it is is not said twice.
                credit="" if f"({partner.name})" in each.caption else credit_of(partner, each.address),
                source=each.address,
            )
            setattr(image, f"alt_{language}", excerpt(each.alt, Image._meta.get_field(f"alt_{language}").max_length))
            setattr(image, f"caption_{language}", each.caption)
            image.file.save("", master_of(each), save=False)
            image.save()
            known[each.file] = image
        images[each.number] = known[each.file]
    return images


def master_of(picture: TheirPicture) -> Master:
    """Return the master that was made of a picture, as it was."""
    extension = picture.file.rpartition(".")[2]
    return Master(picture.content, extension, (picture.width, picture.height))


def credit_of(partner: Partner, address: str) -> str:
    """Return whom readers are told that a picture is from: the blog, and the site where it was found."""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    return f"{partner.name} ({host})"[: Image._meta.get_field("credit").max_length]


def place_pictures(source: str, intake: Intake, images: dict[int, Image], language: str) -> str:
    """Return a source in which figures name pictures of the library; of those that could not be had words are left."""
    root = parse(source)
    pictures = {each.number: each for each in intake.pictures}
    for figure in list(root.iter("figure")):
        if not figure.get("data-image"):
            continue
        picture, caption = pictures.get(int(figure.get("data-image"))), figure.find("figcaption")
        if picture is None or picture.number not in images:
            words = contents(caption) if caption is not None else [picture.alt] if picture and picture.alt else []
            _leave_words(figure, words)
            continue
        image = images[picture.number]
        figure.set("data-image", str(image.pk))
        # What stands in the library as well is said there; a caption with links, or of another text, is said here.
        is_known = getattr(image, f"caption_{language}") == picture.caption
        if caption is not None and not len(caption) and is_known:
            figure.remove(caption)
        shown = make("img", src=image.file.url)
        shown.set("alt", getattr(image, f"alt_{language}"))
        figure.insert(0, shown)
    return serialise(root)


def _leave_words(figure, words: list) -> None:
    if not words:
        figure.drop_tree()
        return
    figure.attrib.clear()
    figure.tag = "p"
    fill(figure, [make("em", words)])
