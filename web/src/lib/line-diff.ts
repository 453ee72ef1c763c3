export interface DiffLine {
  kind: "same" | "add" | "remove";
  text: string;
  before: number;
  after: number;
}

/** Above it the table would take more than 64 MB: what differs is shown as all removed and all added. */
const CELLS_MOST = 16_000_000;

/** The longest common run of lines, by dynamic programming on what lies between the equal head and tail. */
function middle(before: string[], after: string[]): ("same" | "add" | "remove")[] {
  if (before.length * after.length > CELLS_MOST)
    return [...Array<"remove">(before.length).fill("remove"), ...Array<"add">(after.length).fill("add")];
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  for (let row = before.length - 1; row >= 0; row--)
    for (let column = after.length - 1; column >= 0; column--)
      lengths[row * width + column] =
        before[row] === after[column]
          ? (lengths[(row + 1) * width + column + 1] ?? 0) + 1
          : Math.max(lengths[(row + 1) * width + column] ?? 0, lengths[row * width + column + 1] ?? 0);
  const steps: ("same" | "add" | "remove")[] = [];
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    const down = lengths[(row + 1) * width + column] ?? 0;
    const right = lengths[row * width + column + 1] ?? 0;
    if (row < before.length && column < after.length && before[row] === after[column]) {
      steps.push("same");
      row++;
      column++;
    } else if (column >= after.length || (row < before.length && down >= right)) {
      steps.push("remove");
      row++;
    } else {
      steps.push("add");
      column++;
    }
  }
  return steps;
}

/** What turns `before` into `after`, line by line, with line numbers that count from one. */
export function diffLines(before: string[], after: string[]): DiffLine[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const room = Math.min(before.length, after.length) - head;
  while (tail < room && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const steps = [
    ...Array<"same">(head).fill("same"),
    ...middle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...Array<"same">(tail).fill("same"),
  ];
  let [left, right] = [0, 0];
  return steps.map((kind) => {
    if (kind !== "add") left++;
    if (kind !== "remove") right++;
    return { kind, text: (kind === "add" ? after[right - 1] : before[left - 1]) ?? "", before: left, after: right };
  });
}

const depthOf = (line: string | undefined): number => /^[\s-]*/.exec(line ?? "")?.[0].length ?? 0;
const startsItem = (line: string | undefined): boolean => /^\s*- /.test(line ?? "");

/** The `name` of the list item that a key at this depth belongs to; "" when it is in no list. */
function itemName(lines: string[], index: number, depth: number): string {
  const isStart = (line: number) => startsItem(lines[line]) && depthOf(lines[line]) === depth;
  let start = index;
  while (start > 0 && !isStart(start) && depthOf(lines[start]) >= depth) start--;
  if (!isStart(start)) return "";
  const next = lines.findIndex(
    (line, at) => at > start && (depthOf(line) < depth || (startsItem(line) && depthOf(line) === depth)),
  );
  const own = lines.slice(start, next < 0 ? undefined : next).filter((line) => depthOf(line) === depth);
  return own.map((line) => /^[\s-]*name: (\S+)$/.exec(line)?.[1]).find((name) => name) ?? "";
}

/** The path that a line of YAML stands at: `spec.template.spec.containers`. */
export function pathAt(lines: string[], index: number): string {
  const path: string[] = [];
  let depth = Infinity;
  for (let line = index; line >= 0 && depth > 0; line--) {
    const found = /^(\s*(?:- )*)([\w./-]+):/.exec(lines[line] ?? "");
    if (!found?.[2] || (found[1] ?? "").length >= depth) continue;
    depth = (found[1] ?? "").length;
    const item = itemName(lines, line, depth);
    path.unshift(found[2]);
    if (item) path.unshift(`[${item}]`);
  }
  return path.join(".").replaceAll(".[", "[");
}
