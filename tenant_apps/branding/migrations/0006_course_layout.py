from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("branding", "0005_settings_moved"),
    ]

    operations = [
        migrations.AddField(
            model_name="brand",
            name="course_layout",
            field=models.CharField(
                choices=[
                    ("cards", "Cards"),
                    ("wide", "Wide rows with a picture"),
                    ("compact", "Lines without pictures"),
                ],
                db_default="cards",
                default="cards",
                max_length=10,
            ),
        ),
    ]
