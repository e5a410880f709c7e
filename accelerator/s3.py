"""Files in an S3-compatible store. A module of its own: its client takes a second to import, and a disk needs none."""

from botocore.config import Config
from storages.backends.s3 import S3Storage as BaseS3Storage


class S3Storage(BaseS3Storage):
    """Any S3-compatible store, private; bucket, endpoint and keys come from the settings."""

    def get_default_settings(self):
        addressing = {"addressing_style": "path"}
        return super().get_default_settings() | {
            "default_acl": None,
            "querystring_auth": True,
            "querystring_expire": 300,
            "file_overwrite": False,
            "signature_version": "s3v4",
            "addressing_style": "path",
            # Stores other than AWS do not all know the checksums that newer clients add of their own accord.
            "client_config": Config(
                s3=addressing,
                signature_version="s3v4",
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=2,  # seconds; somebody waits for the page meanwhile
                read_timeout=10,
                retries={"total_max_attempts": 2},
            ),
        }
