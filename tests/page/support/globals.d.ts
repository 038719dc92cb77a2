/** What page-hooks.js gives to functions that run in the page: what types of tests need to know of it. */
interface Probe {
    deaf: string;
    root: () => HTMLElement;
    all: (selector: string, host?: HTMLElement) => HTMLCanvasElement[];
    [name: string]: unknown;
}

declare var probe: Probe;
