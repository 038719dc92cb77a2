// Shared assertions of the claims about the bindings.
import assert from "node:assert/strict";

export const claim = (text, prove) => {
    prove();
    console.log(text);
};

/** The Error thrown by `attempt`. */
export const thrown = (attempt) => {
    try {
        attempt();
    } catch (error) {
        assert(error instanceof Error, `${error} is no Error`);
        return /** @type {Error & { setting?: string }} */ (error);
    }
    return assert.fail(`${attempt} throws nothing`);
};

/** Asserts that `attempt` throws an Error about `field` with all of `words` in its message. */
export const refuses = (field, words, attempt) => {
    const error = thrown(attempt);
    assert.equal(error.setting, field, error.message);
    for (const word of [field, ...words]) {
        assert(error.message.includes(word), `"${error.message}" lacks ${word}`);
    }
};

/** Asserts that `found` and `expected` differ by at most `error` in each element. */
export const near = (found, expected, error, what = "") => {
    assert.equal(found.length, expected.length, what);
    const worst = found.reduce(
        (worst, x, i) => Math.max(worst, Math.abs(x - expected[i]) || (x === expected[i] ? 0 : Infinity)),
        0,
    );
    assert(worst <= error, `${what}: off by ${worst}, more than ${error}`);
};
