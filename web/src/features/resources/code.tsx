/** Lines of text with their numbers, to read and to copy. */
export function Code({ lines }: { lines: string[] }) {
  return (
    <pre className="mono min-h-0 flex-1 overflow-auto py-2 leading-[18px]" tabIndex={0}>
      {lines.map((line, index) => (
        <div key={index} className="flex">
          <span aria-hidden className="w-10 shrink-0 pr-3 text-right text-text-3 select-none">
            {index + 1}
          </span>
          <YamlLine text={line} />
        </div>
      ))}
    </pre>
  );
}

/** A key in another colour than its value: enough to see the shape. */
export function YamlLine({ text }: { text: string }) {
  const found = /^(\s*(?:- )*)([^\s:"][^:]*|"[^"]*")(:)(\s.*)?$/.exec(text);
  if (!found) return <span className="whitespace-pre">{text || " "}</span>;
  return (
    <span className="whitespace-pre">
      {found[1]}
      <span className="text-accent">{found[2]}</span>
      <span className="text-text-3">:</span>
      {found[4]}
    </span>
  );
}
