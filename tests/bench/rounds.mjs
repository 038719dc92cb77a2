// Speeds by turns: a machine's speed drifts, so every round runs all contenders one after the other, and a ratio is the
// median of the rounds' own ratios.

/** Lets each contender warm up, then gives each one number a round: its speed over so many milliseconds. */
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
