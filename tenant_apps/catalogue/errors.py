from shared_apps.core.errors import DomainError


class WeightsOff(DomainError):
    code = "weights_not_100"

    def __init__(self, total: int):
        super().__init__(f"The modules' weights add up to {total} %. They must make 100 %.", total=total)


class SlugTaken(DomainError):
    code = "slug_taken"
    message = "Another course has this address. Choose another one."
