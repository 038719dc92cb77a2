// Splits the module of a built site in two: node tools/wasm-split.mjs FOLDER
//
// The first part holds the functions of the default experiment, and a page loads it first. The page loads the rest once
// arrows are drawn or another experiment is chosen.
//
// A rehearsal of the default experiment finds the functions of the first part: it runs a copy of the module that
// records entered functions. So no source file says where a function goes. The first part also holds every function
// that the exports in ANSWERED call by name.
//
// A function that moves to the rest keeps its places in tables. The rest fills these places when it is instantiated
// (www/engine.js). A stub in the first part calls such a function through its place, where it is called by name or
// exported. Until the rest is there, each place holds a function that throws an Error. No other instruction changes, so
// the bits of every result stay the same.

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import binaryen from "binaryen";
import { ANSWERED, rehearse } from "./wasm-rehearsal.mjs";

const folder = pathToFileURL(`${resolve(process.argv[2])}/`);
const firstFile = new URL("scorescape_bg.wasm", folder);
const restFile = new URL("scorescape_rest.wasm", folder);
const whole = readFileSync(firstFile);
const read = () => binaryen.readBinary(whole);
/** The export called in place of a function that is not loaded yet: it throws (src/web.rs). */
const MISSING = "missing_part";

/** Items of one kind in a module: their number, and a description of each. */
const all = (count, at, describe) => Array.from({ length: count }, (_, i) => describe(at(i)));
const functionsOf = (module) =>
    all(module.getNumFunctions(), (i) => module.getFunctionByIndex(i), binaryen.getFunctionInfo);
const globalsOf = (module) => all(module.getNumGlobals(), (i) => module.getGlobalByIndex(i), binaryen.getGlobalInfo);
const tablesOf = (module) => all(module.getNumTables(), (i) => module.getTableByIndex(i), binaryen.getTableInfo);
const exportsOf = (module) => all(module.getNumExports(), (i) => module.getExportByIndex(i), binaryen.getExportInfo);
const segmentsOf = (module) =>
    all(module.getNumElementSegments(), (i) => module.getElementSegmentByIndex(i), binaryen.getElementSegmentInfo);

function emit(module) {
    const strip = ["remove-unused-module-elements", "strip-debug", "strip-producers", "strip-target-features"];
    module.runPasses([...strip, "coalesce-locals", "reorder-locals", "merge-blocks", "vacuum"]);
    if (!module.validate()) {
        throw new Error("what was made of the module is invalid");
    }
    const binary = module.emitBinary();
    module.dispose();
    return binary;
}

function replace(module, { name, params, results, vars }, body) {
    module.removeFunction(name);
    module.addFunction(name, params, results, vars, body);
}

/** The functions of a module that are not imported. */
const ownOf = (module) => functionsOf(module).filter(({ base }) => !base);

/** Names of the functions that the rehearsal enters. */
async function entered() {
    const module = read();
    for (const f of ownOf(module)) {
        const flag = `entered ${f.name}`;
        module.addGlobal(flag, binaryen.i32, true, module.i32.const(0));
        module.addGlobalExport(flag, flag);
        replace(module, f, module.block(null, [module.global.set(flag, module.i32.const(1)), f.body], f.results));
    }
    const exports = await rehearse(new URL("scorescape.js", folder), emit(module));
    return new Set(
        ownOf(read())
            .map(({ name }) => name)
            .filter((name) => exports[`entered ${name}`].value === 1),
    );
}

/**
 * For each function, the names of the functions that it calls by name, and whether it never returns: such functions
 * report a panic.
 */
function calls() {
    const text = read().emitText();
    return new Map(
        text
            .split("\n (func $")
            .slice(1)
            .map((body) => {
                const callees = [...body.matchAll(/\(call \$([^\s)]+)/g)].map(([, name]) => name);
                const isEndless = /\n {2}\(unreachable\)\n \)/.test(body) && !body.includes("(return");
                return [body.slice(0, body.search(/[\s)]/)), { callees, isEndless }];
            }),
    );
}

/** `names` and all functions that they call by name, directly or indirectly, unless they panic. */
function withCallees(names, calls) {
    const reached = new Set(names);
    // The iteration of a set includes items added meanwhile.
    for (const name of reached) {
        const { callees = [] } = calls.get(name) ?? {};
        for (const callee of callees) {
            if (!calls.get(callee)?.isEndless) {
                reached.add(callee);
            }
        }
    }
    return reached;
}

/** The name of the function with the export name `wanted`. */
const exported = (wanted) => exportsOf(read()).find(({ name }) => name === wanted).value;

/**
 * The table of function pointers, by the only segment that fills it: its name, its functions, and the index of the
 * first.
 */
function pointers() {
    const [segment, another] = segmentsOf(read());
    if (another) {
        throw new Error("the module fills its tables in more than one segment");
    }
    const offset = /** @type {binaryen.ConstInfo} */ (binaryen.getExpressionInfo(segment.offset));
    return { ...segment, offset: offset.value };
}

/** Runs of consecutive functions of `names` that are in `moved`: the first index and the names of each. */
function runs(names, moved) {
    const found = [];
    for (const [place, name] of names.entries()) {
        if (!moved.has(name)) {
            continue;
        }
        if (place > 0 && moved.has(names[place - 1])) {
            found.at(-1).names.push(name);
        } else {
            found.push({ place, names: [name] });
        }
    }
    return found;
}

/**
 * The rest: the functions in `moved`, each at its place in the table of pointers, and the functions in `stubbed` in a
 * separate table. All other requirements are imported.
 */
function rest(moved, stubbed) {
    const module = read();
    const share = { memory: exportsOf(module).find(({ name }) => name === "memory").value, ...module.getMemoryInfo() };
    const { table, offset, data } = pointers();
    for (const { name } of exportsOf(module)) {
        module.removeExport(name);
    }
    for (const { name } of segmentsOf(module)) {
        module.removeElementSegment(name);
    }
    module.setMemory(share.initial, share.max ?? -1, null, [], false, false, share.memory);
    module.addMemoryImport(share.memory, "first", "memory");
    for (const { name, base, params, results } of functionsOf(module).filter(({ name }) => !moved.has(name))) {
        if (!base) {
            module.removeFunction(name);
        }
        module.addFunctionImport(name, "first", name, params, results);
    }
    for (const { name } of tablesOf(module)) {
        module.addTableImport(name, "first", `table ${name}`);
    }
    for (const { name, type, mutable } of globalsOf(module)) {
        module.addGlobalImport(name, "first", `global ${name}`, type, mutable);
    }
    module.addTableImport("rest", "first", "rest");
    module.addActiveElementSegment("rest", "rest", stubbed, module.i32.const(0));
    for (const { place, names } of runs(data, moved)) {
        module.addActiveElementSegment(table, `pointers ${place}`, names, module.i32.const(offset + place));
    }
    return emit(module);
}

/**
 * Adds a function that throws for each signature of `functions`, because a call through a table checks the signature.
 * Returns a function that maps a function to the name of its throwing function.
 */
function addThrowing(module, functions) {
    const missing = exported(MISSING);
    const names = new Map();
    for (const { params, results } of functions) {
        const name = `missing ${params} ${results}`;
        if (names.has(name)) {
            continue;
        }
        const body = module.block(null, [module.call(missing, [], binaryen.none), module.unreachable()]);
        module.addFunction(name, params, results, [], body);
        names.set(name, name);
    }
    return ({ params, results }) => `missing ${params} ${results}`;
}

/**
 * The first part: stubs for the functions in `stubbed`, functions that throw in the places of those in `moved`, and
 * exports for all imports of the rest.
 */
function first(moved, stubbed, imports) {
    const module = read();
    const own = new Map(ownOf(module).map((f) => [f.name, f]));
    const throwing = addThrowing(
        module,
        [...moved].map((name) => own.get(name)),
    );
    const placeholder = (name) => (moved.has(name) ? throwing(own.get(name)) : name);
    const { name: segment, table, offset, data } = pointers();
    module.removeElementSegment(segment);
    module.addActiveElementSegment(table, segment, data.map(placeholder), module.i32.const(offset));
    module.addTable("rest", stubbed.length, stubbed.length);
    module.addActiveElementSegment("rest", "rest", stubbed.map(placeholder), module.i32.const(0));
    stubbed.forEach((name, place) => {
        const f = own.get(name);
        const operands = binaryen.expandType(f.params).map((type, i) => module.local.get(i, type));
        replace(
            module,
            { ...f, vars: [] },
            module.call_indirect("rest", module.i32.const(place), operands, f.params, f.results),
        );
    });
    module.removeExport(MISSING);
    const add = { function: module.addFunctionExport, table: module.addTableExport, global: module.addGlobalExport };
    for (const { kind, name } of imports) {
        add[kind]?.(name.split(" ").at(-1), name);
    }
    return emit(module);
}

const called = calls();
const found = withCallees([...ANSWERED, MISSING].map(exported), called);
for (const name of await entered()) {
    found.add(name);
}
const moved = new Set(
    ownOf(read())
        .map(({ name }) => name)
        .filter((name) => !found.has(name)),
);
const calledFirst = [...found].flatMap((name) => called.get(name)?.callees ?? []);
const named = new Set([...calledFirst, ...exportsOf(read()).map(({ value }) => value)]);
const stubbed = [...moved].filter((name) => named.has(name));
writeFileSync(restFile, rest(moved, stubbed));
const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(restFile)));
writeFileSync(firstFile, first(moved, stubbed, imports));
