"""How long what was imported is kept."""

from accelerator.privacy.classes import Keeping, kept_as

kept_as(Keeping.APPLICATION, "applications.ImportedApplication")
kept_as(Keeping.DAYS, "applications.TableToImport")
kept_as(Keeping.PROGRAMME, "applications.ColumnMapping")
