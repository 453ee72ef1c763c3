"""A FunctionApp for the tests that start a real process: HTTP → queue → queue, and a worker thread."""

from __future__ import annotations

import threading
import time

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
started = threading.Event()


@app.route("send", methods=["POST"])
@app.queue_output(arg_name="event", queue_name="work", connection="C")
def send(req: func.HttpRequest, event: func.Out[str]) -> func.HttpResponse:
    event.set(req.get_body().decode())
    return func.HttpResponse(status_code=202)


@app.queue_trigger(arg_name="message", queue_name="work", connection="C")
@app.queue_output(arg_name="done", queue_name="done", connection="C")
def work(message: func.QueueMessage, done: func.Out[str]) -> None:
    text = message.get_body().decode()
    if text == "slow":
        time.sleep(0.5)
    if text == "stuck" and message.dequeue_count == 1:
        time.sleep(600)
    done.set(f"{text} {message.dequeue_count}")


@app.route("worker", methods=["GET"])
def worker(req: func.HttpRequest) -> str:
    return "running" if started.wait(30) else "absent"


@app.timer_trigger(arg_name="timer", schedule="%TIDEGATE_POLL_SCHEDULE%")
def tick(timer: func.TimerRequest) -> None: ...


def beside(stop: threading.Event) -> None:
    started.set()
    stop.wait()


workers = [beside]
