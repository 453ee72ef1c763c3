// Loaded into Azurite's process before Azurite: its Date is the real one until a test freezes it.
// POST /at/<milliseconds since 1970> freezes it, POST /ahead/<milliseconds> lets it run so far ahead of the
// real one. Timers and hrtime stay real.
"use strict";
const fs = require("node:fs");
const http = require("node:http");

const RealDate = Date;
let now = () => RealDate.now();

globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [now()] : given));
  }
  static now() {
    return now();
  }
};

const port = Number(fs.readFileSync("clock-port", "utf8"));
http
  .createServer((request, response) => {
    const [, mode, text] = request.url.split("/");
    const milliseconds = Number(text);
    now = mode === "at" ? () => milliseconds : () => RealDate.now() + milliseconds;
    response.end();
  })
  .listen(port, "127.0.0.1")
  .unref();
