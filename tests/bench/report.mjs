// Prints the bench's table and writes its file.

import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { median } from "./rounds.mjs";

const SPEEDS = ["ours", "tfjs", "tfjs by hand"];
const RATIOS = ["ours / native", "ours / tfjs by hand", "ours / tfjs"];
const HEADS = ["units", "batch", "place", ...SPEEDS, ...RATIOS, "required", "verdict"];

export function printHeads() {
    console.log("steps per second, then ratios; 'required' is the least ours / tfjs in Chromium\n");
    printRow(HEADS);
}

/** One line per place. */
export function printResult({ units, batch, required, entries, ratios, verdict }) {
    for (const [place, at] of Object.entries(ratios)) {
        const speeds = SPEEDS.map(
            (name) => entries.find((entry) => entry.place === place && entry.name === name)?.speeds,
        );
        const medians = speeds.map((values) => values && median(values).toFixed(0));
        const promise = place === "Chromium" ? [required, verdict] : [];
        printRow([units, batch, place, ...medians, ...RATIOS.map((name) => at[name]?.toFixed(2)), ...promise]);
    }
    console.log();
}

function printRow(cells) {
    console.log(
        cells
            .map((cell, i) => String(cell ?? "").padStart(Math.max(HEADS[i].length, 8)))
            .join("  ")
            .trimEnd(),
    );
}

/** Writes all measurements to `file`. */
export function write(file, report) {
    const machine = {
        cpu: os.cpus()[0].model,
        cores: os.cpus().length,
        platform: process.platform,
        architecture: process.arch,
    };
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ machine, ...report }, null, 2)}\n`);
}
