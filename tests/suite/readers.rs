//! Readers of tables and tensors: files from other programs, and random valid files.

use scorescape::io::safetensors::{self, Archive, Tensor, Values};
use scorescape::io::{self, npy, text};
use scorescape::rng::{Purpose, Stream, stream};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Number of random files of each format.
pub const FILES: usize = if cfg!(target_arch = "wasm32") { 300 } else { 3000 };

pub fn rng(index: u64) -> Stream {
    stream(1, Purpose::Measure, index)
}

pub fn pick<T: Copy>(rng: &mut Stream, choices: &[T]) -> T {
    choices[rng.index(choices.len() as u32)]
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Numbers in double precision.
fn doubles(values: &Values) -> Vec<f64> {
    match values {
        Values::F32(values) => values.iter().map(|value| f64::from(*value)).collect(),
        Values::F64(values) => values.clone(),
    }
}

/// Name, bytes and numbers of each line of a file that tests/fixtures/array_files.py wrote.
fn fixtures(text: &str) -> impl Iterator<Item = (&str, Vec<u8>, Vec<f64>)> {
    text.lines().map(|line| {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let bytes = parts[1].as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap());
        let bytes = bytes.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
        (parts[0], bytes, parts[2].split_whitespace().map(|number| number.parse().unwrap()).collect())
    })
}

#[test]
fn npy_reads_every_type_order_and_version_that_numpy_writes() {
    let mut count = 0;
    for (name, bytes, numbers) in fixtures(include_str!("../fixtures/npy.txt")) {
        let table = npy::read(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(table.columns(), if name == "vector" { 1 } else { 2 }, "{name}");
        assert_eq!(bits(table.values()), bits(&numbers), "{name}");
        if name == "<f8 C 1.0" {
            assert_eq!(npy::write(&table), bytes, "NumPy's own bytes");
        }
        count += 1;
    }
    assert_eq!(count, 43);
}

#[test]
fn safetensors_reads_what_its_own_package_writes() {
    let files: Vec<_> = fixtures(include_str!("../fixtures/safetensors.txt")).collect();
    let archive = safetensors::read(&files[0].1).unwrap();
    let found = archive.tensors.iter().map(|tensor| (tensor.name.as_str(), tensor.shape.as_slice()));
    let expected: [(&str, &[usize]); 4] =
        [("mean", &[2]), ("decoder.V", &[2, 3]), ("none", &[0, 3]), ("unit \"é\" \\ \n", &[])];
    assert_eq!(found.collect::<Vec<_>>(), expected);
    let numbers: Vec<f64> = archive.tensors.iter().flat_map(|tensor| doubles(&tensor.values)).collect();
    assert_eq!(bits(&numbers), bits(&files[0].2));
    let metadata: Vec<(&str, &str)> = archive.metadata.iter().map(|(key, text)| (&**key, &**text)).collect();
    assert!(metadata.contains(&("link", "#v=0&model.units=2")) && metadata.contains(&("by", "\u{2713} \u{1d49e}")));
    assert_eq!(safetensors::read(&files[1].1), Ok(Archive::default()));
    let escaped = br#"{"__metadata__":{"\u00e9\ud835\udc9e":"\"\\\/\n\t\u0041"}}"#;
    let escaped = safetensors::read(&[&(escaped.len() as u64).to_le_bytes(), &escaped[..]].concat());
    assert_eq!(escaped.unwrap().metadata, [("\u{e9}\u{1d49e}".into(), "\"\\/\n\tA".into())]);
    let refused = safetensors::read(&files[2].1).unwrap_err().to_string();
    assert_eq!(refused, "byte 22: expected the dtype F32 or F64, found \"F16\"");
}

#[test]
fn text_reads_what_people_and_programs_write() {
    let cases: [(&str, &[&str], &[f64]); 22] = [
        ("1,2\n3,4\n", &[], &[1.0, 2.0, 3.0, 4.0]),
        ("1,2\r\n3,4", &[], &[1.0, 2.0, 3.0, 4.0]),
        ("1,2\r3,4\r", &[], &[1.0, 2.0, 3.0, 4.0]),
        ("\u{feff}x,y\n1,2\n", &["x", "y"], &[1.0, 2.0]),
        ("sepal length (cm),sepal width (cm)\n5.1,3.5\n", &["sepal length (cm)", "sepal width (cm)"], &[5.1, 3.5]),
        ("a\tb\n-1\t+2\n", &["a", "b"], &[-1.0, 2.0]),
        ("a;b\n1e-3;2E5\n", &["a", "b"], &[1e-3, 2e5]),
        ("  1.0   2.0\n  3.0 \t 4.0  \n", &[], &[1.0, 2.0, 3.0, 4.0]),
        ("# x y\n1.000000000000000000e+00 -2.5e-01\n", &[], &[1.0, -0.25]),
        ("x y\n\n \t\n1 2\n# the end\n", &["x", "y"], &[1.0, 2.0]),
        ("7\n", &[], &[7.0]),
        ("my height\n1.8\n1.7\n", &["my height"], &[1.8, 1.7]),
        ("\"a,b\",\"c \"\"d\"\"\"\n\"1\",\" 2 \"\n", &["a,b", "c \"d\""], &[1.0, 2.0]),
        ("\"two\nlines\",y\n1,2\n", &["two\nlines", "y"], &[1.0, 2.0]),
        ("\"a;b\",c\n1,2\n", &["a;b", "c"], &[1.0, 2.0]),
        ("\"a b\" c\n1 2\n", &["a b", "c"], &[1.0, 2.0]),
        (",x\n0,1\n", &["", "x"], &[0.0, 1.0]),
        ("1 , 2\n", &[], &[1.0, 2.0]),
        ("5\" disc,y\n1,2\n", &["5\" disc", "y"], &[1.0, 2.0]),
        ("L\u{e4}nge,y\n1,2\n", &["L\u{e4}nge", "y"], &[1.0, 2.0]),
        ("0.30000000000000004,1.7976931348623157e-100\n", &[], &[0.30000000000000004, 1.7976931348623157e-100]),
        ("-0\n", &[], &[-0.0]),
    ];
    for (file, names, values) in cases {
        let table = text::read(file.as_bytes()).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        let found: Vec<&str> = table.names().iter().map(|name| &**name).collect();
        assert_eq!((&found[..], bits(table.values())), (names, bits(values)), "{file:?}");
    }
}

/// A random number: an integer, two decimals, normal, or of any magnitude.
fn number(rng: &mut Stream) -> f64 {
    match rng.index(4) {
        0 => rng.index(2001) as f64 - 1000.0,
        1 => (rng.index(200_001) as f64 - 1e5) / 100.0,
        2 => rng.normal(),
        _ => rng.normal() * 10f64.powi(rng.index(181) as i32 - 90),
    }
}

fn numbers(rng: &mut Stream, count: usize) -> Vec<f64> {
    (0..count).map(|_| number(rng)).collect()
}

/// One of several spellings of a number.
fn spelled(value: f64, rng: &mut Stream) -> String {
    match rng.index(6) {
        0 => format!("{value:e}"),
        1 => format!("{value:.17e}"),
        2 => format!("{value:E}").replace('E', if value.abs() < 1.0 { "E" } else { "E+" }),
        3 if value > 0.0 => format!("+{value}"),
        4 => format!("\"{value}\""),
        _ => format!("{value}"),
    }
}

fn name(rng: &mut Stream) -> String {
    let pieces = ["x", "width", " ", ",", ";", "\t", "\"", "\n", "#", "é", "_", "2", "(cm)", "'", "\\", "-"];
    (0..rng.index(5)).map(|_| pick(rng, &pieces)).collect::<String>() + "n"
}

/// A random table in a random dialect of CSV, with its names and numbers.
pub fn csv_file(rng: &mut Stream) -> (String, Vec<String>, Vec<f64>) {
    let (rows, columns) = (1 + rng.index(14), 1 + rng.index(5));
    let (separator, line_end) =
        (pick(rng, &[",", ";", "\t", " ", ", ", "  ", " ; "]), pick(rng, &["\n", "\r\n", "\r"]));
    let values = numbers(rng, rows * columns);
    let names: Vec<String> = (0..rng.index(2) * columns).map(|_| name(rng)).collect();
    let quoted = names.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect::<Vec<_>>();
    let mut lines = if names.is_empty() { vec![] } else { vec![quoted.join(separator)] };
    lines.extend(values.chunks(columns).map(|row| {
        let cells: Vec<String> = row.iter().map(|value| spelled(*value, rng)).collect();
        cells.join(separator)
    }));
    for extra in ["", "# 1,2", "  "] {
        if rng.index(3) == 0 {
            lines.insert(rng.index(lines.len() as u32 + 1), extra.into());
        }
    }
    let mut text = String::from(pick(rng, &["", "\u{feff}"])) + &lines.join(line_end);
    text.push_str(pick(rng, &["", line_end]));
    (text, names, values)
}

#[test]
fn text_in_any_dialect_gives_its_table_bit_for_bit() {
    let mut rng = rng(10);
    for _ in 0..FILES {
        let (file, names, values) = csv_file(&mut rng);
        let table = text::read(file.as_bytes()).unwrap_or_else(|error| panic!("{error}: {file:?}"));
        assert_eq!((table.names(), bits(table.values())), (&names[..], bits(&values)), "{file:?}");
        assert_eq!(text::read(text::write(&table).as_bytes()).as_ref(), Ok(&table), "{file:?}");
    }
}

/// A `.npy` file of the given version.
pub fn npy_version(version: u8, dictionary: &str, numbers: &[u8]) -> Vec<u8> {
    let length = (dictionary.len() as u32).to_le_bytes();
    let length = if version == 1 { &length[..2] } else { &length };
    [&npy::MAGIC, &[version, 0][..], length, dictionary.as_bytes(), numbers].concat()
}

/// A random number of NumPy's kind and size, and its bytes in little-endian order.
fn npy_number(kind: char, size: usize, rng: &mut Stream) -> (f64, Vec<u8>) {
    let word = (0..8).fold(0u64, |word, _| word << 8 | rng.index(256) as u64);
    let unused = 64 - 8 * size;
    let (value, word) = match kind {
        'b' => ((word & 1) as f64, word & 1),
        'i' => (((word as i64) >> unused) as f64, word >> unused),
        'u' => ((word >> unused) as f64, word >> unused),
        _ if size == 4 => {
            let value = (number(rng) as f32).clamp(-1e30, 1e30);
            (f64::from(value), value.to_bits().into())
        }
        _ => {
            let value = number(rng);
            (value, value.to_bits())
        }
    };
    (value, word.to_le_bytes()[..size].to_vec())
}

/// A random `.npy` file and its numbers, row-major.
pub fn npy_bytes(rng: &mut Stream) -> (Vec<u8>, Vec<f64>) {
    let (rows, columns) = (1 + rng.index(9), 1 + rng.index(5));
    let (kind, sizes): (char, &[usize]) =
        pick(rng, &[('b', &[1]), ('i', &[1, 2, 4, 8]), ('u', &[1, 2, 4, 8]), ('f', &[4, 8])]);
    let (size, is_big, is_fortran) = (pick(rng, sizes), rng.index(2) == 1, rng.index(2) == 1);
    let (values, mut cells): (Vec<_>, Vec<_>) = (0..rows * columns).map(|_| npy_number(kind, size, rng)).unzip();
    if is_big {
        cells.iter_mut().for_each(|cell| cell.reverse());
    }
    if is_fortran {
        cells = (0..rows * columns).map(|i| cells[i % rows * columns + i / rows].clone()).collect();
    }
    let (endian, order) = (if is_big { '>' } else { '<' }, if is_fortran { "True" } else { "False" });
    let shape = if columns == 1 && rng.index(2) == 0 { format!("({rows},)") } else { format!("({rows}, {columns})") };
    let dictionary = format!("{{'descr': '{endian}{kind}{size}', 'fortran_order': {order}, 'shape': {shape}, }}");
    (npy_version(1 + rng.index(3) as u8, &(dictionary + &" ".repeat(rng.index(64)) + "\n"), &cells.concat()), values)
}

#[test]
fn npy_of_any_type_gives_its_numbers_bit_for_bit() {
    let mut rng = rng(11);
    for _ in 0..FILES {
        let (file, values) = npy_bytes(&mut rng);
        let table = io::read_table(&file).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&file)));
        assert_eq!(bits(table.values()), bits(&values), "{}", String::from_utf8_lossy(&file));
        let written = npy::write(&table);
        assert_eq!(written.len() - 8 * values.len(), 128, "numbers start at a multiple of 64 bytes");
        assert_eq!(npy::read(&written), Ok(table));
    }
}

/// A random archive, double precision first.
pub fn archive(rng: &mut Stream) -> Archive {
    let mut tensors: Vec<Tensor> = (0..rng.index(5))
        .map(|i| {
            let shape: Vec<usize> = (0..rng.index(4)).map(|_| rng.index(5)).collect();
            let values = numbers(rng, shape.iter().product());
            let values = match rng.index(2) {
                0 => Values::F32(values.iter().map(|value| (*value as f32).clamp(-1e30, 1e30)).collect()),
                _ => Values::F64(values),
            };
            Tensor { name: format!("{}{i}", name(rng)), shape, values }
        })
        .collect();
    tensors.sort_by_key(|tensor| matches!(tensor.values, Values::F32(_)));
    Archive { metadata: (0..rng.index(3)).map(|_| (name(rng), name(rng) + "\u{7}\u{1d49e}")).collect(), tensors }
}

#[test]
fn safetensors_are_read_back_bit_for_bit() {
    let mut rng = rng(12);
    for _ in 0..FILES {
        let archive = archive(&mut rng);
        let file = safetensors::write(&archive).unwrap();
        assert_eq!(safetensors::read(&file), Ok(archive), "{}", String::from_utf8_lossy(&file));
    }
}
