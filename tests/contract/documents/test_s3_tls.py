"""The S3 store over TLS: what documents does with it, and what the gateway does with what documents hands out."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from contract.documents.test_s3 import settings_for
from documents.adapters.s3 import S3
from documents.ports import Buckets, StorageUnavailable
from gateway.adapters.storage import Storage, StorageAway
from gateway.settings import Settings as GatewaySettings
from schakel_local.seaweed import SeaweedFS
from shared import clock, tls
from support.certificates import Folder

CONTENT = secrets.token_bytes(100_000)


class TlsSeaweedFS(SeaweedFS):
    """One that speaks TLS and nothing else."""

    scheme = "https"
    certificate: tuple[Path, Path]

    def command(self) -> list[str]:
        certificate, key = (self.lay(path.name, path.read_text(), secret=True) for path in self.certificate)
        return [*super().command(), f"-s3.cert.file={certificate}", f"-s3.key.file={key}"]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def tls_seaweed(server_folder: Path, certificates: Folder) -> Iterator[TlsSeaweedFS]:
    server = TlsSeaweedFS(server_folder / "s3-tls")
    server.certificate, server.verify = certificates.good, tls.context(certificates.ours.file)
    server.start()
    yield server
    server.kill()


def store_of(seaweed: TlsSeaweedFS, ca: Path, **own: object) -> S3:
    return S3(settings_for(seaweed, amqp_url="amqps://x", tls_ca=ca, s3_timeout=5.0, **own))


def gateway(ca: Path) -> Storage:
    """The gateway's side, which trusts these authorities too."""
    urls = {f"{name}_url": f"https://{name}" for name in ("workflow", "intake", "documents", "notify", "bron_export")}
    secret = {"gateway_private_key": "x", **dict.fromkeys(("totp_keys", "link_key"), f"{'A' * 43}=")}
    rest = {"database_url": "postgresql://x", "amqp_url": "amqps://x", "public_url": "https://portal.example"}
    return Storage(GatewaySettings.model_validate({**urls, **secret, **rest, "tls_ca": ca}))


async def test_files_go_to_s3_and_back_over_tls_that_is_verified(tls_seaweed: TlsSeaweedFS, certificates: Folder) -> None:
    store, storage = store_of(tls_seaweed, certificates.ours.file), gateway(certificates.ours.file)
    settings = store._settings
    buckets = Buckets(
        settings.s3_bucket_uploads, settings.s3_bucket_bijlagen, settings.s3_bucket_brieven, settings.s3_bucket_logboek
    )
    async with store.opened(), storage.opened():
        assert len(await store.prepare()) == 4
        form = store.form(buckets.uploads, "slot", size=len(CONTENT), expires=clock.now() + timedelta(minutes=1))
        assert form.url.startswith("https://")
        await storage.send(form.url, form.fields, BytesIO(CONTENT))
        into = BytesIO()
        assert (await store.download(buckets.uploads, "slot", into, at_most=len(CONTENT))).complete
        assert into.getvalue() == CONTENT
        await store.upload(buckets.bijlagen, "b", BytesIO(CONTENT), mediatype="application/pdf", disposition="attachment")
        link = store.link(buckets.bijlagen, "b", lifetime=timedelta(seconds=30))
        async with storage.fetch(link) as chunks:
            assert b"".join([chunk async for chunk in chunks]) == CONTENT
        assert [[item.key for item in page] async for page in store.listed(buckets.bijlagen)] == [["b"]]
        await store.delete(buckets.uploads, "slot")


async def test_a_store_of_another_authority_or_name_gets_nothing(tls_seaweed: TlsSeaweedFS, certificates: Folder) -> None:
    by_another_name = tls_seaweed.url.replace("127.0.0.1", "localhost")  # the certificate is for the address
    for ca, url in ((certificates.theirs.file, tls_seaweed.url), (certificates.ours.file, by_another_name)):
        store, storage = store_of(tls_seaweed, ca, s3_endpoint=url), gateway(ca)
        async with store.opened(), storage.opened():
            with pytest.raises(StorageUnavailable):
                await store.download("any", "thing", BytesIO(), at_most=1)
            with pytest.raises(StorageUnavailable):
                await store.upload("any", "thing", BytesIO(b"x"), mediatype="text/plain", disposition="attachment")
            with pytest.raises(StorageUnavailable):
                await store.prepare()
            with pytest.raises(StorageAway):
                await storage.send(f"{url}/any", {}, BytesIO(b"x"))
            with pytest.raises(StorageAway):
                async with storage.fetch(store.link("any", "thing", lifetime=timedelta(seconds=9))):
                    pass


async def test_a_store_that_speaks_tls_hears_nothing_in_plain(tls_seaweed: TlsSeaweedFS) -> None:
    plain = tls_seaweed.url.replace("https:", "http:")
    store = S3(settings_for(tls_seaweed, s3_endpoint=plain))
    async with store.opened():
        with pytest.raises(StorageUnavailable):
            await store.download("any", "thing", BytesIO(), at_most=1)
