// Loaded into Azurite's process before Azurite: the accounts that it has, as `name:key;name:key`.
"use strict";
process.env.AZURITE_ACCOUNTS = require("node:fs").readFileSync("accounts", "utf8");
