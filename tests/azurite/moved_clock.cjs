// Loaded into Azurite's process before Azurite: its Date is the real one until a test freezes it.
// POST /<milliseconds since 1970> freezes, POST /run lets time go on. Timers and hrtime stay real.
"use strict";
const fs = require("node:fs");
const http = require("node:http");

const RealDate = Date;
let frozen = null;
const now = () => (frozen === null ? RealDate.now() : frozen);

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
    const wish = request.url.slice(1);
    frozen = wish === "run" ? null : Number(wish);
    response.end();
  })
  .listen(port, "127.0.0.1")
  .unref();
