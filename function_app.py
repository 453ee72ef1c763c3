"""The Functions app: settings → services → blueprints. Wiring only."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import azure.functions as func

from functions import (
    acr_webhook,
    drift_timer,
    event_grid,
    event_grid_webhook,
    events_queue,
    github_webhook,
    poison_queue,
    poll_timer,
    rest_api,
    secret_timer,
    web_ui,
    work_queue,
)
from functions.api.routes import Api
from shared.bootstrap import World
from shared.log import speak_json
from shared.settings import load_settings

if TYPE_CHECKING:
    from shared.ports.counters import Counters


def functions_of(world: World) -> func.FunctionApp:
    """Every trigger, on the services of one home."""
    app = func.FunctionApp()
    app.register_functions(github_webhook.blueprint(world.read_github))
    app.register_functions(acr_webhook.blueprint(world.read_acr))
    app.register_functions(event_grid.blueprint(world.receive_grid_events))
    app.register_functions(event_grid_webhook.blueprint(world.read_grid))
    app.register_functions(events_queue.blueprint(world.receive_event))
    app.register_functions(work_queue.blueprint(world.do_work))
    app.register_functions(poison_queue.blueprint(world.record_poison))
    app.register_functions(drift_timer.blueprint(world.scan))
    app.register_functions(poll_timer.blueprint(world.poll))
    app.register_functions(secret_timer.blueprint(world.look_into_vaults))
    app.register_functions(rest_api.blueprint(web_ui.WebUi(Api(world))))
    return app


speak_json(logging.getLogger())
_world = World(load_settings(os.environ))  # noqa: TID251 the one place that reads the environment
app = functions_of(_world)

# run by host/ beside the functions; Azure has no use for them
workers = (_world.watch,)


def counters() -> Counters:
    """What host/ counts by, which keeps running: GET /metrics shows it then."""
    return _world.counters
