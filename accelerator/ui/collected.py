"""The static files of a public site, each under a name that holds its hash."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedFiles(CompressedManifestStaticFilesStorage):
    """Our modules import each other by the names that are served too: those without a hash are not kept.

    Ours alone: in the comments of other people's scripts stand imports of files that do not exist.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "js/*.js",
            (
                (
                    r"""(?P<matched>import(?P<import>[\s\{][^;]*?)\s*from\s*"(?P<url>\.[^"]*?)"\s*;)""",
                    """import%(import)s from "%(url)s";""",
                ),
            ),
        ),
    )
