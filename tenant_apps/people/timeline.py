"""What timelines say of people."""

from shared_apps.accounts.models import User
from shared_apps.events.timeline import records, subject
from tenant_apps.people.models import Person

subject("student", "person", find=records(Person.objects.all, str, "office:student"))
subject("trainer", find=records(Person.objects.all, str, "office:trainer_edit"))
subject("colleague", find=records(User.objects.all, str, "office:colleague"))
