// The verdict and the numbers to see first.

import { copy, h, prose, unbroken } from "../dom";
import type { KeyNumber, Tone, Verdict, VerdictLine } from "../spec";

const WORDS: Record<Tone, string> = { neutral: "", good: "good", warning: "watch", bad: "problem" };

export function verdictCard(verdict: Verdict): HTMLElement {
  return h(
    "section",
    { class: `verdict ${verdict.tone}`, id: "verdict", "aria-label": "Verdict" },
    h("p", { class: "headline" }, ...prose(verdict.headline)),
    lines(verdict.lines),
    ...(verdict.beside ?? []).map((block) =>
      h("div", { class: `beside ${block.tone}` }, h("p", { class: "headline" }, ...prose(block.headline), tag(block.tone)), lines(block.lines)),
    ),
    verdict.assumptions.length > 0 ? h("div", { class: "assumptions" }, ...verdict.assumptions.map((a) => h("p", {}, ...prose(a)))) : null,
    verdict.next.length > 0 ? h("div", { class: "next" }, h("span", {}, "Next"), ...verdict.next.map(command)) : null,
  );
}

function lines(all: VerdictLine[]): HTMLElement {
  return h(
    "dl",
    {},
    ...all.map((line) =>
      h(
        "div",
        { class: `line ${line.tone}` },
        h("dt", {}, line.label),
        h("dd", {}, ...prose(line.text), tag(line.tone)),
        h("dd", { class: "remark" }, line.remark ?? ""),
      ),
    ),
  );
}

/** A word beside the colour, so that the tone does not hang on colour alone. */
function tag(tone: Tone): HTMLElement | null {
  return WORDS[tone] ? h("span", { class: `tag ${tone}` }, WORDS[tone]) : null;
}

function command(text: string): HTMLElement {
  const button = h("button", { type: "button", class: "command", title: "Copy this command" }, text);
  button.addEventListener("click", () => void copy(text, button));
  return button;
}

export function keyNumbers(numbers: KeyNumber[]): HTMLElement | null {
  if (numbers.length === 0) return null;
  return h(
    "ul",
    { class: "key-numbers", "aria-label": "Key numbers" },
    ...numbers.map((n) =>
      h(
        "li",
        { class: n.tone },
        h("span", { class: "label" }, n.label),
        h("span", { class: "value" }, n.value),
        h("span", { class: "detail" }, ...unbroken(n.detail ?? ""), tag(n.tone)),
      ),
    ),
  );
}
