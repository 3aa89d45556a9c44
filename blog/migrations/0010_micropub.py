import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0009_mentions"),
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
    ]
