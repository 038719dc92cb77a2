// Files of weights: read by a program that uses only the format, and refused when malformed.
import assert from "node:assert/strict";
import { claim, near, refuses, thrown } from "./assertions.mjs";

/** The metadata and the tensors of a safetensors file, by name. */
function read(file) {
    const bytes = file.slice();
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const { __metadata__: metadata, ...entries } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    const tensor = ({ dtype, shape, data_offsets: [begin, end] }) => {
        assert.equal(dtype, "F32");
        return { shape, numbers: new Float32Array(bytes.buffer.slice(8 + length + begin, 8 + length + end)) };
    };
    return {
        metadata,
        tensors: Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, tensor(entry)])),
    };
}

/** A safetensors file. */
function write(metadata, tensors) {
    let end = 0;
    const entry = ({ shape, numbers }) => {
        const start = end;
        end += 4 * numbers.length;
        return { dtype: "F32", shape, data_offsets: [start, end] };
    };
    const entries = Object.entries(tensors).map(([name, tensor]) => [name, entry(tensor)]);
    const header = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
    const text = new TextEncoder().encode(header.padEnd(Math.ceil(header.length / 8) * 8));
    const file = new Uint8Array(8 + text.length + end);
    new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
    file.set(text, 8);
    file.set(
        Object.values(tensors).flatMap(({ numbers }) => [...new Uint8Array(Float32Array.from(numbers).buffer)]),
        8 + text.length,
    );
    return file;
}

/** Rows of a matrix times a vector, plus a bias vector. */
const affine = ({ shape: [rows, columns], numbers }, x, bias) =>
    Array.from({ length: rows }, (_, i) =>
        x.reduce((sum, x, j) => sum + numbers[i * columns + j] * x, bias.numbers[i]),
    );

export function prove({ Observer, Session }, link) {
    const session = new Session(link);
    session.step(200);
    const file = session.weights();
    const points = Float64Array.of(0.3, 0.2, -0.4, 0.1, 2, -1);
    const scores = session.observer().learnedScores(points);
    const { metadata, tensors } = read(file);

    claim("weights are plain tensors: a reader of the format alone computes the learned scores", () => {
        assert.deepEqual([metadata.link, metadata.step, metadata.sigma], [session.link(), "200", "0.05"]);
        const found = [0, 2, 4].flatMap((i) => {
            const x = [...points.subarray(i, i + 2)];
            const h = affine(tensors["encoder.0.weight"], x, tensors["encoder.0.bias"]).map(Math.tanh);
            return affine(tensors["decoder.weight"], h, tensors["decoder.bias"]).map(
                (output) => output / metadata.sigma ** 2,
            );
        });
        // The error of reconstructions in single precision, divided by σ².
        near(found, scores, 1e-6 / 0.05 ** 2);
    });

    claim("an observer with loaded weights has the session's scores, with or without metadata", () => {
        const observer = new Observer(link);
        observer.loadWeights(file);
        assert.deepEqual([observer.step, observer.learnedScores(points)], [200, scores]);
        const other = new Observer(link);
        other.loadWeights(write({}, tensors));
        assert.deepEqual([other.step, other.learnedScores(points)], [5000, scores]);
    });

    claim("weights that are no file, or not of this network, are refused and change nothing", () => {
        const observer = session.observer();
        const changed = (name, tensor) => write(metadata, { ...tensors, [name]: tensor });
        const without = (/** @type {Record<string, object>} */ { "decoder.bias": _, ...others }) => others;
        const numbers = (count) => new Float32Array(count);
        const wrong = [
            [
                "encoder.0.weight",
                ["[32, 2]", "[2, 32]"],
                changed("encoder.0.weight", { shape: [2, 32], numbers: numbers(64) }),
            ],
            ["decoder.bias", ["nothing", "[2]"], write(metadata, without(tensors))],
            ["encoder.1.bias", ["no such tensor"], changed("encoder.1.bias", { shape: [32], numbers: numbers(32) })],
            ["activation", ["tanh", "silu"], write({ ...metadata, activation: "silu" }, tensors)],
            ["sigma", ["0.05", "0.1"], write({ ...metadata, sigma: "0.1" }, tensors)],
        ];
        for (const [field, words, bytes] of wrong) {
            refuses(field, words, () => observer.loadWeights(bytes));
        }
        const nan = changed("decoder.bias", { shape: [2], numbers: [0, NaN] });
        for (const bytes of [new Uint8Array(0), file.subarray(1), file.subarray(0, -4), nan]) {
            assert.equal(thrown(() => observer.loadWeights(bytes)).setting, "weights");
        }
        assert.deepEqual([observer.step, observer.learnedScores(points)], [200, scores]);
    });
}
