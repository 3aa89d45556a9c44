"""A blog as Wagtail's tutorial has it: an index, posts with authors, tags and pictures, and a page of a tag.

Two things are better than there: the index is paginated, and shows introductions instead of whole texts.
"""

from django.core.paginator import Paginator
from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.models import TaggedItemBase
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page
from wagtail.search import index

PAGE_SIZE = 10


class BlogIndexPage(Page):
    """All posts, the newest first; those of a tag where the address names one."""

    def get_context(self, request):
        posts = BlogPage.objects.live().order_by("-date")
        if tag := request.GET.get("tag"):
            posts = posts.filter(tags__slug=tag)
        return super().get_context(request) | {"posts": Paginator(posts, PAGE_SIZE).get_page(request.GET.get("page"))}


class BlogPageTag(TaggedItemBase):
    content_object = ParentalKey("BlogPage", related_name="tagged_items", on_delete=models.CASCADE)


class BlogPage(Page):
    """A post."""

    date = models.DateField("Post date")
    intro = models.TextField(blank=True)
    body = RichTextField(blank=True)
    authors = ParentalManyToManyField("blog.Author", blank=True)
    tags = ClusterTaggableManager(through=BlogPageTag, blank=True)

    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]

    def main_image(self):
        item = self.gallery_images.first()
        return item.image if item else None


class BlogPageGalleryImage(Orderable):
    page = ParentalKey(BlogPage, on_delete=models.CASCADE, related_name="gallery_images")
    image = models.ForeignKey("wagtailimages.Image", on_delete=models.CASCADE, related_name="+")
    caption = models.CharField(blank=True, max_length=250)


class Author(models.Model):
    name = models.CharField(max_length=255)

    def __str__(self):
        return self.name
