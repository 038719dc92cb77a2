// A few lines of Python that run a file of weights with nothing but NumPy.

/** What NumPy has no name for. @type {Record<string, string>} */
const ACTIVATIONS = {
    tanh: "np.tanh",
    sigmoid: "lambda u: 1 / (1 + np.exp(-u))",
    softplus: "lambda u: np.logaddexp(0, u)",
    relu: "lambda u: np.maximum(u, 0)",
    silu: "lambda u: u / (1 + np.exp(-u))",
    identity: "lambda u: u",
};

/** The metadata of a safetensors file. @param {Uint8Array} file @returns {Record<string, string>} */
export function readMetadata(file) {
    const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
    return JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))).__metadata__;
}

/** @param {Uint8Array} file of weights, as a session writes it @param {string} name of it */
export function pythonSnippet(file, name) {
    const [r, h] = readMetadata(file)
        .r.replace(/\b(?:encoder|decoder)\.[\w.]+?(?=\.T|\b(?![.\w]))|\bscale\b/g, (tensor) => `w["${tensor}"]`)
        .slice("r = ".length)
        .split(", h = ");
    const used = Object.keys(ACTIVATIONS).filter((id) => `${r} ${h}`.includes(`${id}(`));
    return [
        "import json, numpy as np",
        ...used.map((id) => `${id} = ${ACTIVATIONS[id]}`),
        `data = open("${name}", "rb").read()`,
        'size = 8 + int.from_bytes(data[:8], "little")',
        "head = json.loads(data[8:size])",
        'sigma = float(head.pop("__metadata__")["sigma"])',
        'w = {k: np.frombuffer(data[size:][slice(*v["data_offsets"])], "<f4").reshape(v["shape"]) for k, v in head.items()}',
        "def score(x):  # at a point, d numbers",
        `    h = ${h}`,
        `    return (${r} - x) / sigma**2`,
        "",
    ].join("\n");
}
