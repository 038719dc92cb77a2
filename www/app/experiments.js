// What descriptions of experiments say of each other, and of the visitor's own points.

import { change } from "../../scorescape.js";
import { NO_DIGEST } from "../panels/user-data.js";

/** @typedef {import("../../scorescape.js").Description} Description */
/** @typedef {import("../panels/user-data.js").Own} Own */

/** The visitor's own points: the files that were given last, in that order, stay as long as the page does. @type {Own[]} */
const given = [];
/** As many as have so many bytes together, so that what is taken back has its file again, and always the last one. */
const KEPT = 32 * 2 ** 20;

/** @param {unknown} digest */
export const fileOf = (digest) => given.find((file) => file.digest === digest);

/** The one that was given last. */
export const lastFile = () => given.at(-1);

/** Keeps a file, as the last one. @param {Own} file */
export function keep(file) {
    let bytes = file.bytes.length;
    const others = given.filter(({ digest }) => digest !== file.digest).reverse().filter((other) => (bytes += other.bytes.length) <= KEPT).reverse();
    given.splice(0, given.length, ...others, file);
}

/** A description of one's own points that names no file is taken to be about the one that was given last. @param {Description} description @returns {Description} */
export function withFile(description) {
    const named = description.settings.some(({ key, value }) => key === "data.digest" && value !== NO_DIGEST);
    const last = given.at(-1);
    if (description.table !== "" || named || !last) return description;
    const about = change(description.link, "data.digest", last.digest);
    // A drawing stays in the units in which it was drawn.
    return { ...last.drawn ? change(about.link, "data.standardise", "no") : about, problems: description.problems };
}

/** What training depends on: all but the chains. @param {Description} description */
export const training = ({ settings }) => settings.filter(({ key }) => !/^(sample\.|transitions$)/.test(key)).map(({ key, value }) => `${key}=${value}`).join();

/** Whether two experiments differ in their chains alone. @param {Description} before @param {Description} after */
export const trainsAlike = (before, after) => before !== after && before.link !== after.link && training(before) === training(after);

/** Whether an experiment is the default one but for its seed: the first part of the program knows no other. @param {Description} description */
export const isPlain = ({ settings }) => settings.every(({ key, value, default: usual }) => key === "seed" || value === usual);
