// Interleaved measurements. A machine's speed drifts, so each round runs all contenders in turn, and a ratio is the
// median of the ratios of the rounds.

/** Warms up each contender, then measures its speed once per round, over `milliseconds`. */
export async function alternate(contenders, rounds, milliseconds) {
    for (const { speed } of contenders) {
        await speed(milliseconds / 2);
    }
    const speeds = contenders.map(() => []);
    for (let round = 0; round < rounds; round++) {
        for (const [i, { speed }] of contenders.entries()) {
            speeds[i].push(await speed(milliseconds));
        }
    }
    return speeds;
}

export function ratio(above, below) {
    return median(above.map((speed, round) => speed / below[round]));
}

export function median(values) {
    const sorted = values.toSorted((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
