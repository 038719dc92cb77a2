// Writers of CSV and .npy files.

/** @param {number} dim */
export const columnNames = (dim) => Array.from({ length: dim }, (_, k) => `x${k + 1}`);

/**
 * CSV with a line per point.
 * @param {Float64Array} samples
 * @param {number} dim
 * @param {string[]} [columns] names
 */
export function toCsv(samples, dim, columns = columnNames(dim)) {
    const names = columns.join(",");
    const lines = Array.from({ length: samples.length / dim }, (_, i) =>
        samples.subarray(i * dim, (i + 1) * dim).join(","),
    );
    return new TextEncoder().encode([names, ...lines, ""].join("\n"));
}

/** NumPy's format 1.0: a float64 array of shape [points, dim]. @param {Float64Array} samples @param {number} dim */
export function toNpy(samples, dim) {
    const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${samples.length / dim}, ${dim}), }`;
    const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
    const bytes = new Uint8Array(10 + padded.length + 8 * samples.length);
    bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8]);
    bytes.set(new TextEncoder().encode(padded), 10);
    const view = new DataView(bytes.buffer, 10 + padded.length);
    samples.forEach((value, i) => {
        view.setFloat64(8 * i, value, true);
    });
    return bytes;
}
