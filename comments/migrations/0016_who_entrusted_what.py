from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    """Find notices and rights of reply by the address given with them; both tables are small on every site."""

    dependencies = [("comments", "0015_folded_in_order")]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                Lower("email"), condition=models.Q(("email", ""), _negated=True), name="notice_by_email"
            ),
        ),
        migrations.AddIndex(
            model_name="replyrequest",
            index=models.Index(
                Lower("email"), condition=models.Q(("email", ""), _negated=True), name="reply_request_by_email"
            ),
        ),
    ]
