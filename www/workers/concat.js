// Arrays of numbers, one after another.

/** @param {Float64Array[]} parts */
export function joined(parts) {
    const joined = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
    parts.reduce((offset, part) => (joined.set(part, offset), offset + part.length), 0);
    return joined;
}
