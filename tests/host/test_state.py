"""The host with its queues and rows in a storage account: the same process, the same promises."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from host.queue_listener import HostQueue
from host.state import open_state
from shared.adapters.azure.storage_account import StorageAccount
from shared.adapters.azure.work_queue import AzureWorkQueue
from shared.adapters.sqlite.work_queue import SqliteWorkQueue
from shared.adapters.system.clock import SystemClock
from shared.domain.access.secret_text import SecretText
from shared.ports.document_store import Document
from shared.settings import Settings, StateHome, StorageSettings
from tests.azurite.azurite import Azurite
from tests.azurite.clock import AzuriteClock
from tests.host.test_main import Start, post, start, stopped, url_of
from tests.host.test_queue_listener import BOUND, until

pytestmark = pytest.mark.slow  # processes and Azurite

__all__ = ["start"]


@pytest.fixture
def fresh() -> Iterator[Azurite]:
    """Queue names are the function app's, so each test has an Azurite of its own."""
    with Azurite() as azurite:
        yield azurite


@pytest.fixture
def account(fresh: Azurite) -> Iterator[StorageAccount]:
    with closing(StorageAccount.by_connection(SecretText(fresh.connection))) as account:
        yield account


def begun(start: Start, azurite: Azurite) -> subprocess.Popen[str]:
    return start(TIDEGATE_STATE="azurite", AzureWebJobsStorage=azurite.connection)


def lying(account: StorageAccount, queue: str) -> list[str]:
    message = AzureWorkQueue(account, queue).receive(1)
    return [message.text] if message else []


def test_a_request_passes_through_storage_queues_and_a_stop_is_clean(
    start: Start, fresh: Azurite, account: StorageAccount, tmp_path: Path
) -> None:
    process = begun(start, fresh)
    assert post(url_of(process), "one") == 202
    until(lambda: lying(account, "done") == ["one 1"])
    assert stopped(process) == 0  # the message is completed after its outputs are sent: look when all is done
    assert AzureWorkQueue(account, "work").length() == 0
    assert not (tmp_path / "home" / "tidegate.db").exists()


def test_a_stop_lets_a_running_function_finish(start: Start, fresh: Azurite, account: StorageAccount) -> None:
    process = begun(start, fresh)
    assert post(url_of(process), "slow") == 202
    until(
        lambda: AzureWorkQueue(account, "work").length() == 1 and not AzureWorkQueue(account, "work").wait(0)
    )
    assert stopped(process, signal.SIGINT) == 0
    assert lying(account, "done") == ["slow 1"]
    assert AzureWorkQueue(account, "work").length() == 0


def test_what_a_killed_process_had_claimed_comes_again_when_the_claim_ends(
    start: Start, fresh: Azurite, account: StorageAccount
) -> None:
    with closing(AzuriteClock(fresh)) as clock:
        process = begun(start, fresh)
        assert post(url_of(process), "stuck") == 202
        until(
            lambda: (
                AzureWorkQueue(account, "work").length() == 1 and not AzureWorkQueue(account, "work").wait(0)
            )
        )
        process.kill()
        process.communicate(timeout=BOUND)
        again = begun(start, fresh)
        url_of(again)
        assert AzureWorkQueue(account, "done").length() == 0
        clock.advance(timedelta(seconds=61))
        until(lambda: lying(account, "done") == ["stuck 2"])
        assert stopped(again) == 0


@pytest.mark.parametrize("state", [StateHome.SQLITE, StateHome.AZURITE])
def test_each_state_has_both_sides_of_a_queue_and_rows(
    state: StateHome, fresh: Azurite, tmp_path: Path
) -> None:
    storage = StorageSettings(SecretText(fresh.connection))
    settings = Settings(home=tmp_path, state=state, storage=storage)
    with open_state(settings, SystemClock()) as opened:
        opened.documents.put(Document("p", "k", {"n": 1}))
        assert opened.documents.get("p", "k") is not None
        opened.recover(["work"])
        queue: HostQueue = opened.queues("work")
        assert isinstance(queue, SqliteWorkQueue if state is StateHome.SQLITE else AzureWorkQueue)
        queue.send("x")
        message = queue.receive(30)
        assert message is not None
        assert queue.complete(message)


def test_a_wrong_connection_string_is_told_in_one_line(start: Start) -> None:
    process = start(TIDEGATE_STATE="azurite", AzureWebJobsStorage="nonsense")
    _, errors = process.communicate(timeout=BOUND)
    assert process.returncode == 1
    assert "AzureWebJobsStorage is no connection string" in errors
    assert "Traceback" not in errors
