from django.apps import AppConfig


class HarvestersConfig(AppConfig):
    name = "harvesters"
    verbose_name = "Moissonnage"

    def ready(self) -> None:
        from catalogue.search.origins import told_by
        from harvesters.origins import origins

        told_by(origins)
