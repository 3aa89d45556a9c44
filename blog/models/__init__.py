from blog.models.addresses import OldAddress
from blog.models.discussions import DiscussionRules, Moderation
from blog.models.events import Event, Speaker
from blog.models.images import Image
from blog.models.listings import Listing
from blog.models.mentions import Mention, SentMention, ShownMentions, Told
from blog.models.months import Month
from blog.models.pages import Page
from blog.models.partners import Partner, Tribune
from blog.models.posts import Authorship, Post
from blog.models.taxonomy import Category, Tag

__all__ = [
    "Authorship",
    "Category",
    "DiscussionRules",
    "Event",
    "Image",
    "Listing",
    "Mention",
    "Moderation",
    "Month",
    "OldAddress",
    "Page",
    "Partner",
    "Post",
    "SentMention",
    "ShownMentions",
    "Speaker",
    "Tag",
    "Told",
    "Tribune",
]
