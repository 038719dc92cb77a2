// Files of points that the visitor gave: the last ones, as long as the page lives.

/** @typedef {import("../panels/user-data.js").UserFile} UserFile */

/**
 * The visitor's own points: the files that were given last, in that order, stay as long as the page does.
 * @type {UserFile[]}
 */
const files = [];
/** As many as have so many bytes together, so that what is taken back has its file again, and always the last one. */
const MAX_KEPT_BYTES = 32 * 2 ** 20;

/** @param {unknown} digest */
export const findFile = (digest) => files.find((file) => file.digest === digest);

/** The one that was given last. */
export const lastFile = () => files.at(-1);

/** Keeps a file, as the last one. @param {UserFile} file */
export function addFile(file) {
    let bytes = file.bytes.length;
    const others = files
        .filter(({ digest }) => digest !== file.digest)
        .reverse()
        .filter((other) => (bytes += other.bytes.length) <= MAX_KEPT_BYTES)
        .reverse();
    files.splice(0, files.length, ...others, file);
}
