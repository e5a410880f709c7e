"""Files in an S3-compatible store. A module of its own: its client takes a second to import, and a disk needs none."""

from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage as BaseS3Storage


@contextmanager
def _as_connection():
    """Whoever keeps a file knows one kind of failure, whatever the storage is."""
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as problem:
        raise ConnectionError(str(problem)) from problem


class S3Storage(BaseS3Storage):
    """Any S3-compatible store, private; bucket, endpoint and keys come from the settings.

    Raises ConnectionError when the store is away, full or refuses the keys.
    """

    def _save(self, name, content):
        with _as_connection():
            return super()._save(name, content)

    def _open(self, name, mode="rb"):
        with _as_connection():
            return super()._open(name, mode)

    def exists(self, name):
        with _as_connection():
            return super().exists(name)

    def delete(self, name):
        with _as_connection():
            super().delete(name)

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
