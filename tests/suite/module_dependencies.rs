//! Modules depend in one direction, and the core computes with `math` alone.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// Each module may use itself and those before it.
const ORDER: [&str; 19] = [
    "math",
    "simd",
    "rng",
    "setting",
    "table",
    "io",
    "data",
    "model",
    "objective",
    "optimizer",
    "train",
    "score",
    "query",
    "sample",
    "measure",
    "experiment",
    "session",
    "plot",
    "web",
];
/// The modules before this module are the core: without std.
const FIRST_OUTER: &str = "plot";
/// Methods that std implements with the platform's library, or that a target may fuse: their last bits differ.
const PLATFORM_METHODS: [&str; 28] = [
    "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "sin", "cos", "tan", "sin_cos", "asin", "acos",
    "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "powf", "powi", "cbrt", "hypot", "mul_add",
    "sqrt",
];

fn place(module: &str) -> Option<usize> {
    ORDER.iter().position(|name| *name == module)
}

/// The text without line comments and without the contents of string literals.
fn code(text: &str) -> String {
    let without_comments =
        text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
    let (mut code, mut is_inside, mut is_escaped) = (String::new(), false, false);
    for c in without_comments.replace("'\"'", "' '").chars() {
        // A string continues in the next line only after a backslash.
        if c == '\n' {
            is_inside &= is_escaped;
        }
        let is_end = c == '"' && !is_escaped;
        if !is_inside || is_end || c == '\n' {
            code.push(c);
        }
        is_escaped = is_inside && c == '\\' && !is_escaped;
        is_inside ^= is_end;
    }
    code
}

fn identifier(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())]
}

/// The names directly after a path's start: one, or all of a `{…}` group.
fn heads(rest: &str) -> Vec<&str> {
    let Some(group) = rest.strip_prefix('{') else { return vec![identifier(rest)] };
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (i, c) in group.char_indices() {
        if depth == 0 && (c == ',' || c == '}') {
            names.push(identifier(group[start..i].trim_start()));
            start = i + 1;
        }
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            _ => {}
        }
    }
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

/// Forbidden uses in the code of `module`, each with the words found.
fn violations(module: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let own = place(module).unwrap_or_else(|| panic!("no place in the order for the module {module}"));
    let used = code.match_indices("crate::").flat_map(|(i, start)| heads(&code[i + start.len()..]));
    let points_back = |name: &&str| place(name).is_none_or(|used| used > own);
    let mut found: Vec<String> = used.filter(points_back).map(|name| format!("uses crate::{name}")).collect();
    if code.contains("super::super") {
        found.push("climbs by super::super, past this test".into());
    }
    if own < place(FIRST_OUTER).unwrap() {
        found.extend(unportable(module, &code));
    }
    found
}

fn unportable(module: &str, code: &str) -> Vec<String> {
    let mut found = Vec::new();
    if code.match_indices("std::").any(|(i, _)| !code[..i].ends_with(|c: char| c.is_alphanumeric() || c == '_')) {
        found.push("uses std".into());
    }
    for method in PLATFORM_METHODS {
        let is_used = |line: &str| {
            // SIMD vectors have methods of these two names, with our own arithmetic.
            let of_lanes = matches!(method, "tanh" | "sqrt") && is_of_lanes(module, line);
            line.contains(&format!("f64::{method}")) || line.contains(&format!(".{method}(")) && !of_lanes
        };
        found.extend(code.lines().filter(|line| is_used(line)).map(|line| format!("computes by {}", line.trim())));
    }
    if module != "math" && code.contains("libm::") {
        found.push("uses libm beside math".into());
    }
    found
}

/// Square roots are rounded correctly everywhere, but std's does not exist on a bare target: only vectors' may be
/// called.
fn is_of_lanes(module: &str, line: &str) -> bool {
    line.contains("L::splat(") || line.contains("unbias).sqrt()") || matches!(module, "simd" | "rng")
}

/// All source files below `folder`.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

#[test]
fn no_module_points_back_and_the_core_is_portable() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = Vec::new();
    for path in sources(&root) {
        let relative = path.strip_prefix(&root).unwrap().with_extension("");
        let module = relative.iter().next().unwrap().to_str().unwrap().to_string();
        if module == "lib" {
            continue;
        }
        let found = violations(&module, &fs::read_to_string(&path).unwrap());
        assert!(found.is_empty(), "{}: {found:#?}", relative.display());
        seen.push(module);
    }
    let core = &ORDER[..place(FIRST_OUTER).unwrap()];
    assert!(core.iter().all(|module| seen.iter().any(|name| name == module)), "the order names modules that are gone");
}

#[test]
fn planted_violations_are_seen() {
    for (module, text, expected) in [
        ("math", "use crate::simd::Simd;", "uses crate::simd"),
        (
            "data",
            "use crate::math;\nuse crate::{\n    setting::{Setting, SettingKind},\n    sample::{self, Path},\n};",
            "uses crate::sample",
        ),
        ("model", "fn f() { crate::train::f() }", "uses crate::train"),
        ("score", "pub(crate) use crate::session::Session;", "uses crate::session"),
        ("session", "use crate::plot;", "uses crate::plot"),
        ("score", "use crate::Session;", "uses crate::Session"),
        ("train", "use super::super::web;", "climbs by super::super, past this test"),
        ("rng", "use std::vec::Vec;", "uses std"),
        ("model", "let y = x.exp();", "computes by let y = x.exp();"),
        ("data", "let y = x.mul_add(a, b);", "computes by let y = x.mul_add(a, b);"),
        ("measure", "values.map(f64::ln)", "computes by values.map(f64::ln)"),
        ("sample", "let y = x.tanh();", "computes by let y = x.tanh();"),
        ("sample", "libm::exp(x)", "uses libm beside math"),
        ("data", "let a = \"https://\";\nlet y = x.exp();", "computes by let y = x.exp();"),
    ] {
        assert_eq!(violations(module, text), [expected], "{module}: {text}");
    }
    for (module, text) in [
        ("web", "use crate::session;\nlet y = std::f64::consts::PI.sin();"),
        ("model", "let numpy = \"np.exp(x) \\\"\";"),
        (
            "score",
            "// x.exp() and std::vec\nuse crate::{math, simd::{self, Simd}};\nuse alloc::vec::Vec;\nmath::exp(x);",
        ),
    ] {
        assert_eq!(violations(module, text), [""; 0], "{module}: {text}");
    }
}
