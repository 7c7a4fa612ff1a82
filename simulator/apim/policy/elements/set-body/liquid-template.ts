import { type Context, type Emitter, filters as known, Liquid, type Template, toValue } from "liquidjs";
import { Regex } from "../../../../../expressions/dotnet/regex.ts";
import { charging } from "../../../../../expressions/meter.ts";
import { monotonicNow } from "../../../../kernel/clock.ts";

/** A Liquid template, read and ready to be filled. */
export interface LiquidTemplate {
  /** Whether it reads the message's body. */
  readonly readsBody: boolean;
  /** @throws {Error} when it cannot be filled, or takes more than a template may. */
  fill(scope: object): string;
}

/**
 * The filters of `set-body`, by the names of its C# mode, and those of liquidjs that do the same.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-body-policy#supported-liquid-filters
 */
const names: Readonly<Record<string, string>> = {
  Abs: "abs",
  Append: "append",
  AtLeast: "at_least",
  AtMost: "at_most",
  Capitalize: "capitalize",
  Compact: "compact",
  Default: "default",
  DividedBy: "divided_by",
  Downcase: "downcase",
  Escape: "escape",
  First: "first",
  H: "escape",
  Join: "join",
  Last: "last",
  Lstrip: "lstrip",
  Map: "map",
  Minus: "minus",
  Modulo: "modulo",
  NewlineToBr: "newline_to_br",
  Plus: "plus",
  Prepend: "prepend",
  Remove: "remove",
  RemoveFirst: "remove_first",
  ReplaceFirst: "replace_first",
  Round: "round",
  Rstrip: "rstrip",
  Size: "size",
  Slice: "slice",
  Sort: "sort",
  Split: "split",
  Strip: "strip",
  StripHtml: "strip_html",
  StripNewlines: "strip_newlines",
  Times: "times",
  Truncate: "truncate",
  TruncateWords: "truncatewords",
  Uniq: "uniq",
  Upcase: "upcase",
  UrlDecode: "url_decode",
  UrlEncode: "url_encode",
};

// A template is a part of a policy: it knows no files, and DotLiquid has none of these tags.
const foreignTags = ["include", "render", "layout", "block", "echo", "liquid", "#"];

const engine = makeEngine();

function makeEngine(): Liquid {
  const made = new Liquid({
    strictFilters: true,
    ownPropertyOnly: true,
    parseLimit: 1_000_000,
    renderLimit: 1000,
    memoryLimit: 16_000_000,
  });
  for (const tag of foreignTags) delete made.tags[tag];
  for (const name of Object.keys(made.filters)) delete made.filters[name];
  for (const [name, same] of Object.entries(names)) {
    const filter = known[same];
    if (filter === undefined) throw new TypeError(`liquidjs has no filter "${same}"`);
    made.registerFilter(name, filter);
  }
  // DotLiquid's filter takes a regular expression. What a client sends may not decide how long it takes.
  made.registerFilter("Replace", function (text: unknown, pattern: unknown, replacement: unknown = "") {
    const { memoryLimit, renderLimit } = this.context;
    const lookAtClock = () => renderLimit.check(monotonicNow());
    const spend = (steps: number) => {
      lookAtClock();
      memoryLimit.use(steps * 8);
    };
    const meter = { spend, allocate: (size: number) => memoryLimit.use(size), lookAtClock };
    return charging(meter, () => new Regex(String(pattern)).replace(String(text ?? ""), String(replacement)));
  });
  boundOutput(made);
  return made;
}

/** liquidjs counts the memory of its filters' results, and not of what a template writes. */
function boundOutput({ renderer }: Liquid): void {
  const render = renderer.renderTemplates.bind(renderer);
  renderer.renderTemplates = (templates, context, emitter = new BoundedEmitter(context)) =>
    render(templates, context, emitter);
}

class BoundedEmitter implements Emitter {
  buffer = "";
  readonly #memory: Context["memoryLimit"];

  constructor({ memoryLimit }: Context) {
    this.#memory = memoryLimit;
  }

  write(value: unknown): void {
    const text = writtenText(value);
    this.#memory.use(text.length);
    this.buffer += text;
  }
}

function writtenText(value: unknown): string {
  const plain: unknown = toValue(value);
  if (Array.isArray(plain)) return plain.map(writtenText).join("");
  return plain === null || plain === undefined ? "" : String(plain);
}

/**
 * Reads a template.
 *
 * Differs from Azure: Liquid templates are filled by liquidjs, with the filters of DotLiquid's C# mode but `Currency` and `Date`.
 *
 * Differs from Azure: a Liquid template that runs for more than a second, or makes more than 16 million characters, fails.
 *
 * @throws {Error} when it is no Liquid, or has an unknown tag or filter.
 */
export function readLiquidTemplate(source: string): LiquidTemplate {
  const templates: Template[] = engine.parse(withCommas(withPlainStrings(source)));
  return {
    readsBody: /\{[{%][^}]*\bbody\b/.test(source),
    fill: (scope) => String(engine.renderSync(templates, scope)),
  };
}

/** DotLiquid's strings have no escapes. */
function withPlainStrings(source: string): string {
  return source.replace(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g, (code) => code.replace(/\\/g, "\\\\"));
}

/** API Management's own `JSONArrayFor` puts commas between the items. */
function withCommas(source: string): string {
  return source
    .replace(/\{%(-?)\s*JSONArrayFor\b/g, "{%$1 for")
    .replace(
      /\{%(-?)\s*endJSONArrayFor\s*(-?)%\}/g,
      "{%$1 unless forloop.last %},{% endunless %}{% endfor $2%}",
    );
}
