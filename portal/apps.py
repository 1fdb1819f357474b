from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Portail"

    def ready(self) -> None:
        from catalogue import figures
        from portal import checks, languages

        checks.register()
        figures.written_with(languages.signs)
