// Splits the module of a built site in two: what the default experiment needs, which a page loads first, and the rest,
// which it loads once arrows are there or another experiment is chosen. node tools/wasm-split.mjs FOLDER
//
// What comes first is found by rehearsing the default experiment on a copy that notes which functions it enters, so
// nothing in the sources says where a function goes. A function that moves to the rest leaves a stub, which calls it
// through a table that the rest fills when it is instantiated (www/workers/engine.js); before that the call is a trap.
// No other instruction changes, so neither do the bits of any result.

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import binaryen from "binaryen";
import { rehearse } from "./wasm-profile.mjs";

const folder = pathToFileURL(`${resolve(process.argv[2])}/`);
const [firstFile, restFile] = ["scorescape_bg.wasm", "scorescape_rest.wasm"].map((name) => new URL(name, folder));
const whole = readFileSync(firstFile);
const read = () => binaryen.readBinary(whole);

/** What there is of one kind in a module: its count, and a description of each. */
const all = (count, at, describe) => Array.from({ length: count }, (_, i) => describe(at(i)));
const functionsOf = (module) =>
    all(module.getNumFunctions(), (i) => module.getFunctionByIndex(i), binaryen.getFunctionInfo);
const globalsOf = (module) => all(module.getNumGlobals(), (i) => module.getGlobalByIndex(i), binaryen.getGlobalInfo);
const tablesOf = (module) => all(module.getNumTables(), (i) => module.getTableByIndex(i), binaryen.getTableInfo);
const exportsOf = (module) => all(module.getNumExports(), (i) => module.getExportByIndex(i), binaryen.getExportInfo);
const segmentsOf = (module) =>
    all(module.getNumElementSegments(), (i) => module.getElementSegmentByIndex(i), binaryen.getElementSegmentInfo);

function emit(module) {
    module.runPasses(["remove-unused-module-elements", "strip-debug", "strip-producers", "strip-target-features"]);
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

/** The names of the functions that the rehearsal enters. */
async function entered() {
    const module = read();
    const { i32 } = binaryen;
    for (const f of ownOf(module)) {
        const flag = `entered ${f.name}`;
        module.addGlobal(flag, i32, true, module.i32.const(0));
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
 * The rest: the functions named in `moved`, each put at its place in the table; all else that they need is imported.
 */
function rest(moved) {
    const module = read();
    const share = { memory: exportsOf(module).find(({ name }) => name === "memory").value, ...module.getMemoryInfo() };
    exportsOf(module).forEach(({ name }) => {
        module.removeExport(name);
    });
    segmentsOf(module).forEach(({ name }) => {
        module.removeElementSegment(name);
    });
    module.setMemory(share.initial, share.max ?? -1, null, [], false, false, share.memory);
    module.addMemoryImport(share.memory, "first", "memory");
    for (const { name, base, params, results } of functionsOf(module).filter(({ name }) => !moved.has(name))) {
        if (!base) {
            module.removeFunction(name);
        }
        module.addFunctionImport(name, "first", name, params, results);
    }
    tablesOf(module).forEach(({ name }) => {
        module.addTableImport(name, "first", `table ${name}`);
    });
    globalsOf(module).forEach(({ name, type, mutable }) => {
        module.addGlobalImport(name, "first", `global ${name}`, type, mutable);
    });
    module.addTableImport("rest", "first", "rest");
    module.addActiveElementSegment("rest", "rest", [...moved], module.i32.const(0));
    return emit(module);
}

/** What comes first: stubs for the functions in `moved`, and exports of what the rest imports. */
function first(moved, imports) {
    const module = read();
    module.addTable("rest", moved.size, moved.size);
    const places = new Map([...moved].map((name, place) => [name, place]));
    for (const f of ownOf(module).filter(({ name }) => moved.has(name))) {
        const operands = binaryen.expandType(f.params).map((type, i) => module.local.get(i, type));
        const place = module.i32.const(places.get(f.name));
        replace(module, { ...f, vars: [] }, module.call_indirect("rest", place, operands, f.params, f.results));
    }
    const add = { function: module.addFunctionExport, table: module.addTableExport, global: module.addGlobalExport };
    for (const { kind, name } of imports) {
        add[kind]?.(name.split(" ").at(-1), name);
    }
    return emit(module);
}

const found = await entered();
const moved = new Set(
    ownOf(read())
        .map(({ name }) => name)
        .filter((name) => !found.has(name)),
);
writeFileSync(restFile, rest(moved));
const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(restFile)));
writeFileSync(firstFile, first(moved, imports));
