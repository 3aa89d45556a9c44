import django.db.models.deletion
import django.utils.timezone
import pictures.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0011_taken_in"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # What was of a WordPress alone is of any site that a program writes into.
        migrations.RenameModel(old_name="WordPressCopy", new_name="PartnerCopy"),
        migrations.AlterModelOptions(
            name="partnercopy",
            options={
                "default_permissions": (),
                "verbose_name": "copy at a partner’s",
                "verbose_name_plural": "copies at partners’",
            },
        ),
        migrations.RenameIndex(
            model_name="partnercopy", old_name="wordpress_copy_to_look_at", new_name="partner_copy_to_look_at"
        ),
        migrations.AlterField(
            model_name="partnercopy",
            name="tribune",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="partner_copy", to="blog.tribune"
            ),
        ),
        migrations.RenameField(model_name="partnercopy", old_name="number", new_name="key"),
        migrations.AlterField(
            model_name="partnercopy",
            name="key",
            field=models.CharField(blank=True, editable=False, max_length=2000, verbose_name="known there by"),
        ),
        migrations.AddField(
            model_name="partnercopy",
            name="way",
            field=models.CharField(
                choices=[
                    ("wordpress", "by the API of its WordPress"),
                    ("micropub", "by Micropub"),
                    ("page", "from a private page, read by a person"),
                ],
                default="wordpress",
                editable=False,
                max_length=20,
                verbose_name="way",
            ),
        ),
        migrations.AddField(
            model_name="partnercopy",
            name="uploads",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AlterField(
            model_name="partnercopy",
            name="status",
            field=models.CharField(
                choices=[
                    ("absent", "not there yet"),
                    ("unsure", "perhaps there: no answer came back"),
                    ("draft", "draft"),
                    ("pending", "waiting to be read there"),
                    ("future", "scheduled"),
                    ("private", "private"),
                    ("publish", "published"),
                    ("trash", "in their bin"),
                    ("gone", "deleted there"),
                ],
                editable=False,
                max_length=10,
                verbose_name="state there",
            ),
        ),
        migrations.RenameField(model_name="partner", old_name="wordpress_status", new_name="status_there"),
        migrations.AlterField(
            model_name="partner",
            name="status_there",
            field=models.CharField(
                choices=[
                    ("draft", "a draft"),
                    ("pending", "a text that waits to be read there"),
                    ("publish", "public at once"),
                ],
                default="draft",
                help_text="By the API of its WordPress, or by Micropub, where a text that waits is a draft.",
                max_length=10,
                verbose_name="what a tribune becomes there",
            ),
        ),
        # What partners hand over to us.
        migrations.CreateModel(
            name="OfferedPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", pictures.fields.PictureField(height_field="height", verbose_name="file", width_field="width")),
                ("width", models.PositiveIntegerField(editable=False)),
                ("height", models.PositiveIntegerField(editable=False)),
                ("made_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="offered_pictures", to="blog.partner"
                    ),
                ),
            ],
            options={
                "verbose_name": "picture from a partner",
                "verbose_name_plural": "pictures from partners",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="MicropubToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="made"),
                ),
                ("used_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last used")),
                ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="revoked")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="micropub_tokens", to="blog.partner"
                    ),
                ),
            ],
            options={
                "verbose_name": "Micropub token of a partner",
                "verbose_name_plural": "Micropub tokens of partners",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)), fields=("partner",), name="micropub_token_in_force"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("once", models.CharField(editable=False, max_length=64)),
                ("title", models.CharField(editable=False, max_length=200, verbose_name="title")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "being taken in"),
                            ("taken", "a draft here"),
                            ("apart", "a later text came, and waits beside yours"),
                            ("failed", "could not be taken in"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("sent", models.JSONField(editable=False)),
                ("applied", models.JSONField(default=dict, editable=False)),
                ("edition", models.PositiveIntegerField(default=1, editable=False)),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("problem", models.JSONField(default=dict, editable=False)),
                (
                    "received_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="came"),
                ),
                (
                    "sent_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="last sent"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="taken back by the partner"),
                ),
                ("seen_at", models.DateTimeField(editable=False, null=True, verbose_name="seen to")),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="blog.partner",
                        verbose_name="partner",
                    ),
                ),
                (
                    "tribune",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="offers",
                        to="blog.tribune",
                        verbose_name="tribune",
                    ),
                ),
            ],
            options={
                "verbose_name": "text from a partner",
                "verbose_name_plural": "texts from partners",
                "ordering": ["-sent_at", "-pk"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["-sent_at", "-id"], name="offer_newest"),
                    models.Index(fields=["partner", "-sent_at", "-id"], name="offer_newest_of_partner"),
                    models.Index(fields=["state", "sent_at"], name="offer_to_take_in"),
                    models.Index(condition=models.Q(("seen_at", None)), fields=["received_at"], name="offer_news"),
                ],
                "constraints": [models.UniqueConstraint(fields=("partner", "once"), name="offer_once")],
            },
        ),
    ]
