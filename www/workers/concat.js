// Arrays of numbers, one after another.

/** @param {Float64Array[]} parts */
export function concat(parts) {
    const concat = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
    parts.reduce((offset, part) => (concat.set(part, offset), offset + part.length), 0);
    return concat;
}
