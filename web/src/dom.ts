// Elements from plain calls; text is always text, never markup.

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | EventListener | undefined>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((c): c is Node | string => c !== null && c !== undefined && c !== false));
  return element;
}

/** What must not be broken over two lines: a quarter, or a number with its unit. */
const WHOLE = /(\d{4}-Q[1-4]|[−+]?\$?\d[\d,.]*\s(?:%|[kMG]?W|M|bn|k)(?![\w-]))/;

/** Text whose backticks mark literals. */
export function prose(text: string): (Node | string)[] {
  return text
    .split("`")
    .flatMap((piece, i) => (i % 2 === 1 ? [h("code", {}, piece)] : piece.split(WHOLE).map((part, j) => (j % 2 === 1 ? h("span", { class: "whole" }, part) : part))));
}

/** An address that may be linked; anything but http(s) stays text. */
export function link(url: string): Node | string {
  return /^https?:\/\//.test(url) ? h("a", { href: url, rel: "noreferrer" }, url.replace(/^https?:\/\//, "")) : url;
}

/** Offers a file for saving. */
export function save(name: string, type: string, data: string | Blob): void {
  const blob = typeof data === "string" ? new Blob([data], { type }) : data;
  const url = URL.createObjectURL(blob);
  const a = h("a", { href: url, download: name });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Copies text and says so on the button for a moment. */
export async function copy(text: string, button: HTMLElement): Promise<void> {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select and copy by hand";
  }
  setTimeout(() => {
    button.textContent = before;
  }, 1600);
}
