from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Portail"

    def ready(self) -> None:
        from django.utils.translation import gettext, ngettext

        from catalogue import figures, spoken
        from portal import checks, languages

        checks.register()
        figures.written_with(languages.signs)
        spoken.said_with(gettext, ngettext, languages.said)
