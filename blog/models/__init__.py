from blog.models.addresses import OldAddress
from blog.models.announcements import Announced, Announcement
from blog.models.autosaves import Autosave, Presence
from blog.models.bulk_changes import BulkChange, ChangedPost
from blog.models.claims import Claim
from blog.models.copies import PartnerCopy
from blog.models.credentials import Credentials
from blog.models.discussions import DiscussionRules, Moderation
from blog.models.events import Event, Speaker
from blog.models.former_files import FormerFile
from blog.models.handovers import HandOver, HandOverNote, PrivateAddress
from blog.models.headlines import FeedReading, Headline
from blog.models.images import Image
from blog.models.languages import TranslationState
from blog.models.likeness import Fingerprint, Resemblance
from blog.models.listings import Listing
from blog.models.looks import Finding, KeptPage, Look
from blog.models.mentions import Mention, SentMention, ShownMentions, Told
from blog.models.months import Month
from blog.models.offer_mails import EditorMail, OfferMail
from blog.models.offers import MicropubToken, Offer, OfferedPicture
from blog.models.pages import Page
from blog.models.partner_categories import PartnerCategory
from blog.models.partners import Partner, Tribune
from blog.models.posters import VideoPoster
from blog.models.posts import Authorship, Post
from blog.models.recordings import Chapter, FormerRecording, Recording
from blog.models.relations import Relation, TellingWord, WordCount
from blog.models.reviews import ReviewAddress, ReviewMail, ReviewRemark
from blog.models.revisions import BinnedPost, Revision
from blog.models.search import SearchEntry, SearchStale, SearchTrigram, SearchWord
from blog.models.series import Series, SeriesPart
from blog.models.share_pictures import SharePicture
from blog.models.sponsors import Sponsor
from blog.models.taking_in import TakenIn
from blog.models.taxonomy import Category, Tag
from blog.models.text_links import LinkedAddress, LinksNoted, TextLink

__all__ = [
    "Announced",
    "Announcement",
    "Authorship",
    "Autosave",
    "BinnedPost",
    "BulkChange",
    "Category",
    "ChangedPost",
    "Chapter",
    "Claim",
    "Credentials",
    "DiscussionRules",
    "EditorMail",
    "Event",
    "FeedReading",
    "Finding",
    "Fingerprint",
    "FormerFile",
    "FormerRecording",
    "HandOver",
    "HandOverNote",
    "Headline",
    "Image",
    "KeptPage",
    "LinkedAddress",
    "LinksNoted",
    "Listing",
    "Look",
    "Mention",
    "MicropubToken",
    "Moderation",
    "Month",
    "Offer",
    "OfferMail",
    "OfferedPicture",
    "OldAddress",
    "Page",
    "Partner",
    "PartnerCategory",
    "PartnerCopy",
    "Post",
    "Presence",
    "PrivateAddress",
    "Recording",
    "Relation",
    "Resemblance",
    "ReviewAddress",
    "ReviewMail",
    "ReviewRemark",
    "Revision",
    "SearchEntry",
    "SearchStale",
    "SearchTrigram",
    "SearchWord",
    "SentMention",
    "Series",
    "SeriesPart",
    "SharePicture",
    "ShownMentions",
    "Speaker",
    "Sponsor",
    "Tag",
    "TakenIn",
    "TellingWord",
    "TextLink",
    "Told",
    "TranslationState",
    "Tribune",
    "VideoPoster",
    "WordCount",
]
