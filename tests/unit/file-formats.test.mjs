// Samples as CSV and .npy.
import assert from "node:assert/strict";
import { test } from "node:test";
import { columnNames, toCsv, toNpy } from "../../www/drawing/file-formats.js";

const text = (bytes) => new TextDecoder().decode(bytes);

test("CSV has a header, a line for each point, and numbers that read back exactly", () => {
    const values = Float64Array.of(0.1, -1e-300, 1 / 3, Number.MAX_VALUE);
    const lines = text(toCsv(values, 2)).split("\n");
    assert.equal(lines[0], "x1,x2");
    assert.equal(lines.length, 4);
    assert.equal(lines[3], "");
    const read = lines.slice(1, 3).flatMap((line) => line.split(",").map(Number));
    assert.deepEqual(Float64Array.from(read), values);
});

test("columns are named, by default x1, x2 and so on", () => {
    assert.deepEqual(columnNames(3), ["x1", "x2", "x3"]);
    assert.equal(text(toCsv(Float64Array.of(1, 2), 2, ["u", "v"])), "u,v\n1,2\n");
});

test(".npy has NumPy's header, data at a multiple of 64 bytes, little-endian", () => {
    for (const [points, dim] of [
        [3, 2],
        [123_456, 1],
        [1, 784],
    ]) {
        const values = Float64Array.from({ length: points * dim }, (_, i) => i / 7);
        const bytes = toNpy(values, dim);
        assert.deepEqual([...bytes.slice(0, 8)], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
        const start = 10 + bytes[8] + 256 * bytes[9];
        assert.equal(start % 64, 0);
        assert.equal(bytes[start - 1], "\n".charCodeAt(0));
        const header = text(bytes.slice(10, start)).trim();
        assert.equal(header, `{'descr': '<f8', 'fortran_order': False, 'shape': (${points}, ${dim}), }`);
        const view = new DataView(bytes.buffer, start);
        assert.equal(bytes.length, start + 8 * values.length);
        assert.equal(view.getFloat64(8 * (values.length - 1), true), values.at(-1));
    }
});

test("the header of .npy is padded whatever the number of its digits", () => {
    for (let dim = 1; dim < 1e9; dim *= 10) {
        const bytes = toNpy(new Float64Array(), dim);
        const length = bytes[8] + 256 * bytes[9];
        assert.equal((10 + length) % 64, 0);
        assert.equal(bytes.at(-1), "\n".charCodeAt(0));
        assert.equal(bytes.length, 10 + length);
    }
});
