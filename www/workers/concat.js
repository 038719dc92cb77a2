// Concatenation of arrays of numbers.

/** @param {Float64Array[]} parts */
export function concat(parts) {
    const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
    let offset = 0;
    for (const part of parts) {
        whole.set(part, offset);
        offset += part.length;
    }
    return whole;
}
