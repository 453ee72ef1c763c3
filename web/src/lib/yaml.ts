/** Values as YAML text, for reading: block style, keys in their order, long texts as blocks. */

const PLAIN = /^[A-Za-z_./$][\w ./$@%+()=,:;<>~^-]*$/;
const RESERVED = /^(true|false|null|yes|no|on|off|y|n|~)$/i;

function scalar(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const plain = PLAIN.test(value) && !RESERVED.test(value) && !/: |:$| #|\s$/.test(value);
  return plain ? value : JSON.stringify(value);
}

function lines(value: unknown, indent: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => listItem(item, indent));
  return Object.entries(value as object).flatMap(([key, item]) => entry(scalar(key), item, indent));
}

const isBranch = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length > 0;

function entry(key: string, value: unknown, indent: string): string[] {
  if (isBranch(value)) return [`${indent}${key}:`, ...lines(value, Array.isArray(value) ? indent : `${indent}  `)];
  if (typeof value === "string" && value.includes("\n")) return block(`${indent}${key}: |`, value, `${indent}  `);
  return [`${indent}${key}: ${scalar(value)}`];
}

function listItem(value: unknown, indent: string): string[] {
  if (!isBranch(value)) return [`${indent}- ${scalar(value)}`];
  const [first = "", ...rest] = lines(value, `${indent}  `);
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
}

function block(head: string, text: string, indent: string): string[] {
  const ends = text.endsWith("\n");
  const body = (ends ? text.slice(0, -1) : text).split("\n");
  return [ends ? head : `${head}-`, ...body.map((line) => (line ? indent + line : ""))];
}

/** The lines of a Kubernetes object; what only the server keeps about fields is left out. */
export function yamlLines(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (!isBranch(value)) return [scalar(value)];
  return lines(withoutManagers(value), "");
}

function withoutManagers(value: unknown): unknown {
  const object = value as { metadata?: Record<string, unknown> };
  if (!object.metadata || typeof object.metadata !== "object") return value;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** An object of the API's JSON text; null where there is none. */
export function parsed(text: string | undefined): unknown {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
