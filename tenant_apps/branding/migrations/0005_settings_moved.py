from django.db import migrations


class Migration(migrations.Migration):
    """The choices about booking and money are in `terms` and `payments` now. Their old table goes with a later release."""

    dependencies = [("branding", "0004_text_of_cancelling")]

    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="Settings")])]
