// Files of points that the visitor gave: the last ones, as long as the page lives.

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
