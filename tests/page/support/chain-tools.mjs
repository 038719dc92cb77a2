// Clicks on the stage, and the state of the tools for chains.
import { until } from "./browser.mjs";

/** Waits for the tools, which load with the second part of the module. */
export const tools = (page) => until("the tools", () => page.run(`return Boolean(probe.button('Place the chains'))`));
export const hint = (page) => page.run(`return probe.find('.stage-tools .hint').textContent`);
export const slow = (page) => page.run(`return probe.find('.transition-inspector:not([hidden])')?.innerText ?? ''`);
export const pressed = (page, label) =>
    page.run(`return probe.button(arguments[0]).getAttribute('aria-pressed')`, label);

/** Clicks on the stage, as a mouse or a finger does, at shares of its width and height. */
export const clickStage = (page, across, down) =>
    page.run(
        `
  const canvas = probe.find('.stage canvas');
  const { left, top, width, height } = canvas.getBoundingClientRect();
  canvas.setPointerCapture = () => {};
  const at = { clientX: left + arguments[0] * width, clientY: top + arguments[1] * height, pointerId: 7, button: 0, buttons: 1, bubbles: true, composed: true };
  for (const type of ['pointerdown', 'pointerup']) canvas.dispatchEvent(new PointerEvent(type, at));`,
        across,
        down,
    );
