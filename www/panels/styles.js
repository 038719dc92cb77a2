// The playground's style, for its shadow root: it neither affects the page around it nor is affected by it.

const css = `
:host {
    --background: #fdfdfb; --panel: #f4f4f0; --text: #22262b; --faint: #60666d; --grid: #dcdcd6; --accent: #0a5fa8;
    --data: #a9adb3; --exact: #c77800; --learned: #0a5fa8; --difference: #b00020; --samples: #a3216f; --density: #0b7a5b;
    display: block; container-type: inline-size; background: var(--background); color: var(--text);
    font: 0.9375rem/1.45 system-ui, sans-serif; color-scheme: light;
}
@media (prefers-color-scheme: dark) {
    :host {
        --background: #14171b; --panel: #1c2025; --text: #e4e6e8; --faint: #a0a6ad; --grid: #34393f; --accent: #5fb2f2;
        --data: #6a7078; --exact: #f0a63a; --learned: #5fb2f2; --difference: #ff7b80; --samples: #f590cd; --density: #37c99b;
        color-scheme: dark;
    }
}
* { box-sizing: border-box; }
.statement { margin: 0 0 0.75rem; min-height: 4.35em; }
.layout { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
@container (min-width: 42rem) { .layout { grid-template-columns: minmax(0, 1fr) 17rem; } .statement { min-height: 7.25em; } }
@container (min-width: 66rem) {
    .layout { grid-template-columns: 17.5rem minmax(0, 1fr) 17rem; }
    .toolbar > :last-of-type { margin-left: auto; }
}
@container (min-width: 100rem) { .layout { grid-template-columns: 19rem minmax(0, 1fr) 24rem; gap: 1rem 1.75rem; } }
@container (max-width: 65.99rem) { .controls { grid-column: 1 / -1; columns: 17rem; column-gap: 2rem; } }
@container (min-width: 42rem) {
    .layout > [aria-label="Stage"] { position: sticky; top: 3.25rem; align-self: start; }
    .toolbar { position: sticky; top: 0; z-index: 1; padding-block: 0.4rem; background: var(--background); }
}
.verdict { font-weight: 600; margin: 0.75rem 0 0.5rem; border-top: 1px solid var(--grid); padding-top: 0.5rem; }
.verdict:empty { display: none; }
.stage { position: relative; }
.stage canvas { display: block; width: 100%; aspect-ratio: 1; max-height: max(18rem, calc(100vh - 12.5rem)); border: 1px solid var(--grid); border-radius: 6px; touch-action: pan-y; cursor: grab; }
.stage canvas:active { cursor: grabbing; }
.bar { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; margin-bottom: 0.6rem; }
.toolbar { grid-column: 1 / -1; margin: 0; gap: 0.5rem 1rem; }
.toolbar .bar { margin: 0; }
.sigma { display: flex; flex: 1 1 16rem; max-width: 44rem; min-height: 2rem; font-size: 1.0625rem; gap: 0.5rem; align-items: center; font-weight: 600; }
.sigma input { flex: 1; min-width: 5rem; accent-color: var(--accent); }
.sigma output { min-width: 3.2rem; font-variant-numeric: tabular-nums; }
button, .button, select, textarea, input[type="text"] { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--grid); border-radius: 5px; padding: 0.25rem 0.6rem; min-height: 2rem; }
select { padding-inline: 0.35rem 0.1rem; }
button, .button { cursor: pointer; }
.button { display: inline-flex; align-items: center; position: relative; }
.button input { position: absolute; inset: 0; opacity: 0; width: 100%; cursor: pointer; }
.button:focus-within { outline: 2px solid var(--accent); outline-offset: 2px; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--background); font-weight: 600; min-width: 7.25rem; }
@container (max-width: 27rem) { .toolbar button { padding-inline: 0.4rem; font-size: 0.875rem; } .toolbar .bar { gap: 0.35rem; } button.primary { min-width: 6.1rem; } }
button[aria-disabled="true"] { opacity: 0.5; cursor: default; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.layers { display: flex; flex-wrap: wrap; gap: 0.15rem 0.9rem; margin: 0.5rem 0; }
.layers label { display: inline-flex; gap: 0.35rem; align-items: center; cursor: pointer; min-height: 1.8rem; }
.layers input { margin: 0; accent-color: var(--accent); }
.swatch { width: 0.85em; height: 0.85em; border-radius: 50%; background: var(--color); }
.example-note { margin: 0.5rem 0; }
.example-note:empty { display: none; }
.layers .advanced { flex: 1 1 100%; }
.advanced summary, fieldset summary { cursor: pointer; color: var(--faint); min-height: 1.8rem; }
.legend { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: 0 0.75rem; align-items: center; font-size: 0.8125rem; padding-right: 1.5rem; }
.gradient { height: 0.8rem; border: 1px solid var(--grid); }
.ticks { grid-column: 2; position: relative; height: 1.4rem; font-variant-numeric: tabular-nums; }
.ticks span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.overlay { position: absolute; inset: 0.5rem 0.5rem auto; display: flex; flex-direction: column; gap: 0.5rem; max-height: calc(100% - 1rem); pointer-events: none; }
.overlay > * { pointer-events: auto; box-shadow: 0 1px 6px #0004; }
.notice { margin: 0; padding: 0.5rem 0.75rem; overflow: auto; border-left: 3px solid var(--difference); background: var(--panel); }
.notice:empty, .notice:empty + .close { display: none; }
.overlay .notice { padding-right: 2.6rem; }
.overlay .close { position: absolute; right: 0; border: 0; background: none; box-shadow: none; }
.user-data { align-self: end; overflow: auto; padding: 0.4rem 0.75rem; background: var(--panel); border-radius: 6px; }
.user-data[open] { align-self: stretch; }
.user-data summary { cursor: pointer; font-weight: 600; overflow-wrap: anywhere; }
.stage-tools { min-height: 2.6rem; margin-top: 0.4rem; }
.scale { margin: 0; color: var(--faint); font-size: 0.8125rem; min-height: 2.9em; }
.user-data p { margin: 0 0 0.5rem; overflow-wrap: anywhere; }
.user-data p:empty { display: none; }
[hidden] { display: none !important; }
.user-data .bar { margin: 0; }
.user-data textarea { display: block; width: 100%; margin: 0.5rem 0; }
.user-data p.refused { margin: 0.5rem 0 0; color: var(--difference); }
.run-note { margin: 0.5rem 0; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: 1fr auto; gap: 0.15rem 0.75rem; margin: 0 0 0.75rem; }
dt { color: var(--faint); }
dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
.plot { display: block; width: 100%; height: 9.5rem; }
.caption { margin: 0 0 0.25rem; color: var(--faint); font-size: 0.8125rem; }
.caption b { font-weight: 600; color: var(--color); }
fieldset { border: 0; margin: 0 0 0.75rem; padding: 0; min-width: 0; break-inside: avoid; }
legend { padding: 0; font-weight: 600; margin-bottom: 0.25rem; }
.setting { display: flex; flex-wrap: wrap; gap: 0 0.5rem; align-items: center; margin-bottom: 0.35rem; }
.setting label { flex: 1 1 min-content; }
.setting input, .setting select { width: 9.6rem; }
.setting.wide label { flex-basis: 100%; }
.setting.wide select { width: 100%; }
.setting small { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
.setting:focus-within small, .setting small.refused { all: revert; flex-basis: 100%; font-size: 0.8125rem; color: var(--faint); }
.setting small.refused { color: var(--difference); }
@media (pointer: coarse) { button, .button, select, input[type="text"], .layers label, summary { min-height: 2.6rem; } }
dialog > button { float: right; margin-left: 0.75rem; }
dialog { max-width: 40rem; border: 1px solid var(--grid); border-radius: 8px; background: var(--background); color: var(--text); }
`;

export const styles = new CSSStyleSheet();
styles.replaceSync(css);
