// Partition of chains into parts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { concat } from "../../www/workers/concat.js";
import { partitionStart } from "../../www/workers/partition.js";

const GROUP = 16;

test("parts cover all chains once, in order, and begin at whole groups", () => {
    for (const chains of [1, 15, 16, 17, 100, 1000, 20_000]) {
        for (const parts of [1, 2, 3, 4, 7]) {
            const starts = Array.from({ length: parts + 1 }, (_, i) => partitionStart(chains, i, parts, GROUP));
            assert.equal(starts[0], 0);
            assert.equal(starts[parts], chains);
            for (const [i, start] of starts.entries()) {
                assert.ok(i === 0 || start >= starts[i - 1], `${chains} in ${parts}: ${starts}`);
                assert.ok(start % GROUP === 0 || start === chains, `${start} of ${chains}`);
            }
        }
    }
});

test("parts differ by one group at most", () => {
    const starts = [0, 1, 2, 3, 4].map((i) => partitionStart(1000, i, 4, GROUP));
    const sizes = starts.slice(1).map((end, i) => end - starts[i]);
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= GROUP, sizes.join());
});

test("concatenation keeps the order and takes empty parts", () => {
    const whole = concat([Float64Array.of(1, 2), new Float64Array(), Float64Array.of(3)]);
    assert.deepEqual(whole, Float64Array.of(1, 2, 3));
    assert.equal(concat([]).length, 0);
});
