"""Jobs by API."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import ViewSet
from shared_apps.api.strict import ModelSerializer, Serializer
from shared_apps.jobs.models import Job
from shared_apps.jobs.services import cancel_job
from shared_apps.jobs.views import result_url


class JobBegun(Serializer):
    job_id = serializers.UUIDField(help_text="Ask `jobs/{id}` how far it is")


class JobSerializer(ModelSerializer):
    result_url = serializers.SerializerMethodField(help_text="Where you get the file that it made, for an hour")

    class Meta:
        model = Job
        fields = ["id", "kind", "title", "status", "done", "total", "errors", "error_count", "result_url",
                  "created_at", "finished_at"]  # fmt: skip

    def get_result_url(self, job: Job) -> str:
        return result_url(job, self.context["request"])


@extend_schema_view(
    list=extend_schema(summary="List your jobs"), retrieve=extend_schema(summary="Read how far a job is")
)
class JobViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ViewSet):
    permission = "account.use"
    serializer_class = JobSerializer
    orderings = {"createdAt": "created_at"}

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.visible_to(self.request.user)

    @extend_schema(
        summary="Cancel a job",
        description="It stops before its next item; what is done stays done. 409 `illegal_move` for one that is over.",
        request=None,
        responses=JobSerializer,
    )
    def cancel(self, request: Request, pk: UUID) -> Response:
        job = self.get_object()
        self.body()
        cancel_job(job, by=signed_in(request))
        return Response(self.get_serializer(job).data)
