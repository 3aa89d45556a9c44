from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.forms import Field
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, EditorsForm, SlugForm
from authors.overwriting import CarefulForm
from blog.admin.choices import CategoryField, indented, keep_short
from blog.admin.filters import MissingCategoryWords, MissingTagWords
from blog.admin.merging_terms import MergingTermsMixin
from blog.models import Category, Tag


class CategoryForm(CarefulForm, SlugForm, EditorsForm):
    slug_source = "name_fr"
    slug_scope = ("parent",)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        keep_short(self, Category._meta.get_field("parent"))

    class Meta:
        model = Category
        fields = "__all__"


@admin.register(Category)
class CategoryAdmin(MergingTermsMixin, EditorsAdmin):
    form = CategoryForm
    actions = ("merge",)
    list_display = ("indented_name", "other_name", "path", "position")
    list_per_page = 200
    list_filter = (MissingCategoryWords,)
    search_fields = ("name_fr", "name_en", "path")
    ordering = ("path",)
    fieldsets = (
        (
            None,
            {
                "fields": (("name_fr", "name_en"), "slug", "parent", "position"),
                "description": _(
                    "The address is the same in both languages. When it changes, or the category is moved, its former "
                    "address and those below it go on leading here."
                ),
            },
        ),
        (_("Description"), {"fields": ("description_fr", "description_en")}),
    )

    def for_list(self, rows: QuerySet[Category]) -> QuerySet[Category]:
        return rows.defer("description_fr", "description_en")

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs) -> Field:
        if db_field.name == "parent":
            kwargs |= {"form_class": CategoryField, "queryset": Category.objects.in_order()}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("category"), ordering="path")
    def indented_name(self, obj: Category) -> str:
        return indented(obj)

    @admin.display(description=_("in the other language"))
    def other_name(self, obj: Category) -> str:
        return obj.name_fr if obj.name == obj.name_en else obj.name_en


class TagForm(CarefulForm, SlugForm, EditorsForm):
    slug_source = "name_fr"

    class Meta:
        model = Tag
        fields = "__all__"


@admin.register(Tag)
class TagAdmin(MergingTermsMixin, EditorsAdmin):
    form = TagForm
    actions = ("merge",)
    list_display = ("name_fr", "name_en", "slug")
    list_filter = (MissingTagWords,)
    search_fields = ("name_fr", "name_en", "slug")
    ordering = ("slug",)
    fields = (("name_fr", "name_en"), "slug")
