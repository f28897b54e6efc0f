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

/** Text whose backticks mark literals. */
export function prose(text: string): (Node | string)[] {
  return text.split("`").flatMap((piece, i) => (i % 2 === 1 ? [h("code", {}, piece)] : unbroken(piece)));
}

/** Quarters and values with their unit stay on one line. */
export function unbroken(text: string): (Node | string)[] {
  const whole = /(\d{4}-Q\d|[−+$]{0,2}\d[\d,.]* (?:%|×|[kMG]?W\b|bn\b|M\b|EFLOP\/s|ms\b|GB\b))/;
  return text.split(whole).map((piece, i) => (i % 2 === 1 ? h("span", { class: "whole" }, piece) : piece));
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
