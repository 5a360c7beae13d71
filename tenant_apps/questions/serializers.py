"""What the API says of questions."""

from shared_apps.api.strict import ModelSerializer
from tenant_apps.questions.models import Question


class QuestionSerializer(ModelSerializer):
    """What a course asks each person who comes.

    `kind` is `line`, `text`, `choice`, `several`, `date`, `yes_no` or `file`; `choices` are what is chosen from. Where
    `daysBefore` is null, it is answered when booking, else until so many days before the session.
    """

    class Meta:
        model = Question
        fields = ["id", "text", "hint", "kind", "choices", "required", "days_before", "position"]
